"""Working days as they were known at the time: closures and bank holidays that became known after cases had opened.

A calendar of today alone would move dates that people relied on. So each change of a day has the instant since which
it is known, and a clock is counted anew only by those that became known while it was open (`Evaluation`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from .calendar import WEEKEND, WorkingCalendar, bank_holidays
from .deadline_row import Deadline
from .events import instant_of, require_aware
from .wording import day_text

Days = dict[date, str]


@dataclass(frozen=True)
class CalendarChange:
	"""From `at` (aware) on, `day` is known not to count, or with `closed` False to count again.

	`of_nation` tells a bank holiday, of all the nation's boards, from a closure of one board.
	"""

	at: datetime
	day: date
	name: str
	closed: bool = True
	of_nation: bool = False

	@cached_property
	def instant(self) -> int:
		"""`at` as whole microseconds since 1970 UTC. Raises EventError for a naive one."""
		return instant_of(require_aware(self.at, f"The time since which {self.name} is known"))

	@property
	def known_name(self) -> str:
		"""The day's name for the reason of a date: since when it is known belongs to it."""
		return f"{self.name}, known since {day_text(self.at)}"


class CalendarHistory:
	"""The working-day calendars of one board in the order in which they were known; immutable, built when needed.

	`nation`, `closures` and `weekend` are as in a policy. `known` are the nation's bank holidays as the site last
	looked at them, by day; without it those of the `holidays` package. A day that a change of the nation names is
	what the changes make of it, whatever the package says by now: before the first it was the opposite. The same
	holds for a board's closures, but that a closure of the policy was one before.
	"""

	__slots__ = ("_board", "_built", "_nation", "closures", "instants", "known", "nation", "weekend")

	def __init__(
		self,
		nation: str = "ENG",
		changes: Iterable[CalendarChange] = (),
		*,
		closures: Iterable[date | tuple[date, str]] = (),
		weekend: Iterable[int | str] = WEEKEND,
		known: Mapping[date, str] | None = None,
	) -> None:
		self.nation = nation
		plain = WorkingCalendar(nation, closures=closures, weekend=weekend)
		self.closures, self.weekend = dict(plain.closures), plain.weekend
		self.known = known
		ordered = sorted(changes, key=lambda change: (change.instant, change.day, change.closed, change.name))
		self._nation = [change for change in ordered if change.of_nation]
		self._board = [change for change in ordered if not change.of_nation]
		self.instants = sorted({change.instant for change in ordered})
		self._built: dict[int, WorkingCalendar] = {}

	def at(self, instant: int) -> WorkingCalendar:
		"""The calendar as known at an instant, in microseconds since 1970 UTC."""
		return self.calendar(bisect_right(self.instants, instant))

	def after(self, instant: int) -> Iterator[tuple[int, WorkingCalendar]]:
		"""Each later instant with the calendar known from then on, in order."""
		for number in range(bisect_right(self.instants, instant), len(self.instants)):
			yield self.instants[number], self.calendar(number + 1)

	@property
	def latest(self) -> WorkingCalendar:
		"""The calendar with everything that is known."""
		return self.calendar(len(self.instants))

	def calendar(self, number: int) -> WorkingCalendar:
		"""The calendar after the first `number` instants at which something became known."""
		if number not in self._built:
			until = self.instants[number - 1] if number else None
			self._built[number] = self._build(until)
		return self._built[number]

	def with_weekend(self, weekend: Iterable[int | str]) -> CalendarHistory:
		"""The same history with another weekend."""
		changes = (*self._nation, *self._board)
		closures = self.closures.items()
		return CalendarHistory(self.nation, changes, closures=closures, weekend=weekend, known=self.known)

	def _build(self, until: int | None) -> WorkingCalendar:
		package = bank_holidays(self.nation)
		nation = _applied(package if self.known is None else self.known, self._nation, until)
		named = {change.day for change in self._nation}
		extra = {day: name for day, name in nation.items() if day in named or day not in package}
		return WorkingCalendar(
			self.nation,
			closures=(_applied(self.closures, self._board, until) | extra).items(),
			weekend=self.weekend,
			opened=named | (package.keys() - nation.keys()),
		)


def _applied(days: Mapping[date, str], changes: Iterable[CalendarChange], until: int | None) -> Days:
	"""The days that do not count once the changes up to `until` are known; None is before all of them."""
	found, ordered = dict(days), list(changes)
	# The first change of a day speaks last: what the day was before it is the opposite.
	for change in reversed(ordered):
		if not change.closed:
			found[change.day] = change.name
		elif change.of_nation or change.day not in days:
			found.pop(change.day, None)
	for change in ordered:
		if until is not None and change.instant <= until:
			found.pop(change.day, None)
			if change.closed:
				found[change.day] = change.known_name
	return found


class Shift(NamedTuple):
	"""One clock whose date differs between two plans of a case."""

	before: Deadline
	after: Deadline


def shifts(before: Iterable[Deadline], after: Iterable[Deadline]) -> list[Shift]:
	"""The clocks that stand in both plans and whose date, or policy's own date, moved; in the order of `after`."""
	old = {(row.clock, row.instance): row for row in before}
	pairs = ((old.get((row.clock, row.instance)), row) for row in after)
	return [
		Shift(was, row) for was, row in pairs if was and (was.due[1], was.policy_due[1]) != _dates_of(row)
	]


def _dates_of(row: Deadline) -> tuple[int, int]:
	return row.due[1], row.policy_due[1]
