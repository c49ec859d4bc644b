"""The shipped policies against what was transcribed from their sources: clocks field by field, labels word by word."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from safeguarding_escalation.engine import Policy, load_policy, policy_ids
from safeguarding_escalation.engine.policy import POLICIES
from safeguarding_escalation.engine.schema import TABLES, Clock, PolicyData
from safeguarding_escalation.engine.validator import check, validate

DATA = Path(__file__).resolve().parent / "policy_data"
CLOCKS: dict[str, list[dict[str, Any]]] = json.loads((DATA / "clocks.json").read_text("utf-8"))["policies"]
LABELS: dict[str, dict[str, list[str]]] = json.loads((DATA / "labels.json").read_text("utf-8"))
NORMATIVE = [(policy_id, row) for policy_id, rows in CLOCKS.items() for row in rows]
# Not in the normative table: the words for people, and a remark of our own where the table has none.
OWN_FIELDS = {"label", "note"}


def test_the_five_policies_ship() -> None:
	assert policy_ids() == ["4lsab-2023", "buckinghamshire", "redbridge-2022", "stockport", "suffolk-2024"]
	assert set(policy_ids()) == set(CLOCKS) == set(LABELS)


@pytest.mark.parametrize("policy_id", policy_ids())
def test_a_shipped_policy_has_no_problem(policy_id: str) -> None:
	policy = load_policy(policy_id)
	assert validate(policy) == []
	check(policy)
	assert policy.program
	assert Policy.from_dict(policy.to_dict()) == policy


@pytest.mark.parametrize("policy_id", policy_ids())
def test_the_file_says_every_setting_outright(policy_id: str) -> None:
	text = (POLICIES / f"{policy_id}.json").read_text("utf-8")
	values = json.loads(text)
	assert list(values) == [field.name for field in fields(PolicyData)]
	assert text == json.dumps(values, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(("policy_id", "row"), NORMATIVE, ids=[row["id"] for _, row in NORMATIVE])
def test_a_clock_is_exactly_the_normative_one(policy_id: str, row: dict[str, Any]) -> None:
	clock = load_policy(policy_id).clock(row["id"])
	for field in fields(Clock):
		if field.name in OWN_FIELDS:
			continue
		default = None if field.default is MISSING else field.default
		wanted = row.get(field.name, default)
		assert getattr(clock, field.name) == (tuple(wanted) if isinstance(wanted, list) else wanted), (
			field.name
		)


@pytest.mark.parametrize("policy_id", policy_ids())
def test_the_clocks_are_those_and_no_others(policy_id: str) -> None:
	policy = load_policy(policy_id)
	assert [clock.id for clock in policy.clocks] == [row["id"] for row in CLOCKS[policy_id]]
	labels = [clock.label for clock in policy.clocks]
	assert all(labels)
	assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("policy_id", policy_ids())
def test_labels_are_the_sources_words(policy_id: str) -> None:
	policy, wanted = load_policy(policy_id), LABELS[policy_id]
	assert [stage.label for stage in policy.stages] == wanted["stages"]
	assert [nature.label for nature in policy.natures] == wanted["natures"]
	if wanted["template"]:
		assert [label.label for label in policy.template_labels] == wanted["template"]
	assert [label.order for label in policy.template_labels] == [*range(1, len(policy.template_labels) + 1)]


@pytest.mark.parametrize("policy_id", policy_ids())
def test_every_row_cites_its_clause(policy_id: str) -> None:
	policy = load_policy(policy_id)
	for table, row_type in TABLES.items():
		if "clause" in {field.name for field in fields(row_type)}:
			assert all(row.clause.strip() for row in getattr(policy, table)), table


def test_redbridge_says_that_no_form_is_prescribed() -> None:
	policy = load_policy("redbridge-2022")
	assert "no form is prescribed by the RSAB policy" in policy.form_title
	assert policy.template_labels
