"""Policy Record: what must be on record before a step, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyRecord(Document):
	"""Mirrors `engine.schema.Record` field by field."""
