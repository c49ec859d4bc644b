"""The drill's doings on its site, each a process of its own: `python -m safeguarding_escalation.tests.drill WHAT SITE …`.

`make N` cases, the `due` alerts by the drill's own reckoning, the `stored` rows, one `sweep` by hand, or `press`: ask for
sweeps, care and sending again and again, as the schedulers of further machines would.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe

from safeguarding_escalation.engine.alerts import Alert, is_quiet, repeat, rungs
from safeguarding_escalation.engine.deadline_row import RUNNING
from safeguarding_escalation.permissions import CASE_DOCTYPES
from safeguarding_escalation.services import heartbeat, letters, mail_rows, quiet_hours, sweeping, times
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import drill_cases, drill_jobs, factories

JOBS = "safeguarding_escalation.tests.drill_jobs"
EMPTIED = (
	"Email Queue", "Email Queue Recipient", "Error Log", "Scheduled Job Log", "Activity Log", "Safeguarding Heartbeat",
)  # fmt: skip
EARLIER = "2025-03-11 10:30:00"  # before the first alert of any case
EVERY = "* * * * * */3"  # croniter's sixth field: seconds


def make(number: str) -> dict[str, Any]:
	"""People, `number` cases with alerts due, and the schedule of the drill in place of the app's and the host's."""
	frappe.set_user("Administrator")
	for doctype in (*CASE_DOCTYPES, *EMPTIED):
		frappe.db.truncate(doctype)  # what an earlier drill left; triggers keep the record from being deleted
	world = factories.world()
	frappe.db.commit()
	originals = drill_cases.originals(world)
	each = -(-(int(number) - len(originals)) // len(originals))
	for name in originals:
		drill_cases.copies(name, each)
	_schedule()
	frappe.db.commit()
	return {"cases": frappe.db.count("Escalation")}


def _schedule() -> None:
	jobs = frappe.qb.DocType("Scheduled Job Type")
	frappe.qb.update(jobs).set(jobs.stopped, 1).run()
	for verb in ("sweep", "care", "flush"):
		made = {"method": f"{JOBS}.{verb}", "frequency": "Cron", "cron_format": EVERY, "stopped": 0}
		if not frappe.db.exists("Scheduled Job Type", {"method": made["method"]}):
			frappe.get_doc({"doctype": "Scheduled Job Type", **made}).insert()
	frappe.db.set_value("Scheduled Job Type", {"method": ("like", f"{JOBS}.%")}, "stopped", 0)
	frappe.db.set_single_value("System Settings", "enable_scheduler", 1)
	frappe.get_doc({"doctype": "Activity Log", "subject": "The drill begins", "status": "Success"}).insert()


def due() -> list[list[str]]:
	"""Every alert due: case, reference, clock, instance, due instant, rung, mailbox. The rungs are applied here, not by the sweep."""
	moment = times.given(drill_jobs.instant(), "the drill's instant")
	return [row for name in frappe.get_all("Escalation", pluck="name") for row in _due(name, moment)]


def _due(name: str, moment: Any) -> Iterator[list[str]]:
	case = loaded(name)
	case.now = moment
	hours = quiet_hours.hours()
	assert not is_quiet(moment, case.calendar, hours), "the drill's instant is a quiet hour"
	for deadline in case.deadlines:
		if deadline.status(moment) not in RUNNING:
			continue
		reached = [rung for rung in rungs(deadline, case.policy, case.calendar, hours) if rung.at <= moment]
		again = repeat(deadline, case.policy, case.calendar, 1, hours)
		assert again is None or again.at > moment, "the drill's instant is so late that reminders repeat"
		if not reached:
			continue
		alert = Alert(deadline, reached[-1].name, reached[-1].at, reached[-1].to)
		for email in sorted(letters.mailboxes(case, alert)):
			at = str(times.stored(deadline.due_at))
			yield [
				name,
				case.document.reference,
				deadline.clock,
				deadline.instance or "",
				at,
				reached[-1].name,
				email,
			]


def stored() -> dict[str, Any]:
	"""The alert rows as in `due` with the mail's row and its status; and every mail about a case."""
	columns = [
		"escalation",
		"clock",
		"instance",
		"due_at",
		"rung",
		"recipient",
		"email_queue",
		"stands_in_for",
	]
	rows = frappe.get_all("Escalation Alert", fields=columns, limit=0)
	references = dict(frappe.get_all("Escalation", fields=["name", "reference"], as_list=True, limit=0))
	mails = frappe.get_all("Email Queue", fields=["name", "message_id", "status", "reference_name"], limit=0)
	return {
		"alerts": [
			[row.escalation, references[row.escalation], row.clock, row.instance or "", str(row.due_at), row.rung, row.recipient,
			str(row.email_queue or "")] for row in rows
		],
		"mails": [[str(row.name), row.message_id, row.status] for row in mails],
		"due": len(sweeping.due_cases(times.given(drill_jobs.instant(), "instant"))),
		"beat": str(heartbeat.last(heartbeat.SWEEP) or ""),
		"findings": mail_rows.findings(),
		"errors": frappe.db.count("Error Log"),
	}  # fmt: skip


