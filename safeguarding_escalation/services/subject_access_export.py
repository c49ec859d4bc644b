"""What is sent in answer to a subject access request: a ZIP with a PDF, the same as JSON, and the released files.

It is made from the decisions each time and never stored: nothing lies on the server that could be read later.
"""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import frappe
from frappe.utils import getdate

from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import pdf, subject_access, subject_access_review, times
from safeguarding_escalation.services.case_pieces import FILE
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.subject_access_review import REDACT, WITHHOLD

MOST_BYTES = 200 * 1024 * 1024
_TEMPLATE = "safeguarding_escalation/templates/subject_access.html"


def produce(request: str) -> tuple[str, bytes]:
	"""The export as (file name, ZIP). Only once each marked piece has a decision; see `subject_access_review.check`.

	Raises MoveRefused in any other state than Ready or Sent, BadInput if the files are too large.
	"""
	document = subject_access.locked(request, ended=True)
	if document.state not in (subject_access.READY, subject_access.SENT):
		refuse(MoveRefused, "Finish the review first: the export is made once everything marked is decided.")
	sent = document.state == subject_access.SENT
	rows = subject_access_review.items(request) if sent else subject_access_review.check(document)
	answer = content(document, rows)
	made = _zip(document.reference, answer, _files(rows))
	if not sent:
		at, digest = times.stored(times.now()), hashlib.sha256(made).hexdigest()
		subject_access.store(document, produced_at=at, produced_digest=digest)
	subject_access.note(document, "export produced")
	return f"{document.reference}.zip", made


def content(document: Any, rows: list[frappe._dict]) -> dict[str, Any]:
	"""What is released, as data: {reference, agency, received_on, pieces: [{number, case, kind, what, text | withheld}]}."""
	references = {row.escalation: row.reference for row in document.cases}
	return {
		"reference": document.reference,
		"agency": document.agency,
		"received_on": times.json_date(getdate(document.received_on)),
		"pieces": [_piece(row, references.get(row.escalation) or "") for row in rows],
	}


def _piece(row: Any, reference: str) -> dict[str, Any]:
	shown: dict[str, Any] = {"number": row.sequence, "case": reference, "kind": row.kind, "what": row.what}
	if row.decision == WITHHOLD:
		return shown | {"withheld": row.reason}
	if row.decision == REDACT:
		return shown | {"text": row.redacted_text, "redacted": row.reason}
	if row.kind == FILE:
		shown["file"] = _neutral(row)
	return shown | {"text": row.text or ""}


def _neutral(row: Any) -> str:
	"""A released file's name in the ZIP: its number and its kind, never what somebody called it."""
	ending = PurePosixPath(row.text or "").suffix.lower()
	return f"files/piece-{row.sequence:03d}{ending if ending[1:].isalnum() else ''}"


def _files(rows: list[frappe._dict]) -> dict[str, bytes]:
	found: dict[str, bytes] = {}
	for row in rows:
		if row.kind != FILE or row.decision in (REDACT, WITHHOLD):
			continue
		given = frappe.get_doc("File", row.source_name).get_content()
		found[_neutral(row)] = given.encode() if isinstance(given, str) else given
		if sum(map(len, found.values())) > MOST_BYTES:
			refuse(BadInput, "The files together are larger than 200 MB. Send the largest ones apart.")
	return found


def _zip(reference: str, answer: dict[str, Any], files: dict[str, bytes]) -> bytes:
	body = frappe.render_template(_TEMPLATE, {"answer": answer, "received": _long(answer["received_on"])})
	stream = BytesIO()
	with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
		archive.writestr(f"{reference}.pdf", pdf.document(reference, body))
		archive.writestr(f"{reference}.json", json.dumps(answer, ensure_ascii=False, indent=1))
		for name, data in files.items():
			archive.writestr(name, data)
	return stream.getvalue()


def _long(day: str) -> str:
	return date_text(getdate(day))
