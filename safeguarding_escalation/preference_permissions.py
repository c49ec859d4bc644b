"""Who reads and changes alert preferences: each user their own, decided from the database row; hooks in a pair."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation import permissions
from safeguarding_escalation.services.preferences import DOCTYPE

_OWN = ("read", "select", "write", "delete")


def alert_preference_query(user: str | None = None) -> str:
	"""Which rows of Alert Preference a user may list. Never empty."""
	user = user or frappe.session.user
	own = frappe.qb.DocType(DOCTYPE).user == user
	text = "1=1" if user == "Administrator" else permissions.sql(None if "\\" in user else own)
	return permissions.marked(DOCTYPE, text)


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool:
	"""The has_permission hook: strictly True or False, from the stored row; a new one becomes the user's own."""
	user, ptype = user or frappe.session.user, ptype or "read"
	if user == "Administrator" or ptype == "create":
		return True
	if ptype not in _OWN or not isinstance(doc.name, str):
		return False
	return frappe.db.get_value(DOCTYPE, doc.name, "user") == user
