"""Policy Guidance: how the policy wants people to behave, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyGuidance(Document):
	"""Mirrors `engine.schema.Guidance` field by field."""
