"""The first line of every endpoint: may this user read or write this case, decided from the database."""

from __future__ import annotations

import frappe

from safeguarding_escalation.engine.access import RIGHTS
from safeguarding_escalation.services import audit, rights
from safeguarding_escalation.services.errors import NotYours, refuse

_SENTENCE = "There is no such escalation, or you have no access to it."


def allowed(escalation: str, right: str) -> None:
	"""Raise NotYours unless the one access rule gives the session's user `right` (a field of engine Rights) on the case.

	Same words whether the case exists or not. Raises ValueError for a right that there is none of.
	"""
	if right not in RIGHTS:
		raise ValueError(f"There is no right “{right}”. There are: {', '.join(RIGHTS)}.")
	if not getattr(rights.rights_of(escalation, frappe.session.user), right):
		refuse(NotYours, _SENTENCE)
	audit.asked(escalation)


def readable(escalation: str) -> None:
	"""Raise NotYours unless the session's user may read the case. Same words whether it exists or not."""
	_require(escalation, "read")


def writable(escalation: str) -> None:
	"""Raise NotYours unless the session's user may work on the case."""
	_require(escalation, "write")


def listable(doctype: str = "Escalation") -> None:
	"""Raise NotYours unless the session's user may list `doctype` at all; which rows is for the list to decide."""
	if not frappe.has_permission(doctype, "read"):
		refuse(NotYours, "You have no right to these lists.")


def creatable() -> None:
	"""Raise NotYours unless the session's user may raise an escalation at all."""
	if not frappe.has_permission("Escalation", "create"):
		refuse(NotYours, "You have no role that raises escalations. Ask your safeguarding administrator.")


def _require(escalation: str, right: str) -> None:
	if not isinstance(escalation, str) or not frappe.db.exists("Escalation", escalation):
		refuse(NotYours, _SENTENCE)
	if not frappe.has_permission("Escalation", right, doc=escalation):
		refuse(NotYours, _SENTENCE)
	audit.asked(escalation)
