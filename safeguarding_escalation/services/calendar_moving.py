"""What a change of the calendar moves: every open clock of every case of its boards, previewed, then stored and told.

The plan itself keeps what was decided (`engine.calendar_history`). Here both dates are journalled, one log row a case,
and those who owe a clock that moved are told, in the transaction that stores the new dates.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import frappe

from safeguarding_escalation.engine.calendar_history import Shift, shifts
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.parties import agencies, agency_of
from safeguarding_escalation.services import calendar_letters, closures, log, projection, times
from safeguarding_escalation.services.closures import DOCTYPE, Row
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded, locked, undo
from safeguarding_escalation.services.rows import select

LOCAL = "local target"
PAGE = 100
_MARGIN = timedelta(days=1)


@dataclass
class Preview:
	"""What a change would move, by case; `shifted` holds (case, its shifts) for each that has any."""

	shifted: list[tuple[LoadedCase, list[Shift]]] = field(default_factory=list)

	@property
	def digest(self) -> str:
		"""A short text that is the same for the same dates of the same clocks, whoever looks."""
		content = sorted(
			(case.name, shift.after.clock, shift.after.instance or "", *map(str, _dates(shift)))
			for case, moved in self.shifted
			for shift in moved
		)
		return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]

	def counts(self) -> dict[str, int]:
		"""How many cases and clocks would move; local targets are counted apart."""
		every = [shift for _, moved in self.shifted for shift in moved]
		return {
			"cases": len(self.shifted),
			"clocks": sum(shift.after.kind != LOCAL for shift in every),
			"local_targets": sum(shift.after.kind == LOCAL for shift in every),
		}

	def shown(self) -> dict[str, Any]:
		"""For the session's user: digest, counts, rows of the cases that they may read, counts of the others."""
		seen = [
			(case, moved)
			for case, moved in self.shifted
			if frappe.has_permission("Escalation", "read", doc=case.name)
		]
		hidden = len(self.shifted) - len(seen)
		return {
			"digest": self.digest,
			**self.counts(),
			"hidden_cases": hidden,
			"rows": [row for case, moved in seen for row in _shown(case, moved)],
		}


def _dates(shift: Shift) -> tuple[datetime, datetime, datetime, datetime]:
	return (
		shift.before.due_at,
		shift.after.due_at,
		shift.before.policy_due_at,
		shift.after.policy_due_at,
	)


def _shown(case: LoadedCase, moved: Iterable[Shift]) -> list[dict[str, Any]]:
	from safeguarding_escalation.services import views

	return [
		{
			"escalation": case.name,
			"reference": case.document.reference,
			"clock": shift.after.clock,
			"instance": shift.after.instance or "",
			"label": shift.after.label,
			"kind": shift.after.kind,
			"owed_by": views.owed_by_label(
				case, shift.after.owed_by, agency_of(agencies(case.case), shift.after)
			),
			"old": times.json_date(shift.before.due_at),
			"new": times.json_date(shift.after.due_at),
			"old_text": times.show_due(shift.before.due_at),
			"new_text": times.show_due(shift.after.due_at),
		}
		for shift in moved
	]


def preview(row: Row) -> Preview:
	"""What `row`, which is not applied, would move if it were known from its `at` on. Reads without a lock."""
	known = closures.rows()
	found = Preview()
	for name in crossing(row):
		case = loaded(name)
		moved = shifts(case.planned(known), case.planned((*known, row)))
		if moved:
			found.shifted.append((case, moved))
	return found


def crossing(row: Row) -> list[str]:
	"""The open cases with a clock that runs over the days of a change, by the stored projection; others cannot move.

	A day more on both sides, since days are London's and stored times the site's.
	"""
	first = datetime.combine(row.from_date, time.min) - _MARGIN
	last = datetime.combine(row.to_date, time.max) + _MARGIN
	deadline, case = frappe.qb.DocType("Escalation Deadline"), frappe.qb.DocType("Escalation")
	query = (
		frappe.qb.from_(deadline)
		.join(case)
		.on(case.name == deadline.escalation)
		.select(deadline.escalation)
		.distinct()
		.where(deadline.met_at.isnull() & deadline.ended_at.isnull() & case.workflow_state.notin(ENDED))
		.where((deadline.starts_at <= last) & (deadline.policy_due_at >= first))
		.orderby(deadline.escalation)
	)
	return [found[0] for found in _of_board(query, case, row).run()]


def _of_board(query: Any, case: Any, row: Row) -> Any:
	"""Cases of the board, and those that any board gave away: clocks of that time still count by its days."""
	if not row.board:
		return query
	entry = frappe.qb.DocType("Stage Log")
	moved = frappe.qb.from_(entry).select(entry.escalation).where(entry.kind == log.BOARD_CHANGED)
	return query.where((case.board == row.board) | case.name.isin(moved))


def concerned(row: Row, after: str = "") -> list[str]:
	"""Every open case whose dates, or hours of alerts, may follow from the change; in order, from behind `after` on."""
	case = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(case).select(case.name).where(case.workflow_state.notin((*ENDED, "Draft")))
	query = query.where(case.name > after)
	return [found[0] for found in _of_board(query.orderby(case.name), case, row).run()]


