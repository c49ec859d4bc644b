"""Every setting of section 9 does what it says: the Chair's answer, refusal, complaint, forms, notices, modes, signatures."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy, WorkingCalendar, load_policy, plan
from safeguarding_escalation.engine.answers import answer_given, outcomes
from safeguarding_escalation.engine.case import Case, Named, Person
from safeguarding_escalation.engine.duties import Duty, duties, open_closing_duties
from safeguarding_escalation.engine.moves import AllowedMove, moves
from safeguarding_escalation.engine.obstacles import adult_refusal
from safeguarding_escalation.engine.schema import Record

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)
NOW = START + timedelta(days=30)
RAISER = Person("t-1", agency="Trust", capacities=("Practitioner",))
MANAGER = Person("t-2", agency="Trust", capacities=("Manager",))
HEAD = Person("t-3", agency="Trust", capacities=("Head of Service",))
CHAIR = Person("b-1", agency="Board", capacities=("Chair",), board_roles=("Chair",))
BUSINESS = Person("b-2", agency="Board", capacities=("Business Manager",), board_roles=("Business Manager",))
BOARDS = ("4lsab-2023", "stockport", "redbridge-2022", "buckinghamshire", "suffolk-2024")
FILLED = frozenset({"dispute_summary", "resolution_summary", "outcome_sought", "risk_to_adult"})


def event(kind: str, day: int = 1, **more: Any) -> Event:
	return Event(kind, at=START + timedelta(days=day), **more)


def case(stage: int, state: str = "", **facts: Any) -> Case:
	values: dict[str, Any] = {
		"state": state or f"Stage {stage}",
		"stage": stage,
		"raising_agency": "Trust",
		"responding_agency": "Council",
		"filled": FILLED,
		"named": (Named("raised_by", "t-1", START),),
		"stages_reached": dict.fromkeys(range(1, stage + 1), START),
	}
	return Case(**{**values, **facts})


def the(policy: Policy, facts: Case, events: list[Event], person: Person, action: str) -> AllowedMove:
	return next(move for move in moves(policy, facts, events, person) if move.action == action)


def keyed(policy: Policy, facts: Case, events: list[Event]) -> dict[str, Duty]:
	return {duty.key: duty for duty in duties(policy, facts, events, NOW)}


# The Chair's answer: BU-A7, ST-A5


@pytest.mark.parametrize(
	("board", "stage", "kind", "expected"),
	[
		("4lsab-2023", 4, "recommended", ("recommendation", "advice")),
		("4lsab-2023", 4, "resolved", ("resolved",)),
		("stockport", 4, "responded", ("recommendation", "advice", "resolved")),
		("redbridge-2022", 4, "recommended", ("recommendation",)),
		("redbridge-2022", 4, "resolved", ()),  # RB 4.9: the Chair recommends, the agencies decide
		("buckinghamshire", 4, "recommended", ("recommendation", "advice")),
		("buckinghamshire", 3, "recommended", ()),
		("suffolk-2024", 5, "responded", ("recommendation", "advice", "resolved")),
		("suffolk-2024", 9, "responded", ()),
	],
)
def test_what_the_chair_may_answer(board: str, stage: int, kind: str, expected: tuple[str, ...]) -> None:
	assert outcomes(load_policy(board), case(stage), kind) == expected


@pytest.mark.parametrize(
	("chair_outcomes", "action", "allowed", "answers"),
	[
		(["resolved", "recommendation", "advice"], "Accept Resolution", True, ("resolved",)),
		(["recommendation", "advice"], "Accept Resolution", False, ()),
		(["advice"], "Make Recommendations", True, ("advice",)),
		(["resolved"], "Make Recommendations", False, ()),
	],
)
def test_a_board_may_give_its_chair_fewer_answers(
	chair_outcomes: list[str], action: str, allowed: bool, answers: tuple[str, ...]
) -> None:
	policy = load_policy("buckinghamshire").replace(chair_outcomes=chair_outcomes)
	move = the(policy, case(4), [], CHAIR, action)
	assert (move.allowed, move.outcomes) == (allowed, answers)


def test_the_parties_own_acceptance_is_no_answer_of_the_chair() -> None:
	move = the(load_policy("buckinghamshire"), case(4), [], HEAD, "Accept Resolution")
	assert move.allowed
	assert move.outcomes == ()


@pytest.mark.parametrize(
	("person", "role", "behalf"),
	[
		(BUSINESS, "Chair", "Independent Chair"),
		(BUSINESS, "Business Manager", ""),
		(CHAIR, "Chair", ""),
		(replace(BUSINESS, board_roles=("Chair", "Business Manager")), "Chair", ""),
	],
)
def test_the_business_manager_records_for_the_chair(person: Person, role: str, behalf: str) -> None:
	facts = case(4, level="Chair")
	policy = load_policy("stockport").replace(determines_role=role)
	move = the(policy, facts, [], person, "Make Recommendations")
	assert move.allowed
	assert move.on_behalf == behalf


def test_the_answer_is_the_last_since_the_reopening() -> None:
	events = [
		event("concern_raised", 0),
		event("recommended", 1, stage=4, outcome="advice"),
		event("recommended", 2, stage=4, outcome="recommendation"),
		event("discussed", 3),
	]
	assert answer_given(events) == "recommendation"
	assert answer_given([*events, event("reopened", 4, stage=4)]) == ""


@pytest.mark.parametrize(("outcome", "owed"), [(None, True), ("advice", False)])
def test_a_response_says_what_it_is(outcome: str | None, owed: bool) -> None:
	found = keyed(load_policy("suffolk-2024"), case(5), [event("responded", stage=5, outcome=outcome)])
	assert ("outcome:responded" in found) is owed


# The adult's refusal: 4L-A5


@pytest.mark.parametrize(
	("setting", "person", "allowed", "reason", "warned"),
	[
		("record", RAISER, True, False, True),
		("manager override", RAISER, False, False, False),
		("manager override", MANAGER, True, True, True),
		("block", MANAGER, False, False, False),
	],
)
def test_the_adult_does_not_want_it(
	setting: str, person: Person, allowed: bool, reason: bool, warned: bool
) -> None:
	policy = load_policy("4lsab-2023").replace(adult_refusal=setting)
	talked = [event("concern_raised", 0, stage=1), event("discussed", stage=1)]
	move = the(policy, case(1, wishes_refused=True), talked, person, "Escalate to Stage 2")
	assert (move.allowed, move.needs_reason) == (allowed, reason)
	assert any("does not want" in text for text in move.warnings) is warned
	assert any("does not want" in text for text in move.refusals) is not allowed


@pytest.mark.parametrize("setting", ["record", "manager override", "block"])
def test_immediate_risk_waits_for_no_wish_and_no_complaint(setting: str) -> None:
	policy = load_policy("4lsab-2023").replace(adult_refusal=setting, complaint_effect="end")
	facts = case(1, wishes_refused=True, complaint_made=True, immediate_risk=True)
	assert the(policy, facts, [event("concern_raised", 0)], RAISER, "Escalate to Stage 2").allowed


def test_a_refusal_is_explained_and_noted_by_a_manager() -> None:
	policy = load_policy("4lsab-2023")
	found = keyed(policy, case(1, wishes_refused=True), [])
	assert not found["wishes:reason"].done
	assert not found["wishes:manager"].done
	noted = [event("duty_done", relates_to="wishes:manager")]
	found = keyed(policy, case(1, wishes_refused=True, refusal_explained=True), noted)
	assert found["wishes:reason"].done
	assert found["wishes:manager"].done_at == noted[0].at
	assert not {"wishes:reason", "wishes:manager"} & set(keyed(policy, case(1), []))


# A formal complaint: BU-A11


@pytest.mark.parametrize(("effect", "allowed"), [("flag", True), ("pause", False), ("end", False)])
def test_a_formal_complaint(effect: str, allowed: bool) -> None:
	policy = load_policy("buckinghamshire").replace(complaint_effect=effect)
	facts, talked = case(2, complaint_made=True), [event("discussed", stage=2)]
	move = the(policy, facts, talked, MANAGER, "Escalate to Stage 3")
	assert move.allowed is allowed
	said = move.warnings if allowed else move.refusals
	assert any("formal complaint" in text for text in said)
	assert the(policy, facts, talked, MANAGER, "Accept Resolution").allowed
	assert the(policy, facts, talked, MANAGER, "Withdraw").allowed


def test_no_complaint_stops_a_clock() -> None:
	events, calendar = [event("stage_started", 0, stage=2)], WorkingCalendar("ENG")
	plain = load_policy("buckinghamshire")
	for effect in ("flag", "pause", "end"):
		found = plan(plain.replace(complaint_effect=effect), events, calendar)
		assert [(row.clock, row.due_at, row.status(NOW)) for row in found] == [
			("BU.RESOLVE", datetime(2025, 3, 18, 23, 59, 59, tzinfo=LONDON), "overdue")
		]


# Forms, templates and notices: 4L-A6, ST-A2, BU-A9, SU-A7


def with_forms(board: str, **header: Any) -> Policy:
	policy = load_policy(board)
	stages = [replace(stage, form_required=stage.number > 1) for stage in policy.stages]
	return policy.replace(stages=stages, **header)


def test_a_form_that_a_stage_requires_is_complete_before_it_is_entered() -> None:
	policy = with_forms("4lsab-2023")
	talked = [event("concern_raised", 0, stage=1), event("discussed", stage=1)]
	move = the(policy, case(1), talked, RAISER, "Escalate to Stage 2")
	assert move.refusals == (
		"Complete Record of Escalation, Challenge and Conflict Resolution between Practitioners or Agencies first; "
		"Stage Two asks for it.",
	)
	done = [*talked, event("form_completed", stage=1)]
	assert the(policy, case(1), done, RAISER, "Escalate to Stage 2").allowed
	assert the(policy, case(1, immediate_risk=True), talked, RAISER, "Escalate to Stage 2").allowed


def test_suffolks_own_gate_is_not_doubled() -> None:
	policy = load_policy("suffolk-2024")
	asks = [
		row
		for row in policy.all_records
		if row.when == "enter" and row.stage == 3 and "event form_completed" in row.needs
	]
	assert [row.ground for row in asks if row.effect == "require"].count("next") == 1
	grounds = {row.ground for row in asks if row.effect == "require"}
	assert "immediate risk" not in grounds  # only a warning there
	assert "" not in grounds


@pytest.mark.parametrize(
	("board", "header", "stage", "owed"),
	[
		("stockport", {}, 1, True),  # its own closing duty
		("suffolk-2024", {}, 2, False),  # the form is due by Stage 3
		("suffolk-2024", {}, 3, True),
		("suffolk-2024", {"form_required": False}, 3, False),
		("buckinghamshire", {}, 2, False),
		("buckinghamshire", {"form_required": True}, 2, True),
		("redbridge-2022", {"template_required_on": ["conclusion"]}, 1, True),
	],
)
def test_closing_waits_for_a_form_that_is_required(
	board: str, header: dict[str, Any], stage: int, owed: bool
) -> None:
	policy = load_policy(board).replace(**header)

	def asks(log: list[Event]) -> list[Duty]:
		rows = open_closing_duties(policy, case(stage, "Resolved"), log)
		return [row for row in rows if row.text.startswith("Complete")]

	assert len(asks([])) == owed
	assert asks([event("form_completed", stage=stage)]) == []


def test_a_template_required_on_resolution_comes_before_it() -> None:
	policy = load_policy("redbridge-2022").replace(template_required_on=["resolution"])
	proposed = [event("resolution_proposed", stage=2, side="responding")]
	refusals = the(policy, case(2), proposed, MANAGER, "Accept Resolution").refusals
	assert any("Complete" in text for text in refusals)
	done = [*proposed, event("form_completed", stage=2)]
	assert not any(
		"Complete" in text for text in the(policy, case(2), done, MANAGER, "Accept Resolution").refusals
	)


def test_a_notice_goes_to_the_business_manager_on_entry_of_these_stages() -> None:
	log = [event("concern_raised", 0, stage=1), event("stage_started", 1, stage=2)]
	policy = load_policy("buckinghamshire").replace(notice_on_stages=[1, 2, 3])
	found = keyed(policy, case(2), log)
	notices = [key for key in found if key.endswith("Business Manager")]
	assert notices == ["copy:concern_raised:1:Business Manager", "copy:stage_started:2:Business Manager"]
	copied = [*log, event("copied", 2, stage=2, to="Business Manager")]
	assert keyed(policy, case(2), copied)[notices[1]].done
	# Stockport has its own row, sent by the Head of Service (ST-A7): one notice, not two.
	own = [
		rule
		for rule in load_policy("stockport").all_copy_rules
		if rule.recipient == "Business Manager" and rule.stage == 2
	]
	assert [rule.sender for rule in own] == ["Head of Service"]
	more = policy.replace(template_required_on=["notice"])
	assert "completed so far" in keyed(more, case(2), log)[notices[1]].text


@pytest.mark.parametrize("board", BOARDS)
def test_no_copy_is_addressed_with_two_articles(board: str) -> None:
	policy = load_policy(board)
	log = [Event(rule.event, at=START, stage=rule.stage or 1) for rule in policy.copy_rules]
	texts = [duty.text for duty in duties(policy, case(5), log, NOW) if duty.kind == "copy"]
	assert texts
	assert not [text for text in texts if " the the " in text or " the all " in text]


def test_from_a_stage_on_what_was_discussed_is_on_record() -> None:
	suffolk = load_policy("suffolk-2024")
	log = [
		event("concern_raised", 0, stage=1),
		event("stage_started", 1, stage=2),
		event("stage_started", 2, stage=3),
	]
	assert "full record:2" in keyed(suffolk, case(3), log)
	assert "full record:1" not in keyed(suffolk, case(3), log)
	told = [*log, event("consulted", 1, stage=2)]
	assert "full record:2" not in keyed(suffolk, case(3), told)
	assert "full record:2" not in keyed(suffolk.replace(record_from_stage=3), case(3), log)


# Which talks count: SU-A19


@pytest.mark.parametrize(
	("modes", "mode", "met"),
	[
		(["phone", "email", "meeting"], "email", True),
		(["phone", "email", "meeting"], "in writing", False),
		(["phone", "meeting"], "email", False),
		(["phone", "meeting"], "phone", True),
		(["phone", "meeting"], None, True),  # unknown never blocks
	],
)
def test_a_talk_counts_by_its_mode(modes: list[str], mode: str | None, met: bool) -> None:
	policy = load_policy("suffolk-2024").replace(modes_that_count=modes)
	log = [event("concern_raised", 0, stage=1), event("discussed", 1, stage=1, mode=mode, two_way=True)]
	rows = {row.clock: row for row in plan(policy, log, WorkingCalendar("ENG"))}
	assert (rows["SU.S1.DISCUSS"].met_at is not None) is met
	assert ("SU.S2.MANAGER" in rows) is met  # a talk that does not count starts nothing either


# Signatures: BU-A10


def test_a_form_that_is_used_is_signed_for_both_agencies() -> None:
	policy, used = load_policy("buckinghamshire"), [event("form_completed", stage=2)]
	settled = case(2, "Resolved", signed=frozenset({"raising"}))
	found = keyed(policy, settled, used)
	assert found["signature:raising"].done
	assert not found["signature:responding"].done
	assert "a Manager or Practitioner" in found["signature:responding"].text
	for facts, log in ((settled, []), (case(2), used)):
		assert "signature:raising" not in keyed(policy, facts, log)
	assert "signature:raising" not in keyed(policy.replace(signatory_capacities=[]), settled, used)


@pytest.mark.parametrize("board", BOARDS)
def test_settings_add_nothing_that_a_board_says_itself(board: str) -> None:
	policy = load_policy(board)
	assert policy.all_copy_rules == policy.copy_rules
	own = {row.duty for row in policy.closing_duties}
	added = [row.duty for row in policy.all_closing_duties if row.duty not in own]
	assert added == (
		["Complete Suffolk Safeguarding Partnership Professional Difference Escalation Proforma"]
		if board == "suffolk-2024"
		else []
	)


def test_a_refusal_that_was_explained_is_left_in_peace() -> None:
	policy = load_policy("redbridge-2022")
	silent = case(1, wishes_refused=True)
	assert adult_refusal(policy, silent, RAISER).warning.startswith("The adult does not want")
	assert adult_refusal(policy, replace(silent, refusal_explained=True), RAISER) is None


def test_a_gate_of_the_boards_own_for_every_way_in_leaves_nothing_to_add() -> None:
	policy = load_policy("redbridge-2022")
	stages = tuple(replace(stage, form_required=stage.number == 3) for stage in policy.stages)
	own = Record(when="enter", stage=3, needs=("event form_completed",), message="The form first.")
	bare = policy.replace(stages=stages)
	assert len(bare.all_records) > len(bare.records)
	assert bare.replace(records=(*bare.records, own)).all_records == (*bare.records, own)


def test_a_form_that_a_board_asks_for_on_resolution_itself_is_asked_for_once() -> None:
	policy = load_policy("redbridge-2022").replace(template_required_on=("resolution",))
	own = Record(when="resolve", needs=("event form_completed",), message="The form first.")
	assert len(policy.all_records) == len(policy.records) + 1
	assert policy.replace(records=(*policy.records, own)).all_records == (*policy.records, own)
