"""The review of a subject access request: the pieces of its cases, whom they name, and what is decided about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation.engine.mentions import KnownNames
from safeguarding_escalation.services import actors, subject_access, times
from safeguarding_escalation.services.case_pieces import Piece, pieces
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.subject_access import ITEM
from safeguarding_escalation.services.text import plain
from safeguarding_escalation.services.unpacking import unpacked

RELEASE, REDACT, WITHHOLD = "Release", "Redact", "Withhold"
DECISIONS = (RELEASE, REDACT, WITHHOLD)
# What the Desk offers as reasons: Data Protection Act 2018.
EXEMPTIONS = (
	"Staff acting in their work: reasonable to release (Sch. 2 para. 16 and 17)",
	"The other person consents (Sch. 2 para. 16)",
	"Another person's data (Sch. 2 para. 16)",
	"Serious harm, health data (Sch. 3 para. 5)",
	"Serious harm, social work data (Sch. 3 para. 11)",
	"Child abuse data (Sch. 3 para. 21)",
	"Crime prevention or detection (Sch. 2 para. 2)",
	"Legal professional privilege (Sch. 2 para. 19)",
)
_COLUMNS = (
	"name", "escalation", "sequence", "kind", "what", "source_doctype", "source_name", "source_field", "text",
	"mentions", "needs_review", "decision", "reason", "redacted_text", "stage_log",
)  # fmt: skip


def items(request: str) -> list[frappe._dict]:
	"""All pieces gathered for a request, in order. For services: no permission is asked."""
	return select(ITEM, _COLUMNS, {"access_request": request}, order_by="sequence")


def review(request: str) -> list[Any]:
	"""The pieces that the session's user may see, for the review screen."""
	return frappe.get_list(
		ITEM,
		filters={"access_request": request},
		fields=list(_COLUMNS),
		order_by="sequence",
		limit_page_length=0,
	)


def gather(request: str) -> dict[str, Any]:
	"""Take the pieces of each case as they are now. What was decided about an unchanged piece stands."""
	document = subject_access.locked(request)
	if not document.cases:
		refuse(MoveRefused, "Which cases does the request cover? Add at least one.")
	old = {_key(row): row for row in items(request)}
	number = 0
	for escalation, piece, names in _current(document):
		number += 1
		row = old.pop((escalation, *piece.key), None)
		if row is None:
			_insert(document, escalation, piece, names, number)
		else:
			_update(row, piece, names, number)
	for row in old.values():
		frappe.db.delete(ITEM, {"name": row.name})
	at = times.stored(times.now())
	frappe.db.set_value("Access Request Case", {"parent": request}, "gathered_at", at)
	subject_access.store(document, state=subject_access.IN_REVIEW)
	subject_access.note(document, f"{number} pieces gathered")
	return subject_access.shown(document)


def _current(document: Any) -> Iterator[tuple[str, Piece, tuple[str, ...]]]:
	"""Each piece of each case as the session's user sees it now, with the people whom it appears to name."""
	about = [line for line in (document.subject or "").splitlines() if line.strip()]
	for escalation in subject_access.cases_of(document.name):
		case = loaded(escalation)
		reader = actors.resolve(case, None).person
		known = KnownNames(_people(case), about)
		for piece in pieces(case, reader, document.agency):
			yield escalation, piece, known.within(f"{piece.what}\n{piece.text}")


def _people(case: LoadedCase) -> set[str]:
	"""Everybody whom the case knows by name: contacts of its agencies and board, actors, subjects, family, writers."""
	document = case.document
	agencies = {party.agency for party in case.case.all_parties()} | {row.actor_agency for row in case.rows}
	names = {document.get("counterparty_name")}
	for agency in filter(None, agencies):
		names |= set(frappe.get_all("Safeguarding Contact", {"agency": agency}, pluck="contact_name"))
	linked = {row.actor for row in case.rows} | {row.counterpart for row in case.rows}
	linked |= {
		document.get(field.fieldname)
		for field in document.meta.get("fields", {"options": "Safeguarding Contact"})
	}
	for name in filter(None, linked):
		names.add(frappe.db.get_value("Safeguarding Contact", name, "contact_name"))
	for row in case.rows:
		names |= {row.actor_name, row.counterpart_name, frappe.utils.get_fullname(row.recorded_by)}
	names |= {row.subject_name for row in document.subjects} | {
		row.representative_name for row in document.subjects
	}
	names |= {row.signatory_name for row in document.signatures}
	names |= {
		row.recipient_name for row in select("Escalation Copy", ["recipient_name"], {"escalation": case.name})
	}
	asked = select("Record Confirmation", ["contact_name"], {"escalation": case.name})
	names |= {row.contact_name for row in asked}
	return {name for name in names if name}


