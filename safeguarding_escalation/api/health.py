"""What the page Clock health and the banner may call. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import guard, health, health_banner


@frappe.whitelist(methods=["GET", "POST"])
def look() -> dict[str, Any]:
	"""The last check of clocks and alerts, as far as it is the caller's; see `services.health.look`. Checks nothing.

	An administrator is shown the whole site, a Board Business Manager their boards and the cases of these that they may
	read. Raises NotYours (403) for everybody else.
	"""
	guard.overseer()
	return health.look(frappe.session.user)


@frappe.whitelist(methods=["POST"])
def check() -> dict[str, Any]:
	"""Check now and keep the result. Returns {waiting}: whether it is done in the background, to be looked for later."""
	guard.overseer()
	return health.ask(frappe.session.user)


@frappe.whitelist(methods=["POST"])
def repair(escalation: str) -> dict[str, Any]:
	"""Compute one case's dates anew from its log and policy: for administrators. Old and new values are kept.

	Returns {reference, changed: [{clock, instance, field, stored, wanted}], left}. Raises NotYours (403), BadInput (417).
	"""
	guard.overseer()
	return health.repair(escalation, frappe.session.user)


@frappe.whitelist(methods=["GET", "POST"])
def banner() -> dict[str, str]:
	"""What every page of ours says while alerts do not go out: {text}, '' while they do. Names no case."""
	guard.listable()
	return {"text": health_banner.text_or_doubt()}
