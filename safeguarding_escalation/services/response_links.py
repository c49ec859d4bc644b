"""Links by which somebody without an account answers one request: issued, revoked, locked and used up.

A key has 256 random bits, and only its digest is stored. A link alone shows nothing: a code goes to the address that
the directory held when the link was made. Whether a link still works is asked at every use; what ends one ends it for
good.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import frappe
from frappe.utils import cint, validate_email_address

from safeguarding_escalation.engine.case import DRAFT, ENDED, Person
from safeguarding_escalation.services import (
	actors,
	audit,
	confirmation_mail,
	confirmation_people,
	contacting,
	links,
	people,
	record_shown,
	times,
)
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

DOCTYPE = "Response Link"
LIVE, USED, REVOKED, LOCKED = "live", "used", "revoked", "locked"
MAIL, COPIED = "mail", "copied"
HOURS = 72
COLUMNS = [
	"name", "escalation", "confirmation", "state", "reason", "contact", "agency", "board", "email", "issued_at",
	"issued_by", "expires_at", "delivery", "email_queue", "opened_at", "token_digest", "code_salt", "code_digest",
	"code_expires_at", "codes_sent", "wrong_codes", "session_digest", "session_until", "ended_at",
]  # fmt: skip
_SECRETS = ("token_digest", "code_salt", "code_digest", "code_expires_at", "session_digest", "session_until")
_ACTION = "response link"


def digest(secret: str) -> str:
	"""What a key or a session hashes to; both are random enough that no salt is needed."""
	return hashlib.sha256(secret.encode()).hexdigest()


def are_on() -> bool:
	"""Whether this site uses response links at all."""
	return bool(cint(frappe.db.get_single_value("Safeguarding Settings", "response_links", cache=False)))


def require_possible(person: Person) -> None:
	"""Raise MoveRefused or BadInput where no link can be sent to somebody."""
	if not are_on():
		refuse(
			MoveRefused,
			"Response links are switched off on this site. Ask outside this system, and say how and when you did.",
		)
	if actors.has_account(person):
		refuse(MoveRefused, f"{person.name} has an account here and needs no link.")
	address = _address(person.contact)
	if not address:
		refuse(BadInput, f"The directory has no email address of {person.name}, to which a code could go.")
	if address in _asker_addresses():
		refuse(
			MoveRefused,
			"That address is one of your own agency: the code would come to you, not to the other side.",
		)


def _address(contact: str | None) -> str:
	row = people.contact(contact)
	return str(validate_email_address((row.email if row else "") or "") or "").strip().lower()


def _asker_addresses() -> set[str]:
	mine = people.contacts_of(frappe.session.user)
	agencies = {row.agency for row in mine if row.agency}
	rows = [
		row for agency in agencies for row in select("Safeguarding Contact", ["email"], {"agency": agency})
	]
	own = {frappe.session.user, *(row.email for row in (*mine, *rows))}
	return {str(address).strip().lower() for address in own if address}


def issue(case: LoadedCase, request: Any, person: Person, deliver: str) -> str:
	"""Make a link for a request and end any older one of it. Returns its address where the user sends it themselves.

	Mailed by us, its address is shown to nobody here.
	"""
	delivery = COPIED if deliver == COPIED else MAIL
	end_of(request.name, "A newer link was made.")
	key = secrets.token_urlsafe(32)
	hours = cint(frappe.get_cached_doc("Safeguarding Settings").get("response_link_hours")) or HOURS
	document = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"escalation": case.name,
			"confirmation": request.name,
			"state": LIVE,
			"contact": person.contact,
			"agency": person.agency,
			"board": case.document.board,
			"email": _address(person.contact),
			"issued_at": times.stored(case.now),
			"issued_by": frappe.session.user,
			"expires_at": times.stored(case.now + timedelta(hours=hours)),
			"delivery": delivery,
			"token_digest": digest(key),
		}
	)
	document.insert(ignore_permissions=True)
	address = links.site(f"/respond#{key}")
	note(case.name, "issued")
	if delivery == COPIED:
		return address
	queued = confirmation_mail.link(case.document.reference, request, document, address)
	frappe.db.set_value(DOCTYPE, document.name, "email_queue", queued or "", update_modified=False)
	return ""


def note(escalation: str, what: str) -> None:
	"""Note in the audit what was done with a link of a case."""
	audit.note(escalation, _ACTION, f"response link: {what}")


def why_not(case: LoadedCase, link: Any) -> str:
	"""Why a link must work no longer, whatever it says itself; '' while it may."""
	document = case.document
	if document.get("anonymised_at"):
		return "The case is anonymised."
	if document.workflow_state in (*ENDED, DRAFT):
		return f"The case is {document.workflow_state.lower()}."
	if document.board != link.board:
		return "Another board has the case."
	changed = _changed(link)
	if changed:
		return changed
	person = confirmation_people.named(case, link.contact)
	if person.recused:
		return "They have stepped back from the case."
	if contacting.plain_name(person.name) in contacting.barred(document):
		return "The case says not to contact them."
	return ""


def _changed(link: Any) -> str:
	"""Why a contact is no longer the one to whom a link was sent."""
	row = people.contact(link.contact)
	if row is None or not people.in_post(row, times.today()):
		return "They are no longer in post."
	if (row.agency or "") != (link.agency or ""):
		return "They work for another agency now."
	if _address(row.name) != (link.email or ""):
		return "Their address in the directory has changed."
	return ""


def expired(link: Any) -> bool:
	"""Whether a link's time is over."""
	return times.aware(link.expires_at) <= times.now()


