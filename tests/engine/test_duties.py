"""What is owed beside the clocks: copies, records, agreed matters, answers, closing duties."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy, PolicyError
from safeguarding_escalation.engine.case import Case, Named
from safeguarding_escalation.engine.duties import Duty, duties, open_closing_duties
from safeguarding_escalation.engine.needs import filled

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)
NOW = START + timedelta(days=30)
STAGES = [{"number": number, "label": f"Stage {number}"} for number in (1, 2, 3, 4)]


def policy(**tables: Any) -> Policy:
	return Policy.from_dict({"id": "t", "title": "T", "stages": STAGES, **tables})


def event(kind: str, day: int, **more: Any) -> Event:
	return Event(kind, at=START + timedelta(days=day), **more)


def keys(found: tuple[Duty, ...], *, done: bool | None = None) -> list[str]:
	return [duty.key for duty in found if done is None or duty.done is done]


COPIES = policy(
	copy_rules=[
		{
			"event": "stage_started",
			"stage": 3,
			"recipient": "Business Manager",
			"sender": "raising lead",
			"clause": "4.6",
		},
		{"event": "stage_started", "stage": 3, "recipient": "Other board", "condition": "out of area"},
		{"event": "concern_raised", "recipient": "MASH", "condition": "child concern", "what": "a referral"},
		{"event": "discussed", "recipient": "Conference Chair", "condition": "path plan", "standing": True},
		{"event": "discussed", "recipient": "Raiser", "condition": "whatever comes"},
	]
)
LOG = [
	event("concern_raised", 0, stage=1),
	event("discussed", 1),
	event("discussed", 2),
	event("stage_started", 3, stage=2),
	event("discussed", 4),
	event("stage_started", 5, stage=3),
]


@pytest.mark.parametrize(
	("facts", "expected"),
	[
		({}, ["copy:stage_started:3:Business Manager"]),
		(
			{"out_of_area": True},
			["copy:stage_started:3:Business Manager", "copy:stage_started:3:Other board"],
		),
		({"child_concern": True}, ["copy:stage_started:3:Business Manager", "copy:concern_raised:1:MASH"]),
		(
			{"path": "plan"},
			[
				"copy:stage_started:3:Business Manager",
				"copy:discussed:1:Conference Chair",
				"copy:discussed:2:Conference Chair",
			],
		),
	],
)
def test_a_copy_is_owed_for_each_stage_at_which_its_event_happened(
	facts: dict[str, Any], expected: list[str]
) -> None:
	found = duties(COPIES, Case(state="Stage 3", stage=3, **facts), LOG, NOW)
	# A condition that nobody knows leaves nobody out: once at Stage 1 (for two talks), once at Stage 2.
	assert keys(found) == [*expected, "copy:discussed:1:Raiser", "copy:discussed:2:Raiser"]


@pytest.mark.parametrize(
	("copied", "done"),
	[
		(event("copied", 5, stage=3, to="Business Manager"), True),
		(event("copied", 5, stage=3, to="business manager"), True),
		(event("copied", 6, stage=None, to="Business Manager"), True),  # at the stage reached by then
		(event("copied", 5, stage=3), True),  # unknown never blocks
		(event("copied", 5, stage=3, to="Chair"), False),
		(event("copied", 4, stage=2, to="Business Manager"), False),
		(event("copied", 31, stage=3, to="Business Manager"), False),  # tomorrow, as seen from NOW
	],
)
def test_a_copy_is_done_by_a_copied_event_that_fits(copied: Event, done: bool) -> None:
	found = duties(COPIES, Case(state="Stage 3", stage=3), [*LOG, copied], NOW)
	copy = next(duty for duty in found if "Business Manager" in duty.key)
	assert (copy.done, copy.done_at) == (done, copied.at if done else None)
	assert (copy.text, copy.owed_by, copy.clause, copy.required) == (
		"Send the record of this stage to the Business Manager.",
		"raising lead",
		"4.6",
		False,
	)


def test_a_standing_copy_is_a_reminder_that_is_never_done() -> None:
	log = [*LOG, event("copied", 6, stage=1, to="Conference Chair")]
	found = duties(COPIES, Case(state="Stage 3", stage=3, path="plan"), log, NOW)
	standing = [duty for duty in found if "Conference" in duty.key]
	assert {(duty.text, duty.done) for duty in standing} == {
		("Copy the Conference Chair into everything that is sent.", False)
	}
	child = duties(COPIES, Case(state="Stage 3", stage=3, child_concern=True), LOG, NOW)
	assert "Send a referral to the MASH." in [duty.text for duty in child]


RECORDS = policy(
	records=[
		{"when": "raise", "needs": ["field dispute_summary"], "message": "Say what the issue is", "clause": "4.2"},
		{"when": "enter", "stage": 2, "needs": ["field involvement"], "message": "Say how the adult was involved", "effect": "prompt"},
		{"when": "enter", "stage": 3, "needs": ["event form_completed"], "message": "Complete the form"},
		{"when": "resolve", "needs": ["field resolution_summary"], "message": "Write down what was agreed"},
		{"when": "recommend", "needs": ["field resolution_summary"], "message": "Write down the recommendations"},
		{"when": "close", "needs": ["field learning"], "message": "Note any learning"},
	]
)  # fmt: skip


@pytest.mark.parametrize(
	("case", "expected"),
	[
		(Case(), ["Say what the issue is."]),
		(Case(state="Stage 2", stage=2), ["Say what the issue is.", "Say how the adult was involved."]),
		(Case(state="Stage 2", stage=2, filled=frozenset({"dispute_summary", "involvement"})), []),
		(
			Case(state="Resolved", stage=2, filled=frozenset({"dispute_summary", "involvement"})),
			["Write down what was agreed.", "Note any learning."],
		),
		(
			Case(state="Recommendations Made", stage=4, filled=frozenset({"dispute_summary"})),
			["Write down the recommendations.", "Note any learning."],
		),
		(Case(state="Closed", stage=2), []),
		(Case(state="Withdrawn", stage=2), []),
	],
)
def test_records_still_missing(case: Case, expected: list[str]) -> None:
	assert [duty.text for duty in duties(RECORDS, case, [], NOW)] == expected


@pytest.mark.parametrize(
	("name", "is_filled"),
	[
		("dispute_summary", True),
		("raised_by", True),
		("out_of_area", True),
		("protective_deadline", False),
		("stages_reached", False),  # no field of the escalation
		("contacts", False),
	],
)
def test_filled_fields(name: str, is_filled: bool) -> None:
	case = Case(
		filled=frozenset({"dispute_summary"}),
		out_of_area=True,
		named=(Named("raised_by", "t-1", START),),
		stages_reached={1: START},
	)
	assert filled(case, name) is is_filled


AGREED = [
	event("action_agreed", 1, stage=2, relates_to="visit", due_at=START + timedelta(days=5)),
	event("action_agreed", 1, stage=2, relates_to="call", id="row-2", due_at=START + timedelta(days=40)),
	event("action_agreed", 1, stage=2, sequence=3),
	event("review_set", 2, stage=2, id="row-4"),
]


def test_agreed_actions_and_reviews_are_owed_until_done_and_closing_waits() -> None:
	case = Case(state="Resolved", stage=2)
	found = duties(policy(), case, AGREED, NOW)
	assert [(duty.key, duty.overdue, duty.owed_by) for duty in found] == [
		("action:visit", True, "action owner"),
		("action:call", False, "action owner"),
		("action:2", False, "action owner"),
		("review:row-4", False, "raising lead, responding lead"),
	]
	assert found[0].text == "Carry out the agreed action by 10:00 on Sun 16 Mar 2025."
	assert len(open_closing_duties(policy(), case, AGREED)) == 4
	assert not any(duty.overdue for duty in open_closing_duties(policy(), case, AGREED))  # no clock is read


@pytest.mark.parametrize(
	("done", "left"),
	[
		(event("action_done", 3, relates_to="visit"), ["action:2", "action:call"]),
		(event("action_done", 3, relates_to="row-2"), ["action:2", "action:visit"]),
		(event("action_done", 3), []),  # leaves it open which: passes for each
		(
			event("action_done", 0, relates_to="visit"),
			["action:2", "action:call", "action:visit"],
		),  # before it was agreed
		(event("action_done", 3, relates_to="other"), ["action:2", "action:call", "action:visit"]),
	],
)
def test_which_action_was_done(done: Event, left: list[str]) -> None:
	found = duties(policy(), Case(state="Resolved", stage=2), [*AGREED[:3], done], NOW)
	assert sorted(keys(found, done=False)) == left


def test_recommendations_wait_for_each_sides_answer_but_closing_does_not() -> None:
	case = Case(state="Recommendations Made", stage=4)
	log = [event("recommended", 1, stage=4), event("recommendation_answered", 2, side="raising", stage=4)]
	found = duties(policy(), case, log, NOW)
	assert [(duty.key, duty.done, duty.required) for duty in found] == [
		("answer:raising", True, False),
		("answer:responding", False, False),
	]
	assert found[0].done_at == log[1].at
	listed = policy(
		closing_duties=[
			{
				"duty": "answer",
				"owed_by": "raising lead",
				"satisfied_by": ["event recommendation_answered"],
				"required": False,
			}
		]
	)
	assert keys(duties(listed, case, log, NOW)) == ["closing:answer"]  # said once
	assert open_closing_duties(policy(), case, log) == ()


CLOSING = policy(
	closing_duties=[
		{"duty": "confirm in writing", "owed_by": "responding lead", "satisfied_by": ["event confirmed [side=responding]"], "to_stage": 3, "clause": "4.4"},
		{"duty": "note the learning", "owed_by": "raising lead", "satisfied_by": ["event learning", "field learning"], "required": False},
		{"duty": "check that actions were carried out", "owed_by": "raising lead", "from_stage": 2},
	]
)  # fmt: skip


@pytest.mark.parametrize(
	("case", "log", "undone"),
	[
		(Case(state="Stage 2", stage=2), [], []),  # nothing before it is settled
		(Case(state="Resolved", stage=1), [], ["confirm in writing", "note the learning"]),
		(
			Case(state="Recommendations Made", stage=4),
			[],
			["note the learning", "check that actions were carried out"],
		),
		(
			Case(state="Resolved", stage=1),
			[event("confirmed", 1, side="raising")],
			["confirm in writing", "note the learning"],
		),
		(Case(state="Resolved", stage=1), [event("confirmed", 1, side="responding")], ["note the learning"]),
		(Case(state="Resolved", stage=1), [event("confirmed", 1), event("learning", 1)], []),
		(Case(state="Resolved", stage=1, filled=frozenset({"learning"})), [event("confirmed", 1)], []),
		# A second resolution needs its own confirmation.
		(
			Case(state="Resolved", stage=1, filled=frozenset({"learning"})),
			[event("confirmed", 1), event("reopened", 2, stage=1), event("resolved", 3)],
			["confirm in writing"],
		),
		(
			Case(state="Resolved", stage=2, filled=frozenset({"learning"})),
			[event("confirmed", 1), event("duty_done", 2, relates_to="check that actions were carried out")],
			[],
		),
		(
			Case(state="Resolved", stage=2, filled=frozenset({"learning"})),
			[
				event("confirmed", 1),
				event("duty_done", 2, relates_to="closing:check that actions were carried out"),
			],
			[],
		),
		(
			Case(state="Resolved", stage=2, filled=frozenset({"learning"})),
			[event("confirmed", 1), event("duty_done", 2, relates_to="another")],
			["check that actions were carried out"],
		),
	],
)
def test_closing_duties(case: Case, log: list[Event], undone: list[str]) -> None:
	found = duties(CLOSING, case, log, NOW)
	assert keys(found, done=False) == [f"closing:{duty}" for duty in undone]
	required = [duty.key for duty in open_closing_duties(CLOSING, case, log)]
	assert required == [f"closing:{duty}" for duty in undone if duty != "note the learning"]


def test_when_a_closing_duty_was_done() -> None:
	case = Case(state="Resolved", stage=1, filled=frozenset({"learning"}))
	confirmed, learning = duties(CLOSING, case, [event("confirmed", 1)], NOW)
	assert (confirmed.done, confirmed.done_at, confirmed.text) == (
		True,
		START + timedelta(days=1),
		"Confirm in writing.",
	)
	assert (learning.done, learning.done_at) == (True, None)  # a filled field has no date of its own


def test_a_reason_is_never_on_record_beforehand() -> None:
	asks = policy(closing_duties=[{"duty": "say why", "owed_by": "raising lead", "satisfied_by": ["reason"]}])
	assert keys(duties(asks, Case(state="Resolved", stage=1), [], NOW), done=False) == ["closing:say why"]


def test_a_term_that_cannot_be_read() -> None:
	broken = policy(copy_rules=[{"event": "nonsense", "recipient": "X"}])
	with pytest.raises(PolicyError):
		duties(broken, Case(state="Stage 1", stage=1), LOG, NOW)
