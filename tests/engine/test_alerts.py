"""Alert rungs: when each speaks, to whom, once, and never at a quiet hour unless it must.

March 2025: Tue 11, Wed 12, Thu 13, Fri 14, Mon 17. Good Friday 18 April 2025, Easter Monday 21 April 2025.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from safeguarding_escalation.engine import LONDON, Event, EventError, Policy, WorkingCalendar, plan
from safeguarding_escalation.engine.alerts import (
	Alert,
	due_alerts,
	is_instant,
	is_quiet,
	next_alert_at,
	opening,
	recipients,
	rungs,
)
from safeguarding_escalation.engine.deadlines import Deadline

CALENDAR = WorkingCalendar("ENG")
WORKING = "working days"


def at(text: str) -> datetime:
	return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


def policy(length: int | None = 5, unit: str = WORKING, **clock: object) -> Policy:
	row = {
		"id": "T.CLOCK",
		"stage": 1,
		"trigger": ["concern_raised"],
		"unit": unit,
		"length": length,
		"stop": ["resolved"],
		"owed_by": "raising lead, responding lead",
		**clock,
	}
	return Policy.from_dict({"id": "t", "title": "T", "clocks": [row]})


def deadline(of: Policy, raised: str, *more: Event) -> Deadline:
	return plan(of, [Event("concern_raised", at=at(raised), stage=1), *more], CALENDAR)[0]


def ladder(of: Policy, raised: str, *more: Event) -> list[tuple[str, str]]:
	return [
		(rung.name, f"{rung.at:%m-%d %H:%M}") for rung in rungs(deadline(of, raised, *more), of, CALENDAR)
	]


def protect(due: str, made: str = "03-11 10:00") -> Event:
	return Event("protective_deadline", at=at(made), stage=1, due_at=at(due))


@pytest.mark.parametrize(
	("of", "raised", "expected"),
	[
		# Five working days from Tue 11: due Tue 18, due soon one working day before, overdue the morning after.
		(
			policy(),
			"03-11 10:00",
			[("due_soon", "03-17 08:00"), ("due_today", "03-18 08:00"), ("overdue", "03-19 08:00")],
		),
		# Two working days: due soon on the due day itself, which one mail says.
		(policy(2), "03-11 10:00", [("due_today", "03-13 08:00"), ("overdue", "03-14 08:00")]),
		# Due Thu 17 April, before Easter: overdue on Tue 22, the first working day after.
		(policy(2), "04-15 10:00", [("due_today", "04-17 08:00"), ("overdue", "04-22 08:00")]),
		# Same working day from 10:00: 08:00 has passed, so it is said when the clock starts.
		(
			policy(None, "same working day"),
			"03-11 10:00",
			[("due_today", "03-11 10:00"), ("overdue", "03-12 08:00")],
		),
		# From 06:30: at 08:00. From Saturday: on Monday morning.
		(
			policy(None, "same working day"),
			"03-11 06:30",
			[("due_today", "03-11 08:00"), ("overdue", "03-12 08:00")],
		),
		(
			policy(None, "same working day"),
			"03-15 10:00",
			[("due_today", "03-17 08:00"), ("overdue", "03-18 08:00")],
		),
		# A lead of three working days before Tue 18: Thu 13.
		(
			policy(alert_lead=3),
			"03-11 10:00",
			[("due_soon", "03-13 08:00"), ("due_today", "03-18 08:00"), ("overdue", "03-19 08:00")],
		),
		# Four calendar days from Tue 11: due Sat 15, so the afternoon before; overdue on Monday.
		(
			policy(4, "calendar days"),
			"03-11 10:00",
			[("due_soon", "03-14 08:00"), ("last_afternoon", "03-14 15:00"), ("overdue", "03-17 08:00")],
		),
		# The instant of the event: nothing before it, and no quiet hour (Sunday 02:00).
		(policy(None, "instant"), "03-16 02:00", [("overdue", "03-16 02:00")]),
		# Hours: three from Saturday 23:00 end on Sunday 02:00. No room for a word before.
		(policy(3, "hours"), "03-15 23:00", [("overdue", "03-16 02:00")]),
		# A preference and an advisory limit only nudge, once, and are never overdue.
		(policy(kind="preference"), "03-11 10:00", [("due_soon", "03-17 08:00")]),
		(policy(2, kind="advisory"), "03-11 10:00", [("due_soon", "03-13 08:00")]),
		(
			policy(4, "calendar days", kind="advisory", alert_lead=0),
			"03-11 10:00",
			[("due_soon", "03-14 08:00")],
		),
		(
			policy(2, kind="local target"),
			"03-11 10:00",
			[("due_today", "03-13 08:00"), ("overdue", "03-14 08:00")],
		),
	],
)
def test_the_ladder_of_a_clock(of: Policy, raised: str, expected: list[tuple[str, str]]) -> None:
	assert ladder(of, raised) == expected


CAPPED = policy(protective_cap=True)


@pytest.mark.parametrize(
	("due", "expected"),
	[
		# Wed 12 at 14:00: the morning of that day, then the instant itself.
		(
			"03-12 14:00",
			[("due_soon", "03-11 10:00"), ("due_today", "03-12 08:00"), ("overdue", "03-12 14:00")],
		),
		# Thu 13 at 06:00: no morning before it, so Wednesday afternoon.
		(
			"03-13 06:00",
			[("due_soon", "03-12 08:00"), ("last_afternoon", "03-12 15:00"), ("overdue", "03-13 06:00")],
		),
		# Sat 15 at noon: the working afternoon before and the instant, whatever the quiet hours.
		(
			"03-15 12:00",
			[("due_soon", "03-14 08:00"), ("last_afternoon", "03-14 15:00"), ("overdue", "03-15 12:00")],
		),
		# At the very end of a day it is an instant all the same: people set it to protect somebody.
		(
			"03-14 23:59",
			[("due_soon", "03-13 08:00"), ("due_today", "03-14 08:00"), ("overdue", "03-14 23:59")],
		),
	],
)
def test_a_protective_deadline_is_an_instant(due: str, expected: list[tuple[str, str]]) -> None:
	assert ladder(CAPPED, "03-11 10:00", protect(due)) == expected


def test_set_at_the_weekend_for_the_weekend_leaves_the_instant_alone() -> None:
	assert ladder(CAPPED, "03-15 10:00", protect("03-16 12:00", "03-15 10:00")) == [
		("overdue", "03-16 12:00")
	]


def test_a_clock_capped_by_a_capped_clock_is_an_instant_too() -> None:
	of = Policy.from_dict(
		{
			"id": "t",
			"title": "T",
			"clocks": [
				{
					"id": "A",
					"stage": 1,
					"trigger": ["concern_raised"],
					"unit": WORKING,
					"length": 5,
					"protective_cap": True,
				},
				{
					"id": "B",
					"stage": 1,
					"trigger": ["concern_raised"],
					"unit": WORKING,
					"length": 3,
					"cap": "A",
				},
				{"id": "C", "stage": 1, "trigger": ["concern_raised"], "unit": WORKING, "length": 3},
			],
		}
	)
	rows = plan(
		of, [Event("concern_raised", at=at("03-11 10:00"), stage=1), protect("03-12 14:00")], CALENDAR
	)
	assert [(row.clock, is_instant(row)) for row in rows] == [("A", True), ("B", True), ("C", False)]


@pytest.mark.parametrize(
	("owed_by", "rung", "expected"),
	[
		("raising lead", "due_soon", ("raising lead",)),
		("raising lead", "overdue", ("raising lead", "line manager of raising lead")),
		(
			"raising lead, responding lead",
			"overdue",
			(
				"raising lead",
				"responding lead",
				"line manager of raising lead",
				"line manager of responding lead",
			),
		),
		("chair", "due_today", ("chair",)),
		("chair", "overdue", ("chair", "business manager")),
		("business manager", "overdue", ("business manager",)),
		("action owner", "overdue", ("action owner",)),
		("", "overdue", ()),
	],
)
def test_who_is_told(owed_by: str, rung: str, expected: tuple[str, ...]) -> None:
	assert recipients(owed_by, rung) == expected


FIVE = policy()


def said(now: str, sent: set[tuple[str, str, datetime, str]] | None = None, **more: object) -> list[str]:
	row = deadline(FIVE, "03-11 10:00")
	return [alert.rung for alert in due_alerts([row], sent or set(), at(now), CALENDAR, FIVE, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
	("now", "expected"),
	[
		("03-14 12:00", []),
		("03-17 07:59", []),
		("03-17 08:00", ["due_soon"]),
		("03-18 07:59", []),  # before 08:00 nothing ordinary is said, not even late
		("03-18 08:00", ["due_today"]),
		("03-19 08:00", ["overdue"]),
		("03-22 11:00", []),  # Saturday: waits
		("03-24 08:00", ["overdue"]),  # after a week of downtime the highest rung alone
	],
)
def test_what_is_due_at_an_instant(now: str, expected: list[str]) -> None:
	assert said(now) == expected


def test_each_rung_once_and_lower_ones_never_late() -> None:
	row = deadline(FIVE, "03-11 10:00")
	key = ("T.CLOCK", "", row.due_at, "due_today")
	assert said("03-18 09:00", {key}) == []
	assert said("03-18 09:00", {("T.CLOCK", "", row.due_at, "due_soon")}) == ["due_today"]
	# The same instant read from a database in another zone is the same key.
	utc = row.due_at.astimezone(timezone.utc)
	assert said("03-18 09:00", {("T.CLOCK", "", utc, "due_today")}) == []
	# A due date that moved is another matter: it is said again.
	assert said("03-18 09:00", {("T.CLOCK", "", row.due_at + timedelta(days=1), "due_today")}) == [
		"due_today"
	]


def test_since_leaves_the_past_alone() -> None:
	assert said("03-18 09:00", since=at("03-18 08:00")) == ["due_today"]
	assert said("03-18 09:00", since=at("03-18 08:01")) == []


@pytest.mark.parametrize(
	("event", "now"),
	[
		(Event("resolved", at=at("03-14 10:00"), stage=1), "03-19 08:00"),  # met
		(Event("closed", at=at("03-14 10:00")), "03-19 08:00"),  # ended before it was due: not in the plan
		(Event("closed", at=at("03-20 10:00")), "03-21 08:00"),  # ended after: missed
		(Event("withdrawn", at=at("03-20 10:00")), "03-21 08:00"),
	],
)
def test_nothing_for_what_is_met_or_ended(event: Event, now: str) -> None:
	rows = plan(FIVE, [Event("concern_raised", at=at("03-11 10:00"), stage=1), event], CALENDAR)
	assert due_alerts(rows, set(), at(now), CALENDAR, FIVE) == ()
	assert [next_alert_at(row, FIVE, CALENDAR) for row in rows] in ([], [None])


def test_nothing_before_a_clock_starts() -> None:
	of = replace(
		FIVE,
		clocks=(
			*FIVE.clocks,
			replace(
				FIVE.clocks[0], id="T.NEXT", trigger=("expiry T.CLOCK",), unit="same working day", length=None
			),
		),
	)
	rows = plan(of, [Event("concern_raised", at=at("03-11 10:00"), stage=1)], CALENDAR)
	first = due_alerts(rows, set(), at("03-18 09:00"), CALENDAR, of)
	assert [(alert.deadline.clock, alert.rung) for alert in first] == [("T.CLOCK", "due_today")]
	# It starts as T.CLOCK expires at the end of Tue 18, and is due with it.
	later = due_alerts(rows, set(), at("03-19 08:00"), CALENDAR, of)
	assert [(alert.deadline.clock, alert.rung) for alert in later] == [
		("T.CLOCK", "overdue"),
		("T.NEXT", "overdue"),
	]


def test_urgent_rungs_speak_at_any_hour() -> None:
	row = deadline(CAPPED, "03-11 10:00", protect("03-16 02:00"))
	(alert,) = due_alerts([row], set(), at("03-16 02:00"), CALENDAR, CAPPED)
	assert alert == Alert(row, "overdue", at("03-16 02:00"), recipients(row.owed_by, "overdue"))
	assert alert.key == ("T.CLOCK", "", at("03-16 02:00"), "overdue")


def test_a_naive_now_is_an_error() -> None:
	with pytest.raises(EventError):
		due_alerts([], set(), datetime(2025, 3, 11), CALENDAR, FIVE)  # noqa: DTZ001


@pytest.mark.parametrize(
	("after", "expected"),
	[
		(None, "03-17 08:00"),
		("03-14 12:00", "03-17 08:00"),
		("03-17 08:00", "03-18 08:00"),
		("03-18 08:00", "03-19 08:00"),
		("03-18 12:00", "03-19 08:00"),
		# From then on every three working days, counted from the due day: Mon 24, Thu 27.
		("03-19 08:00", "03-24 08:00"),
		("03-19 12:00", "03-24 08:00"),
		("03-24 08:00", "03-27 08:00"),
		# Looked at in the quiet of Saturday with the overdue rung perhaps unsaid: again on Monday morning.
		("03-22 11:00", "03-24 08:00"),
		("03-20 03:00", "03-20 08:00"),
		# Quiet, but nothing ordinary has been reached: the first rung stands.
		("03-15 11:00", "03-17 08:00"),
	],
)
def test_when_to_look_next(after: str | None, expected: str | None) -> None:
	found = next_alert_at(deadline(FIVE, "03-11 10:00"), FIVE, CALENDAR, after=after and at(after))
	assert found == (expected and at(expected))


def test_a_sweep_every_few_minutes_says_each_rung_once_and_none_is_lost() -> None:
	row = deadline(FIVE, "03-11 10:00")
	sent: set[tuple[str, str, datetime, str]] = set()
	heard = []
	now = at("03-11 10:00")
	while now < at("03-31 00:00"):
		for alert in due_alerts([row], sent, now, CALENDAR, FIVE):
			sent.add(alert.key)
			heard.append((alert.rung, f"{now:%m-%d %H:%M}"))
		now += timedelta(minutes=30)
	assert heard == [
		("due_soon", "03-17 08:00"),
		("due_today", "03-18 08:00"),
		("overdue", "03-19 08:00"),
		("overdue_again 1", "03-24 08:00"),
		("overdue_again 2", "03-27 08:00"),
	]


@pytest.mark.parametrize(
	("raised", "utc"),
	[
		("03-27 10:00", "06:59:59.999999"),  # overdue on Mon 31 March, in summer time: 08:00 BST is 07:00 UTC
		(
			"10-22 10:00",
			"07:59:59.999999",
		),  # overdue on Mon 27 October, in winter time: 08:00 GMT is 08:00 UTC
	],
)
def test_eight_in_the_morning_is_london_time_on_both_sides_of_a_clock_change(raised: str, utc: str) -> None:
	of = policy(1 if raised.startswith("03") else 2)
	found = rungs(deadline(of, raised), of, CALENDAR)[-1].at
	hour = found - timedelta(microseconds=1)
	assert (hour - hour.utcoffset()).strftime("%H:%M:%S.%f") == utc  # type: ignore[operator]


def test_instants_are_compared_in_utc_in_the_hour_that_comes_twice() -> None:
	# Sunday 26 October 2025: a protective deadline at the second 01:30 (GMT); the first 01:45 (BST) is earlier.
	due = datetime(2025, 10, 26, 1, 30, tzinfo=LONDON, fold=1)
	event = Event("protective_deadline", at=at("10-24 10:00"), stage=1, due_at=due)
	row = deadline(CAPPED, "10-24 10:00", event)
	before = datetime(2025, 10, 26, 1, 45, tzinfo=LONDON, fold=0)
	assert due_alerts([row], set(), before, CALENDAR, CAPPED) == ()
	assert [alert.rung for alert in due_alerts([row], set(), due, CALENDAR, CAPPED)] == ["overdue"]
	assert next_alert_at(row, CAPPED, CALENDAR, after=before) == due


@pytest.mark.parametrize(
	("moment", "quiet", "opens"),
	[
		("03-11 07:59", True, "03-11 08:00"),
		("03-11 08:00", False, "03-11 08:00"),
		("03-11 22:00", False, "03-11 08:00"),
		("03-15 12:00", True, "03-17 08:00"),
		("04-18 12:00", True, "04-22 08:00"),  # Good Friday to Tuesday
	],
)
def test_quiet_hours(moment: str, quiet: bool, opens: str) -> None:
	assert is_quiet(at(moment), CALENDAR) is quiet
	assert opening(at(moment), CALENDAR) == at(opens)
