"""Partner Agency: an organisation that takes part, and how to reach it."""

from __future__ import annotations

from frappe.model.document import Document


class PartnerAgency(Document):
	"""Its name is its key and never changes: the log holds it as text."""
