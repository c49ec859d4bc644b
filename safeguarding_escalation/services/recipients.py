"""Whom an alert reaches: the words of `owed_by` and of a rung as mailboxes of people in post with an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation.engine.access import team_key
from safeguarding_escalation.engine.case import leads
from safeguarding_escalation.services import people
from safeguarding_escalation.services.loaded import LoadedCase

OPPOSITE = {"raising": "responding", "responding": "raising"}


@dataclass(frozen=True)
class Recipient:
	"""A mailbox and why it gets the alert."""

	email: str
	contact: str


def resolve(case: LoadedCase, word: str) -> list[Recipient]:
	"""The mailboxes for one recipient word: "raising lead", "line manager of responding lead", "chair" …

	Disabled users and people who have left get nothing. Where a whole side has nobody with an account, the other
	side's lead is told instead, since somebody must chase: an alert is never sent to nobody while anyone may act.
	"""
	word = word.strip()
	if word.startswith("line manager of "):
		return _managers(case, word.removeprefix("line manager of "))
	if word in ("chair", "business manager"):
		post = frappe.db.get_value("Safeguarding Board", case.document.board, word.replace(" ", "_"))
		found = _mailboxes([post])
		return found or (resolve(case, "business manager") if word == "chair" else _side(case, "raising"))
	side = word.partition(" ")[0]
	if side in OPPOSITE:
		return _side(case, side) or _side(case, OPPOSITE[side])
	return _side(case, "raising") or _side(
		case, "responding"
	)  # action owner and words to come: both leads are told


def _side(case: LoadedCase, side: str) -> list[Recipient]:
	found = _mailboxes(leads(case.case, side))
	return found or _team(case, side)


def _team(case: LoadedCase, side: str) -> list[Recipient]:
	"""A side without a reachable lead: everybody of its team who has access now, never the whole agency."""
	granted = set(
		frappe.db.get_values(
			"Escalation Access", {"escalation": case.name, "active": 1}, "grantee", pluck=True
		)
		or ()
	)
	names = []
	for party in case.case.all_parties():
		if party.side != side:
			continue
		rows = frappe.db.get_values(
			"Safeguarding Contact",
			{"agency": party.agency},
			["name", "capacity", "team", "user"],
			as_dict=True,
		)
		for row in rows or ():
			keys = {
				team_key(party.agency, row.capacity, row.team),
				team_key(party.agency, row.capacity),
				row.user,
			}
			if keys & granted:
				names.append(row.name)
	return _mailboxes(names)


def _managers(case: LoadedCase, word: str) -> list[Recipient]:
	side = word.partition(" ")[0]
	rows = (people.contact(name) for name in leads(case.case, side))
	return _mailboxes([row.line_manager for row in rows if row])


def _mailboxes(names: Any) -> list[Recipient]:
	found = {}
	for name in names:
		row = people.contact(name)
		email = people.mailbox(row)
		if email:
			found.setdefault(email.lower(), Recipient(email, name))
	return list(found.values())
