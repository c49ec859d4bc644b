"""Rules of the process: involvement stage by stage, an expired limit, urgent jumps, copies that a filled field calls for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy, WorkingCalendar, load_policy, plan
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.moves import moves
from safeguarding_escalation.engine.next_step import next_step
from safeguarding_escalation.engine.policy_words import copy_words

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)
NURSE = Person("n-1", user="n@t", agency="Trust", capacities=("Practitioner",))
BOSS = Person("m-1", user="m@t", agency="Trust", capacities=("Manager",))
STRANGER = Person("x-1", user="x@t", agency="Elsewhere", capacities=("Manager",))
FILLED = frozenset({"dispute_summary", "risk_to_adult", "outcome_sought", "nature"})


def case(stage: int, **facts: Any) -> Case:
	values: dict[str, Any] = {
		"state": f"Stage {stage}",
		"stage": stage,
		"raising_agency": "Trust",
		"responding_agency": "Council",
		"filled": FILLED,
		"parties": (Party("Trust", "raising"), Party("Council", "responding")),
		"named": (Named("raised_by", "n-1", START),),
	}
	return Case(**{**values, **facts})


@pytest.mark.parametrize(
	("stage", "involved", "owed"),
	[
		(2, frozenset(), True),
		(2, frozenset({1}), True),  # Stage One's is not Stage Two's
		(2, frozenset({1, 2}), False),
		(2, frozenset({0}), False),  # no stage said: it may be this one's
		(2, None, True),
	],
)
def test_the_adult_is_involved_at_each_stage(stage: int, involved: frozenset[int] | None, owed: bool) -> None:
	facts = case(stage, involved=involved, filled=FILLED | ({"involvement"} if involved else set()))
	found = duties(load_policy("4lsab-2023"), facts, [], START)
	assert any("again at this stage" in duty.text for duty in found) is owed


def late(auto: bool, person: Person, state: str = "Stage 1") -> str:
	policy = load_policy("redbridge-2022").replace(auto_escalate=auto)
	events = [
		Event("disagreement", at=START, stage=1),
		Event("concern_raised", at=START, stage=1),
		Event("discussed", at=START + timedelta(days=1), stage=1, two_way=True),
		Event("unresolved", at=START + timedelta(days=7), stage=1),
	]
	now = START + timedelta(days=10)
	deadlines = plan(policy, events, WorkingCalendar.for_policy(policy))
	return next_step(policy, case(1, state=state), events, deadlines, person, now).sentence


def test_a_limit_that_has_passed_makes_going_up_the_next_step_where_the_board_wants_it() -> None:
	assert late(True, NURSE) == "The limit of Stage 1 has passed: take this to Stage 2."
	assert "has passed" not in late(False, NURSE)
	assert "has passed" not in late(True, STRANGER)  # nobody is told to do what they may not
	assert "has passed" not in late(True, NURSE, state="Resolved")


def test_an_urgent_jump_is_warned_of_a_form_and_never_barred_by_it() -> None:
	base = load_policy("suffolk-2024")
	strict = base.replace(records=[row for row in base.records if row.stage != 3])
	strict = strict.replace(
		records=[
			*strict.records,
			*Policy.from_dict(
				{
					"id": "t",
					"title": "T",
					"records": [
						{
							"when": "enter",
							"needs": ["event form_completed"],
							"message": "Complete the form",
							"stage": 3,
						}
					],
				}
			).records,
		]
	)
	for policy in (base, strict):
		urgent = case(1, immediate_risk=True)
		move = next(move for move in moves(policy, urgent, [], NURSE) if move.action == "Escalate to Stage 3")
		assert move.allowed
		assert any("form" in text.casefold() for text in move.warnings)
	calm = next(move for move in moves(strict, case(2), [], BOSS) if move.action == "Escalate to Stage 3")
	assert not calm.allowed


def test_a_gap_in_policy_goes_to_the_chair_once_it_is_written_down() -> None:
	policy = load_policy("stockport")
	log = [Event("resolved", at=START, stage=2)]
	gap = "copy:resolved:2:Chair"
	assert gap not in {duty.key for duty in duties(policy, case(2, state="Resolved"), log, START)}
	written = case(2, state="Resolved", filled=FILLED | {"policy_gap"})
	assert gap in {duty.key for duty in duties(policy, written, log, START)}
	rule = next(row for row in policy.copy_rules if row.condition == "field policy_gap")
	assert "where “policy gap” is filled in" in copy_words(policy, rule)


@pytest.mark.parametrize(("state", "stage", "urgent"), [("Draft", 0, True), ("Stage 1", 1, True), ("Stage 1", 1, False)])  # fmt: skip
def test_a_criminal_matter_is_asked_for_the_police_and_bars_no_step(
	state: str, stage: int, urgent: bool
) -> None:
	policy, told = load_policy("4lsab-2023"), "must be referred to the police"
	plain = case(stage, state=state, filled=FILLED, immediate_risk=urgent)
	marked = replace(plain, criminal_matter=True)
	referred = replace(marked, filled=FILLED | {"police_referred_on"})
	log = [Event("discussed", at=START, stage=1)]
	for facts, asked, waited in ((plain, False, 0), (marked, True, 2), (referred, False, 1)):
		step = next(move for move in moves(policy, facts, log, NURSE) if move.action == "Escalate to Stage 2")
		assert step.allowed, step.refusals
		# Once the stage was entered, its panel shows what is missing; a warning comes with the first step.
		assert any(told in text for text in step.warnings) is (asked and not stage)
		owed = [duty for duty in duties(policy, facts, log, START) if told in duty.text]
		assert [duty.clause for duty in owed] == (["5"] if asked else [])
		settled = replace(facts, state="Resolved", stage=2)
		waits = [duty for duty in duties(policy, settled, log, START) if duty.required and not duty.done]
		assert sum("police" in duty.text for duty in waits) == waited
