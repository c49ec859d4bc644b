"""Every deadline that is still owed, soonest first, in the cases that the reader may see.

Rows come through `get_list`, so the access rule decides; the state is derived from the time of asking.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime

from safeguarding_escalation.engine.case import ENDED

# More rows than anybody reads; the soonest come first, so what is cut is the furthest away.
LIMIT = 500
SOON = timedelta(days=2)
OVERDUE, TODAY, DUE_SOON, LATER = "Overdue", "Due today", "Due soon", "Later"
KINDS = {"preference": "preferred", "advisory": "advisory", "local target": "local target"}


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
	"""Columns and rows. Filters: `board`, `owed_by` (part of the text), `overdue_only`, `limits_only`."""
	given = frappe._dict(filters or {})
	now = now_datetime()
	deadlines = open_deadlines(given, now)
	cases = cases_of({row.escalation for row in deadlines}, given)
	return columns(), [shown(row, cases[row.escalation], now) for row in deadlines if row.escalation in cases]


def open_deadlines(given: Any, now: datetime) -> list[Any]:
	"""The deadlines that have started and are neither met nor ended, soonest first."""
	conditions: list[list[Any]] = [
		["met_at", "is", "not set"],
		["ended_at", "is", "not set"],
		["due_at", "is", "set"],
		["starts_at", "<=", now],
	]
	if cint(given.overdue_only):
		conditions.append(["due_at", "<", now])
	if cint(given.limits_only):
		conditions.append(["kind", "=", "maximum"])
	if given.owed_by:
		conditions.append(["owed_by", "like", f"%{given.owed_by}%"])
	return frappe.get_list(
		"Escalation Deadline",
		filters=conditions,
		fields=["escalation", "label", "clock", "stage", "kind", "owed_by", "due_at", "clause"],
		order_by="due_at asc",
		limit=LIMIT,
	)


def cases_of(names: Iterable[str], given: Any) -> dict[str, Any]:
	"""The open cases among `names`, by name."""
	wanted = sorted(names)
	if not wanted:
		return {}
	conditions = [["name", "in", wanted], ["workflow_state", "not in", ENDED]]
	if given.board:
		conditions.append(["board", "=", given.board])
	rows = frappe.get_list(
		"Escalation",
		filters=conditions,
		fields=["name", "reference", "board", "stage_label", "raising_agency", "responding_agency"],
		limit=0,
	)
	return {row.name: row for row in rows}


def shown(deadline: Any, case: Any, now: datetime) -> dict[str, Any]:
	"""One row of the report."""
	kind = KINDS.get(deadline.kind)
	return {
		"state": state(get_datetime(deadline.due_at), now),
		"due_at": deadline.due_at,
		"label": f"{deadline.label or deadline.clock}{f' ({kind})' if kind else ''}",
		"owed_by": owed_by(deadline.owed_by, case),
		"escalation": deadline.escalation,
		"reference": case.reference,
		"stage_label": case.stage_label,
		"board": case.board,
		"clause": deadline.clause,
	}


def state(due_at: datetime, now: datetime) -> str:
	"""Overdue, Due today, Due soon (within two days) or Later."""
	if due_at < now:
		return OVERDUE
	if due_at.date() == now.date():
		return TODAY
	return DUE_SOON if due_at.date() <= (now + SOON).date() else LATER


def owed_by(owed: str | None, case: Any) -> str:
	"""Who owes it, by the agency's name where it is a side: "raising lead" → the raising agency."""
	agencies = {"raising": case.raising_agency, "responding": case.responding_agency}
	parts = [part.strip() for part in (owed or "").split(",") if part.strip()]
	return ", ".join(agencies.get(part.partition(" ")[0]) or part.capitalize() for part in parts)


def columns() -> list[dict[str, Any]]:
	"""What the report shows. No names of people."""
	return [
		{"fieldname": "state", "label": _("State"), "fieldtype": "Data", "width": 100},
		{"fieldname": "due_at", "label": _("Due"), "fieldtype": "Datetime", "width": 160},
		{"fieldname": "label", "label": _("What is due"), "fieldtype": "Data", "width": 320},
		{"fieldname": "owed_by", "label": _("Owed by"), "fieldtype": "Data", "width": 240},
		{"fieldname": "reference", "label": _("Escalation"), "fieldtype": "Data", "width": 130},
		{"fieldname": "stage_label", "label": _("Stage"), "fieldtype": "Data", "width": 130},
		{
			"fieldname": "board",
			"label": _("Board"),
			"fieldtype": "Link",
			"options": "Safeguarding Board",
			"width": 140,
		},
		{"fieldname": "clause", "label": _("Clause"), "fieldtype": "Data", "width": 110},
		{"fieldname": "escalation", "label": _("Case"), "fieldtype": "Data", "hidden": 1},
	]
