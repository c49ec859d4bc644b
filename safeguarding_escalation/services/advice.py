"""Advice at any stage: a question to the Business Manager, the Safeguarding Unit or a named professional.

Somebody with an account is asked here and sees the question, the reference, the board, the stage and what goes with
it: not the case, its log, its people or its files. Anybody else is asked by the organisation's own secure email or by
telephone, and the answer is recorded as reported. Advice is no step: it starts, meets and moves no clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe.utils import cint, escape_html

from safeguarding_escalation import compat
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import (
	actors,
	audit,
	contacting,
	copy_making,
	copy_recipients,
	identity,
	links,
	log,
	people,
	projection,
	times,
	views,
)
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, NotYours, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded, locked
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.text import line, plain

ASKED, ANSWERED, WITHDRAWN = "asked", "answered", "withdrawn"
HERE = copy_making.HERE
OUTSIDE = ("secure email", "phone", "in person", "other")
# How long an adviser can still look at a question after the answer.
READS_ON = timedelta(days=14)
VISIBILITIES = ("own agency", "parties", "board")
SENTENCE = "There is no such question, or it is not for you, or not any more."
COLUMNS = (
	"name", "escalation", "state", "stage", "asked_of", "asked_name", "asked_role", "asked_agency", "asked_at",
	"asked_by", "asked_how", "reply_by", "email_queue", "question", "attached", "answer", "answered_at",
	"answer_evidence", "withdrawn_reason", "visibility", "actor_agency", "asked_log", "answered_log",
)  # fmt: skip


def ask(
	escalation: str,
	question: str,
	contact: str | None = None,
	name: str | None = None,
	role: str | None = None,
	how: str | None = None,
	reply_by: Any = None,
	attached: str | None = None,
	visibility: str | None = None,
) -> dict[str, Any]:
	"""Ask somebody; see `api.advice.ask`. The caller's right on the case is checked already."""
	asked, more = plain(question, "Question"), plain(attached, "Texts that go with it")
	if not asked:
		refuse(BadInput, "What do you want to know? Write the question.")
	if visibility and visibility not in VISIBILITIES:
		refuse(BadInput, f"Visibility: give one of {', '.join(VISIBILITIES)}.")
	with locked(escalation) as case:
		_check_open(case)
		sender = actors.resolve(case, None)
		row, who = _adviser(case, contact, line(name, "Name"), line(role, "Role"))
		here = bool(row is not None and people.mailbox(row)) and how in (None, "", HERE)
		if not here and how not in OUTSIDE:
			refuse(
				BadInput, f"They have no account here. How were they asked? Give one of {', '.join(OUTSIDE)}."
			)
		due_at = times.given(reply_by, "Answer wanted by")
		if due_at is not None and due_at <= case.now:
			refuse(BadInput, f"Answer wanted by: {times.show(due_at)} has passed.")
		identity.warn(
			identity.names_in(case.document), [("Question", asked), ("Texts that go with it", more)]
		)
		made = frappe.get_doc(
			{
				"doctype": "Advice Request",
				"escalation": case.name,
				"state": ASKED,
				"stage": cint(case.document.current_stage),
				**who,
				"asked_at": times.stored(case.now),
				"asked_by": sender.person.contact,
				"asked_how": HERE if here else how,
				"reply_by": times.stored(due_at),
				"question": asked,
				"attached": more,
				"visibility": visibility or "own agency",
				"actor_agency": sender.person.agency or None,
			}
		)
		made.flags.by_service = True
		made.insert(ignore_permissions=True)
		entry = _log(case, made, log.ADVICE_ASKED, sender.columns(), asked, due_at=due_at)
		known = {"asked_log": entry.name}
		if here:
			known["email_queue"] = _mail(case, people.mailbox(row))
		frappe.db.set_value("Advice Request", made.name, known)
		projection.refresh(case)
	return {"asked": made.name, **views.panel(escalation)}


def _check_open(case: LoadedCase) -> None:
	if case.document.workflow_state in ENDED:
		refuse(
			CaseClosed,
			f"This case is {case.document.workflow_state.lower()}: there is nothing to ask about any more.",
		)


