"""How long the record of an ended case is kept, and how it then stands."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

DEFAULT_YEARS, MOST_YEARS = 8, 100
REVIEW_AHEAD = timedelta(days=90)
HELD, ANONYMISED, DUE, SOON, KEPT = "Legal hold", "Anonymised", "Past its period", "Within 90 days", "Kept"


def years(*given: int | None) -> int:
	"""The period in years: the first of `given` that is one (a board's own, then the site's), else eight.

	Never zero or less: an empty or nonsensical setting must not make every record due at once.
	"""
	return next((each for each in given if each and 0 < each <= MOST_YEARS), DEFAULT_YEARS)


def kept_until(ended_on: date, period_years: int, decided: date | None = None) -> date:
	"""The last day on which the record is kept: the period from its ending, or the later day that was decided.

	A decision lengthens and never shortens. A case that ended on 29 February is kept until 28 February.
	Raises ValueError for a period that is not positive.
	"""
	if period_years <= 0:
		raise ValueError("a retention period is at least one year")
	period = ended_on + relativedelta(years=period_years)
	return max(period, decided) if decided else period


def standing(until: date, today: date, *, held: bool = False, anonymised: bool = False) -> str:
	"""One of the words above, for the review list; a legal hold counts before any date."""
	if anonymised:
		return ANONYMISED
	if held:
		return HELD
	if until < today:
		return DUE
	return SOON if until - today <= REVIEW_AHEAD else KEPT
