"""Which cases a user holds, as a condition in SQL: the engine's one access rule for lists (see `engine.access.rights`).

Read for one condition and thrown away: what it knows of contacts, posts and substitutes is as of now.
`tests/test_rights.py` shows that it agrees with the engine.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import frappe
from frappe.utils import now as now_text
from pypika.functions import Lower
from pypika.terms import Criterion

from safeguarding_escalation.engine.access import keys
from safeguarding_escalation.engine.case import Person
from safeguarding_escalation.engine.grantee import BOARD, NAMED, SUBSTITUTE
from safeguarding_escalation.services import absences, log, people, rights, times
from safeguarding_escalation.services.rows import select


def plain(text: str) -> bool:
	"""Whether a text may stand in a condition: SQL text doubles quotes but leaves a backslash, which MariaDB reads as an
	escape. No key and no name of ours has one.
	"""
	return "\\" not in text


class Holding:
	"""One user's access to cases: their persons, the boards' posts they hold, and those they stand in for."""

	def __init__(self, user: str) -> None:
		self.user = user

	@cached_property
	def persons(self) -> list[Person]:
		"""The user's contacts in post as the engine's persons; see `rights.persons`."""
		return rights.persons(self.user, people.Holders())

	@cached_property
	def contacts(self) -> list[str]:
		"""The names of those contacts."""
		return [person.contact for person in self.persons if person.contact]

	@cached_property
	def agencies(self) -> list[str]:
		"""The agencies that the user works for."""
		return sorted({person.agency for person in self.persons if person.agency and plain(person.agency)})

	def grantees(self, agency: str = "") -> tuple[str, ...]:
		"""The keys by which Escalation Access may name the user, in all their agencies or in one."""
		today, mine = times.today(), self._of(agency)
		return tuple(dict.fromkeys(key for person in mine for key in keys(person, today)))

	def cases(self, write: bool = False, agency: str = "") -> Any:
		"""The subquery of cases that the user may read now, or work on, anyhow or for `agency`; None for none at all."""
		found = [key for key in self.grantees(agency) if plain(key)]
		if not found:
			return None
		found += [person.user for person in self._covered_of(agency)]
		now = now_text()
		access = frappe.qb.DocType("Escalation Access")
		query = (
			frappe.qb.from_(access)
			.select(access.escalation)
			.where(access.grantee.isin(found))
			.where(access.active == 1)
			.where(access.since.isnull() | (access.since <= now))
			.where(access.until.isnull() | (access.until >= now))
			.where(self._through(access, agency))
			.where(self._in_post(access))
		)
		return query.where(access.rights == "write") if write else query

	def entries(self, log_rows: Any) -> Criterion:
		"""The condition on rows of the log that the user may see, of cases that they may read (`engine.access.visible`).

		An agency's internal entries are for those who hold this very case for it: being of another party too opens nothing.
		"""
		condition = log_rows.visibility == "parties"
		for agency in self.agencies:
			held = self.cases(agency=agency)
			if held is not None:
				condition |= (log_rows.actor_agency == agency) & log_rows.escalation.isin(held)
		of_board = log_rows.visibility == "board"
		if self._cases_of_posts is not None:
			condition |= of_board & log_rows.escalation.isin(self._cases_of_posts)
		if self._cases_stood_in:
			condition |= of_board & log_rows.escalation.isin(self._cases_stood_in)
		return condition

	def _of(self, agency: str) -> list[Person]:
		return [person for person in self.persons if agency in ("", person.agency)]

	def _through(self, access: Any, agency: str) -> Criterion:
		"""Rows that run through nobody (a team's), or through a contact of the user's who still is where they were when
		the row was made (`Grant.held_by`).
		"""
		found = access.contact.isnull() | (access.contact == "")
		covered = self._covered_of(agency)
		for person in self._of(agency):
			if person.contact and plain(person.agency):
				found |= _in_place(access, person)
		if covered:
			found &= access.grantee.isin([key for key in self.grantees(agency) if plain(key)])
		for person in covered:
			theirs = _in_place(access, person) & (access.grantee == person.user) & (access.basis == NAMED)
			if self._stepped_back:
				theirs &= access.escalation.notin(self._stepped_back)
			found |= theirs
		return found

	def _covered_of(self, agency: str) -> list[Person]:
		"""The colleagues in an agency (or in any) for whom the user stands in now, and who have an account."""
		return [person for person in self._covered if agency in ("", person.agency)]

	@cached_property
	def _covered(self) -> list[Person]:
		rows = absences.covered_by(self.contacts, times.now())
		own = set(self.agencies)
		return [
			person
			for person in (people.person(row, None) for row in rows)
			if person.user and plain(person.user) and person.agency in own
		]

	@cached_property
	def _stepped_back(self) -> list[str]:
		"""The cases from which the user has stepped back, under any of their contacts: few."""
		mine = [row.name for row in select("Safeguarding Contact", ["name"], {"user": self.user})]
		entry = frappe.qb.DocType("Stage Log")
		query = frappe.qb.from_(entry).select(entry.escalation).distinct()
		query = query.where(entry.kind == log.RECUSED).where(entry.actor.isin(mine))
		return [name for name in query.run(pluck=True) if set(mine).intersection(log.stored_recusals(name))]

	def _in_post(self, access: Any) -> Criterion:
		"""Rows that a post of a board gives count while the board names the contact, or the one they stand in for."""
		condition = access.basis.isnull() | access.basis.notin([BOARD, SUBSTITUTE])
		if self._cases_of_posts is not None:
			condition |= (access.basis == BOARD) & access.escalation.isin(self._cases_of_posts)
		if self._cases_stood_in:
			condition |= (access.basis == SUBSTITUTE) & access.escalation.isin(self._cases_stood_in)
		return condition

	@cached_property
	def _cases_of_posts(self) -> Any:
		"""The subquery of the cases of the boards where the user holds a post; None where there is none."""
		if not self.contacts:
			return None
		board = frappe.qb.DocType("Safeguarding Board")
		query = frappe.qb.from_(board).select(board.name)
		query = query.where(board.chair.isin(self.contacts) | board.business_manager.isin(self.contacts))
		boards = query.run(pluck=True)
		if not boards:
			return None
		case = frappe.qb.DocType("Escalation")
		return frappe.qb.from_(case).select(case.name).where(case.board.isin(boards))

	@cached_property
	def _cases_stood_in(self) -> list[str]:
		"""The cases in which the user holds a post of the board now, in place of one who stepped back: few."""
		if not self.contacts:
			return []
		access, case = frappe.qb.DocType("Escalation Access"), frappe.qb.DocType("Escalation")
		query = frappe.qb.from_(access).join(case).on(case.name == access.escalation)
		query = query.select(access.escalation, access.contact, case.board).where(access.active == 1)
		query = query.where(access.grantee == self.user).where(access.basis == SUBSTITUTE)
		return [
			row.escalation
			for row in query.run(as_dict=True)
			if row.contact in self.contacts
			and people.post_holders(row.board, log.stored_recusals(row.escalation)).roles(row.contact)
		]


def _in_place(access: Any, person: Person) -> Criterion:
	"""Rows that run through a contact who still is where they were when the row was made."""
	there = access.agency.isnull() | access.agency.isin(["", person.agency])
	team = access.team.isnull() | Lower(access.team).isin(["", *_teams(person)])
	return (access.contact == person.contact) & there & team


def _teams(person: Person) -> list[str]:
	"""A person's teams, free of case and stray spaces as the engine compares them."""
	teams = {person.team, *(team for _, team in person.held)}
	return sorted({" ".join(team.split()).casefold() for team in teams if team and plain(team)})
