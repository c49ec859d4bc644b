"""Whom to speak with at a stage: the policy's people first, and for each kind of agency somebody who stands in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from policy_names import BUCKS, LSAB, REDBRIDGE, STOCKPORT, SUFFOLK

from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.engine.counterparts import STAND_INS, fit, wanted
from safeguarding_escalation.engine.validator_words import AGENCY_TYPES

# (requirement, policy, stage, side, kind of raising agency, named professional asked directly, first, a word of the policy)
TOLD = [
	("4L-056", LSAB, 2, "responding", "Health", False, "Manager", "Stage Two"),
	("BU-031", BUCKS, 2, "responding", "Care Provider", False, "Enquiry Manager", "co-ordinating"),
	("BU-031", BUCKS, 2, "raising", "Care Provider", False, "Manager", "Manager level"),
	("BU-030", BUCKS, 2, "responding", "Health", False, "Manager", "Manager level"),
	("BU-031", BUCKS, 1, "responding", "Care Provider", False, "Practitioner", "Pre-Escalation"),
	("ST-054", STOCKPORT, 3, "responding", "Health", True, "Named Professional", "in preference to line management"),
	("ST-054", STOCKPORT, 3, "responding", "Health", False, "Senior Manager", "Stage Three"),
	("ST-054", STOCKPORT, 3, "responding", "Police", True, "Senior Manager", "Stage Three"),
	("ST-054", STOCKPORT, 3, "raising", "Health", True, "Named Professional", "in preference to line management"),
	("RB-070", REDBRIDGE, 3, "responding", "Health", True, "Named Professional", "named"),
	("SU-051", SUFFOLK, 3, "responding", "Voluntary Sector", False, "Manager", "Stage 3"),
]  # fmt: skip


@pytest.mark.parametrize(("ids", "policy_id", "stage", "side", "kind", "direct", "first", "word"), TOLD)
def test_the_policy_says_who_answers(
	ids: str, policy_id: str, stage: int, side: str, kind: str, direct: bool, first: str, word: str
) -> None:
	found = wanted(load_policy(policy_id), stage, side, kind, direct)
	assert found is not None, ids
	assert (found.capacities[0], found.side) == (first, side)
	assert word in found.words
	assert found.clause
	assert len(set(found.capacities)) == len(found.capacities)


def test_suffolks_second_stage_is_talked_over_in_ones_own_agency() -> None:
	found = wanted(load_policy(SUFFOLK), 2, "responding", "Health")
	assert found is not None
	assert (found.side, found.capacities[0]) == ("raising", "Manager")


def test_a_policy_may_name_nobody_at_a_stage() -> None:
	policy = load_policy(SUFFOLK)
	bare = replace(policy, stages=tuple(replace(row, raising_capacities=()) for row in policy.stages))
	assert wanted(bare, 2, "responding") is None
	assert wanted(policy, 9, "responding") is None


LOW, HIGH, TOP = ("Practitioner",), ("Senior Manager",), ("Head of Service", "Chief Officer")


@pytest.mark.parametrize(
	("kind", "capacities", "people", "chosen"),
	[
		("Health", LOW, ("Practitioner", "Named Professional"), "Practitioner"),
		# An integrated care board or commissioner: its designated professional; a practice: its safeguarding lead.
		("Health", LOW, ("Chief Officer", "Named Professional", "Safeguarding Lead"), "Named Professional"),
		("Health", LOW, ("Manager", "Safeguarding Lead"), "Safeguarding Lead"),
		("Care Provider", LOW, ("Safeguarding Lead", "Manager"), "Manager"),
		("Local Authority", LOW, ("Safeguarding Lead", "Enquiry Manager"), "Enquiry Manager"),
		("Voluntary Sector", LOW, ("Chief Officer",), "Chief Officer"),
		("Housing", HIGH, ("Manager", "Head of Service"), "Head of Service"),
		("Police", HIGH, ("Practitioner", "Safeguarding Lead"), "Safeguarding Lead"),
		("Other", TOP, ("Senior Manager", "Manager"), "Senior Manager"),
		("Health", TOP, ("Named Professional", "Practitioner"), "Named Professional"),
		("Education", TOP, ("Practitioner",), None),
		("Fire and Rescue", LOW, ("Information Governance",), None),
		("a kind of a later version", LOW, ("Safeguarding Lead",), "Safeguarding Lead"),
	],
)
def test_who_stands_in(
	kind: str, capacities: tuple[str, ...], people: tuple[str, ...], chosen: str | None
) -> None:
	found = {each: fit(kind, capacities, (each,)) for each in people}
	fitting = {each: place for each, place in found.items() if place is not None}
	assert (min(fitting, key=lambda each: fitting[each]) if fitting else None) == chosen


def test_every_kind_of_agency_has_people_who_stand_in() -> None:
	assert set(STAND_INS) == set(AGENCY_TYPES)
	assert all(fit(kind, LOW, ("Safeguarding Lead",)) for kind in AGENCY_TYPES)
