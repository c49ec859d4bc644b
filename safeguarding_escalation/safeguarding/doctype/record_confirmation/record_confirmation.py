"""Record Confirmation: who was asked to confirm the record of a stage, of the resolution or of the Chair's answer."""

from __future__ import annotations

import frappe

from safeguarding_escalation.safeguarding.service_row import ServiceRow


class RecordConfirmation(ServiceRow):
	"""One request to one person, with the answer. Written by the services; what was said stands in the log."""


def on_doctype_update() -> None:
	"""The requests of a case in the order in which they were made; those that wait for a reply."""
	frappe.db.add_index("Record Confirmation", ["escalation", "asked_at"])
	frappe.db.add_index("Record Confirmation", ["state", "reply_by"])
