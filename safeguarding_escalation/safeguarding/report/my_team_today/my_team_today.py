"""My team today: at risk, due today, overdue, waiting on others, unassigned, not received. Rows from services.worklists."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from safeguarding_escalation.services import worklist_columns, worklists

TONES = {
	worklists.RISK: "Red",
	worklists.TODAY: "Orange",
	worklists.OVERDUE: "Red",
	worklists.WAITING: "Blue",
	worklists.UNASSIGNED: "Orange",
	worklists.UNRECEIVED: "Orange",
	worklists.TO_CLOSE: "Blue",
}


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows by group, and how many each group has. Filters: `board`, `group`."""
	given = frappe._dict(filters or {})
	counts = worklists.tally("team", given.board)
	summary = [
		{"label": _(group), "value": counts[group], "datatype": "Int", "indicator": tone}
		for group, tone in TONES.items()
	]
	rows = worklists.team(given.board, given.group)
	message = _(
		"Open cases of your team: {0}. Those in none of the groups have nothing due by today."
	).format(counts["open"])
	return worklist_columns.team_columns(), rows, message, None, summary
