"""Timeliness by Stage and Agency: how the clocks that fell due went, by the stage they belong to and by who owed them.

Policy clocks only; with the switch local targets get rows of their own and are never added to a policy's. The order is
that of stages and names, never of results, and each share stands beside the number it was reckoned from.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from safeguarding_escalation.services import report_base
from safeguarding_escalation.services import standing as at
from safeguarding_escalation.services.report_base import Figures, Filters, Item, StageNames, parts_of, row_key
from safeguarding_escalation.services.report_days import WorkingDays
from safeguarding_escalation.services.worklist_words import named_clock, owed_by, owing
from safeguarding_escalation.services.worklists import LOCAL

REPORT = "Timeliness by Stage and Agency"
MET, LATE, MISSED, OVERDUE, RUNNING = "met", "late", "missed", "overdue", "running"
WORDS = {
	MET: "Met in time", LATE: "Met late", MISSED: "Ended without being met, after it was due",
	OVERDUE: "Overdue now", RUNNING: "Running",
}  # fmt: skip
COUNTS = ("clocks", MET, LATE, MISSED, OVERDUE, RUNNING)
_CLOCK = ("stage", "kind", "owed_by", "label", "clock", "starts_at", "due_at", "met_at", "ended_at")


def run(given: Any) -> tuple[Any, ...]:
	"""Columns, a row for each stage and agency, and what the figures mean.

	Filters: `board`, `agency`, `stage` (the clock's), `from_date`, `to_date` (when it fell due), `mine`,
	`local_targets`.
	"""
	made, lasted = _counted(report_base.filters(given))
	rows = [_row(made, lasted, key) for key in sorted(_keys(made))]
	words = _(
		"A clock that two sides owe counts for each of them. Medians are of the clocks that were met; where few were, "
		"they say little."
	)
	made.labels["all/clocks"] = _("clocks")
	return columns(), rows, made.strip(["all/clocks"], words if rows else _("No clock matches."))


def figures(given: Any) -> Figures:
	"""The clocks behind each cell, by `<row>/<column>`."""
	return _counted(report_base.filters(given))[0]


def columns() -> list[dict[str, Any]]:
	"""A row a stage and agency."""
	return [
		*report_base.columns(
			("stage_label", _("Stage"), 200),
			("owed_by", _("Owed by"), 230),
			("rule", _("Whose rule"), 120),
		)[:-1],
		report_base.figure_column("clocks", _("Clocks (n)")),
		report_base.figure_column(MET, _("Met in time"), 110),
		report_base.figure_column(LATE, _("Met late")),
		report_base.figure_column(MISSED, _("Missed")),
		report_base.figure_column(OVERDUE, _("Overdue now"), 110),
		report_base.figure_column(RUNNING, _("Running")),
		*report_base.columns(
			("share", _("In time, of those due"), 170),
			("median_days", _("Median working days to meet"), 200, "Float", {"precision": 1}),
		)[:-1],
	]


def clocks(chosen: Filters, now: datetime) -> Iterator[Any]:
	"""The clocks that have started, each with its case's facts. One query."""
	case, clock = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Deadline")
	query = frappe.qb.from_(clock).join(case).on(case.name == clock.escalation)
	query = query.select(*(clock[name] for name in _CLOCK))
	query = query.select(case.name, case.board, case.policy, case.raising_agency, case.responding_agency)
	query = report_base.restricted(query, case, chosen)
	query = query.where(clock.due_at.notnull() & (clock.starts_at <= now) & (clock.kind != at.PREFERENCE))
	if not chosen.local_targets:
		query = query.where(clock.kind != LOCAL)
	if chosen.stage:
		query = query.where(clock.stage == chosen.stage)
	yield from report_base.within(query, clock.due_at, chosen).run(as_dict=True)


def standing(row: Any, now: datetime) -> str:
	"""How a clock stands, from its stored instants; '' for one that was ended before it was due, which is no breach."""
	if row.met_at and row.met_at <= now:
		return MET if row.met_at <= row.due_at else LATE
	if row.ended_at and row.ended_at <= now:
		return MISSED if row.ended_at > row.due_at else ""
	return OVERDUE if row.due_at < now else RUNNING


def _counted(chosen: Filters) -> tuple[Figures, dict[str, list[int]]]:
	"""The clocks of each cell, and by row the working days that those took which were met."""
	now, days, names = now_datetime(), WorkingDays(), StageNames()
	made = Figures(REPORT, chosen)
	lasted: dict[str, list[int]] = {}
	words = {key: _(text) for key, text in WORDS.items()}
	for row in clocks(chosen, now):
		word = standing(row, now)
		if not word:
			continue
		owed = owed_by(row.owed_by, row)
		counted = Item(row.name, named_clock(row), words[word], row.due_at, owed)
		made.add("all/clocks", counted)
		took = days.between(row, row.starts_at, row.met_at) if word in (MET, LATE) else None
		for agency in owing(row.owed_by, row):
			rule = LOCAL if row.kind == LOCAL else ""
			key = row_key(row.stage or 0, names[row.policy, row.stage or 0], agency, rule)
			made.add(f"{key}/clocks", counted)
			made.add(f"{key}/{word}", counted)
			if took is not None:
				lasted.setdefault(key, []).append(took)
	return made, lasted


def _keys(made: Figures) -> set[str]:
	return {key.rpartition("/")[0] for key in made.items} - {"all"}


def _row(made: Figures, lasted: dict[str, list[int]], key: str) -> dict[str, Any]:
	_number, stage, agency, rule = parts_of(key)
	counts = {name: made.count(f"{key}/{name}") for name in COUNTS}
	due = counts["clocks"] - counts[RUNNING]
	return {
		"stage_label": stage,
		"owed_by": agency,
		"rule": _("Local target") if rule else _("The policy"),
		**counts,
		"share": _("{0} of {1} ({2} %)").format(counts[MET], due, round(100 * counts[MET] / due))
		if due
		else "",
		"median_days": report_base.median(lasted.get(key, [])),
		"links": made.links(key, [name for name in COUNTS if counts[name]]),
	}
