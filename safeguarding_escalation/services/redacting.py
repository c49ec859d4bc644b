"""Taking personal text out of the log for good: the cell goes with its salt, a tombstone and a chained row stay.

Nothing else of a row changes and no hash moves, so the chain verifies as before; services/chain.py takes an empty cell
for a redaction only where a row of the kind `redacted` says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import frappe

from safeguarding_escalation.services import actors, log, permits, sealing, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.text import plain

# Names, accounts and words. `relates_to` and `counterpart_role` hold a clock's key or a post as a rule: only if asked for.
NAMES_AND_WORDS = (
	"actor", "actor_name", "counterpart", "counterpart_name", "attendees", "evidence", "recorded_by",
	"confirmed_by",
)  # fmt: skip
LINKS = ("actor", "counterpart", "confirmed_by")
NOTE = "note"
# Names that decide who may see the case: who stepped back must not come in again, nor who was copied in be shut out.
DECIDES = {log.RECUSED: "actor_name", "copied": "counterpart_name"}
# What a row of the kind `redacted` relates to when it covers every row before it.
WHOLE_LOG = "every earlier entry"
REDACTED = "[redacted]"
_NUMBERED = re.compile(r"\[redacted \d+\]")


def is_tombstone(cell: str, value: Any) -> bool:
	"""Whether `value` is what a redaction leaves in a cell; matters are numbered, so that it stays clear which are one."""
	if cell == "relates_to" and value and _NUMBERED.fullmatch(value):
		return True
	return value in (None, "", REDACTED)


def blank_row(row: str, reason: str, cells: Iterable[str] = NAMES_AND_WORDS) -> list[str]:
	"""Empty personal cells of the Stage Log row `row`; returns the names of those that held something.

	The caller has decided that it may be done. Raises BadInput for an unknown row or cell or without a reason, and
	where the case's record was chained by an older version and does not verify.
	"""
	with locked(_case_of("Stage Log", row)) as case:
		found = _row(case, row)
		done = empty_cells(found, checked(reason), cells)
		if done:
			record(case, found, done, checked(reason))
	return done


def blank_note(note: str, reason: str) -> bool:
	"""Empty the Stage Log Note `note`; whether there was a text to empty. Raises as `blank_row`."""
	with locked(_case_of("Stage Log Note", note)) as case:
		row = _row(case, frappe.db.get_value("Stage Log Note", note, "stage_log"))
		done = empty_note(row.name, checked(reason))
		if done:
			record(case, row, [NOTE], checked(reason))
	return done


def blank_case(escalation: str, reason: str, cells: Iterable[str] = NAMES_AND_WORDS) -> int:
	"""Empty every note and every personal cell of a case's log, under one chained row; returns how many rows changed.

	Dates, kinds, stages, agencies and clauses stay, so the figures do. The board's two names in a change of board,
	and what a confirmation or a redaction relates to, are no personal data and stay as well.
	"""
	reason = checked(reason)
	changed = set()
	with locked(escalation) as case:
		for row in case.rows:
			wanted = [cell for cell in cells if cell != "relates_to" or not _relates_to_record(row)]
			if empty_cells(row, reason, wanted):
				changed.add(row.name)
			if row.note_digest and empty_note(row.name, reason):
				changed.add(row.name)
		if changed:
			record(case, None, [NOTE, *cells], reason)
	return len(changed)


def _relates_to_record(row: Any) -> bool:
	return row.kind in (*log.RECORD_KINDS, log.BOARD_CHANGED)


def checked(reason: str | None) -> str:
	"""The reason as it is stored. Raises BadInput without one."""
	text = plain(reason, "Reason")
	if not text:
		refuse(BadInput, "Why is this redacted? Give a reason: it stays in the record in place of the text.")
	return text


def empty_cells(
	row: Any, reason: str, cells: Iterable[str], instead: Mapping[str, str] | None = None
) -> list[str]:
	"""Empty cells of a loaded row in the database and in memory, with their salts; returns those that held a text.

	`instead` says what stands in a cell's place where that must differ from row to row; it begins like REDACTED.
	"""
	cells = list(cells)
	unknown = [cell for cell in cells if cell not in sealing.PERSONAL]
	if unknown:
		refuse(BadInput, f"{', '.join(unknown)} cannot be redacted: only names and words of people can.")
	if not row.chain_version:
		refuse(
			BadInput,
			"This case’s record was made by an older version and does not verify. Ask your safeguarding administrator.",
		)
	# Who stepped back, and who acts in their place, see DECIDES.
	kept = ("actor", "counterpart") if row.kind == log.RECUSED else ()
	salts = sealing.read(row.cell_salts)
	done = [cell for cell in cells if cell in salts and cell not in kept]
	if not done:
		return []
	tombstones = {cell: (instead or {}).get(cell, REDACTED) for cell in done}
	values: dict[str, Any] = {cell: None if cell in LINKS else text for cell, text in tombstones.items()}
	values["cell_salts"] = json.dumps({cell: salt for cell, salt in salts.items() if cell not in done})
	values |= _mark(reason)
	_write("Stage Log", row.name, values)
	row.update(values)
	return done


def empty_note(row: str, reason: str) -> bool:
	"""Put a tombstone in place of the note of the log row `row`; whether there was a text."""
	found = select("Stage Log Note", ("name", "redacted"), {"stage_log": row})
	if not found or found[0].redacted:
		return False
	_write("Stage Log Note", found[0].name, {"note": tombstone(reason), "salt": "", **_mark(reason)})
	return True


def tombstone(reason: str) -> str:
	"""What stands in place of a redacted text: when, by whom, why."""
	return f"{sealing.TOMBSTONE} on {times.show(times.now())} by {frappe.utils.get_fullname()}: {reason}]"


def record(case: LoadedCase, row: Any | None, cells: Iterable[str], reason: str, relates_to: str = "") -> Any:
	"""Append the chained row that says what was redacted, by whom and why; seen by whom the redacted row is."""
	return case.append(
		log.Entry(
			kind=log.REDACTED,
			occurred_at=times.now(),
			stage=int((row.stage if row else 0) or 1),
			visibility=row.visibility if row else "parties",
			relates_to=relates_to or (row.name if row else WHOLE_LOG),
			redacted_cells=", ".join(cells),
			note=reason,
			**actors.resolve(case, None).columns(),
		)
	)


def _mark(reason: str) -> dict[str, Any]:
	now = times.stored(times.now())
	return {
		"redacted": 1,
		"redacted_reason": reason,
		"redacted_by": frappe.session.user,
		"redacted_at": now,
		"modified": now,
	}


def _write(doctype: str, name: str, values: dict[str, Any]) -> None:
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.update(table).where(table.name == name)
	for column, value in values.items():
		query = query.set(table[column], value)
	with permits.blanking(name):
		query.run()
	frappe.clear_document_cache(doctype, name)


def _case_of(doctype: str, name: Any) -> str:
	found = frappe.db.get_value(doctype, name, "escalation") if name and isinstance(name, str) else None
	if not found:
		refuse(BadInput, "There is no such entry in a case’s log.")
	return found


def _row(case: LoadedCase, name: str) -> Any:
	row = next((row for row in case.rows if row.name == name), None)
	if row is None:
		refuse(BadInput, "There is no such entry in this case’s log.")
	return row
