"""Safeguarding Contact Capacity: a further capacity that a contact holds."""

from __future__ import annotations

from frappe.model.document import Document


class SafeguardingContactCapacity(Document):
	"""A row of a contact."""
