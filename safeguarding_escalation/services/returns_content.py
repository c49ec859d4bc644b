"""What a return holds: its cells, what rows are called, what was corrected late, and how a year follows from its quarters.

Figures and words of policies alone, stored with the return as JSON. A row is called by what somebody typed in one place,
the theme; where that names anybody it is withheld.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import frappe

from safeguarding_escalation.engine import reconciling, returns
from safeguarding_escalation.engine.return_periods import Period, quarters
from safeguarding_escalation.engine.returns import Cells, key
from safeguarding_escalation.engine.schema import Return
from safeguarding_escalation.services import policies, returns_counting, returns_names, returns_people

# Raised with each new figure: what an earlier return had not is no late correction of it.
VERSION = 2
WITHHELD = "Withheld: what was typed names somebody"
# How long after it an issued period is looked at again for late corrections.
LOOKED_BACK = timedelta(days=460)
TYPED = ("theme",)


def asked_for(board: str, kind: str, day: date) -> tuple[str, Return | None]:
	"""The policy that a board works by on a day, '' for none, and the return of a kind that it asks for."""
	name = policies.adopted(board, day) or ""
	found = [each for each in policies.policy(name).returns if each.period == kind] if name else []
	return name, found[0] if found else None


def build(board: str, scope: str, kind: str, period: Period) -> dict[str, Any]:
	"""Count everything now; see the module's first lines for what is in it."""
	counted = returns_counting.count(board, period)
	policy, asked = asked_for(board, kind, period.last)
	cells = _told(board, scope, period, counted.cells)
	return {
		"version": VERSION,
		"board": board,
		"scope": scope,
		"period": period.words(),
		"policy": _policy(policy, asked),
		"asked": [asdict(each) for each in returns.answered(asked.columns if asked else ())],
		"stages": _stages(policy, cells),
		"clocks": {name: list(words) for name, words in counted.clocks.items()},
		"cells": cells,
		"spread": asdict(counted.spread),
		"late": _late(board, scope, period),
		"year": _year(board, scope, period, cells),
	}


def stored(text: Any) -> dict[str, Any]:
	"""A stored content; empty where none is stored."""
	return text if isinstance(text, dict) else json.loads(text or "{}")


def text_of(content: dict[str, Any]) -> str:
	"""A content as it is stored: always the same text for the same content."""
	return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def cells_now(board: str, scope: str, period: Period, as_of: datetime | None = None) -> dict[str, int]:
	"""The cells of a period as they are counted now; `as_of` as in `returns_counting.count`."""
	return _told(board, scope, period, returns_counting.count(board, period, as_of).cells)


def _told(board: str, scope: str, period: Period, cells: Cells) -> dict[str, int]:
	"""Whether escalations were raised or received is an organisation's question alone."""
	if scope != returns_people.OURS:
		cells = {cell: value for cell, value in cells.items() if returns.parts(cell)[0] != "direction"}
	return plain_rows(board, period, cells)


def plain_rows(board: str, period: Period, cells: Cells) -> dict[str, int]:
	"""The cells with every typed row that names somebody put together under WITHHELD."""
	typed = {row for code in TYPED for row in returns.rows_of(cells, code)} - {returns.NOT_RECORDED}
	telling = returns_names.telling(typed, board, period) if typed else frozenset()
	if not telling:
		return dict(cells)
	found: dict[str, int] = {}
	for cell, value in cells.items():
		code, row, column = returns.parts(cell)
		name = key(code, WITHHELD, column) if code in TYPED and row in telling else cell
		found[name] = found.get(name, 0) + value
	return found


def _policy(name: str, asked: Return | None) -> dict[str, str]:
	if not name:
		return {"title": "", "clause": "", "return": ""}
	words = {"clause": asked.clause, "return": asked.name} if asked else {"clause": "", "return": ""}
	return {"title": policies.policy(name).title, **words}


def _stages(policy: str, cells: Cells) -> dict[str, str]:
	"""What the board's policy calls the stages that occur, where that says more than the number."""
	if not policy:
		return {}
	known = {stage.number: stage.label for stage in policies.policy(policy).stages}
	named = {returns_counting.stage_row(number): label for number, label in known.items()}
	rows = {
		row for code in ("open_stage", "resolved_stage", "highest") for row in returns.rows_of(cells, code)
	}
	return {row: named[row] for row in sorted(rows) if named.get(row, row) != row}


def _late(board: str, scope: str, period: Period) -> list[dict[str, Any]]:
	"""Of each issued return before this one: the cells that are others now than what was last said of them."""
	found = []
	issued = returns_people.issued_before(board, scope, period.first)
	for earlier in issued:
		if period.first - earlier.to_date > LOOKED_BACK:
			continue
		past = Period(earlier.from_date, earlier.to_date)
		said = _last_said(earlier, issued)
		now = returns.known_in(_version(earlier), cells_now(board, scope, past))
		lines = reconciling.corrections(said, now)
		if lines:
			found.append(
				{
					"return": earlier.reference,
					"period": past.words(),
					"cases": returns_counting.touched_since(board, past, earlier.issued_at),
					"lines": [[each.cell, each.was, each.now] for each in lines],
				}
			)
	return found


def _version(row: Any) -> int:
	return int(stored(row.figures).get("version", 1))


def _last_said(earlier: Any, issued: Iterable[Any]) -> dict[str, int]:
	"""An issued return's cells, with what the others of `issued` have corrected of them since."""
	cells = dict(stored(earlier.figures).get("cells", {}))
	for later in issued:
		for each in stored(later.figures).get("late", []):
			if each["return"] == earlier.reference:
				cells.update({cell: now for cell, _, now in each["lines"]})
	return cells


def _year(board: str, scope: str, period: Period, cells: Cells) -> dict[str, Any] | None:
	"""How this year follows from its four quarters; None for a period that is no year, or without an issued quarter."""
	parts = quarters(period)
	issued = {
		(row.from_date, row.to_date): row
		for row in returns_people.issued_before(board, scope, period.last + timedelta(days=1))
	}
	rows = [issued.get((part.first, part.last)) for part in parts]
	if not any(rows):
		return None
	missing = [part.words() for part, row in zip(parts, rows, strict=True) if not row]
	names = [row.reference for row in rows if row]
	if missing:
		return {"quarters": names, "missing": missing, "lines": []}
	version = min(_version(row) for row in rows if row)
	now = [returns.known_in(version, cells_now(board, scope, part)) for part in parts]
	at_the_end = [returns.known_in(version, cells_now(board, scope, part, period.ends)) for part in parts]
	together = plain_rows(board, period, returns_counting.distinct(board, parts))
	said = [returns.known_in(version, stored(row.figures).get("cells", {})) for row in rows if row]
	lines = reconciling.lines(returns.known_in(version, cells), said, now, together, at_the_end)
	return {
		"quarters": names,
		"missing": [],
		"lines": [
			[each.cell, list(each.quarters), each.late, each.twice, each.settled, each.year, each.left]
			for each in lines
		],
	}


def looked_at(row: Any) -> Period:
	"""The period of a stored return."""
	return Period(frappe.utils.getdate(row.from_date), frappe.utils.getdate(row.to_date))
