"""How long a record is kept."""

from datetime import date

import pytest

from safeguarding_escalation.engine import retention


@pytest.mark.parametrize(
	("given", "period"),
	[((), 8), ((None, None), 8), ((0, 0), 8), ((-3, 0), 8), ((6, 10), 6), ((0, 10), 10), ((101, 4), 4)],
)
def test_a_period_is_never_zero_or_less(given, period):
	assert retention.years(*given) == period


@pytest.mark.parametrize(
	("ended", "period", "decided", "until"),
	[
		("2017-03-11", 8, None, "2025-03-11"),
		("2016-02-29", 9, None, "2025-02-28"),
		("2016-02-29", 8, None, "2024-02-29"),
		("2017-03-11", 8, "2027-01-01", "2027-01-01"),
		("2017-03-11", 8, "2020-01-01", "2025-03-11"),  # a decision never shortens
	],
)
def test_kept_until(ended, period, decided, until):
	found = retention.kept_until(
		date.fromisoformat(ended), period, date.fromisoformat(decided) if decided else None
	)
	assert found == date.fromisoformat(until)


@pytest.mark.parametrize("period", [0, -1])
def test_no_period_is_refused(period):
	with pytest.raises(ValueError, match="at least one year"):
		retention.kept_until(date(2025, 1, 1), period)


@pytest.mark.parametrize(
	("until", "marks", "standing"),
	[
		("2025-03-10", {}, retention.DUE),
		("2025-03-11", {}, retention.SOON),  # the last day belongs to the period
		("2025-06-09", {}, retention.SOON),  # 90 days
		("2025-06-10", {}, retention.KEPT),
		("2020-01-01", {"held": True}, retention.HELD),
		("2020-01-01", {"held": True, "anonymised": True}, retention.ANONYMISED),
	],
)
def test_how_it_stands(until, marks, standing):
	assert retention.standing(date.fromisoformat(until), date(2025, 3, 11), **marks) == standing
