"""The alert rows whose mail has not left yet, beside what the host's Email Queue says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import times

QUEUED, SENT, NOT_SENT = "Queued", "Sent", "Not sent"
WAITING = "Waiting"  # for somebody's digest, see `digests`
UNSENT_AFTER = timedelta(minutes=30)
WAITED_TOO_LONG = timedelta(hours=1)
GONE = "Its mail is no longer in the queue, and nothing says that it was sent."
REFUSED = "The mail server has not taken this mail, although others have left since."
STANDING = "No mail has left the site since this one was queued."
CHUNK = 500


@dataclass(frozen=True)
class Pending:
	"""One alert row; the times are as stored. `status` is the Email Queue's, None where its row is gone."""

	name: str
	escalation: str
	recipient: str
	problem: str
	email_queue: str
	status: str | None
	queued_at: datetime | None
	tried_at: datetime | None
	retry: int


def pending() -> list[Pending]:
	"""The alert rows that name a mail which is not known to have left, oldest first."""
	alert = frappe.qb.DocType("Escalation Alert")
	columns = (alert.name, alert.escalation, alert.recipient, alert.problem, alert.email_queue)
	query = frappe.qb.from_(alert).select(*columns).orderby(alert.creation)
	query = query.where(alert.mail_state.isin([QUEUED, NOT_SENT]) & (alert.email_queue != ""))
	rows = query.run()
	mails = queued(sorted({row[4] for row in rows}))
	found = []
	for name, escalation, recipient, problem, mail in rows:
		status, queued_at, tried_at, retry = mails.get(str(mail), (None, None, None, 0))
		found.append(
			Pending(name, escalation, recipient, problem or "", mail, status, queued_at, tried_at, retry)
		)
	return found


def queued(names: Sequence[str]) -> dict[str, tuple[str, datetime, datetime, int]]:
	"""Status, creation, last change and tries of those of the Email Queue rows that there are.

	Asked by their names and not joined: some versions of the host number them, and a column of numbers does not join
	one of texts by its index.
	"""
	queue = frappe.qb.DocType("Email Queue")
	found = {}
	for start in range(0, len(names), CHUNK):
		query = frappe.qb.from_(queue).select(
			queue.name, queue.status, queue.creation, queue.modified, queue.retry
		)
		for row in query.where(queue.name.isin(list(names[start : start + CHUNK]))).run():
			found[str(row[0])] = (row[1], row[2], row[3], row[4] or 0)
	return found


def unmade() -> list[frappe._dict]:
	"""The alert rows of open cases for which the host made no mail: name, recipient, creation, problem."""
	alert, case = frappe.qb.DocType("Escalation Alert"), frappe.qb.DocType("Escalation")
	query = (
		frappe.qb.from_(alert)
		.join(case)
		.on(case.name == alert.escalation)
		.select(alert.name, alert.recipient, alert.creation, alert.problem)
		.where(alert.mail_state == NOT_SENT)
		.where(alert.email_queue.isnull() | (alert.email_queue == ""))
		.where(case.workflow_state.notin(list(ENDED)))
		.orderby(alert.creation)
	)
	return query.run(as_dict=True)


def write(names: Sequence[str], state: str, problem: str) -> None:
	"""Set the state of alert rows."""
	alert = frappe.qb.DocType("Escalation Alert")
	for start in range(0, len(names), CHUNK):
		query = frappe.qb.update(alert).set(alert.mail_state, state).set(alert.problem, problem)
		query.where(alert.name.isin(list(names[start : start + CHUNK]))).run()


def findings() -> list[str]:
	"""What must never be, a sentence each: an alert row without a mail and without a problem, a mail that is gone.

	Checks what the app wrote since it keeps a state; the host clears sent mails away after some weeks.
	"""
	alert = frappe.qb.DocType("Escalation Alert")
	bare = (
		frappe.qb.from_(alert)
		.select(alert.name)
		.where(alert.mail_state.notin(["", WAITING]))
		.where(alert.email_queue.isnull() | (alert.email_queue == ""))
		.where(alert.problem.isnull() | (alert.problem == ""))
		.run(pluck=True)
	)
	gone = [row for row in pending() if row.status is None]
	waited = frappe.qb.from_(alert).select(alert.name).where(alert.mail_state == WAITING)
	waited = waited.where(alert.waiting_until < times.stored(times.now() - WAITED_TOO_LONG)).run(pluck=True)
	return (
		[f"Alert {name} waits for a digest that should have gone." for name in waited]
		+ [f"Alert {name} has neither a mail nor a problem." for name in bare]
		+ [f"Alert {row.name} names the mail {row.email_queue}, which is gone." for row in gone]
	)
