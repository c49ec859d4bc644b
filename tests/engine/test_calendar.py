"""Working days: the peers' edge cases, horizons, nations, closures and weekends."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime
from typing import Any

import pytest

from safeguarding_escalation.engine import CalendarError, WorkingCalendar

D = date.fromisoformat


@pytest.mark.parametrize(
	("day", "n", "expected"),
	[
		(
			"2025-08-16",
			3,
			"2025-08-20",
		),  # Sat is day 0: Mon 18, Tue 19, Wed 20 (rolling forward would give Thu 21)
		("2025-03-14", 1, "2025-03-17"),  # Fri: Sat and Sun skipped
		("2025-04-17", 1, "2025-04-22"),  # Maundy Thursday: Good Friday, weekend, Easter Monday skipped
		("2024-12-24", 2, "2024-12-30"),  # 25 and 26 are holidays: Fri 27 is 1, Mon 30 is 2
		("2022-12-23", 1, "2022-12-28"),  # 26 Boxing Day, 27 substitute for Christmas Day on a Sunday
		("2027-12-24", 1, "2027-12-29"),  # 27 and 28 are substitutes for Saturday and Sunday
		("2022-05-27", 3, "2022-06-01"),  # the spring holiday moved away from Mon 30 May 2022
		("2022-06-01", 1, "2022-06-06"),  # to Thu 2 June, with the jubilee on Fri 3 June
		("2022-09-16", 1, "2022-09-20"),  # the State Funeral, Mon 19 September
		("2023-05-05", 1, "2023-05-09"),  # the Coronation, Mon 8 May 2023, one week after May Day
		("2024-02-28", 1, "2024-02-29"),  # a leap day counts
		("2024-02-29", 1, "2024-03-01"),
		("2023-02-28", 1, "2023-03-01"),
		("2025-03-28", 1, "2025-03-31"),  # over the change to summer time
		("2025-10-24", 1, "2025-10-27"),  # and back
		("2025-03-17", 0, "2025-03-17"),
		("2025-03-15", 0, "2025-03-14"),  # zero rolls backward, like numpy's roll="backward"
		("2025-03-17", -1, "2025-03-14"),
		("2025-03-16", -1, "2025-03-13"),
	],
)
def test_add(day: str, n: int, expected: str, england: WorkingCalendar) -> None:
	assert england.add(D(day), n) == D(expected)


@pytest.mark.parametrize(
	("day", "forward", "previous"),
	[
		("2025-03-14", "2025-03-14", "2025-03-13"),
		("2025-03-15", "2025-03-17", "2025-03-14"),
		("2025-04-18", "2025-04-22", "2025-04-17"),
		("2025-04-22", "2025-04-22", "2025-04-17"),
	],
)
def test_roll_forward_and_previous(day: str, forward: str, previous: str, england: WorkingCalendar) -> None:
	assert england.roll_forward(D(day)) == D(forward)
	assert england.previous(D(day)) == D(previous)


@pytest.mark.parametrize(
	("start", "end", "count"),
	[
		("2025-03-14", "2025-03-17", 1),
		("2025-03-14", "2025-03-14", 0),
		("2025-03-15", "2025-03-16", 0),
		("2025-04-14", "2025-04-23", 5),
		("2025-04-23", "2025-04-14", -5),
	],
)
def test_count(start: str, end: str, count: int, england: WorkingCalendar) -> None:
	assert england.count(D(start), D(end)) == count


@pytest.mark.parametrize(
	("nation", "day", "name"),
	[
		("ENG", "2025-04-18", "Good Friday"),
		("ENG", "2025-04-21", "Easter Monday"),
		("WLS", "2025-04-21", "Easter Monday"),
		("SCT", "2025-04-21", None),  # Scotland works on Easter Monday
		("ENG", "2025-08-25", "Late Summer Bank Holiday"),
		("SCT", "2025-08-25", None),
		("SCT", "2026-11-30", "Saint Andrew's Day"),
		("NIR", "2025-03-17", "Saint Patrick's Day"),
		("ENG", "2025-03-17", None),
		("ENG", "2025-03-15", "Saturday"),
		("ENG", "2025-03-16", "Sunday"),
	],
)
def test_name_of(nation: str, day: str, name: str | None) -> None:
	found = WorkingCalendar(nation).name_of(D(day))
	if name is None or found is None:
		assert found == name
	else:  # the package words some names differently from release to release
		assert found.replace("St. ", "Saint ").split(" (")[0] == name.split(" (")[0]


def test_closures_do_not_count_and_have_names() -> None:
	calendar = WorkingCalendar("ENG", closures=[D("2025-12-29"), (D("2025-12-30"), "Office move")])
	assert calendar.add(D("2025-12-24"), 1) == D(
		"2025-12-31"
	)  # 25, 26 holidays, 27, 28 weekend, 29, 30 closed
	assert calendar.name_of(D("2025-12-29")) == "Closed"
	assert calendar.name_of(D("2025-12-30")) == "Office move"
	assert calendar.closures == ((D("2025-12-29"), "Closed"), (D("2025-12-30"), "Office move"))
	assert WorkingCalendar("ENG", closures=[datetime(2025, 12, 29)]).closures[0][0] == D("2025-12-29")  # noqa: DTZ001


def test_a_holiday_announced_after_cases_opened_moves_later_dates_only(england: WorkingCalendar) -> None:
	announced = WorkingCalendar("ENG", closures=[(D("2025-05-12"), "Announced")])
	assert england.add(D("2025-05-09"), 1) == D("2025-05-12")
	assert announced.add(D("2025-05-09"), 1) == D("2025-05-13")
	assert announced.add(D("2025-05-07"), 1) == england.add(D("2025-05-07"), 1)


@pytest.mark.parametrize("weekend", [("Friday", "saturday"), (4, 5), (5, 4), ("4", "5")])
def test_another_weekend(weekend: tuple[Any, ...]) -> None:
	calendar = WorkingCalendar("ENG", weekend=weekend)
	assert calendar.weekend == (4, 5)
	assert calendar.add(D("2025-03-13"), 1) == D("2025-03-16")  # Thu, then Sun
	assert calendar == WorkingCalendar("ENG").with_weekend(weekend)


def test_a_week_without_weekend() -> None:
	assert WorkingCalendar("ENG", weekend=()).add(D("2025-03-14"), 1) == D("2025-03-15")


@pytest.mark.parametrize(
	("fields", "sentence"),
	[
		({"nation": "FRA"}, "no calendar for the nation 'FRA'"),
		({"weekend": range(7)}, "leaves no working day"),
		({"weekend": ["Holiday"]}, "neither a number from 0 to 6 nor a weekday"),
		({"weekend": [7]}, "neither a number from 0 to 6 nor a weekday"),
		({"closures": ["2025-12-25"]}, "neither a date nor a pair"),
		({"first": D("2025-01-01"), "last": D("2024-01-01")}, "before it begins"),
	],
)
def test_bad_calendars(fields: dict[str, Any], sentence: str) -> None:
	with pytest.raises(CalendarError, match=sentence):
		WorkingCalendar(**fields)


@pytest.mark.parametrize(
	("method", "arguments"),
	[
		("add", (D("2009-12-31"), 1)),
		("add", (D("2061-01-01"), 1)),
		("add", (D("2060-12-31"), 1)),
		("add", (D("2010-01-01"), 0)),  # a holiday: the working day before it is outside
		("add", (D("2010-01-05"), -5)),
		("is_working_day", (D("2009-12-31"),)),
		("is_working_day", (D("2061-01-01"),)),
		("roll_forward", (D("2009-12-31"),)),
		("roll_forward", (D("2061-01-01"),)),
		("previous", (D("2010-01-01"),)),
		("count", (D("2025-01-01"), D("2061-01-01"))),
		("name_of", (D("2061-01-01"),)),
	],
)
def test_outside_the_horizon(method: str, arguments: tuple[Any, ...], england: WorkingCalendar) -> None:
	with pytest.raises(CalendarError, match="outside the calendar's horizon"):
		getattr(england, method)(*arguments)


def test_edges_of_the_horizon(england: WorkingCalendar) -> None:
	assert england.add(D("2010-01-01"), 1) == D("2010-01-04")
	assert england.roll_forward(D("2010-01-01")) == D("2010-01-04")
	assert not england.is_working_day(D("2010-01-01"))
	assert england.roll_forward(D("2060-12-31")) == D("2060-12-31")
	assert england.holidays_through < england.last


def test_a_narrow_horizon() -> None:
	calendar = WorkingCalendar("ENG", first=D("2025-03-15"), last=D("2025-03-16"))
	assert calendar.holidays_through == D("2025-03-16")
	for method in (calendar.roll_forward, calendar.previous):
		with pytest.raises(CalendarError):
			method(D("2025-03-15"))
	working = WorkingCalendar("ENG", first=D("2025-03-17"), last=D("2025-03-18"))
	assert working.is_working_day(D("2025-03-17"))
	assert working.roll_forward(D("2025-03-17")) == D("2025-03-17")


def test_equality_hash_and_copies(england: WorkingCalendar) -> None:
	same = WorkingCalendar("ENG")
	assert same == england
	assert hash(same) == hash(england)
	assert same != WorkingCalendar("SCT")
	assert same != "ENG"
	assert pickle.loads(pickle.dumps(england)) == england  # noqa: S301  # our own bytes
	assert copy.deepcopy(england) == england
	assert repr(same).startswith("WorkingCalendar('ENG'")


def test_for_policy_is_cached(policies: Any) -> None:
	policy = policies["redbridge-2022"].replace(nation="SCT", closures=["2025-12-29"], weekend=["Sunday"])
	calendar = WorkingCalendar.for_policy(policy)
	assert calendar is WorkingCalendar.for_policy(policy)
	assert calendar == WorkingCalendar("SCT", closures=[D("2025-12-29")], weekend=[6])
