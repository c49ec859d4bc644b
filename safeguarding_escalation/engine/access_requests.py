"""When a subject access request must be answered: UK GDPR Art. 12(3), counted as the ICO counts it."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta

from .calendar import WorkingCalendar

# Art. 12(3): without undue delay and at the latest within one month; two further months where it is complex.
MONTHS, FURTHER_MONTHS = 1, 2


def due_on(starts_on: date, calendar: WorkingCalendar, *, extended: bool = False) -> date:
	"""The last day for the answer to a request whose time began on `starts_on` (receipt counts, whatever the day).

	The corresponding day of the next month, or that month's last day if it has no such day; moved to the next
	working day if it is a weekend or a bank holiday. `extended`: two months more, counted from the start as well.
	Raises CalendarError outside the calendar's horizon.
	"""
	months = MONTHS + FURTHER_MONTHS if extended else MONTHS
	return calendar.roll_forward(starts_on + relativedelta(months=months))
