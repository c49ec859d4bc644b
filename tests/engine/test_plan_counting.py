"""How a due date is counted: units, counting choices, and the readings of the requirements' section 9."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from safeguarding_escalation.engine import CalendarError, Policy, WorkingCalendar, plan

END = "T23:59:59"


# Clock A, from the raising. Easter 2025: Good Friday 18 April, Easter Monday 21 April. Early May: Monday 5 May.
@pytest.mark.parametrize(
	("fields", "start", "due"),
	[
		# working days: the event's day is day 0
		({"length": 1}, "2025-03-14T10:00", "2025-03-17" + END),  # Fri: Mon is 1 ("1 day" is not 24 hours)
		({"length": 1}, "2025-03-15T10:00", "2025-03-17" + END),  # Sat is day 0 too
		({"length": 3}, "2025-08-16T10:00", "2025-08-20" + END),  # Sat: Mon 1, Tue 2, Wed 3
		({"length": 5}, "2025-04-14T09:00", "2025-04-23" + END),  # 15, 16, 17, 22, 23
		({"length": 2}, "2024-02-28T09:00", "2024-03-01" + END),  # leap day 29 is 1
		({"length": 2}, "2023-02-27T09:00", "2023-03-01" + END),
		# calendar days: literal, unless told to roll
		({"unit": "calendar days"}, "2025-04-14T09:00", "2025-04-19" + END),  # Saturday
		(
			{"unit": "calendar days", "non_working_day": "next working day"},
			"2025-04-14T09:00",
			"2025-04-22" + END,
		),
		({"unit": "calendar days", "length": 7}, "2025-04-14T09:00", "2025-04-21" + END),  # Easter Monday
		# the earlier of 5 working days and a week
		(
			{"unit": "earlier of working and calendar days"},
			"2025-03-10T09:00",
			"2025-03-17" + END,
		),  # the same day
		(
			{"unit": "earlier of working and calendar days"},
			"2025-04-14T09:00",
			"2025-04-21" + END,
		),  # the week
		(
			{"unit": "earlier of working and calendar days"},
			"2025-03-15T09:00",
			"2025-03-21" + END,
		),  # Sat: 5 working days
		(
			{"unit": "earlier of working and calendar days", "length": 2},
			"2025-04-16T09:00",
			"2025-04-19" + END,
		),  # 2.8: 3
		# the same working day
		({"unit": "same working day"}, "2025-03-14T23:59", "2025-03-14" + END),
		({"unit": "same working day"}, "2025-04-18T11:00", "2025-04-22" + END),  # Good Friday to Tuesday
		(
			{"unit": "same working day", "non_working_day": "literal day"},
			"2025-04-18T11:00",
			"2025-04-18" + END,
		),
		# hours are elapsed hours
		({"unit": "hours", "length": 24}, "2025-03-14T10:00", "2025-03-15T10:00:00"),
		({"unit": "hours", "length": 24}, "2025-03-29T12:00", "2025-03-30T13:00:00"),  # the short day
		({"unit": "hours", "length": 24}, "2025-10-25T12:00", "2025-10-26T11:00:00"),  # the long day
		({"unit": "instant"}, "2025-03-15T10:00", "2025-03-15T10:00:00"),
	],
)
def test_units(fields: dict[str, Any], start: str, due: str, plan_of: Any, one_clock: Any) -> None:
	assert plan_of(one_clock(**fields), [("concern_raised", start)]).due("A") == due


@pytest.mark.parametrize(
	("header", "fields", "start", "due"),
	[
		# count_event_day: the event's day, or the next working day, is day 1
		({"count_event_day": True}, {"length": 1}, "2025-03-14T10:00", "2025-03-14" + END),
		(
			{"count_event_day": True},
			{"length": 3},
			"2025-03-14T10:00",
			"2025-03-18" + END,
		),  # Fri 1, Mon 2, Tue 3
		(
			{"count_event_day": True},
			{"length": 3},
			"2025-03-15T10:00",
			"2025-03-19" + END,
		),  # Mon 1, Tue 2, Wed 3
		(
			{"count_event_day": True},
			{"length": 7, "unit": "calendar days"},
			"2025-03-14T10:00",
			"2025-03-20" + END,
		),
		# alaveteli: a request received on Saturday counts from Monday as day 1: five days end on Friday
		({"count_event_day": True}, {"length": 5}, "2025-03-15T10:00", "2025-03-21" + END),
		# office_close at 17:00: from then on, the next working day is day 0
		({"office_close": "17:00"}, {"length": 1}, "2025-03-13T16:59:59", "2025-03-14" + END),
		({"office_close": "17:00"}, {"length": 1}, "2025-03-13T17:00:00", "2025-03-17" + END),
		({"office_close": "16:30"}, {"length": 1}, "2025-03-13T16:30:00", "2025-03-17" + END),
		# Fri 2 May after the cut-off, before the bank holiday on Mon 5: day 0 is Tue 6
		({"office_close": "17:00"}, {"length": 1}, "2025-05-02T16:59:59", "2025-05-06" + END),
		({"office_close": "17:00"}, {"length": 1}, "2025-05-02T17:00:00", "2025-05-07" + END),
		({"office_close": "17:00"}, {"length": 1}, "2025-05-03T09:00:00", "2025-05-07" + END),  # Sat likewise
		({"office_close": "17:00"}, {"unit": "same working day"}, "2025-03-13T17:00:00", "2025-03-14" + END),
		({"office_close": "17:00"}, {"unit": "same working day"}, "2025-03-13T16:00:00", "2025-03-13" + END),
		(
			{"office_close": "17:00"},
			{"unit": "same working day", "non_working_day": "literal day"},
			"2025-03-15T18:00:00",
			"2025-03-15" + END,
		),
		(
			{"office_close": "17:00", "count_event_day": True},
			{"length": 1},
			"2025-03-13T17:00:00",
			"2025-03-14" + END,
		),
		(
			{"office_close": "17:00"},
			{"length": 7, "unit": "calendar days"},
			"2025-03-13T18:00:00",
			"2025-03-21" + END,
		),
		(
			{"office_close": "17:00"},
			{"unit": "hours", "length": 2},
			"2025-03-13T18:00:00",
			"2025-03-13T20:00:00",
		),
		# due_time
		({"due_time": "17:00"}, {"length": 1}, "2025-03-13T18:00:00", "2025-03-14T17:00:00"),
		({"due_time": "17:00"}, {"unit": "same working day"}, "2025-03-13T10:00:00", "2025-03-13T17:00:00"),
		(
			{"due_time": "01:30"},
			{"length": 2, "unit": "calendar days"},
			"2025-03-28T10:00",
			"2025-03-30T02:30:00",
		),
		# the policy's own weekend prevails over the calendar's
		({"weekend": ["Friday", "Saturday"]}, {"length": 1}, "2025-03-13T10:00", "2025-03-16" + END),
	],
)
def test_counting_choices(
	header: dict[str, Any], fields: dict[str, Any], start: str, due: str, plan_of: Any, one_clock: Any
) -> None:
	assert plan_of(one_clock(header, **fields), [("concern_raised", start)]).due("A") == due


def test_expiry_is_counted_from_its_day_whatever_the_office_hours(plan_of: Any) -> None:
	clocks = [
		{"id": "A", "stage": 1, "trigger": ["told"], "unit": "working days", "length": 1},
		{"id": "B", "stage": 1, "trigger": ["expiry A"], "unit": "working days", "length": 1},
		{"id": "C", "stage": 1, "trigger": ["expiry A"], "unit": "same working day"},
	]
	policy = Policy.from_dict({"id": "b", "title": "B", "clocks": clocks, "office_close": "17:00"})
	computed = plan_of(policy, [("told", "2025-03-12T10:00")])
	assert [computed.due(name) for name in "ABC"] == [
		"2025-03-13" + END,
		"2025-03-14" + END,
		"2025-03-13" + END,
	]


def test_the_calendars_weekend_is_taken_as_given_where_the_policy_says_nothing(
	plan_of: Any, one_clock: Any
) -> None:
	calendar = WorkingCalendar("ENG", weekend=["Friday", "Saturday"])
	rows = [("concern_raised", "2025-03-13T10:00")]
	assert plan_of(one_clock(length=1), rows, calendar).due("A") == "2025-03-16" + END
	same = one_clock({"weekend": ["Friday", "Saturday"]}, length=1)
	assert plan_of(same, rows, calendar).row("A").calendar is calendar


def test_a_date_beyond_the_horizon_is_refused(one_clock: Any, plan_of: Any) -> None:
	calendar = WorkingCalendar("ENG", last=date(2025, 3, 14))
	with pytest.raises(CalendarError, match="horizon"):
		plan_of(one_clock(), [("concern_raised", "2025-03-14T10:00")], calendar)


@pytest.mark.parametrize(
	("rows", "due"),
	[
		([("unresolved", "2025-03-15T10:00")], "2025-03-17" + END),
		([("unresolved", "2025-03-15T10:00"), ("immediate_risk", "2025-03-14T10:00")], "2025-03-15T10:00:00"),
		([("unresolved", "2025-03-15T10:00"), ("immediate_risk", "2025-03-16T10:00")], "2025-03-15T10:00:00"),
		(
			[
				("immediate_risk", "2025-03-10T10:00"),
				("reopened", "2025-03-12T10:00"),
				("unresolved", "2025-03-15T10:00"),
			],
			None,  # the risk belongs to the earlier epoch
		),
	],
)
def test_immediate_risk_never_waits(rows: Any, due: str | None, plan_of: Any) -> None:
	computed = plan_of("buckinghamshire", rows)
	if due is None:
		assert computed.due("BU.INITIATE", "#2") == "2025-03-17" + END
	else:
		assert computed.due("BU.INITIATE") == due


# Section 9: the readings that a board may choose, by their short names.
VARIANTS: list[tuple[str, str, dict[str, dict[str, Any]], list[Any], str, str]] = [
	(
		"rb_s3_resolve_days",
		"redbridge-2022",
		{"RB.S3.RESOLVE": {"length": 2}},
		[("stage_started", "2025-03-10T10:00", {"stage": 3})],
		"RB.S3.RESOLVE",
		"2025-03-12",  # Tue 1, Wed 2
	),
	(
		"rb_s2_resolve_days",
		"redbridge-2022",
		{"RB.S2.RESOLVE": {"length": 10}},
		[("stage_started", "2025-03-10T10:00", {"stage": 2})],
		"RB.S2.RESOLVE",
		"2025-03-24",  # 11 to 14, 17 to 21, 24
	),
	(
		"rb_s1_resolve_anchor",
		"redbridge-2022",
		{"RB.S1.RESOLVE": {"trigger": ["concern_raised"], "fallback": []}},
		[("disagreement", "2025-03-10T10:00"), ("concern_raised", "2025-03-12T10:00")],
		"RB.S1.RESOLVE",
		"2025-03-19",  # 13, 14, 17, 18, 19
	),
	(
		"rb_confirm_anchor",
		"redbridge-2022",
		{"RB.S1.CONFIRM": {"trigger": ["expiry RB.S1.RESOLVE"]}},
		[("disagreement", "2025-03-10T10:00")],
		"RB.S1.CONFIRM",
		"2025-03-19",  # RESOLVE is due Mon 17: Tue 1, Wed 2
	),
	(
		"su_cap_anchor",
		"suffolk-2024",
		{"SU.S5.REFER": {"trigger": ["concern_raised"], "fallback": []}},
		[("concern_raised", "2025-03-03T09:00"), ("discussed", "2025-03-05T14:00")],
		"SU.S5.REFER",
		"2025-03-10",  # 4, 5, 6, 7, 10
	),
	(
		"su_s3_anchor",
		"suffolk-2024",
		{"SU.S3.LIAISE": {"trigger": ["consulted 2", "stage_started 2"], "occurrence": "first"}},
		[("discussed", "2025-03-05T14:00"), ("consulted", "2025-03-06T14:00", {"stage": 2})],
		"SU.S3.LIAISE",
		"2025-03-07",  # a day of its own after Stage 2
	),
	(
		"st_s3_anchor",
		"stockport",
		{"ST.S3.RESOLVE": {"trigger": ["unresolved 2"]}},
		[
			("unresolved", "2025-03-07T10:00", {"stage": 2}),
			("stage_started", "2025-03-10T10:00", {"stage": 3}),
		],
		"ST.S3.RESOLVE",
		"2025-03-21",  # 10 to 14, 17 to 21
	),
	(
		"bu_week working",
		"buckinghamshire",
		{},
		[("stage_started", "2025-04-14T10:00", {"stage": 2})],
		"BU.RESOLVE",
		"2025-04-23",
	),
	(
		"bu_week calendar",
		"buckinghamshire",
		{"BU.RESOLVE": {"unit": "calendar days", "length": 7}},
		[("stage_started", "2025-04-14T10:00", {"stage": 2})],
		"BU.RESOLVE",
		"2025-04-21",
	),
	(
		"bu_week earlier",
		"buckinghamshire",
		{"BU.RESOLVE": {"unit": "earlier of working and calendar days"}},
		[("stage_started", "2025-04-14T10:00", {"stage": 2})],
		"BU.RESOLVE",
		"2025-04-21",
	),
	(
		"su_same_day_literal",
		"suffolk-2024",
		{"SU.S2.PREFER": {"non_working_day": "literal day"}},
		[("discussed", "2025-03-15T10:00")],
		"SU.S2.PREFER",
		"2025-03-15",
	),
	(
		"su_same_day_literal off",
		"suffolk-2024",
		{},
		[("discussed", "2025-03-15T10:00")],
		"SU.S2.PREFER",
		"2025-03-17",
	),
]


@pytest.mark.parametrize(("policy", "changes", "rows", "clock", "due"), [row[1:] for row in VARIANTS])
def test_readings_of_section_9(
	policy: str, changes: Any, rows: Any, clock: str, due: str, policies: dict[str, Policy], plan_of: Any
) -> None:
	chosen = policies[policy]
	for clock_id, fields in changes.items():
		chosen = chosen.replace_clock(clock_id, **fields)
	assert plan_of(chosen, rows).due(clock) == due + END


def test_both_ways_of_handing_over_a_calendar(policies: dict[str, Policy]) -> None:
	policy = policies["redbridge-2022"].replace(closures=["2025-03-11"])
	assert plan(policy, [], WorkingCalendar.for_policy(policy)) == []
