"""A policy to begin with: it can be submitted as it is, at every number of stages."""

from __future__ import annotations

import pytest

from safeguarding_escalation.engine import Policy, PolicyError
from safeguarding_escalation.engine.starters import LADDER, USUAL, StageChoice, starter
from safeguarding_escalation.engine.validator import validate

FOUR = [
	StageChoice("Professionals", "Practitioner", 3),
	StageChoice("", "Manager", 0),
	StageChoice("Senior managers", "Senior Manager"),
	StageChoice("The Chair", "Chair", 5),
]


@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("chair", [False, True])
def test_it_can_be_used_as_it_is(number: int, chair: bool) -> None:
	who = [*LADDER[:1], "Manager", "Senior Manager", "Head of Service", "Chief Officer", "Chief Officer"][
		:number
	]
	if chair and number > 1:
		who[-1] = "Chair"
	policy = Policy.from_dict(starter("ashford-2027", "Ashford", [StageChoice("", one, 3) for one in who]))
	assert validate(policy) == []
	assert [stage.label for stage in policy.stages] == [f"Stage {n}" for n in range(1, number + 1)]
	assert len(policy.clocks) == number + 1


def test_its_rows_follow_from_its_stages() -> None:
	policy = Policy.from_dict(starter("ashford-2027", "Ashford", FOUR))
	assert [(clock.id, clock.unit, clock.length) for clock in policy.clocks] == [
		("ASH.IMMEDIATE", "instant", None),
		("ASH.S1.RESOLVE", "working days", 3),
		("ASH.S2.RESOLVE", "same working day", None),
		("ASH.S4.RECOMMEND", "working days", 5),
	]
	assert policy.stages[1].raising_capacities == ("Manager", "Safeguarding Lead")
	assert [(stage.board_sees, stage.chair_sees) for stage in policy.stages[2:]] == [
		(False, False),
		(True, True),
	]
	assert policy.stages[3].outcomes == ("recommendations", "advice")
	assert {move.ground for move in policy.moves if move.to_stage == 4} == {"next", "skip", "policy issue"}
	# a senior manager may take the next step of a manager, a practitioner not
	assert [move.capacities[0] for move in policy.moves if move.ground == "next"] == [
		"Practitioner", "Practitioner", "Manager", "Senior Manager",
	]  # fmt: skip
	assert {rule.recipient for rule in policy.copy_rules} == {"Business Manager", "Chair"}
	assert {nature.clause for nature in policy.natures} == {USUAL}


def test_a_name_without_letters_has_clocks_all_the_same() -> None:
	assert starter("2027", "X", FOUR[:1])["clocks"][0]["id"] == "NEW.IMMEDIATE"


@pytest.mark.parametrize(
	("stages", "sentence"),
	[
		([], "one to 6 stages; this one has 0"),
		(FOUR[:1] * 7, "this one has 7"),
		([StageChoice("", "Everybody")], "Stage 1: say who settles it"),
		([FOUR[0], FOUR[3], FOUR[2]], "Stage 2: the Chair comes last"),
		(FOUR[3:], "Stage 1: the Chair comes last"),
		([StageChoice("", "Manager", -1)], "Stage 1: give working days as 0 or more"),
	],
)
def test_what_makes_no_policy_is_refused(stages: list[StageChoice], sentence: str) -> None:
	with pytest.raises(PolicyError, match=sentence):
		starter("x", "X", stages)
