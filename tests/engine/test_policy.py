"""Policies as data: reading, writing, changing, compiling."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from safeguarding_escalation.engine import (
	Clock,
	Policy,
	PolicyData,
	PolicyError,
	load_policy,
	policy,
	policy_ids,
)
from safeguarding_escalation.engine.policy_fields import CONVERTERS, weekday_number
from safeguarding_escalation.engine.schema import TABLES

MINIMAL: dict[str, Any] = {"id": "board", "title": "Board"}
CLOCK: dict[str, Any] = {
	"id": "A",
	"stage": 1,
	"trigger": ["concern_raised"],
	"unit": "working days",
	"length": 2,
}


def test_every_field_of_the_schema_can_be_read() -> None:
	for row_type in (PolicyData, *TABLES.values()):
		for field in fields(row_type):
			assert field.name in TABLES or str(field.type) in CONVERTERS, f"{row_type.__name__}.{field.name}"


def test_round_trip(policies: dict[str, Policy]) -> None:
	for original in policies.values():
		changed = original.replace(published="2022-06-01", office_close="17:00", closures=["2025-12-29"])
		written = json.loads(json.dumps(changed.to_dict()))
		assert Policy.from_dict(written) == changed
		assert written["office_close"] == "17:00:00"


@pytest.mark.parametrize(
	("field", "value", "expected"),
	[
		("boards", "A\n\n B \n", ("A", "B")),
		("boards", ["A", "B"], ("A", "B")),
		("weekend", "Friday\nSaturday", (4, 5)),
		("weekend", ["friday", 5], (4, 5)),
		("weekend", 6, (6,)),
		("notice_on_stages", "2\n3", (2, 3)),
		("notice_on_stages", [2, 3], (2, 3)),
		("closures", "2025-12-29\n2025-12-30", (date(2025, 12, 29), date(2025, 12, 30))),
		("closures", [date(2025, 12, 29), ""], (date(2025, 12, 29),)),
		("published", "", None),
		("published", datetime(2022, 6, 1, 9), date(2022, 6, 1)),  # noqa: DTZ001
		("count_event_day", 1, True),
		("count_event_day", 0, False),
		("office_close", "", None),
		("office_close", "17:00", time(17)),
		("office_close", timedelta(hours=16, minutes=30), time(16, 30)),  # as MariaDB's driver returns it
		("due_time", time(17), time(17)),
		("edition", None, ""),
	],
)
def test_values_as_forms_and_files_hold_them(field: str, value: object, expected: object) -> None:
	assert getattr(Policy.from_dict(MINIMAL | {field: value}), field) == expected


def test_rows_may_be_row_objects() -> None:
	clock = Clock(id="A", stage=1, trigger=("told",), unit="instant")
	assert Policy.from_dict(MINIMAL | {"clocks": [clock]}).clocks == (clock,)
	terms = Policy.from_dict(
		MINIMAL | {"clocks": [CLOCK | {"stop": "resolved 1\nstage_started 2+", "length": ""}]}
	)
	assert terms.clocks[0].stop == ("resolved 1", "stage_started 2+")
	assert terms.clocks[0].length is None


@pytest.mark.parametrize(
	("values", "sentence"),
	[
		(["id"], "policy: expected a mapping"),
		({"title": "Board"}, "policy: the field 'id' is needed"),
		({"id": "board", "title": None}, "board: the field 'title' is needed"),
		(MINIMAL | {"titel": "Board"}, "no field 'titel'; did you mean 'title'"),
		(MINIMAL | {"xyz": 1}, r"no field 'xyz'\.$"),
		(MINIMAL | {"clocks": CLOCK}, "clocks is a list of rows"),
		(MINIMAL | {"clocks": ["A"]}, "clocks row 1: expected a mapping"),
		(MINIMAL | {"clocks": [CLOCK | {"lenght": 2}]}, r"clocks row 1 \(A\): there is no field 'lenght'"),
		(MINIMAL | {"stages": [{"number": 1}]}, "stages row 1: the field 'label' is needed"),
		(MINIMAL | {"title": 1}, "title 1 is not a text"),
		(MINIMAL | {"count_event_day": "yes"}, "neither true nor false"),
		(MINIMAL | {"max_backdate_days": True}, "not a whole number"),
		(MINIMAL | {"max_backdate_days": "many"}, "not a whole number"),
		(MINIMAL | {"max_backdate_days": 1.5}, "not a whole number"),
		(MINIMAL | {"published": "June"}, "not a date such as"),
		(MINIMAL | {"published": 2022}, "not a date such as"),
		(MINIMAL | {"office_close": "5pm"}, "not a time of day"),
		(MINIMAL | {"due_time": ""}, "not a time of day"),
		(MINIMAL | {"boards": [1]}, "not a text"),
		(MINIMAL | {"weekend": ["Funday"]}, "not a whole number"),
		(MINIMAL | {"weekend": [9]}, "not a day of the week"),
	],
)
def test_bad_policies(values: Any, sentence: str) -> None:
	with pytest.raises(PolicyError, match=sentence):
		Policy.from_dict(values)


def test_weekday_number() -> None:
	assert weekday_number(" Monday ") == 0


def test_replace(policies: dict[str, Policy]) -> None:
	redbridge = policies["redbridge-2022"]
	changed = redbridge.replace(office_close="17:00", weekend=["Friday"])
	assert (changed.office_close, changed.weekend) == (time(17), (4,))
	assert changed.replace(office_close=None).office_close is None
	assert redbridge.office_close is None
	for changes, sentence in (
		({"due_time": None}, "due_time cannot be None"),
		({"office_hours": "17:00"}, "no field 'office_hours'"),
		({"id": ""}, "the field 'id' is needed"),
	):
		with pytest.raises(PolicyError, match=sentence):
			redbridge.replace(**changes)


def test_replace_clock(policies: dict[str, Policy]) -> None:
	redbridge = policies["redbridge-2022"]
	changed = redbridge.replace_clock("RB.S3.RESOLVE", length=2, trigger="stage_started 3")
	assert changed.clock("RB.S3.RESOLVE").length == 2
	assert changed.clock("RB.S3.RESOLVE").trigger == ("stage_started 3",)
	assert changed.replace_clock("RB.S3.RESOLVE", length=5) == redbridge
	assert [clock.id for clock in changed.clocks] == [clock.id for clock in redbridge.clocks]
	assert changed.replace_clock("RB.S3.RESOLVE", length=None).clock("RB.S3.RESOLVE").length is None
	with pytest.raises(PolicyError, match=r"has no clock 'RB.S9'; its clocks are: RB.IMMEDIATE"):
		redbridge.replace_clock("RB.S9", length=2)
	with pytest.raises(PolicyError, match=r"clock RB.S3.RESOLVE: there is no field 'lenght'"):
		redbridge.replace_clock("RB.S3.RESOLVE", lenght=2)
	with pytest.raises(PolicyError, match="its clocks are: none"):
		Policy.from_dict(MINIMAL).clock("A")


def test_the_program_is_compiled_once_and_is_no_part_of_equality(policies: dict[str, Policy]) -> None:
	one, two = (
		Policy.from_dict(MINIMAL | {"clocks": [CLOCK]}),
		Policy.from_dict(MINIMAL | {"clocks": [CLOCK]}),
	)
	assert one.program is one.program
	assert one == two
	assert pickle.loads(pickle.dumps(one)).program.order == ("A",)  # noqa: S301  # our own bytes


@pytest.mark.parametrize(
	("clocks", "sentence"),
	[
		([CLOCK, CLOCK], "the clock A is listed twice"),
		([CLOCK | {"unit": "weeks"}], "has the unit 'weeks'; use one of 'working days'"),
		([CLOCK | {"kind": "wish"}], "has the kind 'wish'"),
		([CLOCK | {"occurrence": "any"}], "has the occurrence 'any'"),
		([CLOCK | {"non_working_day": "roll"}], "has the non_working_day 'roll'"),
		([CLOCK | {"length": 0}], "has the length 0; use 1 or more"),
		([CLOCK | {"cap": "B"}], "refers to the clock 'B', which does not exist"),
		([CLOCK | {"trigger": ["expiry B"]}], "refers to the clock 'B'"),
		([CLOCK | {"fallback": ["expiry B"]}], "refers to the clock 'B'"),
		([CLOCK | {"stop": ["expiry A"]}], "can start a clock, not end one"),
		([CLOCK | {"cancel": ["reopened"]}], "it ends none"),
		([CLOCK | {"trigger": ["solved"]}], "names no known event kind"),
		(
			[CLOCK, CLOCK | {"id": "B", "trigger": ["expiry A"], "occurrence": "each"}],
			"no expiry can start it",
		),
		([CLOCK | {"cap": "A"}], "in a circle: A → A"),
		([CLOCK | {"cap": "B"}, CLOCK | {"id": "B", "fallback": ["expiry A"]}], "in a circle: A → B → A"),
	],
)
def test_clocks_that_cannot_run(clocks: list[dict[str, Any]], sentence: str) -> None:
	with pytest.raises(PolicyError, match=sentence):
		_ = Policy.from_dict(MINIMAL | {"clocks": clocks}).program


def test_a_clock_without_its_number_is_left_out() -> None:
	program = Policy.from_dict(MINIMAL | {"clocks": [CLOCK | {"length": None}, CLOCK | {"id": "B"}]}).program
	assert [clock.id for clock in program.clocks] == ["B"]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
	"""A folder of policy files of the test's own."""
	monkeypatch.setattr(policy, "POLICIES", tmp_path)
	load_policy.cache_clear()
	yield tmp_path
	load_policy.cache_clear()


def test_load_policy(shelf: Path) -> None:
	(shelf / "board.json").write_text(json.dumps(MINIMAL), encoding="utf-8")
	(shelf / "other.json").write_text(json.dumps(MINIMAL), encoding="utf-8")
	(shelf / "broken.json").write_text("{", encoding="utf-8")
	assert load_policy("board") == Policy.from_dict(MINIMAL)
	assert load_policy("board") is load_policy("board")
	assert policy_ids() == ["board", "broken", "other"]
	with pytest.raises(PolicyError, match=r"no policy 'nonsense'; known policies: board, broken, other\."):
		load_policy("nonsense")
	with pytest.raises(PolicyError, match="not valid JSON"):
		load_policy("broken")
	with pytest.raises(PolicyError, match="holds the id 'board'"):
		load_policy("other")


def test_an_empty_shelf(shelf: Path) -> None:
	with pytest.raises(PolicyError, match="known policies: none"):
		load_policy("../board")
