"""Escalation Tracker: a row an escalation, in the columns that the board's policy asks for (Suffolk, Stage 5).

A policy says so in its `returns`, in a row that is kept continuously. Where it has none, the columns are Suffolk's,
which no other policy contradicts. A column that no stored field answers stays empty, and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import policies, report_base
from safeguarding_escalation.services.report_base import Figures, Filters, StageNames

REPORT = "Escalation Tracker"
CONTINUOUS = "continuous"
SUFFOLK = (
	"Reference",
	"Agency Initiating Escalation",
	"Date of Initial Escalation",
	"Stage of Escalation",
	"Nature of Professional Difference",
	"Outcome of Escalation",
)
EVERY, OPEN, SETTLED, WITHDRAWN = "all", "open", "settled", "withdrawn"
_TOLD = (
	"policy", "current_stage", "highest_stage", "stage_resolved", "resolved_at", "chair_outcome_type", "theme",
	"working_days_to_resolution",
)  # fmt: skip
# What answers a policy's column, by its words; type and width beside it.
KNOWN: dict[str, tuple[str, str, int]] = {
	"reference": ("reference", "Data", 140),
	"agency initiating escalation": ("raising_agency", "Data", 220),
	"raising agency": ("raising_agency", "Data", 220),
	"agency challenged": ("responding_agency", "Data", 220),
	"responding agency": ("responding_agency", "Data", 220),
	"date of initial escalation": ("started_at", "Date", 130),
	"date raised": ("started_at", "Date", 130),
	"stage of escalation": ("stage", "Data", 190),
	"stage": ("stage", "Data", 190),
	"nature of professional difference": ("nature", "Data", 320),
	"nature": ("nature", "Data", 320),
	"outcome of escalation": ("outcome", "Data", 260),
	"outcome": ("outcome", "Data", 260),
	"theme": ("theme", "Data", 160),
	"time to resolution": ("working_days", "Int", 130),
	"date of resolution": ("resolved_at", "Date", 130),
	"board": ("board", "Data", 140),
}


def run(given: Any) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them. Filters: `board`, `agency`, `stage`, `from_date`, `to_date`, `mine`."""
	chosen = report_base.filters(given)
	found = report_base.cases(chosen, *_TOLD)
	labels = wanted(chosen.board or _one_board(found))
	by_case = natures(chosen)
	names = StageNames()
	rows = [_row(case, by_case.get(case.name, []), names) for case in found]
	missing = [label for label in labels if label.casefold() not in KNOWN]
	words = (
		_("The policy also asks for: {0}. Fill that in by hand.").format(", ".join(missing))
		if missing
		else ""
	)
	made = figures(given, found)
	return (
		_columns(labels, several=not chosen.board),
		rows,
		made.strip((EVERY, OPEN, SETTLED, WITHDRAWN), words or ("" if rows else _("No escalation matches."))),
	)


def figures(given: Any, found: list[Any] | None = None) -> Figures:
	"""How many escalations there are, are open, were settled, or were withdrawn."""
	chosen = report_base.filters(given)
	made = Figures(REPORT, chosen)
	made.labels = {
		EVERY: _("escalations"), OPEN: _("open"), SETTLED: _("resolved or answered"), WITHDRAWN: _("withdrawn"),
	}  # fmt: skip
	for case in report_base.cases(chosen, *_TOLD) if found is None else found:
		item = report_base.case_item(case)
		made.add(EVERY, item)
		made.add(_standing(case), item)
	return made


def wanted(board: str) -> tuple[str, ...]:
	"""The columns that a board's policy asks for; Suffolk's where it asks for none."""
	name = policies.adopted(board) if board else None
	rows = policies.policy(name).returns if name else ()
	return next((tuple(row.columns) for row in rows if row.period == CONTINUOUS and row.columns), SUFFOLK)


def outcome_words(case: Any, names: StageNames) -> str:
	"""How a case ended, or that it has not: from what is recorded in fields, never from anybody's text."""
	if case.workflow_state == "Withdrawn":
		return "Withdrawn"
	if not (case.resolved_at or case.chair_outcome_type or case.workflow_state in ENDED):
		return "Open"
	settled = _("Resolved at {0}").format(names[case.policy, case.stage_resolved]) if case.resolved_at else ""
	answer = (
		_("Answer of the board's Chair: {0}").format(case.chair_outcome_type)
		if case.chair_outcome_type
		else ""
	)
	words = "; ".join(part for part in (settled, answer) if part)
	if case.workflow_state in ENDED:
		return words or _("Closed without a recorded resolution")
	return words


def _row(case: Any, natures: Iterable[str], names: StageNames) -> dict[str, Any]:
	return {
		"escalation": case.name,
		"reference": case.reference,
		"raising_agency": case.raising_agency or "",
		"responding_agency": case.responding_agency or "",
		"started_at": case.started_at.date() if case.started_at else None,
		"resolved_at": case.resolved_at.date() if case.resolved_at else None,
		"stage": names[case.policy, case.highest_stage or case.current_stage],
		"nature": "; ".join(natures),
		"outcome": outcome_words(case, names),
		"theme": case.theme or "",
		"working_days": case.working_days_to_resolution if case.resolved_at else None,
		"board": case.board,
	}


def _columns(labels: Iterable[str], several: bool) -> list[dict[str, Any]]:
	made: list[Any] = []
	for number, label in enumerate(labels):
		name, kind, width = KNOWN.get(label.casefold(), (f"by_hand_{number}", "Data", 160))
		if all(name != known[0] for known in made):
			made.append((name, _(label), width, kind))
	if several and all(known[0] != "board" for known in made):
		made.append(("board", _("Board"), 140))
	return report_base.columns(*made)


def _one_board(found: Iterable[Any]) -> str:
	boards = {case.board for case in found}
	return boards.pop() if len(boards) == 1 else ""


def natures(chosen: Filters) -> dict[str, list[str]]:
	"""The natures of every case that the reader may see and chose, by case. One query."""
	case, row = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Nature")
	query = frappe.qb.from_(row).join(case).on((case.name == row.parent) & (row.parenttype == "Escalation"))
	query = report_base.restricted(query.select(row.parent, row.nature), case, chosen).orderby(row.idx)
	found: dict[str, list[str]] = {}
	for name, nature in query.run():
		if nature:
			found.setdefault(name, []).append(nature)
	return found


def _standing(case: Any) -> str:
	if case.workflow_state == "Withdrawn":
		return WITHDRAWN
	return SETTLED if case.resolved_at or case.workflow_state == "Closed" or case.chair_outcome_type else OPEN
