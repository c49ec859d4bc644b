"""Somebody without an account reads one record and answers: key, code, session, answer.

Each step is refused in the same words, whatever is wrong with it. What may be tried is counted in the link's own row,
under the lock of its case; the session belongs to one link and to nothing else of the site.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import frappe
from frappe.utils.password import get_encryption_key

from safeguarding_escalation.services import (
	audit,
	confirmation_answers,
	confirmation_mail,
	confirmation_people,
	confirmations,
	record_shown,
	response_links,
	signing,
	times,
)
from safeguarding_escalation.services.actors import Actor
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded, locked
from safeguarding_escalation.services.record_shown import Shown
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.text import line

CODE_MINUTES, SESSION_MINUTES = 10, 30
CODE_DIGITS = 6
# Wrong codes of one link, whatever code was asked for: then it is locked.
MOST_WRONG = 5
MOST_CODES = 6
CODE_EVERY = timedelta(seconds=20)
LONGEST_SECRET = 200
_LABEL = b"safeguarding_escalation response link 1"


class NotValid(Exception):
	"""A link, code or session that does not work. Says nothing about why."""


@dataclass(frozen=True)
class Page:
	"""What the page of a record shows. `form` ties the answer to this session and to this version of the record."""

	reference: str
	asked_by: str
	answers_as: str
	reply_by: str
	record: dict[str, Any]
	may_sign: bool
	form: str


def key_of(given: str) -> str:
	"""The key in what somebody pasted: the key itself, or the whole link."""
	return str(given or "").strip().rpartition("#")[2][:LONGEST_SECRET]


def send_code(given: str) -> None:
	"""Mail a code to the contact of a link that works. Raises nothing: whether there is such a link is nobody's to know."""
	found = _by("token_digest", key_of(given))
	if found is None:
		return
	with _held(found) as (case, link):
		if link is None or not _code_is_due(link):
			return
		digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
		salt = secrets.token_hex(16)
		_write(
			link,
			code_salt=salt,
			code_digest=_code_digest(link.name, salt, digits),
			code_expires_at=times.stored(times.now() + timedelta(minutes=CODE_MINUTES)),
			codes_sent=(link.codes_sent or 0) + 1,
		)
		confirmation_mail.code(link, digits, CODE_MINUTES)
		response_links.note(case.name, "code sent")


def _code_is_due(link: Any) -> bool:
	"""Not more codes than somebody needs who mistypes, and none while the last has hardly left."""
	if (link.codes_sent or 0) >= MOST_CODES:
		return False
	until = times.aware(link.code_expires_at)
	return until is None or until - timedelta(minutes=CODE_MINUTES) + CODE_EVERY <= times.now()


def open_with(given: str, code: str) -> str:
	"""Begin a session with the key of a link and the code that was mailed; returns the session's secret.

	Raises NotValid. A code works once; after five wrong ones the link is locked, and both sides are told.
	"""
	found = _by("token_digest", key_of(given))
	if found is None:
		raise NotValid
	digits = "".join(letter for letter in str(code or "")[:LONGEST_SECRET] if letter.isdigit())
	with _held(found) as (case, link):
		if link is None or not link.code_digest or times.aware(link.code_expires_at) <= times.now():
			raise NotValid
		wanted = _code_digest(link.name, link.code_salt, digits)
		if not hmac.compare_digest(wanted, link.code_digest):
			_wrong(case, link)
			raise NotValid
		session = secrets.token_urlsafe(32)
		now = times.stored(times.now())
		_write(
			link,
			code_salt=None,
			code_digest=None,
			code_expires_at=None,
			session_digest=response_links.digest(session),
			session_until=times.stored(times.now() + timedelta(minutes=SESSION_MINUTES)),
			opened_at=link.opened_at or now,
		)
		response_links.note(case.name, "opened with a code")
		return session


def _wrong(case: LoadedCase, link: Any) -> None:
	wrong = (link.wrong_codes or 0) + 1
	_write(link, wrong_codes=wrong)
	response_links.note(case.name, "wrong code")
	if wrong >= MOST_WRONG:
		response_links.end(link.name, "A wrong code was given too often.", response_links.LOCKED)
		response_links.note(case.name, "locked")
		confirmation_mail.locked(link, case.document.reference, [link.issued_by])


