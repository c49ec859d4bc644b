"""How far the bank holidays reach that a date in the future is counted with.

Two ends: the last day whose holidays were proclaimed when this version was written, and the last year for which the
`holidays` package answers at all. Beyond the first a date may move by a proclamation, beyond the second it is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import holidays

from .calendar import HORIZON, WorkingCalendar

# Each nation of the United Kingdom has at least this many bank holidays a year; fewer means that the package gave up.
FEWEST = 8


@dataclass(frozen=True)
class Horizon:
	"""For one nation: `proclaimed` is the last day whose holidays are known, `reach` the last day the package covers."""

	nation: str
	proclaimed: date
	reach: date

	def is_short_of(self, day: date) -> bool:
		"""Whether a date on `day` would be counted with holidays that nobody has proclaimed."""
		return day > self.proclaimed

	def ends_before(self, day: date) -> bool:
		"""Whether a date on `day` would be counted without holidays."""
		return day > self.reach


def horizon(calendar: WorkingCalendar) -> Horizon:
	"""The two ends for a calendar, neither later than the calendar's own last day."""
	return Horizon(
		calendar.nation,
		calendar.holidays_through,
		min(package_reach(calendar.nation, calendar.first.year), calendar.last),
	)


def package_reach(nation: str, first_year: int) -> date:
	"""The last day of the last year in a row, from `first_year` on, for which the package has the nation's holidays."""
	years = range(first_year, HORIZON[1].year + 1)
	found = holidays.country_holidays("GB", subdiv=nation, years=years)
	counted = dict.fromkeys(years, 0)
	for day in found:
		counted[day.year] = counted.get(day.year, 0) + 1
	short = [year for year in years if counted[year] < FEWEST]
	return date(short[0] - 1 if short else years[-1], 12, 31)
