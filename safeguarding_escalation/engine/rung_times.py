"""When each rung of a ladder speaks for one deadline."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from .calendar import WorkingCalendar
from .deadline_row import Deadline
from .events import LONDON
from .ladder import OVERDUE
from .quiet import Hours, is_quiet, on, opening, presses, reached
from .schema import AlertRung

_INSTANT_UNITS = ("instant", "hours", "case date")
_INSTANT_CAPS = ("protective_deadline", "agreed_timescale")


def is_instant(deadline: Deadline) -> bool:
	"""Whether the due time is a moment that was set, not the end of a counted day (decision 4)."""
	if deadline.capped_by in _INSTANT_CAPS or deadline.rule.clock.unit in _INSTANT_UNITS:
		return True
	return deadline.due_at.time() != deadline.rule.choices.due_time


def time_of(
	row: AlertRung,
	ladder: Collection[AlertRung],
	deadline: Deadline,
	calendar: WorkingCalendar,
	hours: Hours,
) -> datetime | None:
	"""When a rung that is said once speaks; None where this deadline has no such rung.

	What people set as an instant is overdue at that instant. A rung before the due time is never said before its clock
	starts, nor after the due time.
	"""
	if row.days is not None and row.days > 0:
		if row.rung == OVERDUE and is_instant(deadline):
			return deadline.due_at
		at = on(calendar.add(deadline.due_at.date(), row.days), row.at_hour or hours.morning)
		return at if row.urgent else awake(at, calendar, hours)
	day = _day_before(row, ladder, deadline, calendar, hours)
	if day is None:
		return None
	return _not_before_start(on(day, row.at_hour or hours.morning), row, deadline, calendar, hours)


def repeat_time(
	row: AlertRung, deadline: Deadline, calendar: WorkingCalendar, number: int, hours: Hours
) -> datetime:
	"""When the `number`th repetition (from 1) of a rung speaks."""
	days = (row.days or 1) + (number - 1) * (row.repeat_every or 1)
	at = on(calendar.add(deadline.due_at.date(), days), row.at_hour or hours.morning)
	return at if row.urgent else awake(at, calendar, hours)


def times_reached(
	row: AlertRung, deadline: Deadline, calendar: WorkingCalendar, now: datetime, hours: Hours
) -> int:
	"""How often a repeated rung has come by `now`, said or not; 0 before the first time."""
	passed = calendar.count(deadline.due_at.date(), now.astimezone(LONDON).date()) - (row.days or 1)
	number = max(0, passed // (row.repeat_every or 1) + 1)
	if number and not reached(repeat_time(row, deadline, calendar, number, hours), now):
		number -= 1
	return min(number, row.at_most) if row.at_most else number


def awake(at: datetime, calendar: WorkingCalendar, hours: Hours) -> datetime:
	"""`at`, or the next working morning where that is a quiet hour."""
	return opening(at, calendar, hours) if is_quiet(at, calendar, hours) else at


def _day_before(
	row: AlertRung,
	ladder: Collection[AlertRung],
	deadline: Deadline,
	calendar: WorkingCalendar,
	hours: Hours,
) -> date | None:
	"""The working day on which a rung up to the due day is said; None where it does not apply."""
	due = deadline.due_at
	has_morning = calendar.is_working_day(due.date()) and due.time() > hours.morning
	if (row.due_day == "working day" and not has_morning) or (row.due_day == "day off" and has_morning):
		return None
	if row.days is None:
		day = deadline.due_soon_at.astimezone(LONDON).date()
		# On the due day itself another rung says it.
		if day == due.date() and any(other.days == 0 for other in ladder):
			return None
		return day if calendar.is_working_day(day) else calendar.previous(day)
	if row.days == 0:
		return due.date() if has_morning else calendar.previous(due.date())
	return calendar.add(calendar.previous(due.date()), 1 + row.days)


def _not_before_start(
	at: datetime, row: AlertRung, deadline: Deadline, calendar: WorkingCalendar, hours: Hours
) -> datetime | None:
	"""A rung no earlier than its clock's start, and before the due time; None where quiet hours leave no room."""
	if not reached(deadline.starts_at, at):
		at = deadline.starts_at
	if is_quiet(at, calendar, hours) and not (row.urgent or presses(deadline.due_at, at, calendar, hours)):
		later = opening(at, calendar, hours)
		# An afternoon that the site calls evening is better than no word at all.
		at = later if not reached(deadline.due_at, later) else at
		if is_quiet(at, calendar, hours):
			return None
	return None if reached(deadline.due_at, at) else at
