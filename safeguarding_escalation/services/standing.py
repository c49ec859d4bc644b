"""Where the session's user stands in many cases at once, as conditions of one query rather than a look at each.

The same questions that `engine.case.sides_of` answers for one case: is this mine, is it my team's, is it ours to do?
What a user may see is not decided here: `visible` is Frappe's own list condition, hence permissions.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import frappe
from frappe.desk.reportview import build_match_conditions
from pypika.functions import Lower
from pypika.terms import Criterion, LiteralValue, ValueWrapper

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.parties import PARTY_SIDES as _SIDES
from safeguarding_escalation.services import facts, people, times

# What a person must do is never a preference (Redbridge 4.4: "preferably").
PREFERENCE = "preference"
_LEADS = {"raising": ("raised_by", "raising_lead"), "responding": ("responding_lead", "decision_maker")}


@dataclass(frozen=True)
class Standing:
	"""The user, the contacts that they are, in post today, their agencies, and the boards whose posts they hold."""

	user: str
	contacts: tuple[str, ...]
	agencies: tuple[str, ...]
	chairs: tuple[str, ...]
	manages: tuple[str, ...]
	today: date


def standing(user: str | None = None) -> Standing:
	"""Where `user` (default: the session's) stands. Two queries, whatever the number of cases."""
	user = user or frappe.session.user
	contacts = people.contacts_of(user)
	names = tuple(row.name for row in contacts)
	chairs, manages = _posts(names)
	agencies = tuple(dict.fromkeys(row.agency for row in contacts if row.agency))
	return Standing(user, names, agencies, chairs, manages, times.today())


def _posts(contacts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
	"""The boards that name one of `contacts` as Chair, and as Business Manager."""
	if not contacts:
		return (), ()
	board = frappe.qb.DocType("Safeguarding Board")
	query = frappe.qb.from_(board).select(board.name, board.chair, board.business_manager)
	rows = query.where(board.chair.isin(contacts) | board.business_manager.isin(contacts)).run(as_dict=True)
	return (
		tuple(row.name for row in rows if row.chair in contacts),
		tuple(row.name for row in rows if row.business_manager in contacts),
	)


def visible(doctype: str = "Escalation") -> Criterion | None:
	"""What the session's user may list, as Frappe's own list decides it: our access rule and User Permissions.

	None for no condition (Administrator). Raises PermissionError for a user without the right to read.
	"""
	text = build_match_conditions(doctype)
	return LiteralValue(f"({text})") if text else None


def open_cases(case: Any) -> Criterion:
	"""Cases that are neither closed nor withdrawn."""
	return case.workflow_state.notin(ENDED)


def live(deadline: Any, now: datetime) -> Criterion:
	"""Clocks that run at `now` (naive, the site's zone): started, with a due instant, neither met nor ended."""
	return (
		deadline.met_at.isnull()
		& deadline.ended_at.isnull()
		& deadline.due_at.notnull()
		& (deadline.starts_at <= now)
	)


def named(case: Any, me: Standing) -> Criterion:
	"""Cases that name the user: in the form, as a party's lead, or as who entered them."""
	found = case.owner == me.user
	for field in facts.NAMED_FIELDS:
		found |= _among(case[field], me.contacts)
	return found | _party(case, me.contacts, "lead")


def teams(case: Any, me: Standing) -> Criterion:
	"""Cases to which the user's own agency is a party."""
	found = _among(case.raising_agency, me.agencies) | _among(case.responding_agency, me.agencies)
	return found | _party(case, me.agencies, "agency")


def chaired(case: Any, me: Standing) -> Criterion:
	"""Cases of the boards that the user chairs; the access rule says from which stage on."""
	return _among(case.board, me.chairs)


def managed(case: Any, me: Standing) -> Criterion:
	"""Cases of the boards that the user manages."""
	return _among(case.board, me.manages)


def any_case(case: Any, me: Standing) -> Criterion:
	"""Every case, as far as the user may see it."""
	return case.name.isnotnull()


def ours(case: Any, deadline: Any, me: Standing) -> Criterion:
	"""Clocks that the user's own side or post owes. An action's clock is owed in either party's agency."""
	sides = {side: _side(case, me, side) for side in _SIDES}
	owed = {
		"raising": sides["raising"],
		"responding": sides["responding"],
		"action owner": sides["raising"] | sides["responding"],
		"chair": chaired(case, me),
		"business manager": managed(case, me),
	}
	found = _never()
	for word, condition in owed.items():
		found |= deadline.owed_by.like(f"%{word}%") & condition
	return found


def unled(case: Any, me: Standing, absent: Collection[str] = ()) -> Criterion:
	"""Cases where the user's agency has nobody who leads: no lead named, a team only, or a lead who has left the agency or
	the team for which they were named, or is among the `absent`, whom nobody covers.
	"""
	contact, held = (
		frappe.qb.DocType("Safeguarding Contact"),
		frappe.qb.DocType("Safeguarding Contact Capacity"),
	)
	party = frappe.qb.DocType("Escalation Party")
	led = frappe.qb.from_(party).join(contact).on(contact.name == party.lead)
	led = led.left_join(held).on(held.parent == contact.name).select(party.parent)
	led = led.where(party.parenttype == "Escalation").where(_among(party.agency, me.agencies))
	led = led.where(contact.agency == party.agency).where(_in_post(contact, me.today))
	of_team = (Lower(contact.team) == Lower(party.led_for)) | (
		(Lower(held.team) == Lower(party.led_for)) & _in_post(held, me.today)
	)
	led = led.where(party.led_for.isnull() | (party.led_for == "") | of_team)
	if absent:
		led = led.where(party.lead.notin(list(absent)))
	return (
		_among(case.raising_agency, me.agencies) | _among(case.responding_agency, me.agencies)
	) & case.name.notin(led)


def unreceived(case: Any, me: Standing) -> Criterion:
	"""Cases that were handed to somebody of the user's agency who has not said yet that they have them."""
	party = frappe.qb.DocType("Escalation Party")
	query = frappe.qb.from_(party).select(party.parent).where(party.parenttype == "Escalation")
	query = query.where(_among(party.agency, me.agencies)).where(party.lead.isnotnull())
	return case.name.isin(query.where(party.handed_at.isnotnull()).where(party.received_at.isnull()))


def asked(case: Any, me: Standing) -> Criterion:
	"""Cases in which somebody is asked for their word who the user is."""
	request = frappe.qb.DocType("Record Confirmation")
	query = frappe.qb.from_(request).select(request.escalation).where(request.state == "asked")
	return case.name.isin(query.where(_among(request.contact, me.contacts)))


def _in_post(row: Any, day: date) -> Criterion:
	return (row.from_date.isnull() | (row.from_date <= day)) & (row.to_date.isnull() | (row.to_date >= day))


def _side(case: Any, me: Standing, side: str) -> Criterion:
	found = _among(case[f"{side}_agency"], me.agencies) | _party(case, me.agencies, "agency", side)
	for field in _LEADS[side]:
		found |= _among(case[field], me.contacts)
	return found


def _party(case: Any, values: Collection[str], field: str, side: str | None = None) -> Criterion:
	"""Cases with a row among their parties whose `field` is one of `values`, on one side or on any."""
	if not values:
		return _never()
	party = frappe.qb.DocType("Escalation Party")
	query = frappe.qb.from_(party).select(party.parent).where(party.parenttype == "Escalation")
	query = query.where(party[field].isin(values))
	return case.name.isin(query.where(party.side == side) if side else query)


def _among(field: Any, values: Collection[str]) -> Criterion:
	return field.isin(values) if values else _never()


def _never() -> Criterion:
	return ValueWrapper(1) == ValueWrapper(0)
