"""Mails about a request: the reference, what is asked in general, a date and a link. No name, no word of the record."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import escape_html

from safeguarding_escalation import compat
from safeguarding_escalation.services import links, times

_ADVICE = "<p>If somebody is in danger now, ring 999.</p>"
_GONE = "[taken out once it was sent]"
_NOT_YOU = "<p>If you did not ask for this, do nothing, and tell whoever sent you the link.</p>"


def asked_here(document: Any, request: Any, person: Any) -> str | None:
	"""Tell somebody with an account that they are asked: the reference and a link to the case, nothing else."""
	address = links.form("Escalation", document.name)
	text = (
		f"<p>You are asked to confirm, correct or dispute a record of the escalation <b>{escape_html(document.reference)}</b>"
		f'{_by(request)}.</p><p><a href="{escape_html(address)}">Open the escalation</a> to read it and to answer.</p>'
	)
	return _queue(
		person.user, f"{document.reference}: a record waits for your word", text, "Escalation", document.name
	)


def link(reference: str, request: Any, response_link: Any, address: str) -> str | None:
	"""Mail a response link to the contact's own address."""
	text = (
		f"<p>You are asked to read a record of the escalation <b>{escape_html(reference)}</b>, and to confirm, correct or "
		f"dispute it{_by(request)}. You need no account.</p>"
		f'<p><a href="{escape_html(address)}">Read and answer</a></p>'
		f"<p>The link is for you alone and works once, until {escape_html(times.show(times.aware(response_link.expires_at)))}. "
		"You will be asked for a code, which is sent to this address.</p>"
	)
	return _queue(
		response_link.email,
		f"{reference}: a record waits for your word",
		text,
		"Response Link",
		response_link.name,
	)


def code(response_link: Any, digits: str, minutes: int) -> str | None:
	"""Mail a code to the address that was held when the link was made."""
	text = (
		f"<p>Your code is <b>{digits}</b>. It works once, for {minutes} minutes, on the page where you asked for it. "
		"Nobody will ask you for it by telephone.</p>" + _NOT_YOU
	)
	return _queue(response_link.email, "Your code", text, "Response Link", response_link.name)


def receipt(response_link: Any, reference: str) -> str | None:
	"""Tell the contact that an answer was given in their name, in case it was not theirs."""
	text = (
		f"<p>An answer about a record of the escalation <b>{escape_html(reference)}</b> was given through the link that was "
		f"sent to you, on {escape_html(times.show(times.now()))}. The link no longer works.</p>"
		"<p>If that was not you, tell whoever sent you the link at once.</p>"
	)
	return _queue(
		response_link.email,
		f"{reference}: your answer was received",
		text,
		"Response Link",
		response_link.name,
	)


def locked(response_link: Any, reference: str, users: list[str]) -> None:
	"""Tell the contact, and who asked, that a link was locked after too many wrong codes."""
	text = (
		f"<p>A link for the escalation <b>{escape_html(reference)}</b> was locked: a wrong code was given too often. It no "
		"longer works. A new one can be sent from the escalation.</p>"
	)
	for recipient in dict.fromkeys([response_link.email, *users]):
		_queue(recipient, f"{reference}: a link was locked", text, "Response Link", response_link.name)


def scrub() -> int:
	"""Take links and codes out of the mails that have left: the host keeps sent mails for weeks. Returns how many."""
	queue = frappe.qb.DocType("Email Queue")
	sent = (queue.reference_doctype == "Response Link") & (queue.status == "Sent") & (queue.message != _GONE)
	names = frappe.qb.from_(queue).select(queue.name).where(sent).run(pluck=True)
	if names:
		frappe.qb.update(queue).set(queue.message, _GONE).where(queue.name.isin(names)).run()
	return len(names)


def _by(request: Any) -> str:
	due = times.show_due(times.aware(request.reply_by))
	return f", by {escape_html(due)}" if due else ""


def _queue(recipient: str | None, subject: str, text: str, doctype: str, name: str) -> str | None:
	if not recipient or recipient == "Administrator":
		return None
	return compat.queue_mail(
		recipients=[recipient],
		subject=subject,
		message=f"{text}{_ADVICE}",
		reference_doctype=doctype,
		reference_name=name,
		add_unsubscribe_link=0,
	)
