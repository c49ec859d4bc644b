"""The validator on planted defects: one defect each, and exactly the problems that it makes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.engine.errors import PolicyError
from safeguarding_escalation.engine.schema import TABLES, PolicyData
from safeguarding_escalation.engine.validator import Problem, check, validate

EXAMPLE = Path(__file__).resolve().parent / "policy_data" / "example.json"
BASE = Policy.from_dict(json.loads(EXAMPLE.read_text("utf-8")))
# A defect: the table ("policy" for the header), the row (None adds one), and what its fields become.
Defect = tuple[str, str, "int | None", dict[str, Any]]


def planted(table: str, row: int | None, changes: dict[str, Any]) -> PolicyData:
	"""The example with one defect."""
	if table == "policy":
		return replace(BASE, **changes)
	rows = list(getattr(BASE, table))
	if row is None:
		rows.append(TABLES[table](**changes))
	else:
		rows[row] = replace(rows[row], **changes)
	return replace(BASE, **{table: tuple(rows)})


HEADER: list[Defect] = [
	("name_missing", "policy", 0, {"id": ""}),
	("name_missing", "policy", 0, {"title": " "}),
	("name_missing", "policy", 0, {"chair_label": ""}),
	("unknown_word", "policy", 0, {"nation": "FRA"}),
	("unknown_word", "policy", 0, {"resolution_requires": "nobody"}),
	("unknown_word", "policy", 0, {"protective_set_by": ("Janitor",)}),
	("unknown_word", "policy", 0, {"chair_outcomes": ("verdict",)}),
	("words_missing", "policy", 0, {"subjects": ()}),
	("words_missing", "policy", 0, {"modes_that_count": ()}),
	("words_missing", "policy", 0, {"protective_set_by": ()}),
	("chair_outcomes_missing", "policy", 0, {"chair_outcomes": ()}),
	("clock_paused", "policy", 0, {"pause_on_stop_review": True}),
	("review_before_publication", "policy", 0, {"review_due": date(2023, 12, 31)}),
	("due_time", "policy", 0, {"due_time": time(0), "office_close": None}),
	("office_close", "policy", 0, {"office_close": time(9)}),
	("office_close", "policy", 0, {"office_close": time(18)}),
	("weekend", "policy", 0, {"weekend": (0, 1, 2, 3, 4, 5, 6)}),
	("max_backdate_days", "policy", 0, {"max_backdate_days": -1}),
	("unknown_stage", "policy", 0, {"notice_on_stages": (7,)}),
	("unknown_stage", "policy", 0, {"record_from_stage": 9}),
	("form_stage_boxes", "policy", 0, {"form_stage_boxes": 2}),
]
STAGES: list[Defect] = [
	("duplicate_stage", "stages", None, {"number": 2, "label": "Again", "clause": "2"}),
	("unreachable_stage", "stages", None, {"number": 4, "label": "Stage Four", "clause": "4"}),
	("label_missing", "stages", 0, {"label": ""}),
	("outcomes_missing", "stages", 0, {"outcomes": ()}),
	("unknown_outcome", "stages", 0, {"outcomes": ("victory",)}),
	("unknown_capacity", "stages", 0, {"raising_capacities": ("Boss",)}),
	("unknown_capacity", "stages", 0, {"responding_capacities": ("Boss",)}),
	("unknown_on_expiry", "stages", 0, {"on_expiry": "explode"}),
	(
		"unknown_stage",
		"levels",
		None,
		{"stage": 8, "order": 1, "label": "Up", "capacity": "Chair", "clause": "3"},
	),
	("duplicate_level_order", "levels", 1, {"order": 1}),
	("duplicate_level", "levels", 1, {"label": "Head"}),
	("unknown_capacity", "levels", 0, {"capacity": "Emperor"}),
	("unknown_side", "levels", 0, {"side": "inside"}),
	("unknown_stage", "moves", 2, {"from_stages": (2, 3, 8)}),
	(
		"unknown_stage",
		"moves",
		None,
		{"from_stages": (3,), "to_stage": 9, "ground": "immediate risk", "clause": "1"},
	),
	("from_missing", "moves", 3, {"from_stages": ()}),
	("unknown_level", "moves", None, {"from_stages": (2,), "to_stage": 3, "to_level": "Roof", "clause": "3"}),
	("move_goes_nowhere", "moves", 1, {"from_stages": (1, 2)}),
	("move_goes_nowhere", "moves", 1, {"from_stages": (1, 3)}),
	("next_skips", "moves", 2, {"from_stages": (1, 2)}),
	("skip_skips_nothing", "moves", 3, {"from_stages": (1, 2)}),
	("unknown_ground", "moves", 1, {"ground": "whim"}),
	("unknown_side", "moves", 1, {"side": "outside"}),
	("unknown_skip_rule", "moves", 1, {"skip_rule": "maybe"}),
	("unknown_capacity", "moves", 1, {"capacities": ("Boss",)}),
	("unknown_agency_type", "moves", 5, {"agency_types": ("Helth",)}),
	(
		"route_without_condition",
		"moves",
		None,
		{"from_stages": (2,), "to_stage": 3, "ground": "route", "clause": "4"},
	),
	("unreachable_level", "moves", 2, {"to_level": "Chair", "ground": "policy issue"}),
	(
		"duplicate_path",
		"paths",
		None,
		{"name": "dissent", "label": "Other", "enters_stage": 2, "clause": "4"},
	),
	("unknown_stage", "paths", None, {"name": "other", "label": "Other", "enters_stage": 8, "clause": "4"}),
	("label_missing", "paths", 0, {"label": ""}),
]
# The skip of the example reaches every level of stage 3, so an unreachable level needs it gone as well.
WITHOUT_SKIP = {"unreachable_level"}


def test_the_example_has_no_problem() -> None:
	assert validate(BASE) == []
	check(BASE)
	assert BASE.program


@pytest.mark.parametrize(("code", "table", "row", "changes"), [*HEADER, *STAGES])
def test_a_planted_defect(code: str, table: str, row: int | None, changes: dict[str, Any]) -> None:
	policy = planted(table, row, changes)
	if code in WITHOUT_SKIP:
		policy = replace(policy, moves=policy.moves[:3] + policy.moves[4:], records=policy.records[:1])
	problems = validate(policy)
	assert {problem.code for problem in problems} == {code}
	for problem in problems:
		assert problem.message.endswith((".", "!"))
		assert problem.message[0].isupper() or problem.message.split(":")[0] == problem.row
		assert problem.table
		assert problem.row


def without_stages(*numbers: int) -> PolicyData:
	return PolicyData(
		id="gap",
		title="Gaps",
		stages=tuple(stage for stage in BASE.stages if stage.number not in numbers),
	)


def test_no_stage_1() -> None:
	codes = {problem.code for problem in validate(without_stages(1, 2, 3))}
	assert codes == {"no_stage_1", "unknown_stage"}  # record_from_stage is 1 by default


def test_without_stages_nothing_is_said_of_what_events_could_happen() -> None:
	codes = {problem.code for problem in validate(replace(BASE, stages=()))}
	assert "no_stage_1" in codes
	assert not [code for code in codes if code.endswith("_occurs")]


def test_a_gap_between_stages_names_the_stage_that_is_missing() -> None:
	found = [problem for problem in validate(without_stages(2)) if problem.code == "stage_gap"]
	assert found == [
		Problem("stage_gap", "stages", "2", "Stage 2 is missing; number the stages without a gap.")
	]


@pytest.mark.parametrize("number", [0, 7])
def test_stage_numbers_are_those_of_the_workflow(number: int) -> None:
	policy = planted("stages", None, {"number": number, "label": "Odd", "clause": "1"})
	assert "stage_number" in {problem.code for problem in validate(policy)}


def test_stages_without_moves_are_unreachable() -> None:
	found = validate(replace(BASE, moves=(), records=()))
	assert [problem.row for problem in found if problem.code == "unreachable_stage"] == [
		"Stage 1",
		"Stage 2",
		"Stage 3",
	]


def test_check_raises_every_sentence() -> None:
	policy = replace(BASE, title="", weekend=(0, 1, 2, 3, 4, 5, 6))
	with pytest.raises(PolicyError) as raised:
		check(policy)
	assert str(raised.value).splitlines() == [problem.message for problem in validate(policy)]
	assert len(validate(policy)) == 2


def test_nothing_is_said_twice() -> None:
	policy = planted(
		"stages", 0, {"raising_capacities": ("Boss", "Boss"), "responding_capacities": ("Boss",)}
	)
	assert len(validate(policy)) == 1
