"""By when each closing duty is owed: by the clock that the same event stops, a date that was agreed, or one people set.

Policies say what is owed before closing and seldom by when. A date is shown with whose it is, and never invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from .case import SETTLED, Case
from .deadline_row import Deadline
from .events import Event
from .needs import epoch, event_term
from .policy import Policy
from .schema import ClosingDuty

DATE_SET = "duty_date_set"
CLOCK, AGREED, PEOPLE, NONE = "clock", "agreed", "people", "none"
# What was agreed with a date, by the event that carries it out.
_AGREED_BY = {"review_held": "review_set", "action_done": "action_agreed"}
_COUNTING = ("maximum", "advisory")


@dataclass(frozen=True)
class ClosingDate:
	"""By when a closing duty is owed, and whose date it is: `CLOCK` with its id, `AGREED`, `PEOPLE`, or `NONE`."""

	source: str
	due_at: datetime | None = None
	clock: str = ""
	clause: str = ""


def closing_dates(
	policy: Policy, case: Case, events: Iterable[Event], deadlines: Iterable[Deadline]
) -> dict[str, ClosingDate]:
	"""The date of each closing duty of the stage at which the case was settled, by the duty's key (`duties.Duty`).

	`deadlines` are the plan's; of those that the duty's event stops in this epoch the earliest unmet one counts, else
	the last that was met. Empty before the case is settled.
	"""
	if case.state not in SETTLED:
		return {}
	current = epoch(events)
	began = next((event.instant for event in current if event.kind == "reopened"), None)
	rows = [row for row in deadlines if row.kind in _COUNTING and _of_epoch(row, began)]
	return {
		f"closing:{row.duty}": _date(row, current, rows)
		for row in policy.all_closing_duties
		if row.from_stage <= case.stage <= row.to_stage
	}


def _of_epoch(row: Deadline, began: int | None) -> bool:
	return began is None or row.origin.instant >= began


def _date(row: ClosingDuty, current: Sequence[Event], deadlines: Sequence[Deadline]) -> ClosingDate:
	kinds = {event_term(term).kind for term in row.satisfied_by if not term.startswith("field ")}
	clocks = [
		clock
		for clock in deadlines
		if clock.ended is None and any(stop.kind in kinds for stop in clock.rule.stop)
	]
	open_first = sorted(clocks, key=lambda clock: (clock.met is not None, clock.due[1]))
	if open_first:
		clock = open_first[0]
		return ClosingDate(CLOCK, clock.due_at, clock.clock, clock.clause)
	wanted = {_AGREED_BY[kind] for kind in kinds if kind in _AGREED_BY}
	agreed = [event.due_at for event in current if event.kind in wanted and event.due_at]
	if agreed:
		return ClosingDate(AGREED, min(agreed))
	names = (row.duty, f"closing:{row.duty}")
	theirs = [event for event in current if event.kind == DATE_SET and event.relates_to in names]
	return ClosingDate(PEOPLE, theirs[-1].due_at) if theirs else ClosingDate(NONE)
