"""Contacts that somebody has checked: since when, how long that holds, and who may say so.

Whoever keeps the directory may say it of anybody; a manager of the same agency of its people; each person of themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation.services import absences, people, times
from safeguarding_escalation.services.errors import NotYours, refuse
from safeguarding_escalation.services.rows import select

USUAL = 365
LOGGED = "Checked: agency, capacity, team and numbers are right."


def days() -> int:
	"""For how many days a check holds (Safeguarding Settings); a year where nothing is set."""
	return cint(frappe.db.get_single_value("Safeguarding Settings", "verified_days", cache=False)) or USUAL


def valid_since() -> date:
	"""The first day of which a check still holds; asked once for many entries."""
	return times.today() - timedelta(days=days())


def is_stale(verified_on: date | None, since: date) -> bool:
	"""Whether an entry was never checked, or not from `since` on, which is `valid_since`."""
	return not verified_on or verified_on < since


def may_verify(contact: Any, user: str) -> bool:
	"""Whether `user` may say that a contact's row (name, agency) is right."""
	if frappe.has_permission("Safeguarding Contact", "write", user=user):
		return True
	mine = people.contacts_of(user)
	return any(
		row.name == contact.name or (row.agency == contact.agency and row.capacity in absences.MANAGES)
		for row in mine
	)


def verify(contact: str, user: str) -> dict[str, Any]:
	"""Note that a contact was checked today by `user`; logged as a version and a comment of the contact.

	Returns `verified_on` (ISO date). Raises NotYours for who may not, and for a contact that is not there.
	"""
	rows = select("Safeguarding Contact", ["name", "agency"], {"name": contact})
	if not rows or not may_verify(rows[0], user):
		refuse(NotYours, "There is no such contact, or it is not yours to check.")
	document = frappe.get_doc("Safeguarding Contact", contact)
	document.verified_on = times.today()
	document.save(ignore_permissions=True)
	document.add_comment("Info", LOGGED)
	return {"contact": contact, "verified_on": times.json_date(document.verified_on), "stale": False}


def mark(groups: Iterable[dict[str, Any]]) -> None:
	"""Say of each person of the directory whether the session's user may check the entry: `may_verify`."""
	keeps = frappe.has_permission("Safeguarding Contact", "write")
	mine = people.contacts_of(frappe.session.user)
	own = {row.name for row in mine}
	led = {row.agency for row in mine if row.capacity in absences.MANAGES}
	for group in groups:
		for person in group["people"]:
			person["may_verify"] = bool(keeps or person["contact"] in own or person["agency"] in led)


def agencies_without() -> list[str]:
	"""The agencies in use of which nobody in post was checked lately, by name."""
	today, since = times.today(), valid_since()
	rows = select("Safeguarding Contact", [*people.FIELDS, "verified_on"], {})
	checked = {
		row.agency for row in rows if people.in_post(row, today) and not is_stale(row.verified_on, since)
	}
	names = select("Partner Agency", ["name"], {"disabled": 0}, order_by="name")
	return [row.name for row in names if row.name not in checked]
