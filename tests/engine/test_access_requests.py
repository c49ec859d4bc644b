"""The answer to a subject access request is due a calendar month after it came, by the ICO's rule."""

from datetime import date

import pytest

from safeguarding_escalation.engine import WorkingCalendar
from safeguarding_escalation.engine.access_requests import due_on

ENGLAND = WorkingCalendar("ENG")


@pytest.mark.parametrize(
	("received", "due"),
	[
		("2025-03-11", "2025-04-11"),  # a Friday
		("2025-09-03", "2025-10-03"),  # the ICO's own example of a corresponding date
		("2025-03-31", "2025-04-30"),  # April has no 31st
		("2024-01-31", "2024-02-29"),  # leap year
		("2025-01-31", "2025-02-28"),
		("2025-11-30", "2025-12-30"),
		("2025-03-12", "2025-04-14"),  # 12 April is a Saturday
		("2025-03-18", "2025-04-22"),  # Good Friday, a weekend, Easter Monday
		("2025-11-25", "2025-12-29"),  # Christmas, Boxing Day, a weekend
		("2025-03-15", "2025-04-15"),  # received on a Saturday: counts from that day
	],
)
def test_one_month(received, due):
	assert due_on(date.fromisoformat(received), ENGLAND) == date.fromisoformat(due)


@pytest.mark.parametrize(
	("received", "due"),
	[
		("2025-03-11", "2025-06-11"),
		("2025-11-30", "2026-03-02"),  # 28 February is a Saturday
		("2025-01-26", "2025-04-28"),  # 26 April is a Saturday
	],
)
def test_two_months_more_are_counted_from_the_start_too(received, due):
	assert due_on(date.fromisoformat(received), ENGLAND, extended=True) == date.fromisoformat(due)
