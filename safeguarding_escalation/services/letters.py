"""What a sweep writes of one case: a mail a person for all that is due on it, and an alert row a clock and person.

Everything here runs in the caller's transaction, under the lock of the case: rows and queued mails stay or go together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import frappe

from safeguarding_escalation.engine.alerts import Alert
from safeguarding_escalation.engine.parties import agencies, agency_of
from safeguarding_escalation.services import mail, recipients, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

NOBODY = "nobody reachable"


def sent(escalation: str) -> set[tuple[str, str, datetime, str]]:
	"""What has been said of a case: (clock, instance, due instant, rung)."""
	columns = ("clock", "instance", "due_at", "rung")
	rows = select("Escalation Alert", columns, {"escalation": escalation}, for_update=True)
	return {(row.clock, row.instance or "", times.aware(row.due_at), row.rung) for row in rows}


def send(case: LoadedCase, alerts: Sequence[Alert], moment: datetime, counts: Counter[str]) -> None:
	"""One mail a person for all that is due on the case, one alert row a clock and person.

	Adds to `counts` one for each alert under its rung, and the mails that the host queued under `mails`.
	"""
	letters: dict[str, list[Alert]] = {}
	for alert in alerts:
		counts[alert.rung] += 1
		agency = agency_of(agencies(case.case), alert.deadline)
		mailboxes = {who.email for word in alert.to for who in recipients.resolve(case, word, agency)}
		for email in sorted(mailboxes) or [NOBODY]:
			letters.setdefault(email, []).append(alert)
	for email, theirs in letters.items():
		queued = None
		if email != NOBODY:
			queued = mail.send(
				email,
				case.name,
				case.document.reference,
				case.document.stage_label,
				[_line(alert) for alert in theirs],
			)
			counts["mails"] += bool(queued)
		for alert in theirs:
			_store(case.name, alert, email, queued, moment)


def _line(alert: Alert) -> mail.Line:
	deadline = alert.deadline
	return mail.Line(alert.rung, deadline.label, deadline.clause, deadline.owed_by, deadline.due_at)


def _store(escalation: str, alert: Alert, email: str, queued: str | None, moment: datetime) -> None:
	"""The alert's row; its unique key makes a second one impossible, in this process or another."""
	frappe.get_doc(
		{
			"doctype": "Escalation Alert",
			"escalation": escalation,
			"clock": alert.deadline.clock,
			"instance": alert.deadline.instance or "",
			"due_at": times.stored(alert.deadline.due_at),
			"rung": alert.rung,
			"recipient": email,
			"sent_at": times.stored(moment) if queued else None,
			"email_queue": queued,
		}
	).insert(ignore_permissions=True)
