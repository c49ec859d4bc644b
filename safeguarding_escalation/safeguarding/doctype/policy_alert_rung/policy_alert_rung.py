"""Policy Alert Rung: one rung of the ladder of alerts, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyAlertRung(Document):
	"""Mirrors `engine.schema.AlertRung` field by field."""
