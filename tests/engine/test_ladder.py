"""The ladder of alerts as data: whose rows count, when each rung comes, to whom, again and again, and in what words."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest

from safeguarding_escalation.engine import (
	LONDON,
	Event,
	Policy,
	WorkingCalendar,
	load_policy,
	plan,
	policy_ids,
)
from safeguarding_escalation.engine.alert_words import alerts_words, row_sentence
from safeguarding_escalation.engine.alerts import (
	Alert,
	Hours,
	due_alerts,
	next_alert_at,
	recipients,
	repeat,
	rungs,
)
from safeguarding_escalation.engine.deadlines import Deadline
from safeguarding_escalation.engine.drafts import position_of, read_draft
from safeguarding_escalation.engine.ladder import DEFAULT, base, ladder_of, named, recipients_of
from safeguarding_escalation.engine.local_targets import with_local_targets
from safeguarding_escalation.engine.policy_changes import changes
from safeguarding_escalation.engine.quiet import ANY_EVENING
from safeguarding_escalation.engine.schema import AlertRung, Clock
from safeguarding_escalation.engine.schema_alerts import ALERT_RECIPIENTS
from safeguarding_escalation.engine.validator import validate

CALENDAR = WorkingCalendar("ENG")
REDBRIDGE = load_policy("redbridge-2022")
OVERDUE = {"rung": "overdue", "recipients": ["owing"], "days": 1, "kind": "maximum"}


def at(text: str) -> datetime:
	return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


def policy(*rows: dict[str, Any], **clock: Any) -> Policy:
	"""Five working days from the concern, with rungs of its own."""
	row = {
		"id": "T.CLOCK",
		"stage": 1,
		"trigger": ["concern_raised"],
		"unit": "working days",
		"length": 5,
		"stop": ["resolved"],
		"owed_by": "raising lead, responding lead",
		**clock,
	}
	return Policy.from_dict({"id": "t", "title": "T", "clocks": [row], "alert_rungs": list(rows)})


def deadline(of: Policy, raised: str = "03-11 10:00", *more: Event) -> Deadline:
	return plan(of, [Event("concern_raised", at=at(raised), stage=1), *more], CALENDAR)[0]


def times(of: Policy, hours: Hours = ANY_EVENING, raised: str = "03-11 10:00") -> list[tuple[str, str]]:
	found = rungs(deadline(of, raised), of, CALENDAR, hours)
	return [(rung.name, f"{rung.at:%m-%d %H:%M}") for rung in found]


# Whose ladder counts


def test_without_rows_every_clock_has_the_usual_ladder() -> None:
	for policy_id in policy_ids():
		loaded = load_policy(policy_id)
		assert loaded.alert_rungs == ()
		for clock in loaded.clocks:
			assert ladder_of(loaded, clock.id, clock.kind) == DEFAULT[clock.kind]


def test_rows_of_a_clock_come_before_rows_of_its_kind_and_these_before_the_usual_ones() -> None:
	of_kind = OVERDUE | {"days": 2}
	own = OVERDUE | {"clock": "T.CLOCK", "kind": "", "days": 3}
	assert ladder_of(policy(of_kind, own), "T.CLOCK", "maximum") == (
		AlertRung("overdue", ("owing",), 3, "T.CLOCK"),
	)
	assert ladder_of(policy(of_kind, own), "T.OTHER", "maximum")[0].days == 2
	assert ladder_of(policy(of_kind, own), "T.OTHER", "advisory") == DEFAULT["advisory"]
	assert ladder_of(policy(), "T.CLOCK", "nothing known") == ()


@pytest.mark.parametrize("policy_id", policy_ids())
def test_the_usual_ladder_is_valid_as_rows_of_a_policy(policy_id: str) -> None:
	"""What stands where a policy has no rows can be copied into it, and means the same there."""
	loaded = load_policy(policy_id)
	rows = tuple(row for ladder in DEFAULT.values() for row in ladder)
	copied = Policy.from_dict(loaded.to_dict() | {"alert_rungs": list(rows)})
	assert validate(copied) == []
	assert Policy.from_dict(copied.to_dict()) == copied
	for clock in loaded.clocks:
		assert alerts_words(copied, clock) == alerts_words(loaded, clock)


def test_the_one_policy_without_numbers_has_local_targets_alone() -> None:
	"""4LSAB: what its protocol does not set is never said in its name."""
	lsab = with_local_targets(load_policy("4lsab-2023"), 5)
	raised = at("03-11 10:00")
	rows = plan(
		lsab, [Event("concern_raised", at=raised, stage=1), Event("discussed", at=raised, stage=1)], CALENDAR
	)
	alerts = due_alerts(rows, set(), at("04-30 09:00"), CALENDAR, lsab)
	binding = {
		alert.deadline.clock: alert.deadline.clause for alert in alerts if alert.deadline.kind == "maximum"
	}
	local = {
		alert.deadline.clock: alert.deadline.clause
		for alert in alerts
		if alert.deadline.kind == "local target"
	}
	assert binding == {}
	assert local == {"LOCAL.S1": "local target, not policy"}


# When a rung comes


@pytest.mark.parametrize(
	("row", "expected"),
	[
		({"rung": "due_soon", "days": -2}, ("due_soon", "03-14 08:00")),
		({"rung": "due_soon", "days": None}, ("due_soon", "03-17 08:00")),
		({"rung": "due_soon", "days": -1, "at_hour": "14:30"}, ("due_soon", "03-17 14:30")),
		({"rung": "due_today", "days": 0}, ("due_today", "03-18 08:00")),
		({"rung": "a_week_late", "days": 5, "wording": "a week late"}, ("a_week_late", "03-25 08:00")),
		# 05:00 is before the site's morning: at 08:00, unless it is urgent.
		({"rung": "late", "days": 2, "at_hour": "05:00", "wording": "late"}, ("late", "03-20 08:00")),
		(
			{"rung": "late", "days": 2, "at_hour": "05:00", "wording": "late", "urgent": 1},
			("late", "03-20 05:00"),
		),
		({"rung": "due_soon", "days": -1, "at_hour": "05:00"}, ("due_soon", "03-17 08:00")),
		({"rung": "due_soon", "days": -1, "at_hour": "05:00", "urgent": True}, ("due_soon", "03-17 05:00")),
		# The due day, Tue 18, has a morning, so a rung for days off has nothing to say.
		({"rung": "last_afternoon", "days": 0, "due_day": "day off"}, None),
		# Twenty working days before is before the clock starts, so it comes at its start.
		({"rung": "due_soon", "days": -20}, ("due_soon", "03-11 10:00")),
	],
)
def test_when_a_rung_of_a_policy_comes(row: dict[str, Any], expected: tuple[str, str] | None) -> None:
	of = policy({"recipients": ["owing"], "kind": "maximum", **row}, OVERDUE)
	assert times(of) == sorted(filter(None, (expected, ("overdue", "03-19 08:00"))), key=lambda rung: rung[1])


def test_a_due_day_off_is_said_on_the_last_working_day_before() -> None:
	row = {"rung": "due_today", "days": 0, "recipients": ["owing"], "kind": "maximum"}
	of = policy(row, OVERDUE, unit="calendar days", length=4)
	assert times(of) == [("due_today", "03-14 08:00"), ("overdue", "03-17 08:00")]


def test_rungs_are_in_the_order_in_which_they_come() -> None:
	rows = [
		OVERDUE,
		{"rung": "due_soon", "days": -1, "at_hour": "16:00", "recipients": ["owing"], "kind": "maximum"},
		{"rung": "early", "wording": "coming", "days": -3, "recipients": ["owing"], "kind": "maximum"},
	]
	assert times(policy(*rows)) == [
		("early", "03-13 08:00"),
		("due_soon", "03-17 16:00"),
		("overdue", "03-19 08:00"),
	]


# Hours


@pytest.mark.parametrize(
	("hours", "expected"),
	[
		(
			Hours(time(9, 30), time(18)),
			[("due_soon", "03-17 09:30"), ("due_today", "03-18 09:30"), ("overdue", "03-19 09:30")],
		),
		(
			Hours(time(7), time(16)),
			[("due_soon", "03-17 07:00"), ("due_today", "03-18 07:00"), ("overdue", "03-19 07:00")],
		),
	],
)
def test_the_sites_hours_count(hours: Hours, expected: list[tuple[str, str]]) -> None:
	assert times(policy(), hours) == expected


@pytest.mark.parametrize(
	("raised", "expected"),
	[
		# Same working day from 19:00, in the evening: the next morning would be too late, so it is said at once.
		("03-11 19:00", [("due_today", "03-11 19:00"), ("overdue", "03-12 08:00")]),
		("03-14 19:00", [("due_today", "03-14 19:00"), ("overdue", "03-17 08:00")]),
		# In the night it waits for the morning of the day on which it is due.
		("03-11 05:00", [("due_today", "03-11 08:00"), ("overdue", "03-12 08:00")]),
	],
)
def test_in_the_evening_only_what_would_be_late_is_said(raised: str, expected: list[tuple[str, str]]) -> None:
	of = policy(unit="same working day", length=None)
	assert times(of, Hours(time(8), time(18)), raised) == expected


def test_an_ordinary_alert_of_the_evening_waits_for_the_next_working_morning() -> None:
	hours = Hours(time(8), time(18))
	of, row = policy(), deadline(policy())
	missed = at("03-19 18:00")  # the sweep stood still from the morning of Wed 19 until the evening
	assert due_alerts([row], {}, missed, CALENDAR, of, hours=hours) == ()
	assert next_alert_at(row, of, CALENDAR, after=missed, hours=hours) == at("03-20 08:00")
	# On the last evening it is said all the same: in the morning the day has passed.
	last = due_alerts([row], {}, at("03-18 21:00"), CALENDAR, of, hours=hours)
	assert [alert.rung for alert in last] == ["due_today"]
	assert due_alerts([row], {}, at("03-17 21:00"), CALENDAR, of, hours=hours) == ()


def test_an_afternoon_that_the_site_calls_evening_is_still_said() -> None:
	"""A protective deadline at the weekend is said on the working afternoon before, whatever the hours."""
	of = policy(protective_cap=True)
	protect = Event("protective_deadline", at=at("03-11 10:00"), stage=1, due_at=at("03-15 12:00"))
	row = deadline(of, "03-11 10:00", protect)
	hours = Hours(time(8), time(14))
	found = [(rung.name, f"{rung.at:%m-%d %H:%M}") for rung in rungs(row, of, CALENDAR, hours)]
	assert found == [
		("due_soon", "03-14 08:00"),
		("last_afternoon", "03-14 15:00"),
		("overdue", "03-15 12:00"),
	]
	assert due_alerts([row], {}, at("03-14 15:00"), CALENDAR, of, hours=hours)[0].rung == "last_afternoon"
	assert due_alerts([row], {}, at("03-15 12:00"), CALENDAR, of, hours=hours)[0].urgent


# Again and again


def key(of: Policy, rung: str) -> tuple[str, str, datetime, str]:
	return ("T.CLOCK", "", deadline(of).due_at, rung)


def said(of: Policy, sent: Any, now: str) -> list[str]:
	return [alert.rung for alert in due_alerts([deadline(of)], sent, at(now), CALENDAR, of)]


def test_an_overdue_clock_is_said_again_every_three_working_days() -> None:
	of = policy()
	found = [repeat(deadline(of), of, CALENDAR, number) for number in (1, 2, 3, 13)]
	assert [(rung.name, f"{rung.at:%m-%d %H:%M}") for rung in found if rung] == [
		("overdue_again 1", "03-24 08:00"),
		("overdue_again 2", "03-27 08:00"),
		("overdue_again 3", "04-01 08:00"),
		("overdue_again 13", "05-16 08:00"),  # Good Friday, Easter Monday and 5 May are no working days
	]
	assert repeat(deadline(of), of, CALENDAR, 0) is None


def test_two_weeks_of_downtime_make_one_reminder() -> None:
	of = policy()
	overdue = {key(of, "overdue"): at("03-19 08:00")}
	assert said(of, overdue, "03-21 12:00") == []
	assert said(of, overdue, "04-04 09:00") == ["overdue_again 4"]
	assert said(of, overdue | {key(of, "overdue_again 4"): at("04-04 09:00")}, "04-04 09:05") == []
	assert said(of, overdue | {key(of, "overdue_again 4"): at("04-04 09:00")}, "04-08 09:00") == []
	assert said(of, overdue | {key(of, "overdue_again 4"): at("04-04 09:00")}, "04-09 09:00") == [
		"overdue_again 5"
	]


def test_what_was_never_said_is_said_as_overdue_first_and_not_again_on_that_day() -> None:
	of = policy()
	assert said(of, {}, "03-27 09:00") == ["overdue"]  # Thu 27 March would be the second repetition
	late = {key(of, "overdue"): at("03-27 09:00")}
	assert said(of, late, "03-27 09:05") == []
	assert said(of, late, "03-31 09:00") == []
	assert said(of, late, "04-01 08:00") == ["overdue_again 3"]
	# Where nobody knows when it was said, the ladder goes on as it stands.
	assert said(of, {key(of, "overdue")}, "03-27 09:05") == ["overdue_again 2"]


def test_a_repetition_may_end_and_a_ladder_may_have_none() -> None:
	again = {
		"rung": "overdue_again", "recipients": ["owing"], "kind": "maximum", "days": 2, "repeat_every": 1, "at_most": 2,
	}  # fmt: skip
	of = policy(OVERDUE, again)
	row = deadline(of)
	passed = {key(of, "overdue"): at("03-19 08:00")}
	assert said(of, passed, "03-20 08:00") == ["overdue_again 1"]
	assert said(of, passed, "04-30 08:00") == ["overdue_again 2"]
	assert repeat(row, of, CALENDAR, 3) is None
	assert next_alert_at(row, of, CALENDAR, after=at("03-20 08:00")) == at("03-21 08:00")
	assert next_alert_at(row, of, CALENDAR, after=at("03-21 08:00")) is None
	once = policy(OVERDUE)
	assert said(once, passed, "04-30 08:00") == []
	assert next_alert_at(deadline(once), once, CALENDAR, after=at("03-19 08:00")) is None
	assert next_alert_at(deadline(once), once, CALENDAR) == at("03-19 08:00")


def test_an_hour_of_its_own_counts_for_a_repetition() -> None:
	again = {
		"rung": "overdue_again",
		"recipients": ["owing"],
		"kind": "maximum",
		"days": 2,
		"repeat_every": 1,
	}
	of = policy(OVERDUE, again | {"at_hour": "15:00"})
	passed = {key(of, "overdue"): at("03-19 08:00")}
	assert said(of, passed, "03-20 14:59") == []
	assert said(of, passed, "03-20 15:00") == ["overdue_again 1"]
	night = policy(OVERDUE, again | {"at_hour": "04:00", "urgent": True})
	assert said(night, {key(night, "overdue"): at("03-19 08:00")}, "03-20 04:00") == ["overdue_again 1"]


# To whom


@pytest.mark.parametrize(
	("owed_by", "time_said", "expected"),
	[
		(
			"raising lead",
			1,
			("raising lead", "line manager of raising lead", "safeguarding lead of raising lead"),
		),
		(
			"raising lead",
			3,
			(
				"raising lead",
				"line manager of raising lead",
				"safeguarding lead of raising lead",
				"business manager",
			),
		),
		("chair", 1, ("chair", "business manager")),
		("action owner", 1, ("action owner",)),
	],
)
def test_later_reminders_reach_further(owed_by: str, time_said: int, expected: tuple[str, ...]) -> None:
	row = DEFAULT["maximum"][-1]
	assert recipients_of(row, owed_by, time_said) == expected
	of = policy(owed_by=owed_by)
	rung = repeat(deadline(of), of, CALENDAR, time_said)
	assert rung is not None
	assert rung.to == expected


def test_every_recipient_has_people() -> None:
	row = AlertRung("overdue", ALERT_RECIPIENTS, 1)
	assert recipients_of(row, "responding lead") == (
		"responding lead",
		"line manager of responding lead",
		"safeguarding lead of responding lead",
		"senior manager of responding lead",
		"business manager",
		"chair",
	)
	assert recipients("raising lead", "overdue_again 7")[0] == "raising lead"
	assert recipients("raising lead", "a_rung_of_ones_own") == ("raising lead",)
	assert (base("overdue_again 12"), base("overdue"), base("a 1b")) == ("overdue_again", "overdue", "a 1b")
	assert named("line manager") == ("line manager", 1)


def test_an_alert_carries_the_words_of_its_rung() -> None:
	of = policy(OVERDUE | {"wording": "late by a day", "urgent": True})
	(alert,) = due_alerts([deadline(of)], {}, at("03-19 08:00"), CALENDAR, of)
	assert (alert.wording, alert.urgent, alert.to) == (
		"late by a day",
		True,
		("raising lead", "responding lead"),
	)
	assert alert == Alert(alert.deadline, "overdue", alert.at, alert.to)
