"""Calendar Change: a closure, a bank holiday or the end of one, learnt after policies were adopted."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation.services import calendar_changes


class CalendarChange(Document):
	"""Edited while a draft; applied by `services.calendar_changes`, and kept as it is from then on."""

	def validate(self) -> None:
		"""Refuse what it cannot be, with a sentence."""
		calendar_changes.check(self)

	def on_trash(self) -> None:
		"""Only drafts are deleted, by who decides for the board."""
		calendar_changes.require_draft(self)
		calendar_changes.require_manager(self.board)
