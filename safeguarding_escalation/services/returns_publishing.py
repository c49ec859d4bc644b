"""The version of a return that a board may publish: no count under five, and none that could be worked out.

The sums that are looked at are those inside the return, those with the board's issued returns of earlier and later
periods, and those of a period that others divide. What was corrected late is named, never by how much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from safeguarding_escalation.engine import reconciling, returns, suppression
from safeguarding_escalation.engine.return_periods import Period
from safeguarding_escalation.engine.returns import Cells
from safeguarding_escalation.services import returns_content, returns_people
from safeguarding_escalation.services.rows import select

_NAME = "{}\x1f"
_COLUMNS = ("name", "from_date", "to_date", "figures", "published")
# As many returns of a board are looked at together: ten years of quarters and years.
_MOST = 50


@dataclass(frozen=True)
class Issued:
	"""One issued return: its period, its cells, and which of them are not in its published version."""

	name: str
	period: Period
	cells: Cells
	hidden: frozenset[str]


def publish(doc: Any, content: dict[str, Any]) -> dict[str, Any]:
	"""The published version of a content: cells (None where suppressed), spread (or None), late, clocks, stages, asked."""
	period = returns_content.looked_at(doc)
	cells = content["cells"]
	others = issued(doc.board, doc.scope, doc.name)
	hidden = hidden_cells(period, cells, others)
	told = {cell: None if cell in hidden else value for cell, value in cells.items()}
	kept = {
		name: content[name]
		for name in ("version", "board", "scope", "period", "policy", "asked", "stages", "clocks")
	}
	late = [
		{"return": each["return"], "period": each["period"], "titles": titles(each)}
		for each in content["late"]
	]
	return {**kept, "cells": told, "spread": _spread(content["spread"], told), "late": late, "year": None}


def titles(late: dict[str, Any]) -> list[str]:
	"""Which figures a late correction concerns."""
	codes = dict.fromkeys(returns.parts(cell)[0] for cell, *_ in late["lines"])
	return [returns.BY_CODE[code].title for code in codes]


def issued(board: str, scope: str, without: str) -> list[Issued]:
	"""The issued returns of a board, but one."""
	rows = select(
		returns_people.DOCTYPE,
		_COLUMNS,
		{"board": board, "scope": scope, "status": "Issued"},
		order_by="to_date",
	)
	found = []
	for row in [row for row in rows if row.name != without][-_MOST:]:
		cells = returns_content.stored(row.figures).get("cells", {})
		told = returns_content.stored(row.published).get("cells", {})
		gone = frozenset(cell for cell in cells if told.get(cell) is None)
		found.append(Issued(row.name, Period(row.from_date, row.to_date), cells, gone))
	return found


def hidden_cells(period: Period, cells: Cells, others: Sequence[Issued]) -> frozenset[str]:
	"""The cells that the published version leaves out."""
	before = {_NAME.format(each.name) + cell: value for each in others for cell, value in each.cells.items()}
	gone = {_NAME.format(each.name) + cell for each in others for cell in each.hidden}
	sums = [*returns.relations(cells), *_across(period, cells, others)]
	for each in others:
		mark = _NAME.format(each.name)
		for relation in returns.relations(each.cells):
			sums.append({mark + cell: sign for cell, sign in relation.items()})
	return suppression.suppressed(cells, sums, before, gone)


def _across(period: Period, cells: Cells, others: Sequence[Issued]) -> Iterator[dict[str, int]]:
	"""What holds between the returns: a period that others divide, and what is open between two that meet."""
	every = [Issued("", period, cells, frozenset()), *others]
	for one in every:
		for parts in _dividing(one.period, [each for each in every if each is not one]):
			quarters = {each.name: each.cells for each in parts}
			for relation in reconciling.year_relations(one.cells, quarters, _NAME):
				yield {_own(cell, one.name): sign for cell, sign in relation.items()}
		for following in every:
			if following.period.first == one.period.last + timedelta(days=1):
				yield {_own("open_end", one.name): 1, _own("open_start", following.name): -1}


def _own(cell: str, name: str) -> str:
	"""A cell's name among all returns: those of the return that is published now bear no mark."""
	if "\x1f" in cell:
		return cell.removeprefix("\x1f")
	return (_NAME.format(name) if name else "") + cell


def _dividing(whole: Period, others: Sequence[Issued], begin: Any = None) -> Iterator[list[Issued]]:
	"""Each way in which some of the periods divide one."""
	first = begin or whole.first
	for each in others:
		if each.period.first == first and each.period.last <= whole.last:
			if each.period.last == whole.last:
				yield [each]
				continue
			for rest in _dividing(whole, others, each.period.last + timedelta(days=1)):
				yield [each, *rest]


def _spread(spread: dict[str, Any], told: dict[str, int | None]) -> dict[str, Any] | None:
	"""The median alone, where the resolutions are not few and no band of them is left out: ends of a range are cases."""
	bands = [value for cell, value in told.items() if returns.parts(cell)[0] == "time"]
	enough = spread["count"] >= suppression.SMALLEST and told["resolved"] is not None and None not in bands
	return (
		{"count": spread["count"], "median": spread["median"], "shortest": None, "longest": None}
		if enough
		else None
	)
