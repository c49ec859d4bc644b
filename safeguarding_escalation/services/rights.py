"""What a user may do with a case: the engine's one access rule, asked with the stored rows (decision 6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.engine.access import RIGHTS, Grant, Rights
from safeguarding_escalation.engine.access import rights as allowed
from safeguarding_escalation.engine.case import Case, Person
from safeguarding_escalation.engine.grantee import COPIED, NAMED
from safeguarding_escalation.services import absences, log, people, times
from safeguarding_escalation.services.rows import select

# Rows that were written without a beginning run since before any case.
_ALWAYS = "2000-01-01 00:00:00"


def rights_of(escalation: Any, user: str) -> Rights:
	"""What `user` may do with a case now; nothing if there is no such case, or for an account that is switched off.

	Somebody with contacts in several agencies has what any of them gives, and nothing once one has stepped back.
	Administrator, the host's superuser, may do everything that the case's state allows.
	"""
	known = isinstance(escalation, str) and escalation
	found = select("Escalation", ["board", "workflow_state"], {"name": escalation}) if known else []
	if not found:
		return Rights()
	case = Case(state=found[0].workflow_state or "", board=found[0].board or "")
	if user == "Administrator":
		closed = {"write", "note", "sign"} if not case.open else set()
		return Rights(**{name: name not in closed for name in RIGHTS})
	held = grants(escalation)
	total = Rights()
	for person in people_of(escalation, case.board, user):
		total |= of_person(person, held, case, times.now())
	return total


def of_person(person: Person, held: Collection[Grant], case: Case, now: datetime) -> Rights:
	"""What one person may do by the grants `held`, with those of the colleagues for whom they stand in at `now`."""
	return allowed(person, held, case, now, covered(person, now))


def covered(person: Person, now: datetime) -> list[Person]:
	"""The colleagues for whom a person stands in at `now`, and whose work in person is theirs until then."""
	if not person.contact or person.recused:
		return []
	return [people.person(row, None) for row in absences.covered_by([person.contact], now)]


def grants(escalation: str) -> tuple[Grant, ...]:
	"""The stored access of a case that is switched on, as the engine's grants."""
	columns = ["grantee", "since", "until", "reason", "rights", "basis", "contact", "agency", "team"]
	rows = select("Escalation Access", columns, {"escalation": escalation, "active": 1})
	return tuple(
		Grant(
			kind="",
			grantee=row.grantee,
			since=times.aware(row.since or _ALWAYS),
			until=times.aware(row.until),
			reason=row.reason or "",
			basis=row.basis or (NAMED if row.rights == "write" else COPIED),
			contact=row.contact or None,
			agency=row.agency or "",
			team=row.team or "",
		)
		for row in rows
	)


def people_of(escalation: str, board: str, user: str) -> list[Person]:
	"""The user as the engine's persons in a case of `board`; see `persons`."""
	recusals = log.stored_recusals(escalation)
	return persons(user, people.post_holders(board, recusals), people.with_accounts(recusals))


def persons(user: str, holders: people.Holders, recused: Collection[str] = ()) -> list[Person]:
	"""The user as the engine's persons: one for each contact in post; the account alone for who never was a contact.

	None for guests and for accounts that are switched off or whose contacts have all left: leaving ends access at once.
	"""
	if not user or user == "Guest" or not frappe.db.get_value("User", user, "enabled"):
		return []
	contacts = people.contacts_of(user)
	if contacts:
		return [people.person(row, None, recused=recused, holders=holders) for row in contacts]
	if frappe.db.exists("Safeguarding Contact", {"user": user}):
		return []
	return [people.person(None, None, user)]