def page(session: str) -> Page:
	"""The record that a session may read, as it stands now. Raises NotValid. Changes nothing."""
	found = _by("session_digest", session)
	if found is None:
		raise NotValid
	case = loaded(found.escalation)
	link, row, record = _readable(case, found)
	audit.responder(link.contact)
	audit.note(case.name, "view", "response link")
	person = confirmation_people.named(case, link.contact)
	return Page(
		reference=case.document.reference or "",
		asked_by=_asker(case, row),
		answers_as=", ".join(filter(None, (person.name, person.agency))),
		reply_by=times.show_due(times.aware(row.reply_by)),
		record=record.as_dict(),
		may_sign=signing.may_sign(person, case.policy),
		form=_form(session, record.digest),
	)


def _asker(case: LoadedCase, row: Any) -> str:
	"""Who asks, as the log names them."""
	entry = next((each for each in case.rows if each.name == row.asked_log), None)
	return ", ".join(filter(None, (entry.actor_name, entry.actor_agency))) if entry else "The other side"


def answer(session: str, form: str, digest: str, verdict: str, words: str, sign: bool, name: str) -> str:
	"""Store an answer given through a link, use the link up, and return the moment for the receipt.

	Raises NotValid; BadInput where something is missing; StaleCase where the record has changed since it was shown.
	"""
	found = _by("session_digest", session)
	if found is None or not hmac.compare_digest(str(form).encode(), _form(session, str(digest)).encode()):
		raise NotValid
	with _held(found) as (case, link):
		if link is None or link.session_digest != found.session_digest:
			raise NotValid
		link, row, _record = _readable(case, link)
		person = confirmation_people.named(case, link.contact)
		if sign and line(name, "Your name").casefold() != " ".join(person.name.split()).casefold():
			refuse(BadInput, "To sign, write your name as it stands at the top of this page.")
		who = Actor(person, side=row.side or "other", evidence="Through a response link, with a mailed code.")
		with _as_guest():
			confirmation_answers.store(case, row, who, verdict, digest, words, confirmations.LINK, sign=sign)
		response_links.end(link.name, "The answer was given.", response_links.USED)
		response_links.note(case.name, f"answered: {verdict}")
		confirmation_mail.receipt(link, case.document.reference)
	return times.show(times.now())


def _readable(case: LoadedCase, link: Any) -> tuple[Any, Any, Shown]:
	"""The link, its request and its record, where the session still holds. Raises NotValid."""
	until = times.aware(link.session_until)
	if link.state != response_links.LIVE or until is None or until <= times.now():
		raise NotValid
	if response_links.expired(link) or not response_links.are_on() or response_links.why_not(case, link):
		raise NotValid
	# Whatever ends a request ends its link, which is read anew under the lock.
	row = confirmations.of_case(case, link.confirmation, for_update=False)
	record = record_shown.shown(case, row.what, int(row.stage or 1))
	person = confirmation_people.named(case, link.contact)
	if record is None or confirmation_answers.refusal(case, row, person, record):
		raise NotValid
	return link, row, record


def _by(column: str, secret: str) -> Any:
	"""The live link with the digest of a secret; None for any other, after the same work."""
	wanted = response_links.digest(str(secret or ""))
	rows = select(response_links.DOCTYPE, response_links.COLUMNS, {column: wanted})
	if not secret or len(rows) != 1 or not hmac.compare_digest(rows[0][column] or "", wanted):
		return None
	return rows[0]


@contextmanager
def _held(found: Any) -> Iterator[tuple[LoadedCase, Any]]:
	"""The case under its lock, and the link as it is now; None in its place where it works no longer."""
	with locked(found.escalation) as case:
		where = {"name": found.name, "state": response_links.LIVE}
		rows = select(response_links.DOCTYPE, response_links.COLUMNS, where, for_update=True)
		link = rows[0] if rows else None
		if link is not None:
			audit.responder(link.contact)
			if (
				not response_links.are_on()
				or response_links.expired(link)
				or response_links.why_not(case, link)
			):
				link = None
		yield case, link


def _write(link: Any, **values: Any) -> None:
	frappe.db.set_value(response_links.DOCTYPE, link.name, values, update_modified=False)


def _key() -> bytes:
	return hmac.digest(get_encryption_key().encode(), _LABEL, "sha256")


def _code_digest(link: str, salt: str, digits: str) -> str:
	"""A code is short, so its digest needs the site's key, not only a salt."""
	return hmac.new(_key(), f"{link}\n{salt}\n{digits}".encode(), "sha256").hexdigest()


def _form(session: str, digest: str) -> str:
	return hmac.new(_key(), f"form\n{session}\n{digest}".encode(), "sha256").hexdigest()


@contextmanager
def _as_guest() -> Iterator[None]:
	"""The answer is the contact's, not that of whoever happens to be logged in on the same machine."""
	before = frappe.session.user
	frappe.session.user = "Guest"
	try:
		yield
	finally:
		frappe.session.user = before
