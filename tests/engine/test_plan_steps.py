"""Why this date: the sentences that explain each deadline."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from safeguarding_escalation.engine import Step, WorkingCalendar

MON, TUE, WED, THU, FRI = (f"2025-03-0{day}T10:00" for day in range(3, 8))


def test_a_plain_count(plan_of: Any) -> None:
	row = plan_of("redbridge-2022", [("disagreement", "2025-04-14T09:00")]).row("RB.S1.RESOLVE")
	assert row.explain() == [
		"Monday 14 April 2025, 09:00: disagreement; the clock starts (clause 4.4, flowchart).",
		"Tuesday 15 April 2025: working day 1 of 5.",
		"Wednesday 16 April 2025: working day 2 of 5.",
		"Thursday 17 April 2025: working day 3 of 5.",
		"Friday 18 April 2025: not counted, Good Friday.",
		"Saturday 19 April 2025: not counted, weekend.",
		"Sunday 20 April 2025: not counted, weekend.",
		"Monday 21 April 2025: not counted, Easter Monday.",
		"Tuesday 22 April 2025: working day 4 of 5.",
		"Wednesday 23 April 2025: working day 5 of 5.",
		"Due by the end of the count: Wednesday 23 April 2025, 23:59 (clause 4.4, flowchart).",
	]
	assert [step.number for step in row.steps] == [0, 1, 2, 3, None, None, None, None, 4, 5, None]
	assert [step.counted for step in row.steps].count(True) == row.rule.length
	assert isinstance(row.steps[0], Step)


def test_a_closure_is_named(plan_of: Any, one_clock: Any) -> None:
	calendar = WorkingCalendar("ENG", closures=[(date(2025, 3, 4), "Office move")])
	sentences = plan_of(one_clock(length=1), [("concern_raised", MON)], calendar).row("A").explain()
	assert "Tuesday 4 March 2025: not counted, Office move." in sentences


# (header, clock, events, sentences that the explanation holds besides the first)
@pytest.mark.parametrize(
	("header", "fields", "rows", "sentences"),
	[
		(
			{},
			{"unit": "same working day", "clause": "Stage 2"},
			[("concern_raised", "2025-03-08T10:00")],
			[
				"Saturday 8 March 2025: not counted, weekend.",
				"Sunday 9 March 2025: not counted, weekend.",
				"Monday 10 March 2025: the same working day.",
				"Due by the end of the count: Monday 10 March 2025, 23:59 (Stage 2).",
			],
		),
		(
			{},
			{"unit": "same working day", "non_working_day": "literal day"},
			[("concern_raised", "2025-03-08T10:00")],
			[
				"Saturday 8 March 2025: the same working day.",
				"Due by the end of the count: Saturday 8 March 2025, 23:59.",
			],
		),
		(
			{},
			{"unit": "calendar days", "length": 2, "non_working_day": "next working day"},
			[("concern_raised", "2025-03-06T10:00")],
			[
				"Friday 7 March 2025: day 1 of 2.",
				"Saturday 8 March 2025: day 2 of 2.",
				"Sunday 9 March 2025: after the last day counted, up to a working day.",
				"Monday 10 March 2025: after the last day counted, up to a working day.",
				"Due by the end of the count: Monday 10 March 2025, 23:59.",
			],
		),
		(
			{},
			{"unit": "earlier of working and calendar days", "length": 2},
			[("concern_raised", "2025-04-16T10:00")],
			[
				"Thursday 17 April 2025: day 1 of 3.",
				"Friday 18 April 2025: day 2 of 3.",
				"Saturday 19 April 2025: day 3 of 3.",
				"Due by the end of the count: Saturday 19 April 2025, 23:59.",
			],
		),
		(
			{},
			{"unit": "earlier of working and calendar days", "length": 1},
			[("concern_raised", MON)],
			[
				"Tuesday 4 March 2025: working day 1 of 1.",
				"Due by the end of the count: Tuesday 4 March 2025, 23:59.",
			],
		),
		(
			{"count_event_day": True},
			{"length": 2},
			[("concern_raised", MON)],
			[
				"Monday 3 March 2025: working day 1 of 2.",
				"Tuesday 4 March 2025: working day 2 of 2.",
				"Due by the end of the count: Tuesday 4 March 2025, 23:59.",
			],
		),
		(
			{"office_close": "17:00"},
			{"length": 1},
			[("concern_raised", "2025-03-03T17:00")],
			[
				"The office was closed at that time, so Tuesday 4 March 2025 takes the place of the day it happened.",
				"Wednesday 5 March 2025: working day 1 of 1.",
				"Due by the end of the count: Wednesday 5 March 2025, 23:59.",
			],
		),
		({}, {"unit": "instant"}, [("concern_raised", MON)], ["Due at once: Monday 3 March 2025, 10:00."]),
		(
			{},
			{"unit": "hours", "length": 2},
			[("concern_raised", MON)],
			["Due 2 hours after the start: Monday 3 March 2025, 12:00."],
		),
		(
			{},
			{"unit": "case date"},
			[("concern_raised", MON, {"due_at": TUE})],
			["Due when the case says: Tuesday 4 March 2025, 10:00."],
		),
		(
			{},
			{"instant_if_immediate_risk": True},
			[("concern_raised", MON), ("immediate_risk", TUE)],
			["Immediate risk is recorded, so it is due at once: Monday 3 March 2025, 10:00."],
		),
	],
)
def test_explanations(
	header: Any, fields: Any, rows: Any, sentences: list[str], plan_of: Any, one_clock: Any
) -> None:
	assert plan_of(one_clock(header, **fields), rows).row("A").explain()[1:] == sentences


def test_caps_are_explained(plan_of: Any, one_clock: Any) -> None:
	rows = [
		("stage_started", MON, {"stage": 2}),
		("protective_deadline", MON, {"stage": 2, "due_at": "2025-03-05T12:00"}),
	]
	computed = plan_of("redbridge-2022", rows)
	assert computed.row("RB.S2.RESOLVE").explain()[-1] == (
		"The protective deadline (Stage 2) recorded on Monday 3 March 2025, 10:00 sets the date: "
		"Wednesday 5 March 2025, 12:00."
	)
	refer = computed.row("RB.S3.REFER").explain()
	assert refer[0] == (
		"Wednesday 5 March 2025, 12:00: RB.S2.RESOLVE is due; unless met by then, this clock starts (clause 4.6)."
	)
	assert refer[-1] == (
		"RB.S2.RESOLVE was itself due at a date that was set for the case, so this is due then too: "
		"Wednesday 5 March 2025, 12:00."
	)
	capped = plan_of("suffolk-2024", [("discussed", MON), ("stage_started", FRI, {"stage": 3})]).row(
		"SU.S4.CONTACT"
	)
	assert (
		capped.explain()[-1]
		== "SU.S5.REFER is due earlier and may not be passed: Monday 10 March 2025, 23:59."
	)


def test_a_superseded_row_says_what_ended_it(plan_of: Any) -> None:
	rows = [
		("stage_started", MON, {"stage": 2}),
		("protective_deadline", MON, {"stage": 2, "due_at": TUE}),
		("protective_deadline", WED, {"stage": 2, "due_at": FRI}),
	]
	row = plan_of("redbridge-2022", rows).row("RB.S2.RESOLVE", "superseded")
	assert row.explain()[-1] == (
		"Not met when protective deadline (Stage 2) ended it on Wednesday 5 March 2025, 10:00."
	)


def test_a_date_beyond_the_published_holidays_says_so(plan_of: Any, one_clock: Any) -> None:
	row = plan_of(one_clock(), [("concern_raised", "2031-03-03T10:00")]).row("A")
	assert row.explain()[-1].startswith("Bank holidays after Friday 31 December 2027 follow today's rules")
