"""From a figure to its rows: the escalations that a cell counts, as far as the user may open them, and how many others."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine import returns
from safeguarding_escalation.engine.return_periods import Period
from safeguarding_escalation.engine.returns import BANDS, CHAIR_ANSWERS, NOT_RECORDED
from safeguarding_escalation.services import returns_chair, returns_content, returns_counting, returns_people
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.returns_counting import stage_row
from safeguarding_escalation.services.returns_tenure import Tenure

MOST = 200
_OF_OPENED = {"raising": "raising_agency", "receiving": "responding_agency", "direction": "direction"}
_OF_CASES = {
	"dissatisfied": "dissatisfaction_remaining", "learning": "learning", "policy_gap": "policy_gap",
	"explained": "not_resolved_earlier",
}  # fmt: skip


def rows(name: str, cell: str) -> dict[str, Any]:
	"""The escalations behind a cell of a stored return, as they are counted now.

	Returns {count, hidden, more, rows: [{name, reference, stage_label, workflow_state}]}: `count` escalations, `hidden` of
	which the session's user may not open, at most MOST of the others. Raises BadInput for a cell that there is none of.
	"""
	doc = frappe.get_doc(returns_people.DOCTYPE, name)
	if cell not in returns_content.stored(doc.figures).get("cells", {}):
		refuse(BadInput, "There is no such figure in this return.")
	names = members(doc.board, returns_content.looked_at(doc), cell)
	fields = ["name", "reference", "stage_label", "workflow_state"]
	found = []
	for start in range(0, len(names), MOST):
		part = ("in", names[start : start + MOST])
		found += frappe.get_list(
			"Escalation", filters={"name": part}, fields=fields, order_by="reference asc", limit=0
		)
	return {
		"count": len(names),
		"hidden": len(names) - len(found),
		"more": max(0, len(found) - MOST),
		"rows": found[:MOST],
	}


def members(board: str, period: Period, cell: str) -> list[str]:
	"""The names of the escalations that a cell counts, each once. Asks no permission."""
	code, row, column = returns.parts(cell)
	if column:
		return _of_clock(board, period, code, row, column)
	if code in ("live", "theme", "theme_level"):
		return _of_theme(board, period, code, row)
	if code in ("chair_put", "chair_answer"):
		found = returns_chair.answers(board, [period])
		return sorted(name for name, answer in found.items() if not row or CHAIR_ANSWERS[answer] == row)
	if code in ("concluded", "complaints", *_OF_CASES):
		return _of_concluded(board, period, code)
	return _of_spells(board, period, code, row)


def _of_spells(board: str, period: Period, code: str, row: str) -> list[str]:
	spell, case = frappe.qb.DocType("Escalation Spell"), frappe.qb.DocType("Escalation")
	begins, ends = returns_counting.bounds(period)
	flow = returns_counting.flow(spell, begins, ends)
	ended = flow["resolved"] | flow["unresolved"] | flow["withdrawn"]
	begun = returns_counting.within(spell.from_at, begins, ends)
	base = {
		"open_stage": flow["open_end"], "resolved_stage": flow["resolved"], "time": flow["resolved"], "highest": ended,
		"skipping": begun & (spell.skipped != ""), "skips": begun & (spell.skipped != ""),
	}  # fmt: skip
	condition = flow.get(code, base.get(code, flow["opened"]))
	query = frappe.qb.from_(spell).join(case).on(case.name == spell.escalation)
	query = query.where((spell.board == board) & condition).select(spell.escalation).distinct()
	if code in ("open_stage", "resolved_stage"):
		query = query.where(spell.stage == _number(row))
	elif code == "highest":
		query = query.where(spell.highest == _number(row))
	elif code == "time":
		first, last = next((first, last) for first, last, words in BANDS if words == row)
		query = query.where(spell.working_days >= first)
		query = query if last is None else query.where(spell.working_days <= last)
	elif code == "skips":
		stages, _, ground = row.removeprefix("Stage ").partition(", by ")
		query = query.where((spell.skipped == stages) & (spell.ground == ground))
	elif code in _OF_OPENED:
		query = query.where(_is(case[_OF_OPENED[code]], row))
	elif code == "immediate":
		query = query.where(case.immediate_risk == 1)
	elif code == "out_of_area":
		query = query.where(case.out_of_area_board.isnotnull() & (case.out_of_area_board != ""))
	elif code == "nature":
		nature = frappe.qb.DocType("Escalation Nature")
		query = query.join(nature).on((nature.parent == case.name) & (nature.parenttype == "Escalation"))
		query = query.where(_is(nature.nature, row))
	return sorted(query.run(pluck=True))


def _number(row: str) -> int:
	return next(number for number in range(100) if stage_row(number) == row)


def _is(column: Any, row: str) -> Any:
	return (column.isnull() | (column == "")) if row == NOT_RECORDED else column == row


def _of_theme(board: str, period: Period, code: str, row: str) -> list[str]:
	case, live = frappe.qb.DocType("Escalation"), returns_counting.live(board, [period])
	query = (
		frappe.qb.from_(case)
		.join(live)
		.on(live.escalation == case.name)
		.select(case.name, case.theme, case.theme_level)
	)
	found = query.run()
	if code == "live":
		return sorted(name for name, *_ in found)
	place = 1 if code == "theme" else 2
	kept = set(
		returns_content.plain_rows(
			board, period, {returns.key(code, returns_counting.text(each[place])): 1 for each in found}
		)
	)
	return sorted(
		name
		for name, *values in found
		for told in [returns_counting.text(values[place - 1])]
		if told == row or (row == returns_content.WITHHELD and returns.key(code, told) not in kept)
	)


def _of_concluded(board: str, period: Period, code: str) -> list[str]:
	case, ended = frappe.qb.DocType("Escalation"), returns_counting.concluded(board, [period])
	query = frappe.qb.from_(case).join(ended).on(ended.escalation == case.name).select(case.name)
	if code == "complaints":
		query = query.where(case.complaint_made == 1)
	elif code in _OF_CASES:
		column = case[_OF_CASES[code]]
		query = query.where(column.isnotnull() & (column != ""))
	return sorted(query.run(pluck=True))


def _of_clock(board: str, period: Period, code: str, clock_id: str, column: str) -> list[str]:
	clock, case = frappe.qb.DocType("Escalation Deadline"), frappe.qb.DocType("Escalation")
	begins, ends = returns_counting.bounds(period)
	runs = returns_counting.clock_runs(clock, case, Tenure.of(board), begins, ends, ends)
	query = frappe.qb.from_(clock).join(case).on(case.name == clock.escalation).select(case.name).distinct()
	query = query.where((clock.clock == clock_id) & returns_counting.of_kind(clock, code))
	return sorted(query.where(runs[column]).run(pluck=True))
