"""Escalation Deadline: one clock instance of a case, as the engine computed it. It can be rebuilt at any time."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class EscalationDeadline(Document):
	"""A projection of the log, never a source. Whether it is overdue follows from the time, not from a field."""

	def before_validate(self) -> None:
		"""An absent instance is '' and never NULL: SQL takes two NULLs for different keys."""
		self.instance = self.instance or ""


def on_doctype_update() -> None:
	"""A case's clocks by their natural key; `due_at` and `next_alert_at` have indexes of their own."""
	frappe.db.add_index("Escalation Deadline", ["escalation", "clock", "instance"])
