"""Figures of returns: names of cells, sums, spreads, and how a year follows from its quarters."""

from dataclasses import replace

import pytest

from safeguarding_escalation.engine import load_policy, reconciling
from safeguarding_escalation.engine.answers import answering_stages
from safeguarding_escalation.engine.returns import (
	BANDS,
	BY_CODE,
	FIGURES,
	SECTIONS,
	Spread,
	answered,
	band,
	key,
	known_in,
	parts,
	relations,
	rows_of,
	spread,
)


def test_each_figure_says_what_it_is():
	assert len(BY_CODE) == len(FIGURES)
	for figure in FIGURES:
		assert figure.section in SECTIONS
		assert figure.definition.endswith(".")
		assert figure.counts
		assert figure.dated
		assert all(code in BY_CODE for code in figure.of)


@pytest.mark.parametrize(
	("given", "name"),
	[
		(("opened",), "opened"),
		(("raising", "Ward 4"), "raising::Ward 4"),
		(("policy_clock", "RB.S1", "due"), "policy_clock::RB.S1::due"),
		(("theme", "A::B"), "theme::A: B"),
	],
)
def test_a_cell_has_one_name(given, name):
	assert key(*given) == name
	code, row, column = parts(name)
	assert key(code, row, column) == name


@pytest.mark.parametrize(("days", "row"), [(0, 0), (5, 0), (6, 1), (20, 2), (40, 3), (41, 4), (400, 4)])
def test_a_number_of_days_lies_in_one_band(days, row):
	assert band(days) == BANDS[row][2]


@pytest.mark.parametrize(
	("counted", "expected"),
	[
		({}, Spread()),
		({4: 0}, Spread()),
		({4: 1}, Spread(1, 4, 4, 4)),
		({4: 1, 7: 1}, Spread(2, 5.5, 4, 7)),
		({1: 2, 9: 1, 3: 2}, Spread(5, 3, 1, 9)),
	],
)
def test_the_spread_of_numbers_counted(counted, expected):
	assert spread(counted) == expected


def test_the_rows_of_a_table_and_the_sums_that_hold():
	cells = {
		"opened": 3,
		"raising::A": 2,
		"raising::B": 1,
		"policy_clock::X::due": 4,
		"policy_clock::X::late": 1,
	}
	assert rows_of(cells, "raising") == ("A", "B")
	found = list(relations(cells))
	assert found[0]["open_end"] == -1
	assert {"raising::A": 1, "raising::B": 1, "opened": -1} in found
	assert {
		"policy_clock::X::due": -1,
		"policy_clock::X::in_time": 1,
		"policy_clock::X::late": 1,
		"policy_clock::X::missed": 1,
	} in found
	assert len(found) == 3


def test_a_policys_columns_are_answered_by_figures_or_by_words():
	found = {
		each.column: each.figures for each in answered(["Escalations by stage", "Themes", "The weather"])
	}
	assert found["Escalations by stage"] == ("open_stage", "resolved_stage", "highest")
	assert found["Themes"] == ("theme",)
	assert found["The weather"] == ()


def test_what_was_corrected():
	found = reconciling.corrections({"opened": 4, "resolved": 2, "theme::A": 1}, {"opened": 5, "resolved": 2})
	assert [(each.cell, each.change) for each in found] == [("opened", 1), ("theme::A", -1)]


def test_a_year_follows_from_its_quarters_to_nothing_left():
	issued = [
		{
			"open_start": 1,
			"opened": 4,
			"live": 5,
			"open_end": 3,
			"policy_clock::X::late": 1,
			"policy_clock::X::missed": 2,
		},
		{"open_start": 3, "opened": 2, "live": 5, "open_end": 2, "policy_clock::X::missed": 1},
	]
	now = [{**issued[0], "opened": 5, "live": 6}, issued[1]]
	at_the_end = [{**now[0], "policy_clock::X::late": 3, "policy_clock::X::missed": 0}, now[1]]
	year = {
		"open_start": 1,
		"opened": 7,
		"live": 8,
		"open_end": 2,
		"policy_clock::X::late": 3,
		"policy_clock::X::missed": 1,
	}
	lines = {line.cell: line for line in reconciling.lines(year, issued, now, {"live": 8}, at_the_end)}
	assert {cell: line.left for cell, line in lines.items()} == dict.fromkeys(year, 0)
	assert (lines["opened"].total, lines["opened"].late) == (6, 1)
	assert (lines["live"].total, lines["live"].late, lines["live"].twice) == (10, 1, 3)
	assert (lines["open_start"].total, lines["open_end"].total) == (1, 2)
	assert (lines["policy_clock::X::missed"].total, lines["policy_clock::X::missed"].settled) == (3, -2)
	wrong = reconciling.lines({**year, "opened": 9}, issued, now, {"live": 8}, at_the_end)
	assert {line.cell: line.left for line in wrong}["opened"] == 2


def test_a_content_has_the_figures_of_its_version():
	cells = {"opened": 4, "chair_put": 2, "chair_answer::Advice": 2}
	assert known_in(1, cells) == {"opened": 4}
	assert known_in(2, cells) == cells


@pytest.mark.parametrize(
	("board", "stages"),
	[
		("4lsab-2023", {4}),
		("stockport", {4}),
		("redbridge-2022", {4}),
		("buckinghamshire", {4}),
		("suffolk-2024", {5}),
	],
)
def test_the_stages_that_end_with_the_chair_s_answer(board, stages):
	policy = load_policy(board)
	assert answering_stages(policy) == stages
	assert answering_stages(replace(policy, chair_outcomes=())) == set()
	only = replace(policy, chair_outcomes=("resolved",))
	assert answering_stages(only) == {stage.number for stage in policy.stages if stage.chair_sees} >= stages
