"""The register of replies: what each agency says to the Chair's recommendations or advice, and who has said nothing."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine import replies
from safeguarding_escalation.engine.needs import epoch
from safeguarding_escalation.services import actors, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase


def check(case: LoadedCase, kind: str, outcome: str, reason: str) -> None:
	"""Raise BadInput for a reply to nothing, or one that does not accept in full and says not why."""
	if kind != replies.REPLY:
		return
	if replies.asked_by(epoch(case.effective_events)) is None:
		refuse(BadInput, f"The {case.policy.chair_label} has recommended or advised nothing yet.")
	if outcome in (replies.PARTLY, replies.NOT) and not reason:
		refuse(BadInput, "Say why your agency does not accept it in full.")


def panel(case: LoadedCase) -> dict[str, Any]:
	"""For the form: `asked` (when, '' if nothing is), `outcome`, `rows` [{side, agency, reply, why, by_when, when, who}]
	and `missing` (agencies without a reply).
	"""
	current = epoch(case.effective_events)
	asked = replies.asked_by(current)
	rows = [_row(case, reply) for reply in replies.replies(case.case, current)]
	return {
		"asked": times.show(asked.at) if asked else "",
		"outcome": (asked.outcome or "recommendation") if asked else "",
		"rows": rows,
		"missing": [row["agency"] or row["side"] for row in rows if not row["when"]],
		"open": case.case.open,
	}


def _row(case: LoadedCase, reply: replies.Reply) -> dict[str, Any]:
	entry = next((row for row in case.rows if reply.event and row.name == reply.event.id), None)
	found = {
		"side": reply.side,
		"agency": reply.agency,
		"reply": "",
		"why": "",
		"by_when": "",
		"when": "",
		"who": "",
	}
	if entry is None or not actors.sees(case, entry):
		return found
	note = frappe.db.get_value("Stage Log Note", {"stage_log": entry.name}, "note") or ""
	return found | {
		"reply": entry.outcome or "",
		"why": note,
		"by_when": times.show_due(times.aware(entry.due_at)),
		"when": times.show(times.aware(entry.occurred_at)),
		"who": entry.actor_name or "",
	}
