"""Confirmations Outstanding: what was said of somebody and not confirmed by them, and written confirmations that are due.

Entries of the log are those that the reader may list: one agency's own are not among another's. What was corrected
since is not asked for. An entry that was disputed is shown as such: it is answered, and still not agreed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from safeguarding_escalation.services import actors, confirmations, log, report_base, views
from safeguarding_escalation.services import standing as at
from safeguarding_escalation.services.report_base import Figures, Filters, Item
from safeguarding_escalation.services.worklist_words import owed_by
from safeguarding_escalation.services.worklists import state

REPORT = "Confirmations Outstanding"
REPORTED, DISPUTED, WRITTEN, ASKED = "reported", "disputed", "written", "asked"
WORDS = {
	REPORTED: "Reported, not confirmed", DISPUTED: "Reported, and disputed", WRITTEN: "Written confirmation due",
	ASKED: "Asked for their word",
}  # fmt: skip
CONFIRMS = "%CONFIRM%"
ANSWERS = (log.CONFIRMED, log.DISPUTED)
_CASE = ("name", "reference", "board", "stage_label", "raising_agency", "responding_agency")


def run(given: Any) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them, those due soonest first, then the oldest.

	Filters: `board`, `agency`, `stage`, `from_date`, `to_date` (when it was said, or is due), `mine`.
	"""
	chosen = report_base.filters(given)
	found = outstanding(chosen, now_datetime())
	words = "" if found else _("Nothing waits for anybody's confirmation.")
	return columns(), found, _counted(chosen, found).strip(None, words)


def figures(given: Any) -> Figures:
	"""What waits, by kind."""
	chosen = report_base.filters(given)
	return _counted(chosen, outstanding(chosen, now_datetime()))


def columns() -> list[dict[str, Any]]:
	"""A row a confirmation that is owed."""
	return report_base.columns(
		("reference", _("Escalation"), 130),
		("kind", _("What waits"), 200),
		("what", _("About"), 260),
		("of_whom", _("For whom to confirm"), 240),
		("when", _("Said, asked or due on"), 170, "Datetime"),
		("state", _("State"), 110),
		("days_waiting", _("Days waiting"), 110, "Int"),
		("stage_label", _("Stage"), 160),
		("board", _("Board"), 140),
	)


def outstanding(chosen: Filters, now: datetime) -> list[dict[str, Any]]:
	"""The rows of the report; `key` says which figure counts each."""
	rows = [*_due(chosen, now), *_asked(chosen, now), *_reported(chosen, now)]
	return sorted(rows, key=lambda row: (row["key"] != WRITTEN, row["when"]))


def _counted(chosen: Filters, found: Iterable[dict[str, Any]]) -> Figures:
	return report_base.by_kind(REPORT, chosen, WORDS, ((row["key"], _item(row)) for row in found))


def _item(row: dict[str, Any]) -> Item:
	return Item(row["escalation"], row["what"], row["state"], row["when"], row["of_whom"])


def _due(chosen: Filters, now: datetime) -> list[dict[str, Any]]:
	"""Written confirmations that a policy's clock asks for and that have not been given. One query."""
	case, clock = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Deadline")
	query = frappe.qb.from_(clock).join(case).on(case.name == clock.escalation)
	query = query.select(clock.label, clock.clock, clock.owed_by, clock.due_at, clock.starts_at)
	query = report_base.restricted(query.select(*(case[name] for name in _CASE)), case, chosen)
	query = query.where(at.live(clock, now) & clock.clock.like(CONFIRMS) & (clock.kind != at.PREFERENCE))
	if chosen.stage:
		query = query.where(clock.stage == chosen.stage)
	return [
		_row(
			WRITTEN,
			row,
			row.label or row.clock,
			owed_by(row.owed_by, row),
			row.due_at,
			state(row.due_at, now),
		)
		| {"days_waiting": max((now.date() - row.starts_at.date()).days, 0)}
		for row in report_base.within(query, clock.due_at, chosen).run(as_dict=True)
	]


