"""A case taken apart into the pieces that somebody may be given: each field, row, entry, note, comment, file, mail.

What one agency wrote for itself alone is a piece for that agency alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import strip_html

from safeguarding_escalation.engine.access import visible
from safeguarding_escalation.engine.case import Person
from safeguarding_escalation.services import times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.views import kind_label

FIELD, ROW, ENTRY, NOTE, COPY, ASKED = "Field", "Row", "Log entry", "Note", "Copy", "Asked"
ALERT, COMMENT, MESSAGE, FILE, WORDING = "Alert", "Comment", "Message", "File", "Earlier wording"
# Nothing of these is about a person: layout, what is computed, what only the Desk needs.
_LAYOUT = {"Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", "Fold"}
_LEFT_OUT = {"allowed_actions", "workflow_state", "policy", "question_key", "options", "salt"}
# Cells of a log row that people read; the rest is about the record.
_ENTRY_CELLS = (
	("By", "actor_name"), ("", "actor_role"), ("", "actor_agency"), ("With", "counterpart_name"),
	("", "counterpart_role"), ("", "counterpart_agency"), ("How", "mode"), ("Present", "attendees"),
	("Evidence", "evidence"), ("About", "relates_to"),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
	"""One piece: what it is, its text, where it is stored, and the log row that decides who may see it ('' for none).

	`unread`: its content cannot be searched for names (a file), or holds names that nobody listed.
	"""

	kind: str
	what: str
	text: str
	doctype: str
	name: str
	field: str = ""
	stage_log: str = ""
	unread: bool = False

	@property
	def key(self) -> tuple[str, str, str]:
		"""Where it is stored: the same in every gathering."""
		return self.doctype, self.name, self.field


def pieces(case: LoadedCase, reader: Person, agency: str) -> list[Piece]:
	"""Every piece of the case that `reader` may see for `agency`, in the order of the record."""
	found = [*_fields(case.document), *_rows(case.document), *_entries(case, reader, agency)]
	found += [
		*_copies(case.name),
		*_asked(case.name),
		*_advice(case.name, reader, agency),
		*_alerts(case.name),
		*_comments(case.name),
		*_messages(case.name),
	]
	return [*found, *_files(case.name), *_wordings(case.document)]


def _fields(document: Any) -> Iterator[Piece]:
	for field in document.meta.fields:
		text = _shown(field, document.get(field.fieldname))
		if text:
			yield Piece(
				FIELD, field.label or field.fieldname, text, "Escalation", document.name, field.fieldname
			)


def _rows(document: Any) -> Iterator[Piece]:
	for table in document.meta.get_table_fields():
		for row in document.get(table.fieldname) or ():
			lines = [
				f"{field.label}: {text}"
				for field in row.meta.fields
				if (text := _shown(field, row.get(field.fieldname)))
			]
			if lines:
				what = f"{table.label or row.doctype}, row {row.idx}"
				yield Piece(ROW, what, "\n".join(lines), row.doctype, row.name)


def _shown(field: Any, value: Any) -> str:
	"""A cell as text; '' for an empty one and for what is no data."""
	if field.fieldtype in (*_LAYOUT, *frappe.model.table_fields) or field.fieldname in _LEFT_OUT:
		return ""
	if value in (None, "") or (field.fieldtype in ("Check", "Int") and not value):
		return ""
	if field.fieldtype == "Check":
		return "Yes"
	if field.fieldtype == "Datetime":
		return times.show(times.aware(value))
	if field.fieldtype == "Link" and field.options == "Safeguarding Contact":
		return frappe.db.get_value("Safeguarding Contact", value, "contact_name") or str(value)
	return str(value)


def _entries(case: LoadedCase, reader: Person, agency: str) -> Iterator[Piece]:
	notes = {row.stage_log: row for row in select("Stage Log Note", ["name", "stage_log", "note"], {"escalation": case.name})}  # fmt: skip
	for row in case.rows:
		own = row.actor_agency == agency
		if not visible(row.visibility, row.actor_agency, reader) or (
			row.visibility == "own agency" and not own
		):
			continue
		what = f"Entry {row.sequence}: {kind_label(row.kind)}"
		lines = [times.show(times.aware(row.occurred_at))]
		lines += [
			f"{label}: {row[cell]}" if label else row[cell] for label, cell in _ENTRY_CELLS if row[cell]
		]
		yield Piece(ENTRY, what, "\n".join(lines), "Stage Log", row.name, "", row.name, bool(row.attendees))
		note = notes.get(row.name)
		if note and note.note:
			yield Piece(
				NOTE,
				f"Note of entry {row.sequence}",
				note.note,
				"Stage Log Note",
				note.name,
				"note",
				row.name,
			)


def _copies(escalation: str) -> Iterator[Piece]:
	columns = ["name", "recipient_name", "recipient_role", "recipient_agency", "what", "method", "sent_at"]
	for row in select("Escalation Copy", columns, {"escalation": escalation}, order_by="sent_at"):
		sent = times.show(times.aware(row.sent_at)) if row.sent_at else ""
		cells = (row.recipient_name, row.recipient_role, row.recipient_agency, row.what, row.method, sent)
		yield Piece(COPY, "Copy sent", "\n".join(cell for cell in cells if cell), "Escalation Copy", row.name)


def _advice(escalation: str, reader: Person, agency: str) -> Iterator[Piece]:
	"""What went with a question: question and answer are notes of the log, and pieces as such."""
	columns = ["name", "asked_name", "attached", "visibility", "actor_agency", "asked_log"]
	for row in select("Advice Request", columns, {"escalation": escalation}, order_by="asked_at"):
		own = row.visibility != "own agency" or row.actor_agency == agency
		if row.attached and own and visible(row.visibility, row.actor_agency or "", reader):
			text = "\n".join(filter(None, (row.asked_name, row.attached)))
			yield Piece(
				NOTE,
				"Sent with a question",
				text,
				"Advice Request",
				row.name,
				"attached",
				row.asked_log or "",
			)


def _asked(escalation: str) -> Iterator[Piece]:
	"""Who was asked to confirm the record; what they said of it is a note of the log."""
	columns = ["name", "what", "stage", "contact_name", "agency", "asked_at", "state"]
	for row in select("Record Confirmation", columns, {"escalation": escalation}, order_by="asked_at"):
		asked = f"Asked on {times.show(times.aware(row.asked_at))}: {row.state}"
		cells = (row.contact_name, row.agency, f"Record of {row.what} {row.stage or ''}".strip(), asked)
		yield Piece(
			ASKED, "Asked to confirm", "\n".join(filter(None, cells)), "Record Confirmation", row.name
		)


def _alerts(escalation: str) -> Iterator[Piece]:
	columns = ["name", "clock", "rung", "recipient", "due_at", "sent_at"]
	for row in select("Escalation Alert", columns, {"escalation": escalation}, order_by="due_at"):
		sent = times.show(times.aware(row.sent_at)) if row.sent_at else "not sent"
		text = f"To {row.recipient}\n{row.clock}, {row.rung}\n{sent}"
		yield Piece(ALERT, "Alert mail", text, "Escalation Alert", row.name)


def _comments(escalation: str) -> Iterator[Piece]:
	where = {"reference_doctype": "Escalation", "reference_name": escalation, "comment_type": "Comment"}
	for row in select("Comment", ["name", "content", "comment_by"], where, order_by="creation"):
		text = "\n".join(filter(None, (row.comment_by, strip_html(row.content or "").strip())))
		yield Piece(COMMENT, "Comment", text, "Comment", row.name)


def _messages(escalation: str) -> Iterator[Piece]:
	where = {"reference_doctype": "Escalation", "reference_name": escalation}
	columns = ["name", "subject", "content", "sender", "recipients"]
	for row in select("Communication", columns, where, order_by="creation"):
		cells = (row.sender, row.recipients, row.subject, strip_html(row.content or "").strip())
		yield Piece(MESSAGE, "Message", "\n".join(cell for cell in cells if cell), "Communication", row.name)


def _files(escalation: str) -> Iterator[Piece]:
	where = {"attached_to_doctype": "Escalation", "attached_to_name": escalation, "is_folder": 0}
	for row in select("File", ["name", "file_name"], where, order_by="creation"):
		yield Piece(FILE, "File", row.file_name or "", "File", row.name, unread=True)


def _wordings(document: Any) -> Iterator[Piece]:
	where = {"ref_doctype": "Escalation", "docname": document.name}
	for row in select("Version", ["name", "data", "creation"], where, order_by="creation"):
		changes = json.loads(row.data or "{}")
		lines = [
			f"{document.meta.get_label(field)}: {old}"
			for field, old, _new in changes.get("changed") or ()
			if old and field not in _LEFT_OUT
		]
		for table, _idx, _name, cells in changes.get("row_changed") or ():
			lines += [
				f"{document.meta.get_label(table)}, {field}: {old}" for field, old, _new in cells if old
			]
		for table, values in changes.get("removed") or ():
			kept = [str(value) for key, value in values.items() if _is_text(key, value)]
			lines.append(f"{document.meta.get_label(table)}, removed: {', '.join(kept)}")
		if lines:
			what = f"Before the change of {times.show(times.aware(row.creation))}"
			yield Piece(WORDING, what, "\n".join(lines), "Version", row.name)


def _is_text(key: str, value: Any) -> bool:
	technical = (
		"name",
		"owner",
		"creation",
		"modified",
		"modified_by",
		"parent",
		"parentfield",
		"parenttype",
	)
	return isinstance(value, str) and bool(value) and key not in (*technical, "doctype")
