"""A row of an Escalation, entered in the escalation's own form."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation import permissions


class EscalationNature(Document):
	"""Saved with its escalation only: saved alone it would skip the case's lock and its access."""

	def validate(self) -> None:
		"""Runs only when somebody saves the row by itself."""
		permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Runs only when somebody deletes the row by itself."""
		permissions.refuse_change(self)
