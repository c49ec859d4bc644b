"""Moves that settle, end or reopen a case: resolution, recommendations, withdrawal, closing, reopening.

One side cannot end it: the challenged side proposes, the raising side accepts (X-A9, `resolution_requires`). The
Chair recommends where the policy gives the Chair no more than that (RB 4.9).
"""

from __future__ import annotations

from collections.abc import Iterator

from .allowed_move import AllowedMove, Asked, Situation, asked, chair_stage, may_settle, who_may
from .answers import on_behalf, outcomes
from .case import CLOSED, DRAFT, RECOMMENDED, RESOLVED, WITHDRAWN
from .duties import open_closing_duties
from .needs import event_term, matches
from .wording import SIDE_NAMES, clause_text, sentence


def endings(situation: Situation) -> Iterator[AllowedMove]:
	"""The moves of the workflow's table, from the case's state, that do not enter a stage."""
	state = situation.case.state
	if state.startswith("Stage ") or state == RECOMMENDED:
		yield _accept(situation)
	if state.startswith("Stage "):
		yield _recommend(situation)
	if state.startswith("Stage ") or state == DRAFT:
		yield _withdraw(situation)
	if state in (RESOLVED, RECOMMENDED):
		yield _close(situation)
	if state in (RESOLVED, RECOMMENDED, CLOSED, WITHDRAWN):
		yield from _reopen(situation)


def _ending(
	situation: Situation,
	action: str,
	state: str,
	refusals: list[str],
	records: Asked,
	*,
	warnings: tuple[str, ...] = (),
	needs_reason: bool = False,
	answers: str = "",
) -> AllowedMove:
	"""The move; `answers` is the event by which the board answers with it, '' where it does not."""
	said = tuple(filter(None, [*refusals, *records.refusals]))
	stage = situation.policy.stage(situation.case.stage)
	return AllowedMove(
		action=action,
		to_state=state,
		to_stage=situation.case.stage,
		to_level=situation.case.level,
		allowed=not said,
		refusals=said,
		warnings=(*warnings, *records.warnings),
		needs_reason=needs_reason or records.needs_reason,
		clause=stage.clause if stage else "",
		label=action,
		outcomes=outcomes(situation.policy, situation.case, answers) if answers else (),
		on_behalf=on_behalf(situation.policy, situation.person) if answers else "",
	)


def _outcomes(situation: Situation) -> frozenset[str]:
	stage = situation.policy.stage(situation.case.stage)
	return frozenset(stage.outcomes) if stage else frozenset()


def _accept(situation: Situation) -> AllowedMove:
	"""Accepting a resolution: whose word counts is the policy's `resolution_requires` (X-A9)."""
	refusals = [_who_accepts(situation)]
	if situation.policy.resolution_requires == "all parties":
		refusals += [
			f"{sentence(SIDE_NAMES[side])[:-1]} has not yet said that it is satisfied."
			for side in _unsatisfied(situation)
		]
	records = asked(situation, "resolve", situation.case.stage)
	return _ending(
		situation,
		"Accept Resolution",
		RESOLVED,
		refusals,
		records,
		warnings=_accept_warnings(situation),
		answers="resolved" if _board_resolves(situation) else "",
	)


def _board_resolves(situation: Situation) -> bool:
	"""Whether it is the board that resolves the case, and no party (BU 1.5: the Chair, for resolution)."""
	policy, case, person = situation.policy, situation.case, situation.person
	if "board" not in situation.sides or person.recused or case.state == RECOMMENDED:
		return False
	if situation.sides & {"raising", "responding"}:
		return False
	return chair_stage(policy, case) and bool(outcomes(policy, case, "resolved"))


def _who_accepts(situation: Situation) -> str:
	"""Why the person's word does not resolve the case."""
	policy, case = situation.policy, situation.case
	if "board" in situation.sides and not situation.person.recused and case.state != RECOMMENDED:
		if chair_stage(policy, case) and outcomes(policy, case, "resolved"):
			return ""
		if not situation.sides & {"raising", "responding"} and chair_stage(policy, case):
			return (
				f"The {policy.chair_label} makes recommendations at this stage and cannot set the case to"
				f" Resolved{clause_text(_clause(situation))}; the raising agency accepts what was agreed."
			)
	raiser_alone = policy.resolution_requires == "raiser"
	return may_settle(situation, ("raising",) if raiser_alone else ("raising", "responding"))


