"""Making a copy: its text, its row in the register, the entries of the log, access and the mail with the link.

Everything but `draft` runs under the case's lock. What a copy holds is made before, since a print takes its time.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import escape_html

from safeguarding_escalation import compat
from safeguarding_escalation.engine.case import Person
from safeguarding_escalation.engine.copies import CopyOwed
from safeguarding_escalation.services import actors, copy_content, copy_recipients, links, log, people, times
from safeguarding_escalation.services.copy_recipients import Recipient
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.text import line, plain, yes_or_no

HERE = "in this system"
CASE, THIS_COPY, THEIR_OWN = "case", "this copy", "their own"
LETTERS = ("chase", "referral", "confirmation", "notice")
PAGE = "/app/sent-to-me"
OWN = "own agency"
MEANWHILE = "One of these copies is not owed, or was sent meanwhile. Open the dialog again."


@dataclass(frozen=True)
class Draft:
	"""A copy that is ready to be written down."""

	to: Recipient
	what: str
	print_format: str
	content: copy_content.Content
	entries: int
	owed: CopyOwed | None = None
	continuing: bool = False
	letter: str = ""
	text: str = ""
	file_format: str = copy_content.PDF

	@property
	def access(self) -> str:
		"""What an account is given: the case from now on, this copy alone, or nothing more than it has."""
		if not self.to.account:
			return ""
		if self.continuing:
			return CASE
		return THEIR_OWN if self.to.reads and not self.letter else THIS_COPY


def draft(case: LoadedCase, given: Mapping[str, Any], owed: CopyOwed | None) -> Draft:
	"""What one recipient is to get. Raises BadInput, also for who gets no copy of this case."""
	if given.get("duty") and owed is None:
		refuse(BadInput, MEANWHILE)
	to, reader = _recipient(case, given, owed)
	letter = line(given.get("letter"), "Letter")
	if letter and letter not in LETTERS:
		refuse(BadInput, f"Letter: “{letter[:40]}” is not one of {', '.join(LETTERS)}.")
	text = plain(given.get("text"), "The letter's text") if letter else ""
	if letter and not text:
		refuse(BadInput, "The letter is empty.")
	format_ = line(given.get("print_format") or (owed.rule.print_format if owed else ""), "Print format")
	content = (
		copy_content.letter(f"{case.document.reference} {letter}", text)
		if letter
		else copy_content.of_case(case, format_, reader)
	)
	made_as = line(given.get("file_format"), "File") or copy_content.PDF
	if made_as not in copy_content.FORMATS:
		refuse(BadInput, f"File: give one of {', '.join(copy_content.FORMATS)}.")
	asked = (
		owed.rule.continuing_access if owed else yes_or_no(given.get("continuing") or 0, "Continuing access")
	)
	return Draft(
		to=to,
		what=line(given.get("what") or (owed.what if owed else ""), "What", 255) or "the record so far",
		print_format=content.print_format,
		content=content,
		entries=len(case.rows),
		owed=owed,
		continuing=bool(asked) and not letter,
		letter=letter,
		text=text,
		file_format=copy_content.PDF if to.account else made_as,
	)


def _recipient(case: LoadedCase, given: Mapping[str, Any], owed: CopyOwed | None) -> tuple[Recipient, Person]:
	"""Who gets it, and as whom they read; the policy's own words for them stay as their role."""
	role = owed.rule.recipient if owed else line(given.get("role"), "Role")
	if given.get("contact"):
		row = people.named(given["contact"], "Recipient")
		if not people.in_post(row, times.today()):
			refuse(BadInput, f"{row.contact_name} is not in post.")
		to = copy_recipients.of_contact(case, row, role)
		if to.barred:
			refuse(BadInput, f"{to.name} {to.barred}.")
		return to, copy_recipients.person_of(case, row)
	agency = given.get("agency") or (owed.agency if owed else "")
	to = copy_recipients.free(case, given.get("name"), role, agency, given.get("address"))
	return to, Person(contact=None, name=to.name, agency=to.agency)


def prepare(case: LoadedCase, sender: actors.Actor, made: Draft) -> dict[str, Any]:
	"""Write a draft down: register, text, log, and for an account the mail. Nothing counts as sent by it."""
	row = people.contact(made.to.contact)
	# What leaves, or is opened as it was sent, is kept as the very file; who reads the case itself needs none.
	file = b"" if made.access in (CASE, THEIR_OWN) else made.content.file(made.file_format)
	if row is not None and copy_recipients.barred(case, row):
		refuse(BadInput, f"{made.to.name} {copy_recipients.barred(case, row)}.")
	copy = _insert("Escalation Copy", **_columns(case, sender, made, file))
	_insert(
		"Escalation Copy Text",
		escalation=case.name,
		copy=copy.name,
		heading=made.content.heading,
		body=made.content.body,
		file=b64encode(file).decode(),
		visibility=OWN,
		actor_agency=sender.person.agency or None,
	)
	entry = case.append(
		log.Entry(
			kind=log.COPY_PREPARED,
			occurred_at=case.now,
			stage=copy.stage,
			visibility=OWN,
			rule=copy.clause or "",
			relates_to=copy.name,
			note=made.text,
			**sender.columns(),
			**_counterpart(copy),
		)
	)
	known = {"prepared_log": entry.name}
	if made.access:
		known["email_queue"] = _mail(case, row, copy.name, made.access)
	frappe.db.set_value("Escalation Copy", copy.name, known)
	return {
		"copy": copy.name,
		"to": ", ".join(filter(None, (made.to.name, made.to.role, made.to.agency))),
		"account": made.to.account,
		"queued": bool(known.get("email_queue")),
		"address": made.to.address,
		"warning": made.to.warning,
		"what": made.what,
	}


