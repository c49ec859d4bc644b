"""The sweep: every alert that is due and unsent, once each, whatever was missed (decision 5: alert, never move).

It scans what is due, never what is open, and relies on no earlier run. One case is one transaction: its alert rows,
their mail and its next alert go together or not at all, and one bad case stops no other. So a sweep may be run twice,
by two processes, or be killed at any point: what it has not done is still due, and the next one finds it.

As the host's scheduled job it hands more than one page of cases on to Frappe's own queue, where any worker of any
machine takes a page. The beat of the sweep (`heartbeat`) is noted when nothing that was due is left, not when
pages were queued: a queue that nobody works off is seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import frappe
from frappe.query_builder.functions import Min

from safeguarding_escalation import compat
from safeguarding_escalation.engine.alerts import due_alerts
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import (
	digests,
	heartbeat,
	immediate_alerts,
	letters,
	projection,
	quiet_hours,
	times,
)
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked, undo
from safeguarding_escalation.services.rows import select

PAGE = 200  # cases a job; at about 50 ms a case a worker is done in some ten seconds
AWAKE_FOR = timedelta(days=1)
PAGE_JOB = "safeguarding-sweep-page"
FAILED = "Safeguarding sweep: a case failed"
SWEPT_WITHIN = timedelta(minutes=8)  # the sweep's job is due every five
NOTED_FOR = timedelta(hours=1)  # a case that fails at each sweep is noted once an hour
THIS = "safeguarding_escalation.services.sweeping"


def sweep(now: Any = None) -> dict[str, int]:
	"""Serve every case with an alert due at `now`, here and at once; see `scheduler.sweep`."""
	moment = times.given(now, "now") or times.now()
	due = list(dict.fromkeys((*immediate_alerts.waiting(moment), *due_cases(moment))))
	_require_an_account(due)
	counts = _serve_all(due, moment)
	digests.deliver(moment, counts)
	stay_awake()
	_beat_if_all_are_served(moment)
	_raise_if_failed(counts)
	return dict(counts)


def scheduled(now: Any = None) -> dict[str, int]:
	"""The sweep as the host's job: a page or less is served at once, more goes to the queue in pages.

	Returns the counts of `sweep`, or `cases` and `pages` where it was handed on. While pages of an earlier sweep wait in
	the queue (`waiting`) it adds none: they do not pile up behind a slow worker. Without a queue it serves all itself.
	"""
	moment = times.given(now, "now") or times.now()
	due = due_cases(moment)
	_require_an_account(due)
	if len(due) <= PAGE:
		return sweep(now)
	stay_awake()
	_serve_all(immediate_alerts.waiting(moment), moment)
	waiting = compat.waiting_jobs("default", PAGE_JOB)
	if waiting:
		return {"cases": len(due), "pages": 0, "waiting": waiting}
	pages = [due[start : start + PAGE] for start in range(0, len(due), PAGE)]
	for number, cases in enumerate(pages):
		try:
			frappe.enqueue(
				f"{THIS}.page",
				queue="default",
				job_id=f"{PAGE_JOB}-{frappe.generate_hash(length=10)}",
				cases=cases,
				due_at=moment.isoformat(),
				at=str(now) if now else None,
			)
		except compat.QUEUE_ERRORS:
			_log().error("The queue could not be reached: the sweep serves every case itself", exc_info=True)
			return {**sweep(now), "pages": number}
	return {"cases": len(due), "pages": len(pages)}


def stand_in() -> bool:
	"""Sweep in place of the sweep's own job where that was not done for SWEPT_WITHIN; returns whether it was needed."""
	last = heartbeat.last(heartbeat.SWEEP)
	late = last is None or times.now() - last > SWEPT_WITHIN
	if late:
		scheduled()
	return late


def page(cases: list[str], due_at: str, at: str | None = None) -> dict[str, int]:
	"""A background job: serve those of `cases` that are still due. Run twice, late or by two workers, it sends nothing twice.

	`due_at` is the instant of the sweep that queued it. What is due is asked of `at`, or of the present: a page that
	has waited into the night keeps quiet hours. Raises at the end if a case failed.
	"""
	moment = times.given(at, "at") or times.now()
	counts = _serve_all(_still_due(cases, moment), moment)
	_beat_if_all_are_served(times.given(due_at, "due_at"))
	_raise_if_failed(counts)
	return dict(counts)


def serve_soon(escalation: str) -> None:
	"""Have a background job serve this one case once the caller's transaction is committed.

	Never in the caller's way: where the queue cannot be reached that is logged, and the next sweep finds the case.
	"""
	frappe.db.after_commit.add(partial(_enqueue_one, escalation))


def _enqueue_one(escalation: str) -> None:
	try:
		frappe.enqueue(f"{THIS}.serve_one", queue="short", escalation=escalation)
	except Exception:
		# The caller's work is stored already; nothing that happens here may look as if it weren't.
		_log().error(f"Escalation {escalation} waits for the next sweep", exc_info=True)