def _adviser(case: LoadedCase, contact: Any, name: str, role: str) -> tuple[Any, dict[str, Any]]:
	"""Who is asked: a contact's row with the cells about them, or (None, …) for somebody outside the directory."""
	if not contact:
		if not (name or role):
			refuse(BadInput, "Who is asked? Choose a contact, or give a name or a role.")
		if contacting.plain_name(name) in contacting.barred(case.document):
			refuse(BadInput, "The case says not to contact this person.")
		return None, {"asked_name": name, "asked_role": role}
	row = people.named(contact, "Who is asked")
	if not people.in_post(row, times.today()):
		refuse(BadInput, f"{row.contact_name} is not in post.")
	if copy_recipients.barred(case, row):
		refuse(BadInput, f"{row.contact_name} {copy_recipients.barred(case, row)}.")
	if row.user and row.user == frappe.session.user:
		refuse(BadInput, "That is you. Choose somebody else to ask.")
	person = copy_recipients.person_of(case, row)
	return row, {
		"asked_of": row.name,
		"asked_name": row.contact_name,
		"asked_role": role or row.job_title or actors.role_text(person),
		"asked_agency": row.agency or None,
	}


def _log(
	case: LoadedCase,
	row: Any,
	kind: str,
	actor: dict[str, Any],
	note: str,
	evidence: str = "",
	due_at: Any = None,
) -> Any:
	"""A row of the record, under the asking agency, so that its visibility is theirs; the adviser is the counterpart."""
	cells = {
		**actor,
		"evidence": evidence or actor.get("evidence", ""),
		"counterpart": row.asked_of or None,
		"counterpart_name": row.asked_name or "",
		"counterpart_role": row.asked_role or "",
		"counterpart_agency": row.asked_agency or "",
	}
	return case.append(
		log.Entry(
			kind=kind,
			occurred_at=case.now,
			stage=cint(case.document.current_stage) or 1,
			visibility=row.visibility,
			relates_to=row.name if kind == log.ADVICE_ASKED else row.asked_log or row.name,
			note=note,
			due_at=due_at,
			**cells,
		)
	)


def record_answer(escalation: str, advice: str, answer: str, evidence: str) -> dict[str, Any]:
	"""Record what somebody answered outside, as reported; see `api.advice.record_answer`."""
	known = plain(evidence, "How you know")
	if not known:
		refuse(BadInput, "How do you know? For example: their email of which date, a telephone call.")
	with locked(escalation) as case:
		row = _mine(case, advice)
		_answered(
			case,
			row,
			answer,
			actors.resolve(case, None, source=actors.REPORTED, evidence=known).columns(),
			known,
		)
	return views.panel(escalation)


def answer(advice: str, text: str) -> dict[str, Any]:
	"""The adviser answers their question; see `api.advice.answer`."""
	escalation = _for_me(advice).escalation
	with locked(escalation) as case:
		row = _for_me(advice, for_update=True)
		_answered(case, row, text, _of_asker(case, row), "Answered by them in this system.")
	return question(advice)


def _of_asker(case: LoadedCase, row: Any) -> dict[str, Any]:
	"""The cells of whoever asked: the answer's entry is theirs to read."""
	asker = people.contact(row.asked_by)
	if asker is None:
		return {"actor_agency": row.actor_agency or "", "side": "other"}
	person = copy_recipients.person_of(case, asker)
	columns = actors.Actor(person, side=actors.side_of(case, person)).columns()
	return {**columns, "actor_agency": row.actor_agency or ""}


def _answered(case: LoadedCase, row: Any, given: str, actor: dict[str, Any], evidence: str) -> None:
	said = plain(given, "Answer")
	if not said:
		refuse(BadInput, "The answer is empty.")
	if row.state != ASKED:
		refuse(MoveRefused, f"This question is {row.state}: it takes no further answer.")
	entry = _log(case, row, log.ADVICE_ANSWERED, actor, said, evidence)
	values = {
		"state": ANSWERED,
		"answer": said,
		"answered_at": times.stored(case.now),
		"answer_evidence": evidence,
		"answered_log": entry.name,
	}
	frappe.db.set_value("Advice Request", row.name, values)
	projection.refresh(case)


def withdraw(escalation: str, advice: str, reason: str) -> dict[str, Any]:
	"""Take a question back: its adviser sees it no longer. See `api.advice.withdraw`."""
	said = plain(reason, "Reason")
	if not said:
		refuse(BadInput, "Why is it withdrawn? Give the reason.")
	with locked(escalation) as case:
		row = _mine(case, advice)
		if row.state != ASKED:
			refuse(MoveRefused, f"This question is {row.state} already.")
		_log(case, row, log.ADVICE_WITHDRAWN, actors.resolve(case, None).columns(), said)
		frappe.db.set_value("Advice Request", row.name, {"state": WITHDRAWN, "withdrawn_reason": said})
		projection.refresh(case)
	return views.panel(escalation)