def sweep() -> dict[str, Any]:
	"""One sweep by hand, as on another machine."""
	frappe.set_user("Administrator")
	result = sweeping.sweep(drill_jobs.instant())
	drill_jobs.note("by hand", result)
	return result


def measure() -> dict[str, Any]:
	"""Seconds of a sweep with nothing due among all that is open, of one with everything due, and of the one after it."""
	frappe.set_user("Administrator")
	figures: dict[str, Any] = {"open": frappe.db.count("Escalation")}
	for name, now in (
		("nothing due", EARLIER),
		("all due", drill_jobs.instant()),
		("all said", drill_jobs.instant()),
	):
		began = time.monotonic()
		counts = sweeping.sweep(now)
		seconds = round(time.monotonic() - began, 3)
		figures[name] = {"seconds": seconds, "cases": counts["cases"], "mails": counts["mails"]}
	return figures


def twice() -> int:
	"""Have one page of what is due run by two workers at the same time, as when a queue hands a job out again."""
	frappe.set_user("Administrator")
	cases = sweeping.due_cases(times.given(drill_jobs.instant(), "instant"))[: drill_jobs.PAGE]
	given = {"cases": cases, "due_at": drill_jobs.instant(), "at": drill_jobs.instant()}
	for _ in range(2):
		frappe.enqueue(f"{sweeping.THIS}.page", queue="default", at_front=True, **given)
	return len(cases)


def doze() -> None:
	"""Let the site look as if nobody had been there for days: the host's scheduler goes to sleep."""
	frappe.db.sql("update `tabActivity Log` set modified = date_sub(now(), interval 9 day)")
	frappe.db.commit()


def press(site: str) -> None:
	"""Ask the queue for a sweep, for care and for sending, every other second until killed."""
	while True:
		try:
			frappe.init(site=site)
			frappe.local.session = frappe._dict(user="Administrator")
			for verb in ("sweep", "care", "flush"):
				frappe.enqueue(f"{JOBS}.{verb}", queue="default")
		except Exception as error:
			# Redis may be away just now; what is asked for is asked for again.
			print(f"{time.time():.1f} {error}", flush=True)
		finally:
			frappe.destroy()
		time.sleep(2)


WHAT: dict[str, Callable[..., Any]] = {
	"make": make,
	"due": due,
	"stored": stored,
	"sweep": sweep,
	"doze": doze,
	"twice": twice,
	"measure": measure,
}


def main(what: str, site: str, *given: str) -> None:
	"""Run one of WHAT with a connection, and write what it returns to the file named last."""
	if what == "press":
		press(site)
	frappe.init(site=site)
	frappe.connect()
	try:
		frappe.local.lang = "en"
		*arguments, target = given
		result = WHAT[what](*arguments)
		frappe.db.commit()
		Path(target).write_text(json.dumps(result, default=str))
	finally:
		frappe.destroy()


if __name__ == "__main__":
	main(*sys.argv[1:])
