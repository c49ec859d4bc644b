"""Moves into a stage, or to a higher level inside one: raising a concern, and escalating it.

A row of the policy's moves names a ground: the next stage; a skip (X-A16); immediate risk, for which any practitioner
may enter (X-A16); a significant policy issue; or a route for some kinds of agency. For each stage and level the row
that serves this person best is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from . import immediate
from .allowed_move import AllowedMove, Asked, Situation, asked, chair_stage, sort_out, who_may
from .case import DRAFT, holds
from .needs import missing, on_path
from .obstacles import MANAGER_CAPACITIES, obstacles
from .policy import Policy
from .schema import Level, Move, Stage
from .wording import clause_text, listed, sentence

IMMEDIATE, POLICY_ISSUE, ROUTE = "immediate risk", "policy issue", "route"


def entries(situation: Situation) -> Iterator[AllowedMove]:
	"""The moves into each stage that lies ahead, lowest first, then by level; refused ones included."""
	start = from_stage(situation)
	for number in sorted({stage.number for stage in situation.policy.stages}):
		if number < max(start, 1):
			continue
		ahead = _levels_ahead(situation, number)
		# Levels that the policy gives no way to are left out, unless there is no way into the stage at all.
		with_way = [level for level in ahead if _rows(situation, number, level)]
		for level in with_way or ahead[:1]:
			yield _best(situation, number, level)


def entry_stage(policy: Policy, immediate_risk: bool) -> Stage | None:
	"""Where a new case would begin: the first stage, or the lowest that immediate risk opens at once (RB 4.1)."""
	urgent = [row.to_stage for row in policy.moves if 0 in row.from_stages and row.ground == IMMEDIATE]
	return policy.stage(min(urgent) if immediate_risk and urgent else 1)


def from_stage(situation: Situation) -> int:
	"""The stage that the case would leave: 0 from Draft."""
	return 0 if situation.case.state == DRAFT else situation.case.stage


def _levels_ahead(situation: Situation, number: int) -> list[Level | None]:
	"""The levels of a stage that are still ahead; [None] for a stage without levels that is ahead."""
	rows = sorted((row for row in situation.policy.levels if row.stage == number), key=lambda row: row.order)
	if number > from_stage(situation):
		return [*rows] or [None]
	reached = next((row.order for row in rows if row.label == situation.case.level), 0)
	return [row for row in rows if row.order > reached]


def _best(situation: Situation, number: int, level: Level | None) -> AllowedMove:
	"""The move of the row that asks least: allowed before refused, without a reason before with one."""
	rows = _rows(situation, number, level)
	if not rows:
		return _no_row(situation, number, level)
	weighed = []
	for order, row in enumerate(rows):
		move = _weigh(situation, row, level)
		applies = not _ground_refusal(situation, row)
		weighed.append(((not move.allowed, not applies, move.needs_reason, len(move.refusals), order), move))
	return min(weighed, key=lambda pair: pair[0])[1]


def _rows(situation: Situation, number: int, level: Level | None) -> list[Move]:
	"""The policy's rows for entering a stage (at a level) from where the case is."""
	start, policy = from_stage(situation), situation.policy
	label = level.label if level else ""
	fitting = [row for row in policy.moves if row.to_stage == number and row.to_level in ("", label)]
	rows = [row for row in fitting if start in row.from_stages]
	if rows:
		return rows
	if (
		start == number
	):  # from level to level: as the stage itself is entered, unless the policy says otherwise
		return fitting
	if start == 0 and number == 1:
		return [Move(from_stages=(0,), to_stage=1)]
	if start == 0 and policy.start_stage_capacities:  # 4L-A12
		return [
			Move((0,), number, ground="skip", capacities=policy.start_stage_capacities, skip_rule="reason")
		]
	return []


def _weigh(situation: Situation, row: Move, level: Level | None) -> AllowedMove:
	"""One row as a move, with everything that stands in this person's way."""
	records = _records(situation, row)
	# Immediate risk is above everything that a board may let the next step wait for.
	held = () if row.ground == IMMEDIATE else obstacles(situation.policy, situation.case, situation.person)
	refusals = [
		_ground_refusal(situation, row),
		_who(situation, row),
		_skip_refusal(situation, row),
		_level_refusal(situation, level),
		*(obstacle.refusal for obstacle in held),
		*records.refusals,
	]
	warnings = [*(obstacle.warning for obstacle in held if obstacle.warning), *records.warnings]
	without_head = _without_head_of_service(situation, row, level)
	if without_head:
		(refusals if situation.policy.require_hos_before_chair == "require" else warnings).append(
			without_head
		)
	needs_reason = records.needs_reason or (row.ground != IMMEDIATE and "reason" in row.skip_rule)
	needs_reason = needs_reason or any(obstacle.needs_reason for obstacle in held)
	return _move(
		situation, row.to_stage, level, tuple(filter(None, refusals)), tuple(warnings), row, needs_reason
	)


def _move(
	situation: Situation,
	number: int,
	level: Level | None,
	refusals: tuple[str, ...],
	warnings: tuple[str, ...] = (),
	row: Move | None = None,
	needs_reason: bool = False,
) -> AllowedMove:
	stage = situation.policy.stage(number)
	raising = from_stage(situation) == 0 and number == 1
	move = AllowedMove(
		action="Raise Concern" if raising else f"Escalate to Stage {number}",
		to_state=f"Stage {number}",
		to_stage=number,
		to_level=level.label if level else "",
		allowed=not refusals,
		refusals=refusals,
		warnings=warnings,
		needs_reason=needs_reason,
		label=(stage.button if stage else "")
		or ("Raise Concern" if raising else f"Escalate to Stage {number}"),
	)
	if row is None:
		return move
	return replace(move, ground=row.ground, clause=row.clause, guidance=row.guidance)


