"""A policy that somebody is still writing: everything wrong at once, each with its row, the rest read all the same."""

from __future__ import annotations

from typing import Any

import pytest

from safeguarding_escalation.engine import load_policy, policy_ids
from safeguarding_escalation.engine.drafts import position_of, read_draft


@pytest.mark.parametrize("policy_id", policy_ids())
def test_a_whole_policy_reads_as_it_is(policy_id: str) -> None:
	policy = load_policy(policy_id)
	draft = read_draft(policy.to_dict())
	assert draft.policy == policy
	assert draft.problems == []


def broken(table: str, position: int, **cells: Any) -> dict[str, Any]:
	"""Redbridge's policy as plain values, with some cells of one row changed."""
	values = load_policy("redbridge-2022").to_dict()
	values[table][position] |= cells
	return values


@pytest.mark.parametrize(
	("table", "position", "cells", "said"),
	[
		("clocks", 6, {"length": "abc"}, "clocks row 7: length 'abc' is not a whole number."),
		("clocks", 6, {"length": ""}, "needs a length of 1 or more"),
		("clocks", 5, {"trigger": "resolvd 2"}, "'resolvd 2' names no known event kind"),
		("moves", 2, {"to_stage": 9}, "there is no stage 9"),
		("records", 3, {"needs": "field colour"}, "has no field 'colour'"),
		("copy_rules", 0, {"recipient": ""}, "say to whom the copy goes"),
		("closing_duties", 1, {"owed_by": "nobody"}, "'nobody' is unknown"),
		("stages", 1, {"label": " "}, "give the name that the source gives it"),
		("exclusions", 2, {"effect": "shout"}, "'shout' is unknown"),
		("natures", 4, {"clause": ""}, "cite the clause"),
		("template_labels", 4, {"field": "colour"}, "'colour' is unknown"),
		("links", 1, {"clause": ""}, "cite the clause"),
		("contacts", 1, {"clause": ""}, "cite the clause"),
	],
)
def test_a_problem_is_found_with_its_row(table: str, position: int, cells: dict[str, Any], said: str) -> None:
	draft = read_draft(broken(table, position, **cells))
	problem = next(problem for problem in draft.problems if said in problem.message)
	assert problem.table == table
	assert position_of(draft, problem) == position


def test_a_cell_that_cannot_be_read_leaves_the_rest_alone() -> None:
	draft = read_draft(broken("clocks", 6, length="abc") | {"closures": "next Tuesday", "due_time": "00:00"})
	assert [problem.code for problem in draft.problems] == [
		"unreadable",
		"unreadable",
		"due_time",
		"length_missing",
	]
	assert draft.policy.clocks[6].label == "Resolve the disagreement between the line managers"
	assert [position_of(draft, problem) for problem in draft.problems] == [None, 6, None, 6]


def test_nothing_at_all_is_a_draft_with_problems() -> None:
	draft = read_draft({})
	assert draft.policy.id == ""
	assert {"name_missing", "no_stage_1"} <= {problem.code for problem in draft.problems}


def test_rows_without_their_needed_cells_are_read() -> None:
	draft = read_draft({"clocks": [{}], "moves": [{"to_stage": None}], "stages": [{"number": "x"}]})
	assert (draft.policy.clocks[0].id, draft.policy.moves[0].to_stage, draft.policy.stages[0].number) == (
		"",
		0,
		0,
	)
