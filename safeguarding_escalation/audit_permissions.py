"""Who reads the audit: hooks in a pair, decided from database rows, and never giving a case.

A Business Manager sees the rows of cases that they may read. A Safeguarding Auditor reads rows without reading cases:
- the host's own (no contact, or a contact of the host's agency): all of them;
- a contact of a partner agency: what that agency's people did, and the rows about cases to which that agency is a
  party, or whose board has its office there;
- somebody whose contacts have all left: none.
"""

from __future__ import annotations

from typing import Any

import frappe
from pypika.terms import Criterion

from safeguarding_escalation import permissions
from safeguarding_escalation.services import people
from safeguarding_escalation.setup.roles import AUDITOR, BUSINESS_MANAGER

DOCTYPE = "Escalation Audit"
_READING = ("read", "select", "print", "report", "export")


def escalation_audit_query(user: str | None = None) -> str:
	"""Which rows of Escalation Audit a user may list. Never empty."""
	user = user or frappe.session.user
	return permissions.marked(DOCTYPE, "1=1" if user == "Administrator" else permissions.sql(criterion(user)))


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool:
	"""The has_permission hook: strictly True or False, from the stored row; nobody writes, deletes or shares one."""
	user = user or frappe.session.user
	if (ptype or "read") not in _READING:
		return False
	if user == "Administrator":
		return True
	condition = criterion(user)
	if condition is None or not isinstance(doc.name, str) or not doc.name:
		return False
	rows = frappe.qb.DocType(DOCTYPE)
	return bool(frappe.qb.from_(rows).select(rows.name).where(rows.name == doc.name).where(condition).run())


def criterion(user: str) -> Criterion | None:
	"""The condition on the audit's table for the rows that `user` may read; None for no row at all."""
	roles = frappe.get_roles(user)
	rows = frappe.qb.DocType(DOCTYPE)
	condition = None
	if AUDITOR in roles:
		agencies = partner_agencies(user)
		if agencies is None:
			return rows.name.isnotnull()
		condition = _of_agencies(agencies) if agencies else None
	cases = permissions.accessible(user) if BUSINESS_MANAGER in roles else None
	if cases is None:
		return condition
	mine = rows.escalation.isin(cases)
	return mine if condition is None else condition | mine


def partner_agencies(user: str) -> list[str] | None:
	"""The partner agencies whose auditor `user` is; None for the host's own, no agency once they have left."""
	contacts = people.contacts_of(user)
	if not contacts:
		return [] if frappe.db.exists("Safeguarding Contact", {"user": user}) else None
	agencies = {row.agency for row in contacts if row.agency}
	if frappe.db.get_single_value("Safeguarding Settings", "host_agency") in agencies:
		return None
	# SQL text doubles quotes but leaves a backslash, which MariaDB reads as an escape.
	return sorted(agency for agency in agencies if "\\" not in agency)


def _of_agencies(agencies: list[str]) -> Criterion:
	rows, party, case = (frappe.qb.DocType(name) for name in (DOCTYPE, "Escalation Party", "Escalation"))
	board, contact = frappe.qb.DocType("Safeguarding Board"), frappe.qb.DocType("Safeguarding Contact")
	party_to = frappe.qb.from_(party).select(party.parent)
	party_to = party_to.where(party.parenttype == "Escalation").where(party.agency.isin(agencies))
	theirs = frappe.qb.from_(contact).select(contact.name).where(contact.agency.isin(agencies))
	offices = frappe.qb.from_(board).select(board.name).where(board.business_manager.isin(theirs))
	at_their_board = frappe.qb.from_(case).select(case.name).where(case.board.isin(offices))
	return rows.agency.isin(agencies) | rows.escalation.isin(party_to) | rows.escalation.isin(at_their_board)
