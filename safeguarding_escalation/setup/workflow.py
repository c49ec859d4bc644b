"""The one static Workflow that executes every board's policy (decision 1).

Each transition asks `doc.allowed_actions`, which the engine computes from the case's own policy and the user; no
board ever adds a row here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe

from safeguarding_escalation.setup import created

NAME = "Safeguarding Escalation"
STAGES = range(1, 7)
DRAFT, RECOMMENDED, RESOLVED, CLOSED, WITHDRAWN = (
	"Draft",
	"Recommendations Made",
	"Resolved",
	"Closed",
	"Withdrawn",
)
# State: the colour of its button and badge.
STATES = {
	DRAFT: "",
	**{f"Stage {number}": "Warning" for number in STAGES},
	RECOMMENDED: "Info",
	RESOLVED: "Success",
	CLOSED: "",
	WITHDRAWN: "Inverse",
}
ESCALATE = "Escalate to Stage {}"
ACTIONS = (
	"Raise Concern",
	*(ESCALATE.format(number) for number in STAGES if number > 1),
	"Accept Resolution",
	"Make Recommendations",
	"Withdraw",
	"Close",
	"Reopen",
)


# A bare button reopens a case where it was; `.move` may name an earlier stage, and says so in this line of allowed_actions.
REOPEN_AT = "Reopen at Stage "


def transitions() -> Iterator[tuple[str, str, str, str]]:
	"""(from, action, to, condition) of every transition; apply_workflow takes the last one that matches."""
	yield from _asked(DRAFT, "Raise Concern", "Stage 1")
	yield from _asked(DRAFT, "Withdraw", WITHDRAWN)
	for number in STAGES:
		stage = f"Stage {number}"
		for higher in STAGES:
			if higher > number:
				yield from _asked(stage, ESCALATE.format(higher), f"Stage {higher}")
			if higher > 1 and number == 1:
				yield from _asked(DRAFT, ESCALATE.format(higher), f"Stage {higher}")
		yield from _asked(stage, "Accept Resolution", RESOLVED)
		yield from _asked(stage, "Make Recommendations", RECOMMENDED)
		yield from _asked(stage, "Withdraw", WITHDRAWN)
	yield from _asked(RECOMMENDED, "Accept Resolution", RESOLVED)
	yield from _asked(RECOMMENDED, "Close", CLOSED)
	yield from _asked(RESOLVED, "Close", CLOSED)
	for ended in (RESOLVED, CLOSED, WITHDRAWN, RECOMMENDED):
		for number in STAGES:
			at = f"{REOPEN_AT}{number}"
			chosen = f'"{at}" in (doc.allowed_actions or "").splitlines()'
			also = f" and (doc.current_stage == {number} or {chosen})"
			yield from _asked(ended, "Reopen", f"Stage {number}", also)


def _asked(state: str, action: str, to: str, also: str = "") -> Iterator[tuple[str, str, str, str]]:
	yield state, action, to, f'"{action}" in (doc.allowed_actions or "").splitlines(){also}'


def definition() -> dict[str, Any]:
	"""The Workflow as `frappe.get_doc` takes it. No e-mails: Frappe's carry the whole document as a PDF."""
	return {
		"doctype": "Workflow",
		"workflow_name": NAME,
		"document_type": "Escalation",
		"workflow_state_field": "workflow_state",
		"is_active": 1,
		"override_status": 1,
		"send_email_alert": 0,
		"states": [{"state": state, "doc_status": "0", "allow_edit": "All"} for state in STATES],
		"transitions": [
			{
				"state": state,
				"action": action,
				"next_state": to,
				"allowed": "All",
				"allow_self_approval": 1,
				"condition": condition,
			}
			for state, action, to, condition in transitions()
		],
	}


def ensure_workflow() -> None:
	"""Create the masters and the Workflow; bring an existing one back to the definition. Writes only differences."""
	for state, style in STATES.items():
		created.ensure("Workflow State", state, {"workflow_state_name": state, "style": style})
	for action in ACTIONS:
		created.ensure("Workflow Action Master", action, {"workflow_action_name": action})
	wanted = definition()
	if not frappe.db.exists("Workflow", NAME):
		frappe.get_doc(wanted).insert(ignore_permissions=True)
		return
	workflow = frappe.get_doc("Workflow", NAME)
	if differs(workflow, wanted):
		workflow.update(wanted)
		workflow.save(ignore_permissions=True)


def differs(workflow: Any, wanted: dict[str, Any]) -> bool:
	"""Whether the stored Workflow is not the defined one. A save updates every Escalation, so only if need be."""
	for key, value in wanted.items():
		if key in ("states", "transitions"):
			rows = workflow.get(key)
			if len(rows) != len(value):
				return True
			if any(
				str(row.get(k)) != str(v)
				for row, want in zip(rows, value, strict=True)
				for k, v in want.items()
			):
				return True
		elif str(workflow.get(key)) != str(value):
			return True
	return False


def remove_workflow() -> None:
	"""Remove the Workflow and its rows, and those masters of ours that no other Workflow uses."""
	for doctype in ("Workflow Transition", "Workflow Document State"):
		frappe.db.delete(doctype, {"parent": NAME, "parenttype": "Workflow"})
	frappe.db.delete("Workflow", {"name": NAME})
	frappe.cache.hdel("workflow", "Escalation")
	frappe.clear_document_cache("Workflow", NAME)
	for state in created.names("Workflow State"):
		used = frappe.db.exists("Workflow Document State", {"state": state})
		if not used and not frappe.db.exists("Workflow Transition", {"next_state": state}):
			frappe.db.delete("Workflow State", {"name": state})
	for action in created.names("Workflow Action Master"):
		if not frappe.db.exists("Workflow Transition", {"action": action}):
			frappe.db.delete("Workflow Action Master", {"name": action})
