"""Who may move a case where under each policy: its moves as the engine reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from safeguarding_escalation.engine import Policy, load_policy, policy_ids
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.events import LONDON, Event
from safeguarding_escalation.engine.moves import AllowedMove, moves
from safeguarding_escalation.engine.schema import Move

MORNING = datetime(2025, 3, 11, 9, tzinfo=LONDON)
PRACTITIONER, MANAGER, SENIOR, HEAD = "Practitioner", "Manager", "Senior Manager", "Head of Service"
EVERY_FIELD = frozenset(
	{
		"dispute_summary",
		"risk_to_adult",
		"nature",
		"outcome_sought",
		"evidence_reasons",
		"safe_by",
		"involvement",
		"scope_basis",
	}
)


def person(capacity: str, side: str = "raising", board: tuple[str, ...] = ()) -> Person:
	return Person(f"{side}-{capacity}", agency=side, capacities=(capacity,), board_roles=board)


def case_at(stage: int, agency_type: str = "Police", **values: object) -> Case:
	facts = Case(
		state=f"Stage {stage}" if stage else "Draft",
		stage=stage,
		raising_agency="raising",
		responding_agency="responding",
		filled=EVERY_FIELD,
		parties=(Party("raising", "raising", agency_type=agency_type), Party("responding", "responding")),
		named=(Named("raised_by", "somebody", MORNING),),
	)
	return replace(facts, **values)  # type: ignore[arg-type]


def move_to(
	policy: Policy, case: Case, stage: int, who: Person, *kinds: str, level: str | None = None
) -> AllowedMove:
	events = [Event(kind, at=MORNING, stage=case.stage) for kind in kinds]
	found = [
		row
		for row in moves(policy, case, events, who)
		if row.action in (f"Escalate to Stage {stage}", "Raise Concern")
	]
	return next(row for row in found if row.to_stage == stage and level in (None, row.to_level))


# Who takes the next step, and the most junior who may not (requirements, section 10, "Permissions the texts imply").
NEXT = [
	("4lsab-2023", 1, PRACTITIONER, None, False),
	("4lsab-2023", 2, MANAGER, PRACTITIONER, True),
	("4lsab-2023", 3, SENIOR, MANAGER, True),
	("stockport", 1, PRACTITIONER, None, False),
	("stockport", 2, MANAGER, PRACTITIONER, True),
	("stockport", 3, SENIOR, MANAGER, True),
	("redbridge-2022", 1, PRACTITIONER, None, True),
	("redbridge-2022", 2, MANAGER, PRACTITIONER, True),
	("redbridge-2022", 3, SENIOR, MANAGER, True),
	("buckinghamshire", 1, PRACTITIONER, None, False),
	("buckinghamshire", 2, MANAGER, PRACTITIONER, True),
	("buckinghamshire", 3, HEAD, SENIOR, True),
	("suffolk-2024", 1, PRACTITIONER, None, True),
	("suffolk-2024", 2, MANAGER, PRACTITIONER, True),
	("suffolk-2024", 3, MANAGER, PRACTITIONER, True),
	("suffolk-2024", 4, MANAGER, PRACTITIONER, True),
]


@pytest.mark.parametrize(("policy_id", "stage", "may", "may_not", "either_side"), NEXT)
def test_who_takes_the_next_step(
	policy_id: str, stage: int, may: str, may_not: str | None, either_side: bool
) -> None:
	policy, case = load_policy(policy_id), case_at(stage)
	done = ("discussed", "unresolved", "form_completed")
	step = move_to(policy, case, stage + 1, person(may), *done)
	assert step.allowed, step.refusals
	assert step.ground == "next"
	assert not step.needs_reason
	if may_not:
		row = next(move for move in policy.moves if move.to_stage == stage + 1 and move.ground == "next")
		assert may_not not in row.capacities
	assert move_to(policy, case, stage + 1, person(may, "responding"), *done).allowed is either_side


@pytest.mark.parametrize("policy_id", policy_ids())
def test_a_more_senior_capacity_may_do_what_a_junior_one_may(policy_id: str) -> None:
	line = [PRACTITIONER, MANAGER, SENIOR, HEAD, "Chief Officer"]
	for move in load_policy(policy_id).moves:
		lowest = next(place for place, capacity in enumerate(line) if capacity in move.capacities)
		assert set(line[lowest:]) <= set(move.capacities), move


@pytest.mark.parametrize("policy_id", policy_ids())
def test_anybody_raises_a_concern(policy_id: str) -> None:
	raised = move_to(load_policy(policy_id), case_at(0), 1, person(PRACTITIONER))
	assert raised.allowed, raised.refusals


def grounds(policy: Policy, ground: str) -> list[Move]:
	return [move for move in policy.moves if move.ground == ground]


@pytest.mark.parametrize(
	("policy_id", "rule"),
	[
		("redbridge-2022", "manager and reason"),
		("buckinghamshire", "manager and reason"),
		("stockport", "manager and reason"),
		("suffolk-2024", "free"),
		("4lsab-2023", None),
	],
)
def test_skip_rules(policy_id: str, rule: str | None) -> None:
	assert {move.skip_rule for move in grounds(load_policy(policy_id), "skip")} == ({rule} if rule else set())


@pytest.mark.parametrize(
	("policy_id", "stages"),
	[
		("4lsab-2023", {2, 3, 4}),
		("redbridge-2022", {2}),
		("stockport", {2}),
		("buckinghamshire", {2}),
		("suffolk-2024", {2, 3, 4, 5}),
	],
)
def test_immediate_risk_opens_stages_to_any_practitioner(policy_id: str, stages: set[int]) -> None:
	policy = load_policy(policy_id)
	case = case_at(0, immediate_risk=True, filled=frozenset())
	for stage in sorted(stages):
		step = move_to(policy, case, stage, person(PRACTITIONER), level=None)
		assert step.allowed, step.refusals
		assert step.ground == "immediate risk"
	assert {move.to_stage for move in grounds(policy, "immediate risk")} == stages


def test_redbridge_asks_for_a_protective_deadline_at_immediate_risk() -> None:
	case = case_at(0, immediate_risk=True, filled=frozenset())
	step = move_to(load_policy("redbridge-2022"), case, 2, person(PRACTITIONER))
	assert "Say by when this must be settled to keep the adult safe." in step.warnings


@pytest.mark.parametrize(("policy_id", "stage"), [("4lsab-2023", 4), ("stockport", 4), ("redbridge-2022", 4)])
@pytest.mark.parametrize("start", [0, 1, 2, 3])
def test_a_policy_issue_goes_to_the_chair_from_any_stage(policy_id: str, stage: int, start: int) -> None:
	policy, case = load_policy(policy_id), case_at(start, policy_issue=True)
	level = "Chair" if policy.levels else None
	step = move_to(policy, case, stage, person(SENIOR), level=level)
	assert step.allowed, step.refusals


@pytest.mark.parametrize("policy_id", ["buckinghamshire", "suffolk-2024"])
def test_the_others_know_no_such_entry(policy_id: str) -> None:
	policy = load_policy(policy_id)
	assert not policy.policy_issue_entry
	assert not grounds(policy, "policy issue")


def test_suffolk_may_go_straight_to_the_last_stage_without_a_reason() -> None:
	step = move_to(load_policy("suffolk-2024"), case_at(1), 5, person(PRACTITIONER))
	assert step.allowed
	assert not step.needs_reason
	assert any("Say why stages are missed out" in warning for warning in step.warnings)


@pytest.mark.parametrize("start", [1, 2])
def test_suffolk_wants_its_form_by_stage_3(start: int) -> None:
	policy, case, who = load_policy("suffolk-2024"), case_at(start), person(MANAGER)
	without = move_to(policy, case, 3, who, "discussed")
	assert any("Escalation Record Form" in refusal for refusal in without.refusals)
	assert move_to(policy, case, 3, who, "discussed", "form_completed").allowed


@pytest.mark.parametrize("policy_id", ["redbridge-2022", "stockport"])
def test_health_may_ask_the_named_professional(policy_id: str) -> None:
	policy, who = load_policy(policy_id), person(PRACTITIONER)
	ticked = EVERY_FIELD | {"health_route"}
	assert not move_to(policy, case_at(1, "Health"), 3, who).allowed
	assert not move_to(policy, case_at(1, "Police", filled=ticked), 3, who).allowed
	step = move_to(policy, case_at(1, "Health", filled=ticked), 3, who)
	assert step.allowed, step.refusals
	warned = any("first line manager" in warning for warning in step.warnings)
	assert warned is (policy_id == "stockport")  # ST-A12


def test_a_care_provider_in_buckinghamshire_goes_to_the_co_ordinating_manager() -> None:
	policy = load_policy("buckinghamshire")
	step = move_to(policy, case_at(1, "Care Provider"), 2, person(PRACTITIONER), "discussed")
	assert step.ground == "route"
	assert "co-ordinating" in step.guidance
	assert move_to(policy, case_at(1, "Health"), 2, person(PRACTITIONER), "discussed").ground == "next"
	assert "Enquiry Manager" in policy.stages[1].responding_capacities


@pytest.mark.parametrize(
	("path", "allowed"),
	[("conference dissent", True), ("conference need", True), ("plan dissent", False), ("", False)],
)
def test_stockports_conference_paths_enter_at_stage_two(path: str, allowed: bool) -> None:
	policy = load_policy("stockport")
	assert move_to(policy, case_at(0, path=path), 2, person(PRACTITIONER)).allowed is allowed
	assert len(policy.paths) == 4


def test_stockports_stage_4_climbs_its_levels() -> None:
	policy = load_policy("stockport")
	assert [level.label for level in policy.levels] == [
		"Head of Service",
		"Directorate",
		"Chief Executive",
		"Chair",
	]
	assert [level.optional for level in policy.levels] == [True, True, True, False]
	case = case_at(4, level="Head of Service")
	found = {
		row.to_level: row
		for row in moves(policy, case, [Event("discussed", at=MORNING, stage=3)], person(HEAD))
		if row.action == "Escalate to Stage 4"
	}
	assert list(found) == ["Directorate", "Chief Executive", "Chair"]
	assert all(row.allowed for row in found.values())
	assert [row.needs_reason for row in found.values()] == [True, True, False]  # exceptional circumstances
	passes_on = person("Business Manager", "board", ("Business Manager",))
	assert move_to(policy, case, 4, passes_on, level="Chair").allowed
