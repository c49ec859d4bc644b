"""The log of an escalation made ready for the clocks: corrections applied, ordered, split into epochs.

A correction is a new row, never a change (decision 2). A reopening starts a new epoch: in it the clocks run again,
and the earlier epoch's stay as they ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from .errors import EventError
from .events import Event, Moment
from .terms import Entry

ENDING_KINDS = frozenset(("closed", "withdrawn"))


@dataclass(slots=True)
class Epoch:
	"""The events between two reopenings, `ordered`, each with its position and stage. `kinds` are those that
	occur, `with_dates` the entries that carry a due time.

	`reopened` is the entry that began the epoch, None in the first. `endings` are the events that end every clock
	running at their instant: closing, withdrawal and the reopening that begins the next epoch.
	"""

	number: int
	reopened: Entry | None = None
	ordered: list[Entry] = field(default_factory=list)
	kinds: set[str] = field(default_factory=set)
	endings: list[Event] = field(default_factory=list)
	with_dates: list[Entry] = field(default_factory=list)
	by_kind: dict[str, list[Entry]] = field(default_factory=dict)

	@property
	def entries(self) -> dict[str, list[Entry]]:
		"""The entries by kind of event, in order; sorted out when first asked for, since most plans never ask."""
		if not self.by_kind:
			for entry in self.ordered:
				self.by_kind.setdefault(entry[2].kind, []).append(entry)
		return self.by_kind

	def dated(self, kind: str, stage: int = 0) -> list[tuple[Event, Moment]]:
		"""The events of this kind that carry a due time, with it, in order; stage 0 takes those of any stage."""
		if not self.with_dates:
			return []
		return [
			(event, event.due_moment)
			for _, reached, event in self.with_dates
			if event.kind == kind and event.due_moment is not None and (not stage or reached == stage)
		]


def effective_events(events: Iterable[Event]) -> list[Event]:
	"""The events that count, in order: by UTC instant, then `sequence`, then a total tie-break.

	An event with `corrects` takes the place and the id of the event it names, so that what relates to the original
	still does; kind `correction` voids it. Of two corrections of one event the later by (sequence, time) wins, and
	voiding a replacement voids the original too. Raises EventError for an id used twice, a correction of an unknown
	event, a `correction` that names none, and corrections in a circle.
	"""
	ordered = sorted(events, key=_order)
	by_id: dict[str, Event] = {}
	corrected = False
	for event in ordered:
		if event.id is not None:
			if event.id in by_id:
				raise EventError(f"Two events have the id {event.id!r}; give each its own.")
			by_id[event.id] = event
		if event.corrects is not None or event.kind == "correction":
			corrected = True
	return _apply_corrections(ordered, by_id) if corrected else ordered


def _order(event: Event) -> tuple[object, ...]:
	return event.order


def _apply_corrections(ordered: list[Event], by_id: dict[str, Event]) -> list[Event]:
	winners: dict[str, Event] = {}
	for event in ordered:
		if event.corrects is None:
			if event.kind == "correction":
				raise EventError("A correction must name the event that it voids; give its id as `corrects`.")
			continue
		_check_line(event, by_id)
		rival = winners.get(event.corrects)
		if rival is None or (event.sequence, event.order) > (rival.sequence, rival.order):
			winners[event.corrects] = event
	lasting = []
	origin_of: dict[str, str] = {}
	for root in ordered:
		if root.corrects is None:
			final = _follow(root, winners, origin_of)
			if final.kind != "correction":
				lasting.append(final if final is root else replace(final, id=root.id))
	renamed = (
		replace(event, relates_to=origin_of[event.relates_to]) if event.relates_to in origin_of else event
		for event in lasting
	)
	return sorted(renamed, key=_order)


def _check_line(event: Event, by_id: dict[str, Event]) -> None:
	"""Follow a correction back to an original. Raises EventError for an unknown event or a circle."""
	seen = [event]
	current = event
	while current.corrects is not None:
		target = by_id.get(current.corrects)
		if target is None:
			raise EventError(
				f"The event {current.id!r} corrects {current.corrects!r}, which is not in the log."
			)
		if target in seen:
			raise EventError(f"The corrections of the event {target.id!r} run in a circle; void one of them.")
		seen.append(target)
		current = target


def _follow(root: Event, winners: dict[str, Event], origin_of: dict[str, str]) -> Event:
	"""The last event of the line of corrections that begins at `root`; notes the line's ids in `origin_of`."""
	final = root
	while final.id is not None and final.id in winners:
		final = winners[final.id]
		if final.id is not None and root.id is not None:
			origin_of[final.id] = root.id
	return final


def split_epochs(ordered: Sequence[Event]) -> list[Epoch]:
	"""The epochs of ordered events, each event with its stage: its own, or the stage reached so far in the epoch.

	The stage reached is the highest started, or reopened, and 1 before that.
	"""
	reached = 1
	epoch = Epoch(0)
	epochs = [epoch]
	for position, event in enumerate(ordered):
		kind = event.kind
		stage = reached if event.stage is None else event.stage
		entry = (position, stage, event)
		if kind == "stage_started":
			reached = max(reached, stage)
		elif kind == "reopened":
			epoch.endings.append(event)
			reached = stage
			epoch = Epoch(len(epochs), entry)
			epochs.append(epoch)
		elif kind in ENDING_KINDS:
			epoch.endings.append(event)
		epoch.ordered.append(entry)
		epoch.kinds.add(kind)
		if event.due_moment is not None:
			epoch.with_dates.append(entry)
	return epochs


def agencies_by_side(ordered: Iterable[Event]) -> dict[str, list[str]]:
	"""The distinct agencies seen on the events of each side, in order of their first event."""
	seen: dict[str, list[str]] = {}
	for event in ordered:
		if event.side is not None and event.agency is not None:
			agencies = seen.setdefault(event.side.casefold(), [])
			if event.agency not in agencies:
				agencies.append(event.agency)
	return seen
