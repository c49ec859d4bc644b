"""Alert Preference: how one user wants their alerts."""

from __future__ import annotations

from frappe.model.document import Document

from safeguarding_escalation.services import preferences


class AlertPreference(Document):
	"""One row a user, each their own. It delays ordinary alerts; it silences none."""

	def before_validate(self) -> None:
		"""Whose it is, is decided by who is logged in."""
		preferences.claim(self)

	def validate(self) -> None:
		"""Times of day that can be read, and that leave room."""
		preferences.check(self)

	def on_trash(self) -> None:
		"""Nothing stays waiting that only this row delayed."""
		preferences.release(self)
