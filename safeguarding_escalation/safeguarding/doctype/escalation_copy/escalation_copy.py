"""Escalation Copy: who was sent what of a case, how, and when it was received."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class EscalationCopy(Document):
	"""One copy to one recipient. Sent is what somebody recorded as sent, never a mail in a queue."""


def on_doctype_update() -> None:
	"""The copies of a case in the order in which they were sent."""
	frappe.db.add_index("Escalation Copy", ["escalation", "sent_at"])
