"""The list *Everything due*: the running clocks of the cases that the session's user may see, soonest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import cint, now_datetime
from pypika.terms import Criterion

from safeguarding_escalation.services import standing as at
from safeguarding_escalation.services.worklist_words import named_clock, owed_by
from safeguarding_escalation.services.worklists import LIMIT, SCOPES, fenced, state


def due(given: dict[str, Any]) -> list[dict[str, Any]]:
	"""Every running clock of the cases that the session's user may see, soonest first, at most LIMIT.

	Filters: `board`, `agency` (either side), `owed_by` (part of the text), `overdue_only`, `limits_only`, `until`
	(a date). One query.
	"""
	now = now_datetime()
	case, clock = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Deadline")
	query = (
		frappe.qb.from_(clock)
		.join(case)
		.on(case.name == clock.escalation)
		.select(
			clock.label, clock.clock, clock.kind, clock.owed_by, clock.due_at, clock.clause, clock.starts_at
		)
		.select(case.name, case.reference, case.board, case.stage_label)
		.select(case.raising_agency, case.responding_agency)
		.where(at.live(clock, now))
		.orderby(clock.due_at)
		.limit(LIMIT)
	)
	for condition in _due_conditions(given, case, clock, now):
		query = query.where(condition)
	return [_due_row(row, now) for row in fenced(query, case).run(as_dict=True)]


def _due_conditions(given: dict[str, Any], case: Any, clock: Any, now: datetime) -> Iterable[Criterion]:
	if given.get("board"):
		yield case.board == given["board"]
	if given.get("agency"):
		yield (case.raising_agency == given["agency"]) | (case.responding_agency == given["agency"])
	if given.get("whose") in ("mine", "team"):
		yield SCOPES[given["whose"]](case, at.standing())
	if given.get("owed_by"):
		yield clock.owed_by.like(f"%{given['owed_by']}%")
	if cint(given.get("overdue_only")):
		yield clock.due_at < now
	if cint(given.get("limits_only")):
		yield clock.kind == "maximum"
	if given.get("until"):
		yield clock.due_at <= f"{given['until']} 23:59:59"
	if given.get("from"):
		yield clock.due_at >= given["from"]


def _due_row(row: Any, now: datetime) -> dict[str, Any]:
	return {
		"state": state(row.due_at, now),
		"due_at": row.due_at,
		"label": named_clock(row),
		"owed_by": owed_by(row.owed_by, row),
		"escalation": row.name,
		"reference": row.reference or "Draft",
		"stage_label": row.stage_label,
		"board": row.board,
		"clause": row.clause,
		"days_waiting": max((now.date() - row.starts_at.date()).days, 0),
	}
