"""What copies, advice, requests for a word and response links have in common: their services alone write them."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation import permissions


class ServiceRow(Document):
	"""Made and changed by its own steps, which log what they do; never deleted or renamed."""

	def validate(self) -> None:
		"""Refuse a change that skips the steps. Nobody but the services may make one: see `has_permission`."""
		if not (self.is_new() or self.flags.by_service):
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion: a wrong entry is corrected, and stays to be seen."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming."""
		permissions.refuse_change(self)
