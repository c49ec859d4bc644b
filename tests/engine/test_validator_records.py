"""The validator on records, copies, closing duties and the small tables: one planted defect each."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.engine.schema import TABLES
from safeguarding_escalation.engine.validator import validate
from safeguarding_escalation.engine.validator_words import AGENCY_TYPES, ESCALATION_FIELDS

EXAMPLE = Path(__file__).resolve().parent / "policy_data" / "example.json"
BASE = Policy.from_dict(json.loads(EXAMPLE.read_text("utf-8")))
DOCTYPES = Path(__file__).resolve().parents[2] / "safeguarding_escalation" / "safeguarding" / "doctype"

DEFECTS: list[tuple[str, str, int | None, dict[str, Any]]] = [
	("unknown_step", "records", 0, {"when": "dream"}),
	("unknown_effect", "records", 0, {"effect": "beg"}),
	(
		"unknown_ground",
		"records",
		None,
		{"when": "enter", "needs": ("reason",), "message": "Why?", "ground": "whim", "clause": "1"},
	),
	("unknown_stage", "records", 0, {"stage": 8}),
	("needs_missing", "records", 0, {"needs": ()}),
	("message_missing", "records", 0, {"message": " "}),
	("unknown_field", "records", 0, {"needs": ("field colour",)}),
	("unknown_field", "records", 0, {"needs": ("field",)}),
	("unknown_event", "records", 0, {"needs": ("event sneezed",)}),
	("malformed_term", "records", 0, {"needs": ("event discussed 1 2",)}),
	("malformed_term", "records", 0, {"needs": ("event",)}),
	("expiry_is_no_event", "records", 0, {"needs": ("event expiry RAISE",)}),
	("event_never_occurs", "records", 0, {"needs": ("event discussed 7",)}),
	("event_never_occurs", "records", 0, {"needs": ("event recommended 1",)}),
	("malformed_need", "records", 0, {"needs": ("a good word",)}),
	("record_never_applies", "records", 2, {"stage": 1}),
	("record_never_applies", "records", 0, {"when": "resolve", "ground": "skip"}),
	("record_never_applies", "records", 1, {"stage": 2}),
	("unknown_event", "copy_rules", 0, {"event": "sneezed"}),
	("expiry_is_no_event", "copy_rules", 0, {"event": "expiry RAISE"}),
	("event_never_occurs", "copy_rules", 0, {"event": "stage_started 6"}),
	("unknown_stage", "copy_rules", 0, {"stage": 6}),
	("recipient_missing", "copy_rules", 0, {"recipient": ""}),
	("unknown_sender", "copy_rules", 0, {"sender": "the postman"}),
	("unknown_condition", "copy_rules", 0, {"condition": "full moon"}),
	("unknown_path", "copy_rules", 1, {"condition": "path nowhere"}),
	("unknown_condition", "records", 0, {"condition": "half moon"}),
	("unknown_path", "closing_duties", 0, {"condition": "path nowhere"}),
	("duplicate_duty", "closing_duties", None, {"duty": "Confirm it", "owed_by": "chair", "clause": "2"}),
	("duty_missing", "closing_duties", 0, {"duty": ""}),
	("unknown_owed_by", "closing_duties", 0, {"owed_by": "everybody"}),
	("unknown_field", "closing_duties", 0, {"satisfied_by": ("field colour",)}),
	("malformed_need", "closing_duties", 0, {"satisfied_by": ("reason",)}),
	("duty_never_owed", "closing_duties", 0, {"from_stage": 4}),
	("duty_never_owed", "closing_duties", 0, {"from_stage": 2, "to_stage": 1}),
	("unknown_effect", "exclusions", 0, {"effect": "shrug"}),
	("duplicate_nature", "natures", None, {"label": "Communication", "clause": "1"}),
	("duplicate_return", "returns", None, {"name": "Report", "period": "annual", "clause": "5"}),
	("unknown_period", "returns", 0, {"period": "now and then"}),
	("duplicate_template_order", "template_labels", 1, {"order": 1}),
	("unknown_field", "template_labels", 0, {"field": "colour"}),
]


@pytest.mark.parametrize(("code", "table", "row", "changes"), DEFECTS)
def test_a_planted_defect(code: str, table: str, row: int | None, changes: dict[str, Any]) -> None:
	rows = list(getattr(BASE, table))
	if row is None:
		rows.append(TABLES[table](**changes))
	else:
		rows[row] = replace(rows[row], **changes)
	problems = validate(replace(BASE, **{table: tuple(rows)}))
	assert {problem.code for problem in problems} - {"record_never_applies"} == {code} - {
		"record_never_applies"
	}
	assert code in {problem.code for problem in problems}
	assert all(problem.table == table for problem in problems)
	assert all(problem.message.endswith(".") for problem in problems)


def test_recommendations_of_any_stage_need_one_that_allows_them() -> None:
	policy = replace(
		BASE,
		stages=tuple(replace(stage, outcomes=("resolved",)) for stage in BASE.stages),
		records=(replace(BASE.records[2], stage=0),),
		clocks=(),
	)
	assert [problem.code for problem in validate(policy)] == ["record_never_applies"]
	stages = (*policy.stages[:2], replace(policy.stages[2], outcomes=("advice",)))
	assert validate(replace(policy, stages=stages)) == []


CITING = [name for name, row in TABLES.items() if "clause" in {field.name for field in fields(row)}]


@pytest.mark.parametrize("table", CITING)
def test_every_row_must_cite_its_clause(table: str) -> None:
	rows = list(getattr(BASE, table))
	rows[0] = replace(rows[0], clause=" ")
	(problem,) = validate(replace(BASE, **{table: tuple(rows)}))
	assert (problem.code, problem.table) == ("clause_missing", table)


def doctype(name: str) -> list[dict[str, Any]]:
	text = (DOCTYPES / name / f"{name}.json").read_text("utf-8")
	found: list[dict[str, Any]] = json.loads(text)["fields"]
	return found


def test_the_fields_are_those_of_the_escalation() -> None:
	assert {field["fieldname"] for field in doctype("escalation")} >= ESCALATION_FIELDS


def test_the_agency_types_are_those_of_the_partner_agency() -> None:
	(kind,) = (field for field in doctype("partner_agency") if field["fieldname"] == "agency_type")
	assert kind["options"].split("\n") == list(AGENCY_TYPES)
