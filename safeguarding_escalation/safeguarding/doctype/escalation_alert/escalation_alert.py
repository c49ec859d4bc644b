"""Escalation Alert: one alert, sent once to one recipient."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

NATURAL_KEY = ["escalation", "clock", "instance", "due_at", "rung", "recipient"]


class EscalationAlert(Document):
	"""Unique by its natural key, so that a sweep run twice sends once."""

	def before_validate(self) -> None:
		"""An absent instance is '' and never NULL: a unique key lets NULLs through. A mail is followed from the first."""
		self.instance = self.instance or ""
		self.mail_state = self.mail_state or ("Queued" if self.email_queue else "Not sent")


def on_doctype_update() -> None:
	"""Never by the deadline's row name, which a rebuild changes."""
	frappe.db.add_unique("Escalation Alert", NATURAL_KEY, constraint_name="unique_alert")
