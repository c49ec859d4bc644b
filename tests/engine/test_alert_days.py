"""Alerts around bank holidays, both changes of the clocks and the close of the office, with the days written out."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

import pytest
from one_clock import policy

from safeguarding_escalation.engine import LONDON, Event, Policy, WorkingCalendar, plan
from safeguarding_escalation.engine.alerts import due_alerts, next_alert_at, repeat, rungs
from safeguarding_escalation.engine.deadlines import Deadline
from safeguarding_escalation.engine.quiet import Hours

CALENDAR = WorkingCalendar("ENG")
HOURS = Hours(time(8), time(20))


def at(text: str, fold: int = 0) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON, fold=fold)


def deadline(of: Policy, raised: str, *more: Event) -> Deadline:
	(row,) = plan(of, [Event("concern_raised", at=at(raised), stage=1), *more], CALENDAR)
	return row


def ladder(of: Policy, raised: str) -> list[tuple[str, str]]:
	row = deadline(of, raised)
	again = repeat(row, of, CALENDAR, 1, HOURS)
	return [
		(rung.name, f"{rung.at:%Y-%m-%d %H:%M:%S}")
		for rung in (*rungs(row, of, CALENDAR, HOURS), again)
		if rung
	]


@pytest.mark.parametrize(
	("length", "raised", "expected"),
	[
		# Christmas 2024: Wed 25, Thu 26 and Wed 1 January are bank holidays. Five days from Thu 19: 20, 23, 24, 27, 30.
		(
			5,
			"2024-12-19 10:00",
			[
				("due_soon", "2024-12-27 08:00:00"),
				("due_today", "2024-12-30 08:00:00"),
				("overdue", "2024-12-31 08:00:00"),
				("overdue_again 1", "2025-01-06 08:00:00"),  # four after the 30th: 31, 2, 3, 6
			],
		),
		# Two days from Mon 23: Tue 24, Fri 27.
		(
			2,
			"2024-12-23 10:00",
			[
				("due_today", "2024-12-27 08:00:00"),
				("overdue", "2024-12-30 08:00:00"),
				("overdue_again 1", "2025-01-03 08:00:00"),  # 30, 31, 2, 3
			],
		),
		# Christmas 2027 is a Saturday: Mon 27 and Tue 28 are in place of it, Mon 3 January of the new year's Saturday.
		(
			2,
			"2027-12-23 10:00",  # Fri 24, Wed 29
			[
				("due_today", "2027-12-29 08:00:00"),
				("overdue", "2027-12-30 08:00:00"),
				("overdue_again 1", "2028-01-05 08:00:00"),  # 30, 31, 4, 5
			],
		),
		(
			5,
			"2027-12-23 10:00",  # 24, 29, 30, 31, then Tue 4 January
			[
				("due_soon", "2027-12-31 08:00:00"),
				("due_today", "2028-01-04 08:00:00"),
				("overdue", "2028-01-05 08:00:00"),
				("overdue_again 1", "2028-01-10 08:00:00"),  # 5, 6, 7, 10
			],
		),
		# Easter 2025: Good Friday 18, Monday 21 April. From Mon 14: 15, 16, 17, 22, 23.
		(
			5,
			"2025-04-14 10:00",
			[
				("due_soon", "2025-04-22 08:00:00"),
				("due_today", "2025-04-23 08:00:00"),
				("overdue", "2025-04-24 08:00:00"),
				("overdue_again 1", "2025-04-29 08:00:00"),  # 24, 25, 28, 29
			],
		),
		# Easter 2026: Good Friday 3, Monday 6 April. From Wed 1: Thu 2, Tue 7.
		(
			2,
			"2026-04-01 10:00",
			[
				("due_today", "2026-04-07 08:00:00"),
				("overdue", "2026-04-08 08:00:00"),
				("overdue_again 1", "2026-04-13 08:00:00"),  # 8, 9, 10, 13
			],
		),
	],
)
def test_bank_holidays_are_no_days_for_alerts(
	length: int, raised: str, expected: list[tuple[str, str]]
) -> None:
	assert ladder(policy(length), raised) == expected


# The Sundays on which the clocks change, and 08:00 in London on the Monday after, in UTC.
CHANGES = [
	("2025-03-28 10:00", "2025-03-31 07:00"),
	("2025-10-24 10:00", "2025-10-27 08:00"),
	("2026-03-27 10:00", "2026-03-30 07:00"),
	("2026-10-23 10:00", "2026-10-26 08:00"),
]


@pytest.mark.parametrize(("friday", "monday_in_utc"), CHANGES)
def test_the_morning_after_a_change_of_the_clocks_is_londons(friday: str, monday_in_utc: str) -> None:
	of = policy(1)  # from Friday: due on Monday
	row = deadline(of, friday)
	morning = datetime.fromisoformat(monday_in_utc).replace(tzinfo=timezone.utc)
	second = timedelta(seconds=1)
	assert due_alerts([row], {}, morning - second, CALENDAR, of, hours=HOURS) == ()
	assert [alert.rung for alert in due_alerts([row], {}, morning, CALENDAR, of, hours=HOURS)] == [
		"due_today"
	]
	assert next_alert_at(row, of, CALENDAR, after=morning - second, hours=HOURS) == morning


@pytest.mark.parametrize(
	("friday", "due", "due_in_utc"),
	[
		# 01:30 does not exist on the Sundays in March: what people write then is an hour after 00:30 UTC.
		("2025-03-28 10:00", at("2025-03-30 01:30"), "2025-03-30 01:30"),
		("2026-03-27 10:00", at("2026-03-29 01:30"), "2026-03-29 01:30"),
		# 01:30 comes twice in October: the first time in summer time, the second time an hour later.
		("2025-10-24 10:00", at("2025-10-26 01:30"), "2025-10-26 00:30"),
		("2025-10-24 10:00", at("2025-10-26 01:30", fold=1), "2025-10-26 01:30"),
		("2026-10-23 10:00", at("2026-10-25 01:30"), "2026-10-25 00:30"),
		("2026-10-23 10:00", at("2026-10-25 01:30", fold=1), "2026-10-25 01:30"),
	],
)
def test_a_protective_instant_in_the_changed_hour_speaks_at_its_instant(
	friday: str, due: datetime, due_in_utc: str
) -> None:
	of = policy(5)
	row = deadline(of, friday, Event("protective_deadline", at=at(friday), stage=1, due_at=due))
	instant = datetime.fromisoformat(due_in_utc).replace(tzinfo=timezone.utc)
	second = timedelta(seconds=1)
	found = {rung.name: f"{rung.at:%m-%d %H:%M}" for rung in rungs(row, of, CALENDAR, HOURS)}
	assert found["last_afternoon"] == f"{at(friday):%m-%d} 15:00"  # the working afternoon before the Sunday
	assert due_alerts([row], {}, instant - second, CALENDAR, of, hours=HOURS) == ()
	(alert,) = due_alerts([row], {}, instant, CALENDAR, of, hours=HOURS)
	assert (alert.rung, alert.urgent) == ("overdue", True)
	# By timestamps: datetimes of two zones are never equal in an hour that comes twice.
	following = next_alert_at(row, of, CALENDAR, after=instant - second, hours=HOURS)
	assert following is not None
	assert following.timestamp() == instant.timestamp()


@pytest.mark.parametrize(
	("length", "raised", "due", "expected"),
	[
		# Fri 2 May 2025, before the bank holiday of Mon 5 May. Until 16:59:59 the day counts, from 17:00:00 the next.
		(
			None,
			"2025-05-02 16:59:59",
			"2025-05-02",
			[("due_today", "2025-05-02 16:59:59"), ("overdue", "2025-05-06 08:00:00")],
		),
		(
			None,
			"2025-05-02 17:00:00",
			"2025-05-06",
			[("due_today", "2025-05-06 08:00:00"), ("overdue", "2025-05-07 08:00:00")],
		),
		(
			2,
			"2025-05-02 16:59:59",  # Tue 6, Wed 7
			"2025-05-07",
			[("due_today", "2025-05-07 08:00:00"), ("overdue", "2025-05-08 08:00:00")],
		),
		(
			2,
			"2025-05-02 17:00:00",  # counted from Tue 6: Wed 7, Thu 8
			"2025-05-08",
			[("due_today", "2025-05-08 08:00:00"), ("overdue", "2025-05-09 08:00:00")],
		),
		# Tue 24 December 2024, before Christmas: the next working day is Fri 27.
		(
			None,
			"2024-12-24 16:59:59",
			"2024-12-24",
			[("due_today", "2024-12-24 16:59:59"), ("overdue", "2024-12-27 08:00:00")],
		),
		(
			None,
			"2024-12-24 17:00:00",
			"2024-12-27",
			[("due_today", "2024-12-27 08:00:00"), ("overdue", "2024-12-30 08:00:00")],
		),
	],
)
def test_the_close_of_the_office(
	length: int | None, raised: str, due: str, expected: list[tuple[str, str]]
) -> None:
	of = policy(length, "working days" if length else "same working day", office_close="17:00")
	assert f"{deadline(of, raised).due_at:%Y-%m-%d}" == due
	assert [rung for rung in ladder(of, raised) if "again" not in rung[0]] == expected
