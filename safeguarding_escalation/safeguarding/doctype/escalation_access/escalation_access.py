"""Escalation Access: who may see a case, since when, and why. The only source of access."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class EscalationAccess(Document):
	"""One grantee of one case: a user, or an agency's capacity and team as one key. Written by services."""


def on_doctype_update() -> None:
	"""The two ways in: the cases of a grantee (every list) and the grantees of a case (every check)."""
	frappe.db.add_index("Escalation Access", ["grantee", "active", "escalation"])
	frappe.db.add_index("Escalation Access", ["escalation", "grantee", "active"])
