"""A policy's clocks compiled once: terms parsed, references checked, and the order in which to work them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .counting import Choices, Count, count_of
from .errors import PolicyError
from .events import Event
from .schema import CLOCK_KINDS, NON_WORKING_DAY, OCCURRENCES, UNITS, Clock, PolicyData
from .terms import Entry, Term, parse_terms

NUMBERED_UNITS = ("working days", "calendar days", "earlier of working and calendar days", "hours")
SLOTS = 4
HIGHEST_STAGE_KEPT = 9
REOPENABLE_KINDS = ("stage_started", "concern_raised")
COUNTED_SIDES = ("raising", "responding")


@dataclass(frozen=True, slots=True)
class CompiledClock:
	"""A clock ready to run. `sources` are the clocks whose expiry starts it, `stages` what a reopening can replace.

	`count` gives the clock's own due moment, None where the event gives it (case date). `sides` are the sides that run
	an instance for each party; `asks_same` says that a stop asks for the same matter; `feeds` that another clock is
	capped or started by this one, `expiry_fallback` that an expiry is among the fallbacks; `simple` that it has one
	instance, which its first trigger alone can start.
	"""

	clock: Clock
	choices: Choices
	id: str
	length: int | None
	count: Count | None
	trigger: tuple[Term, ...]
	fallback: tuple[Term, ...]
	stop: tuple[Term, ...]
	cancel: tuple[Term, ...]
	sources: tuple[str, ...]
	reopenable: tuple[Term, ...]
	sides: tuple[str, ...]
	last: bool
	each: bool
	asks_same: bool
	has_caps: bool
	feeds: bool
	expiry_fallback: bool
	simple: bool
	slot: int
	instant_if_immediate_risk: bool


# A slot to fill, and the term that fills it.
Watch = tuple[int, Term]


@dataclass(frozen=True, slots=True)
class Program:
	"""The clocks of a policy: `clocks` in the order to work them out, `order` their ids as the policy lists them.

	`watches` says for each kind of event which slots its first occurrence fills. Each clock has four slots, from
	its `slot` on: the first event that triggers, stops or cancels it, and the first that any of its terms, fallbacks
	included, could start it with. One pass over the log fills them all, which is what makes a plan fast. `by_stage`
	holds the watches that cover a stage, with the term only where an event has filters to pass.
	"""

	clocks: tuple[CompiledClock, ...]
	order: tuple[str, ...]
	watches: dict[str, list[Watch]]
	by_stage: dict[tuple[str, int], list[tuple[int, Term | None]]]

	def first_matches(self, ordered: Iterable[Entry]) -> list[Event | None]:
		"""The slots, filled from the entries of an epoch in order."""
		slots: list[Event | None] = [None] * (SLOTS * len(self.clocks))
		by_stage = self.by_stage
		for _, stage, event in ordered:
			watches = by_stage.get((event.kind, stage))
			if watches is None:
				watches = self._watches_at(event.kind, stage)
			for slot, term in watches:
				if slots[slot] is None and (term is None or term.fits(event)):
					slots[slot] = event
		return slots

	def _watches_at(self, kind: str, stage: int) -> list[tuple[int, Term | None]]:
		"""The watches of a kind that cover a stage, kept in `by_stage`."""
		covering = [
			(slot, None if term.plain else term)
			for slot, term in self.watches.get(kind, ())
			if term.covers(stage)
		]
		if stage <= HIGHEST_STAGE_KEPT:  # whatever a log may hold, the table stays small
			self.by_stage[kind, stage] = covering
		return covering


def compile_policy(policy: PolicyData) -> Program:
	"""Compile a policy's clocks; those without a number, where their unit needs one, are left out.

	Raises PolicyError for a bad term, an unknown unit, kind, occurrence or clock, a length below one, a clock listed
	twice, and clocks that wait for each other in a circle.
	"""
	choices = Choices(
		policy.id,
		policy.count_event_day,
		policy.office_close,
		policy.due_time,
		policy.agreed_may_exceed_policy,
	)
	by_id: dict[str, Clock] = {}
	for clock in policy.clocks:
		if clock.id in by_id:
			raise PolicyError(f"{policy.id}: the clock {clock.id} is listed twice.")
		by_id[clock.id] = clock
	modes = policy.modes_that_count
	compiled = {}
	fed = {name for clock in policy.clocks for name in _references(policy.id, clock, by_id)}
	for clock in policy.clocks:
		_check_vocabulary(policy.id, clock)
		compiled[clock.id] = _counting_modes(_compile(clock, choices, clock.id in fed), modes)
	order = evaluation_order({name: needs(clock) for name, clock in compiled.items()})
	numbered = [name for name in order if by_id[name].length or by_id[name].unit not in NUMBERED_UNITS]
	running = tuple(replace(compiled[name], slot=SLOTS * number) for number, name in enumerate(numbered))
	return Program(running, tuple(by_id), _watches(running), {})


def _counting_modes(clock: CompiledClock, modes: tuple[str, ...]) -> CompiledClock:
	"""The clock with terms that know which talks count: one held in a mode that does not neither starts nor meets it."""

	def counted(terms: tuple[Term, ...]) -> tuple[Term, ...]:
		return tuple(
			replace(term, modes=modes, plain=False) if term.kind == "discussed" else term for term in terms
		)

	return replace(
		clock,
		trigger=counted(clock.trigger),
		fallback=counted(clock.fallback),
		stop=counted(clock.stop),
		cancel=counted(clock.cancel),
	)


def _watches(clocks: Iterable[CompiledClock]) -> dict[str, list[Watch]]:
	watches: dict[str, list[Watch]] = {}
	for clock in clocks:
		starts = (*clock.trigger, *clock.fallback)
		for number, terms in enumerate((clock.trigger, clock.stop, clock.cancel, starts)):
			for term in terms:
				watches.setdefault(term.kind, []).append((clock.slot + number, term))
	return watches


def needs(clock: CompiledClock) -> tuple[str, ...]:
	"""The ids of the clocks that must be worked out before this one: its sources and its cap."""
	fallbacks = tuple(term.source for term in clock.fallback if term.source)
	return (*clock.sources, *fallbacks, *((clock.clock.cap,) if clock.clock.cap else ()))


def evaluation_order(dependencies: Mapping[str, Sequence[str]]) -> list[str]:
	"""The keys so ordered that each comes after what it depends on. Raises PolicyError for a circle."""
	order: list[str] = []
	waiting: list[str] = []

	def visit(name: str) -> None:
		if name in waiting:
			circle = " → ".join([*waiting[waiting.index(name) :], name])
			raise PolicyError(
				f"These clocks wait for each other in a circle: {circle}; change a cap or a trigger."
			)
		if name in order or name not in dependencies:
			return
		waiting.append(name)
		for needed in dependencies[name]:
			visit(needed)
		waiting.pop()
		order.append(name)

	for name in dependencies:
		visit(name)
	return order


def _references(policy_id: str, clock: Clock, known: Mapping[str, Clock]) -> list[str]:
	"""The clocks that this clock's cap and expiry terms name. Raises PolicyError for one that does not exist."""
	names = [term.source for term in parse_terms((*clock.trigger, *clock.fallback)) if term.source]
	if clock.cap:
		names.append(clock.cap)
	for name in names:
		if name not in known:
			raise PolicyError(
				f"{policy_id}: clock {clock.id} refers to the clock {name!r}, which does not exist."
			)
	return names


