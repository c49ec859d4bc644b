"""Who has looked: the audit's rows as people read them, for a case's form and for the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _

from safeguarding_escalation.engine.access import INFORMATION_GOVERNANCE
from safeguarding_escalation.services import audit, rights
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.services.rows import select

COLUMNS = ("at", "action", "reference", "what", "user", "contact_name", "agency", "from_where", "request")
MOST = 500  # rows of one case that the form shows, the newest
LONGEST = 5000  # rows of a report


def may_ask(escalation: str, user: str) -> bool:
	"""Whether `user` may be told who has looked at a case: its readers who hold one of the board's posts, or who answer
	for information governance in their agency."""
	if not rights.rights_of(escalation, user).read:
		return False
	if user == "Administrator":
		return True
	board = frappe.db.get_value("Escalation", escalation, "board")
	people = rights.people_of(escalation, board, user)
	return any(person.board_roles or INFORMATION_GOVERNANCE in person.capacities for person in people)


def require(escalation: str) -> None:
	"""Raise NotYours unless the session's user may be told who has looked."""
	if not may_ask(escalation, frappe.session.user):
		refuse(NotYours, "There is no such escalation, or you may not see who has looked at it.")


def at_case(escalation: str) -> list[dict[str, Any]]:
	"""Who has looked at a case, newest first: dicts of COLUMNS. Asking is noted too."""
	audit.note(escalation, "audit", "who has looked")
	rows = select(audit.DOCTYPE, COLUMNS, {"escalation": escalation}, order_by="at")
	return [dict(row) for row in rows[: -MOST - 1 : -1]]


def report(given: Mapping[str, Any]) -> list[dict[str, Any]]:
	"""The rows that the session's user may read, newest first, at most LONGEST.

	`given`: reference, agency, user, action, from_date, to_date (both days included). Raises BadInput for what is no date.
	"""
	return frappe.get_list(
		audit.DOCTYPE,
		filters=_filters(given),
		fields=list(COLUMNS),
		order_by="at desc, name",
		limit_page_length=LONGEST,
	)


def how_many(given: Mapping[str, Any]) -> int:
	"""How many rows there are for `report`, of which it shows the newest."""
	return len(frappe.get_list(audit.DOCTYPE, filters=_filters(given), pluck="name", limit_page_length=0))


def left_out(given: Mapping[str, Any], shown: int) -> str:
	"""What a reader of a report that is too long is told; '' where it shows all. How many more is not counted: of a
	whole audit that takes longer than the report."""
	if shown < LONGEST:
		return ""
	further = frappe.get_list(
		audit.DOCTYPE,
		filters=_filters(given),
		pluck="name",
		order_by="at desc, name",
		limit_start=LONGEST,
		limit_page_length=1,
	)
	words = _("These are the newest {0} rows, and there are more. Choose fewer days to see the others.")
	return words.format(f"{shown:,}") if further else ""


def _filters(given: Mapping[str, Any]) -> list[list[Any]]:
	wanted: list[list[Any]] = [
		[field, "=", str(given[field])]
		for field in ("reference", "agency", "user", "action")
		if given.get(field)
	]
	for field, operator, clock in (("from_date", ">=", "00:00:00"), ("to_date", "<=", "23:59:59.999999")):
		if given.get(field):
			wanted.append(["at", operator, f"{_day(given[field])} {clock}"])
	return wanted


def _day(value: Any) -> str:
	try:
		return frappe.utils.getdate(str(value)).isoformat()
	except (ValueError, frappe.ValidationError):
		refuse(BadInput, f"“{str(value)[:40]}” is not a date.")


def columns() -> list[dict[str, Any]]:
	"""The report's columns. None holds the name of an adult."""
	return [
		_column("at", _("When"), 170, "Datetime"),
		_column("action", _("What was done"), 120),
		_column("reference", _("Reference"), 130),
		_column("what", _("Through what"), 180),
		_column("contact_name", _("Who"), 180),
		_column("agency", _("Agency"), 180),
		_column("user", _("Account"), 200),
		_column("from_where", _("From where"), 180),
		_column("request", _("Request"), 260),
	]


def _column(name: str, label: str, width: int, kind: str = "Data") -> dict[str, Any]:
	return {"fieldname": name, "label": label, "fieldtype": kind, "width": width}
