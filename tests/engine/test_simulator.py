"""The policy simulator: worked cases under a shorter limit, clocks that come and go, stages that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from conftest import at, events_of

from safeguarding_escalation.engine import Policy, PolicyError, WorkingCalendar, load_policy
from safeguarding_escalation.engine.calendar_history import CalendarHistory
from safeguarding_escalation.engine.local_targets import with_local_targets
from safeguarding_escalation.engine.simulator import PastCase, Replayed, Simulation, simulate

NOW = at("2025-05-30T12:00")
PARTIES = {"raising": ("Trust",), "responding": ("Council",)}
REDBRIDGE = load_policy("redbridge-2022")
CLOCK = "RB.S1.RESOLVE"
SHORTER = REDBRIDGE.replace_clock(CLOCK, length=3)
ALONE = REDBRIDGE.replace(clocks=[row for row in REDBRIDGE.to_dict()["clocks"] if row["id"] == CLOCK])


def calendar(policy: Policy) -> CalendarHistory:
	return CalendarHistory(policy.nation, closures=policy.closures, weekend=policy.weekend)


def case(reference: str, rows: list[Any], stage: int = 1, policy: Policy = REDBRIDGE) -> PastCase:
	return PastCase(reference, stage, [(None, policy)], [calendar(policy)], events_of(rows), PARTIES)


def settled(reference: str, spoken: str, resolved: str) -> PastCase:
	"""A case raised on Mon 3 March 2025, talked about and resolved at Stage 1."""
	return case(
		reference,
		[
			("disagreement", "2025-03-03T09:00", {"stage": 1}),
			("concern_raised", "2025-03-03T10:00"),
			("discussed", spoken, {"stage": 1, "side": "responding", "two_way": True}),
			("resolved", resolved, {"stage": 1}),
		],
	)


# RB.S1.RESOLVE runs five working days from the escalation, Mon 3 March: due Mon 10; three days: due Thu 6.
CASES = [
	settled("EX-1", "2025-03-03T11:00", "2025-03-05T17:00"),  # Wed 5: in time under both
	settled("EX-2", "2025-03-03T11:00", "2025-03-06T23:59"),  # Thu 6, before midnight: in time under both
	settled("EX-3", "2025-03-03T11:00", "2025-03-07T09:00"),  # Fri 7: late under three days
	settled("EX-4", "2025-03-03T11:00", "2025-03-10T16:00"),  # Mon 10: late under three days
	settled("EX-5", "2025-03-03T11:00", "2025-03-11T09:00"),  # Tue 11: late under both
]


def replayed(draft: Policy, cases: list[PastCase] = CASES, now: datetime = NOW) -> Simulation:
	return simulate(cases, draft, calendar(draft), now)


def of_clock(found: Simulation, clock: str = CLOCK) -> dict[str, Replayed]:
	return {row.reference: row for row in found.rows if row.clock == clock}


def test_exactly_these_turn_late_under_a_shorter_limit() -> None:
	found = replayed(SHORTER)
	rows = of_clock(found)
	assert {reference for reference, row in rows.items() if row.turned_late} == {"EX-3", "EX-4"}
	assert not any(row.turned_in_time for row in found.rows)
	assert rows["EX-5"].before is not None
	assert rows["EX-5"].before.status == "met_late"
	assert {row.change for row in rows.values()} == {"moved"}
	due = {
		(f"{row.before.due_at:%d %b}", f"{row.after.due_at:%d %b}")
		for row in rows.values()
		if row.before and row.after
	}
	assert due == {("10 Mar", "06 Mar")}
	total = found.total()
	# The raising lead owes the escalation at the moment at which the limit expires (4.5): that comes sooner too.
	turned = {(row.reference, row.clock) for row in found.rows if row.turned_late}
	assert turned == {(case, clock) for case in ("EX-3", "EX-4") for clock in (CLOCK, "RB.S2.ESCALATE")}
	assert (total.turned_late, total.turned_in_time, found.cases) == (4, 0, 5)
	assert total.late_after - total.late_before == 4


def test_the_same_policy_changes_nothing() -> None:
	found = replayed(REDBRIDGE)
	assert {row.change for row in found.rows} == {"same"}
	assert found.load_before == found.load_after
	assert found.relabelled == {}
	total = found.total()
	assert (total.clocks_before, total.late_before) == (total.clocks_after, total.late_after)


def test_a_longer_limit_turns_late_ones_in_time() -> None:
	found = replayed(REDBRIDGE.replace_clock(CLOCK, length=8))
	turned = {(row.reference, row.clock) for row in found.rows if row.turned_in_time}
	assert turned == {("EX-5", CLOCK), ("EX-5", "RB.S2.ESCALATE")}
	assert found.total().turned_in_time == 2


def test_sums_by_stage_and_by_who_owes() -> None:
	found = replayed(SHORTER)
	assert found.by_stage()[1].turned_late == 4
	late = {who: tally.turned_late for who, tally in found.by_party().items() if tally.turned_late}
	# RESOLVE is owed by both leads, ESCALATE by the raising lead: two cases each
	assert late == {("raising lead", "Trust"): 4, ("responding lead", "Council"): 2}


def test_a_clock_that_only_one_of_them_has() -> None:
	without = ALONE.replace(clocks=[])
	then = [
		PastCase(past.reference, 1, [(None, ALONE)], [calendar(ALONE)], past.events, PARTIES)
		for past in CASES
	]
	gone = replayed(without, then)
	assert {row.change for row in gone.rows} == {"gone"}
	assert {row.reference for row in gone.rows if row.turned_in_time} == {"EX-5"}
	history = [
		PastCase(past.reference, 1, [(None, without)], [calendar(without)], past.events, PARTIES)
		for past in CASES
	]
	new = replayed(ALONE, history)
	assert {row.change for row in new.rows} == {"new"}
	assert {row.reference for row in new.rows if row.turned_late} == {"EX-5"}


def test_a_case_whose_stage_the_draft_lacks_is_listed_and_not_dropped() -> None:
	at_four = case(
		"EX-9",
		[("concern_raised", "2025-03-03T10:00"), ("stage_started", "2025-03-04T10:00", {"stage": 4})],
		4,
	)
	short = REDBRIDGE.replace(stages=[row for row in REDBRIDGE.to_dict()["stages"] if row["number"] < 4])
	found = replayed(short, [*CASES, at_four])
	assert [(row.reference, row.stages, row.why) for row in found.not_replayed] == [("EX-9", (4,), "")]
	assert found.cases == 5


def test_a_case_that_cannot_be_planned_says_why() -> None:
	broken = case("EX-8", [("concern_raised", "2075-03-03T10:00")])
	found = replayed(REDBRIDGE, [broken, *CASES])
	assert [row.reference for row in found.not_replayed] == ["EX-8"]
	assert "horizon" in found.not_replayed[0].why
	assert found.cases == 5


def test_a_draft_that_cannot_run_is_refused_at_once() -> None:
	with pytest.raises(PolicyError, match="circle"):
		replayed(REDBRIDGE.replace_clock(CLOCK, cap=CLOCK))


def test_stages_of_other_names_are_replayed_by_number_and_named() -> None:
	other = load_policy("buckinghamshire")
	found = replayed(other)
	assert found.relabelled == {1: (REDBRIDGE.stage_label(1), other.stage_label(1))}
	assert {row.change for row in found.rows} <= {"new", "gone"}


def days(load: dict[date, int]) -> Iterator[tuple[str, int]]:
	return ((f"{day:%d %b}", count) for day, count in sorted(load.items()))


def test_the_alert_load_by_day() -> None:
	"""One clock alone: due Mon 10; due soon Fri 7, due today Mon 10, overdue Tue 11, then every three working days."""
	shorter = ALONE.replace_clock(CLOCK, length=3)
	open_case = case(
		"EX-7",
		[("disagreement", "2025-03-03T09:00", {"stage": 1}), ("concern_raised", "2025-03-03T10:00")],
		policy=ALONE,
	)
	found = replayed(shorter, [open_case], now=at("2025-03-18T12:00"))
	before = dict(days(found.load_before))
	assert before == {"07 Mar": 1, "10 Mar": 1, "11 Mar": 1, "14 Mar": 1}
	after = dict(days(found.load_after))
	assert after == {"05 Mar": 1, "06 Mar": 1, "07 Mar": 1, "12 Mar": 1, "17 Mar": 1}
	met = replayed(ALONE, [settled("EX-6", "2025-03-03T11:00", "2025-03-07T07:00")], now=NOW)
	assert sum(met.load_after.values()) == 0, "met before the first rung is said"


def test_local_targets_are_kept_apart() -> None:
	with_targets = with_local_targets(load_policy("4lsab-2023"), 5)
	late = case(
		"EX-4L",
		[("concern_raised", "2025-03-03T10:00"), ("stage_started", "2025-03-20T10:00", {"stage": 2})],
		2,
		with_targets,
	)
	found = replayed(with_targets, [late])
	assert found.total().late_before == 0
	assert found.local_targets().late_before == 2
	assert found.by_stage() == {}


def test_each_party_s_own_clock_is_its_own() -> None:
	policy = with_local_targets(load_policy("4lsab-2023"), 5).replace_clock(
		"LOCAL.S1", each="party", kind="maximum", owed_by="raising lead, responding lead, chair"
	)
	rows = [("concern_raised", "2025-03-03T10:00")]
	found = replayed(policy, [case("EX-P", rows, policy=policy)])
	assert {row.owing for row in found.rows if row.clock == "LOCAL.S1"} == {
		(("raising lead", "Trust"),),
		(("responding lead", "Council"),),
	}
	assert sorted(row.number for row in found.rows if row.clock == "LOCAL.S1") == [1, 2]
	assert set(found.by_party()) == {("raising lead", "Trust"), ("responding lead", "Council")}


def test_who_is_of_no_side_is_named_by_the_role() -> None:
	policy = REDBRIDGE.replace_clock(CLOCK, owed_by="chair")
	found = replayed(policy, [CASES[0]])
	assert of_clock(found)["EX-1"].owing == (("chair", ""),)
	nobody = REDBRIDGE.replace_clock(CLOCK, owed_by="")
	assert of_clock(replayed(nobody, [CASES[0]]))["EX-1"].owing == ()


def test_working_days_are_the_draft_s() -> None:
	closed = SHORTER.replace(closures=["2025-03-05"])
	row = of_clock(replayed(closed))["EX-2"]
	assert row.after is not None
	assert f"{row.after.due_at:%d %b}" == "07 Mar"
	assert WorkingCalendar.for_policy(closed) == calendar(closed).latest
