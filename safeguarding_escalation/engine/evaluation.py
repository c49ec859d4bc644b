"""Which clocks run in one epoch, since when, due when, met or ended when.

Clocks are worked out in an order in which each comes after the clocks that cap or start it (`clocks.Program`), so
one pass suffices. The rules are those of the clock table's grammar; see `terms.py` for what a term matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .calendar import WorkingCalendar
from .calendar_history import CalendarHistory
from .clocks import CompiledClock, Program
from .deadline_row import Deadline, Expiry, Origin
from .events import Event, Moment
from .instances import Instance, expand, instances_of, stop_test
from .log import Epoch
from .origins import fallbacks_of, replaced_origins, trigger_of
from .terms import first_match

Capping = Event | Expiry | Deadline | None


class Version(NamedTuple):
	"""A policy version with its calendar, in force always, or from one instant up to another.

	`changes` is the calendar's history where it changed. Instants are microseconds since 1970 UTC, None is open.
	"""

	number: int
	program: Program
	calendar: WorkingCalendar
	changes: CalendarHistory | None = None
	always: bool = True
	begins: int | None = None
	ends: int | None = None

	def in_force(self, instant: int) -> bool:
		"""Whether the version is in force at an instant."""
		return (self.begins is None or instant >= self.begins) and (self.ends is None or instant < self.ends)


class Counted(NamedTuple):
	"""What a count gave: the calendar by which, the policy's own date, and the date after caps."""

	calendar: WorkingCalendar
	policy_due: Moment
	due: Moment
	capping: Capping


class Programme(NamedTuple):
	"""The policy versions of a case, and all their clocks in the order in which to work them out."""

	versions: Sequence[Version]
	clocks: Sequence[tuple[Version, CompiledClock]]


