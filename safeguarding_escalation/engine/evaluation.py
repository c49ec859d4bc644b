"""Which clocks run in one epoch, since when, due when, met or ended when.

Clocks are worked out in an order in which each comes after the clocks that cap or start it (`clocks.Program`), so
one pass suffices. The rules are those of the clock table's grammar; see `terms.py` for what a term matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .calendar import WorkingCalendar
from .clocks import CompiledClock
from .counting import own_due
from .deadline_row import Deadline, Expiry, Origin
from .events import Event, Moment
from .instances import Instance, expand, instances_of, stop_test
from .log import Epoch
from .origins import fallbacks_of, replaced_origins, trigger_of
from .terms import first_match

Capping = Event | Expiry | Deadline | None


@dataclass(frozen=True, slots=True)
class Version:
	"""A policy version in force from one instant up to another (microseconds; None is open), with its calendar."""

	calendar: WorkingCalendar
	begins: int | None = None
	ends: int | None = None

	def in_force(self, instant: int) -> bool:
		"""Whether the version is in force at an instant."""
		return (self.begins is None or instant >= self.begins) and (self.ends is None or instant < self.ends)


class Evaluation:
	"""The clocks of one epoch: `kept` holds the rows by clock id.

	`moved` says that a date was replaced after it had passed, which may hide a breach: `superseded.py` has to look.
	"""

	__slots__ = ("agencies", "epoch", "kept", "moved")

	def __init__(self, epoch: Epoch, agencies: Mapping[str, Sequence[str]]) -> None:
		self.epoch = epoch
		self.agencies = agencies
		self.kept: dict[str, list[Deadline]] = {}
		self.moved = False

	def run(self, programme: Iterable[tuple[Version, CompiledClock]]) -> None:
		"""Work out every clock, in the order given."""
		for version, clock in programme:
			if clock.each or clock.sides:
				for instance in self._instances(version, clock):
					self._keep(self._row(version, clock, instance.origin, instance))
				continue
			origin = self._origin(version, clock)
			if origin is not None:
				self._keep(self._row(version, clock, origin, None))

	def _instances(self, version: Version, clock: CompiledClock) -> list[Instance]:
		"""The instances of a clock that runs once for each event or party."""
		if clock.each:
			instances = instances_of(clock, self.epoch)
			for instance in instances:
				self._note_replaced(version, clock, instance.origin, instance.replaced)
		else:
			origin = self._origin(version, clock)
			instances = [] if origin is None else [Instance(None, origin)]
		return expand(clock, instances, self.agencies)

	def _origin(self, version: Version, clock: CompiledClock) -> Origin | None:
		"""What starts the clock: its trigger, else a fallback."""
		epoch = self.epoch
		origin = trigger_of(clock, epoch, self.kept)
		if clock.fallback or clock.last or epoch.reopened is not None:
			if origin is None:
				origin = next(fallbacks_of(clock, epoch, self.kept), None)
			if origin is not None:
				self._note_replaced(version, clock, origin, replaced_origins(clock, origin, epoch))
		return origin

	def _note_replaced(
		self, version: Version, clock: CompiledClock, origin: Origin, replaced: Iterable[Event]
	) -> None:
		"""Note in `moved` when a date that an earlier origin gave had passed before `origin` replaced it."""
		for other in replaced:
			own = self._policy_due(version, clock, other)
			if own is not None and (clock.has_caps or own[1] < origin.instant):
				self.moved = True

	def _keep(self, row: Deadline | None) -> None:
		"""Keep a row; of two policy versions that both start a clock, the one that started it first."""
		if row is None:
			return
		rows = self.kept.setdefault(row.rule.id, [])
		for position, rival in enumerate(rows):
			if rival.instance == row.instance:
				if row.origin.instant < rival.origin.instant:
					rows[position] = row
				return
		rows.append(row)

	def _row(
		self, version: Version, clock: CompiledClock, origin: Origin, instance: Instance | None
	) -> Deadline | None:
		"""The row of one instance; None where it has no date, or was ended before it was due."""
		policy_due = self._policy_due(version, clock, origin)
		if policy_due is None or not version.in_force(origin.instant):
			return None
		due, capping = self._cap(clock, origin, policy_due)
		accepts = None if instance is None else stop_test(clock, instance, self.epoch)
		stop = first_match(clock.stop, self.epoch.entries, accepts)
		met = None if stop is None else stop[2]
		ended = self._ending(clock, origin)
		if ended is not None:
			if met is not None and met.instant <= ended.instant:
				ended = None
			elif ended.instant <= due[1]:
				return None
			else:
				met = None
		name, side = (None, None) if instance is None else (instance.name, instance.side)
		return Deadline(clock, version.calendar, name, side, origin, policy_due, due, capping, met, ended)

	def _policy_due(self, version: Version, clock: CompiledClock, origin: Origin) -> Moment | None:
		"""The policy's own date, before caps; None for a case date that nobody gave."""
		if clock.clock.instant_if_immediate_risk and "immediate_risk" in self.epoch.entries:
			return origin.local, origin.instant
		if clock.unit == "case date":
			return origin.due_moment if isinstance(origin, Event) else None
		return own_due(clock, version.calendar, (origin.local, origin.instant), isinstance(origin, Event))

	def _cap(self, clock: CompiledClock, origin: Origin, own: Moment) -> tuple[Moment, Capping]:
		"""The due moment after caps, and what made it earlier.

		Where the clock started at the expiry of one that was itself due at a cap, it is due at that same instant.
		"""
		due = own
		capping: Capping = None
		if isinstance(origin, Expiry) and origin.source.capping is not None:
			due, capping = (origin.local, origin.instant), origin
		if not clock.has_caps:
			return due, capping
		if clock.clock.agreed_cap:
			agreed = self._last_dated("agreed_timescale", 0)
			if agreed is not None and clock.choices.agreed_may_exceed_policy:
				self.moved = self.moved or own[1] < agreed[0].instant
				due, capping = agreed[1], agreed[0]
			elif agreed is not None and agreed[1][1] < due[1]:
				due, capping = agreed[1], agreed[0]
		if clock.clock.protective_cap:
			protective = self._last_dated("protective_deadline", clock.clock.stage)
			# not later: of two caps at one instant the protective one is named
			if protective is not None and protective[1][1] < due[1] + (capping is not None):
				due, capping = protective[1], protective[0]
		for row in self.kept.get(clock.clock.cap, ()):
			if row.due[1] < due[1]:
				due, capping = row.due, row
		return due, capping

	def _last_dated(self, kind: str, stage: int) -> tuple[Event, Moment] | None:
		"""The last event of this kind and stage (0 is any) that gives a date; notes replaced dates in `moved`."""
		if kind not in self.epoch.entries:
			return None
		last: tuple[Event, Moment] | None = None
		for event, moment in self.epoch.dated(kind, stage):
			if last is not None and last[1][1] < event.instant:
				self.moved = True
			last = event, moment
		return last

	def _ending(self, clock: CompiledClock, origin: Origin) -> Event | None:
		"""The first event that ends the clock unmet: a cancel, or what ends every clock that runs at that instant."""
		entry = first_match(clock.cancel, self.epoch.entries) if clock.cancel else None
		ended = None if entry is None else entry[2]
		for ending in self.epoch.endings:
			if isinstance(origin, Event):
				runs = ending.order > origin.order
			else:
				runs = ending.instant >= origin.instant
			if runs:
				return ending if ended is None or ending.order < ended.order else ended
		return ended
