"""Handing cases to colleagues and saying who is away. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import guard, handovers


@frappe.whitelist(methods=["POST"])
def hand_over(escalation: str, to: str, note: str | None = None) -> dict[str, Any]:
	"""Name the new lead of the caller's agency in a case: by the lead, their line manager, or a manager on the case.

	`to` is a Safeguarding Contact of the same agency, in post and not away. Logged; no clock moves. Returns as
	`escalation.deadlines`, or {escalation, handed_over} for a line manager who does not see the case. Raises BadInput,
	MoveRefused (417), NotYours (403).
	"""
	guard.listable()
	return handovers.hand_over(escalation, to, note)


@frappe.whitelist(methods=["POST"])
def hand_over_all(contact: str, to: str, note: str | None = None) -> dict[str, Any]:
	"""Hand all open cases that `contact` leads to `to`, as `hand_over` does one by one, each logged in its case.

	Returns `handed_over` and `not` (numbers) and `refused`, the sentences of those that could not be. Raises as
	`hand_over`, where not one could be.
	"""
	guard.listable()
	return handovers.hand_over_all(contact, to, note)


@frappe.whitelist(methods=["POST"])
def give_back(escalation: str) -> dict[str, Any]:
	"""Hand a case back to who led it before, once they are here again. Returns and raises as `hand_over`."""
	guard.listable()
	return handovers.give_back(escalation)


@frappe.whitelist(methods=["POST"])
def received(escalation: str) -> dict[str, Any]:
	"""The new lead confirms that they have the case: a row of the log. Returns as `escalation.deadlines`."""
	guard.writable(escalation)
	return handovers.received(escalation)
