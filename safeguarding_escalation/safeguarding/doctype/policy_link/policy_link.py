"""Policy Link: a document or page that the policy points to, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyLink(Document):
	"""Mirrors `engine.schema.Link` field by field."""
