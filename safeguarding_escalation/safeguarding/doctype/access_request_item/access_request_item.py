"""Access Request Item: one piece of a case, whom it names, and whether it is released, redacted or withheld."""

from __future__ import annotations

import frappe

from safeguarding_escalation.safeguarding.request_row import RequestRow


class AccessRequestItem(RequestRow):
	"""A copy of the piece's text as it was gathered: what was decided about stays what was read."""


def on_doctype_update() -> None:
	"""The pieces of a request in their order."""
	frappe.db.add_index("Access Request Item", ["access_request", "sequence"])
