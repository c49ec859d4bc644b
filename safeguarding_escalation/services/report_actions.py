"""Actions Outstanding: what was agreed or recommended and is not seen through yet, who owes it and by when.

Agreed actions that are not done, or done and not checked; reviews that are due; recommendations of the board's Chair that
an agency has not answered. What the action says stays in the case: people write names into it. Whose it is stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from safeguarding_escalation.services import report_base
from safeguarding_escalation.services.report_base import Figures, Filters, Item
from safeguarding_escalation.services.worklists import state

REPORT = "Actions Outstanding"
UNDONE, UNCHECKED, REVIEW, UNANSWERED = "undone", "unchecked", "review", "unanswered"
WORDS = {
	UNDONE: "Agreed action not done", UNCHECKED: "Done, not checked", REVIEW: "Review to be held",
	UNANSWERED: "Recommendation not answered",
}  # fmt: skip
NOBODY = "Nobody is named"
RECOMMENDED, ANSWERED, SET, HELD = "recommended", "recommendation_answered", "review_set", "review_held"
_CASE = ("name", "reference", "board", "stage_label", "raising_agency", "responding_agency")
_ENTRY = ("name", "escalation", "kind", "stage", "occurred_at", "due_at", "actor_agency", "corrects")


def run(given: Any) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them, what is due first first.

	Filters: `board`, `agency`, `stage`, `from_date`, `to_date` (due), `mine`.
	"""
	chosen = report_base.filters(given)
	found = outstanding(chosen, now_datetime())
	words = "" if found else _("Everything that was agreed is done and checked.")
	return columns(), found, _counted(chosen, found).strip(None, words)


def figures(given: Any) -> Figures:
	"""What is outstanding, by kind."""
	chosen = report_base.filters(given)
	return _counted(chosen, outstanding(chosen, now_datetime()))


def columns() -> list[dict[str, Any]]:
	"""A row an action, a review or an answer that is owed."""
	return report_base.columns(
		("reference", _("Escalation"), 130),
		("kind", _("What is outstanding"), 220),
		("owner", _("Owed by"), 260),
		("due_on", _("Due"), 120, "Date"),
		("state", _("State"), 110),
		("done_on", _("Done"), 120, "Date"),
		("check_on", _("To be checked"), 130, "Date"),
		("stage", _("Agreed at stage"), 130, "Int"),
		("stage_label", _("Case now"), 160),
		("board", _("Board"), 140),
	)


def outstanding(chosen: Filters, now: datetime) -> list[dict[str, Any]]:
	"""The rows of the report; `key` says which figure counts each. Three queries."""
	found = [*_actions(chosen, now), *_from_the_log(chosen, now)]
	found = [row for row in found if _wanted(row, chosen)]
	return sorted(found, key=lambda row: (row["due_on"] or date.max, row["reference"]))


def _wanted(row: dict[str, Any], chosen: Filters) -> bool:
	due = row["due_on"]
	if chosen.stage and row["stage"] != chosen.stage:
		return False
	if chosen.from_date and not (due and due >= chosen.from_date):
		return False
	return not chosen.to_date or bool(due and due <= chosen.to_date)


def _counted(chosen: Filters, found: Iterable[dict[str, Any]]) -> Figures:
	return report_base.by_kind(REPORT, chosen, WORDS, ((row["key"], _item(row)) for row in found))


def _item(row: dict[str, Any]) -> Item:
	when = datetime.combine(row["due_on"], time.max) if row["due_on"] else None
	return Item(row["escalation"], row["kind"], row["state"], when, row["owner"])


def _actions(chosen: Filters, now: datetime) -> Iterator[dict[str, Any]]:
	"""The form's agreed actions that are not done, or were to be checked and have not been. One query."""
	case, action = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Action")
	contact = frappe.qb.DocType("Safeguarding Contact")
	query = (
		frappe.qb.from_(action)
		.join(case)
		.on((case.name == action.parent) & (action.parenttype == "Escalation"))
	)
	query = query.left_join(contact).on(contact.name == action.by_whom)
	query = query.select(action.by_agency, action.due_on, action.done_on, action.stage, action.check_on)
	query = query.select(contact.contact_name, contact.agency)
	unchecked = action.check_on.notnull() & action.checked_on.isnull()
	query = query.where(action.done_on.isnull() | unchecked)
	query = report_base.restricted(query.select(*(case[name] for name in _CASE)), case, chosen)
	for row in query.where(case.workflow_state != report_base.DRAFT).run(as_dict=True):
		who = ", ".join(part for part in (row.contact_name, row.by_agency or row.agency) if part)
		if not row.done_on:
			yield _row(UNDONE, row, who, row.due_on, now) | {"check_on": row.check_on}
		else:
			yield _row(UNCHECKED, row, who, row.check_on, now) | {
				"check_on": row.check_on,
				"done_on": row.done_on,
			}


