"""Who reads and changes absences: hooks in a pair, decided from database rows.

Everybody reads those of their own agency, which they must know to work; administrators of the site read all. Who may
change one is who may enter it (`services.absences.may_enter`).
"""

from __future__ import annotations

from typing import Any

import frappe
from pypika.terms import Criterion

from safeguarding_escalation import permissions
from safeguarding_escalation.services import absences, people
from safeguarding_escalation.setup.roles import ADMINISTRATOR

_ADMINISTRATORS = {ADMINISTRATOR, "System Manager"}
_READING = ("read", "select", "report", "print")


def safeguarding_absence_query(user: str | None = None) -> str:
	"""Which rows of Safeguarding Absence a user may list. Never empty."""
	user = user or frappe.session.user
	text = "1=1" if user == "Administrator" else permissions.sql(criterion(user))
	return permissions.marked(absences.DOCTYPE, text)


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool:
	"""The has_permission hook: strictly True or False, from the stored row; of a new one the controller asks."""
	user, ptype = user or frappe.session.user, ptype or "read"
	if user == "Administrator" or ptype == "create":
		return True
	if not _readable(doc.name, user):
		return False
	if ptype in _READING:
		return True
	if ptype == "delete":
		return bool(_ADMINISTRATORS.intersection(frappe.get_roles(user)))
	away = people.contact(frappe.db.get_value(absences.DOCTYPE, doc.name, "contact"))
	return ptype == "write" and away is not None and absences.may_enter(away, user)


def _readable(name: Any, user: str) -> bool:
	condition = criterion(user)
	if condition is None or not isinstance(name, str) or not name:
		return False
	rows = frappe.qb.DocType(absences.DOCTYPE)
	return bool(frappe.qb.from_(rows).select(rows.name).where(rows.name == name).where(condition).run())


def criterion(user: str) -> Criterion | None:
	"""The condition on the table for the rows that `user` may read; None for no row at all."""
	rows = frappe.qb.DocType(absences.DOCTYPE)
	if _ADMINISTRATORS.intersection(frappe.get_roles(user)):
		return rows.name.isnotnull()
	# SQL text doubles quotes but leaves a backslash, which MariaDB reads as an escape.
	agencies = sorted(
		{row.agency for row in people.contacts_of(user) if row.agency and "\\" not in row.agency}
	)
	if not agencies:
		return None
	contact = frappe.qb.DocType("Safeguarding Contact")
	colleagues = frappe.qb.from_(contact).select(contact.name).where(contact.agency.isin(agencies))
	return rows.contact.isin(colleagues)
