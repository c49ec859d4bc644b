"""Response Link: a link by which somebody without an account answers one request. Digests only; nobody lists it."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from safeguarding_escalation.permissions import refuse_change


class ResponseLink(Document):
	"""One link of one request. Its key, code and session are never stored, only what they hash to."""

	def validate(self) -> None:
		"""Made once; what becomes of it the services write, column by column."""
		if not self.is_new():
			refuse_change(self)

	def on_trash(self) -> None:
		"""It says how somebody was asked, which is part of the record."""
		if not frappe.flags.in_uninstall:
			refuse_change(self)


def on_doctype_update() -> None:
	"""The links of a request."""
	frappe.db.add_index("Response Link", ["confirmation", "state"])
	frappe.db.add_index("Response Link", ["escalation", "state"])
