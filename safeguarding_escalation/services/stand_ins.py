"""Who is told instead where an alert cannot reach somebody: their line manager, failing that their agency's safeguarding lead."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

from safeguarding_escalation.services import contacting, people, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

LEAD = "Safeguarding Lead"


def of(case: LoadedCase, email: str) -> list[list[str]]:
	"""The mailboxes to try for somebody who gets no mail, first choice first; each choice may be several people.

	Never themselves, nobody who has stepped back from the case, nobody whom it says not to contact.
	"""
	rows = _contacts(case, email)
	managers = [people.contact(row.line_manager) for row in rows if row.line_manager]
	leads = [each for agency in dict.fromkeys(row.agency for row in rows) for each in _leads(agency)]
	choices = [_mailboxes(case, managers, email), _mailboxes(case, leads, email)]
	return [choice for choice in choices if choice]


def _contacts(case: LoadedCase, email: str) -> list[frappe._dict]:
	"""The contacts in post that are this person, those of an agency of the case before others."""
	users = frappe.get_all("User", {"email": email}, pluck="name")
	rows = [row for user in users for row in people.contacts_of(user)]
	parties = {party.agency for party in case.case.all_parties()}
	return sorted(rows, key=lambda row: row.agency not in parties)


def _leads(agency: str) -> list[frappe._dict]:
	"""An agency's safeguarding leads in post, by their main capacity or a further one."""
	rows = select("Safeguarding Contact", people.FIELDS, {"agency": agency}, order_by="creation")
	rows = [row for row in rows if row.user and people.in_post(row, times.today())]
	return [row for row in rows if LEAD in people.capacities(row)]


def _mailboxes(case: LoadedCase, rows: Iterable[frappe._dict | None], instead_of: str) -> list[str]:
	barred = contacting.barred(case.document)
	found = []
	for row in rows:
		mailbox = people.mailbox(row)
		if not row or not mailbox or mailbox.lower() == instead_of.lower():
			continue
		if contacting.plain_name(row.contact_name) in barred or case.recused.intersection(
			(row.name, row.user)
		):
			continue
		found.append(mailbox)
	return list(dict.fromkeys(found))
