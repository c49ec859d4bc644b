"""Escalation Copy Text: the very text of one copy, so that who was sent it reads that and nothing else."""

from __future__ import annotations

import frappe

from safeguarding_escalation.safeguarding.service_row import ServiceRow


class EscalationCopyText(ServiceRow):
	"""What was sent, for the agency that sent it; its recipient gets it through the app's own functions."""


def on_doctype_update() -> None:
	"""The text of a copy."""
	frappe.db.add_index("Escalation Copy Text", ["copy"])
