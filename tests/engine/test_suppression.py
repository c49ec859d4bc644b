"""No small number can be worked out of what is published: shown by looking for other tables that fit as well."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from math import prod

import pytest

from safeguarding_escalation.engine.reconciling import year_relations
from safeguarding_escalation.engine.suppression import is_small, suppressed

TOTAL = {"t": -1, "a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize(
	("value", "small"), [(0, False), (1, True), (4, True), (5, False), (-3, True), (-5, False)]
)
def test_which_counts_are_small(value, small):
	assert is_small(value) is small


def test_large_numbers_and_zeros_are_published():
	assert suppressed({"t": 12, "a": 5, "b": 7, "c": 0}, [TOTAL]) == frozenset()


def test_the_smallest_neighbour_goes_with_a_small_number():
	assert suppressed({"t": 32, "a": 3, "b": 9, "c": 20}, [TOTAL]) == {"a", "b"}


def test_two_that_can_only_be_one_each_take_a_third():
	assert suppressed({"t": 22, "a": 1, "b": 1, "c": 20}, [TOTAL]) == {"a", "b", "c"}


def test_zeros_go_only_where_nothing_else_is_left():
	cells = {"t": 3, "a": 3, "b": 0, "c": 0}
	assert suppressed(cells, [TOTAL]) == {"t", "a"}
	assert "a" in suppressed({"a": 3, "b": 0}, [{"a": 1, "b": 1, "x": -1}], {"x": 3}, ())


def test_a_sum_that_does_not_hold_tells_nothing():
	assert suppressed({"t": 40, "a": 3, "b": 9, "c": 20}, [TOTAL]) == {"a"}
	assert suppressed({"a": 3}, [{"a": 1, "gone": -1}]) == {"a"}


def test_what_was_published_earlier_is_taken_into_account():
	quarters = {"1": {"closed": 3}, "2": {"closed": 9}, "3": {"closed": 8}, "4": {"closed": 7}}
	before = {f"{name}|{cell}": value for name, cells in quarters.items() for cell, value in cells.items()}
	sums = list(year_relations({"closed": 27}, quarters, "{}|"))
	# The first quarter's 3 is hidden: the year's 27 would give it away.
	assert suppressed({"closed": 27}, sums, before, {"1|closed"}) == {"closed"}
	assert suppressed({"closed": 27}, sums, before, {"1|closed", "2|closed"}) == frozenset()


def test_the_year_has_the_first_quarters_beginning_and_the_last_quarters_end():
	year = {"open_start": 1, "open_end": 2, "opened": 3, "time": 0}
	quarters = {"1": {"open_start": 1, "opened": 3}, "2": {"open_end": 2}}
	assert list(year_relations(year, quarters, "{}|")) == [
		{"open_start": -1, "1|open_start": 1},
		{"open_end": -1, "2|open_end": 1},
		{"opened": -1, "1|opened": 1},
	]


# Solving against it: two-way tables, with row and column sums, and a year of four quarters of one-way tables.


def two_way(chance, rows, columns):
	"""A table with all its sums: cells and relations."""
	cells = {
		f"{r},{c}": chance.choice((0, 1, 2, 3, 4, 5, 8, 13, 30)) for r in range(rows) for c in range(columns)
	}
	cells |= {f"{r},*": sum(cells[f"{r},{c}"] for c in range(columns)) for r in range(rows)}
	cells |= {f"*,{c}": sum(cells[f"{r},{c}"] for r in range(rows)) for c in range(columns)}
	cells["*,*"] = sum(cells[f"{r},*"] for r in range(rows))
	sums = [{**{f"{r},{c}": 1 for c in range(columns)}, f"{r},*": -1} for r in range(rows)]
	sums += [{**{f"{r},{c}": 1 for r in range(rows)}, f"*,{c}": -1} for c in range(columns)]
	sums += [
		{**{f"{r},*": 1 for r in range(rows)}, "*,*": -1},
		{**{f"*,{c}": 1 for c in range(columns)}, "*,*": -1},
	]
	return cells, sums


def free(cell, hidden, sums):
	"""Whether linear algebra leaves a hidden cell open: its unit vector is no combination of the sums over hidden cells."""
	order = sorted(hidden)
	matrix = [[Fraction(each.get(name, 0)) for name in order] for each in sums]
	target = [Fraction(int(name == cell)) for name in order]
	for column in range(len(order)):
		pivot = next((row for row in matrix if row[column]), None)
		if pivot is None:
			continue
		matrix.remove(pivot)
		for row in (*matrix, target):
			factor = row[column] / pivot[column]
			row[:] = [value - factor * other for value, other in zip(row, pivot, strict=True)]
	return any(target)


def by_trying(cells, hidden, sums):
	"""Every value that each hidden cell has in some table that fits what is published and has at least one where it is not 0."""
	order = sorted(hidden)
	found = {cell: set() for cell in order}
	choices = [range(min(1, cells[cell]), cells[cell] + 3) for cell in order]
	for values in itertools.product(*choices):
		tried = {**cells, **dict(zip(order, values, strict=True))}
		if all(sum(tried[cell] * sign for cell, sign in each.items()) == 0 for each in sums):
			for cell, value in zip(order, values, strict=True):
				found[cell].add(value)
	return found


@pytest.mark.parametrize("seed", range(40))
def test_no_cell_of_a_two_way_table_is_worked_out(seed):
	chance = random.Random(seed)  # noqa: S311 (invented tables)
	cells, sums = two_way(chance, chance.choice((2, 3, 4)), chance.choice((2, 3, 5)))
	hidden = suppressed(cells, sums)
	assert {cell for cell, value in cells.items() if is_small(value)} <= hidden
	for cell in hidden:
		assert free(cell, hidden, sums), (cell, hidden)
	if prod(cells[cell] + 3 for cell in hidden) < 20_000:
		for cell, values in by_trying(cells, hidden, sums).items():
			assert len(values) > 1, (cell, values)


@pytest.mark.parametrize("seed", range(30))
def test_four_quarters_and_their_year_give_no_cell_away(seed):
	chance = random.Random(seed)  # noqa: S311 (invented tables)
	quarters, before, gone, sums = {}, {}, set(), []
	for name in "1234":
		cells = {row: chance.choice((0, 0, 1, 3, 6, 9, 20)) for row in ("a", "b", "c")}
		cells["t"] = sum(cells.values())
		hidden = suppressed(cells, [TOTAL, *sums], before, gone)
		quarters[name] = cells
		before |= {f"{name}|{cell}": value for cell, value in cells.items()}
		gone |= {f"{name}|{cell}" for cell in hidden}
		sums.append({f"{name}|{cell}": sign for cell, sign in TOTAL.items()})
	year = {cell: sum(cells[cell] for cells in quarters.values()) for cell in TOTAL}
	kinds = [{cell: -1, **{f"{name}|{cell}": 1 for name in quarters}} for cell in year]
	every = [TOTAL, *sums, *kinds]
	hidden = suppressed(year, every, before, gone) | gone
	for cell in hidden:
		assert free(cell, hidden, every), (cell, hidden)


def test_what_nothing_can_hide_is_left():
	assert suppressed({"b": 7}, [{"a": 1}], {"a": 0}, {"a"}) == frozenset()