def start(change: str) -> None:
	"""Let a background job carry an applied change out, once it is committed."""
	frappe.enqueue(
		"safeguarding_escalation.services.calendar_moving.carry_out",
		queue="long",
		enqueue_after_commit=True,
		now=bool(frappe.flags.in_test),
		change=change,
	)


def carry_out(change: str) -> dict[str, int]:
	"""Store, log and tell an applied change, case by case: one lock and one commit each.

	May be killed and begun again at any time: a case that has its row for this change is not told twice.
	Returns cases and clocks that moved in this run. A case that fails is noted and tried again by the next run.
	"""
	values = frappe.db.get_value(
		DOCTYPE, change, [*closures.COLUMNS, "finished_at", "applied_by", "done_through"], as_dict=True
	)
	counts = {"cases": 0, "clocks": 0, "failed": 0}
	if not values or not values.applied_at or values.finished_at:
		return counts
	row = closures.row_of(values)
	for number, name in enumerate(concerned(row, values.done_through or ""), 1):
		_one(name, row, values.applied_by, counts)
		if number % PAGE == 0 and not counts["failed"]:
			frappe.db.set_value(DOCTYPE, change, "done_through", name, update_modified=False)
			_commit()
	if not counts["failed"]:
		_finish(change)
	return counts


def _one(name: str, row: Row, user: str, counts: dict[str, int]) -> None:
	frappe.db.savepoint("calendar_case")
	try:
		with locked(name) as case:
			moved = journal(case, row, user)
		counts["cases"] += bool(moved)
		counts["clocks"] += moved
	except Exception:
		# One bad case must not keep the others on dates that are wrong: note it, undo it, go on; the next run tries it.
		undo("calendar_case")
		frappe.log_error(
			title="Calendar Change: a case failed", reference_doctype="Escalation", reference_name=name
		)
		counts["failed"] += 1
	_commit()


def _finish(change: str) -> None:
	"""Close the books of a change from the log itself, so that it is right however often the job began."""
	found = select("Stage Log", ["name"], {"kind": log.CALENDAR_CHANGED, "relates_to": change})
	values = {"finished_at": times.stored(times.now()), "cases_moved": len(found)}
	frappe.db.set_value(DOCTYPE, change, values)
	_commit()


def _commit() -> None:
	if not frappe.flags.in_test:
		frappe.db.commit()


def journal(case: LoadedCase, row: Row, user: str) -> int:
	"""Log and tell what the change moved on a locked case, once, and bring what is stored up to date; how many moved.

	Both plans are of today's log: by what was known before the change, and by it.
	"""
	done = any(entry.kind == log.CALENDAR_CHANGED and entry.relates_to == row.name for entry in case.rows)
	moved = [] if done else moved_by(case, row)
	if moved:
		case.append(
			log.Entry(
				kind=log.CALENDAR_CHANGED,
				occurred_at=row.at,
				stage=int(case.document.current_stage or 1),
				side="board",
				actor_name=frappe.utils.get_fullname(user) or "",
				relates_to=row.name,
				note=note(row, moved),
			)
		)
	projection.refresh(case)
	if moved:
		calendar_letters.send(case, _words(row), moved)
	return len(moved)


def moved_by(case: LoadedCase, row: Row) -> list[Shift]:
	"""The clocks of a case that an applied change moved, with the dates before and after it."""
	earlier = [other for other in closures.rows() if (other.at, other.name) < (row.at, row.name)]
	return shifts(case.planned(earlier), case.planned((*earlier, row)))


def note(row: Row, moved: Iterable[Shift]) -> str:
	"""The text of the log's row: what changed, and each clock with both dates."""
	lines = [
		f"{shift.after.label}: {times.show_due(shift.before.due_at)} → {times.show_due(shift.after.due_at)}."
		for shift in moved
	]
	return "\n".join([f"{_words(row)}.", *lines])


def _words(row: Row) -> str:
	from safeguarding_escalation.services.calendar_changes import words

	return words(row)


def unfinished() -> list[str]:
	"""Applied changes whose job has not come to its end, oldest first."""
	table = frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.from_(table).select(table.name)
	query = query.where(table.applied_at.notnull() & table.finished_at.isnull())
	return [found[0] for found in query.orderby(table.applied_at).run()]


def resume() -> None:
	"""Carry out what a job that was killed left: called with each sweep."""
	for change in unfinished():
		carry_out(change)


def moved_cases(change: str) -> list[dict[str, Any]]:
	"""The cases that an applied change moved and the session's user may read: reference and the log's words."""
	found = []
	for entry in select(
		"Stage Log",
		["name", "escalation"],
		{"kind": log.CALENDAR_CHANGED, "relates_to": change},
		order_by="escalation",
	):
		if not frappe.has_permission("Escalation", "read", doc=entry.escalation):
			continue
		found.append(
			{
				"escalation": entry.escalation,
				"reference": frappe.db.get_value("Escalation", entry.escalation, "reference"),
				"note": frappe.db.get_value("Stage Log Note", {"stage_log": entry.name}, "note") or "",
			}
		)
	return found
