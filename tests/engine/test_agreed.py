"""Agreed actions, the check whether each was carried out, and reviews."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy
from safeguarding_escalation.engine.case import Case
from safeguarding_escalation.engine.duties import duties, open_closing_duties

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)
NOW = START + timedelta(days=30)
SETTLED = Case(state="Resolved", stage=2)
CHECK_BACK = "Check back that the agreed actions have been carried out"


def policy(*, checks: bool, required: bool = True, to_stage: int = 9) -> Policy:
	duty = {"duty": CHECK_BACK, "owed_by": "raising lead", "required": required, "to_stage": to_stage}
	rows = [{**duty, "satisfied_by": ["event action_checked"]}] if checks else []
	return Policy.from_dict(
		{"id": "t", "title": "T", "stages": [{"number": 2, "label": "Two"}], "closing_duties": rows}
	)


def event(kind: str, day: int, about: str | None = "Action 1", **more: Any) -> Event:
	return Event(kind, at=START + timedelta(days=day), stage=2, relates_to=about, **more)


def due(day: int) -> datetime:
	return START + timedelta(days=day)


AGREED = event("action_agreed", 1, due_at=due(5))


@pytest.mark.parametrize(
	("log", "open_ones"),
	[
		([AGREED], ["action:Action 1"]),
		([AGREED, event("action_done", 2)], []),
		([AGREED, event("action_checked", 2, outcome="carried out")], []),
		([AGREED, event("action_checked", 2)], []),  # says nothing of its outcome
		([AGREED, event("action_checked", 2, outcome="no longer needed")], []),
		([AGREED, event("action_done", 2), event("action_checked", 3, outcome="not carried out")], ["action:Action 1"]),
		(
			[AGREED, event("action_checked", 2, outcome="partly carried out"), event("action_done", 4)],
			[],
		),
		([AGREED, event("check_set", 1, due_at=due(9))], ["action:Action 1", "check:Action 1"]),
		([AGREED, event("check_set", 1, due_at=due(9)), event("action_done", 2)], ["check:Action 1"]),
		(
			[AGREED, event("check_set", 2, due_at=due(9)), event("action_checked", 3, outcome="carried out")],
			[],
		),
		(  # another check was agreed after the first
			[AGREED, event("action_checked", 3, outcome="carried out"), event("check_set", 4, due_at=due(40))],
			["check:Action 1"],
		),
		(
			[
				AGREED,
				event("check_set", 2, due_at=due(9)),
				event("action_checked", 3, outcome="carried out"),
				event("action_checked", 5, outcome="not carried out"),
			],
			["action:Action 1", "check:Action 1"],
		),
		([AGREED, event("action_done", 2, "Action 2")], ["action:Action 1"]),
		([AGREED, event("action_agreed", 2, due_at=due(50)), event("action_done", 3)], []),  # its date moved
	],
)  # fmt: skip
def test_what_is_still_owed_of_an_agreed_action(log: list[Event], open_ones: list[str]) -> None:
	found = duties(policy(checks=False), SETTLED, log, NOW)
	assert sorted(duty.key for duty in found if not duty.done) == open_ones


def test_an_action_says_its_number_and_date_and_never_what_somebody_typed() -> None:
	log = [
		AGREED,
		event("check_set", 1, due_at=due(40)),
		event("action_agreed", 2, "See Mrs Vane", due_at=due(3)),
	]
	found = duties(policy(checks=False), SETTLED, log, NOW)
	assert [(duty.text, duty.overdue, duty.required) for duty in found] == [
		("Carry out the agreed action (Action 1) by 10:00 on Sun 16 Mar 2025.", True, True),
		(
			"Check whether the agreed action (Action 1) was carried out by 10:00 on Sun 20 Apr 2025.",
			False,
			False,
		),
		("Carry out the agreed action by 10:00 on Fri 14 Mar 2025.", True, True),
	]


@pytest.mark.parametrize(
	("asked", "log", "waits_for"),
	[
		(
			policy(checks=True),
			[],
			[f"closing:{CHECK_BACK}"],
		),  # nothing agreed: somebody says that it was looked at
		(policy(checks=True), [event("duty_done", 2, CHECK_BACK)], []),
		(
			policy(checks=True),
			[AGREED, event("action_done", 2), event("duty_done", 3, CHECK_BACK)],
			["check:Action 1", f"closing:{CHECK_BACK}"],  # a tick is no check of the action
		),
		(policy(checks=True), [AGREED, event("action_checked", 2, outcome="carried out")], []),
		(
			policy(checks=True),
			[AGREED, event("action_checked", 2, outcome="not carried out")],
			["action:Action 1", "check:Action 1", f"closing:{CHECK_BACK}"],
		),
		(policy(checks=True, required=False), [AGREED, event("action_done", 2)], []),
		(policy(checks=True, to_stage=1), [AGREED, event("action_done", 2)], []),
	],
)
def test_closing_waits_for_the_checks_that_a_policy_asks_for(
	asked: Policy, log: list[Event], waits_for: list[str]
) -> None:
	assert sorted(duty.key for duty in open_closing_duties(asked, SETTLED, log)) == waits_for


def test_the_check_that_settled_it_is_what_did_the_closing_duty() -> None:
	log = [AGREED, event("action_checked", 2, id="row-9", outcome="carried out")]
	found = {duty.key: duty for duty in duties(policy(checks=True), SETTLED, log, NOW)}
	assert found[f"closing:{CHECK_BACK}"].event == "row-9"
	assert found["check:Action 1"].required
	assert found["check:Action 1"].done_at == log[1].at


def test_a_review_is_done_by_the_one_that_was_held() -> None:
	log = [event("review_set", 1, "plan", due_at=due(3)), event("review_held", 4, "plan")]
	(review,) = duties(policy(checks=False), SETTLED, log, NOW)
	assert (review.key, review.done, review.overdue) == ("review:plan", True, False)
