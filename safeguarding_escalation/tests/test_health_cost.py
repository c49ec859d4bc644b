"""What a check of many open cases costs, said at the end of the run."""

from __future__ import annotations

import time

from safeguarding_escalation.services import health_cases
from safeguarding_escalation.tests import figures, sound_site

CASES = 200  # what 2,000 take is ten times as much: cases are read one by one
SAMPLE = 20


def test_what_a_check_of_many_open_cases_costs(world, monkeypatch):
	sound_site.aside()
	sound_site.order(world, monkeypatch)
	made = [sound_site.case(world).name for _ in range(SAMPLE)]
	rows = [health_cases.row_of(name) for name in made]
	pages = [rows * (CASES // SAMPLE), []]
	monkeypatch.setattr(health_cases, "_page", lambda after: pages.pop(0))
	seen = health_cases.Seen()
	began = time.perf_counter()
	wrong = [each for each in health_cases.check(seen) if each.is_wrong]
	took = time.perf_counter() - began
	assert (wrong, seen.cases) == ([], CASES)
	figures.say(
		f"Clock health: {CASES:,} open cases checked in {took:.1f} s, {took / CASES * 1000:.1f} ms a case."
	)
	assert took < 600
