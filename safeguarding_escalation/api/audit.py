"""What the form may ask about who has looked. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import looking


@frappe.whitelist(methods=["GET", "POST"])
def who_has_looked(escalation: str) -> list[dict[str, Any]]:
	"""Who has looked at a case, newest first: at, action, what, user, contact_name, agency, from_where, …

	For the board's Business Manager and Chair, and for information governance of an agency in it. Raises NotYours (403).
	"""
	looking.require(escalation)
	return looking.at_case(escalation)
