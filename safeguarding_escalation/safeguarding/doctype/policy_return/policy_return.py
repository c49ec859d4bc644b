"""Policy Return: a return that the policy asks for, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyReturn(Document):
	"""Mirrors `engine.schema.Return` field by field."""
