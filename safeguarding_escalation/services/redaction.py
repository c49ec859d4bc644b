"""An authorised redaction: of a note or of names and words of a log row, or of a text of the form and its rows.

The text goes from the row, from the versions and from what else the host keeps; a tombstone says when, by whom and why,
and a chained row of the log says what was taken out of what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import frappe

from safeguarding_escalation import permissions
from safeguarding_escalation.services import (
	actors,
	audit,
	audit_cases,
	log,
	projection,
	redacting,
	retention,
	scrubbing,
	sealing,
	times,
)
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded, locked
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.views import kind_label

# What can be taken out of the form: names, and what somebody typed. Choices, dates of events and agencies stay.
FORM: dict[str, tuple[str, ...]] = {
	"Escalation": (
		"scope_basis", "scope_exclusion", "scope_reason", "nature_other", "dispute_summary", "decision_challenged",
		"evidence_reasons", "outcome_sought", "adult_area", "risk_to_adult", "counterparty_name",
		"counterparty_relation", "told_whom", "interim_safety_actions", "resolution_summary", "contingency_plan",
		"outstanding_issues_plan", "not_resolved_earlier", "advocacy_reason", "court_reason", "out_of_area_contact",
		"out_of_area_phone", "out_of_area_email", "dissatisfaction_remaining", "learning", "policy_gap", "additional_notes",
		"other_references", "police_reference",
	),
	"Escalation Subject": (
		"subject_name", "date_of_birth", "local_reference", "address", "representative_name",
		"representative_role", "do_not_contact_reason",
	),
	"Escalation Party": ("aim", "view", "own_record_reference"),
	"Escalation Action": ("action", "outcome", "what_next"),
	"Escalation Answer": ("answer",),
	"Escalation Involvement": ("views", "representative_views", "why_not"),
	"Escalation Signature": ("signatory_name", "evidence", "struck_reason"),
	"Escalation Copy": ("recipient_name", "address", "what", "received_how", "evidence"),
	"Advice Request": (
		"asked_name", "question", "attached", "answer", "answer_evidence", "withdrawn_reason",
	),
	"Record Confirmation": ("contact_name",),
}  # fmt: skip
# Cells of an entry that people are offered, beside its note.
OFFERED = ("actor_name", "counterpart_name", "attendees", "evidence", "relates_to")
# Who did it is a name and a link to a contact: both go.
_WITH = {"actor_name": "actor", "counterpart_name": "counterpart"}
_NO_SUCH_ROW = "There is no such entry or row in this case, or it is not for you to see."


@dataclass
class _Done:
	"""What one redaction took out: the cells, their texts, and what the row is called."""

	row: Any | None
	called: str
	cells: list[str]
	texts: list[Any] = field(default_factory=list)


def redact(escalation: str, row: str, reason: str, cells: Iterable[str]) -> dict[str, Any]:
	"""Take `cells` of `row` out of the record; see `api.records.redact`. The caller's right is checked already."""
	reason = redacting.checked(reason)
	cells = list(dict.fromkeys(cells))
	with locked(escalation) as case:
		entry = next((each for each in case.rows if each.name == row), None)
		done = _entry(case, entry, reason, cells) if entry else _form(case, row, reason, cells)
		if not done.cells:
			refuse(BadInput, "There is nothing to redact: no text stands there, or it was redacted before.")
		written = redacting.record(case, done.row, done.cells, reason, "" if done.row else done.called)
		scrubbing.scrub(escalation, done.texts)
		audit.note(escalation, "redact", f"{done.called}: {', '.join(done.cells)}")
		projection.refresh(case)
		return {
			"log": written.name,
			"cells": done.cells,
			"also_in": _also_in(case, done.texts),
			"warning": retention.hold_warning(case.document),
		}


def choices(escalation: str) -> list[dict[str, Any]]:
	"""What the session's user may redact: {row, label, cells: [{cell, label}]} of what holds a text, entries first."""
	case = loaded(escalation)
	found = []
	notes = {
		row.stage_log
		for row in select("Stage Log Note", ("stage_log",), {"escalation": case.name, "redacted": 0})
	}
	labels = frappe.get_meta("Stage Log")
	for row in case.rows:
		if row.kind == log.REDACTED or not _sees(case, row):
			continue
		cells = [redacting.NOTE] if row.name in notes else []
		kept = redacting.DECIDES.get(row.kind)
		cells += [cell for cell in OFFERED if cell != kept and not sealing.is_blank(row.get(cell))]
		when = times.show(times.aware(row.occurred_at))
		found.append(
			_choice(row.name, f"Entry {row.sequence}: {kind_label(row.kind)}, {when}", cells, labels)
		)
	for doctype, known in FORM.items():
		for row in _rows(doctype, case.name, ("name", "idx", *known)):
			cells = [cell for cell in known if not sealing.is_blank(row[cell])]
			label = (
				"The form"
				if doctype == "Escalation"
				else f"{doctype.removeprefix('Escalation ')} {row.idx or ''}"
			)
			found.append(_choice(row.name, label.strip(), cells, frappe.get_meta(doctype)))
	return [choice for choice in found if choice["cells"]]


