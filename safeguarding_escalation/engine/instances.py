"""Clocks that run once for each action, review or party: which instances there are, and what may stop each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from .clocks import CompiledClock
from .deadline_row import Origin
from .events import Event
from .log import Epoch
from .origins import fallbacks_of
from .terms import Term, all_matches


@dataclass(frozen=True, slots=True)
class Instance:
	"""One instance: its name, what starts it, the earlier events that this replaced, and whose it is."""

	name: str | None
	origin: Origin
	replaced: tuple[Event, ...] = ()
	side: str | None = None
	agency: str | None = None


def instances_of(clock: CompiledClock, epoch: Epoch) -> list[Instance]:
	"""One instance for each occurrence of a trigger, failing that of the first fallback that occurred.

	Occurrences that relate to the same matter, or to an earlier occurrence, are one instance governed by the last of
	them. It is named by that matter, else by the event's id, else by its place in the order, from "1".
	"""
	groups: dict[str, list[Event]] = {}
	for number, event in enumerate(_occurrences(clock, epoch), start=1):
		name = event.relates_to if event.relates_to is not None else event.id
		if name is None:
			name = next(str(free) for free in range(number, 2 * number + 1) if str(free) not in groups)
		groups.setdefault(name, []).append(event)
	return [Instance(name, group[-1], tuple(group[:-1])) for name, group in groups.items()]


def _occurrences(clock: CompiledClock, epoch: Epoch) -> list[Event]:
	entries = {entry[0]: entry for term in clock.trigger for entry in all_matches(term, epoch.entries)}
	if not entries:
		fallbacks = fallbacks_of(clock, epoch, {})
		return [origin for origin in fallbacks if isinstance(origin, Event)][:1]
	return [entry[2] for entry in sorted(entries.values(), key=itemgetter(0))]


def expand(
	clock: CompiledClock, instances: Sequence[Instance], agencies: Mapping[str, Sequence[str]]
) -> list[Instance]:
	"""The instances themselves, or one of each for every party that owes the step.

	The parties of a side are the agencies seen on its events, in order; while none is known, the side itself.
	"""
	if not clock.sides:
		return list(instances)
	parties = [(side, agency) for side in clock.sides for agency in agencies.get(side) or (None,)]
	seen = [agency for _, agency in parties]
	result = []
	for instance in instances:
		for side, agency in parties:
			name = agency or side
			if agency is not None and seen.count(agency) > 1:  # one agency on both sides
				name = f"{agency} ({side})"
			full_name = name if instance.name is None else f"{instance.name} {name}"
			result.append(replace(instance, name=full_name, side=side, agency=agency))
	return result


def stop_test(clock: CompiledClock, instance: Instance, epoch: Epoch) -> Callable[[Term, Event], bool] | None:
	"""The test that a stop must pass to meet this instance: the same party, and the same matter where asked."""
	if instance.side is None and not clock.asks_same:
		return None

	def accepts(term: Term, event: Event) -> bool:
		return _same_party(instance, event) and (not term.same or _same_matter(instance, event, epoch))

	return accepts


def _same_party(instance: Instance, event: Event) -> bool:
	if instance.side is None:
		return True
	if event.side is not None and event.side.casefold() != instance.side:
		return False
	return event.agency is None or instance.agency is None or event.agency == instance.agency


def _same_matter(instance: Instance, event: Event, epoch: Epoch) -> bool:
	"""Whether the event relates to what the instance is about, or leaves that open.

	Where the instance itself names no matter, only an event that names another occurrence of its kind is elsewhere.
	"""
	origin = instance.origin
	matter = event.relates_to
	if matter is None or not isinstance(origin, Event):
		return True
	group = (*instance.replaced, origin)
	if any(matter in (member.relates_to, member.id) for member in group):
		return True
	if origin.relates_to is not None:
		return False
	return all(other.id != matter for _, _, other in epoch.entries.get(origin.kind, ()))