def serve_one(escalation: str) -> dict[str, int]:
	"""A background job: serve one case now. Raises if it failed; the next sweep tries again."""
	frappe.set_user("Administrator")
	counts = _serve_all([escalation], times.now())
	_raise_if_failed(counts)
	return dict(counts)


def _require_an_account(due: Sequence[str]) -> None:
	"""Raise where no mail could be queued: everything stays due, and is said once, not once a case."""
	if due and not compat.has_outgoing_account():
		frappe.throw(
			f"{len(due)} escalations wait for their alerts: no account sends mail. Set up an outgoing Email Account.",
			frappe.OutgoingEmailError,
		)


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


def due_cases(moment: datetime) -> list[str]:
	"""The cases with an alert due, those that have waited longest first. Reads an index of what is due, not of what is open."""
	deadline = frappe.qb.DocType("Escalation Deadline")
	query = (
		frappe.qb.from_(deadline)
		.select(deadline.escalation)
		.where(deadline.next_alert_at <= times.stored(moment))
		.groupby(deadline.escalation)
		.orderby(Min(deadline.next_alert_at))
		.orderby(deadline.escalation)
	)
	return [row[0] for row in query.run()]


def _still_due(cases: Sequence[str], moment: datetime) -> list[str]:
	deadline = frappe.qb.DocType("Escalation Deadline")
	query = (
		frappe.qb.from_(deadline)
		.select(deadline.escalation)
		.where(deadline.escalation.isin(list(cases)) & (deadline.next_alert_at <= times.stored(moment)))
		.distinct()
	)
	due = {row[0] for row in query.run()}
	return [name for name in cases if name in due]


def failing() -> list[str]:
	"""The cases that failed in a sweep within the last hour and a bit, by name: noted in the Error Log, tried again each time."""
	errors = frappe.qb.DocType("Error Log")
	since = times.stored(times.now() - NOTED_FOR - timedelta(minutes=10))
	query = frappe.qb.from_(errors).select(errors.reference_name).distinct()
	query = query.where((errors.modified >= since) & (errors.method == FAILED))
	return sorted(row[0] for row in query.run() if row[0])


def _beat_if_all_are_served(moment: datetime) -> None:
	"""Note the sweep of `moment` as done when nothing due then is left but cases that are known to fail."""
	_commit()  # what others have served meanwhile is to be seen
	if set(due_cases(moment)) <= set(failing()):
		# A sweep by hand may ask about a day to come; that says nothing about the days until then.
		heartbeat.beat(heartbeat.SWEEP, min(moment, times.now()))
		_commit()


def _raise_if_failed(counts: Counter[str]) -> None:
	if counts["failed"]:
		frappe.throw(
			f"{counts['failed']} escalations could not be swept; see the Error Log. The others were served."
		)


def _serve_all(cases: Sequence[str], moment: datetime) -> Counter[str]:
	"""Serve each case in a transaction of its own. `busy` are those that others held; they stay due."""
	counts: Counter[str] = Counter(
		cases=0,
		mails=0,
		failed=0,
		busy=0,
		due_soon=0,
		last_afternoon=0,
		due_today=0,
		overdue=0,
		overdue_again=0,
	)
	for name in cases:
		counts.update(_serve_safely(name, moment))
	return counts


def _serve_safely(name: str, moment: datetime, again: bool = True) -> Counter[str]:
	"""What serving one case came to. Who loses a lock to another tries once more, then leaves it to the next sweep."""
	_commit()
	frappe.db.savepoint("sweep_case")
	counts: Counter[str] = Counter()
	try:
		# First of all the lock: what is read without one after it is then as new as it.
		select("Escalation", ["name"], {"name": name}, for_update=True)
		with locked(name) as case:
			serve(case, moment, counts)
		_commit()
	except compat.JOB_TIMEOUTS:
		undo("sweep_case")
		raise
	except compat.LOST_LOCK:
		undo("sweep_case")
		return _serve_safely(name, moment, again=False) if again else Counter(busy=1)
	except Exception:
		# One bad case must not silence the others: undo it, note it, go on; the caller raises at the end.
		traceback = frappe.get_traceback()
		undo("sweep_case")
		_note(name, traceback)
		return Counter(failed=1)
	return counts


def _note(name: str, traceback: str) -> None:
	if name not in failing():
		frappe.log_error(title=FAILED, message=traceback, reference_doctype="Escalation", reference_name=name)
		_commit()


def _log() -> Any:
	return frappe.logger("safeguarding_escalation")


def _commit() -> None:
	if not frappe.flags.in_test:
		frappe.db.commit()


def serve(case: LoadedCase, moment: datetime, counts: Counter[str]) -> None:
	"""Send what is due for one locked case and store when to look at it next."""
	case.now = moment
	ended = case.document.workflow_state in ENDED
	said = letters.sent(case.name, case.deadlines)
	hours = quiet_hours.hours()
	alerts = (
		() if ended else due_alerts(case.deadlines, said, moment, case.calendar, case.policy, hours=hours)
	)
	counts["cases"] += 1
	counts["mails"] += immediate_alerts.serve(case)
	letters.send(case, alerts, moment, counts)
	projection.store_deadlines(case, alerted_at=moment)
	projection.store_list_fields(case)
