"""The process beside stages and clocks: involvement, what was considered, steps of a route, related cases.

Each function's first line is its guard.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import guard, involving, related, walking_path


@frappe.whitelist(methods=["POST"])
def involve(
	escalation: str,
	stage: int | str | None = None,
	informed: str | None = None,
	informed_by: str | None = None,
	informed_on: str | None = None,
	wishes_followed_through: str | None = None,
	views: str | None = None,
	representative_views: str | None = None,
	why_not: str | None = None,
) -> dict[str, Any]:
	"""Write down how the adult or representative was involved at a stage that was reached (default: this one).

	`informed` is Yes or No, `wishes_followed_through` Yes, No or Not known; a No says `why_not`. What is left out stays as it
	is, an empty text clears it, and the log keeps that it was cleared. Returns as `api.escalation.deadlines`.
	Raises BadInput, CaseClosed (417) and NotYours (403).
	"""
	guard.writable(escalation)
	return involving.involve(
		escalation,
		stage,
		informed=informed,
		informed_by=informed_by,
		informed_on=informed_on,
		wishes_followed_through=wishes_followed_through,
		views=views,
		representative_views=representative_views,
		why_not=why_not,
	)


@frappe.whitelist(methods=["POST"])
def consider(
	escalation: str,
	best_interests_dispute: int | None = None,
	capacity_doubted: str | None = None,
	appropriate_adult: str | None = None,
	advocacy_considered: str | None = None,
	advocacy_reason: str | None = None,
	court_of_protection_considered: str | None = None,
	court_reason: str | None = None,
) -> dict[str, Any]:
	"""Answer what is asked of capacity, advocacy and the Court of Protection; what is left out stays as it is.

	An empty text clears an answer; the log keeps that.
	"""
	guard.writable(escalation)
	return involving.consider(
		escalation,
		best_interests_dispute=best_interests_dispute,
		capacity_doubted=capacity_doubted,
		appropriate_adult=appropriate_adult,
		advocacy_considered=advocacy_considered,
		advocacy_reason=advocacy_reason,
		court_of_protection_considered=court_of_protection_considered,
		court_reason=court_reason,
	)


@frappe.whitelist(methods=["POST"])
def step(
	escalation: str,
	question: str,
	answer: str,
	occurred_at: str | None = None,
	actor: str | None = None,
	evidence: str | None = None,
) -> dict[str, Any]:
	"""Record a step of the case's special route: what was answered, when, and by whom if not by the caller.

	A step that the policy reserves to somebody is recorded by them, or for them with `actor` and `evidence`.
	"""
	guard.writable(escalation)
	return walking_path.step(
		escalation, question, answer, occurred_at=occurred_at, actor=actor, evidence=evidence
	)


@frappe.whitelist(methods=["POST"])
def link(escalation: str, other: str, relation: str) -> dict[str, Any]:
	"""Link two cases that the caller may see: Same adult, Same decision, Earlier case of another board, Other."""
	guard.writable(escalation)
	return related.link(escalation, other, relation)


@frappe.whitelist(methods=["POST"])
def unlink(escalation: str, row: str, reason: str) -> dict[str, Any]:
	"""Take the link `row` back; it stays on record with who did it, when and why."""
	guard.writable(escalation)
	return related.unlink(escalation, row, reason)


@frappe.whitelist(methods=["GET", "POST"])
def suggested(escalation: str) -> list[dict[str, Any]]:
	"""Cases that the caller may see and that concern somebody of exactly the same name as this one: references only."""
	guard.readable(escalation)
	return related.of_case(escalation)


@frappe.whitelist(methods=["POST"])
def same_name(subjects: list[dict[str, Any]] | str) -> list[dict[str, Any]]:
	"""`suggested` while a concern is being written: for people {subject_name, date_of_birth}, references only."""
	guard.creatable()
	return related.same_name(subjects)
