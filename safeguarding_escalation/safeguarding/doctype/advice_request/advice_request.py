"""Advice Request: a question to somebody outside the case, who sees the question and nothing else of it."""

from __future__ import annotations

import frappe

from safeguarding_escalation.safeguarding.service_row import ServiceRow


class AdviceRequest(ServiceRow):
	"""One question to one adviser; changed by its own steps only."""


def on_doctype_update() -> None:
	"""The questions of a case, and those of an adviser."""
	frappe.db.add_index("Advice Request", ["escalation", "state"])
	frappe.db.add_index("Advice Request", ["asked_of", "state"])
