"""What boards elsewhere in England practise, as policy data: each date counted by hand, none of it in code.

Easter 2025: Friday 18 and Monday 21 April are bank holidays. The clocks go forward on Sunday 30 March 2025.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from safeguarding_escalation.engine import Clock, Event, Policy, WorkingCalendar, localise, plan
from safeguarding_escalation.engine.implied import records_of
from safeguarding_escalation.engine.local_targets import with_local_targets
from safeguarding_escalation.engine.starters import StageChoice, starter
from safeguarding_escalation.engine.validator import validate


def at(text: str) -> datetime:
	"""A London time."""
	return localise(datetime.fromisoformat(text))


def made(name: str, *stages: tuple[str, str, int | None]) -> Policy:
	"""A policy from its stages alone, which the validator accepts."""
	policy = Policy.from_dict(starter(name, name.title(), [StageChoice(*stage) for stage in stages]))
	assert validate(policy) == []
	return policy


def due(policy: Policy, clock: str, *events: tuple[Any, ...]) -> str:
	"""When a clock falls due, as `Wed 2 Apr 2025 23:59:59`; events are (kind, time, further fields)."""
	log = [Event(kind, at=at(when), **(more[0] if more else {})) for kind, when, *more in events]
	(row,) = [row for row in plan(policy, log, WorkingCalendar.for_policy(policy)) if row.clock == clock]
	return f"{row.due_at:%a} {row.due_at.day} {row.due_at:%b %Y %H:%M:%S}"


SUNDERLAND_AND_DORSET = (
	("Professionals", "Practitioner", 3),
	("Heads of Service", "Head of Service", 1),
	("Directors' decision", "Chief Officer", 1),
)


@pytest.mark.parametrize(
	("stage", "start", "expected"),
	[
		# Sunderland: three working days from the concern
		(1, "2025-06-02T10:00", "Thu 5 Jun 2025 23:59:59"),  # Mon: 3, 4, 5
		(1, "2025-04-17T16:59:59", "Thu 24 Apr 2025 23:59:59"),  # before Easter: 22, 23, 24
		(1, "2025-03-28T10:00", "Wed 2 Apr 2025 23:59:59"),  # Fri before the clock change: 31, 1, 2
		(1, "2025-06-07T09:00", "Wed 11 Jun 2025 23:59:59"),  # a Saturday: 9, 10, 11
		# Dorset: one working day each for the heads of service and for the directors' decision
		(2, "2025-06-05T10:00", "Fri 6 Jun 2025 23:59:59"),
		(2, "2025-04-17T10:00", "Tue 22 Apr 2025 23:59:59"),
		(3, "2025-06-06T10:00", "Mon 9 Jun 2025 23:59:59"),
		(3, "2025-12-24T10:00", "Mon 29 Dec 2025 23:59:59"),  # 25 and 26 December are bank holidays
	],
)
def test_sunderland_and_dorset(stage: int, start: str, expected: str) -> None:
	policy = made("sixth-board", *SUNDERLAND_AND_DORSET)
	kind = "concern_raised" if stage == 1 else "stage_started"
	assert due(policy, f"SIX.S{stage}.RESOLVE", (kind, start, {"stage": stage})) == expected


@pytest.mark.parametrize(
	("start", "expected"),
	[
		("2025-06-02T10:00", "Mon 2 Jun 2025 23:59:59"),
		("2025-06-07T10:00", "Mon 9 Jun 2025 23:59:59"),  # a Saturday: the working day that follows
		("2025-04-18T10:00", "Tue 22 Apr 2025 23:59:59"),  # Good Friday
	],
)
def test_south_tyneside_same_working_day(start: str, expected: str) -> None:
	policy = made("south-tyneside", ("Managers", "Manager", 0), ("Senior managers", "Senior Manager", 0))
	assert due(policy, "SOU.S2.RESOLVE", ("stage_started", start, {"stage": 2})) == expected
	added = [clock.stage for clock in with_local_targets(policy, 5).clocks if clock.kind == "local target"]
	assert not any(added), "a stage that is to be settled on the same day has a number"


def test_cheshire_west_one_working_week_or_less_if_the_adult_needs_it() -> None:
	policy = made("cheshire-west", ("Practitioners", "Practitioner", 5), ("Managers", "Manager", 5))
	raised = ("concern_raised", "2025-04-17T10:00", {"stage": 1})
	# 22, 23, 24, 25 and 28 April are the five working days of a week
	assert due(policy, "CHE.S1.RESOLVE", raised) == "Mon 28 Apr 2025 23:59:59"
	sooner = ("protective_deadline", "2025-04-17T11:00", {"stage": 1, "due_at": at("2025-04-19T12:00")})
	assert due(policy, "CHE.S1.RESOLVE", raised, sooner) == "Sat 19 Apr 2025 12:00:00"
	later = ("protective_deadline", "2025-04-17T11:00", {"stage": 1, "due_at": at("2025-04-30T12:00")})
	assert due(policy, "CHE.S1.RESOLVE", raised, later) == "Mon 28 Apr 2025 23:59:59"


def croydon() -> Policy:
	"""Informal stages 1 and 2, formal stages 3 to 5: the form and the board's sight begin with the formal ones."""
	policy = made(
		"croydon",
		("Informal: practitioners", "Practitioner", None),
		("Informal: managers", "Manager", None),
		("Formal: senior managers", "Senior Manager", 5),
		("Formal: heads of service", "Head of Service", 5),
		("Formal: chief officers", "Chief Officer", 5),
	)
	stages = tuple(
		replace(stage, form_required=stage.number >= 3, board_sees=stage.number >= 3)
		for stage in policy.stages
	)
	return replace(policy, stages=stages, record_from_stage=3)


