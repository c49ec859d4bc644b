"""The example dates of two versions of a policy beside each other, for a thing that happens on a day. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from .calendar import WorkingCalendar
from .policy import Policy
from .schema import Clock
from .term_words import term_words
from .wording import date_text, due_text
from .worked_example import Example, alone


@dataclass(frozen=True)
class ChangedDate:
	"""One way in which a clock starts, and what falls due; `before` or `after` is empty where it starts nothing.

	`text` says it in a sentence.
	"""

	clock: str
	how: str
	before: str
	after: str
	text: str


def changed_dates(
	old: tuple[Policy, WorkingCalendar],
	new: tuple[Policy, WorkingCalendar],
	start: date,
	clocks: Collection[str] | None = None,
) -> list[ChangedDate]:
	"""The dates that differ where each clock's starts happen on `start`; of all clocks, or of those named.

	Raises PolicyError where a policy's clocks cannot run, CalendarError outside the calendar's horizon.
	"""
	names = list(dict.fromkeys(clock.id for clock in (*new[0].clocks, *old[0].clocks)))
	found = []
	for name in names if clocks is None else [name for name in names if name in clocks]:
		before, after = (_ways(policy, calendar, name, start) for policy, calendar in (old, new))
		for term in dict.fromkeys((*after, *before)):
			said = _said(name, term, (old[0], before.get(term)), (new[0], after.get(term)), start)
			if said.before != said.after:
				found.append(said)
	return found


def _ways(policy: Policy, calendar: WorkingCalendar, name: str, start: date) -> dict[str, Example]:
	"""Each way in which a clock starts on that day, by its term; none where the policy has no such clock."""
	clock: Clock | None = next((row for row in policy.clocks if row.id == name), None)
	return {way.term: way for way in alone(policy, clock, start, calendar)} if clock else {}


def _said(
	clock: str, term: str, old: tuple[Policy, Example | None], new: tuple[Policy, Example | None], start: date
) -> ChangedDate:
	how = term_words((new if new[1] else old)[0], term)
	before, after = (due_text(way.deadline.due_at) if way else "" for _, way in (old, new))
	when = f"If {how} on {date_text(start)}"
	if not before:
		text = f"{when}: due {after}. Before, that started nothing."
	elif not after:
		text = f"{when}: nothing is due any more. Before, it was due {before}."
	else:
		text = f"{when}: due {after} instead of {before}."
	return ChangedDate(clock, how, before, after, text)
