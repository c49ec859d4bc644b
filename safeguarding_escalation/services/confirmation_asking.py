"""Asking the other side for its word on a record: whom, how, by when; and taking a request back.

Nobody is asked by a machine: the panel proposes whom to ask, and a person does it.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import frappe

from safeguarding_escalation.engine import LONDON
from safeguarding_escalation.engine.case import DRAFT, ENDED, Person
from safeguarding_escalation.services import (
	actors,
	confirmation_mail,
	confirmation_people,
	log,
	record_shown,
	response_links,
	times,
)
from safeguarding_escalation.services.confirmations import (
	ASKED,
	DOCTYPE,
	EXPIRED,
	HERE,
	INVALID,
	LINK,
	OUTSIDE,
	end,
	of_case,
)
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.record_shown import Shown
from safeguarding_escalation.services.text import plain

REPLY_DAYS = 5
_CLOSE = time(17, 0)


def ask(
	escalation: str,
	what: str,
	stage: int | str | None,
	contact: str,
	how: str = "",
	reply_by: str | None = None,
	evidence: str | None = None,
	asked_at: str | None = None,
	deliver: str = "",
) -> dict[str, Any]:
	"""Ask somebody for their word; see `api.confirmation.ask`. The caller's right to work on the case is checked."""
	from safeguarding_escalation.services import views

	with locked(escalation) as case:
		row, record, person = _ready(case, what, stage, contact)
		chosen = _how(case, person, plain(how), plain(evidence, "How they were asked"))
		moment = times.happened(asked_at, "Asked at") if chosen == OUTSIDE else case.now
		due = _reply_by(case, reply_by, moment)
		_replace(case, row, person.contact)
		document = _store(
			case, row, record, person, {"asked_how": chosen, "asked_at": moment, "reply_by": due}
		)
		_log_asked(case, document.name, document, person, moment, plain(evidence))
		url = response_links.issue(case, document, person, deliver) if chosen == LINK else ""
		if chosen == HERE:
			queued = confirmation_mail.asked_here(case.document, document, person)
			document.db_set("email_queue", queued or "", update_modified=False)
	return {"confirmation": document.name, "link": url, **views.panel(escalation)}


def _ready(case: LoadedCase, what: Any, stage: Any, contact: str) -> tuple[dict[str, Any], Shown, Person]:
	"""What is asked about, of whom. Raises CaseClosed, BadInput or MoveRefused with the reason why not."""
	if case.document.workflow_state in (*ENDED, DRAFT):
		refuse(CaseClosed, "Nobody is asked about a case that is not open: raise or reopen it first.")
	if what not in record_shown.WHAT:
		refuse(BadInput, f"About what? Choose one of {', '.join(record_shown.WHAT)}.")
	number, record = record_shown.asked_for(case, what, stage)
	if record is None:
		return refuse(MoveRefused, "There is nothing to ask about yet: this stage has not ended.")
	person = confirmation_people.named(case, contact)
	mine = actors.recorder(case)
	sides = confirmation_people.other_sides(case, mine)
	side = next((s for s in sides if confirmation_people.speaks_for(case, person, s, number)), sides[0])
	why = confirmation_people.refusal(case, person, side, number, record, frappe.session.user)
	if why:
		refuse(MoveRefused, why)
	return {"what": what, "stage": number, "side": side}, record, person


def _how(case: LoadedCase, person: Person, how: str, evidence: str) -> str:
	"""In this system where they can log in; else by a response link, or outside with evidence of it."""
	here = confirmation_people.can_open(case, person)
	chosen = how or (HERE if here else OUTSIDE if evidence else LINK)
	if chosen not in (HERE, LINK, OUTSIDE):
		refuse(BadInput, f"How are they asked? Choose one of {HERE}, {LINK}, {OUTSIDE}.")
	if chosen == HERE and not here:
		refuse(
			MoveRefused,
			f"{person.name} has no account that can open this case. Send a response link instead.",
		)
	if chosen == LINK and here:
		refuse(
			MoveRefused,
			f"{person.name} has an account here: ask in this system, where they can read the case.",
		)
	if chosen == LINK:
		response_links.require_possible(person)
	if chosen == OUTSIDE and not evidence:
		refuse(
			BadInput, "How and when were they asked? For example: our letter of 12 March, by secure email."
		)
	return chosen


