"""Escalation Access rows: the only source of who may see a case, projected from the engine's one access rule."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.access import Copy, Grant, grants
from safeguarding_escalation.engine.case import ENDED, Person
from safeguarding_escalation.engine.grantee import COPIED
from safeguarding_escalation.services import contacting, copy_recipients, facts, log, parties, people, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

_FIELDS = ("active", "since", "until", "reason", "rights", "team", "basis")
# One row for each of these in a case. An account may be two people of it, each in an agency of its own.
_KEY = ("grantee", "contact", "agency")


def store(case: LoadedCase) -> None:
	"""Make the case's Escalation Access rows equal to what the rule grants now.

	A row that is no longer granted is switched off, not deleted: who could see the case, and until when, stays.
	"""
	stored = {
		tuple(row[field] or "" for field in _KEY): row
		for row in select(
			"Escalation Access", ["name", *_KEY, *_FIELDS], {"escalation": case.name}, for_update=True
		)
	}
	for grant in granted(case):
		values = _row(grant)
		# A row that is older than the columns has neither contact nor agency: it becomes this one.
		row = stored.pop(_key(grant), None) or stored.pop((grant.grantee, "", ""), None)
		if row is None:
			frappe.get_doc({"doctype": "Escalation Access", "escalation": case.name, **values}).insert(
				ignore_permissions=True
			)
			continue
		values.pop("since")  # the first day of access stands
		changed = {field: value for field, value in values.items() if (row[field] or "") != (value or "")}
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


def _key(grant: Grant) -> tuple[str, str, str]:
	return (grant.grantee, grant.contact or "", grant.agency)


def _row(grant: Grant) -> dict[str, Any]:
	return {
		**dict(zip(_KEY, _key(grant), strict=True)),
		"team": grant.team,
		"basis": grant.basis,
		"active": 1,
		"since": times.stored(grant.since),
		"until": times.stored(grant.until),
		"reason": grant.reason[:140],
		"rights": "read" if grant.basis == COPIED else "write",
	}


def _copies(case: LoadedCase) -> list[Copy]:
	"""Copies that give access to the case: those of the register that say so, and what was recorded by hand.

	None that was struck out, none to who is not to be copied in any more; one that goes to whoever holds a role gives
	it to who holds it now.
	"""
	columns = (
		"recipient", "recipient_role", "creation", "access", "standing", "clause", "stage_log", "prepared_log",
	)  # fmt: skip
	registered = select("Escalation Copy", columns, {"escalation": case.name})
	struck = {row.corrects for row in case.rows if row.kind == "correction"}
	known = {row.stage_log for row in registered if row.stage_log}
	found = [
		Copy(row.counterpart, times.aware(row.occurred_at), reason="Copied in")
		for row in case.rows
		if row.kind == "copied" and row.counterpart and row.name not in struck | known
	]
	for row in registered:
		stands = not struck.intersection(filter(None, (row.stage_log, row.prepared_log)))
		held = not row.standing or row.recipient in copy_recipients.holder_now(case, row.recipient_role or "")
		if row.access == "case" and row.recipient and stands and held:
			reason = f"Copied in (clause {row.clause})" if row.clause else "Copied in"
			found.append(Copy(row.recipient, times.aware(row.creation), reason=reason))
	return [copy for copy in found if not _marked(case, copy.contact)]


def _marked(case: LoadedCase, contact: str) -> bool:
	"""Whether the case says by now not to copy somebody in."""
	names = contacting.barred(case.document)
	row = people.contact(contact) if names else None
	return row is not None and contacting.plain_name(row.contact_name) in names


def _people(case: LoadedCase, copies: list[Copy]) -> list[Person]:
	"""Everybody the rule asks about: the named, the parties' leads, the board's posts and the copied in."""
	names = {row.contact for row in case.case.named} | {copy.contact for copy in copies}
	names |= {party.lead for party in case.case.parties if party.lead}
	names |= set(case.holders.contacts())
	rows = [row for row in map(people.contact, sorted(filter(None, names))) if row]
	rows += _colleagues(case, {row.name for row in rows})
	moved = _moved(case.name, rows)
	return [
		people.person(row, None, recused=case.recused, holders=case.holders, moved=row.name in moved)
		for row in rows
	]


def _moved(escalation: str, rows: list[Any]) -> set[str]:
	"""The contacts who had access to the case in an agency that they have left: it does not follow them."""
	held = select("Escalation Access", ["contact", "agency"], {"escalation": escalation})
	now = {row.name: row.agency for row in rows}
	return {
		row.contact for row in held if row.agency and row.contact in now and now[row.contact] != row.agency
	}


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

	Runs after the commit, in the background: a Business Manager's successor may come into many cases. Nobody's access
	waits for it to end: whether a row still counts is asked of the contact and of the board at each reading.
	"""
	if frappe.flags.in_install or frappe.flags.in_migrate:
		return
	frappe.enqueue(
		"safeguarding_escalation.services.access.refresh_cases",
		enqueue_after_commit=True,
		now=bool(frappe.flags.in_test),
		cases=_cases_of(doc),
	)


def refresh_cases(cases: list[str]) -> None:
	"""Store the access of each case anew, one lock and one commit a case."""
	from safeguarding_escalation.services.lock import one_by_one

	one_by_one(cases, store)


def _cases_of(doc: Any) -> list[str]:
	"""The open cases of a board or a contact; the ended ones too where the contact has another account now."""
	table = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(table).select(table.name)
	before = doc.get_doc_before_save()
	if doc.doctype == "Safeguarding Board" or before is None or before.user == doc.user:
		query = query.where(table.workflow_state.notin(ENDED))
	if doc.doctype == "Safeguarding Board":
		return query.where(table.board == doc.name).run(pluck=True)
	access = frappe.qb.DocType("Escalation Access")
	party = frappe.qb.DocType("Escalation Party")
	board = frappe.qb.DocType("Safeguarding Board")
	led = frappe.qb.from_(party).select(party.parent).where(party.lead == doc.name)
	posted = frappe.qb.from_(board).select(board.name)
	posted = posted.where((board.chair == doc.name) | (board.business_manager == doc.name))
	named = table.name.isin(led) | table.board.isin(posted) | (table.entered_by == doc.name)
	held = frappe.qb.from_(access).select(access.escalation).where(access.contact == doc.name)
	named |= table.name.isin(held)
	for field in facts.NAMED_FIELDS:
		named |= table[field] == doc.name
	# Where a colleague stepped back the others of the team have access by name: a new one must get it too.
	entry = frappe.qb.DocType("Stage Log")
	recused = frappe.qb.from_(entry).select(entry.escalation).where(entry.kind == log.RECUSED)
	named |= table.name.isin(recused.where(entry.actor_agency == (doc.agency or "")))
	return query.where(named).run(pluck=True)


def ensure_complete() -> None:
	"""Complete what an earlier version stored: through whom each row of access runs, and for which team a lead leads.

	A second run finds nothing to do.
	"""
	_ensure_teams()
	access = frappe.qb.DocType("Escalation Access")
	query = frappe.qb.from_(access).select(access.escalation).distinct().where(access.active == 1)
	refresh_cases(query.where(access.basis.isnull()).run(pluck=True))


def _ensure_teams() -> None:
	party = frappe.qb.DocType("Escalation Party")
	query = frappe.qb.from_(party).select(party.name, party.lead, party.agency, party.team)
	for row in query.where(party.led_for.isnull()).where(party.lead.isnotnull()).run(as_dict=True):
		frappe.db.set_value(
			"Escalation Party", row.name, "led_for", parties.led_for(row), update_modified=False
		)
