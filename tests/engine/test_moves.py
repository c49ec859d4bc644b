"""Which moves exist from each state, who may make them, and why not.

The small policy below has Redbridge's shape: practitioners, line managers, senior managers, the Chair who only
recommends; a second one has levels inside a stage, a Chair who may resolve, routes and paths.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy, PolicyError
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.moves import (
	AllowedMove,
	allowed_actions,
	moves,
	recorder_refusal,
	why_not,
)

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
		"moves": [
			{"from_stages": [0], "to_stage": 1, "capacities": ["Practitioner"], "clause": "4.4"},
			{"from_stages": [0], "to_stage": 2, "ground": "immediate risk", "capacities": MANAGERS, "clause": "4.1"},
			{"from_stages": [0, 1, 2], "to_stage": 4, "ground": "policy issue", "capacities": MANAGERS, "clause": "4.7"},
			{"from_stages": [1], "to_stage": 2, "capacities": ["Practitioner"], "clause": "4.5"},
			{"from_stages": [2], "to_stage": 3, "capacities": MANAGERS, "side": "either", "clause": "4.6"},
			{"from_stages": [3], "to_stage": 4, "capacities": ["Senior Manager", "Business Manager"], "clause": "4.9"},
			{"from_stages": [1], "to_stage": 3, "ground": "skip", "skip_rule": "manager and reason"},
			{
				"from_stages": [1],
				"to_stage": 3,
				"ground": "route",
				"agency_types": ["Health"],
				"capacities": ["Named Professional"],
			},
			{"from_stages": [2], "to_stage": 4, "ground": "skip", "skip_rule": "never", "clause": "4.7"},
		],
		"records": [
			{"when": "raise", "needs": ["field dispute_summary"], "message": "Say what the issue is", "clause": "4.2"},
			{"when": "raise", "needs": ["field safe_by"], "message": "Say by when", "effect": "prompt"},
			{"when": "enter", "stage": 2, "ground": "immediate risk", "needs": ["field protective_deadline", "event protective_deadline"], "message": "Set a protective deadline"},
			{"when": "enter", "stage": 3, "needs": ["event discussed 2 [two_way]", "event unresolved 2"], "effect": "warn", "message": "No talk of the line managers is on record"},
			{"when": "resolve", "stage": 1, "needs": ["event file_reviewed [side=responding]"], "message": "The receiving professional reviews the case file first"},
			{"when": "resolve", "stage": 3, "needs": ["reason"], "message": "Say why"},
			{"when": "close", "needs": ["field learning"], "effect": "prompt", "message": "Is there any learning?"},
		],
		"closing_duties": [
			{"duty": "confirm the outcome in writing", "owed_by": "responding lead", "satisfied_by": ["event confirmed"], "to_stage": 3},
			{"duty": "check that actions were carried out", "owed_by": "raising lead", "required": False},
		],
	}
)  # fmt: skip

RAISER = Person("t-1", agency="Trust", capacities=("Practitioner",))
COLLEAGUE = Person("t-9", agency="Trust", capacities=("Practitioner",))
RAISING_MANAGER = Person("t-2", agency="Trust", capacities=("Manager",))
RAISING_SENIOR = Person("t-3", agency="Trust", capacities=("Senior Manager",))
RECEIVER = Person("c-1", agency="Council", capacities=("Practitioner",))
RECEIVING_MANAGER = Person("c-2", agency="Council", capacities=("Manager",))
CHAIR = Person("b-1", agency="Board", capacities=("Chair",), board_roles=("Chair",))
BUSINESS = Person("b-2", agency="Board", capacities=("Business Manager",), board_roles=("Business Manager",))
OTHER_CHAIR = Person("b-3", agency="Elsewhere", capacities=("Chair",))
STRANGER = Person("n-1", agency="Fire", capacities=("Chief Officer",))


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


@pytest.mark.parametrize(
	("of", "expected"),
	[
		(case(0), ["Raise Concern", "Escalate to Stage 2", "Escalate to Stage 3", "Escalate to Stage 4", "Withdraw"]),
		(
			case(1),
			[
				*(f"Escalate to Stage {number}" for number in (2, 3, 4)),
				"Accept Resolution", "Make Recommendations", "Withdraw",
			],
		),
		(case(4), ["Accept Resolution", "Make Recommendations", "Withdraw"]),
		(case(4, "Recommendations Made"), ["Accept Resolution", "Close", *["Reopen"] * 4]),
		(case(2, "Resolved"), ["Close", "Reopen", "Reopen"]),
		(case(1, "Closed"), ["Reopen"]),
		(case(2, "Withdrawn", stages_reached={2: START}), ["Reopen"]),
	],
)  # fmt: skip
def test_the_moves_of_each_state_are_those_of_the_workflow(of: Case, expected: list[str]) -> None:
	found = moves(POLICY, of, [], RAISER)
	assert [move.action for move in found] == expected
	assert all(move.allowed is not bool(move.refusals) for move in found)


@pytest.mark.parametrize(
	("of", "person", "expected"),
	[
		(case(0), RAISER, ["Raise Concern", "Withdraw"]),
		(case(0), COLLEAGUE, ["Raise Concern", "Withdraw"]),
		(case(0), replace(RAISER, capacities=()), ["Raise Concern", "Withdraw"]),  # the raiser, whatever is recorded
		(case(0), replace(COLLEAGUE, capacities=()), ["Withdraw"]),
		(case(0), RECEIVER, []),
		(case(0, immediate_risk=True, protective_deadline=START), RECEIVER, []),  # a draft is the raising side's
		(case(0, immediate_risk=True), RAISER, ["Raise Concern", "Withdraw"]),  # needs a protective deadline first
		(case(0, immediate_risk=True, protective_deadline=START), RAISER, ["Escalate to Stage 2", "Raise Concern", "Withdraw"]),
		(case(0, policy_issue=True), RAISER, ["Raise Concern", "Withdraw"]),
		(case(0, policy_issue=True), RAISING_MANAGER, ["Escalate to Stage 4", "Raise Concern", "Withdraw"]),
		(case(1), RAISER, ["Escalate to Stage 2", "Withdraw"]),
		(case(1), RAISING_MANAGER, ["Escalate to Stage 2", "Escalate to Stage 3", "Withdraw"]),
		(case(1), RECEIVER, []),
		(case(1), STRANGER, []),
		(case(1), BUSINESS, []),
		# The raiser leads the side while no lead is named, so settles for it; but line managers refer (4.6).
		(case(2), RAISER, ["Accept Resolution", "Withdraw"]),
		(case(2, named=()), RAISER, []),
		(case(2), RAISING_MANAGER, ["Accept Resolution", "Escalate to Stage 3", "Withdraw"]),
		(case(2), RECEIVING_MANAGER, ["Escalate to Stage 3"]),  # "respective" managers: either side refers
		(case(3), RAISING_SENIOR, ["Accept Resolution", "Escalate to Stage 4", "Withdraw"]),
		(case(3), BUSINESS, ["Escalate to Stage 4"]),  # via the Business Manager
		(case(4), CHAIR, ["Make Recommendations"]),
		(case(4), BUSINESS, ["Make Recommendations"]),
		(case(4), OTHER_CHAIR, []),
		(case(4), RAISING_SENIOR, ["Accept Resolution", "Withdraw"]),
		(case(4, "Recommendations Made"), RAISING_SENIOR, ["Accept Resolution", "Close", "Reopen"]),
		(case(4, "Recommendations Made"), CHAIR, []),
		(case(4, "Recommendations Made"), BUSINESS, ["Close"]),
		(case(4, "Recommendations Made"), RECEIVING_MANAGER, ["Reopen"]),
		(case(2, "Resolved"), RAISER, ["Reopen"]),  # closing waits for the written confirmation
		(case(2, "Closed"), RAISER, ["Reopen"]),
		(case(2, "Closed"), RECEIVING_MANAGER, ["Reopen"]),
		(case(2, "Closed"), BUSINESS, []),
		(case(0, "Withdrawn", stages_reached={}), RAISING_MANAGER, []),
	],
)  # fmt: skip
def test_who_may_do_what(of: Case, person: Person, expected: list[str]) -> None:
	assert allowed_actions(POLICY, of, [], person) == expected


def test_the_raiser_leads_while_nobody_else_does() -> None:
	reviewed = [event("file_reviewed", side="responding", stage=1)]
	assert "Accept Resolution" in allowed_actions(POLICY, case(1), reviewed, RAISER)
	led = case(2, named=(Named("raised_by", "t-1", START), Named("raising_lead", "t-2", START)))
	assert "Accept Resolution" not in allowed_actions(POLICY, led, [], RAISER)
	assert "Accept Resolution" in allowed_actions(POLICY, led, [], RAISING_MANAGER)


@pytest.mark.parametrize(
	("of", "person", "action", "sentence"),
	[
		(case(1), RAISER, "Escalate to Stage 2", ""),
		(case(0, filled=frozenset()), RAISER, "Raise Concern", "Say what the issue is."),
		(case(1), RECEIVER, "Escalate to Stage 2", "This is for the raising agency; you act for the responding agency."),
		(case(1), STRANGER, "Escalate to Stage 2", "This is for the raising agency; you are not a party to this case."),
		(
			case(2),
			RAISER,
			"Escalate to Stage 3",
			"This needs a Manager or Safeguarding Lead, or somebody more senior, of either agency; you are recorded as"
			" Practitioner.",
		),
		(
			case(2),
			replace(RAISER, capacities=()),
			"Escalate to Stage 3",
			"This needs a Manager or Safeguarding Lead, or somebody more senior, of either agency; you are recorded as"
			" nobody with a capacity.",
		),
		(case(1), RAISER, "Escalate to Stage 3", "Going straight to Stage 3 needs a manager and a written reason."),
		(case(2), RAISING_MANAGER, "Escalate to Stage 4", "Stage 4 cannot be entered from here (4.7): take the stages in turn."),
		(case(1), RAISER, "Escalate to Stage 4", "Stage 4 is open at once only for a significant policy issue: record the policy issue first. This needs a Manager or Safeguarding Lead, or somebody more senior, of the raising agency; you are recorded as Practitioner."),
		(case(0), RAISER, "Escalate to Stage 2", "Stage 2 is open at once only if the adult is at immediate risk: record the immediate risk first. Set a protective deadline."),
		(case(0), RAISER, "Escalate to Stage 3", "The policy has no way from a draft straight to Stage 3."),
		(case(1), RAISER, "Accept Resolution", "The receiving professional reviews the case file first."),
		(case(1), RECEIVER, "Accept Resolution", "This is for the raising agency; you act for the responding agency. The receiving professional reviews the case file first."),
		(case(1), CHAIR, "Make Recommendations", "Stage 1 does not end in recommendations."),
		(case(4), CHAIR, "Accept Resolution", "The Independent Chair makes recommendations at this stage and cannot set the case to Resolved (4.7); the raising agency accepts what was agreed."),
		(case(4), OTHER_CHAIR, "Make Recommendations", "This is for the board; you are not a party to this case."),
		(case(2, "Resolved"), RAISING_MANAGER, "Close", "Before closing: Confirm the outcome in writing."),
		(case(2, "Closed"), RAISER, "Withdraw", "This case is closed: nothing more can be done on it unless it is reopened."),
		(case(2), RAISER, "Escalate to Stage 6", "“Escalate to Stage 6” is not a step from Stage 2."),
		(case(0, "Withdrawn", stages_reached={}), RAISING_MANAGER, "Reopen", "This draft was withdrawn before it was raised: raise a new one."),
		(case(2), replace(RAISING_MANAGER, recused=True), "Escalate to Stage 3", "You have stepped back from this case because of a conflict of interest; somebody else must do this."),
		(case(2), replace(RAISING_MANAGER, recused=True), "Withdraw", "You have stepped back from this case because of a conflict of interest; somebody else must do this."),
	],
)  # fmt: skip
def test_why_not(of: Case, person: Person, action: str, sentence: str) -> None:
	assert why_not(POLICY, of, [], person, action) == sentence


@pytest.mark.parametrize(
	("of", "person", "action", "to_stage", "needs_reason"),
	[
		(case(1), RAISER, "Escalate to Stage 2", 2, False),
		(case(1), RAISING_MANAGER, "Escalate to Stage 3", 3, True),  # a skip: manager and reason (X-A16)
		(case(1), RAISER, "Withdraw", 1, True),
		(case(3), RAISING_SENIOR, "Accept Resolution", 3, True),  # the policy's record asks for one
		(case(2, "Closed"), RAISING_MANAGER, "Reopen", 1, True),
		(case(0, immediate_risk=True, protective_deadline=START), RAISER, "Escalate to Stage 2", 2, False),
	],
)
def test_reasons(of: Case, person: Person, action: str, to_stage: int, needs_reason: bool) -> None:
	move = the(moves(POLICY, of, [], person), action, to_stage)
	assert (move.allowed, move.needs_reason) == (True, needs_reason)


def test_urgent_protection_does_not_wait_for_the_particulars() -> None:
	urgent = case(0, immediate_risk=True, protective_deadline=START, filled=frozenset())
	move = the(moves(POLICY, urgent, [], RAISER), "Escalate to Stage 2")
	assert (move.allowed, move.ground, move.clause) == (True, "immediate risk", "4.1")
	assert move.warnings == ("Say what the issue is.", "Say by when.")
	own = POLICY.replace(
		records=[
			{
				"when": "raise",
				"ground": "immediate risk",
				"needs": ["field told_whom"],
				"message": "Whom did you tell?",
			}
		]
	)
	move = the(moves(own, urgent, [], RAISER), "Escalate to Stage 2")
	assert move.refusals == ("Whom did you tell?",)


def test_immediate_risk_and_policy_issues_may_be_events() -> None:
	logged = [
		event("immediate_risk"),
		event("protective_deadline", stage=2, due_at=START + timedelta(days=1)),
	]
	assert the(moves(POLICY, case(0), logged, RAISER), "Escalate to Stage 2").allowed
	move = the(moves(POLICY, case(1), [event("policy_issue")], RAISING_MANAGER), "Escalate to Stage 4")
	assert (move.allowed, move.ground) == (True, "policy issue")
	closed_to_it = POLICY.replace(policy_issue_entry=False)
	refused = why_not(closed_to_it, case(1), [event("policy_issue")], RAISING_MANAGER, "Escalate to Stage 4")
	assert refused == "This board does not open Stage 4 for a policy issue alone."


def test_a_raise_from_draft_carries_its_prompts() -> None:
	move = the(moves(POLICY, case(0), [], RAISER), "Raise Concern")
	assert (move.to_state, move.label, move.warnings) == ("Stage 1", "Raise Concern", ("Say by when.",))
	named = POLICY.replace(
		stages=[stage(1, "Practitioner", button="Raise with the other agency")], moves=[], records=[]
	)
	move = the(moves(named, case(0), [], COLLEAGUE), "Raise Concern")
	assert (move.allowed, move.label) == (True, "Raise with the other agency")


def test_a_health_route_stands_beside_the_skip() -> None:
	nurse = replace(COLLEAGUE, capacities=("Named Professional",))
	health = case(1, parties=(Party("Trust", "raising", agency_type="health"),))
	assert the(moves(POLICY, health, [], nurse), "Escalate to Stage 3").ground == "route"  # asks no reason
	other = case(1, parties=(Party("Trust", "raising", agency_type="Police"),))
	assert the(moves(POLICY, other, [], nurse), "Escalate to Stage 3").ground == "skip"
	only = POLICY.replace(
		moves=[
			{
				"from_stages": [1],
				"to_stage": 3,
				"ground": "route",
				"agency_types": ["Health"],
				"clause": "4.6",
			}
		]
	)
	assert (
		why_not(only, other, [], nurse, "Escalate to Stage 3")
		== "This way to Stage 3 is for Health agencies (4.6)."
	)


def test_a_path_leads_where_it_says() -> None:
	path = POLICY.replace(
		moves=[{"from_stages": [0], "to_stage": 2, "ground": "route"}],
		paths=[{"name": "conference", "label": "Dissent at a conference", "enters_stage": 2}],
		records=[],
	)
	assert the(moves(path, case(0, path="conference"), [], RAISER), "Escalate to Stage 2").allowed
	assert why_not(path, case(0), [], RAISER, "Escalate to Stage 2") == (
		"This way to Stage 2 is for the path Dissent at a conference."
	)
	assert the(
		moves(path, case(0, path="Dissent at a conference"), [], RAISER), "Escalate to Stage 2"
	).allowed
	assert the(moves(path.replace(paths=[]), case(0), [], RAISER), "Escalate to Stage 2").allowed


def test_a_board_may_let_some_start_higher() -> None:  # 4L-A12
	starts = POLICY.replace(start_stage_capacities=["Manager"], moves=[], records=[])
	move = the(moves(starts, case(0), [], RAISING_MANAGER), "Escalate to Stage 2")
	assert (move.allowed, move.needs_reason, move.ground) == (True, True, "skip")
	assert not the(moves(starts, case(0), [], COLLEAGUE), "Escalate to Stage 2").allowed


def test_a_talk_is_looked_for_and_its_absence_only_warned_of() -> None:
	move = the(moves(POLICY, case(2), [], RAISING_MANAGER), "Escalate to Stage 3")
	assert (move.allowed, move.warnings) == (True, ("No talk of the line managers is on record.",))
	for talk in (
		event("discussed", stage=2),
		event("discussed", stage=2, two_way=True),
		event("unresolved", stage=2),
	):
		assert the(moves(POLICY, case(2), [talk], RAISING_MANAGER), "Escalate to Stage 3").warnings == ()
	one_way = event("discussed", stage=2, two_way=False)
	assert the(moves(POLICY, case(2), [one_way], RAISING_MANAGER), "Escalate to Stage 3").warnings


def test_what_was_recorded_before_a_reopening_does_not_count() -> None:
	log = [
		event("file_reviewed", side="responding", stage=1),
		Event("reopened", at=START + timedelta(days=9), stage=1),
	]
	assert the(moves(POLICY, case(1), log[:1], RAISER), "Accept Resolution").allowed
	assert not the(moves(POLICY, case(1), log, RAISER), "Accept Resolution").allowed


def test_voided_events_do_not_count_even_where_the_log_is_given_raw() -> None:
	log = [
		event("file_reviewed", side="responding", stage=1, id="a"),
		Event("correction", at=START + timedelta(days=1), corrects="a", id="b"),
	]
	assert not the(moves(POLICY, case(1), log, RAISER), "Accept Resolution").allowed


def test_a_stage_that_the_policy_does_not_have() -> None:
	lost = case(6, named=())
	found = moves(POLICY, lost, [], RAISER)
	assert [move.action for move in found] == ["Accept Resolution", "Make Recommendations", "Withdraw"]
	assert the(found, "Make Recommendations").refusals[-1] == "Stage 6 does not end in recommendations."
	assert the(moves(POLICY, lost, [], CHAIR), "Accept Resolution").refusals
	assert the(found, "Withdraw").allowed  # nobody is named for that stage, so anybody of the side


def test_a_need_that_cannot_be_read_is_an_error_of_the_policy() -> None:
	broken = POLICY.replace(
		records=[{"when": "resolve", "needs": ["event nonsense 1"], "message": "Set a protective deadline"}]
	)
	with pytest.raises(PolicyError, match="no known event kind"):
		moves(broken, case(1), [], RAISER)


@pytest.mark.parametrize(
	("recorder", "actor", "host", "may"),
	[
		(RAISER, RAISER, "", True),
		(RAISER, COLLEAGUE, "", True),
		(RAISER, RECEIVER, "", False),
		(RAISER, RECEIVER, "Trust", True),  # one organisation: its people record what the others did
		(RECEIVER, RAISER, "Trust", False),
		(BUSINESS, RECEIVER, "", True),
		(Person(None), Person(None), "", False),
	],
)
def test_who_may_record_for_whom(recorder: Person, actor: Person, host: str, may: bool) -> None:
	assert (recorder_refusal(recorder, actor, host) == "") is may
