"""Related escalations: shown as references, and only to who may see both ends.

Neither case's log says that the other exists: whoever works on one of them need not know of the other. The link's own
row keeps who made it and who took it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import frappe
from pypika import Order

from safeguarding_escalation import permissions
from safeguarding_escalation.services import guard, times, views
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.text import plain
from safeguarding_escalation.services.unpacking import unpacked

DOCTYPE = "Related Escalation"
RELATIONS = ("Same adult", "Same decision", "Earlier case of another board", "Other")
REASONS = ("Not the same person", "Not the same matter", "Linked by mistake", "Other")
MOST = 10  # suggestions
SHORTEST = 3  # letters of a name
PEOPLE = 5  # of one concern, that are looked up while it is written
TOLD = ("name", "reference", "board", "stage_label", "workflow_state")


def link(escalation: str, other: str, relation: str) -> dict[str, Any]:
	"""Link two cases that the user may see; see `api.process.link`. The caller's right to `escalation` is checked."""
	guard.readable(other)
	if escalation == other:
		refuse(BadInput, "A case cannot be related to itself.")
	if relation not in RELATIONS:
		refuse(BadInput, f"How are they related? One of: {', '.join(RELATIONS)}.")
	# Always in one order, so that two people who link the same two cases do not wait for each other.
	with locked(min(escalation, other)), locked(max(escalation, other)):
		if _standing(escalation, other):
			refuse(BadInput, "These two are linked already.")
		frappe.get_doc(
			{
				"doctype": DOCTYPE,
				"escalation": escalation,
				"related_to": other,
				"relation": relation,
				"linked_at": times.stored(times.now()),
				"linked_by": frappe.session.user,
			}
		).insert(ignore_permissions=True)
	return views.panel(escalation)


def unlink(escalation: str, row: str, reason: str) -> dict[str, Any]:
	"""Take a link back: its row stays, with who did it, when and why. Raises BadInput for one that is not there."""
	if reason not in REASONS:
		refuse(BadInput, f"Why is it unlinked? One of: {', '.join(REASONS)}.")
	gone = "There is no such link, or it is not for you to see."
	if not any(each.name == row for each in rows([escalation])):
		refuse(BadInput, gone)
	with locked(escalation):
		# The other end has a lock of its own: the row, as it is now, says who came first.
		if any(each.unlinked_at for each in select(DOCTYPE, ["unlinked_at"], {"name": row}, for_update=True)):
			refuse(BadInput, gone)
		frappe.db.set_value(
			DOCTYPE,
			row,
			{
				"unlinked_at": times.stored(times.now()),
				"unlinked_by": frappe.session.user,
				"unlinked_reason": reason,
			},
		)
	return views.panel(escalation)


def _standing(one: str, other: str) -> bool:
	"""Whether two cases are linked now, and not only when this request first looked."""
	either = [{"escalation": one, "related_to": other}, {"escalation": other, "related_to": one}]
	found = [row for pair in either for row in select(DOCTYPE, ["unlinked_at"], pair, for_update=True)]
	return any(not row.unlinked_at for row in found)


def rows(escalations: Iterable[str]) -> list[Any]:
	"""The standing links of these cases whose two ends the session's user may see."""
	names = tuple(escalations)
	table = frappe.qb.DocType(DOCTYPE)
	condition = permissions.criterion(DOCTYPE, frappe.session.user)
	admin = frappe.session.user == "Administrator"
	if not names or (condition is None and not admin):
		return []
	query = frappe.qb.from_(table).select(
		table.name, table.escalation, table.related_to, table.relation, table.linked_at
	)
	query = query.where(table.escalation.isin(names) | table.related_to.isin(names)).where(
		table.unlinked_at.isnull()
	)
	if condition is not None and not admin:
		query = query.where(condition)
	return query.orderby(table.linked_at).run(as_dict=True)


def panel(escalation: str) -> list[dict[str, Any]]:
	"""For the form: [{row, escalation, reference, board, state, relation, since}] of the other ends."""
	found = []
	for row in rows([escalation]):
		other = row.related_to if row.escalation == escalation else row.escalation
		known = frappe.db.get_value("Escalation", other, ["reference", "board", "stage_label"], as_dict=True)
		found.append(
			{
				"row": row.name,
				"escalation": other,
				"reference": known.reference,
				"board": known.board,
				"state": known.stage_label or "",
				"relation": row.relation,
				"since": times.show(times.aware(row.linked_at)),
			}
		)
	return found


def suggestions(name: str, date_of_birth: Any, escalation: str | None) -> list[Any]:
	"""Cases that the session's user may see and that concern somebody of exactly this name: references, no names.

	The date of birth tells two people of one name apart where both cases give it. The database leaves out what the user
	may not see, in one query: how long it takes says nothing of cases that are hidden.
	"""
	wanted = " ".join(plain(name, "Name").split())
	condition = permissions.criterion("Escalation Subject", frappe.session.user)
	admin = frappe.session.user == "Administrator"
	if len(wanted) < SHORTEST or (condition is None and not admin):
		return []
	born = times.given_day(date_of_birth) if date_of_birth else None
	table, case = frappe.qb.DocType("Escalation Subject"), frappe.qb.DocType("Escalation")
	query = (
		frappe.qb.from_(table)
		.join(case)
		.on(case.name == table.parent)
		.select(case.name, case.reference, case.board, case.stage_label, case.workflow_state)
		.where(table.parenttype == "Escalation")
		.where(table.subject_name == wanted)
		.orderby(case.creation, order=Order.desc)
		.distinct()
	)
	if condition is not None and not admin:
		query = query.where(condition)
	if born:
		query = query.where(table.date_of_birth.isnull() | (table.date_of_birth == born))
	passed = {escalation, *_linked(escalation)}
	rows = query.select(case.creation).limit(MOST + len(passed)).run(as_dict=True)
	return [_told(row) for row in rows if row.name not in passed][:MOST]


def _told(row: Any) -> Any:
	return frappe._dict({field: row[field] for field in TOLD})


def _linked(escalation: str | None) -> set[str]:
	if not escalation:
		return set()
	return {end for row in rows([escalation]) for end in (row.escalation, row.related_to)}


def of_case(escalation: str) -> list[Any]:
	"""`suggestions` for each adult or child of a case, each case once."""
	people = select(
		"Escalation Subject",
		["subject_name", "date_of_birth"],
		{"parent": escalation, "parenttype": "Escalation"},
	)
	return _of_people(people, escalation)


def same_name(subjects: Any) -> list[Any]:
	"""`suggestions` while a concern is being written, for up to five people {subject_name, date_of_birth}, each case once.

	Raises BadInput for what is no list of people. What has no readable name or date yet is passed over: it is being typed.
	"""
	given = unpacked(subjects)
	if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
		refuse(BadInput, "Give a list of people, each with a name.")
	people = []
	for row in given[:PEOPLE]:
		name, born = row.get("subject_name"), row.get("date_of_birth")
		if isinstance(name, str):
			people.append(frappe._dict(subject_name=name, date_of_birth=_day(born)))
	return _of_people(people, None)


def _day(value: Any) -> Any:
	"""A day that is written down whole, else None."""
	try:
		return date.fromisoformat(str(value)[:10])
	except ValueError:
		return None


def _of_people(people: Iterable[Any], escalation: str | None) -> list[Any]:
	found: dict[str, Any] = {}
	for row in people:
		for case in suggestions(row.subject_name or "", row.date_of_birth, escalation):
			found[case.name] = case
	return list(found.values())[:MOST]
