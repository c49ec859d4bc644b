"""Response Link: a link by which somebody without an account answers one request. Digests only; nobody lists it."""

from __future__ import annotations

import frappe

from safeguarding_escalation.safeguarding.service_row import ServiceRow


class ResponseLink(ServiceRow):
	"""One link of one request. Its key, code and session are never stored, only what they hash to."""


def on_doctype_update() -> None:
	"""The links of a request."""
	frappe.db.add_index("Response Link", ["confirmation", "state"])
	frappe.db.add_index("Response Link", ["escalation", "state"])
