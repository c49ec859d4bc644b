"""What the rows of an Escalation's form have in common: they are read and saved with their escalation."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from safeguarding_escalation import permissions


class CaseRow(Document):
	"""Saved with its escalation only: saved alone it would skip the case's lock and its access."""

	def has_permission(self, permtype: str = "read", *, debug: bool = False, user: str | None = None) -> bool:
		"""Decided from the stored row, like everything of a case.

		Released version 15 asks a row that was loaded by itself for its parent document, finds none, and then
		checks the role alone.
		"""
		if self.flags.ignore_permissions:
			return True
		return permissions.has_permission(self, permtype, user or frappe.session.user)

	def validate(self) -> None:
		"""Runs only when somebody saves the row by itself."""
		permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Runs only when somebody deletes the row by itself."""
		permissions.refuse_change(self)