def _mine(case: LoadedCase, advice: str) -> Any:
	"""A question that the user's agency asked in this case. Raises NotYours, also where there is none."""
	rows = select("Advice Request", COLUMNS, {"name": advice, "escalation": case.name}, for_update=True)
	agencies = {person.agency for person in actors.readers(case)}
	if not rows or not (actors.is_administrator() or rows[0].actor_agency in agencies):
		refuse(NotYours, SENTENCE)
	return rows[0]


def of_case(case: LoadedCase) -> list[dict[str, Any]]:
	"""The questions of a case that the session's user may see, oldest first, for the panel."""
	mine = actors.readers(case) or (actors.recorder(case),)
	agencies = {person.agency for person in mine}
	found = []
	for row in select("Advice Request", COLUMNS, {"escalation": case.name}, order_by="asked_at"):
		if any(actors.visible(row.visibility, row.actor_agency, person) for person in mine):
			own = actors.is_administrator() or row.actor_agency in agencies
			found.append({**_shown(row), "to": _who(row), "mine": own, "how": row.asked_how or ""})
	return found


def _who(row: Any) -> str:
	return ", ".join(filter(None, (row.asked_name, row.asked_role, row.asked_agency)))


def _shown(row: Any) -> dict[str, Any]:
	reply_by, now = times.aware(row.reply_by), times.now()
	return {
		"advice": row.name,
		"state": row.state,
		"overdue": bool(row.state == ASKED and reply_by and reply_by < now),
		"question": row.question or "",
		"attached": row.attached or "",
		"asked": times.show(times.aware(row.asked_at)),
		"reply_by": times.show(reply_by),
		"answer": row.answer or "",
		"answered": times.show(times.aware(row.answered_at)),
		"evidence": row.answer_evidence or "",
		"reason": row.withdrawn_reason or "",
	}


def of_me() -> list[dict[str, Any]]:
	"""The questions that wait for the session's user, and those answered lately: as `question`, oldest first."""
	found = []
	for contact in people.contacts_of(frappe.session.user):
		for row in select("Advice Request", COLUMNS, {"asked_of": contact.name}, order_by="asked_at"):
			if _open_to_me(row):
				found.append(_to_adviser(row))
	return found


def question(advice: str) -> dict[str, Any]:
	"""One question as its adviser sees it: the reference, board and stage, who asks, and what they wrote.

	Raises NotYours for anybody else, and once it has ended: withdrawn, answered for longer than READS_ON, the case closed,
	or the adviser gone or stepped back.
	"""
	return _to_adviser(_for_me(advice))


def _for_me(advice: str, *, for_update: bool = False) -> Any:
	rows = select("Advice Request", COLUMNS, {"name": advice}, for_update=for_update)
	if not rows or not _open_to_me(rows[0]):
		refuse(NotYours, SENTENCE)
	return rows[0]


def _open_to_me(row: Any) -> bool:
	"""Whether the session's user is the one who was asked, and the question is open to them now."""
	contact = people.contact(row.asked_of)
	if contact is None or not contact.user or contact.user != frappe.session.user or row.asked_how != HERE:
		return False
	if not people.mailbox(contact) or row.state == WITHDRAWN:
		return False
	if row.state == ANSWERED and times.aware(row.answered_at) + READS_ON < times.now():
		return False
	case = loaded(row.escalation)
	return case.document.workflow_state not in ENDED and not copy_recipients.barred(case, contact)


def _to_adviser(row: Any) -> dict[str, Any]:
	"""What an adviser is shown, and nothing else of the case; noted as read."""
	case = loaded(row.escalation)
	asker = people.contact(row.asked_by)
	audit.note(row.escalation, "read", f"advice {row.name}")
	shown = _shown(row)
	shown.pop("evidence")
	return {
		**shown,
		"reference": case.document.reference,
		"board": case.document.board,
		"stage": case.policy.stage_label(row.stage) if row.stage else "Before the first stage",
		"by": ", ".join(filter(None, (asker.contact_name, asker.job_title, asker.agency))) if asker else "",
	}


def _mail(case: LoadedCase, email: str | None) -> str | None:
	"""The mail with reference and link, in the caller's transaction."""
	reference, link = case.document.reference, links.site(copy_making.PAGE)
	return compat.queue_mail(
		recipients=[email],
		subject=f"{reference}: your advice is asked",
		message=(
			f"<p>Somebody asks your advice about the escalation <b>{escape_html(reference)}</b>.</p>"
			f'<p><a href="{escape_html(link)}">Read the question and answer it</a></p>'
			"<p>If somebody is in danger now, ring 999.</p>"
		),
		reference_doctype="Escalation",
		reference_name=case.name,
		add_unsubscribe_link=0,
	)
