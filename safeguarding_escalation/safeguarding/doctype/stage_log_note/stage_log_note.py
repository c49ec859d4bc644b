"""Stage Log Note: the text of a log row, apart from it so that it can be redacted and the chain stays whole."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation import permissions


class StageLogNote(Document):
	"""Written once. The log row keeps the text's digest."""

	def validate(self) -> None:
		"""Refuse any save after the first, and notes that the log's own service does not append."""
		if not self.is_new() or not self.flags.appended:
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion: a redaction leaves a tombstone instead."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming."""
		permissions.refuse_change(self)

	def db_set(self, *_args: object, **_given: object) -> None:
		"""Refuse what goes past `validate`; a redaction is written by `services.redacting`."""
		permissions.refuse_change(self)

	def db_update(self) -> None:
		"""Refuse what goes past `validate`."""
		permissions.refuse_change(self)
