"""Record Check: one verification of the whole site's record, by whom, over how much, and what was found."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation import permissions


class RecordCheck(Document):
	"""Append-only; written by `services.record_checks` alone."""

	def validate(self) -> None:
		"""Refuse any save after the first, and checks that were not made."""
		if not self.is_new() or not self.flags.appended:
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion, also to the Administrator."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming."""
		permissions.refuse_change(self)