def _asked(chosen: Filters, now: datetime) -> list[dict[str, Any]]:
	"""People who were asked for their word on a record and have not answered. One query for the cases, and theirs."""
	case, asked = frappe.qb.DocType("Escalation"), frappe.qb.DocType(confirmations.DOCTYPE)
	query = frappe.qb.from_(asked).join(case).on(case.name == asked.escalation)
	query = query.select(*(case[name] for name in _CASE)).distinct().where(asked.state == confirmations.ASKED)
	if chosen.stage:
		query = query.where(asked.stage == chosen.stage)
	query = report_base.restricted(query, case, chosen, confirmations.DOCTYPE)
	known = {row.name: row for row in report_base.within(query, asked.asked_at, chosen).run(as_dict=True)}
	return [
		_row(
			ASKED,
			known[row["escalation"]],
			_(str(row["what"]).capitalize()),
			", ".join(part for part in (row["contact_name"], row["agency"]) if part),
			row["reply_by"] or row["asked_at"],
			state(row["reply_by"], now) if row["reply_by"] else "",
		)
		| {"days_waiting": max((now.date() - row["asked_at"].date()).days, 0)}
		for row in (confirmations.outstanding(known) if known else ())
		if row["asked_at"] and (not chosen.stage or row["stage"] == chosen.stage)
	]


def _reported(chosen: Filters, now: datetime) -> list[dict[str, Any]]:
	"""Entries that somebody reported of another, whose last answer is none or a dispute. Two queries."""
	case, entry = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Stage Log")
	columns_ = ("name", "kind", "stage", "occurred_at", "actor_agency", "actor_role", "side")
	query = frappe.qb.from_(entry).join(case).on(case.name == entry.escalation)
	query = query.select(*(entry[name].as_(f"entry_{name}") for name in columns_))
	query = report_base.restricted(query.select(*(case[name] for name in _CASE)), case, chosen, "Stage Log")
	query = query.where(
		(entry.source == actors.REPORTED) & entry.kind.notin((*log.RECORD_KINDS, "correction"))
	)
	query = query.where(at.open_cases(case))
	if chosen.stage:
		query = query.where(entry.stage == chosen.stage)
	found = report_base.within(query, entry.occurred_at, chosen).run(as_dict=True)
	answers, replaced = _answers(chosen)
	waiting = []
	for row in found:
		answer = answers.get(row.entry_name)
		if row.entry_name in replaced or answer == log.CONFIRMED:
			continue
		whom = ", ".join(part for part in (row.entry_actor_role, row.entry_actor_agency) if part)
		kind = DISPUTED if answer == log.DISPUTED else REPORTED
		made = _row(
			kind,
			row,
			_(views.kind_label(row.entry_kind)),
			whom or _side_words(row),
			row.entry_occurred_at,
			"",
		)
		waiting.append(made | {"days_waiting": max((now.date() - row.entry_occurred_at.date()).days, 0)})
	return waiting


def _answers(chosen: Filters) -> tuple[dict[str, str], set[str]]:
	"""The last answer to each reported entry, and the entries that a correction has replaced. One query."""
	case, entry = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Stage Log")
	query = frappe.qb.from_(entry).join(case).on(case.name == entry.escalation)
	query = query.select(entry.name, entry.kind, entry.relates_to, entry.corrects).orderby(entry.sequence)
	query = report_base.restricted(query, case, chosen, "Stage Log")
	answering = entry.kind.isin(ANSWERS) | (entry.corrects.notnull() & (entry.corrects != ""))
	rows = query.where(answering).run(as_dict=True)
	replaced = {row.corrects for row in rows if row.corrects}
	given = {
		row.relates_to: row.kind
		for row in rows
		if row.kind in ANSWERS and row.relates_to and row.name not in replaced
	}
	return given, replaced


def _row(kind: str, case: Any, what: str, whom: str, when: datetime, state_: str) -> dict[str, Any]:
	return {
		"key": kind,
		"kind": _(WORDS[kind]),
		"escalation": case.name,
		"reference": case.reference or "",
		"what": what,
		"of_whom": whom,
		"when": when,
		"state": state_,
		"stage_label": case.stage_label or "",
		"board": case.board,
	}


def _side_words(row: Any) -> str:
	sides = {"raising": row.raising_agency, "responding": row.responding_agency}
	return sides.get(row.entry_side or "") or _("the other side")
