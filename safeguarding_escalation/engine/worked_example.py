"""Worked example dates: what a policy's clocks come to if it all starts on a day that somebody picks.

Events are invented and given to the same `plan` that works on cases; nothing is kept. A case opens at ten in the
morning, London time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .calendar import WorkingCalendar
from .deadline_row import Deadline
from .deadlines import plan
from .events import Event, localise
from .policy import Policy
from .schema import Clock
from .terms import Term, parse_term
from .validator_words import DATED_KINDS

OPENS = time(10)
# Events of an agreed date get one a week on: the policy gives none, so the example has to.
AGREED_IN = timedelta(days=7)
# What begins a case, in the order in which it comes about.
_BEGINNINGS = ("concern_identified", "disagreement", "decision_received", "concern_raised")


@dataclass(frozen=True)
class Example:
	"""One way a clock can start: by `term`, one of its fallbacks if `fallback`; `deadline` is what that comes to.

	`invented` says that the date is one week after the start because the case, not the policy, would set it.
	"""

	clock: str
	term: str
	fallback: bool
	invented: bool
	deadline: Deadline


@dataclass(frozen=True)
class Walk:
	"""A case that takes all the time it has: when each stage starts, and the last deadline of each clock on the way."""

	stages: dict[int, datetime]
	deadlines: dict[str, Deadline]


def opening(start: date) -> datetime:
	"""The moment at which an example begins on a day: ten o'clock in London."""
	return localise(datetime.combine(start, OPENS))


def alone(policy: Policy, clock: Clock, start: date, calendar: WorkingCalendar) -> list[Example]:
	"""Every way in which one clock can start, each happening on `start` by itself; ways that give no date are absent.

	Raises PolicyError where the policy's clocks cannot run, CalendarError outside the calendar's horizon.
	"""
	found = []
	for fallback, texts in ((False, clock.trigger), (True, clock.fallback)):
		for text in texts:
			term = parse_term(text)
			events = _events_for(policy, term, clock, opening(start))
			rows = [row for row in plan(policy, events, calendar) if row.clock == clock.id]
			if rows:
				found.append(Example(clock.id, text, fallback, term.kind in DATED_KINDS, rows[0]))
	return found


def _events_for(policy: Policy, term: Term, clock: Clock, at: datetime, depth: int = 0) -> list[Event]:
	"""The fewest events that start a clock by a term; for an expiry, what starts the clock that must expire."""
	if not term.source:
		return [event_of(term, clock.stage, at)]
	source = next((row for row in policy.clocks if row.id == term.source), None)
	if source is None or not source.trigger or depth > len(policy.clocks):
		return []
	return _events_for(policy, parse_term(source.trigger[0]), source, at, depth + 1)


def event_of(term: Term, stage: int, at: datetime) -> Event:
	"""An invented event that a term matches, at the term's lowest stage, failing that the clock's own."""
	return Event(
		term.kind,
		at=at,
		stage=term.low if term.low > 0 else stage or 1,
		side=term.side or None,
		to=term.to or None,
		two_way=True if term.two_way else None,
		due_at=at + AGREED_IN if term.kind in DATED_KINDS else None,
	)


def in_sequence(policy: Policy, start: date, calendar: WorkingCalendar) -> Walk:
	"""A case that begins on `start` and enters each stage on the last day on which no clock is broken.

	A stage into which no clock leads is entered on the day of the one before. Raises as `alone`.
	"""
	at = opening(start)
	events = [Event(kind, at=at, stage=1) for kind in _BEGINNINGS]
	starts: dict[int, datetime] = {}
	kept: dict[str, Deadline] = {}
	rows: list[Deadline] = []
	for stage in sorted(stage.number for stage in policy.stages):
		if stage > 1:
			at = max(at, _last_day(rows, stage, at))
			events.append(Event("stage_started", at=at, stage=stage))
		starts[stage] = at
		events += _happening(policy, stage, at)
		rows = plan(policy, events, calendar)
		kept |= {row.clock: row for row in rows}
	return Walk(starts, {clock.id: kept[clock.id] for clock in policy.clocks if clock.id in kept})


def _happening(policy: Policy, stage: int, at: datetime) -> list[Event]:
	"""What else happens as a stage starts, where a clock counts from it: a talk, or the Chair's receipt."""
	wanted = {
		term.kind
		for clock in policy.clocks
		for term in map(parse_term, clock.trigger)
		if term.kind in ("discussed", "received") and term.low == stage
	}
	return [
		Event(kind, at=at, stage=stage, two_way=True if kind == "discussed" else None)
		for kind in sorted(wanted)
	]


def _last_day(rows: Iterable[Deadline], stage: int, at: datetime) -> datetime:
	"""Ten o'clock on the first day on which a limit falls due that entering `stage` would meet; else `at`."""
	due = [
		row.due_at.date()
		for row in rows
		if row.kind == "maximum"
		and any(term.kind == "stage_started" and term.covers(stage) for term in row.rule.stop)
		and row.met is None
	]
	return opening(min(due)) if due else at
