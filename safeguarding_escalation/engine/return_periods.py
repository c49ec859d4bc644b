"""The periods of a board's returns: quarters and years by the policy's own beginning, or any days.

A period is whole days in London, both ends included. The policies say no more than "quarterly" and "annual"; where
their year begins is their `period_start`, 1 January for quarters and 1 April for years where they say nothing.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from .errors import PolicyError
from .events import LONDON

QUARTERLY, ANNUAL, FREE = "quarterly", "annual", "free dates"
_MONTHS = {QUARTERLY: 3, ANNUAL: 12}
_START = {QUARTERLY: "1 January", ANNUAL: "1 April"}
_NAMES = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_DAY = re.compile(r"(\d{1,2})\s+([A-Za-z]+)")
_DUE = re.compile(r"(\d{1,3})\s+(working\s+)?days?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Period:
	"""Days from `first` to `last`, both included."""

	first: date
	last: date

	@property
	def begins(self) -> datetime:
		"""The instant at which it begins: midnight in London."""
		return datetime.combine(self.first, time.min, LONDON)

	@property
	def ends(self) -> datetime:
		"""The first instant after it: midnight in London after its last day."""
		return datetime.combine(self.last + timedelta(days=1), time.min, LONDON)

	def words(self) -> str:
		"""`1 January to 31 March 2026`."""
		year = "" if self.first.year == self.last.year else f" {self.first.year}"
		return f"{self.first.day} {self.first:%B}{year} to {self.last.day} {self.last:%B %Y}"


def start_of(kind: str, words: str) -> tuple[int, int]:
	"""The day and month on which a policy's periods begin. Raises PolicyError for what is no day of the year."""
	found = _DAY.fullmatch((words or _START[kind]).strip())
	month = _NAMES.get(found[2].casefold(), 0) if found else 0
	if not found or not month or not 1 <= int(found[1]) <= 28:
		raise PolicyError(
			f"A return's period begins on a day like “1 April”, at the latest the 28th; not “{words}”."
		)
	return int(found[1]), month


def period_of(kind: str, words: str, day: date) -> Period:
	"""The quarter or year in which `day` lies, by the policy's beginning."""
	first_day, month = start_of(kind, words)
	months = _MONTHS[kind]
	begun = day.year * 12 + day.month - 1 - (day.day < first_day)
	begun -= (begun - (month - 1)) % months
	first = date(begun // 12, begun % 12 + 1, first_day)
	return Period(first, _months_on(first, months) - timedelta(days=1))


def ended(kind: str, words: str, since: date, today: date) -> Iterator[Period]:
	"""The whole periods that have ended before `today` and did not end before `since`, oldest first."""
	period = period_of(kind, words, since)
	while period.last < today:
		yield period
		period = period_of(kind, words, period.last + timedelta(days=1))


def quarters(year: Period) -> tuple[Period, ...]:
	"""The four quarters of a year, in order. Empty for a period that is no year from a day to the same day."""
	if _months_on(year.first, 12) != year.last + timedelta(days=1):
		return ()
	begins = [_months_on(year.first, months) for months in (0, 3, 6, 9, 12)]
	return tuple(Period(first, after - timedelta(days=1)) for first, after in pairwise(begins))


def due_days(words: str) -> tuple[int, bool] | None:
	"""How many days after the period its return is due, and whether working days, from a policy's words; None where
	they give no number (ST-A10, SU-A18: no text, blank until a board sets it).
	"""
	found = _DUE.search(words or "")
	return (int(found[1]), bool(found[2])) if found else None


def _months_on(day: date, months: int) -> date:
	count = day.year * 12 + day.month - 1 + months
	year, month = count // 12, count % 12 + 1
	return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
