"""Stage Log Note: the text of a log row, apart from it so that it can be redacted and the chain stays whole."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation import permissions


class StageLogNote(Document):
	"""Written once. The log row keeps the text's digest."""

	def validate(self) -> None:
		"""Refuse any save after the first, save an authorised redaction."""
		if not self.is_new() and not self.flags.redaction:
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion: a redaction leaves a tombstone instead."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming."""
		permissions.refuse_change(self)
