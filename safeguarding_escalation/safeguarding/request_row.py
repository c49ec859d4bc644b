"""What the documents of a subject access request have in common: services write them, nobody else."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation import permissions


class RequestRow(Document):
	"""`flags.by_service` is set where a step has been checked; a client cannot send it."""

	def validate(self) -> None:
		"""Refuse a save that skips the steps."""
		if not self.flags.by_service:
			permissions.refuse_change(self)

	def on_trash(self) -> None:
		"""Refuse deletion: a request that was answered or refused stays as evidence of that."""
		if not self.flags.by_service:
			permissions.refuse_change(self)

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		"""Refuse renaming."""
		permissions.refuse_change(self)
