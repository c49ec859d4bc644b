"""Asking for advice and answering. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import advice as service
from safeguarding_escalation.services import guard


@frappe.whitelist(methods=["POST"])
def ask(
	escalation: str,
	question: str,
	contact: str | None = None,
	name: str | None = None,
	role: str | None = None,
	how: str | None = None,
	reply_by: str | None = None,
	attached: str | None = None,
	visibility: str | None = None,
) -> dict[str, Any]:
	"""Ask somebody's advice about the case: a contact with an account here, or anybody outside (`how` they were asked).

	With an account they see the question, `attached`, reference, board and stage, and nothing else of the case. The
	question and the answer stay inside the caller's agency unless `visibility` says otherwise. No clock moves.
	Returns `asked` (its name) beside what `escalation.deadlines` does. Raises BadInput, CaseClosed (417), NotYours (403).
	"""
	guard.writable(escalation)
	return service.ask(escalation, question, contact, name, role, how, reply_by, attached, visibility)


@frappe.whitelist(methods=["POST"])
def record_answer(escalation: str, advice: str, answer: str, evidence: str) -> dict[str, Any]:
	"""Record what somebody answered outside this system, and how that is known. Returns the panel."""
	guard.writable(escalation)
	return service.record_answer(escalation, advice, answer, evidence)


@frappe.whitelist(methods=["POST"])
def withdraw(escalation: str, advice: str, reason: str) -> dict[str, Any]:
	"""Take a question back, with a reason; its adviser sees it no longer. Returns the panel."""
	guard.writable(escalation)
	return service.withdraw(escalation, advice, reason)


@frappe.whitelist(methods=["GET", "POST"])
def question(advice: str) -> dict[str, Any]:
	"""One question, for who was asked: see `advice.question`. Raises NotYours (403) for anybody else."""
	guard.listable()
	return service.question(advice)


@frappe.whitelist(methods=["POST"])
def answer(advice: str, text: str) -> dict[str, Any]:
	"""Answer a question, as who was asked. Returns as `question`. Raises BadInput, MoveRefused (417), NotYours (403)."""
	guard.listable()
	return service.answer(advice, text)
