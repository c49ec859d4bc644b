"""By when closing duties are owed: a clock's date, an agreed one, one that people set, or none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy, WorkingCalendar, load_policy, plan
from safeguarding_escalation.engine.case import Case
from safeguarding_escalation.engine.closing_dates import (
	AGREED,
	CLOCK,
	NONE,
	PEOPLE,
	ClosingDate,
	closing_dates,
)
from safeguarding_escalation.engine.schema import ClosingDuty


def at(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def dates(
	policy: Policy, events: list[Event], state: str = "Resolved", stage: int = 1
) -> dict[str, ClosingDate]:
	case = Case(state=state, stage=stage)
	return closing_dates(policy, case, events, plan(policy, events, WorkingCalendar("ENG")))


@pytest.fixture
def resolved() -> list[Event]:
	return [
		Event("concern_raised", at=at("2027-03-01 10:00"), stage=1),
		Event("resolved", at=at("2027-03-02 10:00"), stage=1),
	]


def starting(found: dict[str, Any], start: str) -> Any:
	return next(date for key, date in found.items() if key.startswith(f"closing:{start}"))


def test_a_confirmation_is_owed_by_the_clock_that_it_stops(resolved: list[Event]) -> None:
	policy = load_policy("redbridge-2022")
	date = starting(dates(policy, resolved), "Confirm the outcome")
	rows = {row.clock: row for row in plan(policy, resolved, WorkingCalendar("ENG"))}
	assert (date.source, date.clock, date.due_at) == (CLOCK, "RB.S1.CONFIRM", rows["RB.S1.CONFIRM"].due_at)
	assert date.clause == rows["RB.S1.CONFIRM"].clause
	assert starting(dates(policy, resolved), "Approve and date").source == NONE
	assert dates(policy, resolved, state="Stage 1") == {}


def test_a_date_that_people_set_is_theirs_and_the_last_counts(resolved: list[Event]) -> None:
	policy = load_policy("redbridge-2022")
	duty = next(row.duty for row in policy.all_closing_duties if row.duty.startswith("Approve and date"))
	first, last = at("2027-03-05 12:00"), at("2027-03-08 12:00")
	events = [
		*resolved,
		Event("duty_date_set", at=at("2027-03-02 11:00"), relates_to=duty, due_at=first),
		Event("duty_date_set", at=at("2027-03-02 12:00"), relates_to=f"closing:{duty}", due_at=last),
		Event("duty_date_set", at=at("2027-03-02 13:00"), relates_to="another", due_at=first),
	]
	assert starting(dates(policy, events), "Approve and date") == ClosingDate(PEOPLE, last)


def test_a_review_is_owed_when_it_was_set_for(resolved: list[Event]) -> None:
	duty = ClosingDuty(duty="Hold the review", satisfied_by=("event review_held",), owed_by="raising lead")
	policy = load_policy("redbridge-2022").replace(closing_duties=(duty,))
	due = at("2027-03-20 12:00")
	events = [*resolved, Event("review_set", at=at("2027-03-02 11:00"), due_at=due)]
	assert dates(policy, events) == {"closing:Hold the review": ClosingDate(AGREED, due)}
	assert dates(policy, resolved) == {"closing:Hold the review": ClosingDate(NONE)}


def test_after_a_reopening_the_earlier_clocks_date_is_none_of_ours(resolved: list[Event]) -> None:
	policy = load_policy("redbridge-2022")
	again = [
		*resolved,
		Event("confirmed", at=at("2027-03-03 10:00"), stage=1, side="responding"),
		Event("reopened", at=at("2027-03-10 10:00"), stage=1),
		Event("resolved", at=at("2027-03-11 10:00"), stage=1),
	]
	date = starting(dates(policy, again), "Confirm the outcome")
	rows = [row for row in plan(policy, again, WorkingCalendar("ENG")) if row.clock == "RB.S1.CONFIRM"]
	assert date.due_at == rows[-1].due_at > rows[0].due_at
