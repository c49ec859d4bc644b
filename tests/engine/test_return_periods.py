"""Quarters and years of a board's returns, by the calendar."""

from datetime import date

import pytest

from safeguarding_escalation.engine import LONDON
from safeguarding_escalation.engine.errors import PolicyError
from safeguarding_escalation.engine.return_periods import (
	ANNUAL,
	QUARTERLY,
	Period,
	due_days,
	ended,
	period_of,
	quarters,
	start_of,
)


@pytest.mark.parametrize(
	("kind", "start", "day", "first", "last"),
	[
		(QUARTERLY, "1 January", date(2026, 2, 3), date(2026, 1, 1), date(2026, 3, 31)),
		(QUARTERLY, "1 January", date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
		(QUARTERLY, "", date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 31)),
		(QUARTERLY, "1 February", date(2026, 1, 31), date(2025, 11, 1), date(2026, 1, 31)),
		(QUARTERLY, "15 march", date(2026, 3, 14), date(2025, 12, 15), date(2026, 3, 14)),
		(ANNUAL, "1 April", date(2026, 3, 31), date(2025, 4, 1), date(2026, 3, 31)),
		(ANNUAL, "", date(2026, 4, 1), date(2026, 4, 1), date(2027, 3, 31)),
	],
)
def test_a_day_lies_in_the_quarter_or_year_of_the_policy(kind, start, day, first, last):
	assert period_of(kind, start, day) == Period(first, last)


@pytest.mark.parametrize("words", ["April", "31 April", "0 April", "1 Aprl", "1.4."])
def test_a_beginning_that_is_no_day_is_refused(words):
	with pytest.raises(PolicyError, match="1 April"):
		start_of(ANNUAL, words)


def test_a_period_is_whole_days_in_london_over_the_change_of_the_clocks():
	period = Period(date(2026, 1, 1), date(2026, 3, 31))
	assert period.begins.isoformat() == "2026-01-01T00:00:00+00:00"
	assert period.ends.isoformat() == "2026-04-01T00:00:00+01:00"
	assert period.begins.tzinfo is LONDON
	assert period.words() == "1 January to 31 March 2026"
	assert Period(date(2025, 4, 1), date(2026, 3, 31)).words() == "1 April 2025 to 31 March 2026"


def test_what_has_ended_since_a_day():
	found = list(ended(QUARTERLY, "1 January", date(2025, 8, 20), date(2026, 4, 1)))
	assert [period.last for period in found] == [date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31)]
	assert list(ended(QUARTERLY, "1 January", date(2026, 1, 1), date(2026, 3, 31))) == []


def test_the_quarters_of_a_year():
	year = period_of(ANNUAL, "1 April", date(2025, 7, 1))
	found = quarters(year)
	assert [part.first for part in found] == [
		date(2025, 4, 1),
		date(2025, 7, 1),
		date(2025, 10, 1),
		date(2026, 1, 1),
	]
	assert found[-1].last == year.last
	assert quarters(Period(date(2025, 4, 1), date(2026, 3, 30))) == ()


@pytest.mark.parametrize(
	("words", "days"),
	[
		("", None),
		("At the next Board", None),
		("20 working days after the quarter", (20, True)),
		("Within 30 days", (30, False)),
		("1 day", (1, False)),
	],
)
def test_when_a_return_is_due_by_the_policys_words(words, days):
	assert due_days(words) == days
