"""What the Desk and REST may call on an escalation. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import (
	boards,
	confirming,
	guard,
	handing_over,
	moving,
	recording,
	recusing,
	views,
)


@frappe.whitelist(methods=["POST"])
def record(
	escalation: str,
	kind: str,
	occurred_at: str | None = None,
	stage: int | str | None = None,
	due_at: str | None = None,
	note: str | None = None,
	level: str | None = None,
	side: str | None = None,
	actor: str | None = None,
	counterpart: str | None = None,
	to: str | None = None,
	mode: str | None = None,
	two_way: bool | int | str | None = None,
	attendees: str | None = None,
	source: str | None = None,
	evidence: str | None = None,
	outcome: str | None = None,
	visibility: str | None = None,
	relates_to: str | None = None,
	corrects: str | None = None,
	reason: str | None = None,
	expected_stage: int | str | None = None,
) -> dict[str, Any]:
	"""Record that something happened: one Stage Log row, and the deadlines that follow from it.

	`kind` is an event kind; `occurred_at` and `due_at` are local times of the site or ISO 8601 with an offset;
	`stage` defaults to the stage reached at that time; `actor` and `counterpart` are Safeguarding Contacts
	(`actor` defaults to the caller's own); `outcome` is what an answer of the board is (resolved, recommendation,
	advice, as the policy allows). Returns `log`, `sequence`, `deadlines`, `next_step`.
	Raises BadInput, MoveRefused, StaleCase, CaseClosed (417) and NotYours (403); nothing is changed then.
	"""
	guard.writable(escalation)
	return recording.record(
		escalation,
		kind,
		occurred_at=occurred_at,
		stage=stage,
		due_at=due_at,
		note=note,
		level=level,
		side=side,
		actor=actor,
		counterpart=counterpart,
		to=to,
		mode=mode,
		two_way=two_way,
		attendees=attendees,
		source=source,
		evidence=evidence,
		outcome=outcome,
		visibility=visibility,
		relates_to=relates_to,
		corrects=corrects,
		reason=reason,
		expected_stage=expected_stage,
	)


@frappe.whitelist(methods=["POST"])
def move(
	escalation: str,
	action: str,
	occurred_at: str | None = None,
	reason: str | None = None,
	expected_stage: int | str | None = None,
	actor: str | None = None,
	counterpart: str | None = None,
	level: str | None = None,
	to_stage: int | str | None = None,
	note: str | None = None,
	source: str | None = None,
	evidence: str | None = None,
	outcome: str | None = None,
) -> dict[str, Any]:
	"""Make a move of the workflow, with its time, reason and counterpart.

	`action` is a workflow action ("Escalate to Stage 2", "Accept Resolution", …); `to_stage` is needed for
	Reopen only; `outcome` for an answer of the board (else the policy's first). `expected_stage` is the stage that the caller sees: if the case has moved on, StaleCase.
	Returns `workflow_state`, `current_stage`, `deadlines`, `next_step`. Raises as `record`.
	"""
	guard.allowed(escalation, "move")
	return moving.move(
		escalation,
		action,
		occurred_at=occurred_at,
		reason=reason,
		expected_stage=expected_stage,
		actor=actor,
		counterpart=counterpart,
		level=level,
		to_stage=to_stage,
		note=note,
		source=source,
		evidence=evidence,
		outcome=outcome,
	)


@frappe.whitelist(methods=["POST"])
def change_board(escalation: str, board: str, reason: str) -> dict[str, Any]:
	"""Give a raised case to another board, by a manager and with a reason (4L-A9); returns as `deadlines`.

	What ran under the old board's policy keeps it. Raises BadInput, MoveRefused, CaseClosed (417), NotYours (403).
	"""
	guard.writable(escalation)
	return boards.change(escalation, board, reason)


@frappe.whitelist(methods=["GET", "POST"])
def deadlines(escalation: str) -> dict[str, Any]:
	"""Everything the form's panel shows: deadlines with status and reasons, moves, duties, the next step."""
	guard.readable(escalation)
	return views.panel(escalation)


@frappe.whitelist(methods=["GET", "POST"])
def explain(escalation: str, clock: str, instance: str | None = None) -> dict[str, Any]:
	"""Why a clock is due when it is: each day counted or skipped, with the clause."""
	guard.readable(escalation)
	return views.explain(escalation, clock, instance)


@frappe.whitelist(methods=["GET", "POST"])
def timeline(escalation: str) -> list[dict[str, Any]]:
	"""The case's log as the caller may see it: own agency's internal entries, never another's."""
	guard.readable(escalation)
	return views.timeline(escalation)


@frappe.whitelist(methods=["POST"])
def confirm(
	escalation: str,
	log: str,
	agrees: bool | int | str = True,
	note: str | None = None,
	actor: str | None = None,
	evidence: str | None = None,
) -> dict[str, Any]:
	"""Confirm or dispute the entry `log`, which somebody else reported: a row of its own in the log, no clock changes.

	For the person it speaks of, their agency, and for the board's posts its Business Manager. With `evidence` (their
	email of which date …) the caller records what that person, or `actor`, answered. Returns and raises as `record`.
	"""
	guard.writable(escalation)
	return confirming.confirm(escalation, log, agrees, note=note, actor=actor, evidence=evidence)


@frappe.whitelist(methods=["POST"])
def take_over(escalation: str) -> dict[str, Any]:
	"""Lead the caller's own agency in the case, where a duty team has it or a colleague of the team led; logged.

	Returns as `deadlines`. Raises MoveRefused where the caller is of another team, or acts for no party.
	"""
	guard.writable(escalation)
	return handing_over.take_over(escalation)


@frappe.whitelist(methods=["POST"])
def recuse(escalation: str, reason: str | None = None, substitute: str | None = None) -> dict[str, Any]:
	"""Step back from the case because of a conflict of interest, with a `reason`: logged, and access ends at once.

	`substitute`, a Safeguarding Contact of the caller's agency in post, leads in the caller's place; for a post of the
	board they hold that post in this case alone. Returns `escalation`, `recused` and, if named,
	`substitute`. Raises BadInput
	without a reason, and for a substitute who is of another agency, not in post, or has stepped back too.
	"""
	guard.writable(escalation)
	return recusing.recuse(escalation, reason, substitute)