def _key(row: Any) -> tuple[str, str, str, str]:
	return row.escalation, row.source_doctype, row.source_name, row.source_field or ""


def _insert(document: Any, escalation: str, piece: Piece, names: Iterable[str], number: int) -> None:
	row = frappe.get_doc(
		{
			"doctype": ITEM,
			"access_request": document.name,
			"escalation": escalation,
			"sequence": number,
			"kind": piece.kind,
			"what": piece.what[:140],
			"source_doctype": piece.doctype,
			"source_name": piece.name,
			"source_field": piece.field,
			"stage_log": piece.stage_log,
			"text": piece.text,
			**_marks(piece, names),
		}
	)
	row.flags.by_service = True
	row.insert(ignore_permissions=True)


def _marks(piece: Piece, names: Iterable[str]) -> dict[str, Any]:
	found = "\n".join(names)
	return {"mentions": found, "needs_review": int(bool(found) or piece.unread)}


def _update(row: Any, piece: Piece, names: Iterable[str], number: int) -> None:
	"""A changed piece is read anew; one that names somebody who wasn't known before waits for a decision again."""
	values: dict[str, Any] = {"sequence": number, **_marks(piece, names)}
	if (row.text or "") != piece.text or (values["mentions"] or "") != (row.mentions or ""):
		values |= {"text": piece.text, "decision": "", "reason": "", "redacted_text": ""}
	frappe.db.set_value(ITEM, row.name, values)


def decide(
	request: str, chosen: list[str] | str, decision: str, reason: str, redacted_text: str | None = None
) -> dict[str, Any]:
	"""Decide about pieces: release, redact (one at a time, with the text to be released) or withhold, with a reason.

	Returns the request, and `still_names`: people whom a redacted text still appears to name.
	"""
	document = subject_access.locked(request)
	names = _names(chosen)
	rows = [row for row in review(request) if row.name in names]
	if not rows or len(rows) != len(names):
		refuse(BadInput, "Choose pieces of this request. Reload if somebody has gathered them anew.")
	if decision not in DECISIONS:
		refuse(BadInput, f"Decision: choose one of {', '.join(DECISIONS)}.")
	why = plain(reason, "Reason")
	if not why and (decision != RELEASE or any(cint(row.needs_review) for row in rows)):
		refuse(BadInput, "Why? Give the reason or the exemption.")
	text = plain(redacted_text, "Text to be released") if decision == REDACT else ""
	if decision == REDACT and (not text or len(rows) > 1 or text == rows[0].text):
		refuse(BadInput, "Give the text to be released, for one piece at a time, without what is redacted.")
	values = {
		"decision": decision,
		"reason": why,
		"redacted_text": text,
		"decided_by": frappe.session.user,
		"decided_at": times.stored(times.now()),
	}
	for row in rows:
		frappe.db.set_value(ITEM, row.name, values)
	subject_access.note(document, f"{decision.lower()}: {', '.join(str(row.sequence) for row in rows)}"[:140])
	still = KnownNames((rows[0].mentions or "").splitlines()).within(text) if text else ()
	return subject_access.shown(document) | {"still_names": list(still)}


def _names(chosen: Any) -> set[str]:
	"""The pieces of a request: a list, the same as JSON, or one name."""
	found = unpacked(chosen)
	every = found if isinstance(found, list) else [chosen]
	return {name for name in every if isinstance(name, str)}


def finish(request: str) -> dict[str, Any]:
	"""In review → Ready: everything marked is decided, nothing changed since it was gathered, identity is confirmed."""
	document = subject_access.locked(request)
	check(document)
	subject_access.store(document, state=subject_access.READY)
	subject_access.note(document, "review finished")
	return subject_access.shown(document)


def check(document: Any) -> list[frappe._dict]:
	"""The pieces, if the export may be produced from them; else MoveRefused with what is missing."""
	gathered = items(document.name)
	if not gathered:
		refuse(MoveRefused, "Nothing was gathered yet.")
	if not document.identity_checked_how:
		refuse(MoveRefused, "Confirm the requester's identity first.")
	waiting = [row for row in gathered if cint(row.needs_review) and not row.decision]
	if waiting:
		subject_access.refuse_unreviewed(waiting)
	stored = {_key(row): row.text or "" for row in gathered}
	now = {(escalation, *piece.key): piece.text for escalation, piece, _ in _current(document)}
	if now != stored:
		refuse(MoveRefused, "The case has changed since its pieces were gathered. Gather them again.")
	return gathered