def _no_row(situation: Situation, number: int, level: Level | None) -> AllowedMove:
	start = from_stage(situation)
	origin = situation.policy.stage_label(start) if start else "a draft"
	to = level.label if level else situation.policy.stage_label(number)
	noun = situation.policy.document_noun
	return _move(situation, number, level, (f"The {noun} has no way from {origin} straight to {to}.",))


def _ground_refusal(situation: Situation, row: Move) -> str:
	"""Why a row's ground is not given in this case."""
	case, policy, to = situation.case, situation.policy, situation.policy.stage_label(row.to_stage)
	if row.ground == IMMEDIATE and not (case.immediate_risk or immediate.standing(situation.events)):
		return (
			f"{to} is open at once only if the adult is at immediate risk: record the immediate risk first."
		)
	if row.ground == POLICY_ISSUE:
		if not policy.policy_issue_entry:
			return f"This board does not open {to} for a policy issue alone."
		if not (case.policy_issue or _happened(situation, "policy_issue")):
			return f"{to} is open at once only for a significant policy issue: record the policy issue first."
	return _route_refusal(situation, row, to)


def _route_refusal(situation: Situation, row: Move, to: str) -> str:
	"""Why a route is not this agency's or this case's."""
	if row.agency_types:
		types = {party.agency_type.casefold() for party in situation.case.parties if party.side == "raising"}
		if not types & {kind.casefold() for kind in row.agency_types}:
			return (
				f"This way to {to} is for {listed(row.agency_types, 'or')} agencies{clause_text(row.clause)}."
			)
	elif row.ground == ROUTE:
		paths = [path for path in situation.policy.paths if path.enters_stage == row.to_stage]
		if paths and not any(on_path(situation.policy, situation.case, path.name) for path in paths):
			return f"This way to {to} is for the path {listed((path.label for path in paths), 'or')}."
	return ""


def _happened(situation: Situation, kind: str) -> bool:
	return any(event.kind == kind for event in situation.events)


def _who(situation: Situation, row: Move) -> str:
	"""Why the person may not make the move; any practitioner may where the risk is immediate (X-A16).

	A draft is the raising side's alone. Its own raiser may raise it, whatever capacity is recorded.
	"""
	draft = from_stage(situation) == 0
	side = "raising" if draft else row.side
	own = draft and row.ground == "next" and situation.person.contact in situation.case.contacts("raised_by")
	return who_may(situation, side, () if own or row.ground == IMMEDIATE else row.capacities)


def _skip_refusal(situation: Situation, row: Move) -> str:
	"""What the skip rule refuses (X-A16). Immediate risk is above it."""
	if row.ground == IMMEDIATE:
		return ""
	to = situation.policy.stage_label(row.to_stage)
	if row.skip_rule == "never":
		return f"{to} cannot be entered from here{clause_text(row.clause)}: take the stages in turn."
	if row.skip_rule == "manager and reason" and not holds(situation.person, MANAGER_CAPACITIES):
		return f"Going straight to {to} needs a manager and a written reason."
	return ""


def _level_refusal(situation: Situation, level: Level | None) -> str:
	"""A level that is not optional cannot be passed over."""
	if level is None:
		return ""
	ahead = [row for row in _levels_ahead(situation, level.stage) if row]
	passed = [row.label for row in ahead if row.order < level.order and not row.optional]
	return (
		sentence(f"{listed(passed)} comes before {level.label}{clause_text(level.clause)}") if passed else ""
	)


def _records(situation: Situation, row: Move) -> Asked:
	"""What must be on record. Urgent protection does not wait for the particulars of a concern (RB 4.1, 4.2)."""
	entering = _entering(situation, row)
	if from_stage(situation):
		return entering
	rows = missing(situation.policy, situation.case, situation.current, "raise", row.to_stage, row.ground)
	if row.ground == IMMEDIATE:
		rows = tuple(record if record.ground else replace(record, effect="prompt") for record in rows)
	raising = sort_out(rows)
	return Asked(
		raising.refusals + entering.refusals,
		raising.warnings + entering.warnings,
		raising.needs_reason or entering.needs_reason,
	)


def _entering(situation: Situation, row: Move) -> Asked:
	"""What a stage asks for. An urgent jump is warned of what is due and never barred by it, unless the record is its own."""
	rows = missing(situation.policy, situation.case, situation.current, "enter", row.to_stage, row.ground)
	if row.ground == IMMEDIATE:
		rows = tuple(record if record.ground else replace(record, effect="warn") for record in rows)
	return sort_out(rows)


def _without_head_of_service(situation: Situation, row: Move, level: Level | None) -> str:
	"""RB-A8: the Heads of Service talk before the Chair is asked, save where a policy issue goes there at once."""
	policy, person = situation.policy, situation.person
	stage = situation.policy.stage(row.to_stage)
	to_chair = chair_stage(
		policy,
		replace(situation.case, stage=row.to_stage, level=level.label if level else ""),
	)
	if policy.require_hos_before_chair == "no" or row.ground in (IMMEDIATE, POLICY_ISSUE) or not to_chair:
		return ""
	talks = [
		event for event in situation.current if event.kind in ("consulted", "discussed", "stage_started")
	]
	names = {
		"head of service",
		*(lv.label.casefold() for lv in policy.levels if lv.capacity == "Head of Service"),
	}
	told = any((event.to or event.level or "").casefold() in names for event in talks)
	if told or "Head of Service" in person.capacities:
		return ""
	return f"No Head of Service is on record as involved before {stage.label if stage else 'the Chair'}."
