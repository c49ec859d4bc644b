"""From the start of a clock to the policy's own date, before any cap (requirements, X-A1 to X-A7)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from .calendar import WorkingCalendar
from .clocks import CompiledClock
from .events import Moment, instant_of, localise, london

HOUR = 3_600_000_000  # microseconds
MIDNIGHT = time(0)


@lru_cache(maxsize=32768)
def moment_on(day: date, at: time) -> Moment:
	"""The moment of a local time of day in London."""
	moment = localise(datetime.combine(day, at))
	return moment, instant_of(moment)


def own_due(clock: CompiledClock, calendar: WorkingCalendar, start: Moment, by_office_hours: bool) -> Moment:
	"""When the clock is due by its own length, counted from `start`; not for the unit "case date".

	`by_office_hours` says whether the policy's `office_close` may put day 0 off: yes for an event, no for the expiry
	of another clock. Raises CalendarError outside the calendar's horizon.
	"""
	if clock.unit == "instant":
		return start
	if clock.unit == "hours":
		due = start[1] + (clock.length or 0) * HOUR
		return london(due), due
	return moment_on(due_day(clock, calendar, start[0], by_office_hours), clock.choices.due_time)


def due_day(clock: CompiledClock, calendar: WorkingCalendar, start: datetime, by_office_hours: bool) -> date:
	"""The due day of a clock that counts in days, from the London time of its start."""
	length = clock.length or 0
	unit = clock.unit
	day = day_zero(clock, calendar, start, by_office_hours)
	if unit == "working days":
		return _add_working_days(clock, calendar, day, length)
	if unit == "same working day":
		literal = clock.clock.non_working_day == "literal day"
		return start.date() if literal else calendar.roll_forward(day)
	if unit == "calendar days":
		return _add_calendar_days(clock, calendar, day, length)
	# N working days, or the same number of calendar weeks, whichever ends first; part weeks are rounded up.
	return min(
		_add_working_days(clock, calendar, day, length),
		_add_calendar_days(clock, calendar, day, -(-length * 7 // 5)),
	)


def day_zero(clock: CompiledClock, calendar: WorkingCalendar, start: datetime, by_office_hours: bool) -> date:
	"""The day from which counting starts: the event's own, or the next working day where the office was closed.

	With an `office_close`, an event on a non-working day moves too, lest Saturday's fall due before Friday evening's.
	"""
	day = start.date()
	close = clock.choices.office_close
	if close is None or not by_office_hours:
		return day
	if start.time() >= close or not calendar.is_working_day(day):
		return calendar.add(day, 1)
	return day


def _add_working_days(clock: CompiledClock, calendar: WorkingCalendar, day: date, length: int) -> date:
	if clock.choices.count_event_day:  # the event's day, or the next working day, is day 1
		return calendar.add(calendar.roll_forward(day), length - 1)
	return calendar.add(day, length)


def _add_calendar_days(clock: CompiledClock, calendar: WorkingCalendar, day: date, length: int) -> date:
	due = day + timedelta(days=length - 1 if clock.choices.count_event_day else length)
	rolls = clock.clock.non_working_day == "next working day"
	return calendar.roll_forward(due) if rolls else due
