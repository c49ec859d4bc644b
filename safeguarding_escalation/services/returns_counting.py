"""The figures of a return, counted by the database from stored spells, deadlines and cases: a handful of queries.

No permission is asked here: who may see a return's figures is for its callers (`return_permissions`). Nothing is
written. What each figure means is in `engine.returns`; the state counted is the one at the end of the period.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import frappe
from pypika import Case
from pypika.functions import Count, Max, Sum
from pypika.terms import Criterion

from safeguarding_escalation.engine import returns
from safeguarding_escalation.engine.return_periods import Period
from safeguarding_escalation.engine.returns import NOT_RECORDED, Spread, key
from safeguarding_escalation.engine.spells import (
	CLOSED,
	OPEN,
	RAISED,
	REOPENED,
	RESOLVED,
	TRANSFERRED,
	WITHDRAWN,
)
from safeguarding_escalation.services import returns_chair, times
from safeguarding_escalation.services.returns_tenure import Tenure

ENDING = (RESOLVED, CLOSED, WITHDRAWN)
_KINDS = {"maximum": "policy_clock", "local target": "local_target"}
_OTHER = "other_clock"


@dataclass
class Counted:
	"""The cells of a return by name, the spread of its times to resolution, and what clocks are called, with their clause."""

	cells: dict[str, int] = field(default_factory=dict)
	spread: Spread = field(default_factory=Spread)
	clocks: dict[str, tuple[str, str]] = field(default_factory=dict)


def count(board: str, period: Period, as_of: datetime | None = None) -> Counted:
	"""Every figure of a board's period. `as_of` (aware) is from when it is looked at, where that is later than its end."""
	found = Counted()
	begins, ends = bounds(period)
	_flow(found, board, begins, ends)
	_stages(found, board, begins, ends)
	_opened(found, board, begins, ends)
	_skips(found, board, begins, ends)
	_clocks(found, board, begins, ends, times.stored(as_of) if as_of else ends)
	found.cells.update(distinct(board, [period]))
	return found


def bounds(period: Period) -> tuple[datetime, datetime]:
	"""A period's instants as the database has them: from, and the first after it."""
	return times.stored(period.begins), times.stored(period.ends)


def within(column: Any, begins: datetime, ends: datetime) -> Criterion:
	"""Whether an instant lies in a period."""
	return (column >= begins) & (column < ends)


def open_before(spell: Any, moment: datetime) -> Criterion:
	"""Whether a spell is one of an open case just before an instant."""
	running = spell.to_at.isnull() | (spell.to_at >= moment)
	return (spell.state == OPEN) & (spell.from_at < moment) & running


def flow(spell: Any, begins: datetime, ends: datetime) -> dict[str, Criterion]:
	"""By figure, which spells count for what was opened, ended and open."""
	begun = within(spell.from_at, begins, ends)
	ended = {state: begun & (spell.begins == state) & (spell.came_from == OPEN) for state in ENDING}
	return {
		"open_start": open_before(spell, begins),
		"opened": begun & (spell.begins == RAISED),
		"reopened": begun & (spell.begins == REOPENED),
		"received": begun & (spell.begins == TRANSFERRED) & (spell.state == OPEN),
		"resolved": ended[RESOLVED],
		"unresolved": ended[CLOSED],
		"withdrawn": ended[WITHDRAWN],
		"passed": within(spell.to_at, begins, ends) & (spell.ends == TRANSFERRED) & (spell.state == OPEN),
		"open_end": open_before(spell, ends),
		"closed": begun & (spell.begins == CLOSED),
	}


def _flow(found: Counted, board: str, begins: datetime, ends: datetime) -> None:
	spell = frappe.qb.DocType("Escalation Spell")
	wanted = flow(spell, begins, ends)
	touched = within(spell.from_at, begins, ends) | open_before(spell, begins)
	query = frappe.qb.from_(spell).where((spell.board == board) & touched)
	row = query.select(*(_sum(condition) for condition in wanted.values())).run()[0]
	found.cells.update({code: int(value or 0) for code, value in zip(wanted, row, strict=True)})


def _sum(condition: Criterion) -> Any:
	return Sum(Case().when(condition, 1).else_(0))


