"""What the DocTypes of the record have in common: their rows are written once, by a service, and never changed."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation import permissions


class AppendOnly(Document):
	"""A row that its own service appends (`flags.appended`); nobody else writes, changes, renames or deletes one.

	What goes past the document API the database's triggers refuse (setup/triggers.py).
	"""

	def validate(self) -> None:
		"""Refuse any save after the first, and rows that the service does not append."""
		if not self.is_new() or not self.flags.appended:
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion, also to the Administrator."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming: chains, corrections and notes hold the name."""
		permissions.refuse_change(self)

	def db_set(self, *_args: object, **_given: object) -> None:
		"""Refuse what goes past `validate`."""
		permissions.refuse_change(self)

	def db_update(self) -> None:
		"""Refuse what goes past `validate`."""
		permissions.refuse_change(self)
