"""The first line of every endpoint: may this user read or write this case, decided from the database."""

from __future__ import annotations

import frappe

from safeguarding_escalation.engine.access import RIGHTS
from safeguarding_escalation.services import audit, rights, setup_check
from safeguarding_escalation.services.errors import NotYours, refuse

# What a role must allow as well: an account whose roles are taken away does nothing here, whoever its contact is.
_ROLE_RIGHT = {"write": "write", "move": "write", "note": "write", "sign": "write", "print": "print"}
_SENTENCE = "There is no such escalation, or you have no access to it."


def allowed(escalation: str, right: str) -> None:
	"""Raise NotYours unless the one access rule gives the session's user `right` (a field of engine Rights) on the case.

	Same words whether the case exists or not. Raises ValueError for a right that there is none of.
	"""
	if right not in RIGHTS:
		raise ValueError(f"There is no right “{right}”. There are: {', '.join(RIGHTS)}.")
	by_role = frappe.has_permission("Escalation", _ROLE_RIGHT.get(right, "read"))
	if not (by_role and getattr(rights.rights_of(escalation, frappe.session.user), right)):
		refuse(NotYours, _SENTENCE)
	audit.asked(escalation)


def readable(escalation: str) -> None:
	"""Raise NotYours unless the session's user may read the case. Same words whether it exists or not."""
	allowed(escalation, "read")


def writable(escalation: str) -> None:
	"""Raise NotYours unless the session's user works on the case; that it is closed is for the service to say."""
	allowed(escalation, "move")


def listable(doctype: str = "Escalation") -> None:
	"""Raise NotYours unless the session's user may list `doctype` at all; which rows is for the list to decide."""
	if not frappe.has_permission(doctype, "read"):
		refuse(NotYours, "You have no right to these lists.")


def creatable() -> None:
	"""Raise NotYours unless the session's user may raise an escalation at all."""
	if not frappe.has_permission("Escalation", "create"):
		refuse(NotYours, "You have no role that raises escalations. Ask your safeguarding administrator.")


def overseer() -> None:
	"""Raise NotYours unless the session's user looks after this site, or manages one of its boards."""
	if not setup_check.may_look(frappe.session.user):
		refuse(NotYours, "The setup check is for who administers this site, and for the boards' managers.")
