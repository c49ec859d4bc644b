"""The sweep: every alert that is due and unsent, once each, whatever was missed (decision 5: alert, never move).

It scans what is due, never what is open, and relies on no earlier run. One case is one savepoint and one commit:
the alert rows, their mail and the case's next alert go together or not at all, and one bad case stops no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.query_builder.functions import Min

from safeguarding_escalation.engine.alerts import Alert, due_alerts
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.parties import agencies, agency_of
from safeguarding_escalation.services import mail, projection, recipients, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.rows import select

PAGE = 200
NOBODY = "nobody reachable"
AWAKE_FOR = timedelta(days=1)


def sweep(now: Any = None) -> dict[str, int]:
	"""Serve every case with an alert due at `now`; see `scheduler.sweep`."""
	moment = times.given(now, "now") or times.now()
	counts: Counter[str] = Counter(
		cases=0, mails=0, failed=0, due_soon=0, last_afternoon=0, due_today=0, overdue=0
	)
	served: set[str] = set()
	while page := [name for name in due_cases(moment, len(served)) if name not in served]:
		for name in page:
			served.add(name)
			_serve_safely(name, moment, counts)
	stay_awake()
	if counts["failed"]:
		frappe.throw(
			f"{counts['failed']} escalations could not be swept; see the Error Log. The others were served."
		)
	return dict(counts)


def stay_awake() -> None:
	"""Keep the host's scheduler going while a clock runs, however long nobody has logged in.

	Frappe runs a site's jobs once a day when it has seen no activity for some days, or none at all yet; alerts
	matter most just then. What it looks at is the youngest Activity Log, so one row a day is written.
	"""
	running = frappe.db.exists("Escalation Deadline", {"next_alert_at": ("is", "set")})
	last = frappe.db.get_value("Activity Log", {}, "modified", order_by="modified desc")
	if not running or (last and last > frappe.utils.now_datetime() - AWAKE_FOR):
		return
	frappe.get_doc(
		{
			"doctype": "Activity Log",
			"subject": "Safeguarding Escalation: clocks are running",
			"status": "Success",
		}
	).insert(ignore_permissions=True)
	_commit()


def due_cases(moment: datetime, beyond: int = 0) -> list[str]:
	"""The cases with an alert due, those that have waited longest first."""
	deadline = frappe.qb.DocType("Escalation Deadline")
	query = (
		frappe.qb.from_(deadline)
		.select(deadline.escalation)
		.where(deadline.next_alert_at <= times.stored(moment))
		.groupby(deadline.escalation)
		.orderby(Min(deadline.next_alert_at))
		.limit(PAGE + beyond)
	)
	return [row[0] for row in query.run()]


def _serve_safely(name: str, moment: datetime, counts: Counter[str]) -> None:
	frappe.db.savepoint("sweep_case")
	try:
		with locked(name) as case:
			serve(case, moment, counts)
	except Exception:
		# One bad case must not silence the others: note it, undo it, go on; `sweep` raises at the end.
		frappe.db.rollback(save_point="sweep_case")
		frappe.log_error(
			title="Safeguarding sweep: a case failed", reference_doctype="Escalation", reference_name=name
		)
		counts["failed"] += 1
	_commit()


def _commit() -> None:
	if not frappe.flags.in_test:
		frappe.db.commit()


def serve(case: LoadedCase, moment: datetime, counts: Counter[str]) -> None:
	"""Send what is due for one locked case and store when to look at it next."""
	case.now = moment
	ended = case.document.workflow_state in ENDED
	alerts = () if ended else due_alerts(case.deadlines, sent(case.name), moment, case.calendar, case.policy)
	counts["cases"] += 1
	_send(case, alerts, moment, counts)
	projection.store_deadlines(case, alerted_at=moment)
	projection.store_list_fields(case)


def sent(escalation: str) -> set[tuple[str, str, datetime, str]]:
	"""What has been said of a case: (clock, instance, due instant, rung)."""
	columns = ("clock", "instance", "due_at", "rung")
	rows = select("Escalation Alert", columns, {"escalation": escalation}, for_update=True)
	return {(row.clock, row.instance or "", times.aware(row.due_at), row.rung) for row in rows}


def _send(case: LoadedCase, alerts: Sequence[Alert], moment: datetime, counts: Counter[str]) -> None:
	"""One mail a person for all that is due on the case, one alert row a clock and person."""
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
