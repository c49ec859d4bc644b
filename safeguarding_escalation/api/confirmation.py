"""What the Desk calls to ask the other side for its word on a record, to answer, and to sign. Guards come first."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import (
	confirmation_answers,
	confirmation_asking,
	confirmation_view,
	guard,
	response_links,
	signatures,
)
from safeguarding_escalation.services.text import yes_or_no


@frappe.whitelist(methods=["GET", "POST"])
def record(escalation: str, what: str, stage: int | str | None = None) -> dict[str, Any]:
	"""The record of a stage, of the resolution or of the Chair's answer as somebody who is asked would be shown it.

	`what` is stage, resolution or answer of the Chair. Returns title, facts, entries, digest, and `may_sign`.
	"""
	guard.readable(escalation)
	return confirmation_view.record(escalation, what, stage)


@frappe.whitelist(methods=["POST"])
def ask(
	escalation: str,
	what: str,
	contact: str,
	stage: int | str | None = None,
	how: str = "",
	reply_by: str | None = None,
	evidence: str | None = None,
	asked_at: str | None = None,
	deliver: str = "",
) -> dict[str, Any]:
	"""Ask `contact`, a Safeguarding Contact of the other side, to confirm, correct or dispute a record.

	`how` is in this system, response link or outside (default: as they can be reached); outside needs `evidence`.
	`deliver` of a link is mail (by us) or copied (its address is returned once, as `link`). `reply_by` is a local time.
	Raises BadInput, MoveRefused, CaseClosed (417) and NotYours (403); nothing is changed then.
	"""
	guard.writable(escalation)
	return confirmation_asking.ask(
		escalation, what, stage, contact, how, reply_by, evidence, asked_at, deliver
	)


@frappe.whitelist(methods=["POST"])
def answer(
	escalation: str,
	confirmation: str,
	verdict: str,
	digest: str,
	words: str | None = None,
	sign: bool | int | str = False,
	actor: str | None = None,
	evidence: str | None = None,
) -> dict[str, Any]:
	"""Answer a request: `verdict` is confirmed, corrected or disputed (these two with `words`).

	`digest` is that of the record that was read; if it has changed since, StaleCase. With `evidence` the user writes
	down what the person who was asked answered outside this system.
	"""
	guard.allowed(escalation, "note")
	signs = yes_or_no(sign, "sign")
	if signs:
		guard.allowed(escalation, "sign")
	return confirmation_answers.answer(
		escalation, confirmation, verdict, digest, words, signs, actor, evidence
	)


@frappe.whitelist(methods=["POST"])
def withdraw(escalation: str, confirmation: str, reason: str | None = None) -> dict[str, Any]:
	"""Take a request back; its link ends at once."""
	guard.writable(escalation)
	return confirmation_asking.withdraw(escalation, confirmation, reason)


@frappe.whitelist(methods=["POST"])
def revoke_link(escalation: str, confirmation: str) -> dict[str, Any]:
	"""End the response link of a request at once; the request stays."""
	guard.writable(escalation)
	return response_links.revoke(escalation, confirmation)


@frappe.whitelist(methods=["POST"])
def new_link(escalation: str, confirmation: str, deliver: str = "") -> dict[str, Any]:
	"""A new response link for a request; the older one ends at once. `deliver` as in `ask`."""
	guard.writable(escalation)
	return response_links.reissue(escalation, confirmation, deliver)


@frappe.whitelist(methods=["POST"])
def sent_by_hand(
	escalation: str, confirmation: str, evidence: str, asked_at: str | None = None
) -> dict[str, Any]:
	"""Write down how and when a link that was copied was sent: only then does silence on it count."""
	guard.writable(escalation)
	return confirmation_asking.sent_by_hand(escalation, confirmation, evidence, asked_at)


@frappe.whitelist(methods=["POST"])
def sign(
	escalation: str,
	digest: str,
	what: str = "resolution",
	stage: int | str | None = None,
	contact: str | None = None,
	evidence: str | None = None,
	signed_on: str | None = None,
) -> dict[str, Any]:
	"""Sign a record for oneself; or write down what `contact` signed on paper, with `evidence` of where it is kept."""
	guard.allowed(escalation, "sign")
	return signatures.sign(escalation, digest, what, stage, contact, evidence, signed_on)


@frappe.whitelist(methods=["POST"])
def strike(escalation: str, signature: str, reason: str) -> dict[str, Any]:
	"""Strike a signature out, with the reason; it stays to be seen."""
	guard.allowed(escalation, "sign")
	return signatures.strike(escalation, signature, reason)
