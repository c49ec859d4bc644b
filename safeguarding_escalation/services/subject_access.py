"""Subject access requests: received, extended, reviewed, answered. Each step is checked here and logged on each case.

The agency that answers is the handler's. A request is seen by its handler and by that agency's Information
Governance contacts; a case is added, read and exported only by who may export it by the access rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NoReturn

import frappe
from frappe.utils import cint, getdate

from safeguarding_escalation.engine import WorkingCalendar
from safeguarding_escalation.engine.access_requests import due_on
from safeguarding_escalation.permissions import may
from safeguarding_escalation.references import REFERENCES
from safeguarding_escalation.services import audit, closures, guard, people, times
from safeguarding_escalation.services.errors import BadInput, MoveRefused, NotYours, refuse
from safeguarding_escalation.services.text import plain

DOCTYPE, ITEM = "Access Request", "Access Request Item"
OPEN, IN_REVIEW, READY, SENT, REFUSED, WITHDRAWN = (
	"Open",
	"In review",
	"Ready",
	"Sent",
	"Refused",
	"Withdrawn",
)
ENDED = (SENT, REFUSED, WITHDRAWN)
REPRESENTATIVE = "A representative with authority"
KINDS = ("The adult", REPRESENTATIVE, "A member of staff", "An agency")
# What of a request says who asked and about whom.
TEXTS = ("subject", "requester", "authority", "identity_checked_how", "extension_reason", "outcome")
EARLIEST = 2011  # the calendar of working days begins the year before
_NONE = "There is no such request, or you have no access to it."


def create(requester_kind: str, subject: str, received_on: str, **given: Any) -> dict[str, Any]:
	"""Take down a request: who asks, about whom, received when. The handler is the caller unless named."""
	own = people.acting_contact(frappe.session.user)
	if own is None or not own.agency:
		refuse(
			NotYours,
			"You have no Safeguarding Contact, so no agency would be answering. Ask your administrator.",
		)
	if requester_kind not in KINDS:
		refuse(BadInput, f"Who asks? Choose one of: {', '.join(KINDS)}.")
	if not plain(subject):
		refuse(BadInput, "About whom? Give the name of the person whose data is asked for.")
	if requester_kind == REPRESENTATIVE and not plain(given.get("authority")):
		refuse(BadInput, "What is the representative's authority? For example a signed letter and its date.")
	received = _day(received_on, "Received on")
	document = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"state": OPEN,
			"agency": own.agency,
			"handler": _handler(given.get("handler") or own.name, own.agency),
			"requester_kind": requester_kind,
			"requester": plain(given.get("requester"), "Name of who asks")[:140],
			"authority": plain(given.get("authority"), "Authority"),
			"subject": plain(subject, "About whom"),
			"received_on": received,
			"due_on": due_on(received, calendar()),
		}
	)
	document.flags.by_service = True
	document.insert(ignore_permissions=True)
	store(document, reference=f"AR-{received.year}-{document.name[:6].upper()}")
	return shown(document)


def calendar() -> WorkingCalendar:
	"""Working days by the site's nation: a request is made to an agency, not under a board's policy."""
	return closures.of_site()


def _handler(contact: str, agency: str) -> str:
	row = people.named(contact, "Handler")
	if row.agency != agency or not row.user or not people.in_post(row, times.today()):
		refuse(BadInput, "The handler is somebody of your own agency, in post and with an account.")
	return row.name


def _day(value: Any, name: str) -> date:
	day = times.given_day(value)
	if day.year < EARLIEST:
		refuse(BadInput, f"{name}: this date is too early, give one from {EARLIEST} on.")
	if day > times.today():
		refuse(BadInput, f"{name}: {day:%d %B %Y} is in the future.")
	return day


def readable(request: str) -> None:
	"""Raise NotYours unless the session's user may see the request. Same words whether it exists or not."""
	if not isinstance(request, str) or not may(DOCTYPE, request, frappe.session.user):
		refuse(NotYours, _NONE)


def exportable(request: str) -> None:
	"""Raise NotYours unless the session's user may see the request and export each of its cases."""
	readable(request)
	for case in cases_of(request):
		guard.allowed(case, "export")


def cases_of(request: str) -> list[str]:
	"""The cases that a request covers."""
	where = {"parent": request, "parenttype": DOCTYPE}
	return frappe.get_all("Access Request Case", where, pluck="escalation", order_by="idx")


def locked(request: str, *, ended: bool = False) -> Any:
	"""The request, read FOR UPDATE. Refuses one that was sent, refused or withdrawn, unless `ended` ones will do."""
	document = frappe.get_doc(DOCTYPE, request, for_update=True)
	if document.state in ENDED and not ended:
		refuse(MoveRefused, f"This request was {document.state.lower()} and is no longer changed.")
	return document


def store(document: Any, **values: Any) -> None:
	"""Write fields of the request; nothing but a service comes here."""
	frappe.db.set_value(DOCTYPE, document.name, values)
	document.update(values)


def note(document: Any, what: str) -> None:
	"""Log a step in the audit of each case that the request covers."""
	for case in cases_of(document.name):
		audit.note(case, "subject access", f"{document.reference}: {what}")


