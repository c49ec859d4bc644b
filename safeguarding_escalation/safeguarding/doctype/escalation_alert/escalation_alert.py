"""Escalation Alert: one alert, sent once to one recipient."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

NATURAL_KEY = ["escalation", "clock", "instance", "due_at", "rung", "recipient"]


class EscalationAlert(Document):
	"""Unique by its natural key, so that a sweep run twice sends once."""

	def before_validate(self) -> None:
		"""An absent instance is '' and never NULL: a unique key lets NULLs through."""
		self.instance = self.instance or ""


def on_doctype_update() -> None:
	"""Never by the deadline's row name, which a rebuild changes."""
	frappe.db.add_unique("Escalation Alert", NATURAL_KEY, constraint_name="unique_alert")
