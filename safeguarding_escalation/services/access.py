"""Escalation Access rows: the only source of who may see a case, projected from the engine's one access rule."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.access import COPIED, Copy, Grant, grants
from safeguarding_escalation.engine.case import ENDED, Person
from safeguarding_escalation.services import facts, log, people, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

_FIELDS = ("active", "since", "until", "reason", "rights")


def store(case: LoadedCase) -> None:
	"""Make the case's Escalation Access rows equal to what the rule grants now.

	A row that is no longer granted is switched off, not deleted: who could see the case, and until when, stays.
	"""
	wanted = {grant.grantee: _row(grant) for grant in granted(case)}
	stored = {
		row.grantee: row
		for row in select(
			"Escalation Access", ["name", "grantee", *_FIELDS], {"escalation": case.name}, for_update=True
		)
	}
	for grantee, values in wanted.items():
		row = stored.pop(grantee, None)
		if row is None:
			frappe.get_doc(
				{"doctype": "Escalation Access", "escalation": case.name, "grantee": grantee, **values}
			).insert(ignore_permissions=True)
			continue
		values.pop("since")  # the first day of access stands
		changed = {field: value for field, value in values.items() if (row[field] or None) != (value or None)}
		if changed:
			frappe.db.set_value("Escalation Access", row.name, changed)
	for row in stored.values():
		if row.active:
			frappe.db.set_value("Escalation Access", row.name, {"active": 0, "until": times.stored(case.now)})


def granted(case: LoadedCase) -> tuple[Grant, ...]:
	"""The engine's grants for the case as it stands."""
	copies = list(_copies(case))
	return grants(
		case.policy,
		case.case,
		case.case.all_parties(),
		_people(case, copies),
		copies,
		case.now,
	)


def _row(grant: Grant) -> dict[str, Any]:
	return {
		"active": 1,
		"since": times.stored(grant.since),
		"until": times.stored(grant.until),
		"reason": grant.reason[:140],
		"rights": "read" if grant.basis == COPIED else "write",
	}


def _copies(case: LoadedCase) -> list[Copy]:
	voided = {row.corrects for row in case.rows if row.kind == "correction"}
	return [
		Copy(row.counterpart, times.aware(row.occurred_at), reason="Copied in")
		for row in case.rows
		if row.kind == "copied" and row.counterpart and row.name not in voided
	]


def _people(case: LoadedCase, copies: list[Copy]) -> list[Person]:
	"""Everybody the rule asks about: the named, the parties' leads, the board's posts and the copied in."""
	board = case.document.board
	names = {row.contact for row in case.case.named} | {copy.contact for copy in copies}
	names |= {party.lead for party in case.case.parties if party.lead}
	names |= set(frappe.db.get_value("Safeguarding Board", board, ["chair", "business_manager"]) or ())
	rows = [row for row in map(people.contact, sorted(filter(None, names))) if row]
	rows += _colleagues(case, {row.name for row in rows})
	return [people.person(row, board, recused=case.recused) for row in rows]


def _colleagues(case: LoadedCase, known: set[str]) -> list[Any]:
	"""Everybody in the agencies of those who stepped back: a team with one of them is granted person by person."""
	agencies = {row.agency for row in map(people.contact, sorted(case.recused)) if row and row.agency}
	found = [
		row
		for agency in sorted(agencies)
		for row in select("Safeguarding Contact", people.FIELDS, {"agency": agency})
	]
	return [row for row in found if row.name not in known]


def people_changed(doc: Any, method: str | None = None) -> None:
	"""A contact or a board's posts changed: bring the access of the open cases that name them up to date.

	Runs after the commit, in the background: a Business Manager's successor may come into many cases.
	"""
	if frappe.flags.in_install or frappe.flags.in_migrate:
		return
	frappe.enqueue(
		"safeguarding_escalation.services.access.refresh_cases",
		enqueue_after_commit=True,
		now=bool(frappe.flags.in_test),
		cases=_open_cases(doc),
	)


def refresh_cases(cases: list[str]) -> None:
	"""Store the access of each case anew, one lock and one commit a case."""
	from safeguarding_escalation.services.lock import one_by_one

	one_by_one(cases, store)


def _open_cases(doc: Any) -> list[str]:
	table = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(table).select(table.name).where(table.workflow_state.notin(ENDED))
	if doc.doctype == "Safeguarding Board":
		return query.where(table.board == doc.name).run(pluck=True)
	party = frappe.qb.DocType("Escalation Party")
	board = frappe.qb.DocType("Safeguarding Board")
	led = frappe.qb.from_(party).select(party.parent).where(party.lead == doc.name)
	posted = frappe.qb.from_(board).select(board.name)
	posted = posted.where((board.chair == doc.name) | (board.business_manager == doc.name))
	named = table.name.isin(led) | table.board.isin(posted)
	for field in facts.NAMED_FIELDS:
		named |= table[field] == doc.name
	# Where a colleague stepped back the others of the team have access by name: a new one must get it too.
	entry = frappe.qb.DocType("Stage Log")
	recused = frappe.qb.from_(entry).select(entry.escalation).where(entry.kind == log.RECUSED)
	named |= table.name.isin(recused.where(entry.actor_agency == (doc.agency or "")))
	return query.where(named).run(pluck=True)
