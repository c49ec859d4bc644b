"""The Stage Log: append-only rows, hash-chained per case, and their reading as engine events.

Only `lock.py`'s holder may append: a sequence number is drawn from the rows it has read FOR UPDATE.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import frappe
from frappe.model.naming import make_autoname

from safeguarding_escalation.engine import Event
from safeguarding_escalation.services import sealing, times
from safeguarding_escalation.services.rows import select

COLUMNS = list(
	dict.fromkeys(
		(
			*sealing.FIRST,
			*sealing.CLEAR,
			*sealing.PERSONAL,
			"hash",
			"cell_salts",
			"redacted",
			"redacted_reason",
			"redacted_by",
			"redacted_at",
		)
	)
)
# Rows about the record and those who keep it, not about the case: no clock, move or duty follows from them.
CONFIRMED, DISPUTED, RECUSED, REDACTED = "entry_confirmed", "entry_disputed", "recused", "redacted"
HELD, LIFTED, DECIDED, ANONYMISED = KEEPING = (
	"legal_hold_set", "legal_hold_lifted", "retention_decided", "anonymised",
)  # fmt: skip
# What was got ready, received or left out, and advice: none of it is a step, so no clock is met or started by it.
COPY_PREPARED, COPY_RECEIVED, COPY_LEFT_OUT = COPYING = ("copy_prepared", "copy_received", "copy_left_out")
ADVICE_ASKED, ADVICE_ANSWERED, ADVICE_WITHDRAWN = ADVISING = (
	"advice_asked", "advice_answered", "advice_withdrawn",
)  # fmt: skip
# What the other side was asked about a whole record, and said of it; `relates_to` is the Record Confirmation.
ASKED, UNANSWERED, ASKING_ENDED = "record_asked", "record_unanswered", "record_asking_ended"
RECORD_CONFIRMED, RECORD_CORRECTED, RECORD_DISPUTED = WORDS = (
	"record_confirmed", "record_corrected", "record_disputed",
)  # fmt: skip
# Signatures; `relates_to` is the row of the form.
SIGNED, STRUCK = "record_signed", "signature_struck"
# Entries were typed in from a paper form that was kept during an outage; `evidence` is the number on it.
PAPER = "paper_entered"
# What people call them, where the kind's own words would mislead.
LABELS = {
	ASKED: "Asked to confirm the record",
	UNANSWERED: "No reply to the request",
	ASKING_ENDED: "Request withdrawn",
	RECORD_CONFIRMED: "Confirmed the record",
	RECORD_CORRECTED: "Corrected the record, in their own words",
	RECORD_DISPUTED: "Disputed the record, in their own words",
	SIGNED: "Signed",
	STRUCK: "Signature struck out",
	PAPER: "Paper form typed in",
}
OF_BOTH_SIDES = (ASKED, UNANSWERED, ASKING_ENDED, *WORDS, SIGNED, STRUCK)
RECORD_KINDS = (CONFIRMED, DISPUTED, RECUSED, REDACTED, *KEEPING, *COPYING, *ADVISING, *OF_BOTH_SIDES, PAPER)
# Rows that an anonymised case still takes: what was done with its text, never a text of the case.
ABOUT_THE_TEXT = (REDACTED, *KEEPING)
# Another board took the case; between the two boards in `relates_to`.
BOARD_CHANGED, TO = "board_changed", " → "
# A change of the working days moved dates of the case; `relates_to` names the Calendar Change.
CALENDAR_CHANGED = "calendar_changed"
# What `event` reads of a row; no text of anybody.
OF_AN_EVENT = (
	"name", "sequence", "kind", "stage", "level", "occurred_at", "due_at", "side", "actor_agency", "counterpart_role",
	"counterpart_agency", "two_way", "mode", "outcome", "relates_to", "corrects",
)  # fmt: skip
_TWO_WAY = {"Yes": True, "No": False}


@dataclass(frozen=True)
class Entry:
	"""What a caller wants on the log; everything else is filled here. Times are aware."""

	kind: str
	occurred_at: datetime
	stage: int = 1
	level: str = ""
	side: str = ""
	actor: str | None = None  # Safeguarding Contact
	actor_name: str = ""
	actor_role: str = ""
	actor_agency: str = ""
	counterpart: str | None = None
	counterpart_name: str = ""
	counterpart_role: str = ""
	counterpart_agency: str = ""
	mode: str = ""
	two_way: bool | None = None
	attendees: str = ""
	source: str = "own knowledge"
	evidence: str = ""
	visibility: str = "parties"
	rule: str = ""
	relates_to: str = ""
	due_at: datetime | None = None
	note: str = ""
	corrects: str = ""
	outcome: str = ""  # of an answer of the board: resolved, recommendation, advice
	confirmed_by: str | None = None  # on a row that confirms another: the Safeguarding Contact who does
	name: str = ""  # of the row, where a request's key decides it, so that it is written once
	redacted_cells: str = ""  # on a row that records a redaction: what was taken out of `relates_to`


def rows(escalation: str, for_update: bool = False) -> list[frappe._dict]:
	"""All rows of one case in order. FOR UPDATE also sees what others committed after this request began."""
	return select(
		"Stage Log", COLUMNS, {"escalation": escalation}, order_by="sequence", for_update=for_update
	)


def event(row: Any) -> Event:
	"""One row as an engine event. Empty cells are unknown (None)."""
	return Event(
		row.kind,
		at=times.aware(row.occurred_at),
		stage=row.stage or None,
		level=row.level or None,
		side=row.side or None,
		agency=row.actor_agency or None,
		two_way=_TWO_WAY.get(row.two_way),
		to=row.counterpart_role or None,
		to_agency=row.counterpart_agency or None,
		due_at=times.aware(row.due_at),
		relates_to=row.relates_to or None,
		mode=row.mode or None,
		outcome=row.outcome or None,
		id=row.name,
		sequence=row.sequence,
		corrects=row.corrects or None,
	)


def events(rows_of_case: Sequence[Any]) -> list[Event]:
	"""The rows that the engine reasons about, corrections included; see RECORD_KINDS for those it does not."""
	about_record = {row.name for row in rows_of_case if row.kind in RECORD_KINDS}
	return [
		event(row)
		for row in rows_of_case
		if row.name not in about_record and row.corrects not in about_record
	]


def of_cases(names: Sequence[str], kinds: Sequence[str] = ()) -> dict[str, list[Any]]:
	"""The rows of several cases, in order, by case, as far as `events` reads them; no text of anybody.

	With `kinds` only those of these kinds, and every correction.
	"""
	table = frappe.qb.DocType("Stage Log")
	query = frappe.qb.from_(table).select(table.escalation, *(table[column] for column in OF_AN_EVENT))
	query = query.where(table.escalation.isin(names))
	if kinds:
		query = query.where(table.kind.isin(list(kinds)) | (table.corrects != ""))
	found: dict[str, list[Any]] = {}
	for row in query.orderby(table.escalation).orderby(table.sequence).run(as_dict=True):
		found.setdefault(row.escalation, []).append(row)
	return found


def append(escalation: str, entry: Entry, after: Any | None) -> frappe._dict:
	"""Write one row after `after` (the last row, None for the first), seal it, and return it as read back."""
	salt = sealing.new_salt()
	values = {
		"doctype": "Stage Log",
		"name": entry.name or make_autoname("hash", "Stage Log"),
		"escalation": escalation,
		"sequence": (after.sequence if after else 0) + 1,
		"kind": entry.kind,
		"stage": entry.stage,
		"level": entry.level,
		"occurred_at": times.stored(entry.occurred_at),
		"recorded_at": times.stored(times.now()),
		"recorded_by": frappe.session.user,
		"two_way": {True: "Yes", False: "No", None: ""}[entry.two_way],
		"due_at": times.stored(entry.due_at),
		"note_digest": sealing.digest(salt, entry.note) if entry.note else "",
		"previous_hash": after.hash if after else "",
	}
	for name in (
		"actor", "actor_name", "actor_role", "actor_agency", "side", "counterpart", "counterpart_name",
		"counterpart_role", "counterpart_agency", "mode", "attendees", "source", "evidence", "visibility",
		"rule", "relates_to", "corrects", "confirmed_by", "outcome", "redacted_cells",
	):  # fmt: skip
		values[name] = getattr(entry, name)
	sealing.seal_row(values)
	document = frappe.get_doc(values)
	document.flags.appended = True
	document.insert(ignore_permissions=True, set_name=values["name"])
	if entry.note:
		_write_note(document, entry.note, salt)
	sealing.advance(escalation, document.sequence, document.hash)
	return frappe._dict({key: document.get(key) for key in COLUMNS})


def _write_note(document: Any, note: str, salt: str) -> None:
	written = frappe.get_doc(
		{
			"doctype": "Stage Log Note",
			"stage_log": document.name,
			"escalation": document.escalation,
			"note": note,
			"salt": salt,
		}
	)
	written.flags.appended = True
	written.insert(ignore_permissions=True)


def superseded(rows: Iterable[Any]) -> set[str]:
	"""The names of the rows that a later row corrects or voids."""
	return {row.corrects for row in rows if row.corrects}


def board_changes(rows: Iterable[Any]) -> list[tuple[datetime, str, str]]:
	"""When the case changed boards, from which, to which; oldest first."""
	found = []
	for row in rows:
		old, arrow, new = str(row.relates_to or "").partition(TO)
		if row.kind == BOARD_CHANGED and arrow:
			found.append((times.aware(row.occurred_at), old, new))
	return found


class Recusal(NamedTuple):
	"""That somebody stepped back: who was named in their place, when (as stored), and for which side they acted."""

	substitute: str | None
	at: datetime
	side: str


def recusals(rows: Iterable[Any]) -> dict[str, Recusal]:
	"""The contacts that have stepped back, by the rows that say so and that no later row corrects."""
	every = list(rows)
	voided = superseded(every)
	return {
		row.actor: Recusal(row.counterpart or None, row.occurred_at, row.side or "")
		for row in every
		if row.kind == RECUSED and row.actor and row.name not in voided
	}


def stored_recusals(escalation: str) -> dict[str, Recusal]:
	"""`recusals` of a stored case; one query where nobody has stepped back."""
	if not select("Stage Log", ["name"], {"escalation": escalation, "kind": RECUSED}):
		return {}
	columns = ["name", "kind", "actor", "counterpart", "occurred_at", "side", "corrects"]
	return recusals(select("Stage Log", columns, {"escalation": escalation}, order_by="sequence"))