def _check_vocabulary(policy_id: str, clock: Clock) -> None:
	for name, value, allowed in (
		("unit", clock.unit, UNITS),
		("kind", clock.kind, CLOCK_KINDS),
		("occurrence", clock.occurrence, OCCURRENCES),
		("non_working_day", clock.non_working_day, NON_WORKING_DAY),
	):
		if value not in allowed:
			choices = ", ".join(repr(choice) for choice in allowed)
			raise PolicyError(
				f"{policy_id}: clock {clock.id} has the {name} {value!r}; use one of {choices}."
			)
	if clock.length is not None and clock.length < 1:
		raise PolicyError(f"{policy_id}: clock {clock.id} has the length {clock.length}; use 1 or more.")
	if clock.occurrence == "each" and any(term.source for term in parse_terms(clock.trigger)):
		raise PolicyError(
			f"{policy_id}: clock {clock.id} runs once for each event, so no expiry can start it."
		)
	for term in parse_terms((*clock.stop, *clock.cancel)):
		if term.source:
			raise PolicyError(f"{policy_id}: clock {clock.id}: {term.text!r} can start a clock, not end one.")
		if term.kind == "reopened":
			raise PolicyError(f"{policy_id}: clock {clock.id}: a reopening starts clocks anew, it ends none.")


def _compile(clock: Clock, choices: Choices, feeds: bool) -> CompiledClock:
	trigger = _starting_terms(clock, clock.trigger)
	fallback = _starting_terms(clock, clock.fallback)
	stop = parse_terms(clock.stop)
	sides = tuple(side for side in COUNTED_SIDES if clock.each == "party" and side in clock.owed_by)
	count = count_of(clock.unit, clock.length or 0, choices, clock.non_working_day)
	return CompiledClock(
		clock=clock,
		choices=choices,
		id=clock.id,
		length=clock.length,
		count=None if clock.unit == "case date" else count,
		trigger=tuple(term for term in trigger if not term.source),
		fallback=fallback,
		stop=stop,
		cancel=parse_terms(clock.cancel),
		sources=tuple(term.source for term in trigger if term.source),
		reopenable=tuple(term for term in (*trigger, *fallback) if term.kind in REOPENABLE_KINDS),
		sides=sides,
		last=any(term.last for term in trigger),
		each=clock.occurrence == "each",
		asks_same=any(term.same for term in stop),
		has_caps=clock.protective_cap or clock.agreed_cap or bool(clock.cap),
		feeds=feeds,
		expiry_fallback=any(term.source for term in fallback),
		simple=clock.occurrence == "first" and not (sides or fallback or any(term.last for term in trigger)),
		slot=0,
		instant_if_immediate_risk=clock.instant_if_immediate_risk,
	)


def _starting_terms(clock: Clock, texts: tuple[str, ...]) -> tuple[Term, ...]:
	"""The parsed triggers or fallbacks; in a clock of occurrence last each takes its last occurrence."""
	terms = parse_terms(texts)
	return tuple(replace(term, last=True) for term in terms) if clock.occurrence == "last" else terms
