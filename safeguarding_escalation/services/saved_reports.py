"""Live figures: a few saved reports per board in Frappe's own Report Builder, to begin with and to be changed.

Each is made once: what a board changes stays, what it deletes does not come back, and its own are never touched. A
report shows its reader the rows that they may read, as every list does. Uninstalling removes those that we made.
"""

from __future__ import annotations

import json
from typing import Any

import frappe

from safeguarding_escalation.services import people
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.setup import created

_CASE = "Escalation"
Filter = tuple[str, str, Any]
_STILL_OPEN: Filter = ("workflow_state", "not in", "Draft,Resolved,Closed,Withdrawn")
_LONGEST = 140
# Title, columns, filters beside the board, the order.
REPORTS: tuple[tuple[str, tuple[str, ...], tuple[Filter, ...], str], ...] = (
	(
		"open by stage",
		("reference", "stage_label", "current_stage", "raising_agency", "responding_agency", "started_at", "next_due_at",
			"next_owed_by"),
		(_STILL_OPEN,),
		"current_stage desc",
	),
	(
		"opened this quarter",
		("reference", "started_at", "raising_agency", "responding_agency", "stage_label", "immediate_risk"),
		(("started_at", "Timespan", "this quarter"),),
		"started_at asc",
	),
	(
		"resolved this quarter",
		("reference", "started_at", "resolved_at", "stage_resolved", "highest_stage", "working_days_to_resolution"),
		(("resolved_at", "Timespan", "this quarter"),),
		"resolved_at asc",
	),
	(
		"themes",
		("reference", "theme", "theme_level", "raising_agency", "responding_agency", "stage_label", "started_at"),
		(("started_at", "Timespan", "this year"),),
		"theme asc",
	),
	(
		"timeliness",
		("reference", "stage_label", "next_due_at", "next_owed_by", "clocks_missed", "working_days_to_resolution",
			"highest_stage", "responding_agency"),
		(("started_at", "Timespan", "this year"),),
		"clocks_missed desc",
	),
	(
		"stages skipped",
		("reference", "stages_skipped", "skip_ground", "immediate_risk", "started_at", "raising_agency"),
		(("stages_skipped", "is", "set"),),
		"started_at desc",
	),
	(
		"dissatisfaction remaining",
		("reference", "stage_resolved", "resolved_at", "complaint_made", "raising_agency", "responding_agency"),
		(("dissatisfaction_remaining", "is", "set"),),
		"resolved_at desc",
	),
)  # fmt: skip


def ensure() -> None:
	"""Make what each board in use that has adopted a policy lacks and never had. A second run changes nothing."""
	for row in select("Safeguarding Board", ["name"], {"disabled": 0}, order_by="name"):
		if frappe.db.exists(
			"Safeguarding Board Policy", {"parent": row.name, "parenttype": "Safeguarding Board"}
		):
			of_board(row.name)


def board_changed(board: Any, method: str | None = None) -> None:
	"""on_update of a Safeguarding Board: its reports, once it works by a policy."""
	if board.policies and not board.disabled:
		of_board(board.name)


def of_board(board: str) -> list[str]:
	"""Make a board's reports that were never made; their names. They belong to its Business Manager, who may change them."""
	known = set(created.names("Report"))
	owner = _owner(board)
	found = []
	for title, columns, filters, order in REPORTS:
		name = f"{board}: {title}"[:_LONGEST]
		if name in known or frappe.db.exists("Report", name):
			_hand_over(name, owner, known)
			continue
		_make(name, board, columns, filters, order)
		created.remember("Report", name)
		if owner:
			frappe.db.set_value("Report", name, "owner", owner, update_modified=False)
		found.append(name)
	return found


def _owner(board: str) -> str | None:
	row = people.contact(people.post_holders(board).business_manager)
	return row.user if row else None


def _hand_over(name: str, owner: str | None, known: set[str]) -> None:
	"""Who manages the board now may change the reports that we made for it."""
	if owner and name in known and frappe.db.get_value("Report", name, "owner") not in (None, owner):
		frappe.db.set_value("Report", name, "owner", owner, update_modified=False)


def _make(name: str, board: str, columns: tuple[str, ...], filters: Any, order: str) -> None:
	given = [[_CASE, "board", "=", board], *([_CASE, *each] for each in filters)]
	settings = {
		"filters": given,
		"fields": [[column, _CASE] for column in columns],
		"order_by": f"`tab{_CASE}`.{order}",
		"add_totals_row": 0,
		"page_length": 100,
	}
	values = {
		"doctype": "Report",
		"report_name": name,
		"ref_doctype": _CASE,
		"report_type": "Report Builder",
		"is_standard": "No",
		"module": "Safeguarding",
		"json": json.dumps(settings),
	}
	frappe.get_doc(values).insert(ignore_permissions=True)


def remove() -> None:
	"""Delete the reports that we made, and those alone; others over our DocTypes go with these (Frappe's own uninstall)."""
	for name in created.names("Report"):
		frappe.delete_doc(
			"Report", name, force=True, ignore_missing=True, ignore_permissions=True, delete_permanently=True
		)
