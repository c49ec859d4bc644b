"""A closure, a newly announced bank holiday, or the end of one: checked, previewed, applied, and never edited again.

Policies are immutable, so what is learnt later about a day is a Calendar Change. Applying one stores since when it is
known; what follows for each case is `calendar_moving`'s.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import frappe

from safeguarding_escalation.engine.calendar import HORIZON
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import calendar_moving, closures, policies, policy_versions, times
from safeguarding_escalation.services.closures import (
	APPLIED,
	BANK_HOLIDAY,
	CLOSURE,
	DOCTYPE,
	DRAFT,
	REOPENED,
	WITHDRAWN,
	Row,
)  # fmt: skip
from safeguarding_escalation.services.errors import BadInput, NotYours, PreviewOutdated, refuse
from safeguarding_escalation.services.text import plain

LONGEST = timedelta(days=31)
_ADMINISTRATORS = {"Safeguarding Administrator", "System Manager"}
_WRITTEN_BY_US = ("applied_at", "applied_by", "finished_at", "cases_moved", "clocks_moved", "by_package")


def check(document: Any) -> None:
	"""Refuse what a Calendar Change cannot be, on each save; only drafts are saved at all.

	Raises BadInput with a sentence, and NotYours for a board that the user does not manage.
	"""
	require_draft(document)
	if not document.flags.by_service:
		document.state = DRAFT
		for field in _WRITTEN_BY_US:
			document.set(field, 0 if field in ("cases_moved", "clocks_moved", "by_package") else None)
	document.day_name = plain(document.day_name, "Name")
	document.reason = plain(document.reason, "Reason")
	_check_scope(document)
	_check_days(document)
	if not document.reason:
		refuse(BadInput, "Say why: the reason is kept with the change, and shown to who reads it.")
	require_manager(document.board)
	if not changed_days(closures.row_of(document, times.now())):
		refuse(BadInput, _nothing_changes(document))


def require_draft(document: Any) -> None:
	"""Raise BadInput where the stored row is applied: it is kept as it is, and ended by a change of its own."""
	state = frappe.db.get_value(DOCTYPE, document.name, "state") if document.name else None
	if state and state != DRAFT:
		refuse(
			BadInput,
			"An applied change is never edited or deleted: dates follow from it. Withdraw it instead.",
		)


def require_manager(board: str | None) -> None:
	"""Raise NotYours unless the user decides for the board, or for all boards of a nation where none is named."""
	if board:
		policy_versions.require_manager(board)
	elif frappe.session.user != "Administrator" and not _ADMINISTRATORS & set(frappe.get_roles()):
		refuse(
			NotYours, "Bank holidays and closures of all boards are for an administrator. Choose your board."
		)


def require_theirs(change: Any) -> None:
	"""Raise NotYours unless the Calendar Change is there and the user decides for its board."""
	found = isinstance(change, str) and frappe.db.get_value(DOCTYPE, change, ["name", "board"])
	if not found or not frappe.has_permission(DOCTYPE, "write"):
		refuse(NotYours, "There is no such change, or it is not yours.")
	require_manager(found[1])


def _check_scope(document: Any) -> None:
	if bool(document.board) == bool(document.nation):
		refuse(BadInput, "Choose a board, or a nation for all of its boards; not both.")
	if document.kind == BANK_HOLIDAY and document.board:
		refuse(BadInput, "A bank holiday is the nation's. For one board enter a closure.")


def _check_days(document: Any) -> None:
	if not document.from_date:
		refuse(BadInput, "From which day? Give the date.")
	first = times.given_day(document.from_date)
	last = times.given_day(document.to_date or first)
	document.from_date, document.to_date = first, last
	if last < first:
		refuse(BadInput, f"{date_text(last)} is before {date_text(first)}. Swap the two days.")
	if last - first > LONGEST:
		refuse(BadInput, "At most 31 days at once. Enter a longer closure in parts.")
	if first < times.today():
		refuse(
			BadInput,
			f"{date_text(first)} has passed, and people have relied on the dates that counted it. Enter today or later days.",
		)
	if last > HORIZON[1]:
		refuse(BadInput, f"The calendar ends on {date_text(HORIZON[1])}. Check the date.")


def _nothing_changes(document: Any) -> str:
	first, last = document.from_date, document.to_date
	days = date_text(first) if first == last else f"{date_text(first)} to {date_text(last)}"
	if document.kind == REOPENED:
		return (
			f"{days}: no closure of {_whose(document)} stands on these days, so there is nothing to withdraw."
		)
	calendar = _calendars(closures.row_of(document, times.now()))[0]
	return f"{days}: not counted anyway ({calendar.name_of(first) or 'no working day'}), so nothing changes."


def _whose(document: Any) -> str:
	return document.board or "all boards"


def _calendars(row: Row) -> tuple[Any, Any]:
	"""The working days of the board, or nation, by what is known now: without the change, and with it."""
	known = closures.rows()
	if not row.board:
		return tuple(closures.of_nation(row.nation, given).latest for given in (known, (*known, row)))
	adopted = policies.adopted(row.board)
	if not adopted:
		refuse(BadInput, f"{row.board} works by no policy yet, so there is nothing that counts its days.")
	era = [(policies.policy(adopted), row.board)]
	return tuple(closures.histories(era, given)[0].latest for given in (known, (*known, row)))


def changed_days(row: Row) -> list[date]:
	"""The days that would count differently by the change."""
	before, after = _calendars(row)
	return [day for day in row.days() if before.is_working_day(day) != after.is_working_day(day)]


def preview(change: str) -> dict[str, Any]:
	"""What applying would move, for who may read it; nothing is written. See `calendar_moving.Preview.shown`."""
	document = frappe.get_doc(DOCTYPE, change)
	return _previewed(document).shown()


def _previewed(document: Any) -> calendar_moving.Preview:
	if document.state != DRAFT:
		refuse(BadInput, "This change is applied already; its form shows what it moved.")
	check(document)
	return calendar_moving.preview(closures.row_of(document, times.now()))


def apply(change: str, digest: str) -> dict[str, Any]:
	"""Apply what was previewed. Raises PreviewOutdated where the dates are others by now.

	From this transaction's end on everything counts by it; a background job then stores, logs and tells each case.
	"""
	document = frappe.get_doc(DOCTYPE, change, for_update=True)
	found = _previewed(document)
	if not digest or found.digest != digest:
		refuse(
			PreviewOutdated,
			"Cases have changed since you looked: other dates would move now. Look at the preview again, then apply.",
		)
	store_applied(document, times.now())
	return {"state": APPLIED, **found.counts()}


def store_applied(document: Any, moment: datetime) -> None:
	"""Store that a draft is applied, end what it withdraws, and start the background job after the commit."""
	values = {"state": APPLIED, "applied_at": times.stored(moment), "applied_by": frappe.session.user}
	frappe.db.set_value(DOCTYPE, document.name, values)
	document.update(values)
	if document.withdraws and _ends(document):
		frappe.db.set_value(DOCTYPE, document.withdraws, "state", WITHDRAWN)
	calendar_moving.start(document.name)


def _ends(document: Any) -> bool:
	"""Whether a withdrawal takes back every day that is still to come of what it withdraws."""
	first, last = frappe.db.get_value(DOCTYPE, document.withdraws, ["from_date", "to_date"])
	return document.from_date <= max(first, times.today()) and document.to_date >= last


def withdraw(change: str, reason: str) -> dict[str, Any]:
	"""A draft that ends an applied closure or bank holiday for the days of it that are still to come; {change}."""
	document = frappe.get_doc(DOCTYPE, change)
	if document.state != APPLIED or document.kind == REOPENED:
		refuse(BadInput, "Only an applied closure or bank holiday can be withdrawn.")
	if document.to_date < times.today():
		refuse(BadInput, "Its days have passed, and stay as they were.")
	draft = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"kind": REOPENED,
			"board": document.board,
			"nation": document.nation,
			"day_name": document.day_name,
			"from_date": max(document.from_date, times.today()),
			"to_date": document.to_date,
			"reason": reason,
			"withdraws": document.name,
		}
	)
	return {"change": draft.insert().name}


def words(row: Row) -> str:
	"""A change in words: Closure of Redbridge on Wed 29 Dec 2027, Heating failed."""
	first, last = date_text(row.from_date), date_text(row.to_date)
	days = first if first == last else f"{first} to {last}"
	whose = (
		row.board
		or {"ENG": "England", "WLS": "Wales", "SCT": "Scotland", "NIR": "Northern Ireland"}[row.nation]
	)
	kind = {CLOSURE: "Closure of", BANK_HOLIDAY: "Bank holiday in", REOPENED: "No closure any more of"}[
		row.kind
	]
	return f"{kind} {whose} on {days}, {row.day_name}"
