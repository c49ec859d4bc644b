"""What starts, meets, cancels and ends a clock: each rule of the grammar as a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, EventError, Policy, WorkingCalendar

# Monday 3 March 2025; no bank holiday until 18 April.
MON, TUE, WED, THU, FRI = (f"2025-03-0{day}T10:00" for day in range(3, 8))
MON2, TUE2, WED2, THU2, FRI2 = (f"2025-03-{day}T10:00" for day in range(10, 15))
END = "T23:59:59"


def london(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON)


# Clock A: stage 1, five working days from the raising (Mon 3 March: due Mon 10), stopped by `resolved`.
@pytest.mark.parametrize(
	("changes", "rows", "now", "status"),
	[
		({}, [("concern_raised", MON)], "2025-03-03T09:59", "not_started"),
		({}, [("concern_raised", MON)], MON, "running"),
		({}, [("concern_raised", MON)], "2025-03-06T23:59", "running"),
		({}, [("concern_raised", MON)], "2025-03-07T00:00", "due_soon"),  # one working day before Mon 10
		({}, [("concern_raised", MON)], "2025-03-10T23:59:59", "due_soon"),
		({}, [("concern_raised", MON)], "2025-03-11T00:00", "overdue"),
		({}, [("concern_raised", MON), ("resolved", WED)], TUE, "running"),  # not yet met at that time
		({}, [("concern_raised", MON), ("resolved", WED)], WED, "met"),
		({}, [("concern_raised", MON), ("resolved", "2025-03-10T23:59:59")], TUE2, "met"),
		({}, [("concern_raised", MON), ("resolved", "2025-03-11T00:00")], TUE2, "met_late"),
		({}, [("concern_raised", MON), ("closed", WED)], FRI, None),  # ended before it was due
		({}, [("concern_raised", MON), ("withdrawn", "2025-03-10T23:59:59")], FRI, None),
		({}, [("concern_raised", MON), ("closed", WED2)], TUE2, "overdue"),
		({}, [("concern_raised", MON), ("closed", WED2)], WED2, "missed"),
		({}, [("concern_raised", MON), ("closed", WED2), ("resolved", THU2)], FRI2, "missed"),
		({}, [("concern_raised", MON), ("resolved", WED), ("closed", THU)], FRI, "met"),
		(
			{},
			[("concern_raised", MON), ("resolved", WED2), ("closed", WED2)],
			FRI2,
			"met_late",
		),  # met at that instant
		({}, [("closed", MON), ("concern_raised", TUE)], WED, "running"),  # started after the closing
		({"cancel": ["recommended"]}, [("concern_raised", MON), ("recommended", WED)], FRI, None),
		({"cancel": ["recommended"]}, [("recommended", MON), ("concern_raised", TUE)], FRI, None),
		({"cancel": ["recommended"]}, [("concern_raised", MON), ("recommended", TUE2)], FRI2, "missed"),
		(
			{"cancel": ["recommended"]},
			[("concern_raised", MON), ("recommended", TUE2), ("closed", WED2)],
			FRI2,
			"missed",
		),
		(
			{"cancel": ["recommended"]},
			[("concern_raised", MON), ("closed", TUE2), ("recommended", WED2)],
			FRI2,
			"missed",
		),
		(
			{"cancel": ["recommended"]},
			[("concern_raised", MON), ("resolved", TUE), ("recommended", WED)],
			FRI,
			"met",
		),
		({"length": 2}, [("concern_raised", MON)], TUE, "running"),  # due Wed 5, due soon on the day itself
		({"length": 2}, [("concern_raised", MON)], "2025-03-05T00:00", "due_soon"),
		({"length": 2}, [("concern_raised", WED)], WED, "running"),
		({"alert_lead": 0}, [("concern_raised", MON)], FRI, "running"),
		({"alert_lead": 2}, [("concern_raised", MON)], THU, "due_soon"),
		({"alert_lead": 9}, [("concern_raised", MON)], MON, "due_soon"),  # never before the start
		({"length": None}, [("concern_raised", MON)], FRI, None),  # no number, no clock
		({}, [("discussed", MON)], FRI, None),  # not triggered
		({"trigger": ["stage_started"]}, [("concern_raised", MON)], FRI, None),  # terms match kinds literally
	],
)
def test_status(
	changes: dict[str, Any], rows: list[Any], now: str, status: str | None, plan_of: Any, one_clock: Any
) -> None:
	computed = plan_of(one_clock(**changes), rows)
	assert [row.status(london(now)) for row in computed.rows] == ([status] if status else [])


def test_due_soon_before_a_non_working_due_day(plan_of: Any, one_clock: Any) -> None:
	"""A protective date on Easter Monday: one working day before it is Maundy Thursday."""
	rows = [
		("concern_raised", "2025-04-15T10:00"),
		("protective_deadline", "2025-04-15T10:00", {"due_at": "2025-04-21T12:00"}),
	]
	row = plan_of(one_clock(protective_cap=True), rows).row("A")
	assert row.due_soon_at.isoformat() == "2025-04-17T00:00:00+01:00"


def test_met_and_ended_times(plan_of: Any, one_clock: Any) -> None:
	met = plan_of(one_clock(), [("concern_raised", MON), ("resolved", WED), ("closed", FRI)]).row("A")
	assert (met.met_at, met.ended_at) == (london(WED), None)
	missed = plan_of(one_clock(), [("concern_raised", MON), ("closed", WED2)]).row("A")
	assert (missed.met_at, missed.ended_at) == (None, london(WED2))


def test_a_naive_now_is_an_error(plan_of: Any, one_clock: Any) -> None:
	row = plan_of(one_clock(), [("concern_raised", MON)]).row("A")
	with pytest.raises(EventError, match="present time"):
		row.status(datetime(2025, 3, 3))  # noqa: DTZ001


# What starts a clock: (trigger, occurrence, fallback, events, start).
@pytest.mark.parametrize(
	("trigger", "occurrence", "fallback", "rows", "start"),
	[
		(
			["disagreement", "decision_received"],
			"first",
			[],
			[("decision_received", MON), ("disagreement", TUE)],
			MON,
		),
		(["discussed 1"], "first", [], [("discussed", MON), ("discussed", WED)], MON),
		(["discussed 1"], "last", [], [("discussed", MON), ("discussed", WED)], WED),
		(["discussed 1 last"], "first", [], [("discussed", MON), ("discussed", WED)], WED),
		# the earliest of the terms, each by its last occurrence
		(
			["discussed", "consulted"],
			"last",
			[],
			[("consulted", TUE), ("discussed", MON), ("discussed", FRI)],
			TUE,
		),
		(["disagreement"], "first", ["concern_raised"], [("concern_raised", MON)], MON),
		(
			["disagreement"],
			"first",
			["concern_raised"],
			[("concern_raised", MON), ("disagreement", TUE)],
			TUE,
		),
		(["received"], "first", ["told", "consulted"], [("consulted", MON), ("told", TUE)], TUE),  # in order
		(["received"], "first", ["discussed last"], [("discussed", MON), ("discussed", TUE)], TUE),
		(["received"], "last", ["discussed"], [("discussed", MON), ("discussed", TUE)], TUE),
		(["disagreement"], "each", ["concern_raised", "told"], [("told", MON), ("concern_raised", TUE)], TUE),
	],
)
def test_start(
	trigger: Any, occurrence: str, fallback: Any, rows: Any, start: str, plan_of: Any, one_clock: Any
) -> None:
	policy = one_clock(trigger=trigger, occurrence=occurrence, fallback=fallback)
	(row,) = plan_of(policy, rows).rows
	assert row.starts_at == london(start)


# The stage of events without one: (events, trigger term, starts).
@pytest.mark.parametrize(
	("rows", "trigger", "start"),
	[
		([("discussed", MON)], "discussed 1", MON),  # nothing reached yet: 1
		([("concern_raised", MON), ("discussed", TUE)], "discussed 1", TUE),
		([("stage_started", MON, {"stage": 3}), ("discussed", TUE)], "discussed 3", TUE),
		([("discussed", MON), ("stage_started", MON, {"stage": 3})], "discussed 3", MON),  # same instant
		(
			[("stage_started", MON, {"stage": 3}), ("stage_started", TUE, {"stage": 2}), ("told", WED)],
			"told 3",
			WED,
		),
		([("stage_started", MON, {"stage": 2}), ("stage_started", TUE)], "stage_started 2", MON),
		([("stage_started", MON, {"stage": 2}), ("told", TUE, {"stage": 1})], "told 2", None),
		(
			[("stage_started", MON, {"stage": 4}), ("reopened", TUE, {"stage": 2}), ("told", WED)],
			"told 2",
			WED,
		),
		([("stage_started", MON, {"stage": 4}), ("reopened", TUE), ("told", WED)], "told 4", WED),
		([("stage_started", MON, {"stage": 3})], "stage_started 2+", MON),
		([("stage_started", MON, {"stage": 3})], "stage_started 4+", None),
		([("stage_started", MON, {"stage": 12})], "stage_started 4+", MON),
	],
)
def test_stage_reached(rows: Any, trigger: str, start: str | None, plan_of: Any, one_clock: Any) -> None:
	computed = plan_of(one_clock(trigger=[trigger]), rows)
	assert [row.starts_at for row in computed.rows] == ([london(start)] if start else [])


# Filters on what stops RB.S1.SPEAK (two-way), RB.S1.CONFIRM (responding side) and RB.S3.COPY (to the manager).
@pytest.mark.parametrize(
	("rows", "clock", "met"),
	[
		([("concern_raised", MON), ("discussed", TUE)], "RB.S1.SPEAK", True),
		([("concern_raised", MON), ("discussed", TUE, {"two_way": True})], "RB.S1.SPEAK", True),
		([("concern_raised", MON), ("discussed", TUE, {"two_way": False})], "RB.S1.SPEAK", False),
		(
			[("concern_raised", MON), ("consulted", TUE, {"two_way": True})],
			"RB.S1.SPEAK",
			False,
		),  # an internal talk
		([("discussed", MON), ("concern_raised", TUE)], "RB.S1.SPEAK", True),  # before the start
		([("resolved", MON), ("confirmed", TUE)], "RB.S1.CONFIRM", True),
		([("resolved", MON), ("confirmed", TUE, {"side": "responding"})], "RB.S1.CONFIRM", True),
		([("resolved", MON), ("confirmed", TUE, {"side": "raising"})], "RB.S1.CONFIRM", False),
		([("resolved", MON), ("confirmed", TUE, {"stage": 2})], "RB.S1.CONFIRM", False),
		([("stage_started", MON, {"stage": 3}), ("copied", TUE)], "RB.S3.COPY", True),
		(
			[("stage_started", MON, {"stage": 3}), ("copied", TUE, {"to": "business manager"})],
			"RB.S3.COPY",
			True,
		),
		([("stage_started", MON, {"stage": 3}), ("copied", TUE, {"to": "Chair"})], "RB.S3.COPY", False),
	],
)
def test_filters(rows: Any, clock: str, met: bool, plan_of: Any) -> None:
	row = plan_of("redbridge-2022", rows).row(clock)
	assert (row.met_at is not None) is met


def agreed(when: str, due: str, **fields: Any) -> tuple[str, str, dict[str, Any]]:
	return ("agreed_timescale", when, {"due_at": due} | fields)


# 4L.AGREED runs once for each agreed date: (events, {instance: (due, met)}).
@pytest.mark.parametrize(
	("rows", "expected"),
	[
		([agreed(MON, FRI)], {"1": (FRI, None)}),
		([agreed(MON, FRI, id="x")], {"x": (FRI, None)}),
		([agreed(MON, FRI, id="x", relates_to="visit")], {"visit": (FRI, None)}),
		([agreed(MON, FRI), agreed(TUE, THU)], {"1": (FRI, None), "2": (THU, None)}),
		([agreed(MON, FRI, id="2"), agreed(TUE, THU)], {"2": (FRI, None), "3": (THU, None)}),  # "2" is taken
		(
			[agreed(MON, FRI, relates_to="a"), agreed(TUE, MON2, relates_to="a")],
			{"a": (MON2, None)},
		),  # the last
		(
			[agreed(MON, FRI, id="x"), agreed(TUE, MON2, relates_to="x")],
			{"x": (MON2, None)},
		),  # of its first date
		([("agreed_timescale", MON, {"id": "x"})], {}),  # no date, no clock
		# what meets which
		([agreed(MON, FRI, relates_to="a"), ("action_done", TUE, {"relates_to": "a"})], {"a": (FRI, TUE)}),
		([agreed(MON, FRI, relates_to="a"), ("action_done", TUE, {"relates_to": "b"})], {"a": (FRI, None)}),
		(
			[agreed(MON, FRI, relates_to="a", id="x"), ("action_done", TUE, {"relates_to": "x"})],
			{"a": (FRI, TUE)},
		),
		([agreed(MON, FRI, id="x"), ("action_done", TUE, {"relates_to": "x"})], {"x": (FRI, TUE)}),
		([agreed(MON, FRI, id="x"), ("action_done", TUE, {"relates_to": "visit"})], {"x": (FRI, TUE)}),
		(
			[agreed(MON, FRI, id="x"), agreed(MON, THU, id="y"), ("action_done", TUE, {"relates_to": "y"})],
			{"x": (FRI, None), "y": (THU, TUE)},
		),
		(
			[
				agreed(MON, FRI, id="x"),
				agreed(TUE, MON2, relates_to="x", id="y"),
				("action_done", WED, {"relates_to": "y"}),
			],
			{"x": (MON2, WED)},
		),
		([agreed(MON, FRI, relates_to="a"), ("action_done", TUE)], {"a": (FRI, TUE)}),
		([agreed(MON, FRI, relates_to="a"), ("resolved", TUE)], {"a": (FRI, TUE)}),
		(
			[agreed(MON, FRI, relates_to="a"), ("resolved", WED), ("action_done", TUE)],
			{"a": (FRI, TUE)},
		),
	],
)
def test_each_and_same(rows: Any, expected: dict[str, Any], plan_of: Any) -> None:
	computed = plan_of("4lsab-2023", rows)
	found = {row.instance: (row.due_at, row.met_at) for row in computed.rows}
	assert found == {name: (london(due), met and london(met)) for name, (due, met) in expected.items()}


def test_same_where_an_expiry_started_the_clock_asks_nothing(england: WorkingCalendar, plan_of: Any) -> None:
	clocks = [
		{"id": "A", "stage": 1, "trigger": ["told"], "unit": "same working day"},
		{
			"id": "B",
			"stage": 1,
			"trigger": ["expiry A"],
			"unit": "same working day",
			"stop": ["action_done [same]"],
		},
	]
	policy = Policy.from_dict({"id": "b", "title": "B", "clocks": clocks}).replace_clock("B", each="party")
	assert plan_of(policy, [("told", MON), ("action_done", TUE, {"relates_to": "x"})]).row(
		"B"
	).met_at == london(TUE)


# ST.OPFEEDBACK runs once for each party.
@pytest.mark.parametrize(
	("rows", "expected"),
	[
		([], {"raising": None, "responding": None}),
		([("told", MON, {"side": "raising", "agency": "Trust"})], {"Trust": None, "responding": None}),
		(
			[
				("told", MON, {"side": "Raising", "agency": "Trust"}),
				("told", MON, {"side": "raising", "agency": "Police"}),
				("told", TUE, {"side": "raising", "agency": "Trust"}),
				("told", TUE, {"side": "responding", "agency": "Council"}),
				("told", TUE, {"side": "board", "agency": "Board"}),
				("told", TUE, {"agency": "Nobody"}),
			],
			{"Trust": None, "Police": None, "Council": None},
		),
		([("feedback_given", THU)], {"raising": THU, "responding": THU}),
		([("feedback_given", THU, {"side": "raising"})], {"raising": THU, "responding": None}),
		(
			[
				("told", MON, {"side": "raising", "agency": "Trust"}),
				("told", MON, {"side": "responding", "agency": "Council"}),
				("feedback_given", THU, {"agency": "Council"}),
			],
			{"Trust": None, "Council": THU},
		),
		(
			[
				("told", MON, {"side": "raising", "agency": "Trust"}),
				("told", MON, {"side": "responding", "agency": "Trust"}),
				("feedback_given", THU, {"side": "responding"}),
			],
			{"Trust (raising)": None, "Trust (responding)": THU},
		),
	],
)
def test_each_party(rows: Any, expected: dict[str, Any], plan_of: Any) -> None:
	computed = plan_of("stockport", [*rows, ("resolved", WED, {"stage": 2})])
	found = {row.instance: row.met_at for row in computed.rows}
	assert found == {name: met and london(met) for name, met in expected.items()}
	assert {row.party_side for row in computed.rows} == {"raising", "responding"}


def test_each_event_and_party(plan_of: Any, one_clock: Any) -> None:
	policy = one_clock(
		trigger=["told"], occurrence="each", each="party", owed_by="raising lead", unit="instant"
	)
	assert plan_of(policy, [("told", MON, {"id": "x"})]).names("A") == ["x raising"]
	assert plan_of(policy, []).rows == []
	assert plan_of(one_clock(each="party", owed_by="chair"), [("concern_raised", MON)]).names("A") == [None]
	assert plan_of(one_clock(each="party", owed_by="raising lead"), []).rows == []


def test_reviews_are_met_one_by_one(plan_of: Any) -> None:
	rows = [
		("review_set", MON, {"id": "a", "due_at": "2025-04-01T10:00"}),
		("review_set", MON, {"id": "b", "due_at": "2025-05-01T10:00"}),
		("review_held", "2025-04-01T09:00", {"relates_to": "a"}),
	]
	computed = plan_of("stockport", rows)
	assert computed.row("ST.REVIEW", "a").met_at is not None
	assert computed.row("ST.REVIEW", "b").met_at is None
