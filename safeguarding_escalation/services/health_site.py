"""Clock health of the site: is the sweep running, do jobs and mail go out, are calendar, policies and people in order?

Each function gives findings; where the Setup check asks the same, its own line is taken. Nobody is named: these lines go
into mails.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import frappe
from dateutil.relativedelta import relativedelta
from frappe.query_builder.functions import Max

from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.horizon import horizon
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import (
	health_cases,
	health_links,
	heartbeat,
	letters,
	mail_care,
	mail_rows,
	policies,
	setup_check_boards,
	setup_check_host,
	sweep_state,
	sweeping,
	times,
)
from safeguarding_escalation.services.health_finding import ALERTS, DATES, PEOPLE, RECORD, Finding, of_line
from safeguarding_escalation.services.setup_check_line import good_if, some

JOB_WAITS = timedelta(minutes=30)
# A mail is queued with its alert, unless it waits for somebody's digest.
MAIL_WITHIN = timedelta(hours=1)
# What keeps every alert from leaving, not one person's.
SITE_WIDE = ("no account", "muted", "suspended", "standing", "lost")
LOOKED_BACK = timedelta(days=14)
AHEAD = relativedelta(months=12)
HEAD = 5  # jobs at the head of a queue that are looked at: the row of the first may be gone


def sweep() -> Iterator[Finding]:
	"""Whether the host's scheduler is on, and whether the sweep ended lately while clocks run."""
	line = next(line for line in setup_check_host.scheduler() if line.key == "scheduler")
	yield of_line(line, ALERTS, grave=True)
	swept = sweep_state.state()
	link = "/app/scheduled-job-type"
	made = good_if(swept.fine, "sweep", ALERTS, "Sweep of alerts", swept.found, swept.todo, link)
	yield of_line(made, ALERTS, grave=True)


def jobs() -> Iterator[Finding]:
	"""Whether the background jobs of this site are worked off."""
	waiting = oldest_waiting_jobs()
	limit = times.now() - JOB_WAITS
	late = {name: at for name, at in waiting.items() if at < limit}
	longest = min(late.values(), default=None)
	found = (
		f"Jobs wait in {some(sorted(late))}, the longest since {times.show(longest)}."
		if longest
		else "No job has been waiting for more than half an hour."
	)
	todo = "See that a worker runs for these queues on the server."
	made = good_if(not late, "jobs", ALERTS, "Background jobs", found, todo, "/app/rq-job")
	yield of_line(made, ALERTS, grave=True)


def oldest_waiting_jobs() -> dict[str, datetime]:
	"""When the job at the head of each queue was put there, by the queue's name; empty queues are left out."""
	from frappe.utils.background_jobs import get_queues

	found = {}
	for queue in get_queues():
		for name in queue.get_job_ids(0, HEAD):
			job = queue.fetch_job(name)
			if job is not None and job.enqueued_at:
				found[queue.name.rpartition(":")[2]] = job.enqueued_at.replace(tzinfo=timezone.utc)
				break
	return found


def mail() -> Iterator[Finding]:
	"""Whether alert mails leave: what keeps them from it, and whether anybody looks after them at all."""
	last = heartbeat.last(heartbeat.MAIL)
	begun = times.now() - sweep_state.SWEPT_WITHIN
	fine = not health_cases.running_clocks_older_than(begun) or (last is not None and last >= begun)
	found = (
		f"Queued alerts were last looked after on {times.show(last)}."
		if last
		else "That has not been done yet."
	)
	todo = "See that the scheduler runs, and that its job “care” is not stopped."
	made = good_if(fine, "care", ALERTS, "Care of queued mails", found, todo, "/app/scheduled-job-type")
	yield of_line(made, ALERTS, grave=True)
	for problem in mail_care.problems():
		if problem["kind"] != "nobody":  # told by its case, below
			yield _mail_problem(problem)
	for line in setup_check_host.mail():
		if line.key == "mail_queue":
			yield of_line(line, ALERTS)


def _mail_problem(problem: dict[str, Any]) -> Finding:
	kind, who = problem["kind"], problem["who"]
	since = f" Since {times.show(problem['since'])}." if problem["since"] else ""
	count = f" Mails concerned: {problem['count']}." if problem["count"] else ""
	line = good_if(
		False,
		f"mail:{kind}:{who}",
		ALERTS,
		"Mail that does not leave",
		f"{problem['sentence']}{since}{count}",
		"Put that right; what waits is sent by itself then.",
		"/app/email-queue",
	)
	return of_line(line, ALERTS, grave=kind in SITE_WIDE)


def alerts() -> Iterator[Finding]:
	"""Alerts of the last two weeks that reached nobody, or of which no mail was queued, one finding a case."""
	now = times.now()
	unsent, nobody = _alert_rows(now)
	failing = _failing()
	if not (unsent or nobody or failing):
		made = good_if(
			True, "alerts", ALERTS, "Alerts", "Every alert of the last two weeks has its mail.", ""
		)
		yield of_line(made, ALERTS)
	for row in unsent:
		yield _alert(
			row,
			"unsent",
			"an alert has no mail",
			"An alert was due and no mail was queued for it.",
			grave=True,
		)
	for row in failing:
		found = "The sweep fails at this case, each time: its alerts do not leave."
		yield _alert(row, "failing", "its alerts fail", found, grave=True)
	for row in nobody:
		found = "An alert was due and there was nobody with an account to tell."
		yield _alert(row, "unreached", "an alert reached nobody", found, grave=False)


