"""Stage Log: what happened in a case, row by row, never changed."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from safeguarding_escalation import permissions


class StageLog(Document):
	"""Append-only. A wrong row is corrected by a later one; only `services.log` writes."""

	def validate(self) -> None:
		"""Refuse any save after the first."""
		if not self.is_new():
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion, also to the Administrator."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming: the chain and the corrections hold the name."""
		permissions.refuse_change(self)


def on_doctype_update() -> None:
	"""One number once in a case, whatever two writers do at once."""
	frappe.db.add_unique(
		"Stage Log", ["escalation", "sequence"], constraint_name="unique_escalation_sequence"
	)
