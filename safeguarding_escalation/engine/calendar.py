"""Working days: which days count, and counting them.

A working day is a day that is neither in the weekend, nor a bank holiday of the nation, nor a closure of the board
(requirements, X-A2). Bank holidays come from the `holidays` package; the calendar has an explicit horizon and
refuses to count beyond it rather than count every day there as a working day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

import holidays

from .errors import CalendarError
from .policy_fields import WEEKDAYS, weekday_number

HORIZON = (date(2010, 1, 1), date(2060, 12, 31))
PROCLAIMED_THROUGH = date(2027, 12, 31)
NATIONS = ("ENG", "WLS", "SCT", "NIR")
WEEKEND = (5, 6)
ONE_DAY = timedelta(days=1)

Closure = date | tuple[date, str]


class CountingChoices(Protocol):
	"""What `WorkingCalendar.for_policy` reads of a policy."""

	@property
	def nation(self) -> str: ...
	@property
	def closures(self) -> tuple[date, ...]: ...
	@property
	def weekend(self) -> tuple[int, ...]: ...


class WorkingCalendar:
	"""The working days of one nation of the United Kingdom, less a board's closures; immutable.

	`nation` is ENG, WLS, SCT or NIR (England and Wales share their bank holidays). `closures` are dates or (date,
	name) pairs; `weekend` holds numbers from 0, Monday, or English names of days; `opened` are days on which the nation
	has no bank holiday after all, or none yet; `first` and `last` bound the horizon. Calendars of the same content are equal, and building one twice is cheap. Raises CalendarError for an
	unknown nation, weekday or closure, for a week without working days and for an empty horizon.
	"""

	__slots__ = (
		"_closures",
		"_days",
		"_first_ordinal",
		"_reached",
		"add",
		"first",
		"last",
		"nation",
		"opened",
		"weekend",
	)

	def __init__(
		self,
		nation: str = "ENG",
		*,
		closures: Iterable[Closure] = (),
		weekend: Iterable[int | str] = WEEKEND,
		opened: Iterable[date] = (),
		first: date = HORIZON[0],
		last: date = HORIZON[1],
	) -> None:
		if nation not in NATIONS:
			raise CalendarError(
				f"There is no calendar for the nation {nation!r}; use one of {', '.join(NATIONS)}."
			)
		if last < first:
			raise CalendarError(f"The calendar's horizon ends on {last}, before it begins on {first}.")
		self.nation = nation
		self.weekend = _weekend_numbers(weekend)
		self.first = first
		self.last = last
		self.opened = frozenset(opened)
		self._closures = _named_closures(closures)
		self._first_ordinal = first.toordinal()
		self._days, self._reached = _table(nation, self._closures, self.weekend, self.opened, first, last)
		self.add = self._compile_add()

	@classmethod
	def for_policy(cls, policy: CountingChoices) -> WorkingCalendar:
		"""The calendar that a policy's `nation`, `closures` and `weekend` describe, cached."""
		return _cached(policy.nation, tuple(policy.closures), tuple(policy.weekend))

	def with_weekend(self, weekend: Iterable[int | str]) -> WorkingCalendar:
		"""The same calendar with another weekend."""
		return WorkingCalendar(
			self.nation,
			closures=self._closures,
			weekend=weekend,
			opened=self.opened,
			first=self.first,
			last=self.last,
		)

	@property
	def closures(self) -> tuple[tuple[date, str], ...]:
		"""The board's own closures, by date, each with its name."""
		return self._closures

	@property
	def holidays_through(self) -> date:
		"""The last day whose bank holidays were published when this was written.

		Later ones follow the rules in force and may be changed, or added to, by proclamation.
		"""
		return min(PROCLAIMED_THROUGH, self.last)

	def is_working_day(self, day: date) -> bool:
		"""Whether `day` counts. Raises CalendarError outside the horizon."""
		index = self._index(day)
		return self._reached[index] > (self._reached[index - 1] if index else -1)

	def _compile_add(self) -> Callable[[date, int], date]:
		"""`add(day, n)`: the day n working days after `day`, which is day 0; n may be negative.

		Like numpy's busday_offset with roll="backward": Saturday plus 1 is Monday. A closure over the tables, not a
		method, because it is the engine's hot path. Raises CalendarError outside the horizon.
		"""
		days, reached, first_ordinal = self._days, self._reached, self._first_ordinal
		outside = self._outside

		def add(day: date, n: int) -> date:
			index = day.toordinal() - first_ordinal
			if index >= 0:
				try:
					position = reached[index] + n
					if position >= 0:
						return days[position]
				except IndexError:
					pass
			raise outside(day, n)

		return add

	def roll_forward(self, day: date) -> date:
		"""`day` itself if it is a working day, else the next one. Raises CalendarError outside the horizon."""
		index = day.toordinal() - self._first_ordinal
		try:
			# one past the last working day before `day`
			return self._days[self._reached[index - 1] + 1 if index > 0 else -self._index(day)]
		except IndexError:
			raise self._outside(day, 0) from None

	def previous(self, day: date) -> date:
		"""The last working day before `day`. Raises CalendarError outside the horizon."""
		return self.add(day, -1) if self.is_working_day(day) else self.add(day, 0)

	def count(self, start: date, end: date) -> int:
		"""The working days after `start` up to and including `end`; negative if `end` is the earlier.

		So `count(day, add(day, n))` is n. Raises CalendarError outside the horizon.
		"""
		return self._reached[self._index(end)] - self._reached[self._index(start)]

	def name_of(self, day: date) -> str | None:
		"""Why `day` does not count: the bank holiday, the closure or the weekday; None for a working day."""
		if self.is_working_day(day):
			return None
		bank_holidays = _bank_holidays(self.nation, self.first.year, self.last.year)
		name = None if day in self.opened else bank_holidays.get(day)
		return name or dict(self._closures).get(day) or WEEKDAYS[day.weekday()].capitalize()

	def _index(self, day: date) -> int:
		index = day.toordinal() - self._first_ordinal
		if not 0 <= index < len(self._reached):
			raise self._outside(day, 0)
		return index

	def _outside(self, day: date, n: int) -> CalendarError:
		count = f" {n:+d} working days" if n else ""
		return CalendarError(
			f"{day:%d %B %Y}{count} is outside the calendar's horizon, {self.first:%d %B %Y} to "
			f"{self.last:%d %B %Y}; check the date, or build the calendar with an earlier first or a later last day."
		)

	def _key(self) -> tuple[object, ...]:
		return (self.nation, self._closures, self.weekend, self.opened, self.first, self.last)

	def __eq__(self, other: object) -> bool:
		if not isinstance(other, WorkingCalendar):
			return NotImplemented
		return self._key() == other._key()

	def __hash__(self) -> int:
		return hash(self._key())

	def __repr__(self) -> str:
		return (
			f"WorkingCalendar({self.nation!r}, closures={self._closures!r}, weekend={self.weekend!r}, "
			f"opened={sorted(self.opened)!r}, first={self.first!r}, last={self.last!r})"
		)

	def __reduce__(self) -> tuple[object, ...]:
		return (_rebuild, self._key())


