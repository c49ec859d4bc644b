"""What a sweep writes of one case: a mail a person for all that is due on it, and an alert row a clock and person.

Everything here runs in the caller's transaction, under the lock of the case: rows and queued mails stay or go together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation.engine.alerts import Alert, AlertKey
from safeguarding_escalation.engine.deadline_row import Deadline
from safeguarding_escalation.engine.ladder import base
from safeguarding_escalation.engine.parties import agencies, agency_of
from safeguarding_escalation.services import mail, preferences, recipients, stand_ins, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

NOBODY = "nobody reachable"
NOBODY_TOLD = "Nobody who has to be told has an account that can be mailed."
NOT_QUEUED = (
	"No mail was made: this address has unsubscribed from all mail of the site, or it is no mail address."
)


def sent(escalation: str, deadlines: Iterable[Deadline] = ()) -> dict[AlertKey, datetime]:
	"""What has been said of a case, by (clock, instance, due instant, rung), and when it was first said.

	A stored due time of the hour that comes twice is the one that one of the case's `deadlines` has.
	"""
	exact = {times.stored(each.due_at): each.due_at for each in deadlines}
	columns = ("clock", "instance", "due_at", "rung", "said_at", "sent_at", "creation")
	rows = select("Escalation Alert", columns, {"escalation": escalation}, for_update=True)
	found: dict[Any, Any] = {}
	for row in rows:
		due_at = exact.get(row.due_at) or times.aware(row.due_at)
		key = (row.clock, row.instance or "", due_at, row.rung)
		# A row that is older than the column was said when it was sent, or else as it was written.
		at: Any = times.aware(row.said_at or row.sent_at or row.creation)
		found[key] = min(at, found.get(key, at))
	return found


def send(case: LoadedCase, alerts: Sequence[Alert], moment: datetime, counts: Counter[str]) -> None:
	"""One mail a person for all that is due on the case, one alert row a clock and person.

	Adds to `counts` one for each alert under its rung, and the mails that the host queued under `mails`.
	"""
	letters: dict[str, list[Alert]] = {}
	for alert in alerts:
		counts[base(alert.rung)] += 1
		for email in sorted(mailboxes(case, alert)) or [NOBODY]:
			letters.setdefault(email, []).append(alert)
	for email, theirs in letters.items():
		if email == NOBODY:
			_keep(case, email, theirs, None, moment, problem=NOBODY_TOLD)
			continue
		now = _now(case, email, theirs, moment)
		if now and not deliver(case, email, now, moment, counts):
			instead(case, email, now, moment, counts, planned=letters)


def _now(case: LoadedCase, email: str, alerts: Sequence[Alert], moment: datetime) -> list[Alert]:
	"""Which of a person's alerts are mailed at once; the others' rows are written, and wait for their sake."""
	preference = preferences.of(email)
	now = []
	for alert in alerts:
		until = preferences.waits_until(preference, alert, moment)
		if until is None:
			now.append(alert)
		else:
			_keep(case, email, [alert], None, moment, waiting_until=until)
	return now


def send_to(
	case: LoadedCase,
	emails: Collection[str],
	alert: Alert,
	instead_of: str,
	moment: datetime,
	counts: Counter[str],
) -> None:
	"""Tell others an alert that was to go to somebody who is not told of the case any more; each of them once."""
	for email in sorted(emails):
		if alert.key not in _told(case.name, email) and not deliver(
			case, email, [alert], moment, counts, in_place_of=instead_of
		):
			instead(case, email, [alert], moment, counts)
	if not emails and alert.key not in _told(case.name, NOBODY):
		_keep(case, NOBODY, [alert], None, moment, problem=NOBODY_TOLD)


def mailboxes(case: LoadedCase, alert: Alert) -> set[str]:
	"""Whom an alert reaches; those who owe the step where it would reach nobody else. Empty where nobody can be told."""
	agency = agency_of(agencies(case.case), alert.deadline)
	owing = [part.strip() for part in alert.deadline.owed_by.split(",")]
	matter = alert.deadline.matter
	found = {
		who.email
		for word in alert.to
		for who in recipients.resolve(case, word, agency, word in owing, matter=matter)
	}
	return found or {
		who.email for word in owing for who in recipients.resolve(case, word, agency, matter=matter)
	}


def deliver(
	case: LoadedCase,
	email: str,
	alerts: Sequence[Alert],
	moment: datetime,
	counts: Counter[str],
	in_place_of: str = "",
) -> bool:
	"""Queue one mail and store its alerts' rows. False where the host queued none, which the rows then say."""
	queued = mail.send(email, letter(case, alerts))
	counts["mails"] += bool(queued)
	_keep(case, email, alerts, queued, moment, "" if queued else NOT_QUEUED, in_place_of)
	return bool(queued)


def instead(
	case: LoadedCase,
	email: str,
	alerts: Sequence[Alert],
	moment: datetime,
	counts: Counter[str],
	planned: Mapping[str, Sequence[Alert]] | None = None,
) -> list[str]:
	"""Tell whoever stands in for somebody whom no mail reaches; returns who knows of it now.

	`planned` are the letters of this sweep, by mailbox: who gets the same alert anyway gets no second one.
	"""
	for choice in stand_ins.of(case, email):
		told = []
		for other in choice:
			known = {
				**dict.fromkeys((each.key for each in (planned or {}).get(other, ())), True),
				**_told(case.name, other),
			}
			fresh = [alert for alert in alerts if alert.key not in known]
			delivered = bool(fresh) and deliver(case, other, fresh, moment, counts, in_place_of=email)
			if delivered or any(known.get(alert.key) for alert in alerts):
				told.append(other)
		if told:
			return told
	return []


def _told(escalation: str, email: str) -> dict[AlertKey, bool]:
	"""What there is a row of for one mailbox in a case, and whether a mail was made for it."""
	where = {"escalation": escalation, "recipient": email}
	columns = ("clock", "instance", "due_at", "rung", "email_queue")
	rows = select("Escalation Alert", columns, where, for_update=True)
	return {
		(row.clock, row.instance or "", times.aware(row.due_at), row.rung): bool(row.email_queue)
		for row in rows
	}


def letter(case: LoadedCase, alerts: Sequence[Alert]) -> mail.Letter:
	document = case.document
	return mail.Letter(
		case.name, document.reference, document.stage_label, [_line(alert) for alert in alerts]
	)


def _line(alert: Alert) -> mail.Line:
	of = alert.deadline
	return mail.Line(alert.rung, of.label, of.clause, of.owed_by, of.due_at, alert.wording, alert.at)


def _keep(
	case: LoadedCase,
	email: str,
	alerts: Sequence[Alert],
	queued: str | None,
	moment: datetime,
	problem: str = "",
	in_place_of: str = "",
	waiting_until: datetime | None = None,
) -> None:
	"""The alerts' rows; their unique key makes a second one impossible, in this process or another."""
	for alert in alerts:
		frappe.get_doc(
			{
				"doctype": "Escalation Alert",
				"escalation": case.name,
				"clock": alert.deadline.clock,
				"instance": alert.deadline.instance or "",
				"due_at": times.stored(alert.deadline.due_at),
				"rung": alert.rung,
				"recipient": email,
				"stands_in_for": in_place_of,
				"said_at": times.stored(moment),
				"sent_at": times.stored(moment) if queued else None,
				"email_queue": queued,
				"mail_state": "Waiting" if waiting_until else "Queued" if queued else "Not sent",
				"waiting_until": times.stored(waiting_until),
				"problem": problem,
			}
		).insert(ignore_permissions=True)
