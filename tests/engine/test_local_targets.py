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
	assert [clock.stage for clock in added if clock.stage] == stages
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


@pytest.mark.parametrize(
	("policy", "targets"),
	[
		("redbridge-2022", ["LOCAL.ACTION", "LOCAL.CHECK", "LOCAL.REVIEW"]),
		("stockport", ["LOCAL.ACTION", "LOCAL.CHECK"]),  # ST.REVIEW is the policy's own
	],
)
def test_what_was_agreed_with_a_date_has_one_where_the_policy_has_no_clock_for_it(
	policy: str, targets: list[str]
) -> None:
	made = with_local_targets(load_policy(policy), 5)
	assert [clock.id for clock in made.clocks if clock.kind == "local target" and not clock.stage] == targets


def test_each_agreed_action_runs_to_its_own_date_until_it_is_done_or_checked() -> None:
	policy = with_local_targets(load_policy("redbridge-2022"), 5)
	monday = datetime(2025, 3, 3, 9, tzinfo=LONDON)

	def happened(kind: str, day: int, about: str, due: int | None = None) -> Event:
		until = monday.replace(day=due) if due else None
		return Event(kind, at=monday.replace(day=day), stage=1, relates_to=about, due_at=until)

	events = [
		happened("action_agreed", 3, "Action 1", 10),
		happened("action_agreed", 3, "Action 2", 12),
		happened("check_set", 3, "Action 1", 20),
		happened("action_done", 6, "Action 1"),
	]
	found = {
		(row.clock, row.instance): (row.due_at.day, row.met_at is not None)
		for row in plan(policy, events, WorkingCalendar.for_policy(policy))
		if row.kind == "local target"
	}
	assert found == {
		("LOCAL.ACTION", "Action 1"): (10, True),
		("LOCAL.ACTION", "Action 2"): (12, False),
		("LOCAL.CHECK", "Action 1"): (20, False),
	}