def _columns(case: LoadedCase, sender: actors.Actor, made: Draft, file: bytes) -> dict[str, Any]:
	owed = made.owed
	return {
		"escalation": case.name,
		"recipient": made.to.contact or None,
		"recipient_name": made.to.name,
		"recipient_role": made.to.role,
		"recipient_agency": made.to.agency or None,
		"address": made.to.address,
		"address_secure": int(made.to.secure),
		"what": made.what,
		"print_format": made.print_format or None,
		"file_format": "" if made.access else made.file_format,
		"digest": hashlib.sha256(file).hexdigest() if file else made.content.digest(),
		"entries": made.entries,
		"letter": made.letter,
		"method": HERE if made.access else "",
		"access": made.access,
		"standing": int(bool(owed and owed.rule.standing)),
		"sent_by": sender.person.contact,
		"stage": owed.stage if owed else int(case.document.current_stage or 1),
		"clause": owed.rule.clause if owed else "",
		"duty": owed.key if owed else "",
	}


def leave_out(case: LoadedCase, sender: actors.Actor, owed: CopyOwed, reason: str) -> None:
	"""Write down that a copy which the policy asks for is not sent, and why: for one's own agency. It stays owed."""
	copy = _insert(
		"Escalation Copy",
		escalation=case.name,
		recipient_role=owed.rule.recipient,
		recipient_agency=owed.agency or None,
		what=owed.what,
		stage=owed.stage,
		clause=owed.rule.clause,
		duty=owed.key,
		sent_by=sender.person.contact,
		left_out=1,
	)
	entry = case.append(
		log.Entry(
			kind=log.COPY_LEFT_OUT,
			occurred_at=case.now,
			stage=owed.stage or 1,
			visibility=OWN,
			rule=owed.rule.clause,
			relates_to=copy.name,
			note=reason,
			**sender.columns(),
			**_counterpart(copy),
		)
	)
	frappe.db.set_value("Escalation Copy", copy.name, "prepared_log", entry.name)


def record_sent(
	case: LoadedCase, copy: Any, at: datetime, method: str, mode: str, evidence: str = ""
) -> None:
	"""The copy went: the entry that meets the duty and stops its clock."""
	sender = people.contact(copy.sent_by)
	person = copy_recipients.person_of(case, sender) if sender else None
	actor = actors.Actor(person, side=actors.side_of(case, person)) if person else actors.resolve(case, None)
	entry = case.append(
		log.Entry(
			kind="copied",
			occurred_at=at,
			stage=int(copy.stage or 1),
			mode=mode,
			rule=copy.clause or "",
			**{**actor.columns(), "evidence": evidence},
			**_counterpart(copy),
		)
	)
	known = {"sent_at": times.stored(at), "method": method, "stage_log": entry.name}
	if evidence:
		known["evidence"] = evidence
	frappe.db.set_value("Escalation Copy", copy.name, known)
	copy.update(known)


def record_received(case: LoadedCase, copy: Any, at: datetime, how: str, evidence: str = "") -> None:
	"""The recipient has it: a row of the record, which no clock waits for."""
	entry = case.append(
		log.Entry(
			kind=log.COPY_RECEIVED,
			occurred_at=at,
			stage=int(copy.stage or 1),
			relates_to=copy.stage_log or copy.name,
			**{**actors.resolve(case, None).columns(), "evidence": "\n".join(filter(None, (how, evidence)))},
			**_counterpart(copy),
		)
	)
	known = {"received_at": times.stored(at), "received_how": how[:255], "received_log": entry.name}
	frappe.db.set_value("Escalation Copy", copy.name, known)


def _counterpart(copy: Any) -> dict[str, Any]:
	return {
		"counterpart": copy.recipient or None,
		"counterpart_name": copy.recipient_name or "",
		"counterpart_role": copy.recipient_role or "",
		"counterpart_agency": copy.recipient_agency or "",
	}


def _insert(doctype: str, **values: Any) -> Any:
	made = frappe.get_doc({"doctype": doctype, **values})
	made.flags.by_service = True
	return made.insert(ignore_permissions=True)


def _mail(case: LoadedCase, row: Any, copy: str, access: str) -> str | None:
	"""The mail with reference and link, in the caller's transaction; None where the host queued none."""
	email = people.mailbox(row)
	if not email:
		return None
	link = links.form("Escalation", case.name) if access != THIS_COPY else links.site(PAGE)
	reference = case.document.reference
	words = "Open the escalation" if access != THIS_COPY else "Open the copy"
	return compat.queue_mail(
		recipients=[email],
		subject=f"{reference}: a copy for you",
		message=(
			f"<p>Escalation <b>{escape_html(reference)}</b>, {escape_html(case.document.stage_label or '')}: "
			f'you have been copied in.</p><p><a href="{escape_html(link)}">{words}</a></p>'
			"<p>If somebody is in danger now, ring 999.</p>"
		),
		reference_doctype="Escalation",
		reference_name=case.name,
		add_unsubscribe_link=0,
	)
