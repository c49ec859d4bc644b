"""What becomes of each open clock when something happens to the case: which stay, end and start, with their dates.

Two plans of one case are compared, the one that is and the one that would be. Pure; for what people are shown before
they confirm, and for the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from .deadline_row import RUNNING, Deadline

STAYS, MOVES, ENDS, STARTS = "stays", "moves", "ends", "starts"
_OPEN = (*RUNNING, "not_started")


class Fate(NamedTuple):
	"""One clock: what becomes of it, with the date before and after; None where it has none."""

	what: str
	deadline: Deadline
	old: datetime | None
	new: datetime | None


def fates(before: Iterable[Deadline], after: Iterable[Deadline], now: datetime) -> list[Fate]:
	"""The fate of every clock that is open at `now` (aware) in either plan: those that were open first, then new ones.

	Raises EventError for a naive `now`.
	"""
	was = {_key(row): row for row in before if row.status(now) in _OPEN}
	then = {_key(row): row for row in after if row.status(now) in _OPEN}
	found = []
	for key, row in was.items():
		heir = then.get(key)
		if heir is None:
			found.append(Fate(ENDS, row, row.due_at, None))
		else:
			found.append(Fate(STAYS if heir.due == row.due else MOVES, heir, row.due_at, heir.due_at))
	return found + [Fate(STARTS, row, None, row.due_at) for key, row in then.items() if key not in was]


def _key(row: Deadline) -> tuple[str, str | None]:
	return row.clock, row.instance
