"""Escalation Copy: who was sent what of a case, how, and when it was received."""

from __future__ import annotations

import frappe

from safeguarding_escalation.safeguarding.service_row import ServiceRow


class EscalationCopy(ServiceRow):
	"""One copy to one recipient. Sent is what somebody recorded as sent, never a mail in a queue."""


def on_doctype_update() -> None:
	"""The copies of a case in the order in which they were sent, and those of one recipient."""
	frappe.db.add_index("Escalation Copy", ["escalation", "sent_at"])
	frappe.db.add_index("Escalation Copy", ["recipient", "access"])
