"""A draft policy tried on past cases: what would have been due when, who would have been late, how much be said.

Pure: events stay as they happened, only the policy changes. People would have acted otherwise under other dates, so
this says what the draft would have asked of what was done, not what would have been done. Stages are taken by their
numbers; a case that reached one which the draft lacks is not replayed, and is listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from .alerts import repeat, rungs
from .calendar_history import CalendarHistory
from .deadline_row import Deadline
from .deadlines import Calendars, PolicyHistory, plan
from .errors import EngineError
from .events import LONDON, Event, instant_of
from .parties import agency_of
from .policy import Policy
from .quiet import ANY_EVENING, Hours

LATE = ("met_late", "missed", "overdue")
SAME, MOVED, NEW, GONE = "same", "moved", "new", "gone"
Key = TypeVar("Key")
# Limits of the policy; local targets and preferences are nobody's breach.
LIMIT = "maximum"


@dataclass(frozen=True)
class PastCase:
	"""One case as it was: the history of policies and calendars that it ran under, its whole log, its agencies.

	`policies` and `calendars` are as `plan` takes them, `parties` the agencies on each side, `stage` the stage reached.
	"""

	reference: str
	stage: int
	policies: PolicyHistory
	calendars: Calendars
	events: Sequence[Event]
	parties: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
	"""What came of a clock under one policy, at the instant of asking: `status` as in `Deadline.status`."""

	due_at: datetime
	status: str
	met_at: datetime | None = None

	@property
	def late(self) -> bool:
		"""Whether the limit passed unmet, whatever happened afterwards."""
		return self.status in LATE


@dataclass(frozen=True)
class Replayed:
	"""One clock of one case under the policy that it ran under (`before`) and under the draft (`after`).

	Either is None where only the other has the clock. `owing` says who owes the step: (role, agency), the agency ''
	where the role is none of a side. `number` tells several instances of one clock in a case apart, from 1; 0 for one.
	"""

	reference: str
	clock: str
	label: str
	kind: str
	stage: int
	number: int
	owing: tuple[tuple[str, str], ...]
	before: Outcome | None
	after: Outcome | None

	@property
	def change(self) -> str:
		"""same, moved, new or gone."""
		if self.before is None:
			return NEW
		if self.after is None:
			return GONE
		return SAME if instant_of(self.before.due_at) == instant_of(self.after.due_at) else MOVED

	@property
	def turned_late(self) -> bool:
		"""Whether it would have been late under the draft, and was not (or was no clock)."""
		return _late(self.after) and not _late(self.before)

	@property
	def turned_in_time(self) -> bool:
		"""Whether it was late, and would not have been (or would have been no clock)."""
		return _late(self.before) and not _late(self.after)


def _late(outcome: Outcome | None) -> bool:
	return outcome is not None and outcome.late


@dataclass(frozen=True)
class NotReplayed:
	"""A case that the draft cannot take, with the stages that it reached and the draft lacks, or why not."""

	reference: str
	stages: tuple[int, ...] = ()
	why: str = ""


@dataclass
class Tally:
	"""Clocks and late ones under both policies, and how many turned."""

	clocks_before: int = 0
	clocks_after: int = 0
	late_before: int = 0
	late_after: int = 0
	turned_late: int = 0
	turned_in_time: int = 0
	moved: int = 0

	def add(self, row: Replayed) -> None:
		"""Count one clock."""
		self.clocks_before += row.before is not None
		self.clocks_after += row.after is not None
		self.late_before += _late(row.before)
		self.late_after += _late(row.after)
		self.turned_late += row.turned_late
		self.turned_in_time += row.turned_in_time
		self.moved += row.change == MOVED


@dataclass
class Simulation:
	"""Everything that a run gives. `load_before` and `load_after` count alerts by London date."""

	rows: list[Replayed] = field(default_factory=list)
	not_replayed: list[NotReplayed] = field(default_factory=list)
	relabelled: dict[int, tuple[str, str]] = field(default_factory=dict)
	load_before: Counter[date] = field(default_factory=Counter)
	load_after: Counter[date] = field(default_factory=Counter)
	cases: int = 0

	def limits(self) -> list[Replayed]:
		"""The rows of policy limits, of which somebody can be late."""
		return [row for row in self.rows if row.kind == LIMIT]

	def total(self) -> Tally:
		"""All limits together."""
		return _sum(self.limits())

	def by_stage(self) -> dict[int, Tally]:
		"""The limits by stage; 0 is the whole case."""
		return dict(sorted(_tallied((row.stage, row) for row in self.limits()).items()))

	def by_party(self) -> dict[tuple[str, str], Tally]:
		"""The limits by (role, agency) that owed the step; a step that two owe counts for both."""
		return dict(sorted(_tallied((who, row) for row in self.limits() for who in row.owing).items()))

	def local_targets(self) -> Tally:
		"""The local targets, kept apart: they are no policy."""
		return _sum(row for row in self.rows if row.kind == "local target")


def _sum(rows: Iterable[Replayed]) -> Tally:
	total = Tally()
	for row in rows:
		total.add(row)
	return total


def _tallied(keyed: Iterable[tuple[Key, Replayed]]) -> dict[Key, Tally]:
	found: dict[Key, Tally] = {}
	for key, row in keyed:
		found.setdefault(key, Tally()).add(row)
	return found


def simulate(
	cases: Iterable[PastCase],
	draft: Policy,
	calendar: CalendarHistory,
	now: datetime,
	hours: Hours = ANY_EVENING,
) -> Simulation:
	"""Replay past cases under `draft`, whose working days are `calendar`; statuses and alerts are those at `now`.

	Raises PolicyError for a draft whose clocks cannot run. A case whose own log or dates cannot be planned, under
	either, is not replayed and says why.
	"""
	draft.program
	result = Simulation()
	known = {stage.number for stage in draft.stages}
	for case in cases:
		lacking = tuple(sorted(_stages(case) - known))
		if lacking:
			result.not_replayed.append(NotReplayed(case.reference, lacking))
			continue
		try:
			before = plan(case.policies, case.events, case.calendars, parties=case.parties)
			after = plan(draft, case.events, calendar, parties=case.parties)
		except EngineError as problem:
			result.not_replayed.append(NotReplayed(case.reference, why=str(problem)))
			continue
		result.cases += 1
		result.rows.extend(_compared(case, before, after, now))
		current = _in_force(case.policies, now)
		_note_labels(result.relabelled, current, draft, _stages(case))
		result.load_before.update(_spoken(before, current, now, hours))
		result.load_after.update(_spoken(after, draft, now, hours))
	return result


def _stages(case: PastCase) -> set[int]:
	"""The stages that a case reached, by its log and by what it says itself."""
	started = {event.stage for event in case.events if event.kind == "stage_started" and event.stage}
	return started | ({case.stage} if case.stage else set())


def _in_force(policies: PolicyHistory, now: datetime) -> Policy:
	begun = [policy for since, policy in policies if since is None or since <= now]
	return begun[-1]


def _note_labels(
	found: dict[int, tuple[str, str]], current: Policy, draft: Policy, stages: Iterable[int]
) -> None:
	"""Note the stages that have another name in the draft: they were replayed by their number."""
	for number in stages:
		names = (current.stage_label(number), draft.stage_label(number))
		if names[0] != names[1]:
			found.setdefault(number, names)


def _compared(
	case: PastCase, before: Sequence[Deadline], after: Sequence[Deadline], now: datetime
) -> Iterator[Replayed]:
	"""The clocks of both plans side by side, in the order of the old plan, then what only the draft has."""
	old, new = _by_key(before), _by_key(after)
	numbers: Counter[str] = Counter()
	counts = Counter(clock for clock, _ in old | new)
	for key in old | new:
		row = new.get(key) or old[key]
		numbers[row.clock] += 1
		yield Replayed(
			reference=case.reference,
			clock=row.clock,
			label=row.label,
			kind=row.kind,
			stage=row.stage,
			number=numbers[row.clock] if counts[row.clock] > 1 else 0,
			owing=_owing(row, case.parties),
			before=_outcome(old.get(key), now),
			after=_outcome(new.get(key), now),
		)


def _by_key(rows: Iterable[Deadline]) -> dict[tuple[str, str], Deadline]:
	return {(row.clock, row.instance or ""): row for row in rows}


def _outcome(row: Deadline | None, now: datetime) -> Outcome | None:
	return None if row is None else Outcome(row.due_at, row.status(now), row.met_at)


def _owing(row: Deadline, parties: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
	"""Who owes a step: each role with the agencies of its side, or the one agency whose clock it is."""
	own = agency_of(parties, row)
	found: list[tuple[str, str]] = []
	for word in (part.strip() for part in row.owed_by.split(",")):
		side = word.partition(" ")[0]
		if own:
			found += [(word, own)] if side == row.party_side else []
		elif word:
			found += [(word, agency) for agency in parties.get(side, ())] or [(word, "")]
	return tuple(found)


def _spoken(rows: Iterable[Deadline], policy: Policy, now: datetime, hours: Hours) -> Counter[date]:
	"""How many alerts fall on each day: every rung of every clock up to when it was met or ended, or up to `now`."""
	days: Counter[date] = Counter()
	for row in rows:
		until = min(instant_of(moment) for moment in (row.met_at, row.ended_at, now) if moment)
		days.update(at.astimezone(LONDON).date() for at in _rung_times(row, policy, hours, until))
	return days


def _rung_times(row: Deadline, policy: Policy, hours: Hours, until: int) -> Iterator[datetime]:
	for rung in rungs(row, policy, row.calendar, hours):
		if instant_of(rung.at) < until:
			yield rung.at
	number = 1
	again = repeat(row, policy, row.calendar, number, hours)
	while again is not None and instant_of(again.at) < until:
		yield again.at
		number += 1
		again = repeat(row, policy, row.calendar, number, hours)
