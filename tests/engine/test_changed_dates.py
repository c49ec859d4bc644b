"""The example dates of two versions of a policy beside each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from safeguarding_escalation.engine import PolicyError, WorkingCalendar, load_policy
from safeguarding_escalation.engine.changed_dates import changed_dates

OLD = load_policy("redbridge-2022")
ENGLAND = WorkingCalendar("ENG")
THURSDAY = date(2025, 4, 17)  # before Easter: Good Friday and Easter Monday are bank holidays


def test_example_dates_stand_beside_each_other() -> None:
	new = OLD.replace_clock("RB.S2.RESOLVE", length=7).replace_clock("RB.S1.SPEAK", trigger=("disagreement",))
	found = changed_dates((OLD, ENGLAND), (new, ENGLAND), THURSDAY)
	assert [(row.clock, row.before, row.after) for row in found if row.clock == "RB.S2.RESOLVE"] == [
		# 22, 23, 24, 25, 28 April; two more: 29, 30
		("RB.S2.RESOLVE", "Mon 28 Apr 2025", "Wed 30 Apr 2025")
	]
	assert [row.text for row in found if row.clock == "RB.S1.SPEAK"] == [
		"If the disagreement arises on Thu 17 Apr 2025: due Thu 24 Apr 2025. Before, that started nothing.",
		"If the concern is raised on Thu 17 Apr 2025: nothing is due any more. Before, it was due Thu 24 Apr 2025.",
	]
	# what waits for the changed clock moves with it
	assert {row.clock for row in found} == {"RB.S1.SPEAK", "RB.S2.RESOLVE", "RB.S3.REFER"}


def test_dates_of_chosen_clocks_and_of_a_closure() -> None:
	closed = OLD.replace(closures=["2025-04-22"])
	calendars = (OLD, ENGLAND), (closed, WorkingCalendar.for_policy(closed))
	(row,) = changed_dates(*calendars, THURSDAY, ["RB.S2.RESOLVE"])
	assert row.text == "If Stage 2 starts on Thu 17 Apr 2025: due Tue 29 Apr 2025 instead of Mon 28 Apr 2025."
	assert changed_dates((OLD, ENGLAND), (OLD, ENGLAND), THURSDAY) == []
	without = replace(OLD, clocks=())
	assert changed_dates((OLD, ENGLAND), (without, ENGLAND), THURSDAY, ["RB.IMMEDIATE"])[0].after == ""


def test_clocks_that_cannot_run_are_refused() -> None:
	broken = OLD.replace_clock("RB.S2.RESOLVE", unit="fortnights")
	with pytest.raises(PolicyError):
		changed_dates((OLD, ENGLAND), (broken, ENGLAND), THURSDAY)
