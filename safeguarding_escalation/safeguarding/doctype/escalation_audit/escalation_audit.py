"""Escalation Audit: who looked at which case, when, through what and from where. Never changed."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from safeguarding_escalation import permissions


class EscalationAudit(Document):
	"""Append-only; written by `services.audit` alone."""

	def validate(self) -> None:
		"""Refuse any save, also the first: nobody writes the audit by hand."""
		permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion, also to the Administrator."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming."""
		permissions.refuse_change(self)


def on_doctype_update() -> None:
	"""The ways in: what happened to a case, what an account did, what an agency's people did, in the order of time."""
	frappe.db.add_index("Escalation Audit", ["escalation", "at"])
	frappe.db.add_index("Escalation Audit", ["user", "at"])
	frappe.db.add_index("Escalation Audit", ["agency", "at"])