def _from_the_log(chosen: Filters, now: datetime) -> Iterator[dict[str, Any]]:
	"""Reviews that were set and not held, and recommendations without an answer. Two queries."""
	cases: dict[str, Any] = {}
	entries: dict[str, list[Any]] = {}
	for row in _entries(chosen):
		cases[row.escalation] = row
		entries.setdefault(row.escalation, []).append(row)
	parties = _parties(chosen) if entries else {}
	for name, rows in entries.items():
		case = cases[name]
		held = max((row.occurred_at for row in rows if row.kind == HELD), default=None)
		for row in rows:
			if row.kind == SET and row.due_at and (held is None or held < row.occurred_at):
				yield _row(REVIEW, case, _("Both sides"), row.due_at.date(), now) | {"stage": row.stage}
		asked = max(
			(row for row in rows if row.kind == RECOMMENDED), key=lambda row: row.occurred_at, default=None
		)
		if asked is not None:
			given = {
				row.actor_agency
				for row in rows
				if row.kind == ANSWERED and row.occurred_at >= asked.occurred_at
			}
			for agency in parties.get(name, ()):
				if agency not in given:
					yield _row(UNANSWERED, case, agency, asked.due_at and asked.due_at.date(), now) | {
						"stage": asked.stage
					}


def _entries(chosen: Filters) -> list[Any]:
	"""The entries about reviews and recommendations that stand, of cases that have not ended, oldest first. One query."""
	case, entry = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Stage Log")
	query = frappe.qb.from_(entry).join(case).on(case.name == entry.escalation)
	query = query.select(*(entry[name] for name in _ENTRY))
	query = query.select(
		case.reference, case.board, case.stage_label, case.raising_agency, case.responding_agency
	)
	query = report_base.restricted(query, case, chosen, "Stage Log")
	ours = entry.kind.isin((RECOMMENDED, ANSWERED, SET, HELD))
	query = query.where(ours | (entry.corrects.notnull() & (entry.corrects != "")))
	query = query.where(case.workflow_state.notin(("Closed", "Withdrawn")))
	rows = query.orderby(entry.escalation).orderby(entry.sequence).run(as_dict=True)
	replaced = {row.corrects for row in rows if row.corrects}
	return [
		row for row in rows if row.name not in replaced and row.kind in (RECOMMENDED, ANSWERED, SET, HELD)
	]


def _parties(chosen: Filters) -> dict[str, list[str]]:
	"""The agencies on the two sides of each case in which the Chair recommended anything. One query."""
	case, party = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Party")
	entry = frappe.qb.DocType("Stage Log")
	advised = frappe.qb.from_(entry).select(entry.escalation).where(entry.kind == RECOMMENDED)
	query = (
		frappe.qb.from_(party).join(case).on((case.name == party.parent) & (party.parenttype == "Escalation"))
	)
	query = query.where(party.side.isin(("raising", "responding")) & case.name.isin(advised))
	query = query.select(party.parent, party.agency)
	query = report_base.restricted(query, case, chosen).orderby(party.idx)
	found: dict[str, list[str]] = {}
	for name, agency in query.run():
		if agency and agency not in found.setdefault(name, []):
			found[name].append(agency)
	return found


def _row(kind: str, case: Any, owner: str, due: date | None, now: datetime) -> dict[str, Any]:
	return {
		"key": kind,
		"kind": _(WORDS[kind]),
		"escalation": case.get("escalation") or case.name,
		"reference": case.reference or "",
		"owner": owner or NOBODY,
		"due_on": due,
		"state": state(datetime.combine(due, time.max), now) if due else "",
		"done_on": None,
		"check_on": None,
		"stage": case.get("stage") or 0,
		"stage_label": case.stage_label or "",
		"board": case.board,
	}
