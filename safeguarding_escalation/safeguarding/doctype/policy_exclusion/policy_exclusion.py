"""Policy Exclusion: a matter outside the policy's scope, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyExclusion(Document):
	"""Mirrors `engine.schema.Exclusion` field by field."""
