"""What the page Setup check may call. Its first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import administration_cards, guard, setup_check


@frappe.whitelist(methods=["GET", "POST"])
def lines() -> dict[str, Any]:
	"""What is in order, what is to do, and what cannot be known from here; see `services.setup_check.look`.

	A Safeguarding Administrator and a System Manager are shown the whole site, a Board Business Manager the boards that
	they manage. Raises NotYours (403) for everybody else. Reads no case.
	"""
	guard.overseer()
	return setup_check.look()


@frappe.whitelist(methods=["GET", "POST"])
def card(filters: Any = None) -> dict[str, Any]:
	"""A number card of who looks after the site: `filters` is {"of": "setup", "health", "mails" or "contacts"}.

	Counts what the page that it leads to shows the caller. Raises NotYours (403) for everybody else. Reads no case.
	"""
	guard.overseer()
	return administration_cards.card(str((frappe.parse_json(filters) or {}).get("of") or ""))