def test_croydon_is_informal_first_and_formal_later() -> None:
	policy = croydon()
	assert validate(policy) == []
	assert sorted({row.stage for row in records_of(policy) if "Escalation record" in row.message}) == [
		3,
		4,
		5,
	]
	assert [clock.stage for clock in policy.clocks] == [0, 3, 4, 5]
	# the informal stages have no number of the policy's, so a local target, labelled as that, keeps them moving
	local = [clock for clock in with_local_targets(policy, 5).clocks if clock.kind == "local target"]
	assert [clock.stage for clock in local if clock.stage] == [1, 2]
	assert due(policy, "CRO.S3.RESOLVE", ("stage_started", "2025-06-02T10:00", {"stage": 3})) == (
		"Mon 9 Jun 2025 23:59:59"  # 3, 4, 5, 6, 9
	)


def test_norfolk_keeps_a_log_of_challenges_without_any_clock() -> None:
	policy = made("norfolk", ("Professional challenge", "Practitioner", None))
	log = Policy.from_dict(policy.to_dict() | {"clocks": []})
	assert validate(log) == []
	events = [
		Event("concern_raised", at=at("2025-06-02T10:00"), stage=1),
		Event("discussed", at=at("2025-06-03T10:00"), stage=1, two_way=True),
		Event("resolved", at=at("2025-06-04T10:00"), stage=1),
	]
	assert plan(log, events, WorkingCalendar.for_policy(log)) == []
	assert [record.when for record in log.records].count("raise") == 4
	assert any("learned" in duty.duty for duty in log.closing_duties)


def test_a_clock_of_another_unit_is_one_cell() -> None:
	hours = made("hours-board", ("Practitioners", "Practitioner", None))
	clock = Clock(
		id="HOU.S1", stage=1, trigger=("concern_raised",), unit="hours", length=24, label="Answer",
		stop=("discussed 1",), owed_by="responding lead", clause="1",
	)  # fmt: skip
	policy = replace(hours, clocks=(*hours.clocks, clock))
	assert validate(policy) == []
	# over the night on which the clocks go forward, 24 hours are 24 hours
	assert (
		due(policy, "HOU.S1", ("concern_raised", "2025-03-29T12:00", {"stage": 1}))
		== "Sun 30 Mar 2025 13:00:00"
	)
