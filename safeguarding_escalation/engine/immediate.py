"""Immediate risk: whether it stands, who has been told, what was jumped over for it, and whom an alert goes to.

It never waits (decision 4): its alerts ignore quiet hours, days and digests, and are due for every policy, whether or
not it has a clock for it. Who is told follows Redbridge 4.1, the only words that the boards have: "a manager and/or
safeguarding lead" of who sees the risk; once the concern is raised, the other side's lead too, whose decision it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .events import Event, instant_of
from .parties import PARTY_SIDES
from .schema import Terms
from .stages import ENTERING

RECORDED, TOLD, ACTIONS, PASSED = "immediate_risk", "told", "safety_actions", "risk_passed"
# What its alerts are keyed by, as a clock's are: this clock, the event's id, the instant, this rung.
CLOCK, RUNG = "IMMEDIATE", "immediate_risk"


@dataclass(frozen=True)
class Risk:
	"""An immediate risk that stands: the event that recorded it, and who has been told since the last one passed."""

	event: Event
	told: tuple[Event, ...] = ()

	@property
	def since(self) -> datetime:
		"""When it was recorded."""
		return self.event.at


@dataclass(frozen=True)
class Warned:
	"""An alert that an immediate risk is recorded: due at once. `to` are recipient words, as a rung has them."""

	instance: str
	due_at: datetime
	to: Terms
	clock: str = field(default=CLOCK, init=False)
	rung: str = field(default=RUNG, init=False)


@dataclass(frozen=True)
class Skipped:
	"""A stage that was jumped over: the event that did it, and on what ground ('' where none is on record)."""

	stage: int
	by: Event
	ground: str = ""


def standing(events: Iterable[Event]) -> Risk | None:
	"""The immediate risk that stands after effective `events`; None where there is none, or it has passed.

	Whoever was told before the risk was written down counts: one rings first.
	"""
	risk: Event | None = None
	told: list[Event] = []
	for event in sorted(events, key=lambda event: event.order):
		if event.kind == RECORDED:
			risk = risk or event
		elif event.kind == TOLD:
			told.append(event)
		elif event.kind == PASSED:
			risk, told = None, []
	return Risk(risk, tuple(told)) if risk else None


def passed_at(events: Sequence[Event]) -> datetime | None:
	"""When an immediate risk was last recorded as passed; None while one stands, and where there was none."""
	found = [event.at for event in events if event.kind == PASSED]
	recorded = any(event.kind == RECORDED for event in events)
	return max(found, key=instant_of) if found and recorded and standing(events) is None else None


def warned(events: Iterable[Event], raised: bool) -> tuple[Warned, ...]:
	"""The alerts of each immediate risk on record, oldest first. Until it is `raised` a case is its own side's alone."""
	return tuple(
		Warned(event.id or "", event.at, recipients(event.side, raised))
		for event in sorted(events, key=lambda event: event.order)
		if event.kind == RECORDED
	)


def recipients(side: str | None, raised: bool) -> Terms:
	"""Whom an immediate risk recorded by `side` is said to: its lead, their line manager and the safeguarding leads of
	its agencies; then the other side's lead. Where the board records it, both sides stand first.
	"""
	own = (side,) if side in PARTY_SIDES else PARTY_SIDES if raised else ("raising",)
	words = ("{} lead", "line manager of {} lead", "safeguarding lead of {} side")
	found = [word.format(each) for each in own for word in words]
	if raised:
		found += [f"{each} lead" for each in PARTY_SIDES if each not in own]
	return tuple(found)


def skipped(events: Iterable[Event]) -> tuple[Skipped, ...]:
	"""The stages that were jumped over, in order, each with the event that jumped and the ground on record by then."""
	found: list[Skipped] = []
	reached, known = 0, set[str]()
	entered: set[int] = set()
	for event in sorted(events, key=lambda event: event.order):
		known.add(event.kind)
		if event.kind in ENTERING:
			number = event.stage or 1
			ground = _ground(known)
			found += [Skipped(stage, event, ground) for stage in range(reached + 1, number)]
			entered.add(number)
			reached = max(reached, number)
	return tuple(one for one in found if one.stage not in entered)


def _ground(known: Collection[str]) -> str:
	if RECORDED in known:
		return "immediate risk"
	return "significant policy issue" if "policy_issue" in known else ""
