"""Why a deadline has its date: what starts the clock, each day counted or skipped, and what made it earlier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .counting import day_zero, weeks_of
from .deadline_row import Deadline, Expiry
from .events import Event
from .policy_fields import WEEKDAYS

MONTHS = (
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December",
)


@dataclass(frozen=True, slots=True)
class Step:
	"""One step of the count. `number` is the day's number where it is counted, 0 for the start, else None."""

	date: date
	counted: bool
	number: int | None
	text: str


def steps_of(deadline: Deadline) -> tuple[Step, ...]:
	"""The steps that lead from the start of the clock to its due date, in the order in which they apply."""
	steps = [
		_start(deadline),
		*_count(deadline),
		_own_date(deadline),
		*_cap(deadline),
		*_replacement(deadline),
	]
	known = deadline.calendar.holidays_through
	if deadline.due_at.date() > known:
		text = (
			f"Bank holidays after {say_day(known)} follow today's rules and may still change by proclamation."
		)
		steps.append(Step(deadline.due_at.date(), False, None, text))
	return tuple(steps)


def say_day(day: date) -> str:
	"""A day in words: Tuesday 18 March 2025."""
	return f"{WEEKDAYS[day.weekday()].capitalize()} {day.day} {MONTHS[day.month - 1]} {day.year}"


def say_moment(moment: datetime) -> str:
	"""A date and time in words: Tuesday 18 March 2025, 23:59."""
	return f"{say_day(moment)}, {moment:%H:%M}"


def say_event(event: Event) -> str:
	"""What an event is called, with its stage: stage started (Stage 2)."""
	stage = f" (Stage {event.stage})" if event.stage else ""
	return event.kind.replace("_", " ") + stage


def _clause(deadline: Deadline) -> str:
	clause = deadline.clause
	if clause[:1].isdigit():
		clause = f"clause {clause}"
	return f" ({clause})" if clause else ""


def _start(deadline: Deadline) -> Step:
	origin = deadline.origin
	when = say_moment(origin.local)
	if isinstance(origin, Expiry):
		text = (
			f"{when}: {origin.source.label} is due; unless met by then, this clock starts{_clause(deadline)}."
		)
	else:
		text = f"{when}: {say_event(origin)}; the clock starts{_clause(deadline)}."
	return Step(origin.day, False, 0, text)


def _by_immediate_risk(deadline: Deadline) -> bool:
	rule = deadline.rule
	return (
		rule.instant_if_immediate_risk
		and rule.clock.unit != "instant"
		and deadline.policy_due[1] == deadline.origin.instant
	)


def _count(deadline: Deadline) -> Iterator[Step]:
	"""The days from the start to the policy's own due day, each counted or skipped; none where no days count."""
	clock = deadline.rule.clock
	if clock.unit in ("instant", "hours", "case date") or _by_immediate_risk(deadline):
		return
	start = deadline.origin
	zero = day_zero(deadline.rule.choices, deadline.calendar, start)
	if zero != start.day:
		text = (
			f"The office was closed at that time, so {say_day(zero)} takes the place of the day it happened."
		)
		yield Step(zero, False, None, text)
	if clock.unit == "same working day":
		yield from _same_day(deadline, start.day if clock.non_working_day == "literal day" else zero)
	else:
		yield from _numbered_days(deadline, zero)


def _same_day(deadline: Deadline, first: date) -> Iterator[Step]:
	due = deadline.policy_due_at.date()
	for day in _days(first, due):
		if day == due:
			yield Step(day, True, 0, f"{say_day(day)}: the same working day.")
		else:
			yield _skipped(deadline, day)


def _numbered_days(deadline: Deadline, zero: date) -> Iterator[Step]:
	rule = deadline.rule
	total = rule.length or 0
	first = zero if rule.choices.count_event_day else zero + timedelta(days=1)
	days = list(_days(first, deadline.policy_due_at.date()))
	working = [day for day in days if deadline.calendar.is_working_day(day)]
	by_calendar = rule.clock.unit == "calendar days"
	if rule.clock.unit == "earlier of working and calendar days" and len(working) < total:
		by_calendar, total = True, weeks_of(total)
	unit = "day" if by_calendar else "working day"
	number = 0
	for day in days:
		if number == total:
			yield Step(day, False, None, f"{say_day(day)}: after the last day counted, up to a working day.")
		elif by_calendar or day in working:
			number += 1
			yield Step(day, True, number, f"{say_day(day)}: {unit} {number} of {total}.")
		else:
			yield _skipped(deadline, day)


def _days(first: date, last: date) -> Iterator[date]:
	return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _skipped(deadline: Deadline, day: date) -> Step:
	name = deadline.calendar.name_of(day)
	weekday = WEEKDAYS[day.weekday()].capitalize()
	reason = "weekend" if name == weekday else name
	return Step(day, False, None, f"{say_day(day)}: not counted, {reason}.")


def _own_date(deadline: Deadline) -> Step:
	own = deadline.policy_due_at
	clock = deadline.rule.clock
	if _by_immediate_risk(deadline):
		reason = "Immediate risk is recorded, so it is due at once"
	elif clock.unit == "instant":
		reason = "Due at once"
	elif clock.unit == "case date":
		reason = "Due when the case says"
	elif clock.unit == "hours":
		reason = f"Due {clock.length} hours after the start"
	else:
		reason = "Due by the end of the count"
	return Step(own.date(), False, None, f"{reason}: {say_moment(own)}{_clause(deadline)}.")


def _cap(deadline: Deadline) -> Iterator[Step]:
	capping = deadline.capping
	if capping is None:
		return
	if isinstance(capping, Expiry):
		text = f"{capping.source.label} was itself due at a date that was set for the case, so this is due then too"
	elif isinstance(capping, Event):
		text = f"The {say_event(capping)} recorded on {say_moment(capping.local)} sets the date"
	else:
		text = f"{capping.label} is due earlier and may not be passed"
	yield Step(deadline.due_at.date(), False, None, f"{text}: {say_moment(deadline.due_at)}.")


def _replacement(deadline: Deadline) -> Iterator[Step]:
	if deadline.ended is not None:
		text = f"Not met when {say_event(deadline.ended)} ended it on {say_moment(deadline.ended.local)}."
		yield Step(deadline.ended.day, False, None, text)
