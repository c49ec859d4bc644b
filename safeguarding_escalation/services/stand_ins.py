"""Who is told instead where an alert cannot reach somebody: their line manager, failing that their agency's safeguarding lead."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

from safeguarding_escalation.services import people, reach
from safeguarding_escalation.services.loaded import LoadedCase

LEAD = reach.SAFEGUARDING_LEAD


def of(case: LoadedCase, email: str) -> list[list[str]]:
	"""The mailboxes to try for somebody who gets no mail, first choice first; each choice may be several people.

	Never themselves, nobody who has stepped back from the case, whom it says not to contact, or who may not read it.
	"""
	rows = _contacts(case, email)
	managers = [row.line_manager for row in rows if row.line_manager]
	leads = [
		name for agency in dict.fromkeys(row.agency for row in rows) for name in reach.holders(agency, LEAD)
	]
	choices = [_mailboxes(case, managers, email), _mailboxes(case, leads, email)]
	return [choice for choice in choices if choice]


def _contacts(case: LoadedCase, email: str) -> list[frappe._dict]:
	"""The contacts in post that are this person, those of an agency of the case before others."""
	users = frappe.get_all("User", {"email": email}, pluck="name")
	rows = [row for user in users for row in people.contacts_of(user)]
	parties = {party.agency for party in case.case.all_parties()}
	return sorted(rows, key=lambda row: row.agency not in parties)


def _mailboxes(case: LoadedCase, names: Iterable[str], instead_of: str) -> list[str]:
	found = (who.email for who in reach.present(case, names))
	return list(dict.fromkeys(email for email in found if email.lower() != instead_of.lower()))
