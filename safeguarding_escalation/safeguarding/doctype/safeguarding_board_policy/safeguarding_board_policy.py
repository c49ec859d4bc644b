"""Safeguarding Board Policy: a policy version that a board has adopted from a date."""

from __future__ import annotations

from frappe.model.document import Document


class SafeguardingBoardPolicy(Document):
	"""A row of a board."""
