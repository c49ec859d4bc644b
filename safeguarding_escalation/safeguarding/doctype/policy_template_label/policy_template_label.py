"""Policy Template Label: one label of the board's recording template, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyTemplateLabel(Document):
	"""Mirrors `engine.schema.TemplateLabel` field by field."""