def add_case(request: str, escalation: str) -> dict[str, Any]:
	"""Let the request cover a case that the caller may export."""
	document = locked(request)
	if escalation not in cases_of(request):
		document.append(
			"cases",
			{
				"escalation": escalation,
				"reference": frappe.db.get_value("Escalation", escalation, "reference"),
			},
		)
		document.flags.by_service = True
		document.save(ignore_permissions=True)
		audit.note(escalation, "subject access", f"{document.reference}: case added")
		if document.state == READY:
			store(document, state=IN_REVIEW)
	return shown(document)


def remove_case(request: str, escalation: str) -> dict[str, Any]:
	"""Leave a case out again, with what was gathered from it."""
	document = locked(request)
	if escalation not in cases_of(request):
		refuse(BadInput, "The request does not cover this case.")
	frappe.db.delete("Access Request Case", {"parent": request, "escalation": escalation})
	frappe.db.delete(ITEM, {"access_request": request, "escalation": escalation})
	audit.note(escalation, "subject access", f"{document.reference}: case left out")
	document.reload()
	return shown(document)


def confirm_identity(request: str, how: str, checked_on: str | None = None) -> dict[str, Any]:
	"""How it was made sure that the requester is who they say; nothing is sent before that."""
	document = locked(request)
	if not plain(how):
		refuse(
			BadInput,
			"How was identity checked? For example: known to the service, called back on a known number.",
		)
	day = _day(checked_on or times.today(), "Identity confirmed on")
	store(document, identity_checked_how=plain(how), identity_checked_on=day)
	note(document, "identity confirmed")
	return shown(document)


def extend(request: str, reason: str) -> dict[str, Any]:
	"""Two months more for a complex request (Art. 12(3)); the requester must be told within the first month."""
	document = locked(request)
	if document.extended_until:
		refuse(MoveRefused, "This request was extended before. The law allows it once.")
	if getdate(document.due_on) < times.today():
		refuse(MoveRefused, "The first month is over. It can only be extended within it.")
	if not plain(reason):
		refuse(BadInput, "Why? The requester must be told: the request is complex, or one of many.")
	until = due_on(getdate(document.received_on), calendar(), extended=True)
	store(document, extended_until=until, extension_reason=plain(reason))
	note(document, f"extended until {until:%d %B %Y}")
	return shown(document)


def hand_to(request: str, handler: str) -> dict[str, Any]:
	"""Another handler of the same agency. Whether they may read a case is for the case to say."""
	document = locked(request)
	store(document, handler=_handler(handler, document.agency))
	note(document, "handler changed")
	return shown(document)


def end(request: str, state: str, why: str, on: str | None = None) -> dict[str, Any]:
	"""Sent (how), Refused (why, with the right to complain told) or Withdrawn. Sent only from Ready, once produced."""
	document = locked(request)
	if state not in ENDED:
		refuse(BadInput, f"How does it end? Choose one of {', '.join(ENDED)}.")
	if not plain(why):
		refuse(BadInput, "Say how it was sent, or why it was refused or withdrawn.")
	if state == SENT and (document.state != READY or not document.produced_at):
		refuse(MoveRefused, "Nothing was produced yet. Finish the review, then produce the export.")
	store(document, state=state, outcome=plain(why), ended_on=_day(on or times.today(), "On"))
	note(document, state.lower())
	return shown(document)


def erase(request: str) -> dict[str, Any]:
	"""Take names, texts and pieces out of an answered, refused or withdrawn request; dates and state stay."""
	document = locked(request, ended=True)
	if document.state not in ENDED:
		refuse(MoveRefused, "This request is open. Send, refuse or withdraw it first.")
	frappe.db.delete(ITEM, {"access_request": request})
	for name in frappe.get_all(
		"File", {"attached_to_doctype": DOCTYPE, "attached_to_name": request}, pluck="name"
	):
		frappe.delete_doc("File", name, ignore_permissions=True, force=True, delete_permanently=True)
	for doctype in ("Comment", "Version", "Communication", "ToDo"):
		kind, field = REFERENCES[doctype]
		frappe.db.delete(doctype, {kind: DOCTYPE, field: request})
	store(document, **dict.fromkeys(TEXTS, ""))
	note(document, "names and pieces erased")
	return shown(document)


def undecided(request: str) -> int:
	"""How many pieces that need review have no decision."""
	return cint(
		frappe.db.count(ITEM, {"access_request": request, "needs_review": 1, "decision": ("in", ("", None))})
	)


def shown(document: Any) -> dict[str, Any]:
	"""A request for the Desk and REST. Dates are ISO 8601."""
	until = document.extended_until or document.due_on
	return {
		"name": document.name,
		"reference": document.reference,
		"state": document.state,
		"due_on": times.json_date(getdate(until)),
		"days_left": (getdate(until) - times.today()).days if document.state not in ENDED else None,
		"identity_checked": bool(document.identity_checked_how),
		"cases": cases_of(document.name),
		"undecided": undecided(document.name),
	}


def refuse_unreviewed(waiting: Iterable[Any]) -> NoReturn:
	"""Refuse to go on, naming the first pieces that wait for a decision."""
	names = [f"{row.sequence} ({row.what})" for row in waiting]
	more = f" and {len(names) - 5} more" if len(names) > 5 else ""
	refuse(MoveRefused, f"Decide first on what names other people: {', '.join(names[:5])}{more}.")
