"""Overdue and Due Soon: what runs out or has run out, who owes it, by which clause, and how late in working days.

What a policy demands stands apart from local targets, which no policy contains and no figure of lateness counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from safeguarding_escalation.services import report_base
from safeguarding_escalation.services import standing as at
from safeguarding_escalation.services.report_base import Figures, Filters, Item
from safeguarding_escalation.services.report_days import WorkingDays
from safeguarding_escalation.services.worklist_words import named_clock, owed_by
from safeguarding_escalation.services.worklists import DUE_SOON, LOCAL, OVERDUE, SOON, TODAY, state

REPORT = "Overdue and Due Soon"
# A policy's advice is the policy's too, and is said to be advice.
RULES = {LOCAL: "Local target", "advisory": "The policy, as advice"}
STATES = {OVERDUE: "overdue", TODAY: "today", DUE_SOON: "soon"}
TARGET_STATES = {OVERDUE: "target_past", TODAY: "target_soon", DUE_SOON: "target_soon"}


def run(given: Any) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them; the policy's clocks first, then local targets, each soonest first.

	Filters: `board`, `agency`, `stage` (the clock's), `from_date`, `to_date` (due; without one: until in two days),
	`mine`, `owed_by`, `local_targets` (without it they are left out, and counted above).
	"""
	chosen = report_base.filters(given)
	now, days = now_datetime(), WorkingDays()
	found = clocks(chosen, now)
	shown = [row for row in found if chosen.local_targets or row.kind != LOCAL]
	shown.sort(key=lambda row: (row.kind == LOCAL, row.due_at))
	made = _counted(chosen, found, now)
	keys = [key for key in dict.fromkeys((*STATES.values(), *TARGET_STATES.values())) if key in made.labels]
	words = "" if shown else _("Nothing is overdue or due within two days.")
	return columns(), [_row(row, now, days) for row in shown], made.strip(keys, words)


def figures(given: Any) -> Figures:
	"""How many of the policy's clocks are overdue, due today and due soon; and the same of local targets."""
	chosen, now = report_base.filters(given), now_datetime()
	return _counted(chosen, clocks(chosen, now), now)


def clocks(chosen: Filters, now: datetime) -> list[Any]:
	"""The running clocks that the reader chose, with their cases' facts. One query."""
	case, clock = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Deadline")
	query = frappe.qb.from_(clock).join(case).on(case.name == clock.escalation)
	query = query.select(clock.label, clock.clock, clock.kind, clock.owed_by, clock.due_at, clock.clause)
	query = query.select(
		case.name,
		case.reference,
		case.board,
		case.policy,
		case.stage_label,
		case.raising_agency,
		case.responding_agency,
	)
	query = report_base.restricted(query, case, chosen)
	query = query.where(at.live(clock, now) & (clock.kind != at.PREFERENCE) & at.open_cases(case))
	if chosen.stage:
		query = query.where(clock.stage == chosen.stage)
	if chosen.owed_by:
		query = query.where(clock.owed_by.like(f"%{chosen.owed_by}%"))
	if not chosen.to_date:
		query = query.where(clock.due_at <= datetime.combine((now + SOON).date(), time.max))
	return report_base.within(query, clock.due_at, chosen).orderby(clock.due_at).run(as_dict=True)


def columns() -> list[dict[str, Any]]:
	"""A row a clock."""
	return report_base.columns(
		("reference", _("Escalation"), 130),
		("kind", _("Whose rule"), 120),
		("state", _("State"), 110),
		("due_at", _("Due"), 160, "Datetime"),
		("days_late", _("Working days late"), 150, "Int"),
		("next_step", _("What is to be done"), 300),
		("owed_by", _("Owed by"), 230),
		("clause", _("Clause"), 110),
		("stage_label", _("Stage"), 160),
		("board", _("Board"), 140),
	)


def _counted(chosen: Filters, found: Iterable[Any], now: datetime) -> Figures:
	made = Figures(REPORT, chosen)
	made.labels = {
		"overdue": _("overdue by the policy"), "today": _("due today"), "soon": _("due within two days"),
	}  # fmt: skip
	if chosen.to_date:
		made.labels["later"] = _("due later")
	made.labels |= {
		"target_past": _("local targets passed"), "target_soon": _("local targets soon"),
	}  # fmt: skip
	for row in found:
		word = state(row.due_at, now)
		kinds = TARGET_STATES if row.kind == LOCAL else STATES
		made.add(kinds.get(word, "target_soon" if row.kind == LOCAL else "later"), item(row, now))
	return made


def item(row: Any, now: datetime) -> Item:
	"""A clock as what a figure counts."""
	return Item(row.name, named_clock(row), state(row.due_at, now), row.due_at, owed_by(row.owed_by, row))


def _row(row: Any, now: datetime, days: WorkingDays) -> dict[str, Any]:
	word = state(row.due_at, now)
	return {
		"escalation": row.name,
		"kind": RULES.get(row.kind, "The policy"),
		"state": word,
		"due_at": row.due_at,
		"days_late": days.between(row, row.due_at, now) if word == OVERDUE else None,
		"next_step": named_clock(row),
		"owed_by": owed_by(row.owed_by, row),
		"clause": row.clause or "",
		"reference": row.reference or "",
		"stage_label": row.stage_label or "",
		"board": row.board,
	}
