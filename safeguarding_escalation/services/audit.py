"""Who looked at a case: notes in the append-only Escalation Audit.

Reading is noted when the answer leaves: `services.outgoing` stores what was noted on the way, after the request's own
transaction has ended, so that a request which Frappe rolls back is noted too, and an answer whose note cannot be
written does not leave. What changes a case is noted in the transaction of the change: both stand or neither does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.utils import now_datetime

from safeguarding_escalation.services import people
from safeguarding_escalation.services.rows import select

DOCTYPE = "Escalation Audit"
# Noted once the answer is on its way out.
READING = (
	"view", "read", "list", "print", "pdf", "export", "download", "identity", "refused", "subject access", "audit",
	"verify",
)  # fmt: skip
# Noted at once, with the change.
CHANGING = ("redact", "anonymise", "legal hold", "response link")
ACTIONS = (*READING, *CHANGING)
SYSTEM = "system"
LENGTH = 140


@dataclass(frozen=True)
class Note:
	"""One thing to be noted: `escalation` is the case's name (empty: the audit itself), `what` no text of a case."""

	escalation: str
	action: str
	what: str = ""


def note(escalation: str, action: str, what: str = "") -> None:
	"""Note that the session's user did `action` (one of ACTIONS) with the case named `escalation`.

	`what` is the surface, print format, report or file's number: never a text of the case or anybody's name. Reading
	inside a request is stored when its answer leaves; anything else at once, in the caller's transaction.
	Raises ValueError for an unknown action, and whatever the database raises: what cannot be noted must not happen.
	"""
	if action not in ACTIONS:
		raise ValueError(f"{action!r} is not an action of the audit")
	given = Note(str(escalation or ""), action, str(what or "")[:LENGTH])
	if action in READING and getattr(frappe.local, "request", None):
		pending().append(given)
	else:
		store([given])


def asked(escalation: str) -> None:
	"""An endpoint of ours serves this case now; what it answers is noted as read when it leaves."""
	if getattr(frappe.local, "request", None):
		pending().append(Note(str(escalation), "read"))


def pending() -> list[Note]:
	"""What this request has read and not stored yet; `services.outgoing` takes it."""
	if getattr(frappe.local, "safeguarding_notes", None) is None:
		frappe.local.safeguarding_notes = []
	return frappe.local.safeguarding_notes


def store(notes: Iterable[Note], user: str | None = None) -> int:
	"""Write one row for each different note, in the present transaction; returns how many.

	A list is written once for each user, case, surface and hour.
	"""
	wanted = list(dict.fromkeys(notes))
	if not wanted:
		return 0
	who = user or _user()
	moment = now_datetime()
	keys = {each: _once(who, each, moment) for each in wanted if each.action == "list"}
	known = _known(keys.values())
	wanted = [each for each in wanted if keys.get(each) not in known]
	references = _references({each.escalation for each in wanted if each.escalation})
	actor = _Actor(who)
	rows = [_row(each, actor, references, {"at": moment, "once": keys.get(each, "")}) for each in wanted]
	if rows:
		frappe.db.bulk_insert(DOCTYPE, list(rows[0]), [tuple(row.values()) for row in rows])
	return len(rows)


def _row(each: Note, actor: _Actor, references: dict[str, str], given: dict[str, Any]) -> dict[str, Any]:
	contact = actor.contact_in(each.escalation)
	moment = given["at"]
	return {
		"name": frappe.generate_hash(length=20),
		"creation": moment,
		"modified": moment,
		"owner": actor.user,
		"modified_by": actor.user,
		"docstatus": 0,
		"idx": 0,
		"action": each.action,
		"escalation": each.escalation,
		"reference": references.get(each.escalation, ""),
		"what": each.what,
		"user": actor.user,
		"contact": contact.name if contact else "",
		"contact_name": contact.contact_name if contact else actor.full_name,
		"agency": (contact.agency or "") if contact else "",
		"from_where": actor.from_where,
		"request": actor.request,
		**given,
	}


class _Actor:
	"""Who asks, in which capacity, from where: the same for every row of a request."""

	def __init__(self, user: str) -> None:
		self.user = user
		self.from_where = from_where()
		self.request = request_name()
		self.contacts = people.contacts_of(user) if user not in (SYSTEM, "Guest") else []
		through_link = people.contact(responder())
		if through_link:
			self.contacts = [through_link]
		self.full_name = "" if user == SYSTEM else frappe.utils.get_fullname(user)

	def contact_in(self, escalation: str) -> frappe._dict | None:
		"""The contact as which the user acts in this case: of an agency in it, else the user's first."""
		if len(self.contacts) < 2 or not escalation:
			return self.contacts[0] if self.contacts else None
		parties = {row.agency for row in select("Escalation Party", ["agency"], {"parent": escalation})}
		return next((row for row in self.contacts if row.agency in parties), self.contacts[0])


def responder(contact: str | None = None) -> str | None:
	"""The contact who uses a response link in this request, whoever is logged in beside it; given one, it is kept."""
	if contact:
		frappe.local.safeguarding_responder = contact
	return getattr(frappe.local, "safeguarding_responder", None)


def _user() -> str:
	"""The session's user; “system” for a job that Frappe's scheduler started, on nobody's behalf."""
	if responder():
		return "Guest"
	if _job() and not getattr(frappe.local, "request", None) and frappe.session.user == "Administrator":
		return SYSTEM
	return frappe.session.user or "Guest"


def from_where() -> str:
	"""Network address and the coarse kind of client. The address is what the web server in front reports."""
	request = getattr(frappe.local, "request", None)
	if not request:
		return "background job" if _job() else "command line"
	address = getattr(frappe.local, "request_ip", None) or request.remote_addr or "unknown address"
	return f"{address}, {_client(request)}"[:LENGTH]


def _client(request: Any) -> str:
	scheme = (request.headers.get("Authorization") or "").split(" ", 1)[0].lower()
	if scheme in ("token", "basic"):
		return "API key"
	if scheme == "bearer":
		return "access token"
	return "browser" if "Mozilla/" in (request.headers.get("User-Agent") or "") else "other client"


def _job() -> Any:
	"""The background job that this is, or None."""
	from rq import get_current_job

	return get_current_job()


def request_name() -> str:
	"""The function or the path that was asked for: no arguments, and no file's name."""
	request = getattr(frappe.local, "request", None)
	if not request:
		job = _job()
		return str(job.kwargs.get("method") or job.func_name)[:LENGTH] if job else ""
	command = (frappe.local.form_dict or {}).get("cmd")
	path = "/private/files/" if request.path.startswith("/private/files/") else request.path
	text = str(command) if command else path
	return "".join(letter if letter.isalnum() or letter in "._-/ " else "?" for letter in text)[:LENGTH]


def _once(user: str, each: Note, moment: Any) -> str:
	text = "\n".join((user, each.escalation, each.what, f"{moment:%Y-%m-%d %H}"))
	return hashlib.sha256(text.encode()).hexdigest()[:40]


def _known(keys: Iterable[str]) -> set[str]:
	wanted = list(keys)
	if not wanted:
		return set()
	table = frappe.qb.DocType(DOCTYPE)
	return set(frappe.qb.from_(table).select(table.once).where(table.once.isin(wanted)).run(pluck=True))


def _references(names: set[str]) -> dict[str, str]:
	if not names:
		return {}
	case = frappe.qb.DocType("Escalation")
	query = frappe.qb.from_(case).select(case.name, case.reference).where(case.name.isin(names))
	return {name: reference or "" for name, reference in query.run()}
