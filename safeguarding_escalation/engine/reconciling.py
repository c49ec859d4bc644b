"""How a year follows from its four issued quarters: their figures, what was corrected since, and what counts twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .returns import BY_CODE, DISTINCT, FIRST, LAST, OWN, SETTLED, SUM, Cells, parts


@dataclass(frozen=True)
class Correction:
	"""One cell of an issued period whose value is another now, by what was entered or corrected after it was issued."""

	cell: str
	was: int
	now: int

	@property
	def change(self) -> int:
		"""By how much."""
		return self.now - self.was


def corrections(was: Cells, now: Cells) -> tuple[Correction, ...]:
	"""The cells that differ, in the order of the tables; a cell that one of them lacks counts as nothing there."""
	cells = dict.fromkeys([*was, *now])
	found = (Correction(cell, was.get(cell, 0), now.get(cell, 0)) for cell in cells)
	return tuple(each for each in found if each.change)


@dataclass(frozen=True)
class Line:
	"""One cell of a year: the quarters as issued, what brings them to the year, and what is left, which is nothing.

	`late` is what was corrected since they were issued; `twice` how often an escalation counts in more than one
	quarter; `settled` what was done later in the year about what a quarter counted as not done.
	"""

	cell: str
	quarters: tuple[int, ...]
	late: int
	twice: int
	settled: int
	year: int

	@property
	def total(self) -> int:
		"""What the quarters come to: their sum, or the first's or last's where that is what the year has."""
		kind = _kind(self.cell)
		if kind in (FIRST, LAST):
			return self.quarters[0 if kind == FIRST else -1]
		return sum(self.quarters)

	@property
	def left(self) -> int:
		"""What is left unexplained."""
		return self.year - (self.total + self.late - self.twice + self.settled)


def lines(
	year: Cells, issued: Sequence[Cells], now: Sequence[Cells], together: Cells, at_the_end: Sequence[Cells]
) -> tuple[Line, ...]:
	"""A line for each cell of the year or of a quarter.

	`issued` are the quarters' figures as issued, `now` as they are counted now. `together` counts each escalation that is
	in any of the quarters once; `at_the_end` are the quarters now, as they look from the end of the year.
	"""
	cells = dict.fromkeys(cell for each in (year, *issued, *now) for cell in each)
	return tuple(_line(cell, year, issued, now, together, at_the_end) for cell in cells if _kind(cell) != OWN)


def _line(
	cell: str,
	year: Cells,
	issued: Sequence[Cells],
	now: Sequence[Cells],
	together: Cells,
	at_the_end: Sequence[Cells],
) -> Line:
	kind = _kind(cell)
	was, present = _values(issued, cell), _values(now, cell)
	twice = settled = 0
	if kind == FIRST:
		late = present[0] - was[0]
	elif kind == LAST:
		late = present[-1] - was[-1]
	else:
		late = sum(present) - sum(was)
		if kind == DISTINCT:
			twice = sum(present) - together.get(cell, 0)
		if kind == SETTLED:
			settled = sum(_values(at_the_end, cell)) - sum(present)
	return Line(cell, was, late, twice, settled, year.get(cell, 0))


def _values(several: Sequence[Cells], cell: str) -> tuple[int, ...]:
	return tuple(each.get(cell, 0) for each in several)


def _kind(cell: str) -> str:
	code, _, column = parts(cell)
	return BY_CODE[code].kind_of(column)


def year_relations(year: Cells, quarters: Mapping[str, Cells], mark: str) -> Iterable[Mapping[str, int]]:
	"""What a reader may take to hold between a year and its published quarters, for suppression.

	Cells of the quarters are named by `mark.format(quarter) + cell`. A sum that does not hold in fact is harmless here:
	who computes with it gets a wrong number.
	"""
	for cell in year:
		kind = _kind(cell)
		there = [mark.format(quarter) + cell for quarter, cells in quarters.items() if cell in cells]
		if kind in (SUM, DISTINCT, SETTLED) and there:
			yield {cell: -1, **dict.fromkeys(there, 1)}
		if kind in (FIRST, LAST) and there:
			yield {cell: -1, there[0 if kind == FIRST else -1]: 1}