def _stages(found: Counted, board: str, begins: datetime, ends: datetime) -> None:
	spell = frappe.qb.DocType("Escalation Spell")
	query = frappe.qb.from_(spell).select(spell.stage, Count("*")).groupby(spell.stage)
	query = query.where((spell.board == board) & open_before(spell, ends))
	_table(found, "open_stage", ((stage_row(stage), number) for stage, number in query.run()))
	ended = flow(spell, begins, ends)
	query = frappe.qb.from_(spell).where(spell.board == board)
	query = query.where(ended["resolved"] | ended["unresolved"] | ended["withdrawn"])
	columns = (spell.begins, spell.stage, spell.highest, spell.working_days)
	rows = query.select(*columns, Count("*")).groupby(*columns).run()
	_table(found, "highest", ((stage_row(highest), number) for _, _, highest, _, number in rows))
	resolved = [row for row in rows if row[0] == RESOLVED]
	_table(found, "resolved_stage", ((stage_row(stage), number) for _, stage, _, _, number in resolved))
	days: Counter[int] = Counter()
	for _, _, _, each, number in resolved:
		days[each] += number
	found.spread = returns.spread(days)
	bands = Counter({words: 0 for _, _, words in returns.BANDS})
	for each, number in days.items():
		bands[returns.band(each)] += number
	found.cells.update({key("time", row): bands[row] for _, _, row in returns.BANDS})


def stage_row(stage: int) -> str:
	"""The row of a stage."""
	return f"Stage {stage}"


def _table(found: Counted, code: str, rows: Iterable[tuple[str, int]]) -> None:
	"""Add up rows of the same name, and keep them in the order of their names."""
	counts: Counter[str] = Counter()
	for row, number in rows:
		counts[row] += int(number)
	found.cells.update({key(code, row): counts[row] for row in sorted(counts)})


def _opened(found: Counted, board: str, begins: datetime, ends: datetime) -> None:
	spell, case = frappe.qb.DocType("Escalation Spell"), frappe.qb.DocType("Escalation")
	opened = (spell.board == board) & flow(spell, begins, ends)["opened"]
	columns = (
		case.raising_agency,
		case.responding_agency,
		case.direction,
		case.immediate_risk,
		Case().when(case.out_of_area_board.isnull() | (case.out_of_area_board == ""), 0).else_(1),
	)
	query = frappe.qb.from_(spell).join(case).on(case.name == spell.escalation).where(opened)
	rows = query.select(*columns, Count("*")).groupby(*columns).run()
	for code, place in (("raising", 0), ("receiving", 1), ("direction", 2)):
		_table(found, code, ((row[place] or NOT_RECORDED, row[-1]) for row in rows))
	for code, place in (("immediate", 3), ("out_of_area", 4)):
		found.cells[code] = sum(int(row[-1]) for row in rows if row[place])
	nature = frappe.qb.DocType("Escalation Nature")
	query = frappe.qb.from_(spell).join(nature).on(nature.parent == spell.escalation).where(opened)
	query = query.where(nature.parenttype == "Escalation").select(nature.nature, Count("*"))
	_table(
		found, "nature", ((row or NOT_RECORDED, number) for row, number in query.groupby(nature.nature).run())
	)


def _skips(found: Counted, board: str, begins: datetime, ends: datetime) -> None:
	spell = frappe.qb.DocType("Escalation Spell")
	query = frappe.qb.from_(spell).where((spell.board == board) & within(spell.from_at, begins, ends))
	query = query.where(spell.skipped != "").select(spell.skipped, spell.ground, Count("*"))
	rows = query.groupby(spell.skipped, spell.ground).run()
	found.cells["skipping"] = sum(int(number) for *_, number in rows)
	_table(found, "skips", ((f"Stage {stages}, by {ground}", number) for stages, ground, number in rows))


def clock_runs(
	clock: Any, case: Any, tenure: Tenure, begins: datetime, ends: datetime, as_of: datetime
) -> Any:
	"""By column of a table of clocks, which runs count; see `engine.returns`."""
	later = case.started_at >= clock.due_at
	due = within(clock.due_at, begins, ends) & (case.started_at < ends)
	due |= within(case.started_at, begins, ends) & (clock.due_at < begins)
	due &= tenure.at(case, Case().when(later, case.started_at).else_(clock.due_at))
	met = clock.met_at.isnotnull() & (clock.met_at < as_of)
	running = (clock.starts_at < ends) & (clock.due_at >= ends) & (case.started_at < ends)
	running &= clock.met_at.isnull() | (clock.met_at >= ends)
	running &= clock.ended_at.isnull() | (clock.ended_at >= ends)
	return {
		returns.DUE: due,
		returns.IN_TIME: due & met & (clock.met_at <= clock.due_at),
		returns.LATE: due & met & (clock.met_at > clock.due_at),
		returns.MISSED: due & (clock.met_at.isnull() | (clock.met_at >= as_of)),
		returns.RUNNING: running & tenure.at(case, ends),
	}


def of_kind(clock: Any, code: str) -> Criterion:
	"""Which clocks stand in the table `code`: a clock may be a limit in one version of a policy and advice in the next."""
	if code == _OTHER:
		return clock.kind.notin(list(_KINDS))
	return clock.kind == next(kind for kind, table in _KINDS.items() if table == code)


