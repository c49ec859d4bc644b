"""What becomes of each open clock at a change of board, a reopening, or a change of the working days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from safeguarding_escalation.engine import LONDON, Event, Policy, WorkingCalendar, plan
from safeguarding_escalation.engine.fates import ENDS, MOVES, STARTS, STAYS, fates


def at(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def of(found: list[Any]) -> dict[str, tuple[str, bool, bool]]:
	return {fate.deadline.clock: (fate.what, fate.old is None, fate.new is None) for fate in found}


def test_a_change_of_board_leaves_what_runs_and_ends_what_had_yet_to_start(
	policies: dict[str, Policy],
) -> None:
	redbridge, suffolk, england = policies["redbridge-2022"], policies["suffolk-2024"], WorkingCalendar("ENG")
	events = [Event("stage_started", at=at("2027-03-02 10:00"), stage=2)]
	moved = at("2027-03-03 10:00")
	before = plan(redbridge, events, england)
	after = plan([(None, redbridge), (moved, suffolk)], events, england)
	found = {fate.deadline.clock: fate for fate in fates(before, after, moved)}
	assert found["RB.S2.RESOLVE"].what == STAYS
	assert found["RB.S2.RESOLVE"].old == found["RB.S2.RESOLVE"].new
	assert found["RB.S3.REFER"].what == ENDS
	assert found["RB.S3.REFER"].new is None


def test_a_reopening_starts_clocks_anew(policies: dict[str, Policy], england: WorkingCalendar) -> None:
	policy = policies["redbridge-2022"]
	events = [
		Event("stage_started", at=at("2027-03-02 10:00"), stage=2),
		Event("resolved", at=at("2027-03-03 10:00"), stage=2),
		Event("confirmed", at=at("2027-03-04 10:00"), stage=2),
	]
	again = Event("reopened", at=at("2027-03-08 10:00"), stage=2)
	found = fates(plan(policy, events, england), plan(policy, [*events, again], england), again.at)
	started = {fate.deadline.clock: fate for fate in found if fate.what == STARTS}
	assert started["RB.S2.RESOLVE"].old is None
	assert started["RB.S2.RESOLVE"].new == at("2027-03-15 23:59:59")


def test_a_date_that_moves_is_said_so(policies: dict[str, Policy], england: WorkingCalendar) -> None:
	policy = policies["redbridge-2022"]
	events = [Event("stage_started", at=at("2027-03-02 10:00"), stage=2)]
	closed = WorkingCalendar("ENG", closures=[date(2027, 3, 4)])
	found = of(fates(plan(policy, events, england), plan(policy, events, closed), at("2027-03-02 11:00")))
	assert found["RB.S2.RESOLVE"] == (MOVES, False, False)
