"""Policy Path: a special route beside the stages, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyPath(Document):
	"""Mirrors `engine.schema.Path` field by field."""
