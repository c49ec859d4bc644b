"""Which stage a case had reached at an instant, and when it reached each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .events import Event
from .log import effective_events

ENTERING = ("concern_raised", "stage_started", "reopened")


def stage_at(events: Iterable[Event], moment: datetime) -> int:
	"""The stage reached at an aware `moment`, 1 before anything: what `stage=None` means for an event then."""
	reached = 1
	for event in effective_events(events):
		if event.at > moment:
			break
		if event.kind == "stage_started":
			reached = max(reached, event.stage or reached)
		elif event.kind == "reopened":
			reached = event.stage or reached
	return reached


def stages_reached(events: Iterable[Event]) -> dict[int, datetime]:
	"""The first instant at which each stage was entered, of effective events."""
	found: dict[int, datetime] = {}
	for event in _entries(events):
		found.setdefault(event.stage or 1, event.at)
	return found


def levels_reached(events: Iterable[Event]) -> dict[str, datetime]:
	"""The first instant at which each level inside a stage was entered, of effective events."""
	found: dict[str, datetime] = {}
	for event in _entries(events):
		if event.level:
			found.setdefault(event.level, event.at)
	return found


def _entries(events: Iterable[Event]) -> list[Event]:
	return [event for event in sorted(events, key=lambda event: event.order) if event.kind in ENTERING]