def _clause(situation: Situation) -> str:
	stage = situation.policy.stage(situation.case.stage)
	return stage.clause if stage else ""


def _unsatisfied(situation: Situation) -> list[str]:
	parties = situation.case.all_parties()
	sides = {party.side for party in parties if party.satisfied is not True}
	return [side for side in ("raising", "responding") if side in sides]


def _accept_warnings(situation: Situation) -> tuple[str, ...]:
	case, policy, warnings = situation.case, situation.policy, []
	proposed = event_term(f"resolution_proposed {case.stage} [side=responding]")
	if case.state != RECOMMENDED and policy.resolution_requires != "receiver":
		if not any(matches(proposed, event) for event in situation.current):
			warnings.append(
				"No proposal of the responding agency is on record: say in the summary what was agreed."
			)
		if "resolved" not in _outcomes(situation):
			warnings.append(
				f"The {policy.chair_label} has been asked for recommendations and has made none yet."
			)
	dissatisfied = {party.side for party in case.parties if party.satisfied is False}
	if policy.resolution_requires != "all parties":
		warnings += [f"{sentence(SIDE_NAMES[side])[:-1]} is not satisfied." for side in sorted(dissatisfied)]
	return tuple(warnings)


def _recommend(situation: Situation) -> AllowedMove:
	"""Recommendations: the Chair's, or recorded by the Business Manager on the Chair's behalf (ST-A5)."""
	policy, case = situation.policy, situation.case
	refusals = [who_may(situation, "board", ("Chair", "Business Manager"))]
	if not outcomes(policy, case, "recommended"):
		refusals.append(f"{situation.policy.stage_label(case.stage)} does not end in recommendations.")
	elif not chair_stage(policy, case):
		refusals.append(f"The case has not reached the {policy.chair_label} yet.")
	records = asked(situation, "recommend", case.stage)
	return _ending(situation, "Make Recommendations", RECOMMENDED, refusals, records, answers="recommended")


def _withdraw(situation: Situation) -> AllowedMove:
	records = asked(situation, "withdraw", situation.case.stage)
	refusals = [may_settle(situation, ("raising",))]
	return _ending(situation, "Withdraw", WITHDRAWN, refusals, records, needs_reason=True)


def _close(situation: Situation) -> AllowedMove:
	"""Closing waits for the required closing duties (X-A10)."""
	case = situation.case
	manager = "Business Manager" in situation.person.board_roles and not situation.person.recused
	refusals = ["" if manager else who_may(situation, "raising", ())]
	owed = open_closing_duties(situation.policy, case, situation.events)
	refusals += [f"Before closing: {sentence(duty.text)}" for duty in owed]
	return _ending(situation, "Close", CLOSED, refusals, asked(situation, "close", case.stage))


def _reopen(situation: Situation) -> Iterator[AllowedMove]:
	"""Reopening with a reason, at each stage that was reached: by a manager of either side or by those who led it.

	A case that was settled at Stage 1 is seen by no manager; without its leads nobody could reopen it.
	"""
	case = situation.case
	who = who_may(situation, "either", ("Manager",))
	if who and not may_settle(situation, ("raising", "responding")):
		who = ""
	reached = sorted(number for number in {*case.stages_reached, case.stage} if number > 0)
	if not reached:
		reason = "This draft was withdrawn before it was raised: raise a new one."
		yield AllowedMove(
			"Reopen", "Stage 1", 1, allowed=False, refusals=(reason,), needs_reason=True, label="Reopen"
		)
	for number in reached:
		records = asked(situation, "reopen", number)
		said = tuple(filter(None, (who, *records.refusals)))
		yield AllowedMove(
			action="Reopen",
			to_state=f"Stage {number}",
			to_stage=number,
			to_level=case.level if number == case.stage else "",
			allowed=not said,
			refusals=said,
			warnings=records.warnings,
			needs_reason=True,
			label=f"Reopen at {situation.policy.stage_label(number)}",
		)
