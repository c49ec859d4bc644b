"""Safeguarding Absence: from when until when somebody is away, and who covers. Never why: that would be health data."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation.services import absences


class SafeguardingAbsence(Document):
	"""Alerts and access follow it from the moment it is saved, and end with it: both ask at each reading."""

	def validate(self) -> None:
		"""Check who enters it, the period, and that the cover is a colleague who is here."""
		absences.check(self)
