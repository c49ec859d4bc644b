"""Moves between stages: one path for the native button, REST, a PUT of workflow_state and `.move`.

A move is a save of the Escalation with a new workflow_state. `lifecycle.validate` calls `plan_move` under the
row lock that Frappe takes in `check_if_latest`; `lifecycle.on_update` calls `store_move`, which appends the
event. `.move` only adds what a bare save cannot carry: time, reason, actor, expected stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.engine.case import DRAFT
from safeguarding_escalation.engine.entering import IMMEDIATE
from safeguarding_escalation.engine.fates import STARTS
from safeguarding_escalation.engine.moves import AllowedMove
from safeguarding_escalation.services import actors, answering, fating, log, scope, times
from safeguarding_escalation.services.errors import BadInput, MoveRefused, StaleCase, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain

# The log's kind for each action; escalations differ by where they lead.
_KINDS = {
	"Raise Concern": "concern_raised",
	"Accept Resolution": "resolved",
	"Make Recommendations": "recommended",
	"Withdraw": "withdrawn",
	"Close": "closed",
	"Reopen": "reopened",
}
KIND_ACTIONS = {kind: action for action, kind in _KINDS.items()}


@dataclass
class MoveContext:
	"""What came with a move. Times are aware."""

	occurred_at: datetime
	reason: str = ""
	note: str = ""
	actor: str | None = None
	counterpart: str | None = None
	level: str = ""
	source: str = ""
	evidence: str = ""
	outcome: str = ""


@dataclass
class PlannedMove:
	"""A move that the engine allowed, waiting for its log row."""

	move: AllowedMove
	actor: actors.Actor
	context: MoveContext
	outcome: str = ""


def move(
	escalation: str,
	action: str,
	*,
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
	"""Make `action` on the case; see `api.escalation.move`. The caller's rights are checked already."""
	from safeguarding_escalation.services import views

	context = MoveContext(
		occurred_at=times.happened(occurred_at),
		reason=plain(reason),
		note=plain(note),
		actor=actor,
		counterpart=counterpart,
		level=plain(level),
		source=plain(source),
		evidence=plain(evidence),
		outcome=plain(outcome),
	)
	with locked(escalation) as case:
		check_expected(case, expected_stage)
		document = case.document
		target = _target(document, action, to_stage)
		if target is None:
			refuse(MoveRefused, _no_such_move(case, action))
		_check_given(case, context.level, to_stage, target)
		document.flags.move_context = context
		if target == document.workflow_state:
			document.flags.level_move = action
		document.workflow_state = target
		# The workflow's row for a stage below the one reached opens only to who names that stage.
		frappe.flags.reopening = (document.name, target) if action == "Reopen" else None
		try:
			document.save()
		finally:
			frappe.flags.reopening = None
		document.add_comment("Workflow", target)
	return views.panel(escalation)


def check_expected(case: LoadedCase, expected_stage: int | str | None) -> None:
	"""Raise StaleCase unless the case is still at the stage that the caller saw."""
	if expected_stage in (None, ""):
		return
	try:
		expected = int(expected_stage)
	except ValueError:
		refuse(BadInput, "expected_stage must be a stage's number.")
	reached = int(case.document.current_stage or 0)
	if expected != reached:
		refuse(
			StaleCase,
			f"You were looking at stage {expected or 'Draft'}, but this case has moved to "
			f"“{case.document.stage_label or case.document.workflow_state}” since. Reload it and decide again.",
		)


def plan_move(document: Any, case: LoadedCase, before: str, after: str) -> PlannedMove:
	"""The move that leads from state `before` to `after`, if the engine allows it to this user.

	`case` is the case as stored (locked), `document` the one being saved: records typed in the same save
	count. Raises MoveRefused with what is missing, CaseClosed, BadInput.
	"""
	context = document.flags.move_context or MoveContext(occurred_at=case.now)
	action = _action(before, after)
	if action is None:
		refuse(MoveRefused, f"There is no step from “{before}” to “{after}”.")
	actor = actors.resolve(case, context.actor, source=context.source, evidence=context.evidence, moving=True)
	allowed = None
	for candidate in actors.moves_of(case, actor.person, document):
		if candidate.action == action and candidate.to_state == after and _same_level(candidate, context):
			allowed = candidate
			if candidate.allowed:
				break
	if allowed is None:
		refuse(MoveRefused, _no_such_move(case, action))
	problems = [] if allowed.allowed else list(allowed.refusals)
	if allowed.allowed and allowed.needs_reason and not context.reason:
		problems.append(
			f"“{action}” needs a reason here. Use the button on the form, which asks for it, or give `reason`."
		)
	if before == DRAFT:
		screened = scope.screen(case.policy, document)
		urgent = allowed.ground == IMMEDIATE
		problems += [text for text in (screened.refusal, "" if urgent else screened.warning) if text]
	if problems:
		problems.extend(_hint(case, allowed, context))
		refuse(MoveRefused, " ".join(problems))
	_check_order(case, context.occurred_at)
	return PlannedMove(allowed, actor, context, answering.outcome_of_move(allowed.outcomes, context.outcome))


