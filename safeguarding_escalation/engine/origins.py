"""What starts a clock: its triggers, and failing those its fallbacks in order, and failing those a reopening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .clocks import CompiledClock
from .deadline_row import Deadline, Expiry, Origin
from .events import Event
from .log import Epoch
from .terms import Entries, Entry, Term, all_matches

Kept = Mapping[str, Sequence[Deadline]]


def trigger_of(clock: CompiledClock, first: Event | None, epoch: Epoch, kept: Kept) -> Origin | None:
	"""The earliest of the clock's triggers, expiries of other clocks included; None while none has occurred.

	`first` is the first event that triggers it.
	"""
	origin: Origin | None = _earliest_of_last(clock.trigger, epoch.entries) if clock.last else first
	for source in clock.sources:
		expiry = _expiry_of(kept.get(source, ()))
		if expiry is not None and (origin is None or expiry.instant < origin.instant):
			origin = expiry
	return origin


def fallbacks_of(clock: CompiledClock, epoch: Epoch, kept: Kept) -> Iterator[Origin]:
	"""What may start the clock while no trigger has: the fallbacks that have occurred, in order, then a reopening."""
	for term in clock.fallback:
		if term.source:
			expiry = _expiry_of(kept.get(term.source, ()))
			if expiry is not None:
				yield expiry
			continue
		matches = all_matches(term, epoch.entries)
		if matches:
			yield matches[-1 if term.last else 0][2]
	if epoch.reopened is not None and _reopens(clock, epoch.reopened):
		yield epoch.reopened[2]


def replaced_origins(clock: CompiledClock, origin: Origin, epoch: Epoch, kept: Kept) -> Iterator[Origin]:
	"""What had started the clock before `origin` took its place, save events that lawfully restart it.

	A further occurrence of one kind restarts a counted clock. Where people set the date, or another clock hangs on
	this one, the date that was replaced has to be looked at.
	"""
	restarts = (
		origin.kind if isinstance(origin, Event) and clock.count is not None and not clock.feeds else ""
	)
	entries = [
		entry for term in (*clock.trigger, *clock.fallback) for entry in all_matches(term, epoch.entries)
	]
	if epoch.reopened is not None and _reopens(clock, epoch.reopened):
		entries.append(epoch.reopened)
	for _, _, event in entries:
		# of two entries of one instant the log's order says which came first
		earlier = event.order < origin.order if isinstance(origin, Event) else event.instant < origin.instant
		if earlier and event.kind != restarts:
			yield event
	for term in clock.fallback:
		expiry = _expiry_of(kept.get(term.source, ()))
		if expiry is not None and expiry.instant < origin.instant:
			yield expiry


def _earliest_of_last(terms: Sequence[Term], entries: Entries) -> Event | None:
	chosen = [matches[-1 if term.last else 0] for term in terms if (matches := all_matches(term, entries))]
	return min(chosen, key=_position)[2] if chosen else None


def _position(entry: Entry) -> int:
	return entry[0]


def _expiry_of(sources: Sequence[Deadline]) -> Expiry | None:
	"""The earliest due moment that passes, or will pass, with its clock unmet; superseded rows are not asked."""
	expiring = [source for source in sources if source.expires]
	if not expiring:
		return None
	source = min(expiring, key=_due_instant) if len(expiring) > 1 else expiring[0]
	return Expiry(source, source.due[1], source.due[0], source.due[0].date())


def _due_instant(deadline: Deadline) -> int:
	return deadline.due[1]


def _reopens(clock: CompiledClock, reopened: Entry) -> bool:
	"""Whether a reopening at its stage stands in for the start of that stage (of Stage 1: for the raising)."""
	stage = reopened[1]
	return any(
		term.covers(stage) if term.kind == "stage_started" else stage == 1 for term in clock.reopenable
	)
