"""Worked example dates over Easter 2025: Friday 18 and Monday 21 April are bank holidays."""

from __future__ import annotations

from datetime import date

import pytest

from safeguarding_escalation.engine import Policy, WorkingCalendar, load_policy, policy_ids
from safeguarding_escalation.engine.worked_example import alone, in_sequence

THURSDAY = date(2025, 4, 17)
ENGLAND = WorkingCalendar("ENG")


@pytest.mark.parametrize("policy_id", policy_ids())
def test_every_clock_of_a_shipped_policy_has_an_example_for_each_way_to_start(policy_id: str) -> None:
	policy = load_policy(policy_id)
	for clock in policy.clocks:
		examples = alone(policy, clock, THURSDAY, ENGLAND)
		assert [example.term for example in examples] == [*clock.trigger, *clock.fallback]
		assert all(example.deadline.steps for example in examples)


@pytest.mark.parametrize(
	("policy_id", "clock", "dates"),
	[
		# 22, 23, 24, 25, 28 April are the five working days
		("redbridge-2022", "RB.S2.RESOLVE", [date(2025, 4, 28)]),
		("redbridge-2022", "RB.S1.RAISE", [date(2025, 4, 23), date(2025, 4, 23)]),
		# unresolved: that day; else the expiry of RB.S1.RESOLVE on the 28th
		("redbridge-2022", "RB.S2.ESCALATE", [date(2025, 4, 17), date(2025, 4, 28)]),
		# 22 to 25 April, 28 April to 2 May, and 6 May: the 5th is a bank holiday
		("stockport", "ST.S3.RESOLVE", [date(2025, 5, 6)]),
		("suffolk-2024", "SU.S5.RESPOND", [date(2025, 4, 23), date(2025, 4, 23)]),
		("4lsab-2023", "4L.IMMEDIATE", [date(2025, 4, 17)]),
	],
)
def test_dates_of_clocks_alone(policy_id: str, clock: str, dates: list[date]) -> None:
	policy = load_policy(policy_id)
	found = alone(policy, policy.clock(clock), THURSDAY, ENGLAND)
	assert [example.deadline.due_at.date() for example in found] == dates


def test_a_date_that_people_set_is_marked_as_invented() -> None:
	policy = load_policy("stockport")
	(review,) = alone(policy, policy.clock("ST.REVIEW"), THURSDAY, ENGLAND)
	assert review.invented
	assert review.deadline.due_at.date() == date(2025, 4, 24)


@pytest.mark.parametrize(
	("policy_id", "starts"),
	[
		# five working days a stage: 28 April, then 6 May (5 May is a bank holiday), then 13 May
		("redbridge-2022", [THURSDAY, date(2025, 4, 28), date(2025, 5, 6), date(2025, 5, 13)]),
		# one working day to the manager and on, three to the Head of Safeguarding, five in all
		(
			"suffolk-2024",
			[THURSDAY, date(2025, 4, 22), date(2025, 4, 22), date(2025, 4, 25), date(2025, 4, 28)],
		),
		# ten working days in Stage Three alone
		("stockport", [THURSDAY, THURSDAY, THURSDAY, date(2025, 5, 6)]),
		("4lsab-2023", [THURSDAY] * 4),
		("buckinghamshire", [THURSDAY] * 4),
	],
)
def test_a_case_that_takes_all_the_time_it_has(policy_id: str, starts: list[date]) -> None:
	walk = in_sequence(load_policy(policy_id), THURSDAY, ENGLAND)
	assert [moment.date() for moment in walk.stages.values()] == starts


def test_the_walk_keeps_each_clocks_date() -> None:
	deadlines = in_sequence(load_policy("redbridge-2022"), THURSDAY, ENGLAND).deadlines
	assert deadlines["RB.S4.RECOMMEND"].due_at.date() == date(2025, 5, 20)
	assert deadlines["RB.S3.REFER"].due_at.date() == date(2025, 5, 6)
	assert "RB.S1.CONFIRM" not in deadlines  # nothing was resolved


def test_a_clock_whose_expiry_leads_nowhere_has_no_example() -> None:
	policy = Policy.from_dict(
		{
			"id": "x",
			"title": "X",
			"clocks": [
				{"id": "A", "stage": 1, "trigger": ["expiry B"], "unit": "instant"},
				{"id": "B", "stage": 1, "trigger": [], "unit": "instant"},
			],
		}
	)
	assert alone(policy, policy.clock("A"), THURSDAY, ENGLAND) == []
	assert alone(policy, policy.clock("B"), THURSDAY, ENGLAND) == []
