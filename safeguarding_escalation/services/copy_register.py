"""The register of copies of a case: who was sent what, how, when, and how it is known that they have it.

Nothing leaves it. A wrong entry is struck out by a correction in the log, and is shown with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from safeguarding_escalation.engine.copies import copies_owed
from safeguarding_escalation.engine.needs import epoch
from safeguarding_escalation.services import actors, log, mail_rows, people, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.services.rows import select

COLUMNS = (
	"name", "creation", "recipient", "recipient_name", "recipient_role", "recipient_agency", "address",
	"address_secure", "standing", "what", "print_format", "file_format", "digest", "entries", "letter", "method",
	"access", "email_queue", "sent_at", "sent_by", "received_at", "received_how", "evidence", "stage", "clause",
	"duty", "left_out", "stage_log", "prepared_log", "received_log",
)  # fmt: skip
HERE = "in this system"
STRUCK, LEFT_OUT, RECEIVED, SENT, FAILED, MAILING, WAITING = (
	"struck out", "left out", "received", "sent", "mail not sent", "mail on its way", "to be sent",
)  # fmt: skip
_FAILED = ("Error", "Expired")
MAIL_FAILED = (
	"The mail with the link has not left the server. The copy does not count as sent; it is tried again."
)
NO_MAIL = "No mail could be made for this account. Tell them by another way, or send a file."


def rows(escalation: str, *, for_update: bool = False) -> list[Any]:
	"""The register's stored rows, oldest first. Who writes one under the case's lock reads them `for_update`."""
	where = {"escalation": escalation}
	return select("Escalation Copy", COLUMNS, where, order_by="creation", for_update=for_update)


def register(escalation: str) -> dict[str, Any]:
	"""The register as the session's user may see it: `rows`, `withheld`, and `standing` [{recipient, unseen}].

	A row: `copy`, `to`, `role`, `agency`, `what`, `letter`, `format`, `digest`, `entries`, `address`, `address_secure`,
	`method`, `access`, `state` (one of the words above), `problem`, `sent`, `by`, `received`, `how`, `evidence`, `clause`,
	`stage`, `reason` (why it was left out or struck out), `mine` (the user's agency sent it), `file` (can be downloaded).
	"""
	case = loaded(escalation)
	return {"rows": list(_shown(case)), "withheld": withheld(case), "standing": standing(case)}


def standing(case: LoadedCase) -> list[dict[str, Any]]:
	"""To whom the policy wants all correspondence copied, and how much of it they have not been sent yet."""
	if not case.case.open:
		return []
	found = copies_owed(case.policy, case.case, epoch(case.effective_events))
	return [
		{"recipient": owed.rule.recipient, "clause": owed.rule.clause, "unseen": len(owed.unseen)}
		for owed in {owed.rule.recipient: owed for owed in found if owed.rule.standing}.values()
	]


def _shown(case: LoadedCase) -> Iterator[dict[str, Any]]:
	stored = rows(case.name)
	struck = corrections(case)
	reasons = left_out_reasons(case)
	mails = mail_states(stored)
	mine = {person.agency for person in actors.readers(case)}
	for row in stored:
		wrong = struck.get(row.stage_log) or struck.get(row.prepared_log)
		state = state_of(row, mails.get(row.email_queue), bool(wrong))
		sender = people.contact(row.sent_by)
		own = actors.is_administrator() or bool(sender and sender.agency in mine)
		yield {
			"copy": row.name,
			"to": row.recipient_name or "",
			"role": row.recipient_role or "",
			"agency": row.recipient_agency or "",
			"what": row.what or "",
			"letter": row.letter or "",
			"format": row.print_format or "",
			"digest": row.digest or "",
			"entries": row.entries or 0,
			"address": row.address or "",
			"address_secure": bool(row.address_secure),
			"method": row.method or "",
			"access": row.access or "",
			"standing": bool(row.standing),
			"state": state,
			"problem": problem(row, state),
			"prepared": times.show(times.aware(row.creation)),
			"sent": times.show(times.aware(row.sent_at)),
			"by": sender.contact_name if sender else "",
			"received": times.show(times.aware(row.received_at)),
			"how": row.received_how or "",
			"evidence": row.evidence or "",
			"clause": row.clause or "",
			"stage": row.stage or 0,
			"reason": wrong or (reasons.get(row.prepared_log)) or "",
			"mine": own,
			"file": own and not row.left_out and bool(row.digest),
		}
	yield from _by_hand(case, {row.stage_log for row in stored}, struck)


def _by_hand(case: LoadedCase, known: set[str], struck: dict[str, str]) -> Iterator[dict[str, Any]]:
	"""What was recorded as copied without a row of the register."""
	for row in case.rows:
		if row.kind != "copied" or row.name in known or row.corrects or not actors.sees(case, row):
			continue
		yield {
			"copy": "",
			"to": row.counterpart_name or "",
			"role": row.counterpart_role or "",
			"agency": row.counterpart_agency or "",
			"what": "",
			"method": row.mode or "",
			"state": STRUCK if row.name in struck else SENT,
			"sent": times.show(times.aware(row.occurred_at)),
			"by": row.actor_name or "",
			"evidence": row.evidence or "",
			"clause": row.rule or "",
			"stage": row.stage or 0,
			"reason": struck.get(row.name, ""),
			"mine": False,
			"file": False,
		}


def left_out_reasons(case: LoadedCase) -> dict[str, str]:
	"""Why each copy was left out, by the entry that says so, as far as the session's user may read it."""
	notes = _notes(case)
	return {
		row.name: notes.get(row.name, "")
		for row in case.rows
		if row.kind == log.COPY_LEFT_OUT and actors.sees(case, row)
	}


def _notes(case: LoadedCase) -> dict[str, str]:
	rows = select("Stage Log Note", ["stage_log", "note"], {"escalation": case.name})
	return {row.stage_log: row.note or "" for row in rows}


def corrections(case: LoadedCase) -> dict[str, str]:
	"""Why each entry that was struck out or replaced was, by the entry's name; with the date where no reason is seen."""
	notes = _notes(case)
	return {
		row.corrects: (notes.get(row.name) if actors.sees(case, row) else "")
		or f"Corrected {times.show(times.aware(row.recorded_at))}"
		for row in case.rows
		if row.corrects
	}


def state_of(row: Any, mail: str | None, struck: bool) -> str:
	"""Where a copy stands, by what is stored and by what the host says of its mail."""
	if struck:
		return STRUCK
	if row.left_out:
		return LEFT_OUT
	if row.sent_at:
		return RECEIVED if row.received_at else SENT
	if row.method != HERE:
		return WAITING
	return FAILED if mail is None or mail in _FAILED else MAILING


def problem(row: Any, state: str) -> str:
	"""What is to be done about a copy whose mail has not left; '' else."""
	if state != FAILED:
		return ""
	return MAIL_FAILED if row.email_queue else NO_MAIL


def mail_states(stored: list[Any]) -> dict[str, str]:
	"""The host's word for each mail of the rows, by its name."""
	names = sorted({row.email_queue for row in stored if row.email_queue})
	return {name: found[0] for name, found in mail_rows.queued(names).items()}


def prepared(case: LoadedCase) -> dict[str, datetime]:
	"""The duties for which a copy is ready and has not gone yet, by key: since when."""
	struck = log.superseded(case.rows)
	return {
		row.duty: times.aware(row.creation)
		for row in rows(case.name)
		if row.duty and not (row.sent_at or row.left_out or row.standing) and row.prepared_log not in struck
	}


def withheld(case: LoadedCase) -> list[dict[str, str]]:
	"""Who is not to be copied in, and why: each person marked, and their representative."""
	return [
		{"name": name, "reason": row.do_not_contact_reason or ""}
		for row in case.document.get("subjects") or ()
		if row.do_not_contact_or_copy
		for name in (row.subject_name, row.representative_name)
		if name
	]


def mine(case: LoadedCase, copy: str, *, for_update: bool = False) -> Any:
	"""A row of the case's register that the user's agency sent. Raises BadInput, NotYours, also where it was struck out."""
	row = next((each for each in rows(case.name, for_update=for_update) if each.name == copy), None)
	if row is None:
		refuse(BadInput, "There is no such copy in this case.")
	sender = people.contact(row.sent_by)
	agencies = {person.agency for person in actors.readers(case)}
	if not actors.is_administrator() and not (sender and sender.agency in agencies):
		refuse(NotYours, "The agency that sends a copy records what became of it.")
	if (row.stage_log or row.prepared_log) in log.superseded(case.rows):
		refuse(BadInput, "This entry of the register is struck out.")
	return row