def _reply_by(case: LoadedCase, given: str | None, asked_at: datetime) -> datetime:
	"""The end of the working day that the settings say, unless the asker gives another time."""
	moment = times.given(given, "Reply by")
	if moment is None:
		days = int(frappe.get_cached_doc("Safeguarding Settings").get("reply_by_days") or REPLY_DAYS)
		day = case.calendar.add(asked_at.astimezone(LONDON).date(), days)
		return datetime.combine(day, _CLOSE, LONDON)
	if moment <= asked_at:
		refuse(BadInput, f"Reply by {times.show(moment)} is not after they were asked.")
	return moment


def _replace(case: LoadedCase, row: dict[str, Any], contact: str | None) -> None:
	"""Who is asked again answers the newer request."""
	for old in record_shown.last_of(case.name, for_update=True):
		same = (old.what, old.stage, old.contact) == (row["what"], row["stage"], contact)
		if same and old.state == ASKED:
			end(old.name, "They were asked again.")


def _store(
	case: LoadedCase, row: dict[str, Any], record: Shown, person: Person, asked: dict[str, Any]
) -> Any:
	document = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"escalation": case.name,
			**row,
			"state": ASKED,
			"contact": person.contact,
			"contact_name": person.name,
			"agency": person.agency,
			"asked_by": frappe.session.user,
			"asked_digest": record.digest,
			**{
				key: times.stored(value) if isinstance(value, datetime) else value
				for key, value in asked.items()
			},
		}
	)
	return document.insert(ignore_permissions=True)


def _log_asked(
	case: LoadedCase, name: str, row: Any, person: Person, moment: datetime, evidence: str
) -> None:
	actor = actors.resolve(case, None)
	entry = log.Entry(
		kind=log.ASKED,
		occurred_at=moment,
		stage=int(row.stage or 1),
		due_at=times.aware(row.reply_by),
		relates_to=name,
		**{**actor.columns(), "evidence": evidence},
		**actors.counterpart(person.contact, case, actor),
	)
	frappe.db.set_value(DOCTYPE, name, "asked_log", case.append(entry).name, update_modified=False)


def withdraw(escalation: str, confirmation: str, reason: str | None = None) -> dict[str, Any]:
	"""Take a request back; see `api.confirmation.withdraw`."""
	from safeguarding_escalation.services import views

	with locked(escalation) as case:
		row = of_case(case, confirmation)
		if row.state != ASKED:
			refuse(MoveRefused, "This request has ended already.")
		actor = actors.resolve(case, None)
		case.append(
			log.Entry(
				kind=log.ASKING_ENDED,
				occurred_at=case.now,
				stage=int(row.stage or 1),
				relates_to=row.name,
				note=plain(reason, "Reason"),
				**actor.columns(),
				**actors.counterpart(row.contact, case, actor),
			)
		)
		end(row.name, f"Withdrawn by {actor.person.name or 'the asker'}.")
	return views.panel(escalation)


def sent_by_hand(escalation: str, confirmation: str, evidence: str, asked_at: str | None) -> dict[str, Any]:
	"""Write down how a copied link was sent; see `api.confirmation.sent_by_hand`."""
	from safeguarding_escalation.services import views

	how = plain(evidence, "How it was sent")
	if not how:
		refuse(
			BadInput,
			"How and when was it sent? For example: by secure email to their own address, on 12 March.",
		)
	with locked(escalation) as case:
		row = of_case(case, confirmation)
		if row.asked_how != LINK or row.state not in (ASKED, EXPIRED, INVALID):
			refuse(MoveRefused, "Only a request by link that waits for a reply is sent by hand.")
		person = confirmation_people.named(case, row.contact)
		_log_asked(case, row.name, row, person, times.happened(asked_at, "Sent at"), how)
	return views.panel(escalation)
