"""Local targets nudge where a policy has no number, and are never taken for policy."""

from __future__ import annotations

from datetime import datetime

import pytest

from safeguarding_escalation.engine import (
	LONDON,
	Deadline,
	Event,
	PolicyError,
	WorkingCalendar,
	load_policy,
	plan,
)
from safeguarding_escalation.engine.local_targets import CLAUSE, with_local_targets


@pytest.mark.parametrize(
	("policy", "stages"),
	[
		("4lsab-2023", [1, 2, 3, 4]),  # no number anywhere
		("stockport", [1, 2, 4]),  # Stage Three alone has ten working days
		("redbridge-2022", []),
		("buckinghamshire", [1]),  # BU.RESOLVE covers Stage 2 and every later level
		("suffolk-2024", []),
	],
)
def test_only_stages_without_a_counted_maximum_get_one(policy: str, stages: list[int]) -> None:
	with_targets = with_local_targets(load_policy(policy), 5)
	added = [clock for clock in with_targets.clocks if clock.kind == "local target"]
	assert [clock.stage for clock in added] == stages
	assert {clock.clause for clock in added} <= {CLAUSE}


def test_a_target_runs_from_the_last_discussion_and_ends_with_the_stage() -> None:
	policy = with_local_targets(load_policy("4lsab-2023"), 5)
	calendar = WorkingCalendar.for_policy(policy)
	events = [Event("concern_raised", at=datetime(2025, 3, 3, 9, tzinfo=LONDON), stage=1)]

	def target() -> Deadline:
		return {row.clock: row for row in plan(policy, events, calendar)}["LOCAL.S1"]

	assert target().due_at.date().isoformat() == "2025-03-10"  # Mon 3 + 5 working days
	events.append(Event("discussed", at=datetime(2025, 3, 5, 9, tzinfo=LONDON), stage=1))
	assert target().due_at.date().isoformat() == "2025-03-12"  # Wed 5 + 5 working days
	events.append(Event("stage_started", at=datetime(2025, 3, 6, 9, tzinfo=LONDON), stage=2))
	assert target().met_at == events[-1].at
	assert target().kind == "local target"


def test_no_days_is_refused() -> None:
	with pytest.raises(PolicyError, match="Switch local targets off"):
		with_local_targets(load_policy("4lsab-2023"), 0)
