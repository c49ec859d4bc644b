"""Policy Nature: an area of disagreement, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyNature(Document):
	"""Mirrors `engine.schema.Nature` field by field."""
