"""The alerts of an immediate risk: at once, at any hour, one mail a person and risk, for every policy.

They are written in the transaction that records the risk, each under its unique key, and sent right after its commit.
A failure here never keeps a risk from being recorded: the next sweep finds the case by `waiting` and serves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import frappe
from frappe.utils import escape_html

from safeguarding_escalation import compat
from safeguarding_escalation.engine import immediate
from safeguarding_escalation.engine.case import DRAFT, ENDED
from safeguarding_escalation.engine.immediate import Warned
from safeguarding_escalation.services import letters, links, recipients, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

# How far back a sweep looks for a risk whose alerts could not be written with it.
LOOKS_BACK = timedelta(days=7)


def serve(case: LoadedCase) -> int:
	"""Send what is not sent yet of a locked case; how many mails were queued. Never raises: a risk is recorded anyhow."""
	if not any(row.kind == immediate.RECORDED for row in case.rows) or _silent(case):
		return 0
	frappe.db.savepoint("immediate_alerts")
	try:
		return sum(_send(case, alert) for alert in _warned(case))
	except (*compat.LOST_LOCK, *compat.JOB_TIMEOUTS):
		raise  # the transaction is gone, or must end: whoever holds it decides
	except Exception:
		# The record of the risk comes first. The next sweep tries again, and the log says what went wrong.
		frappe.db.rollback(save_point="immediate_alerts")
		frappe.log_error(
			title="Safeguarding: alerts of an immediate risk could not be queued",
			reference_doctype="Escalation",
			reference_name=case.name,
		)
		_serve_soon(case.name)
		return 0


def _serve_soon(escalation: str) -> None:
	from safeguarding_escalation.services import sweeping

	sweeping.serve_soon(escalation)


def _silent(case: LoadedCase) -> bool:
	"""While the app is installed or brings its demo, and for a case without a reference or at its end, nobody is told."""
	installing = bool(frappe.flags.in_install or frappe.flags.in_migrate)
	return installing or not case.document.reference or case.document.workflow_state in ENDED


def _warned(case: LoadedCase) -> Iterator[Warned]:
	"""The alerts of the risk that stands, and of those since; what has passed is old news."""
	risk = immediate.standing(case.effective_events)
	if risk is None:
		return
	recorded = {row.name: times.aware(row.recorded_at) for row in case.rows}
	for alert in immediate.warned(case.effective_events, case.document.workflow_state != DRAFT):
		fresh = recorded.get(alert.instance, case.now) >= case.now - LOOKS_BACK
		if alert.due_at >= risk.since and fresh:
			yield alert


def _send(case: LoadedCase, alert: Warned) -> int:
	key = {"escalation": case.name, "clock": alert.clock, "instance": alert.instance, "rung": alert.rung}
	said = {row.recipient for row in select("Escalation Alert", ["recipient"], key, for_update=True)}
	told = (recipients.resolve(case, word, must_read=False) for word in alert.to)
	mailboxes = sorted({who.email.lower() for found in told for who in found})
	queued = []
	for email in mailboxes or ([] if said else [letters.NOBODY]):
		if email in said:
			continue
		mail = _mail(case, alert, email) if email != letters.NOBODY else None
		queued += [mail] if mail else []
		frappe.get_doc(
			{
				"doctype": "Escalation Alert",
				**key,
				"due_at": times.stored(alert.due_at),
				"recipient": email,
				"sent_at": times.stored(case.now) if mail else None,
				"email_queue": mail,
				"problem": ""
				if mail
				else letters.NOBODY_TOLD
				if email == letters.NOBODY
				else letters.NOT_QUEUED,
			}
		).insert(ignore_permissions=True)
	if queued and not frappe.flags.in_test:
		frappe.db.after_commit.add(partial(_enqueue, queued))
	return len(queued)


def _enqueue(mails: list[str]) -> None:
	try:
		frappe.enqueue(deliver, queue="short", mails=mails)
	except compat.QUEUE_ERRORS:
		# All is stored; without a queue the host's own round sends these mails within minutes.
		frappe.logger("safeguarding_escalation").error("Mails wait for the host's round", exc_info=True)


def _mail(case: LoadedCase, alert: Warned, email: str) -> str | None:
	"""Queue one mail: reference, when, a link. No name of anybody, nothing of what was written (decision 7)."""
	reference = case.document.reference
	return compat.queue_mail(
		recipients=[email],
		subject=f"{reference}: immediate risk recorded {times.show(alert.due_at)}",
		message=body(case.name, reference, alert.due_at),
		reference_doctype="Escalation",
		reference_name=case.name,
		add_unsubscribe_link=0,
	)


def body(escalation: str, reference: str, at: datetime) -> str:
	"""The mail's HTML; every value escaped."""
	link = escape_html(links.form("Escalation", escalation))
	return (
		f"<p><b>Immediate risk</b> is recorded on escalation <b>{escape_html(reference)}</b>, "
		f"{escape_html(times.show(at))}.</p>"
		"<p>If somebody is in danger now, ring <b>999</b>. Then ring the lead of the case: do not wait for an answer "
		"to this email.</p>"
		f'<p><a href="{link}">Open the escalation</a> to see whom to ring, who has been told, and what keeps the '
		"person safe.</p>"
	)


def deliver(mails: list[str]) -> None:
	"""In the background, right after the commit: send these mails now, rather than with the host's next round."""
	for name in mails:
		if frappe.db.exists("Email Queue", {"name": name, "status": "Not Sent"}):
			frappe.get_doc("Email Queue", name).send()
			frappe.db.commit()


def waiting(moment: datetime) -> list[str]:
	"""The open cases with a recorded immediate risk of which no alert row exists: for a sweep, which serves them."""
	entry, alert = frappe.qb.DocType("Stage Log"), frappe.qb.DocType("Escalation Alert")
	case, later = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Stage Log").as_("later")
	said = frappe.qb.from_(alert).select(alert.instance).where(alert.clock == immediate.CLOCK)
	replaced = frappe.qb.from_(later).select(later.corrects).where(later.escalation == entry.escalation)
	replaced = replaced.where(later.corrects.isnotnull())
	query = frappe.qb.from_(entry).join(case).on(case.name == entry.escalation).select(entry.escalation)
	query = query.where(entry.kind == immediate.RECORDED)
	query = query.where(entry.recorded_at >= times.stored(moment - LOOKS_BACK))
	query = query.where(case.workflow_state.notin(ENDED)).where(case.risk_passed_at.isnull())
	query = query.where(entry.name.notin(said)).where(entry.name.notin(replaced))
	return list(dict.fromkeys(query.run(pluck=True)))
