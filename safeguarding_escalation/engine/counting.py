"""From the start of a clock to the policy's own date, before any cap (requirements, X-A1 to X-A7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import Protocol

from .calendar import WorkingCalendar
from .events import Moment, instant_of, localise, london

HOUR = 3_600_000_000  # microseconds
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Choices:
	"""The counting choices of a policy that its clocks share (X-A1 to X-A7, ST-A9)."""

	policy_id: str
	count_event_day: bool
	office_close: time | None
	due_time: time
	agreed_may_exceed_policy: bool


class Start(Protocol):
	"""What a clock counts from: an event, or the expiry of another clock."""

	@property
	def instant(self) -> int: ...
	@property
	def local(self) -> datetime: ...
	@property
	def day(self) -> date: ...
	@property
	def keeps_office_hours(self) -> bool:
		"""Whether the policy's `office_close` may put day 0 off: yes for an event, no for an expiry."""


Count = Callable[[WorkingCalendar, Start], Moment]


class MomentsOfDay(dict[date, Moment]):
	"""By day, the moment of one time of day in London; each is worked out once."""

	__slots__ = ("at",)

	def __init__(self, at: time) -> None:
		super().__init__()
		self.at = at

	def __missing__(self, day: date) -> Moment:
		local = localise(datetime.combine(day, self.at))
		self[day] = moment = (local, instant_of(local))
		return moment

	def __reduce__(self) -> tuple[object, ...]:
		return moments_of, (self.at,)


@cache
def moments_of(at: time) -> MomentsOfDay:
	"""The shared table of the moments of a time of day."""
	return MomentsOfDay(at)


def count_of(unit: str, length: int, choices: Choices, non_working_day: str) -> Count:
	"""The function that gives a clock's own due moment from a calendar and what the clock counts from.

	`unit` is any of `schema.UNITS` but "case date". The function raises CalendarError outside the horizon.
	"""
	if unit == "instant":
		return _instant
	if unit == "hours":
		return partial(_hours, length * HOUR)
	if choices.office_close is None and not choices.count_event_day and not non_working_day:
		# the usual reading, short cut because it is the engine's hot path
		if unit == "working days":
			return partial(_plain_working_days, length, moments_of(choices.due_time))
		if unit == "same working day":
			return partial(_plain_same_day, moments_of(choices.due_time))
	return partial(_on_due_day, unit, length, choices, non_working_day)


def _instant(calendar: WorkingCalendar, start: Start) -> Moment:
	return start.local, start.instant


def _hours(length: int, calendar: WorkingCalendar, start: Start) -> Moment:
	due = start.instant + length
	return london(due), due


def _plain_working_days(
	length: int, moments: MomentsOfDay, calendar: WorkingCalendar, start: Start
) -> Moment:
	return moments[calendar.add(start.day, length)]


def _plain_same_day(moments: MomentsOfDay, calendar: WorkingCalendar, start: Start) -> Moment:
	return moments[calendar.roll_forward(start.day)]


def _on_due_day(
	unit: str, length: int, choices: Choices, non_working_day: str, calendar: WorkingCalendar, start: Start
) -> Moment:
	day = day_zero(choices, calendar, start)
	if unit == "working days":
		due = _add_working_days(choices, calendar, day, length)
	elif unit == "same working day":
		due = start.day if non_working_day == "literal day" else calendar.roll_forward(day)
	elif unit == "calendar days":
		due = _add_calendar_days(choices, day, length)
	else:  # so many working days or as many weeks, whichever ends first
		due = min(
			_add_working_days(choices, calendar, day, length),
			_add_calendar_days(choices, day, weeks_of(length)),
		)
	if non_working_day == "next working day":
		due = calendar.roll_forward(due)
	return moments_of(choices.due_time)[due]


def weeks_of(working_days: int) -> int:
	"""The calendar days that a number of working days takes up in weeks of five, part days rounded up: 5 is 7."""
	return -(-working_days * 7 // 5)


def day_zero(choices: Choices, calendar: WorkingCalendar, start: Start) -> date:
	"""The day from which counting starts: the event's own, or the next working day where the office was closed.

	With an `office_close`, an event on a non-working day moves too, lest Saturday's fall due before Friday evening's.
	"""
	day = start.day
	close = choices.office_close
	if close is None or not start.keeps_office_hours:
		return day
	if start.local.time() >= close or not calendar.is_working_day(day):
		return calendar.add(day, 1)
	return day


def _add_working_days(choices: Choices, calendar: WorkingCalendar, day: date, length: int) -> date:
	if choices.count_event_day:  # the event's day, or the next working day, is day 1
		return calendar.add(calendar.roll_forward(day), length - 1)
	return calendar.add(day, length)


def _add_calendar_days(choices: Choices, day: date, length: int) -> date:
	return day + timedelta(days=length - 1 if choices.count_event_day else length)
