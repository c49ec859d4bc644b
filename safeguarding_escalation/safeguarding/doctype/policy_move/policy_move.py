"""Policy Move: who may enter a stage, and on which ground, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyMove(Document):
	"""Mirrors `engine.schema.Move` field by field."""
