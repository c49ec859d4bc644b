"""Policy Question: something that the policy asks at a stage or on a path, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyQuestion(Document):
	"""Mirrors `engine.schema.Question` field by field."""
