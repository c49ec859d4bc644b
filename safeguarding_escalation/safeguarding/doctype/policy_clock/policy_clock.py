"""Policy Clock: one clock, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyClock(Document):
	"""Mirrors `engine.schema.Clock` field by field."""
