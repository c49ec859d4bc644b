"""Levels inside a stage (Stockport's Stage 4): optional but the last, and the Chair at the Chair's alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy
from safeguarding_escalation.engine.case import Case, Named, Person
from safeguarding_escalation.engine.moves import AllowedMove, allowed_actions, moves, why_not

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)


def stage(number: int, *capacities: str, **more: Any) -> dict[str, Any]:
	both = {"raising_capacities": list(capacities), "responding_capacities": list(capacities)}
	return {"number": number, "label": f"Stage {number}", "clause": f"4.{number + 3}", **both, **more}


RAISER = Person("t-1", agency="Trust", capacities=("Practitioner",))
RAISING_SENIOR = Person("t-3", agency="Trust", capacities=("Senior Manager",))
CHAIR = Person("b-1", agency="Board", capacities=("Chair",), board_roles=("Chair",))


def case(number: int, state: str = "", **facts: Any) -> Case:
	values: dict[str, Any] = {
		"state": state or (f"Stage {number}" if number else "Draft"),
		"stage": number,
		"raising_agency": "Trust",
		"responding_agency": "Council",
		"filled": frozenset({"dispute_summary"}),
		"named": (Named("raised_by", "t-1", START),),
		"stages_reached": dict.fromkeys(range(1, number + 1), START),
	}
	return Case(**{**values, **facts})


def event(kind: str, **more: Any) -> Event:
	return Event(kind, at=START + timedelta(hours=1), **more)


def the(found: tuple[AllowedMove, ...], action: str, to_stage: int | None = None) -> AllowedMove:
	return next(move for move in found if move.action == action and to_stage in (None, move.to_stage))


LEVELS = Policy.from_dict(
	{
		"id": "levels",
		"title": "Levels",
		"document_noun": "protocol",
		"require_hos_before_chair": "require",
		"stages": [
			stage(3, "Senior Manager"),
			stage(
				4,
				"Head of Service",
				outcomes=["resolved", "recommendations"],
				board_sees=True,
				chair_sees=True,
			),
		],
		"levels": [
			{"stage": 4, "order": 2, "label": "Directorate", "capacity": "Chief Officer"},
			{"stage": 4, "order": 1, "label": "Heads of Service", "capacity": "Head of Service"},
			{"stage": 4, "order": 3, "label": "Chair", "capacity": "Chair", "optional": False},
		],
		"moves": [
			{"from_stages": [3], "to_stage": 4, "capacities": ["Senior Manager"]},
			{
				"from_stages": [4],
				"to_stage": 4,
				"to_level": "Chair",
				"capacities": ["Chief Officer", "Business Manager"],
			},
		],
	}
)
OFFICER = Person("t-5", agency="Trust", capacities=("Chief Officer",))


def levels_of(of: Case, person: Person, events: list[Event] | None = None) -> list[tuple[str, str, bool]]:
	found = moves(LEVELS, of, events or [], person)
	return [
		(move.action, move.to_level, move.allowed) for move in found if move.action.startswith("Escalate")
	]


def test_levels_inside_a_stage_are_optional_but_the_last() -> None:
	talk = [event("consulted", to="Head of Service", stage=3)]
	into_4 = [("Escalate to Stage 4", label, True) for label in ("Heads of Service", "Directorate", "Chair")]
	assert levels_of(case(3), RAISING_SENIOR, talk) == into_4
	# Up inside the stage: the row of the policy for the Chair, the stage's own row for the level between.
	at_first = case(4, level="Heads of Service")
	assert levels_of(at_first, RAISING_SENIOR) == [
		("Escalate to Stage 4", "Directorate", True),
		("Escalate to Stage 4", "Chair", False),
	]
	assert levels_of(case(4, level="Directorate"), OFFICER, talk) == [("Escalate to Stage 4", "Chair", True)]
	assert levels_of(case(4, level="Chair"), OFFICER) == []


def test_levels_without_a_way_to_them_are_left_out() -> None:
	issue = LEVELS.replace(
		moves=[{"from_stages": [0, 3], "to_stage": 4, "to_level": "Chair", "ground": "policy issue"}]
	)
	found = moves(issue, case(3), [], RAISING_SENIOR)
	assert [move.to_level for move in found if move.to_stage == 4] == ["Chair"]
	assert why_not(issue, case(0), [], RAISER, "Escalate to Stage 4").startswith(
		"Stage 4 is open at once only for"
	)
	assert [move.to_stage for move in moves(LEVELS, case(0), [], RAISER)] == [
		3,
		4,
		0,
	]  # none into 3, none into 4
	assert why_not(LEVELS, case(0), [], RAISER, "Escalate to Stage 4") == (
		"The protocol has no way from a draft straight to Heads of Service."
	)


def test_a_level_that_is_not_optional_cannot_be_passed_over() -> None:
	strict = replace(LEVELS, levels=tuple(replace(row, optional=False) for row in LEVELS.levels))
	found = [move for move in moves(strict, case(3), [], OFFICER) if move.to_level == "Directorate"]
	assert found[0].refusals == ("Heads of Service comes before Directorate.",)


@pytest.mark.parametrize(
	("policy", "person", "events", "refused"),
	[
		(LEVELS, OFFICER, [], True),
		(LEVELS, OFFICER, [event("discussed", to="Head of Service", stage=4)], False),
		(LEVELS, OFFICER, [event("stage_started", level="Heads of Service", stage=4)], False),
		(LEVELS, replace(OFFICER, capacities=("Chief Officer", "Head of Service")), [], False),
		(LEVELS.replace(require_hos_before_chair="warn"), OFFICER, [], False),
		(LEVELS.replace(require_hos_before_chair="no"), OFFICER, [], False),
	],
)  # fmt: skip
def test_heads_of_service_before_the_chair(
	policy: Policy, person: Person, events: list[Event], refused: bool
) -> None:
	move = the(moves(policy, case(4, level="Directorate"), events, person), "Escalate to Stage 4")
	sentence = "No Head of Service is on record as involved before Stage 4."
	assert move.refusals == ((sentence,) if refused else ())
	assert move.warnings == ((sentence,) if policy.require_hos_before_chair == "warn" else ())


def test_the_chair_acts_at_the_chairs_level_only() -> None:
	early = the(moves(LEVELS, case(4, level="Directorate"), [], CHAIR), "Make Recommendations")
	assert early.refusals == ("The case has not reached the Independent Chair yet.",)
	assert not the(moves(LEVELS, case(4, level="Directorate"), [], CHAIR), "Accept Resolution").allowed
	assert the(moves(LEVELS, case(4, level="Chair"), [], CHAIR), "Make Recommendations").allowed
	assert the(moves(LEVELS, case(4, level="Chair"), [], CHAIR), "Accept Resolution").allowed


def test_a_level_settles_with_its_own_capacity() -> None:
	head = Person("t-6", agency="Trust", capacities=("Head of Service",))
	led = {"named": (Named("raising_lead", "t-7", START),)}
	assert "Accept Resolution" in allowed_actions(LEVELS, case(4, level="Heads of Service", **led), [], head)
	assert "Accept Resolution" not in allowed_actions(LEVELS, case(4, level="Directorate", **led), [], head)
	# At the Chair's level the stage's own capacities settle for a side.
	assert "Accept Resolution" in allowed_actions(LEVELS, case(4, level="Chair", **led), [], head)
