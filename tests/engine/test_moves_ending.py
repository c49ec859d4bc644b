"""Moves that settle, close and reopen a case: one side cannot end it (X-A9), and closing waits (X-A10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.moves import AllowedMove, allowed_actions, moves

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)
MANAGERS = ["Manager", "Safeguarding Lead"]


def stage(number: int, *capacities: str, **more: Any) -> dict[str, Any]:
	both = {"raising_capacities": list(capacities), "responding_capacities": list(capacities)}
	return {"number": number, "label": f"Stage {number}", "clause": f"4.{number + 3}", **both, **more}


POLICY = Policy.from_dict(
	{
		"id": "small",
		"title": "Small",
		"stages": [
			stage(1, "Practitioner"),
			stage(2, *MANAGERS),
			stage(3, "Senior Manager", "Head of Service"),
			stage(4, "Senior Manager", "Chair", outcomes=["recommendations"], board_sees=True, chair_sees=True),
		],
		"records": [
			{"when": "resolve", "stage": 1, "needs": ["event file_reviewed [side=responding]"], "message": "The receiving professional reviews the case file first"},
			{"when": "close", "needs": ["field learning"], "effect": "prompt", "message": "Is there any learning?"},
		],
		"closing_duties": [
			{"duty": "confirm the outcome in writing", "owed_by": "responding lead", "satisfied_by": ["event confirmed"], "to_stage": 3},
			{"duty": "check that actions were carried out", "owed_by": "raising lead", "required": False},
		],
	}
)  # fmt: skip

RAISER = Person("t-1", agency="Trust", capacities=("Practitioner",))
RAISING_SENIOR = Person("t-3", agency="Trust", capacities=("Senior Manager",))
RECEIVER = Person("c-1", agency="Council", capacities=("Practitioner",))
RECEIVING_MANAGER = Person("c-2", agency="Council", capacities=("Manager",))
CHAIR = Person("b-1", agency="Board", capacities=("Chair",), board_roles=("Chair",))
BUSINESS = Person("b-2", agency="Board", capacities=("Business Manager",), board_roles=("Business Manager",))


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


REVIEWED = event("file_reviewed", side="responding", stage=1)
PROPOSED = event("resolution_proposed", side="responding", stage=1)


@pytest.mark.parametrize(
	("requires", "person", "satisfied", "allowed"),
	[
		("raiser", RAISER, (None, None), True),
		("raiser", RECEIVER, (None, None), False),
		("receiver", RECEIVER, (None, None), True),
		("receiver", RAISER, (None, None), True),
		("all parties", RAISER, (True, True), True),
		("all parties", RECEIVER, (True, True), True),
		("all parties", RAISER, (True, None), False),
		("all parties", RAISER, (False, True), False),
	],
)
def test_whose_word_resolves(
	requires: str, person: Person, satisfied: tuple[bool | None, bool | None], allowed: bool
) -> None:
	parties = (
		Party("Trust", "raising", satisfied=satisfied[0]),
		Party("Council", "responding", satisfied=satisfied[1]),
	)
	of = case(1, parties=parties)
	found = the(
		moves(POLICY.replace(resolution_requires=requires), of, [REVIEWED, PROPOSED], person),
		"Accept Resolution",
	)
	assert found.allowed is allowed
	if requires == "all parties" and not allowed:
		side = "responding" if satisfied[0] else "raising"
		assert found.refusals == (f"The {side} agency has not yet said that it is satisfied.",)


def test_accepting_without_a_proposal_or_against_a_partys_will_is_shown() -> None:
	move = the(moves(POLICY, case(1), [REVIEWED], RAISER), "Accept Resolution")
	assert move.warnings == (
		"No proposal of the responding agency is on record: say in the summary what was agreed.",
	)
	unhappy = case(1, parties=(Party("Council", "responding", satisfied=False),))
	move = the(moves(POLICY, unhappy, [REVIEWED, PROPOSED], RAISER), "Accept Resolution")
	assert move.warnings == ("The responding agency is not satisfied.",)
	early = the(
		moves(POLICY, case(4), [event("resolution_proposed", stage=4)], RAISING_SENIOR), "Accept Resolution"
	)
	assert early.warnings == (
		"The Independent Chair has been asked for recommendations and has made none yet.",
	)
	assert (
		the(moves(POLICY, case(4, "Recommendations Made"), [], RAISING_SENIOR), "Accept Resolution").warnings
		== ()
	)


def test_the_chair_may_resolve_where_the_policy_lets_the_chair() -> None:  # BU-A7
	own = POLICY.replace(stages=[stage(4, "Chair", outcomes=["resolved", "advice"], chair_sees=True)])
	assert allowed_actions(own, case(4), [], CHAIR) == ["Accept Resolution", "Make Recommendations"]
	assert allowed_actions(own, case(4), [], replace(CHAIR, recused=True)) == []


def test_a_chair_whose_agency_is_a_party_acts_for_it_too() -> None:
	chair = replace(CHAIR, agency="Trust", capacities=("Chair", "Senior Manager"))
	assert "Accept Resolution" in allowed_actions(POLICY, case(4), [], chair)
	before = replace(chair, agency="Elsewhere")
	assert not the(moves(POLICY, case(1), [], before), "Accept Resolution").allowed


def test_closing_waits_for_the_required_duties_alone() -> None:
	confirmed = [event("confirmed", stage=2, side="responding")]
	move = the(moves(POLICY, case(2, "Resolved"), confirmed, RAISER), "Close")
	assert (move.allowed, move.warnings) == (True, ("Is there any learning?",))
	assert allowed_actions(POLICY, case(2, "Resolved"), confirmed, BUSINESS) == ["Close"]
	assert not the(moves(POLICY, case(2, "Resolved"), confirmed, RECEIVER), "Close").allowed
	open_action = [*confirmed, event("action_agreed", relates_to="visit", stage=2)]
	move = the(moves(POLICY, case(2, "Resolved"), open_action, RAISER), "Close")
	assert move.refusals == ("Before closing: Carry out the agreed action.",)


def test_reopening_offers_each_stage_that_was_reached() -> None:
	skipped = case(4, "Recommendations Made", stages_reached={1: START, 4: START}, level="Chair")
	found = [move for move in moves(POLICY, skipped, [], RECEIVING_MANAGER) if move.action == "Reopen"]
	assert [(move.to_state, move.to_level, move.label) for move in found] == [
		("Stage 1", "", "Reopen at Stage 1"),
		("Stage 4", "Chair", "Reopen at Stage 4"),
	]