def end(link: str, reason: str, state: str = REVOKED) -> None:
	"""End a link for good: its digests go, so that nothing can match them again."""
	values = {
		"state": state,
		"reason": reason,
		"ended_at": times.stored(times.now()),
		**dict.fromkeys(_SECRETS),
	}
	frappe.db.set_value(DOCTYPE, link, values, update_modified=False)


def end_of(confirmation: str, reason: str) -> None:
	"""End the live links of a request."""
	for row in select(DOCTYPE, ["name"], {"confirmation": confirmation, "state": LIVE}, for_update=True):
		end(row.name, reason)


def revoke_stale(case: LoadedCase) -> None:
	"""End what a change of the case ends: its links, and with the case itself its open requests. Call under the lock."""
	from safeguarding_escalation.services import confirmations

	ended = case.document.workflow_state in ENDED
	for link in select(DOCTYPE, COLUMNS, {"escalation": case.name, "state": LIVE}):
		reason = why_not(case, link)
		if reason:
			end(link.name, reason)
	if ended:
		for row in record_shown.last_of(case.name, for_update=True):
			if row.state == confirmations.ASKED:
				confirmations.end(row.name, f"The case is {case.document.workflow_state.lower()}.")


def contact_changed(doc: Any, method: str | None = None) -> None:
	"""Safeguarding Contact, on_update: who has left, moved, or has another address now, answers through no older link."""
	for link in select(DOCTYPE, COLUMNS, {"contact": doc.name, "state": LIVE}):
		reason = _changed(link)
		if reason:
			end(link.name, reason)


def settings_changed(doc: Any, method: str | None = None) -> None:
	"""Safeguarding Settings, on_update: switched off, every link ends, and stays so when they are switched on again."""
	if cint(doc.get("response_links")):
		return
	for link in select(DOCTYPE, ["name"], {"state": LIVE}):
		end(link.name, "Response links were switched off.")


def revoke(escalation: str, confirmation: str) -> dict[str, Any]:
	"""End the link of a request at once; the request stays. See `api.confirmation.revoke_link`."""
	from safeguarding_escalation.services import confirmations, views
	from safeguarding_escalation.services.lock import locked

	with locked(escalation) as case:
		row = confirmations.of_case(case, confirmation)
		end_of(row.name, "Revoked by hand.")
		note(case.name, "revoked")
	return views.panel(escalation)


def reissue(escalation: str, confirmation: str, deliver: str = "") -> dict[str, Any]:
	"""A new link for a request; the older one ends. See `api.confirmation.new_link`."""
	from safeguarding_escalation.services import confirmation_answers, confirmations, views
	from safeguarding_escalation.services.lock import locked

	with locked(escalation) as case:
		row = confirmations.of_case(case, confirmation)
		person = confirmation_people.named(case, row.contact)
		record = record_shown.shown(case, row.what, int(row.stage or 1))
		why = confirmation_answers.refusal(case, row, person, record)
		if why or row.asked_how != confirmations.LINK:
			refuse(MoveRefused, why or "This request was not made by a link. Ask again.")
		require_possible(person)
		url = issue(case, row, person, deliver)
	return {"link": url, **views.panel(escalation)}


def latest(confirmations: list[str]) -> dict[str, Any]:
	"""The newest link of each request, without its digests, for who may see the request."""
	table = frappe.qb.DocType(DOCTYPE)
	columns = ("confirmation", "state", "reason", "expires_at", "delivery", "email_queue", "opened_at")
	query = frappe.qb.from_(table).select(*(table[column] for column in columns)).orderby(table.issued_at)
	found = query.where(table.confirmation.isin(confirmations or [""])).run(as_dict=True)
	return {row.confirmation: row for row in found}
