"""What was sent to the session's user beside the cases that are theirs: copies to read, and questions to answer.

Each is open to the person it was sent to, and to nobody else by this way: in post, not stepped back, not struck out.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import frappe

from safeguarding_escalation.services import (
	advice,
	audit,
	audit_cases,
	copies,
	copy_content,
	copy_following,
	copy_making,
	copy_recipients,
	copy_register,
	limits,
	log,
	people,
	times,
)
from safeguarding_escalation.services.errors import NotYours, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.services.rows import select

SENTENCE = "There is nothing here for you, or not any more."


def items() -> dict[str, Any]:
	"""`copies` [{copy, reference, board, what, sent_by, since, opened}] and `questions`; see `advice.of_me`."""
	return {"copies": list(_copies()), "questions": advice.of_me()}


def _copies() -> Iterator[dict[str, Any]]:
	mine = [row.name for row in people.contacts_of(frappe.session.user)]
	for contact in mine:
		where = {"recipient": contact, "access": copy_making.THIS_COPY}
		for row in select(
			"Escalation Copy", ("escalation", *copy_register.COLUMNS), where, order_by="creation"
		):
			case = loaded(row.escalation)
			if not _readable(case, row):
				continue
			sender = people.contact(row.sent_by)
			yield {
				"copy": row.name,
				"reference": case.document.reference,
				"board": case.document.board,
				"what": row.what or "",
				"by": ", ".join(filter(None, (sender.contact_name, sender.agency))) if sender else "",
				"since": times.show(times.aware(row.creation)),
				"opened": times.show(copy_following.opened(row.escalation, row)),
			}


def _readable(case: LoadedCase, row: Any) -> bool:
	"""Whether the session's user may read this copy now."""
	contact = people.contact(row.recipient)
	if contact is None or contact.user != frappe.session.user or not people.mailbox(contact):
		return False
	if copy_recipients.barred(case, contact):
		return False
	if (row.stage_log or row.prepared_log) in log.superseded(case.rows):
		return False
	if row.standing and row.recipient not in copy_recipients.holder_now(case, row.recipient_role or ""):
		return False
	return copies.text_of(row.name) is not None


def open_copy(copy: str) -> tuple[str, bytes, str]:
	"""The title, the file and its format of a copy that was sent to the session's user. Raises NotYours for any other."""
	rows = select(
		"Escalation Copy",
		("escalation", *copy_register.COLUMNS),
		{"name": copy, "access": copy_making.THIS_COPY},
	)
	case = loaded(rows[0].escalation) if rows else None
	if case is None or not _readable(case, rows[0]):
		refuse(NotYours, SENTENCE)
	return _file(case, rows[0], copy_following.note_of(copy))


def download(escalation: str, copy: str) -> tuple[str, bytes, str]:
	"""The title, the file and its format of a copy of the case, for the agency that sends it. Raises BadInput, NotYours."""
	case = loaded(escalation)
	return _file(case, copy_register.mine(case, copy), "copy to send")


def _file(case: LoadedCase, row: Any, what: str) -> tuple[str, bytes, str]:
	found = copies.text_of(row.name)
	if found is None:
		refuse(NotYours, SENTENCE)
	limits.count(limits.PRINT)
	audit.note(case.name, "download", what)
	if audit_cases.identified_in(found.body, [case.name]):
		audit.note(case.name, "identity", what)
	made_as = row.file_format or copy_content.PDF
	if found.file:
		return found.heading, b64decode(found.file), made_as
	# Redacted since: the file as it was sent is gone with what stood in it.
	return found.heading, copy_content.Content(found.heading, found.body).file(made_as), made_as
