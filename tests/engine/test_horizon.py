"""How far the bank holidays reach."""

from __future__ import annotations

from datetime import date

import holidays
import pytest

from safeguarding_escalation.engine import WorkingCalendar
from safeguarding_escalation.engine.calendar import NATIONS, PROCLAIMED_THROUGH
from safeguarding_escalation.engine.horizon import horizon, package_reach


@pytest.mark.parametrize("nation", NATIONS)
def test_the_package_reaches_as_far_as_the_calendar(nation: str) -> None:
	found = horizon(WorkingCalendar(nation))
	assert (found.nation, found.proclaimed, found.reach) == (nation, PROCLAIMED_THROUGH, date(2060, 12, 31))
	assert not found.is_short_of(PROCLAIMED_THROUGH)
	assert found.is_short_of(date(2028, 1, 1))
	assert not found.ends_before(date(2060, 12, 31))


def test_a_calendar_that_ends_earlier_bounds_both() -> None:
	found = horizon(WorkingCalendar("ENG", last=date(2026, 6, 30)))
	assert (found.proclaimed, found.reach) == (date(2026, 6, 30), date(2026, 6, 30))
	assert found.ends_before(date(2026, 7, 1))


def test_a_package_that_gives_up_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
	real = holidays.country_holidays

	def short(country: str, subdiv: str, years: range) -> object:
		return real(country, subdiv=subdiv, years=[year for year in years if year < 2030])

	monkeypatch.setattr(holidays, "country_holidays", short)
	assert package_reach("ENG", 2026) == date(2029, 12, 31)
