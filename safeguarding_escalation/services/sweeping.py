"""The sweep: every alert that is due and unsent, once each, whatever was missed (decision 5: alert, never move).

It scans what is due, never what is open, and relies on no earlier run. One case is one savepoint and one commit:
the alert rows, their mail and the case's next alert go together or not at all, and one bad case stops no other.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.query_builder.functions import Min

from safeguarding_escalation.engine.alerts import due_alerts
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import letters, projection, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked

PAGE = 200
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
	said = letters.sent(case.name)
	alerts = () if ended else due_alerts(case.deadlines, said, moment, case.calendar, case.policy)
	counts["cases"] += 1
	letters.send(case, alerts, moment, counts)
	projection.store_deadlines(case, alerted_at=moment)
	projection.store_list_fields(case)