def _hint(case: LoadedCase, wanted: AllowedMove, context: MoveContext) -> list[str]:
	"""That the step can be recorded for somebody who cannot log in, where that is so."""
	if context.actor:
		return []
	same = (wanted.action, wanted.to_stage, wanted.to_level)
	for other in actors.possible_moves(case):
		if other.allowed and (other.action, other.to_stage, other.to_level) == same:
			return [
				"To record it for somebody without an account, use the button on the form, or give `actor`."
			]
	return []


def store_move(case: LoadedCase, planned: PlannedMove) -> frappe._dict:
	"""Append the move's event to the log, and carry a protective deadline that is still to come (X-A13)."""
	move_, context, actor = planned.move, planned.context, planned.actor
	reached = int(case.document.current_stage or 1)
	stage = move_.to_stage if move_.to_state.startswith("Stage ") else reached
	noted = [context.reason, context.note]
	if move_.action == "Reopen":
		noted.append(_restarts(case, max(stage, 1), context.occurred_at))
	row = case.append(
		log.Entry(
			kind=_KINDS.get(move_.action, "stage_started"),
			occurred_at=context.occurred_at,
			stage=max(stage, 1),
			level=context.level or move_.to_level,
			note="\n".join(text for text in noted if text),
			rule=move_.clause,
			outcome=planned.outcome,
			**(answering.columns(case, actor) if planned.outcome else actor.columns()),
			**actors.counterpart(context.counterpart, case, actor),
		)
	)
	if move_.to_state.startswith("Stage ") and stage > reached:
		_carry_protective(case, planned, reached, stage)
	return row


def _restarts(case: LoadedCase, stage: int, at: datetime) -> str:
	"""For the log's row of a reopening: which clocks run again, due when."""
	again = [fate for fate in fating.of_reopening(case, stage, at) if fate.what == STARTS]
	return fating.note(again, "No clock runs again by the reopening itself.")


def _carry_protective(case: LoadedCase, planned: PlannedMove, left: int, entered: int) -> None:
	"""A protective deadline belongs to its stage; while it is still to come the next stage keeps it."""
	moved_at = planned.context.occurred_at
	set_at_left = [
		event.due_at
		for event in case.effective_events
		if event.kind == "protective_deadline"
		and event.stage == left
		and event.due_at
		and event.at <= moved_at
	]
	if not case.policy.carry_protective or not set_at_left or set_at_left[-1] <= moved_at:
		return
	case.append(
		log.Entry(
			kind="protective_deadline",
			occurred_at=moved_at,
			stage=entered,
			due_at=set_at_left[-1],
			relates_to=f"carried from stage {left}",
			rule=planned.move.clause,
			**planned.actor.columns(),
		)
	)


def _check_order(case: LoadedCase, occurred_at: datetime) -> None:
	"""A move cannot have happened before the move that it follows."""
	kinds = {"stage_started", *_KINDS.values()}
	last = max((event.at for event in case.effective_events if event.kind in kinds), default=None)
	if last and occurred_at < last:
		refuse(
			BadInput,
			f"This step cannot have happened on {times.show(occurred_at)}: the step before it was on "
			f"{times.show(last)}. Correct the earlier entry first if its time is wrong.",
		)


def _same_level(candidate: AllowedMove, context: MoveContext) -> bool:
	return not context.level or candidate.to_level in ("", context.level)


def _action(before: str, after: str) -> str | None:
	if after.startswith("Stage "):
		if before == "Draft":
			return "Raise Concern" if after == "Stage 1" else f"Escalate to {after}"
		return f"Escalate to {after}" if before.startswith("Stage ") else "Reopen"
	return {
		"Resolved": "Accept Resolution",
		"Recommendations Made": "Make Recommendations",
		"Withdrawn": "Withdraw",
		"Closed": "Close",
	}.get(after)


def _target(document: Any, action: str, to_stage: int | str | None) -> str | None:
	if action == "Reopen":
		stage = to_stage or document.current_stage or 1
		return f"Stage {int(stage)}" if str(stage).isdigit() else None
	if action == "Raise Concern":
		return "Stage 1"
	if isinstance(action, str) and action.startswith("Escalate to Stage "):
		number = action.rpartition(" ")[2]
		return f"Stage {number}" if number in "123456" and len(number) == 1 else None
	return {
		"Accept Resolution": "Resolved",
		"Make Recommendations": "Recommendations Made",
		"Withdraw": "Withdrawn",
		"Close": "Closed",
	}.get(action)


def _check_given(case: LoadedCase, level: str, to_stage: int | str | None, target: str) -> None:
	"""A level that the policy hasn't, or a stage that is not the move's, is a mistake and no detail to pass over."""
	if level and level not in {row.label for row in case.policy.levels}:
		refuse(BadInput, f"Level: “{level[:40]}” is none of this policy's levels.")
	if to_stage not in (None, "") and f"Stage {to_stage}" != target:
		refuse(BadInput, f"Stage: “{str(to_stage)[:20]}” is not the stage that this step leads to.")


def _no_such_move(case: LoadedCase, action: str) -> str:
	state = case.document.workflow_state
	if state in ("Closed", "Withdrawn") and action != "Reopen":
		return f"This case is {state.lower()}: nothing more can be done on it unless it is reopened."
	possible = [
		move_.action for move_ in actors.moves_of(case, actors.resolve(case, None).person) if move_.allowed
	]
	listed = ", ".join(dict.fromkeys(possible)) or "nothing by you"
	return f"“{str(action)[:60]}” is not a step from “{state}”. Possible now: {listed}."
