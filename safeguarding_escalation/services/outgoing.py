"""What leaves with an answer is noted before it leaves: every case that the answer names, shows or was made from.

Frappe calls `begin` before and `end` after each request (hooks.py), and `end` whatever the request was: no endpoint is
known by name. An answer whose notes cannot be written is withheld. `end` runs when the request's own transaction is
over, so a request that Frappe rolls back (every GET) is noted too.
"""

from __future__ import annotations

import json
from typing import Any

import frappe

from safeguarding_escalation.services import audit, audit_answers, audit_cases, audit_lists
from safeguarding_escalation.services.audit import Note
from safeguarding_escalation.services.audit_answers import Answer

_SENTENCE = (
	"This answer was withheld, because the note of who reads it could not be written. "
	"What you saved may have been saved. Try again in a minute; if it goes on, tell your safeguarding administrator."
)
_GIVEN_AWAY = ("Content-Disposition", "X-Accel-Redirect", "ETag", "Last-Modified", "Content-Encoding")


def begin() -> None:
	"""Before a request: nothing is noted yet, and its list queries are watched."""
	frappe.local.safeguarding_notes = None
	frappe.local.safeguarding_responder = None
	audit_lists.watch()


def end(response: Any = None, request: Any = None) -> None:
	"""After a request, when its transaction is over: note what the answer tells, or withhold it."""
	if frappe.db is None or request is None:
		return
	answer = Answer(request, response)
	try:
		# What a failed GET has left is not ours to commit.
		frappe.db.rollback()
		if audit.store(notes(answer)):
			frappe.db.commit()
	except Exception:
		frappe.logger("safeguarding_escalation").error("The audit could not be written", exc_info=True)
		frappe.db.rollback()
		if response is not None and answer.may_tell():
			withhold(response)


def notes(answer: Answer) -> list[Note]:
	"""Everything that is to be noted of one answer."""
	if answer.refused:
		return _refused(answer)
	of_the_audit = _of_the_audit(answer) if audit_answers.reads_the_audit() else []
	if of_the_audit and audit_answers.reads_nothing_else(answer):
		return of_the_audit
	found = audit_answers.read(answer)
	identity = {each.escalation: each for each in found if each.action == "identity"}
	if answer.text:
		for case in audit_cases.identified_in(answer.text, {each.escalation for each in found}):
			identity.setdefault(case, Note(case, "identity", answer.surface))
	others = [each for each in found if each.action != "identity"]
	return [*of_the_audit, *others, *identity.values()]


def _refused(answer: Answer) -> list[Note]:
	"""A case that was asked for and not given; and what the refusal itself tells of other cases."""
	asked = audit_answers.refused_cases(answer)
	told = answer.told_cases - answer.asked_cases
	return [Note(case, "refused", answer.surface) for case in sorted(asked)] + [
		Note(case, "list", answer.surface) for case in sorted(told)
	]


def _of_the_audit(answer: Answer) -> list[Note]:
	"""Reading the audit names cases and tells nothing of them: one row, without a case unless one was asked for."""
	about = {each.escalation for each in audit.pending() if each.action == "audit"} or {""}
	return [Note(case, "audit", answer.surface) for case in sorted(about)]


def withhold(response: Any) -> None:
	"""Put a refusal in the place of an answer, headers that lead to its content included."""
	response.close()
	response.direct_passthrough = False
	for header in _GIVEN_AWAY:
		response.headers.pop(header, None)
	response.status_code = 503
	response.headers["Content-Type"] = "application/json"
	message = json.dumps({"message": _SENTENCE, "title": "Not possible", "indicator": "red"})
	response.set_data(json.dumps({"exc_type": "AuditUnavailable", "_server_messages": json.dumps([message])}))
