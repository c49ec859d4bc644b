"""Which clocks a case must have, asked of the policy's own words: a second way to what `plan` gives.

`plan` works dates out and may be wrong together with everything that is compared with it. This asks a simpler question
another way: which clocks of the stage reached has something started? It knows no dates, and shares with `plan` only the
grammar of terms and the reading of the log. It demands no more than is certain, so that whatever it misses is a fault.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .clocks import COUNTED_SIDES, NUMBERED_UNITS
from .deadlines import PolicyHistory
from .events import Event, instant_of
from .log import Epoch, effective_events, split_epochs
from .policy import Policy
from .schema import Clock
from .terms import Entry, Term, parse_terms

# A stored deadline: the clock's id and its instance ("" for none).
Key = tuple[str, str]


@dataclass(frozen=True)
class Demand:
	"""A clock that must have a deadline: of one `agency` where it runs for each party, else ''.

	`since` is when the event that starts it happened; `epoch` counts the reopenings before it.
	"""

	clock: str
	label: str
	clause: str
	since: datetime
	agency: str = ""
	epoch: int = 0

	def is_met_by(self, stored: Collection[Key]) -> bool:
		"""Whether one of the stored deadlines is this clock's, whatever its date and whether it has ended."""
		return any(self._is(clock, instance) for clock, instance in stored)

	def _is(self, clock: str, instance: str) -> bool:
		if clock != self.clock or "superseded" in instance:
			return False
		number = instance.rpartition("#")[2] if "#" in instance else "1"
		return number == str(self.epoch + 1) and self.agency in instance


@dataclass(frozen=True)
class _Version:
	policy: Policy
	begins: int | None
	ends: int | None
	alone: bool

	def covers(self, events: Iterable[Event]) -> bool:
		"""Whether the policy was in force at every one of the events, so that whichever starts the clock, it is its own."""
		return self.alone or all(
			(self.begins is None or event.instant >= self.begins)
			and (self.ends is None or event.instant < self.ends)
			for event in events
		)


def demanded(
	policy: Policy | PolicyHistory,
	events: Iterable[Event],
	stage: int,
	parties: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Demand, ...]:
	"""The clocks that a case at `stage` must have deadlines for: its stage's own and those of the whole case.

	`policy` and `parties` are as `plan` takes them. Nothing is demanded of a case that has ended, of a clock that
	something cancels, or of one that only another clock's expiry starts. Raises EventError and PolicyError as `plan`.
	"""
	epoch = split_epochs(effective_events(events))[-1]
	if epoch.endings:
		return ()
	found: dict[tuple[str, str], Demand] = {}
	for version in _versions(policy):
		for clock in version.policy.clocks:
			if clock.stage in (0, stage) and _has_a_date(clock):
				for demand in _demands(clock, version, epoch, parties or {}):
					found.setdefault((demand.clock, demand.agency), demand)
	return tuple(found.values())


def _versions(policy: Policy | PolicyHistory) -> Iterator[_Version]:
	if isinstance(policy, Policy):
		yield _Version(policy, None, None, alone=True)
		return
	ordered = sorted(policy, key=lambda row: (row[0] is not None, instant_of(row[0]) if row[0] else 0))
	starts = [instant_of(since) if since and number else None for number, (since, _) in enumerate(ordered)]
	for number, (_, version) in enumerate(ordered):
		ends = starts[number + 1] if number + 1 < len(starts) else None
		yield _Version(version, starts[number], ends, alone=len(ordered) == 1)


def _has_a_date(clock: Clock) -> bool:
	return bool(clock.length) or clock.unit not in NUMBERED_UNITS


def _demands(
	clock: Clock, version: _Version, epoch: Epoch, parties: Mapping[str, Sequence[str]]
) -> Iterator[Demand]:
	entries = _starting(clock, version.policy, epoch.ordered)
	started = [event for _, _, event in entries]
	if not started or not version.covers(started) or _cancelled(clock, version.policy, epoch.ordered):
		return
	if clock.unit == "case date" and any(event.due_at is None for event in started):
		return
	since = min(started, key=lambda event: event.instant).local
	sides = [side for side in COUNTED_SIDES if clock.each == "party" and side in clock.owed_by]
	agencies = [agency for side in sides for agency in parties.get(side, ())] or [""]
	for agency in agencies:
		yield Demand(clock.id, clock.label or clock.id, clock.clause, since, agency, epoch.number)


def _starting(clock: Clock, policy: Policy, entries: Sequence[Entry]) -> list[Entry]:
	"""The entries that may start a clock: its triggers, failing those its fallbacks."""
	triggers, fallbacks = parse_terms(clock.trigger), parse_terms(clock.fallback)
	if not _by_events_alone(triggers, fallbacks):
		return []
	return _matching(triggers, policy, entries) or _matching(fallbacks, policy, entries)


def _by_events_alone(triggers: Sequence[Term], fallbacks: Sequence[Term]) -> bool:
	"""Whether events alone start a clock; the expiry of another clock is a date, which this does not know."""
	return not any(term.source for term in (*triggers, *fallbacks))


def _matching(terms: Sequence[Term], policy: Policy, entries: Sequence[Entry]) -> list[Entry]:
	return [
		entry
		for entry in entries
		if any(
			term.kind == entry[2].kind
			and term.covers(entry[1])
			and term.fits(entry[2])
			and _counts(entry[2], policy)
			for term in terms
		)
	]


def _counts(event: Event, policy: Policy) -> bool:
	"""Whether a talk was held in a way that counts (SU-A19); a policy that names none counts every talk."""
	modes = policy.modes_that_count
	return event.kind != "discussed" or not modes or event.mode is None or event.mode in modes


def _cancelled(clock: Clock, policy: Policy, entries: Sequence[Entry]) -> bool:
	return bool(_matching(parse_terms(clock.cancel), policy, entries))