def _rebuild(
	nation: str,
	closures: tuple[Closure, ...],
	weekend: tuple[int, ...],
	opened: frozenset[date],
	first: date,
	last: date,
) -> WorkingCalendar:
	"""What pickle and copy call: the tables are shared, so the content is all that travels."""
	return WorkingCalendar(nation, closures=closures, weekend=weekend, opened=opened, first=first, last=last)


def bank_holidays(nation: str) -> dict[date, str]:
	"""The bank holidays of a nation within the horizon, by day, as the `holidays` package that is installed has them.

	Raises CalendarError for an unknown nation.
	"""
	if nation not in NATIONS:
		raise CalendarError(f"There are no bank holidays for the nation {nation!r}.")
	return dict(_bank_holidays(nation, HORIZON[0].year, HORIZON[1].year))


def _weekend_numbers(weekend: Iterable[int | str]) -> tuple[int, ...]:
	numbers = set()
	for day in weekend:
		try:
			numbers.add(weekday_number(day))
		except ValueError:
			raise CalendarError(
				f"The weekend day {day!r} is neither a number from 0 to 6 nor a weekday."
			) from None
	if len(numbers) == len(WEEKDAYS):
		raise CalendarError("A weekend of seven days leaves no working day.")
	return tuple(sorted(numbers))


def _named_closures(closures: Iterable[Closure]) -> tuple[tuple[date, str], ...]:
	named = {}
	for closure in closures:
		day, name = closure if isinstance(closure, tuple) else (closure, "")
		if not isinstance(day, date):
			raise CalendarError(f"The closure {closure!r} is neither a date nor a pair of date and name.")
		named[day.date() if isinstance(day, datetime) else day] = name or "Closed"
	return tuple(sorted(named.items()))


@lru_cache(maxsize=64)
def _cached(nation: str, closures: tuple[Closure, ...], weekend: tuple[int, ...]) -> WorkingCalendar:
	return WorkingCalendar(nation, closures=closures, weekend=weekend)


@lru_cache(maxsize=16)
def _bank_holidays(nation: str, first_year: int, last_year: int) -> dict[date, str]:
	"""The bank holidays of a nation with their names, substitute days included.

	The subdivision is always given: without it the package leaves out Easter Monday and the summer holiday.
	"""
	years = range(first_year, last_year + 1)
	return dict(holidays.country_holidays("GB", subdiv=nation, years=years).items())


@lru_cache(maxsize=64)
def _table(
	nation: str,
	closures: tuple[tuple[date, str], ...],
	weekend: tuple[int, ...],
	opened: frozenset[date],
	first: date,
	last: date,
) -> tuple[list[date], list[int]]:
	"""The working days of the horizon, and for each day of it the position of the last working day reached.

	The position is -1 before the first working day.
	"""
	closed = (_bank_holidays(nation, first.year, last.year).keys() - opened) | {day for day, _ in closures}
	days: list[date] = []
	reached = []
	day = first
	while day <= last:
		if day.weekday() not in weekend and day not in closed:
			days.append(day)
		reached.append(len(days) - 1)
		day += ONE_DAY
	return days, reached
