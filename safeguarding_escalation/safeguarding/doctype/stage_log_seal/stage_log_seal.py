"""Stage Log Seal: the number and hash of a case's last log row, under a code whose key is not in the database."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation import permissions


class StageLogSeal(Document):
	"""One a case. Made and moved on by `services.sealing` alone."""

	def validate(self) -> None:
		"""Refuse any save, and any seal that the service does not make."""
		if not self.is_new() or not self.flags.appended:
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion: a case without a seal does not verify."""
		permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming."""
		permissions.refuse_change(self)
