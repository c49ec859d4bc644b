"""Whom an alert reaches: the words of `owed_by` and of a rung as mailboxes of people in post with an account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import frappe

from safeguarding_escalation.engine.access import keys
from safeguarding_escalation.engine.case import Party, leads
from safeguarding_escalation.services import contacting, people, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

OPPOSITE = {"raising": "responding", "responding": "raising"}


@dataclass(frozen=True)
class Recipient:
	"""A mailbox and why it gets the alert."""

	email: str
	contact: str


def resolve(case: LoadedCase, word: str, agency: str = "") -> list[Recipient]:
	"""The mailboxes for one recipient word: "raising lead", "line manager of responding lead", "chair" …

	Where several agencies stand on a side and the step is one agency's, `agency` is that one: only its people are told.

	Disabled users and people who have left get nothing. Where a whole side has nobody with an account, the other
	side's lead is told instead, since somebody must chase: an alert is never sent to nobody while anyone may act.
	"""
	word = word.strip()
	if word.startswith("line manager of "):
		return _managers(case, word.removeprefix("line manager of "), agency)
	if word in ("chair", "business manager"):
		found = _mailboxes(case, [getattr(case.holders, word.replace(" ", "_"))])
		return found or (resolve(case, "business manager") if word == "chair" else _side(case, "raising"))
	side = word.partition(" ")[0]
	if side in OPPOSITE:
		return _side(case, side, agency) or _side(case, side) or _side(case, OPPOSITE[side])
	return _side(case, "raising") or _side(
		case, "responding"
	)  # action owner and words to come: both leads are told


def _side(case: LoadedCase, side: str, agency: str = "") -> list[Recipient]:
	"""The leads of a side; for each of its agencies without a reachable lead, the people of its team."""
	found = {who.email.lower(): who for who in _mailboxes(case, _leads(case, side, agency))}
	led = {(people.contact(who.contact) or frappe._dict()).agency for who in found.values()}
	for party in case.case.all_parties():
		if party.side == side and agency in ("", party.agency) and party.agency not in led:
			found.update({who.email.lower(): who for who in _team(case, party)})
	return list(found.values())


def _leads(case: LoadedCase, side: str, agency: str) -> list[str]:
	rows = {name: people.contact(name) for name in leads(case.case, side)}
	return [
		name
		for name, row in rows.items()
		if row and agency in ("", row.agency) and not _has_left_the_team(case, row)
	]


def _has_left_the_team(case: LoadedCase, row: frappe._dict) -> bool:
	"""Whether a lead was named for a team that is no longer theirs: they have no access, and the team is told."""
	led = [party for party in case.case.parties if party.lead == row.name]
	person = people.person(row, None)
	return bool(led) and all(party.led_for and not person.in_team(party.led_for) for party in led)


def _team(case: LoadedCase, party: Party) -> list[Recipient]:
	"""An agency without a reachable lead: everybody of its team who has access now, never the whole agency."""
	rows = select("Escalation Access", ["grantee"], {"escalation": case.name, "active": 1})
	granted = {row.grantee for row in rows}
	today = times.today()
	names = [
		row.name
		for row in select("Safeguarding Contact", people.FIELDS, {"agency": party.agency})
		if granted.intersection(keys(people.person(row, None), today))
	]
	return _mailboxes(case, names)


def _managers(case: LoadedCase, word: str, agency: str) -> list[Recipient]:
	rows = (people.contact(name) for name in _leads(case, word.partition(" ")[0], agency))
	return _mailboxes(case, [row.line_manager for row in rows if row])


def _mailboxes(case: LoadedCase, names: Iterable[str | None]) -> list[Recipient]:
	found = {}
	barred = contacting.barred(case.document)
	for name in names:
		row = people.contact(name)
		email = people.mailbox(row)
		if row and contacting.plain_name(row.contact_name) in barred:
			continue
		if email and name and not case.recused.intersection((name, row.user)):
			found.setdefault(email.lower(), Recipient(email, name))
	return list(found.values())
