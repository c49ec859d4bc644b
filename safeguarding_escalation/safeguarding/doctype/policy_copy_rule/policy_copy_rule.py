"""Policy Copy Rule: a copy that the policy asks for, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyCopyRule(Document):
	"""Mirrors `engine.schema.CopyRule` field by field."""
