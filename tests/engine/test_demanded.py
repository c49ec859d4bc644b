"""Which clocks must be there: worked examples, and that nothing is demanded which the plan does not have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest import event, events_of
from hypothesis import given, settings
from test_properties import logs

from safeguarding_escalation.engine import Event, Policy, WorkingCalendar, load_policy, plan, policy_ids
from safeguarding_escalation.engine.demanded import Demand, demanded
from safeguarding_escalation.engine.local_targets import with_local_targets

PARTIES = {"raising": ["Trust"], "responding": ["Council", "Police"]}
RAISED = [("disagreement", "2025-03-11T10:00", {"stage": 1}), ("concern_raised", "2025-03-12T09:30")]


def clocks(policy: str | Policy, rows: list, stage: int) -> set[str]:
	known = load_policy(policy) if isinstance(policy, str) else policy
	return {demand.clock for demand in demanded(known, events_of(rows), stage)}


def test_what_a_stage_has_started_is_demanded() -> None:
	rows = [*RAISED, ("stage_started", "2025-03-20T10:00", {"stage": 2})]
	assert "RB.S1.SPEAK" in clocks("redbridge-2022", RAISED, 1)
	assert "RB.S2.RESOLVE" not in clocks("redbridge-2022", RAISED, 1)
	second = clocks("redbridge-2022", rows, 2)
	assert "RB.S2.RESOLVE" in second
	assert not {clock for clock in second if clock.startswith("RB.S1")}


def test_a_case_without_events_or_that_has_ended_demands_nothing() -> None:
	assert clocks("redbridge-2022", [], 1) == set()
	assert clocks("redbridge-2022", [*RAISED, ("withdrawn", "2025-03-13T10:00")], 1) == set()


def test_a_policy_without_numbers_demands_only_local_targets() -> None:
	assert clocks("4lsab-2023", RAISED, 1) == set()
	assert clocks(with_local_targets(load_policy("4lsab-2023"), 5), RAISED, 1) == {"LOCAL.S1"}


def test_a_date_that_nobody_gave_and_a_cancelled_clock_are_not_demanded() -> None:
	policy = load_policy("redbridge-2022").replace_clock(
		"RB.S1.SPEAK", unit="case date", length=None, trigger=["review_set"], fallback=[], cap=""
	)
	undated = [*RAISED, ("review_set", "2025-03-12T10:00")]
	dated = [*RAISED, ("review_set", "2025-03-12T10:00", {"due_at": "2025-03-19T10:00"})]
	assert "RB.S1.SPEAK" not in clocks(policy, undated, 1)
	assert "RB.S1.SPEAK" in clocks(policy, dated, 1)
	cancelled = policy.replace_clock("RB.S1.SPEAK", cancel=["discussed"])
	assert "RB.S1.SPEAK" not in clocks(cancelled, [*dated, ("discussed", "2025-03-12T11:00")], 1)


def test_a_talk_held_in_a_way_that_does_not_count_starts_nothing() -> None:
	targets = with_local_targets(load_policy("4lsab-2023").replace(modes_that_count=["phone"]), 5)
	talk = targets.replace_clock("LOCAL.S1", fallback=[])
	assert clocks(talk, [("discussed", "2025-03-12T10:00", {"mode": "email", "stage": 1})], 1) == set()
	assert clocks(talk, [("discussed", "2025-03-12T10:00", {"mode": "phone", "stage": 1})], 1) == {"LOCAL.S1"}


def test_a_clock_of_each_party_is_demanded_of_every_agency() -> None:
	policy = with_local_targets(load_policy("4lsab-2023"), 5).replace_clock("LOCAL.S1", each="party")
	found = demanded(policy, events_of(RAISED), 1, PARTIES)
	assert [demand.agency for demand in found] == ["Trust", "Council", "Police"]
	stored = {
		(row.clock, row.instance or "")
		for row in plan(policy, events_of(RAISED), calendar(policy), parties=PARTIES)
	}
	assert all(demand.is_met_by(stored) for demand in found)
	silent = {key for key in stored if "Police" not in key[1]}
	assert [demand.agency for demand in found if not demand.is_met_by(silent)] == ["Police"]


def calendar(policy: Policy) -> WorkingCalendar:
	return WorkingCalendar.for_policy(policy)


def test_a_reopened_case_needs_the_rows_of_its_new_epoch() -> None:
	rows = [
		*RAISED,
		("resolved", "2025-03-13T10:00"),
		("closed", "2025-03-14T10:00"),
		("reopened", "2025-04-01T10:00", {"stage": 2}),
		("stage_started", "2025-04-01T10:01", {"stage": 2}),
	]
	policy = load_policy("redbridge-2022")
	found = {demand.clock: demand for demand in demanded(policy, events_of(rows), 2)}
	demand = found["RB.S2.RESOLVE"]
	assert demand.epoch == 1
	assert demand.is_met_by({("RB.S2.RESOLVE", "#2")})
	assert not demand.is_met_by({("RB.S2.RESOLVE", "")})
	assert not demand.is_met_by({("RB.S2.RESOLVE", "#2 superseded")})


def test_a_later_version_demands_what_started_under_it() -> None:
	old = load_policy("redbridge-2022")
	new = replace(
		old, id="redbridge-2027", clocks=(*old.clocks, replace(old.clock("RB.S2.RESOLVE"), id="RB.S2.NEW"))
	)
	from_day = event("closed", "2025-03-15T00:00").at
	rows = [*RAISED, ("stage_started", "2025-03-20T10:00", {"stage": 2})]
	history = [(from_day, new), (None, old)]  # in any order
	ids = {demand.clock for demand in demanded(history, events_of(rows), 2)}
	assert {"RB.S2.RESOLVE", "RB.S2.NEW"} <= ids
	early = [*RAISED, ("stage_started", "2025-03-14T10:00", {"stage": 2})]
	assert "RB.S2.NEW" not in {demand.clock for demand in demanded(history, events_of(early), 2)}
	both = [*early, ("stage_started", "2025-03-20T10:00", {"stage": 2})]
	straddling = {demand.clock for demand in demanded(history, events_of(both), 2)}
	assert "RB.S2.RESOLVE" not in straddling, "which of the two starts it decides whose it is: not certain"


@pytest.mark.parametrize("policy_id", policy_ids())
@settings(max_examples=150, deadline=None)
@given(events=logs())
def test_whatever_is_demanded_the_plan_has(policy_id: str, events: list[Event]) -> None:
	policy = with_local_targets(load_policy(policy_id), 5)
	other = policy.replace_clock(policy.clocks[0].id, length=9, unit="working days")
	halfway = event("closed", "2025-04-10T00:00").at
	for known in (policy, [(None, policy)], [(None, policy), (halfway, other)]):
		rows = plan(known, events, calendar(policy), parties=PARTIES)
		stored = {(row.clock, row.instance or "") for row in rows}
		for stage in range(6):
			for demand in demanded(known, events, stage, PARTIES):
				assert demand.is_met_by(stored), (demand, sorted(stored))


def test_a_demand_says_what_it_is() -> None:
	found = demanded(load_policy("redbridge-2022"), events_of(RAISED), 1)
	speak = next(demand for demand in found if demand.clock == "RB.S1.SPEAK")
	assert isinstance(speak, Demand)
	assert (bool(speak.label), bool(speak.clause), speak.since.isoformat()[:10]) == (True, True, "2025-03-12")
