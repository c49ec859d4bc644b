"""The stretches of time in which a case was in one state, at one stage, with one board: what returns count.

A case that is reopened begins another spell; the earlier ones stay as they were. So what stood at the end of any
period can be counted at any later time, from dates alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .calendar import WorkingCalendar
from .events import LONDON, Event
from .immediate import Skipped, skipped
from .stages import ENTERING

OPEN, RESOLVED, CLOSED, WITHDRAWN = STATES = ("open", "resolved", "closed", "withdrawn")
# How a spell begins: by an event of the case, or by another board's taking the case.
RAISED, MOVED, REOPENED, TRANSFERRED = "raised", "moved", "reopened", "transferred"
_ENDS = {"resolved": RESOLVED, "closed": CLOSED, "withdrawn": WITHDRAWN}

# When a case changed boards, from which, to which; oldest first.
Transfers = Sequence[tuple[datetime, str, str]]


@dataclass(frozen=True)
class Spell:
	"""One stretch. `to_at` is None for the present one; instants are aware, and `from_at` is part of it.

	`stage` is the stage it stands at, or ended at; `highest` the highest reached by then. `begins` is RAISED, MOVED,
	REOPENED, TRANSFERRED or the state that it begins; `ends` how the next begins, '' while there is none. `came_from` is
	the state before, '' for the first. `skipped` are the stages that its beginning jumped over, `ground` on what
	ground. `working_days` is the time from raising the concern to this resolution; None for every other spell.
	"""

	number: int
	board: str
	state: str
	stage: int
	highest: int
	begins: str
	from_at: datetime
	came_from: str = ""
	to_at: datetime | None = None
	ends: str = ""
	skipped: tuple[int, ...] = ()
	ground: str = ""
	working_days: int | None = None


def spells(
	events: Iterable[Event], calendar: WorkingCalendar, board: str, transfers: Transfers = ()
) -> tuple[Spell, ...]:
	"""The spells of a case by its effective `events`, in order; none for a case that was never raised.

	`board` is the board that has the case now. What happens to a case that is no longer open changes its state only by
	closing or reopening it; a second resolution without a reopening is no further one.
	"""
	ordered = sorted(events, key=lambda event: event.order)
	jumps: dict[int, list[Skipped]] = {}
	for each in skipped(ordered):
		jumps.setdefault(id(each.by), []).append(each)
	found: list[Spell] = []
	for event in ordered:
		spell = _next(found[-1] if found else None, event)
		if spell is not None:
			over = jumps.get(id(event), [])
			ground = (over[0].ground or "reason in the log") if over else ""
			found.append(replace(spell, skipped=tuple(each.stage for each in over), ground=ground))
	return _numbered(_resolutions(_boards(found, board, transfers), calendar))


def _next(last: Spell | None, event: Event) -> Spell | None:
	"""The spell that an event begins after `last`; None where it begins none."""
	stage = event.stage or (last.stage if last else 1)
	if event.kind in ENTERING:
		if last is None:
			return Spell(0, "", OPEN, stage, stage, RAISED, event.at)
		if last.state != OPEN and event.kind != "reopened":
			return None
		begins = MOVED if last.state == OPEN else REOPENED
		return Spell(0, "", OPEN, stage, max(last.highest, stage), begins, event.at, last.state)
	state = _ENDS.get(event.kind, "")
	if last is None or not state or last.state in (CLOSED, WITHDRAWN):
		return None
	if state == RESOLVED and last.state == RESOLVED:
		return None
	return Spell(0, "", state, last.stage, last.highest, state, event.at, last.state)


def _boards(found: Sequence[Spell], board: str, transfers: Transfers) -> list[Spell]:
	"""The spells with the board that had the case, divided where another took it."""
	result: list[Spell] = []
	waiting = list(transfers)
	for number, spell in enumerate(found):
		until = found[number + 1].from_at if number + 1 < len(found) else None
		while waiting and waiting[0][0] <= spell.from_at:
			waiting.pop(0)
		result.append(replace(spell, board=waiting[0][1] if waiting else board))
		while waiting and (until is None or waiting[0][0] < until):
			at, _, new = waiting.pop(0)
			last = result[-1]
			moved = replace(last, board=new, begins=TRANSFERRED, from_at=at, came_from=last.state)
			result.append(replace(moved, skipped=(), ground=""))
	return result


def _resolutions(found: Sequence[Spell], calendar: WorkingCalendar) -> list[Spell]:
	return [
		replace(spell, working_days=_days(calendar, found[0].from_at, spell.from_at))
		if spell.begins == RESOLVED
		else spell
		for spell in found
	]


def _days(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
	return calendar.count(start.astimezone(LONDON).date(), end.astimezone(LONDON).date())


def _numbered(found: Sequence[Spell]) -> tuple[Spell, ...]:
	after = [*found[1:], None][: len(found)]
	return tuple(
		replace(
			spell,
			number=number,
			to_at=following.from_at if following else None,
			ends=following.begins if following else "",
		)
		for number, (spell, following) in enumerate(zip(found, after, strict=True), start=1)
	)
