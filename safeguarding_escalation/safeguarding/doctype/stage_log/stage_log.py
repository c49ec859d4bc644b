"""Stage Log: what happened in a case, row by row, never changed."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from safeguarding_escalation import permissions


class StageLog(Document):
	"""Append-only. A wrong row is corrected by a later one; only `services.log` writes."""

	def validate(self) -> None:
		"""Refuse any save after the first, and rows that the log's own service does not append."""
		if not self.is_new() or not self.flags.appended:
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion, also to the Administrator."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming: the chain and the corrections hold the name."""
		permissions.refuse_change(self)

	def db_set(self, *_args: object, **_given: object) -> None:
		"""Refuse what goes past `validate`."""
		permissions.refuse_change(self)

	def db_update(self) -> None:
		"""Refuse what goes past `validate`."""
		permissions.refuse_change(self)


def on_doctype_update() -> None:
	"""One number once in a case, whatever two writers do at once."""
	frappe.db.add_unique(
		"Stage Log", ["escalation", "sequence"], constraint_name="unique_escalation_sequence"
	)
