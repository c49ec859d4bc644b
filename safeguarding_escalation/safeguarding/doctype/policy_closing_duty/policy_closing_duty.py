"""Policy Closing Duty: something owed before closing, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyClosingDuty(Document):
	"""Mirrors `engine.schema.ClosingDuty` field by field."""