class Evaluation:
	"""The clocks of one epoch: `kept` holds the rows by clock id.

	`moved` says that a date was replaced after it had passed, which may hide a breach: `superseded.py` has to look.
	"""

	__slots__ = ("agencies", "epoch", "kept", "matches", "moved")

	def __init__(self, programme: Programme, epoch: Epoch, agencies: Mapping[str, Sequence[str]]) -> None:
		self.epoch = epoch
		self.agencies = agencies
		self.matches = [version.program.first_matches(epoch.ordered) for version in programme.versions]
		self.kept: dict[str, list[Deadline]] = {}
		self.moved = False
		self._run(programme)

	def _run(self, programme: Programme) -> None:
		reopened = self.epoch.reopened is not None
		for version, clock in programme.clocks:
			if clock.each or clock.sides:
				for instance in self._instances(version, clock):
					self._add_row(version, clock, instance.origin, instance)
				continue
			if clock.simple and not reopened:
				first = self.matches[version.number][clock.slot]
				origin = trigger_of(clock, first, self.epoch, self.kept) if clock.sources else first
			else:
				origin = self._origin(version, clock)
			if origin is not None:
				self._add_row(version, clock, origin, None)

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
		matches = self.matches[version.number]
		origin = trigger_of(clock, matches[clock.slot], self.epoch, self.kept)
		if origin is None:
			origin = next(fallbacks_of(clock, self.epoch, self.kept), None)
		if origin is not None and not self._is_first(version, clock, origin, matches[clock.slot + 3]):
			self._note_replaced(
				version, clock, origin, replaced_origins(clock, origin, self.epoch, self.kept)
			)
		return origin

	def _is_first(self, version: Version, clock: CompiledClock, origin: Origin, first: Event | None) -> bool:
		"""Whether no date can have passed before `origin` set its own; `first` is what could first start the clock.

		A shortcut: a later start never gives a counted clock an earlier date, so the first start answers for all.
		"""
		if self.epoch.reopened is not None or clock.expiry_fallback:
			return False
		if first is origin or first is None:
			return True
		return clock.count is not None and not self._had_passed(version, clock, first, origin)

	def _had_passed(self, version: Version, clock: CompiledClock, other: Origin, origin: Origin) -> bool:
		"""Whether a date that `other` gave the clock, at the earliest that caps allow, had passed at `origin`."""
		own = self._earliest(version, clock, other, origin)
		if own is None:
			return False
		caps = [row.due[1] for row in self.kept.get(clock.clock.cap, ())]
		if clock.clock.protective_cap:
			caps += [moment[1] for _, moment in self.epoch.dated("protective_deadline", clock.clock.stage)]
		if clock.clock.agreed_cap:
			caps += [moment[1] for _, moment in self.epoch.dated("agreed_timescale")]
		return min([own[1], *caps]) < origin.instant

	def _note_replaced(
		self, version: Version, clock: CompiledClock, origin: Origin, replaced: Iterable[Origin]
	) -> None:
		"""Note in `moved` when a date that an earlier origin gave had passed before `origin` replaced it."""
		for other in replaced:
			if self._had_passed(version, clock, other, origin):
				self.moved = True

	def _add_row(
		self, version: Version, clock: CompiledClock, origin: Origin, instance: Instance | None
	) -> None:
		"""Keep the row of one instance, unless it has no date or was ended before it was due."""
		calendar = version.calendar if version.changes is None else version.changes.at(origin.instant)
		policy_due = self._policy_due(calendar, clock, origin)
		if policy_due is None or not (version.always or version.in_force(origin.instant)):
			return
		due: Moment = policy_due
		capping: Capping = None
		if clock.has_caps or isinstance(origin, Expiry):
			due, capping = self._cap(clock, origin, policy_due)
		matches = self.matches[version.number]
		met = matches[clock.slot + 1]
		if instance is not None:
			met = self._stop_of(clock, instance, met)
		ended = matches[clock.slot + 2]
		if self.epoch.endings:
			ended = self._ending(origin, ended)
		if version.changes is not None:
			counted = Counted(calendar, policy_due, due, capping)
			stops = [event.instant for event in (met, ended) if event is not None]
			calendar, policy_due, due, capping = self._recounted(
				version.changes, clock, origin, counted, stops
			)
		if ended is not None:
			if met is not None and met.instant <= ended.instant:
				ended = None
			elif ended.instant <= due[1]:
				return
			else:
				met = None
		name, side = (None, None) if instance is None else (instance.name, instance.side)
		# the tuple itself, without the detour through a named tuple's keywords: every row of every plan passes here
		fields = (clock, calendar, name, side, origin, policy_due, due, capping, met, ended)
		self._keep(tuple.__new__(Deadline, fields))

	def _keep(self, row: Deadline) -> None:
		"""Keep a row; of two policy versions that both start a clock, the one that started it first.

		Versions are worked out in the order in which they came into force, so that is the one kept already.
		"""
		rows = self.kept.get(row.rule.id)
		if rows is None:
			self.kept[row.rule.id] = [row]
		elif all(rival.instance != row.instance for rival in rows):
			rows.append(row)

	def _stop_of(self, clock: CompiledClock, instance: Instance, first: Event | None) -> Event | None:
		"""The first event that meets this instance; `first` is the first that meets any."""
		accepts = stop_test(clock, instance, self.epoch)
		if accepts is None:
			return first
		entry = first_match(clock.stop, self.epoch.entries, accepts)
		return None if entry is None else entry[2]

	def _recounted(
		self,
		changes: CalendarHistory,
		clock: CompiledClock,
		origin: Origin,
		counted: Counted,
		stops: Sequence[int],
	) -> Counted:
		"""The count after each change of the calendar that became known while the clock was open.

		One that was met, ended or past due by then (`stops` are the instants of the first two) keeps its date. None
		moves to a date that had passed when the change became known: nobody could have kept that.
		"""
		for instant, calendar in changes.after(origin.instant):
			if min(counted.policy_due[1], counted.due[1], *stops) <= instant:
				break
			own = self._policy_due(calendar, clock, origin) or counted.policy_due
			due: Moment = own
			capping: Capping = None
			if clock.has_caps or isinstance(origin, Expiry):
				due, capping = self._cap(clock, origin, own)
			if due[1] > instant:
				counted = Counted(calendar, own, due, capping)
		return counted

	def _earliest(
		self, version: Version, clock: CompiledClock, other: Origin, origin: Origin
	) -> Moment | None:
		"""The policy's own date if `other` starts the clock: the earliest by any calendar known before `origin`."""
		if version.changes is None:
			return self._policy_due(version.calendar, clock, other)
		later = [calendar for at, calendar in version.changes.after(other.instant) if at < origin.instant]
		known = (version.changes.at(other.instant), *later)
		dates = [self._policy_due(calendar, clock, other) for calendar in known]
		return min((due for due in dates if due is not None), key=lambda due: due[1], default=None)

	def _policy_due(self, calendar: WorkingCalendar, clock: CompiledClock, origin: Origin) -> Moment | None:
		"""The policy's own date, before caps; None for a case date that nobody gave."""
		if clock.instant_if_immediate_risk and "immediate_risk" in self.epoch.kinds:
			return origin.local, origin.instant
		if clock.count is None:
			return origin.due_moment if isinstance(origin, Event) else None
		return clock.count(calendar, origin)

	def _cap(self, clock: CompiledClock, origin: Origin, own: Moment) -> tuple[Moment, Capping]:
		"""The due moment after caps, and what made it earlier.

		Where the clock started at the expiry of one that was itself due at a cap, it is due at that same instant.
		"""
		due = own
		capping: Capping = None
		if isinstance(origin, Expiry) and origin.source.capping is not None:
			due, capping = (origin.local, origin.instant), origin
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
		dated = self.epoch.dated(kind, stage)
		if not dated:
			return None
		last = dated[-1]
		if any(moment[1] < last[0].instant for _, moment in dated[:-1]):
			self.moved = True
		return last

	def _ending(self, origin: Origin, cancelled: Event | None) -> Event | None:
		"""The first of the event that cancels the clock and the events that end every clock running at their instant."""
		for ending in self.epoch.endings:
			if isinstance(origin, Event):
				runs = ending.order > origin.order
			else:
				runs = ending.instant >= origin.instant
			if runs:
				return ending if cancelled is None or ending.order < cancelled.order else cancelled
		return cancelled
