"""Quiet hours: when ordinary alerts may be said. Times of day are London's; the site's own hours come as `Hours`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from .calendar import WorkingCalendar
from .events import LONDON, instant_of

MORNING = time(8)


@dataclass(frozen=True)
class Hours:
	"""When ordinary alerts may speak on a working day: from `morning`, and before `evening` (None: until midnight)."""

	morning: time = MORNING
	evening: time | None = None


ANY_EVENING = Hours()


def is_quiet(moment: datetime, calendar: WorkingCalendar, hours: Hours = ANY_EVENING) -> bool:
	"""Whether ordinary alerts keep silent: before the morning or from the evening on in London, or no working day."""
	local = moment.astimezone(LONDON)
	early = local.time() < hours.morning or not calendar.is_working_day(local.date())
	return early or _is_evening(local, hours)


def opening(moment: datetime, calendar: WorkingCalendar, hours: Hours = ANY_EVENING) -> datetime:
	"""The first working morning in London on or after the day of a quiet moment; after it, where that is an evening."""
	local = moment.astimezone(LONDON)
	if _is_evening(local, hours):
		return on(calendar.add(local.date(), 1), hours.morning)
	return on(calendar.roll_forward(local.date()), hours.morning)


def presses(due: datetime, now: datetime, calendar: WorkingCalendar, hours: Hours = ANY_EVENING) -> bool:
	"""Whether, in the evening of a working day, something is due that the next morning would say too late."""
	local = now.astimezone(LONDON)
	if not (_is_evening(local, hours) and calendar.is_working_day(local.date())):
		return False
	return not reached(due, now) and reached(due, opening(now, calendar, hours))


def reached(moment: datetime, now: datetime) -> bool:
	"""Whether `moment` has come by `now`, by UTC instants: wall clocks mislead when they go back."""
	return instant_of(moment) <= instant_of(now)


def on(day: date, at: time) -> datetime:
	"""A time of day in London."""
	return datetime.combine(day, at, LONDON)


def _is_evening(local: datetime, hours: Hours) -> bool:
	return hours.evening is not None and local.time() >= hours.evening
