"""What the immediate-risk screen may call. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import guard, immediate, ring_now


@frappe.whitelist(methods=["GET", "POST"])
def ring(escalation: str | None = None) -> list[dict[str, Any]]:
	"""Whom to ring now, first first: 999, the emergency duty team, the on-call manager, safeguarding leads.

	For an `escalation` its agencies' numbers too. See `services.ring_now.numbers`.
	"""
	guard.listable("Safeguarding Contact")
	if escalation:
		guard.readable(escalation)
	return ring_now.numbers(escalation)


@frappe.whitelist(methods=["POST"])
def record(
	escalation: str,
	key: str,
	told_whom: str | None = None,
	told_contact: str | None = None,
	told_at: str | None = None,
	interim_safety_actions: str | None = None,
	protective_deadline: str | None = None,
) -> dict[str, Any]:
	"""Record that somebody is at risk now, with what is known: all of it may be left out, and added by another call.

	`key` is the request's own (8 to 100 characters): the same user's same key writes nothing twice. `told_whom` is a text,
	`told_contact` a Safeguarding Contact; `told_at` defaults to now. Returns as `escalation.deadlines`, with
	`problems`: sentences about what could not be recorded beside the risk itself. Raises BadInput, CaseClosed (417),
	NotYours (403).
	"""
	guard.writable(escalation)
	return immediate.record(
		escalation,
		key,
		told_whom=told_whom,
		told_contact=told_contact,
		told_at=told_at,
		interim_safety_actions=interim_safety_actions,
		protective_deadline=protective_deadline,
	)


@frappe.whitelist(methods=["POST"])
def change_actions(escalation: str, actions: str, key: str) -> dict[str, Any]:
	"""Replace the interim safety actions, with a log row that keeps what stood there. Returns as `escalation.deadlines`.

	Raises BadInput, CaseClosed (417), NotYours (403).
	"""
	guard.writable(escalation)
	return immediate.change_actions(escalation, actions, key)


@frappe.whitelist(methods=["POST"])
def passed(escalation: str, why: str, key: str) -> dict[str, Any]:
	"""Record that the immediate risk has passed, and why; it may come back. Returns as `escalation.deadlines`.

	Raises BadInput without a reason, MoveRefused where no risk stands, CaseClosed (417), NotYours (403).
	"""
	guard.writable(escalation)
	return immediate.passed(escalation, why, key)
