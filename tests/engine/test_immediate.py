"""Immediate risk: when it stands, who was told, whom an alert goes to, and what was jumped over for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from safeguarding_escalation.engine import LONDON, Event
from safeguarding_escalation.engine import immediate as im

NIGHT = datetime(2025, 3, 30, 2, 0, tzinfo=LONDON)


def event(kind: str, minutes: int = 0, **given) -> Event:
	given.setdefault("id", f"{kind}{minutes}")
	return Event(kind, at=NIGHT + timedelta(minutes=minutes), sequence=minutes + 100, **given)


def test_a_risk_stands_until_somebody_records_that_it_has_passed_and_may_come_back():
	recorded, told, passed = event("immediate_risk"), event("told", 5), event("risk_passed", 60)
	again = event("immediate_risk", 90)
	assert im.standing([]) is None
	assert im.standing([event("told")]) is None
	assert im.standing([told, recorded]) == im.Risk(recorded, (told,))
	assert im.standing([recorded]).since == NIGHT
	assert im.standing([recorded, event("immediate_risk", 3)]).event == recorded
	assert im.standing([recorded, told, passed]) is None
	assert im.standing([recorded, told, passed, again]) == im.Risk(again)


def test_who_was_rung_before_it_was_written_down_counts_as_told():
	assert im.standing([event("told", -10), event("immediate_risk")]).told == (event("told", -10),)


def test_when_it_passed():
	recorded, passed = event("immediate_risk"), event("risk_passed", 60)
	assert im.passed_at([recorded]) is None
	assert im.passed_at([recorded, passed]) == passed.at
	assert im.passed_at([recorded, passed, event("immediate_risk", 90)]) is None
	assert im.passed_at([passed]) is None  # what was recorded by mistake is no risk that passed


@pytest.mark.parametrize(
	("side", "raised", "words"),
	[
		(
			"raising", True,
			"raising lead; line manager of raising lead; safeguarding lead of raising side; responding lead",
		),
		("raising", False, "raising lead; line manager of raising lead; safeguarding lead of raising side"),
		(
			"responding", True,
			"responding lead; line manager of responding lead; safeguarding lead of responding side; raising lead",
		),
		(
			"board", True,
			"raising lead; line manager of raising lead; safeguarding lead of raising side; "
			"responding lead; line manager of responding lead; safeguarding lead of responding side",
		),
		(None, False, "raising lead; line manager of raising lead; safeguarding lead of raising side"),
	],
)  # fmt: skip
def test_who_is_told(side, raised, words):
	assert "; ".join(im.recipients(side, raised)) == words


def test_every_recorded_risk_has_its_own_alert_at_its_own_instant():
	events = [
		event("immediate_risk", 90, side="raising"),
		event("told", 5),
		event("immediate_risk", side="raising"),
	]
	found = im.warned(events, raised=True)
	assert [(one.clock, one.rung, one.instance, one.due_at) for one in found] == [
		("IMMEDIATE", "immediate_risk", "immediate_risk0", NIGHT),
		("IMMEDIATE", "immediate_risk", "immediate_risk90", NIGHT + timedelta(minutes=90)),
	]
	assert im.warned([Event("immediate_risk", at=NIGHT)], raised=False)[0].instance == ""


@pytest.mark.parametrize(
	("kinds", "found"),
	[
		(["concern_raised", ("stage_started", 2)], []),
		([("stage_started", 2)], [(1, "")]),
		(["immediate_risk", ("stage_started", 3)], [(1, "immediate risk"), (2, "immediate risk")]),
		(["concern_raised", "policy_issue", ("stage_started", 4)], [(2, "significant policy issue"), (3, "significant policy issue")]),
		(["concern_raised", ("stage_started", 3), "immediate_risk"], [(2, "")]),
		([("stage_started", 3), ("reopened", 1)], [(2, "")]),
		([("stage_started", 2), "concern_raised"], []),
	],
)  # fmt: skip
def test_stages_that_were_jumped_over_keep_the_ground_on_record_by_then(kinds, found):
	rows = [(kind, None) if isinstance(kind, str) else kind for kind in kinds]
	events = [event(kind, minutes, stage=stage) for minutes, (kind, stage) in enumerate(rows)]
	assert [(one.stage, one.ground) for one in im.skipped(events)] == found
	assert all(one.by.kind == "stage_started" for one in im.skipped(events))
