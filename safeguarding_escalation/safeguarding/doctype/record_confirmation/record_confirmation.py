"""Record Confirmation: who was asked to confirm the record of a stage, of the resolution or of the Chair's answer."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from safeguarding_escalation.permissions import refuse_change


class RecordConfirmation(Document):
	"""One request to one person, with the answer. Written by the services; what was said stands in the log."""

	def validate(self) -> None:
		"""Made once; what becomes of it the services write, column by column."""
		if not self.is_new():
			refuse_change(self)

	def on_trash(self) -> None:
		"""It is part of the record."""
		if not frappe.flags.in_uninstall:
			refuse_change(self)


def on_doctype_update() -> None:
	"""The requests of a case in the order in which they were made; those that wait for a reply."""
	frappe.db.add_index("Record Confirmation", ["escalation", "asked_at"])
	frappe.db.add_index("Record Confirmation", ["state", "reply_by"])
