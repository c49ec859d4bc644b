"""Board Return: what a board's policy asks its Business Manager to report for a period."""

from __future__ import annotations

from frappe.model.document import Document


class BoardReturn(Document):
	"""A period of one board. What it counts is computed when it is made final."""
