"""Anonymising an ended case: everybody's identity and every free text go for good; dates, stages and figures stay.

Never blind: a dry run says what would go, and its digest must be given back, unchanged, for the real run. All of it is
one transaction; the bytes of files go once it is committed. What a backup holds, it holds until it is rotated.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.mentions import mentions
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import (
	actors,
	anonymising_cells,
	anonymising_figures,
	anonymising_traces,
	audit,
	log,
	redacting,
	retention,
	sealing,
	times,
)
from safeguarding_escalation.services.errors import BadInput, MoveRefused, StaleCase, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain, yes_or_no

# Cells of a log row that usually hold a clock's key or a post: emptied where they hold something else.
_SOMETIMES = ("relates_to", "counterpart_role")
# Traces that come and go by looking at a case: no reason to run a dry run again.
_FLEETING = {
	"Access Log", "Activity Log", "Console Log", "Email Queue", "Error Log", "Notification Log", "Route History",
	"Scheduled Job Log", "View Log",
}  # fmt: skip


class FiguresChanged(MoveRefused):
	"""Anonymising would have changed what lists and returns count; nothing was done."""


@dataclass(frozen=True)
class Plan:
	"""Everything that a run would do with one case, found without changing anything."""

	blanks: list[anonymising_cells.Blank]
	entries: dict[str, list[str]]  # log row → cells that are emptied
	notes: int
	matters: dict[str, str]  # what somebody typed as a matter → what stands in its place
	traces: anonymising_traces.Traces
	digest: str

	def shown(self) -> dict[str, Any]:
		"""The plan as a table: [{table, action, rows, fields}], and what it leaves."""
		tables = [{"table": "Stage Log", "action": "empty", "rows": len(self.entries), "fields": _fields(self.entries.values())}]  # fmt: skip
		tables.append({"table": "Stage Log Note", "action": "empty", "rows": self.notes, "fields": ["note"]})
		by_table: dict[str, list[anonymising_cells.Blank]] = {}
		for blank in self.blanks:
			by_table.setdefault(blank.doctype, []).append(blank)
		for doctype, rows in by_table.items():
			fields = _fields(blank.cells for blank in rows)
			tables.append({"table": doctype, "action": "empty", "rows": len(rows), "fields": fields})
		for doctype, names in self.traces.rows.items():
			tables.append({"table": doctype, "action": "delete", "rows": len(names), "fields": []})
		tables.append({"table": "File", "action": "delete", "rows": len(self.traces.files), "fields": []})
		shown = [row for row in tables if row["rows"]]
		return {
			"digest": self.digest,
			"tables": sorted(shown, key=lambda row: (row["action"] == "delete", row["table"])),
			"rows": sum(row["rows"] for row in shown),
			"files": len(self.traces.files),
			"elsewhere": [
				{"table": name, "rows": number} for name, number in sorted(self.traces.elsewhere.items())
			],
		}


def _fields(rows: Any) -> list[str]:
	return sorted({field for cells in rows for field in cells} - {"owner", "modified_by"})


def anonymise(
	escalation: str,
	reason: str,
	dry_run: bool | int | str = True,
	expected: str | None = None,
	order: str | None = None,
	everywhere: bool = True,
) -> dict[str, Any]:
	"""The dry run, or with its digest as `expected` the real one; see `api.retention.anonymise`."""
	why, ordered = plain(reason, "Reason"), plain(order, "Order")
	if not why:
		refuse(BadInput, "Why? Give a reason without anybody's name: it stays with the case.")
	rehearsal = yes_or_no(dry_run, "dry_run")
	with locked(escalation) as case:
		_check(case, f"{why} {ordered}", ordered)
		found = plan(case, everywhere=everywhere and rehearsal)  # the lock is short in the real run
		answer = {"escalation": escalation, "reference": case.document.reference, "dry_run": rehearsal}
		if rehearsal:
			audit.note(escalation, "anonymise", "dry run")
			return answer | found.shown()
		if not expected:
			refuse(BadInput, "Do the dry run first, look at it, and give its digest as `expected`.")
		if expected != found.digest:
			refuse(StaleCase, "Something has changed since the dry run. Look at a new one.")
		_run(case, found, f"{why}. Order: {ordered}" if ordered else why)
	return answer | found.shown()


def _check(case: LoadedCase, said: str, ordered: str) -> None:
	document = case.document
	if document.workflow_state not in ENDED:
		refuse(MoveRefused, "This case is open. Only a closed or withdrawn case is anonymised.")
	if cint(document.legal_hold):
		refuse(
			MoveRefused, "This case is under legal hold. Lift the hold first, if the reason for it has gone."
		)
	until = retention.kept_until(document)
	if until >= times.today() and not ordered and not document.anonymised_at:
		refuse(
			MoveRefused,
			f"This case is kept until {date_text(until)}. Before that it is anonymised only by an order: "
			"give the court's order or the erasure decision.",
		)
	named = mentions(said, anonymising_traces.people(document))
	if named:
		refuse(BadInput, "The reason names somebody of the case. It stays with the case: leave the name out.")


def plan(case: LoadedCase, *, everywhere: bool = True) -> Plan:
	"""What would be emptied and deleted now. Reads only."""
	kept = anonymising_cells.vocabulary(case)
	entries = {row.name: cells for row in case.rows if (cells := _cells(row, kept))}
	notes = frappe.get_all("Stage Log Note", {"escalation": case.name, "redacted": 0}, ["name", "note"])
	blanks = anonymising_cells.blanks(case)
	traces = anonymising_traces.find(case.document, everywhere=everywhere)
	parts = [
		case.rows[-1].hash if case.rows else "",
		sorted((blank.doctype, blank.name, sorted(map(str, blank.cells.items()))) for blank in blanks),
		sorted(entries.items()),
		sorted((note.name, note.note or "") for note in notes),
		sorted((doctype, sorted(names)) for doctype, names in traces.rows.items() if doctype not in _FLEETING),
		traces.files,
		{row.name: {key: str(value) for key, value in _stored(row).items()} for row in (case.document, *case.document.get_all_children())},
	]  # fmt: skip
	text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
	digest = hashlib.sha256(text.encode()).hexdigest()[:40]
	matters = anonymising_cells.matters(case, kept)
	return Plan(blanks, entries, sum(1 for note in notes if note.note), matters, traces, digest)


def _stored(row: Any) -> dict[str, Any]:
	"""The cells of a row that count as its content: a list column that the host keeps is none."""
	fields = [field.fieldname for field in row.meta.fields if not getattr(field, "is_virtual", 0)]
	return {name: row.get(name) for name in fields if not isinstance(row.get(name), list)}


def _cells(row: Any, kept: frozenset[str]) -> list[str]:
	salts = sealing.read(row.cell_salts)
	wanted = list(redacting.NAMES_AND_WORDS)
	wanted += [cell for cell in _SOMETIMES if row[cell] and not anonymising_cells.is_known(row, cell, kept)]
	return [cell for cell in wanted if cell in salts]


def _run(case: LoadedCase, found: Plan, reason: str) -> None:
	before = anonymising_figures.figures(case.name)
	wanted = anonymising_traces.terms(case.document)
	anonymising_cells.write(found.blanks)
	anonymising_cells.disown(case.name)
	_empty_log(case, found, reason)
	anonymising_traces.delete(found.traces, case.name, wanted)
	files = anonymising_traces.delete_files(found.traces.files)
	with locked(case.name) as emptied:
		at = times.stored(emptied.now)
		stage = cint(emptied.document.current_stage) or 1
		actor = actors.resolve(emptied, None)
		entry = log.Entry(
			kind=log.ANONYMISED, occurred_at=emptied.now, stage=stage, note=reason, **actor.columns()
		)
		emptied.append(entry)
		frappe.db.set_value("Escalation", case.name, {"anonymised_at": at, "retention_decision": ""})
	anonymising_traces.forget_requests(case.name)
	frappe.clear_document_cache("Escalation", case.name)
	after = anonymising_figures.figures(case.name)
	if before != after:
		changed = ", ".join(key for key in before if before[key] != after[key])
		refuse(
			FiguresChanged,
			f"This would have changed figures ({changed}). Nothing was done: tell your administrator.",
		)
	counts = _counts(found)
	audit.note(case.name, "anonymise", f"{sum(counts.values())} rows in {len(counts)} tables")
	anonymising_traces.delete_bytes(files)


def _empty_log(case: LoadedCase, found: Plan, reason: str) -> None:
	"""Tombstones in place of notes, names and words, under one chained row that covers every entry before it."""
	for row in case.rows:
		matter = found.matters.get(row.relates_to or "")
		instead = {"relates_to": matter} if matter else {}
		redacting.empty_cells(row, reason, found.entries.get(row.name, ()), instead)
		if row.note_digest:
			redacting.empty_note(row.name, reason)
	redacting.record(case, None, [redacting.NOTE, *redacting.NAMES_AND_WORDS, *_SOMETIMES], reason)


def _counts(found: Plan) -> Counter[str]:
	return Counter({row["table"]: row["rows"] for row in found.shown()["tables"]})