def _alert_rows(now: datetime) -> tuple[list[Any], list[Any]]:
	alert, case = frappe.qb.DocType("Escalation Alert"), frappe.qb.DocType("Escalation")
	query = (
		frappe.qb.from_(alert)
		.join(case)
		.on(case.name == alert.escalation)
		.select(case.name, case.reference, case.board)
		.where(case.workflow_state.notin(ENDED))
		.where(alert.creation >= times.stored(now - LOOKED_BACK))
		.where(alert.email_queue.isnull() | (alert.email_queue == ""))
		.distinct()
		.orderby(case.reference)
	)
	waits = alert.mail_state == mail_rows.WAITING
	missed = alert.waiting_until < times.stored(now - mail_rows.WAITED_TOO_LONG)
	late = (alert.mail_state.isnull() | (alert.mail_state != mail_rows.WAITING)) & (
		alert.creation < times.stored(now - MAIL_WITHIN)
	)
	# Where no mail could be made, the row says why, and `mail` tells it.
	unexplained = alert.sent_at.isnull() & (alert.problem.isnull() | (alert.problem == ""))
	unsent = query.where((alert.recipient != letters.NOBODY) & unexplained & (late | (waits & missed)))
	unsent = unsent.run(as_dict=True)
	return unsent, query.where(alert.recipient == letters.NOBODY).run(as_dict=True)


def _failing() -> list[Any]:
	names = sweeping.failing()
	fields = ["name", "reference", "board"]
	return frappe.get_all("Escalation", {"name": ("in", names or [""])}, fields, order_by="reference")


def _alert(row: Any, what: str, title: str, found: str, *, grave: bool) -> Finding:
	todo = "Tell whom it concerns yourself, by telephone; then see the case's people and the Email Queue."
	line = good_if(
		False,
		f"{what}:{row.reference}",
		ALERTS,
		f"{row.reference}: {title}",
		found,
		todo,
		f"/app/escalation/{row.name}",
	)
	return Finding(**vars(line), grave=grave, board=row.board or "", escalation=row.name)


def calendar() -> Iterator[Finding]:
	"""Whether bank holidays are known as far ahead as dates are counted, and a year beyond today."""
	furthest = _furthest_due()
	today = times.today()
	needed = max(today + AHEAD, furthest or today)
	for nation, counted in sorted(_calendars().items()):
		ends = horizon(counted)
		beyond = furthest is not None and ends.is_short_of(furthest)
		fine = not ends.is_short_of(needed) and not ends.ends_before(needed)
		found = (
			f"Bank holidays ({nation}) are proclaimed up to {date_text(ends.proclaimed)}, and computed up to "
			f"{ends.reach.year}. The furthest date of an open clock is {date_text(furthest) if furthest else 'none'}."
		)
		todo = (
			"Update this app and the package “holidays”: later dates may move by a proclamation, and would be counted "
			"without it."
		)
		line = good_if(fine, f"horizon:{nation}", DATES, "Bank holidays ahead", found, todo)
		yield of_line(line, DATES, grave=beyond or ends.ends_before(needed))


def _furthest_due() -> Any:
	row = frappe.qb.DocType("Escalation Deadline")
	query = frappe.qb.from_(row).select(Max(row.due_at)).where(row.met_at.isnull() & row.ended_at.isnull())
	found = times.aware(query.run()[0][0])
	return found.date() if found else None


def _calendars() -> dict[str, Any]:
	"""A calendar for each nation whose policies the boards in use work by."""
	found = {}
	for board in frappe.get_all("Safeguarding Board", {"disabled": 0}, pluck="name"):
		adopted = policies.adopted(board)
		if adopted:
			policy = policies.policy(adopted)
			found[policy.nation] = policies.calendar(policy)
	return found


def boards() -> Iterator[Finding]:
	"""Policies within their review date; and of boards with open cases, posts that somebody reachable holds."""
	in_use = _open_cases()
	for board in sorted(frappe.get_all("Safeguarding Board", {"disabled": 0}, pluck="name")):
		for line in setup_check_boards.board(board):
			if line.key.startswith("policy:"):
				found = f"{line.found} It concerns {board} and {_counted(in_use.get(board, 0))}."
				yield of_line(_titled(line, f"{board}: policy"), DATES, board=board, found=found)
			elif board in in_use:
				fine = line.todo == ""
				found = (
					"Reachable."
					if fine
					else "Nobody with an account here holds this post, and it is not marked as on purpose."
				)
				yield of_line(_titled(line, f"{board}: {line.title}"), PEOPLE, board=board, found=found)


def _titled(line: Any, title: str) -> Any:
	return type(line)(**vars(line) | {"title": title})


def _counted(cases: int) -> str:
	return "1 open case" if cases == 1 else f"{cases} open cases"


def _open_cases() -> dict[str, int]:
	rows = frappe.get_all("Escalation", {"workflow_state": ("not in", ENDED)}, ["board"])
	counts: dict[str, int] = {}
	for row in rows:
		counts[row.board] = counts.get(row.board, 0) + 1
	return counts


def contacts() -> Iterator[Finding]:
	"""Whether people in post were verified within a year; how many were not, nobody by name."""
	for line in setup_check_boards.contacts():
		yield of_line(line, PEOPLE, found=line.found.partition(" Due: ")[0])


def record() -> Iterator[Finding]:
	"""Whether the record was verified lately and is whole."""
	for line in setup_check_host.record():
		yield of_line(line, RECORD, grave=True)


CHECKS = (sweep, jobs, mail, alerts, health_links.links, calendar, boards, contacts, record)
