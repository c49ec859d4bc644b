"""Policy Level: a step inside a stage, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyLevel(Document):
	"""Mirrors `engine.schema.Level` field by field."""
