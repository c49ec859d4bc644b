"""Policy Stage: one stage, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyStage(Document):
	"""Mirrors `engine.schema.Stage` field by field."""
