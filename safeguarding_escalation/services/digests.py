"""Alerts that wait for their recipient's sake: a digest each working morning, or the end of somebody's quiet hours.

The alert's row is written as it falls due, with its unique key; its mail comes later. A run takes what has waited long
enough, person by person: one mail over all their cases, queued in the transaction that marks the rows. So a run that
fails, or runs twice, or at the same time as another, loses nothing and says nothing twice. What was met meanwhile is
not said; what is no longer for that person (switched off, gone, another leads) goes to whoever it is for now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation import compat
from safeguarding_escalation.engine.alerts import Alert, Rung, recipients, repeat, rungs
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.deadline_row import RUNNING, Deadline
from safeguarding_escalation.engine.ladder import base
from safeguarding_escalation.services import letters, mail, preferences, quiet_hours, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked, undo
from safeguarding_escalation.services.rows import select

ALERT = "Escalation Alert"
WAITING, NOT_NEEDED = "Waiting", "Not needed"
FAILED = "Safeguarding digest: somebody's alerts failed"
MET = "Met or ended before it was sent."
SURPASSED = "A later alert of the same clock says it."
OTHERS = "No longer for them: whoever it is for now was told."


def deliver(moment: datetime, counts: Counter[str]) -> None:
	"""Send everybody what has waited long enough at `moment`, a transaction a person; adds to `mails` and `failed`."""
	for email in due(moment):
		counts.update(_deliver_safely(email, moment))


def due(moment: datetime) -> list[str]:
	"""The mailboxes for which something has waited long enough, those that have waited longest first."""
	alert = frappe.qb.DocType(ALERT)
	query = frappe.qb.from_(alert).select(alert.recipient).orderby(alert.waiting_until)
	rows = query.where((alert.mail_state == WAITING) & (alert.waiting_until <= times.stored(moment))).run()
	return list(dict.fromkeys(row[0] for row in rows))


def _deliver_safely(email: str, moment: datetime) -> Counter[str]:
	rows = select(ALERT, ["escalation"], {"recipient": email, "mail_state": WAITING})
	cases = sorted({row.escalation for row in rows})
	_commit()
	frappe.db.savepoint("digest")
	counts: Counter[str] = Counter()
	try:
		# The locks first, in one order: what is read without one after them is then as new as they are.
		for name in cases:
			select("Escalation", ["name"], {"name": name}, for_update=True)
		_deliver(email, cases, moment, counts)
		_commit()
	except compat.JOB_TIMEOUTS:
		undo("digest")
		raise
	except compat.LOST_LOCK:
		undo("digest")
		return Counter()  # another was quicker, or the next run finds it
	except Exception:
		# One person's mail must not keep the others waiting; their rows wait on, and the next run tries again.
		traceback = frappe.get_traceback()
		undo("digest")
		frappe.log_error(title=FAILED, message=traceback)
		_commit()
		return Counter(failed=1)
	return counts


def _commit() -> None:
	if not frappe.flags.in_test:
		frappe.db.commit()


def _deliver(email: str, cases: Sequence[str], moment: datetime, counts: Counter[str]) -> None:
	"""One person, their cases locked: what still holds becomes one mail."""
	preference = preferences.of(email)
	with ExitStack() as stack:
		theirs: list[tuple[LoadedCase, list[Alert], list[str]]] = []
		for name in cases:
			case = stack.enter_context(locked(name))
			case.now = moment
			alerts, names = _still_for(case, email, moment, counts)
			if alerts:
				theirs.append((case, alerts, names))
		if theirs:
			_send(email, theirs, moment, counts)
			if preference:
				preferences.note_digest(preference.name, moment)


def _send(
	email: str,
	theirs: Sequence[tuple[LoadedCase, list[Alert], list[str]]],
	moment: datetime,
	counts: Counter[str],
) -> None:
	queued = mail.send_digest(email, [letters.letter(case, alerts) for case, alerts, _ in theirs])
	counts["mails"] += bool(queued)
	for case, alerts, names in theirs:
		values = {"email_queue": queued, "mail_state": "Queued" if queued else "Not sent"}
		_write(
			names,
			{**values, "sent_at": times.stored(moment) if queued else None},
			"" if queued else letters.NOT_QUEUED,
		)
		if not queued:
			letters.instead(case, email, alerts, moment, counts)


def _still_for(
	case: LoadedCase, email: str, moment: datetime, counts: Counter[str]
) -> tuple[list[Alert], list[str]]:
	"""The waiting alerts of a case that are still to be said to this mailbox, with their rows' names."""
	ended = case.document.workflow_state in ENDED
	running = {
		(each.clock, each.instance or "", times.stored(each.due_at)): each
		for each in (() if ended else case.deadlines)
		if each.status(moment) in RUNNING
	}
	columns = ("name", "clock", "instance", "due_at", "rung", "said_at", "mail_state")
	where = {"escalation": case.name, "recipient": email}
	latest: dict[Any, tuple[Alert, str] | None] = {}
	for row in select(ALERT, columns, where, order_by="said_at", for_update=True):
		key = (row.clock, row.instance or "", row.due_at)
		waits = row.mail_state == WAITING
		if waits and key not in running:
			_write([row.name], {"mail_state": NOT_NEEDED}, MET)
		elif key in running and row.mail_state != NOT_NEEDED:
			if earlier := latest.get(key):
				_write([earlier[1]], {"mail_state": NOT_NEEDED}, SURPASSED)
			latest[key] = (_alert(case, running[key], row), row.name) if waits else None
	mine: list[tuple[Alert, str]] = []
	for alert, name in filter(None, latest.values()):
		if email in letters.mailboxes(case, alert):
			mine.append((alert, name))
		else:
			_write([name], {"mail_state": NOT_NEEDED}, OTHERS)
			letters.send_to(case, letters.mailboxes(case, alert), alert, email, moment, counts)
	return [alert for alert, _ in mine], [name for _, name in mine]


def _alert(case: LoadedCase, deadline: Deadline, row: Any) -> Alert:
	"""A stored alert as the engine gives it, by the ladder in force now."""
	rung = _rung(case, deadline, row.rung)
	said_at = times.aware(row.said_at) or case.now
	if rung is None:  # the policy has dropped it since
		return Alert(deadline, row.rung, said_at, recipients(deadline.owed_by, row.rung))
	return Alert(deadline, row.rung, said_at, rung.to, rung.urgent, rung.wording)


def _rung(case: LoadedCase, deadline: Deadline, name: str) -> Rung | None:
	hours = quiet_hours.hours()
	if base(name) == name:
		once = rungs(deadline, case.policy, case.calendar, hours)
		return next((rung for rung in once if rung.name == name), None)
	number = int(name.rpartition(" ")[2])
	found = repeat(deadline, case.policy, case.calendar, number, hours)
	return found if found and found.name == name else None


def _write(names: Sequence[str], values: dict[str, Any], problem: str) -> None:
	for name in names:
		frappe.db.set_value(
			ALERT, name, {**values, "problem": problem, "waiting_until": None}, update_modified=False
		)
