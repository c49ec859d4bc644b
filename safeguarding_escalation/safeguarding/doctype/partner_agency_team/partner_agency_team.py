"""Partner Agency Team: where a team of an agency is reached, by day and by night."""

from __future__ import annotations

from frappe.model.document import Document


class PartnerAgencyTeam(Document):
	"""A team's mailbox and telephone. Alerts go to the mailbox where the team leads a case."""
