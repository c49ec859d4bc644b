"""What lists, number cards, the calendar and *Who do I ring?* ask. Each function's first line is its guard.

The counts are of what the session's user may see: the rows of `services.worklists`, which Frappe's own list condition
fences. `filters` is what Frappe sends with every number card; ours take none but the stage.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation.services import diary, guard, ring, worklists


@frappe.whitelist(methods=["GET", "POST"])
def my_open_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases name the user."""
	guard.listable()
	return _number(worklists.how_many("mine"), "My Cases")


@frappe.whitelist(methods=["GET", "POST"])
def my_overdue_cases(filters: Any = None) -> dict[str, Any]:
	"""In how many of the user's own cases their side is late."""
	guard.listable()
	return _number(worklists.tally("mine")[worklists.OVERDUE], "My Cases", state=worklists.OVERDUE)


@frappe.whitelist(methods=["GET", "POST"])
def team_due_today(filters: Any = None) -> dict[str, Any]:
	"""In how many cases the user's agency must act today."""
	guard.listable()
	return _team(worklists.TODAY)


@frappe.whitelist(methods=["GET", "POST"])
def team_overdue(filters: Any = None) -> dict[str, Any]:
	"""In how many cases the user's agency is late."""
	guard.listable()
	return _team(worklists.OVERDUE)


@frappe.whitelist(methods=["GET", "POST"])
def team_waiting(filters: Any = None) -> dict[str, Any]:
	"""How many cases of the user's agency wait for somebody else."""
	guard.listable()
	return _team(worklists.WAITING)


@frappe.whitelist(methods=["GET", "POST"])
def team_unassigned(filters: Any = None) -> dict[str, Any]:
	"""In how many cases the user's agency has no lead in post."""
	guard.listable()
	return _team(worklists.UNASSIGNED)


@frappe.whitelist(methods=["GET", "POST"])
def chair_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases have come to the Chair."""
	guard.listable()
	return _number(worklists.how_many("chair"), "Board Cases", view="chair")


@frappe.whitelist(methods=["GET", "POST"])
def board_open_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases are at the boards that the user manages."""
	guard.listable()
	return _number(worklists.how_many("board"), "Board Cases")


@frappe.whitelist(methods=["GET", "POST"])
def board_overdue_cases(filters: Any = None) -> dict[str, Any]:
	"""In how many cases of the user's boards something is overdue, whoever owes it."""
	guard.listable()
	return _number(worklists.late("board"), "Board Cases", state=worklists.OVERDUE)


@frappe.whitelist(methods=["GET", "POST"])
def board_stage_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases of the user's boards are at one stage: `filters` is {"stage": 2}, as the card says."""
	guard.listable()
	stage = cint((frappe.parse_json(filters) or {}).get("stage"))
	return _number(worklists.how_many("board", stage), "Board Cases")


@frappe.whitelist(methods=["GET", "POST"])
def calendar(
	start: str,
	end: str,
	doctype: str | None = None,
	fields: Any = None,
	filters: Any = None,
	field_map: Any = None,
) -> list[dict[str, Any]]:
	"""The running clocks due between two dates, for Frappe's calendar view. Escalation → Calendar.

	`filters` may hold the list's own filter on `board`; what else Frappe sends is not used.
	"""
	guard.listable()
	return diary.events(start, end, _board(filters))


@frappe.whitelist(methods=["GET", "POST"])
def who_do_i_ring(
	escalation: str | None = None,
	agency: str | None = None,
	board: str | None = None,
	capacity: str | None = None,
) -> dict[str, Any]:
	"""The directory for the page, or the part of it that a case concerns. NotYours for a case of others."""
	guard.listable("Safeguarding Contact")
	if escalation:
		guard.readable(escalation)
	return ring.directory(escalation, agency, board, capacity)


def _team(group: str) -> dict[str, Any]:
	return _number(worklists.tally("team")[group], "My Team Today", group=group)


def _number(value: int, report: str, **options: str) -> dict[str, Any]:
	"""A custom number card's answer; where Frappe can, a click on the card opens the rows that were counted."""
	return {"value": value, "fieldtype": "Int", "route": ["query-report", report], "route_options": options}


def _board(filters: Any) -> str | None:
	"""The board of a list's filters, which Frappe sends as rows of (DocType, field, operator, value)."""
	for row in frappe.parse_json(filters) or ():
		if isinstance(row, list | tuple) and len(row) >= 4 and row[1] == "board" and row[2] == "=":
			return str(row[3])
	return None
