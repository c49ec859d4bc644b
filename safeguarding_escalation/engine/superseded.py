"""Breaches whose date was replaced afterwards. A breach never disappears.

The grammar takes the last protective deadline, the last agreed date, and a trigger rather than its fallback. Read
literally, a date set after an earlier one had passed unmet would cover that up. So the log is replayed event by
event, and a row that was in breach and is no longer so stays in the plan, ended by the event that replaced its date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from .deadline_row import Deadline
from .evaluation import Evaluation, Programme
from .events import Event
from .log import split_epochs

Agencies = Mapping[str, Sequence[str]]


def superseded_rows(
	programme: Programme, ordered: Sequence[Event], agencies: Agencies
) -> Iterator[tuple[Deadline, int, int]]:
	"""The rows that stay of breaches whose date was replaced: (row, number of its epoch, how manieth of its instance).

	Only clocks of kind maximum leave one. A further occurrence that lawfully restarts a counted clock leaves none.
	"""
	counts: Counter[tuple[int, str, str | None]] = Counter()
	before = _replay(programme, ordered[:0], agencies)
	for count, event in enumerate(ordered, start=1):
		after = _replay(programme, ordered[:count], agencies)
		if event.kind != "reopened":  # a reopening ends the earlier epoch's clocks, it replaces no date
			for row in _lost(before, after, event):
				key = (before.epoch.number, row.clock, row.instance)
				counts[key] += 1
				ended = None if row.met is not None else row.ended or event
				yield row._replace(ended=ended), before.epoch.number, counts[key]
		before = after


def _replay(programme: Programme, ordered: Sequence[Event], agencies: Agencies) -> Evaluation:
	return Evaluation(programme, split_epochs(ordered)[-1], agencies)


def _lost(before: Evaluation, after: Evaluation, event: Event) -> Iterator[Deadline]:
	"""The rows that were in breach before `event` and are not so, or not since the same date, after it."""
	for clock_id, rows in before.kept.items():
		for row in rows:
			if row.kind != "maximum" or not row.expires or not _passed(row, event):
				continue
			heirs = [heir for heir in after.kept.get(clock_id, ()) if heir.instance == row.instance]
			if not any(_keeps(heir, row) or _restarted(heir, row, event) for heir in heirs):
				yield row


def _passed(row: Deadline, event: Event) -> bool:
	return row.due[1] < event.instant and row.origin.instant <= event.instant


def _keeps(heir: Deadline, row: Deadline) -> bool:
	return heir.expires and heir.due[1] <= row.due[1]


def _restarted(heir: Deadline, row: Deadline, event: Event) -> bool:
	"""Whether a further event of the same kind restarted a counted clock (`last` in the clock table)."""
	if heir.rule.count is None or not isinstance(row.origin, Event):
		return False
	return heir.origin is event and event.kind == row.origin.kind
