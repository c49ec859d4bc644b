"""Policy Contact: a post, mailbox or number that the policy names, a row of a Board Policy."""

from __future__ import annotations

from frappe.model.document import Document


class PolicyContact(Document):
	"""Mirrors `engine.schema.Contact` field by field."""