def _clocks(found: Counted, board: str, begins: datetime, ends: datetime, as_of: datetime) -> None:
	clock, case = frappe.qb.DocType("Escalation Deadline"), frappe.qb.DocType("Escalation")
	wanted = clock_runs(clock, case, Tenure.of(board), begins, ends, as_of)
	query = frappe.qb.from_(clock).join(case).on(case.name == clock.escalation)
	query = query.where(wanted[returns.DUE] | wanted[returns.RUNNING]).groupby(clock.clock, clock.kind)
	sums = (_sum(condition) for condition in wanted.values())
	query = query.select(clock.clock, clock.kind, Max(clock.label), Max(clock.clause), *sums)
	for name, kind, label, clause, *numbers in sorted(query.run(), key=lambda row: row[:2]):
		code = _KINDS.get(kind, _OTHER)
		found.clocks[name] = (label or name, clause or "")
		for column, number in zip(wanted, numbers, strict=True):
			cell = key(code, name, column)
			found.cells[cell] = found.cells.get(cell, 0) + int(number)


def distinct(board: str, periods: Sequence[Period]) -> dict[str, int]:
	"""The figures that count each escalation once, in one period or in several together."""
	found = Counted(cells=returns_chair.cells(board, periods))
	case = frappe.qb.DocType("Escalation")
	rows = _of_cases(case, live(board, periods), case.theme, case.theme_level)
	found.cells["live"] = sum(int(row[-1]) for row in rows)
	for code, place in (("theme", 0), ("theme_level", 1)):
		_table(found, code, ((text(row[place]), row[-1]) for row in rows))
	said = {
		"dissatisfied": case.dissatisfaction_remaining,
		"learning": case.learning,
		"policy_gap": case.policy_gap,
		"explained": case.not_resolved_earlier,
	}
	flags = {code: _given(column) for code, column in said.items()}
	ended = concluded(board, periods)
	query = frappe.qb.from_(case).join(ended).on(ended.escalation == case.name)
	query = query.select(Count("*"), _sum(case.complaint_made == 1), *map(_sum, flags.values()))
	numbers = query.run()[0]
	for code, number in zip(("concluded", "complaints", *flags), numbers, strict=True):
		found.cells[code] = int(number or 0)
	return found.cells


def text(value: str | None) -> str:
	"""A typed text as a row is called."""
	return " ".join((value or "").split()) or NOT_RECORDED


def _given(column: Any) -> Criterion:
	return column.isnotnull() & (column != "")


def _of_cases(case: Any, names: Any, *columns: Any) -> Any:
	query = frappe.qb.from_(case).join(names).on(names.escalation == case.name)
	return query.select(*columns, Count("*")).groupby(*columns).run()


def live(board: str, periods: Sequence[Period]) -> Any:
	"""The subquery of the escalations that were open at some time of some of the periods."""
	return _cases_where(board, periods, lambda spell, begins, ends: (
		(spell.state == OPEN) & (spell.from_at < ends) & (spell.to_at.isnull() | (spell.to_at >= begins))
	))  # fmt: skip


def concluded(board: str, periods: Sequence[Period]) -> Any:
	"""The subquery of the escalations that stopped being open in some of the periods."""
	return _cases_where(board, periods, lambda spell, begins, ends: (
		within(spell.from_at, begins, ends) & spell.begins.isin(ENDING) & (spell.came_from == OPEN)
	))  # fmt: skip


def _cases_where(
	board: str, periods: Sequence[Period], condition: Callable[[Any, datetime, datetime], Criterion]
) -> Any:
	spell = frappe.qb.DocType("Escalation Spell")
	wanted = Criterion.any([condition(spell, *bounds(period)) for period in periods])
	query = frappe.qb.from_(spell).select(spell.escalation).distinct()
	return query.where((spell.board == board) & wanted).as_("counted")


def touched_since(board: str, period: Period, moment: datetime) -> int:
	"""How many of the board's escalations had something of the period recorded or corrected after `moment` (as stored)."""
	entry, corrected = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Stage Log").as_("corrected")
	case = frappe.qb.DocType("Escalation")
	_, ends = bounds(period)
	query = frappe.qb.from_(entry).join(case).on(case.name == entry.escalation)
	query = query.left_join(corrected).on(corrected.name == entry.corrects)
	query = query.where((case.board == board) & (entry.recorded_at > moment))
	query = query.where((entry.occurred_at < ends) | (corrected.occurred_at < ends))
	return int(query.select(Count(entry.escalation).distinct()).run()[0][0])
