"""What the page Setup check may call. Its first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import guard, setup_check


@frappe.whitelist(methods=["GET", "POST"])
def lines() -> dict[str, Any]:
	"""What is in order, what is to do, and what cannot be known from here; see `services.setup_check.look`.

	A Safeguarding Administrator and a System Manager are shown the whole site, a Board Business Manager the boards that
	they manage. Raises NotYours (403) for everybody else. Reads no case.
	"""
	guard.overseer()
	return setup_check.look()
