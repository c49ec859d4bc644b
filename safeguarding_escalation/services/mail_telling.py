"""What is done, and said, about alert mails that do not leave: somebody else is told, administrators see why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation import compat
from safeguarding_escalation.engine.alerts import Alert, is_quiet
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.deadline_row import RUNNING
from safeguarding_escalation.services import letters, mail_rows, quiet_hours, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked, undo
from safeguarding_escalation.services.mail_rows import GONE, STANDING, UNSENT_AFTER, Pending
from safeguarding_escalation.services.rows import select

LATE = "Safeguarding mail care: nobody could be told in place of somebody"


def tell_others(late: Iterable[Pending], moment: datetime) -> int:
	"""Have whoever stands in told of each unsent alert, a lock and a commit a case; returns how many people were."""
	groups: dict[tuple[str, str], list[str]] = {}
	for row in late:
		groups.setdefault((row.escalation, row.recipient), []).append(row.name)
	return sum(_tell_safely(*group, names, moment) for group, names in groups.items())


def _tell_safely(escalation: str, recipient: str, names: list[str], moment: datetime) -> int:
	frappe.db.savepoint("mail_care")
	try:
		with locked(escalation) as case:
			case.now = moment
			told = _tell(case, recipient, names, moment)
	except Exception:
		# One case must not keep the others waiting; the next run tries it again.
		traceback = frappe.get_traceback()
		undo("mail_care")
		frappe.log_error(
			title=LATE, message=traceback, reference_doctype="Escalation", reference_name=escalation
		)
		told = 0
	if not frappe.flags.in_test:
		frappe.db.commit()
	return told


def _tell(case: LoadedCase, recipient: str, names: list[str], moment: datetime) -> int:
	"""Those who stand in get what still matters, once: nothing of an ended case, nothing at a quiet hour, nothing twice."""
	if case.document.workflow_state in ENDED or is_quiet(moment, case.calendar, quiet_hours.hours()):
		return 0
	told = _already(case.name, recipient)
	running = {
		(each.clock, each.instance or "", each.due_at): each
		for each in case.deadlines
		if each.status(moment) in RUNNING
	}
	alerts = []
	for row in _rows(case.name, recipient):
		deadline = running.get((row.clock, row.instance or "", times.aware(row.due_at)))
		if row.name in names and deadline and (row.clock, row.instance, row.due_at, row.rung) not in told:
			alerts.append(Alert(deadline, row.rung, deadline.due_at, ()))
	return len(letters.instead(case, recipient, alerts, moment, Counter())) if alerts else 0


def _rows(escalation: str, recipient: str) -> list[frappe._dict]:
	columns = ("name", "clock", "instance", "due_at", "rung")
	return select(
		"Escalation Alert", columns, {"escalation": escalation, "recipient": recipient}, for_update=True
	)


def _already(escalation: str, recipient: str) -> set[tuple[Any, ...]]:
	"""What somebody has been told in this person's place."""
	where = {"escalation": escalation, "stands_in_for": recipient}
	rows = select("Escalation Alert", ("clock", "instance", "due_at", "rung"), where)
	return {(row.clock, row.instance, row.due_at, row.rung) for row in rows}


def problems() -> list[dict[str, Any]]:
	"""See `mail_care.problems`."""
	return [*_of_the_site(), *_unsubscribed(), *_unsent(), *_unmade()]


def _problem(kind: str, sentence: str, who: str = "", since: Any = None, count: int = 0) -> dict[str, Any]:
	return {"kind": kind, "who": who, "since": times.aware(since), "count": count, "sentence": sentence}


def _of_the_site() -> Iterator[dict[str, Any]]:
	waiting = len({row.email_queue for row in mail_rows.pending() if row.status not in (None, "Sent")})
	if not compat.has_outgoing_account():
		yield _problem(
			"no account", "No account sends mail: set up an outgoing Email Account and make it the default."
		)
	if frappe.are_emails_muted():
		yield _problem(
			"muted",
			"The server mutes all mail (mute_emails): alerts are queued and do not leave.",
			count=waiting,
		)
	if cint(frappe.db.get_default("suspend_email_queue")):
		yield _problem(
			"suspended", "The sending of mail is suspended: resume it in the Email Queue.", count=waiting
		)


def _unsubscribed() -> Iterator[dict[str, Any]]:
	"""People of the directory to whom the host makes no mail at all, whether or not an alert was lost on them yet."""
	table, contact, user = (
		frappe.qb.DocType(name) for name in ("Email Unsubscribe", "Safeguarding Contact", "User")
	)
	query = (
		frappe.qb.from_(table)
		.join(user).on(user.email == table.email)
		.join(contact).on(contact.user == user.name)
		.select(user.email, table.creation)
		.where((table.global_unsubscribe == 1) & (user.enabled == 1))
		.orderby(table.creation)
	)  # fmt: skip
	missed = Counter(row.recipient for row in mail_rows.unmade())
	for email, since in dict(reversed(query.run())).items():
		sentence = (
			f"{email} has unsubscribed from all mail of the site, so no alert reaches them; whoever stands in is told. "
			"Delete their Email Unsubscribe row, with their consent."
		)
		yield _problem("unsubscribed", sentence, email, since, missed[email])


def _unsent() -> Iterator[dict[str, Any]]:
	"""Mails past the limit: of the site as a whole, of one mailbox, or gone."""
	limit = times.stored(times.now() - UNSENT_AFTER)
	rows = [row for row in mail_rows.pending() if row.status != "Sent"]
	standing = [
		row
		for row in rows
		if row.status and row.queued_at and row.queued_at <= limit and row.problem in ("", STANDING)
	]
	if standing:
		count = len({row.email_queue for row in standing})
		sentence = "Alert mails wait for the mail server: look at the Email Queue's errors, the account, the workers."
		yield _problem("standing", sentence, since=standing[0].queued_at, count=count)
	own: dict[tuple[str, str], list[Pending]] = {}
	for row in rows:
		if row.status is None or (row.problem not in ("", STANDING)):
			own.setdefault(("lost" if row.status is None else "unsent", row.recipient), []).append(row)
	for (kind, who), found in own.items():
		said = GONE if kind == "lost" else f"The mail server does not take mail for {who}: check the address."
		yield _problem(
			kind, f"{who}: {said}" if kind == "lost" else said, who, found[0].queued_at, len(found)
		)


def _unmade() -> Iterator[dict[str, Any]]:
	"""Alerts that nobody could be sent, or whose recipient's address is none."""
	unsubscribed = set(frappe.get_all("Email Unsubscribe", {"global_unsubscribe": 1}, pluck="email"))
	found: dict[str, list[frappe._dict]] = {}
	for row in mail_rows.unmade():
		if row.recipient not in unsubscribed:
			found.setdefault(row.recipient, []).append(row)
	for who, rows in found.items():
		nobody = who == letters.NOBODY
		sentence = letters.NOBODY_TOLD if nobody else f"{who}: {letters.NOT_QUEUED}"
		yield _problem(
			"nobody" if nobody else "unsent", sentence, "" if nobody else who, rows[0].creation, len(rows)
		)