def _choice(row: str, label: str, cells: Iterable[str], meta: Any) -> dict[str, Any]:
	named = [
		{"cell": cell, "label": "Note" if cell == redacting.NOTE else meta.get_label(cell)} for cell in cells
	]
	return {"row": row, "label": label, "cells": named}


def _entry(case: LoadedCase, entry: Any, reason: str, cells: list[str]) -> _Done:
	if not _sees(case, entry):
		refuse(BadInput, _NO_SUCH_ROW)
	if redacting.DECIDES.get(entry.kind) in cells:
		refuse(
			MoveRefused, "Who stepped back or was copied in decides who may see the case: that name stays."
		)
	done = _Done(entry, f"entry {entry.sequence}", [])
	named = [cell for cell in cells if cell != redacting.NOTE]
	named += [_WITH[cell] for cell in named if cell in _WITH]
	done.texts = [entry.get(cell) for cell in named if cell not in redacting.LINKS]
	done.cells = redacting.empty_cells(entry, reason, dict.fromkeys(named))
	if redacting.NOTE in cells:
		note = frappe.db.get_value("Stage Log Note", {"stage_log": entry.name}, "note")
		if redacting.empty_note(entry.name, reason):
			done.cells.append(redacting.NOTE)
			done.texts.append(note)
	return done


def _sees(case: LoadedCase, entry: Any) -> bool:
	if actors.is_administrator():
		return True
	return actors.sees(case, entry)


def _form(case: LoadedCase, row: str, reason: str, cells: list[str]) -> _Done:
	doctype, found = _row_of(case, row, cells)
	meta = frappe.get_meta(doctype)
	filled = [
		cell for cell in cells if found[cell] and not str(found[cell]).startswith(redacting.REDACTED[:-1])
	]
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.update(table).where(table.name == row)
	for cell in filled:
		kind = meta.get_field(cell).fieldtype
		query = query.set(table[cell], _tombstone(kind, reason))
	if filled:
		query.run()
		scrubbing.scrub_versions(case.name, row, filled)
		_outdate(case)
	number = f" {found.idx}" if found.idx else ""
	return _Done(None, f"{doctype}{number}", filled, [found[cell] for cell in filled])


def _row_of(case: LoadedCase, row: str, cells: list[str]) -> tuple[str, Any]:
	"""The DocType and the stored cells of a row of the case's form. Raises BadInput for anything else."""
	for doctype, known in FORM.items():
		found = [each for each in _rows(doctype, case.name, ("name", "idx", *known)) if each.name == row]
		if not found:
			continue
		unknown = [cell for cell in cells if cell not in known]
		if unknown or not cells:
			words = ", ".join(frappe.get_meta(doctype).get_label(cell) for cell in known)
			refuse(BadInput, f"Choose what to redact: {words}.")
		return doctype, found[0]
	refuse(BadInput, _NO_SUCH_ROW)
	raise AssertionError


def _rows(doctype: str, escalation: str, columns: Iterable[str]) -> list[Any]:
	"""The rows of a case's form or register; of those that say who may read them, what the session's user may."""
	owner = audit_cases.CASE_COLUMN[doctype]
	found = select(doctype, list(columns), {owner: escalation})
	if doctype in permissions.ENTRIES:
		return [row for row in found if permissions.may(doctype, row.name, frappe.session.user)]
	return found


def _tombstone(kind: str, reason: str) -> str | None:
	"""A sentence in place of a text; one word in place of a name, which other parts of the app look for in texts."""
	if kind == "Date":
		return None
	return redacting.REDACTED if kind == "Data" else redacting.tombstone(reason)


def _outdate(case: LoadedCase) -> None:
	"""A form that somebody has open with the old text must not save it back."""
	table = frappe.qb.DocType("Escalation")
	now = times.stored(times.now())
	frappe.qb.update(table).set(table.modified, now).where(table.name == case.name).run()
	frappe.clear_document_cache("Escalation", case.name)
	case.document.reload()


def _also_in(case: LoadedCase, texts: Iterable[Any]) -> list[str]:
	"""Where else in the case the same words stand, for the one who redacts to look at: entries and fields, no text."""
	wanted = [str(text).casefold() for text in texts if text and len(str(text)) >= scrubbing.DISTINCTIVE]
	found = []
	notes = {
		row.stage_log: row.note
		for row in select("Stage Log Note", ("stage_log", "note"), {"escalation": case.name})
	}
	for row in case.rows:
		said = [notes.get(row.name), *(row.get(cell) for cell in redacting.NAMES_AND_WORDS)]
		if row.kind != log.REDACTED and _sees(case, row) and _holds(said, wanted):
			found.append(f"entry {row.sequence}")
	for doctype, cells in FORM.items():
		for row in _rows(doctype, case.name, ("name", *cells)):
			labels = [
				frappe.get_meta(doctype).get_label(cell) for cell in cells if _holds([row[cell]], wanted)
			]
			found += [f"{doctype}: {label}" for label in labels]
	return list(dict.fromkeys(found))


def _holds(said: Iterable[Any], wanted: list[str]) -> bool:
	return any(text in str(value).casefold() for value in said if value for text in wanted)
