"""After the queue: what the host left half sent goes on, what failed is tried again, what stays unsent is told and seen.

The host sends: this module never talks to a mail server. It looks at the Email Queue rows that belong to the app and
brings the alert rows up to date: *Queued*, *Sent* (a mail server took it; whether it was delivered or bounced, nobody
can know from here), *Not sent* (with the problem in words). Each step takes what it finds and may be repeated at any time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe

from safeguarding_escalation import compat
from safeguarding_escalation.services import heartbeat, mail_telling, times
from safeguarding_escalation.services.mail_rows import (
	GONE,
	NOT_SENT,
	REFUSED,
	SENT,
	STANDING,
	UNSENT_AFTER,
	Pending,
	pending,
	write,
)

# The host gives its own mail job 300 seconds: a row that is still being sent after twice that was left behind.
STUCK_AFTER = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
# The host tries three times by itself; older failures are history, not news.
TRIED_FOR = timedelta(days=7)


def run(
	now: Any = None,
	*,
	stuck_after: timedelta = STUCK_AFTER,
	unsent_after: timedelta = UNSENT_AFTER,
	first_pause: timedelta = FIRST_PAUSE,
) -> dict[str, int]:
	"""Look after every mail of the app that has not left yet.

	Returns counts: `freed` (were stuck in Sending), `retried` (had failed), `sent` (alert rows whose mail has left since),
	`unsent` (alert rows past the limit), `told` (people told in somebody's place).
	"""
	moment = times.given(now, "now") or times.now()
	counts: Counter[str] = Counter(freed=0, retried=0, sent=0, unsent=0, told=0)
	counts["freed"] = free_stuck(moment, stuck_after)
	counts["retried"] = retry_failed(moment, first_pause)
	_commit()
	counts.update(follow(moment, unsent_after))
	heartbeat.beat(heartbeat.MAIL, moment)
	_commit()
	return dict(counts)


def free_stuck(moment: datetime, after: timedelta = STUCK_AFTER) -> int:
	"""Put back what a dead worker left in Sending: nobody else does. Who has been sent to is not sent to again."""
	freed = 0
	for row in _queue("Sending"):
		if times.aware(row.modified) > moment - after:
			continue
		states = frappe.get_all("Email Queue Recipient", {"parent": row.name}, pluck="status")
		left = states.count("Sent")
		state = "Sent" if states and left == len(states) else "Partially Sent" if left else "Not Sent"
		freed += _set_status(row, "Sending", state, moment)
	return freed


def retry_failed(moment: datetime, first_pause: timedelta = FIRST_PAUSE) -> int:
	"""Give what the host has given up another try: after ever longer pauses, or at once when mail leaves again."""
	rows = [row for row in _queue("Error") if times.aware(row.creation) > moment - TRIED_FOR]
	left = departures(min((row.creation for row in rows), default=None))
	return sum(
		_set_status(
			row, "Error", "Partially Sent" if _any_sent(row.name) else "Not Sent", moment, retry=row.retry + 1
		)
		for row in rows
		if is_due_again(row, moment, left, first_pause)
	)


def is_due_again(
	row: Any, moment: datetime, left: Sequence[datetime], first_pause: timedelta = FIRST_PAUSE
) -> bool:
	"""Whether a failed mail is tried again: `left` are the instants (stored) at which mails left the site, ascending.

	The pause is half of how long it has been tried, between `first_pause` and six hours. A mail that failed while no
	other left either waits for the first one that does: its failure says nothing about it.
	"""
	pause = min(max((row.modified - row.creation) / 2, first_pause), LONGEST_PAUSE)
	while_trying = bisect_left(left, row.creation) != bisect_left(left, row.modified)
	since = bisect_left(left, row.modified) != len(left)
	return times.stored(moment) - row.modified >= pause or (since and not while_trying)


def departures(since: datetime | None) -> list[datetime]:
	"""When mails left the site since an instant (stored), ascending."""
	if since is None:
		return []
	queue = frappe.qb.DocType("Email Queue")
	query = frappe.qb.from_(queue).select(queue.modified).where(queue.status == "Sent")
	return sorted(query.where(queue.modified >= since).run(pluck=True))


def follow(moment: datetime, unsent_after: timedelta = UNSENT_AFTER) -> Counter[str]:
	"""Bring the alert rows up to date with their mails, and have somebody else told where one stays unsent."""
	counts: Counter[str] = Counter()
	rows = pending()
	left = departures(min((row.queued_at for row in rows if row.queued_at), default=None))
	done = [row.name for row in rows if row.status == "Sent"]
	write(done, SENT, "")
	counts["sent"] = len(done)
	late: list[Pending] = []
	for problem, found in _unsent(rows, moment - unsent_after, left).items():
		write([row.name for row in found if row.problem != problem], NOT_SENT, problem)
		counts["unsent"] += len(found)
		late += found if problem != STANDING else []
	_commit()
	counts["told"] = mail_telling.tell_others(late, moment)
	return counts


def _unsent(rows: Iterable[Pending], limit: datetime, left: Sequence[datetime]) -> dict[str, list[Pending]]:
	"""The alert rows whose mail should have left by now, by what is wrong."""
	found: dict[str, list[Pending]] = {GONE: [], REFUSED: [], STANDING: []}
	for row in rows:
		if row.status is None:
			found[GONE].append(row)
		elif row.status != "Sent" and row.queued_at and row.queued_at <= times.stored(limit):
			# Tried, and others left meanwhile: the trouble is this mail's own.
			passed = bisect_left(left, row.queued_at) != bisect_left(left, row.tried_at or row.queued_at)
			found[REFUSED if row.retry and passed else STANDING].append(row)
	return found


def _queue(status: str) -> list[frappe._dict]:
	"""The app's rows of the Email Queue in a state: about one of its DocTypes, or an alert's."""
	queue = frappe.qb.DocType("Email Queue")
	query = frappe.qb.from_(queue).select(
		queue.name, queue.creation, queue.modified, queue.retry, queue.reference_doctype
	)
	rows = query.where(queue.status == status).orderby(queue.creation).run(as_dict=True)
	if not rows:
		return []
	ours = set(frappe.get_all("DocType", {"module": "Safeguarding"}, pluck="name"))
	mails = {str(row.email_queue) for row in pending()}
	return [row for row in rows if row.reference_doctype in ours or str(row.name) in mails]


def _set_status(row: Any, before: str, after: str, moment: datetime, **more: Any) -> int:
	"""1 if the row was still as it was read, and now is `after`; 0 if a worker was quicker."""
	held = frappe.db.get_value("Email Queue", row.name, ["status", "modified"], for_update=True)
	if not held or held[0] != before or held[1] != row.modified:
		return 0
	frappe.db.set_value("Email Queue", row.name, {"status": after, **more})
	compat.forget_mail_job(row.name)
	return 1


def _any_sent(name: str) -> bool:
	return bool(frappe.db.exists("Email Queue Recipient", {"parent": name, "status": "Sent"}))


def problems() -> list[dict[str, Any]]:
	"""What keeps mail from people now, for the health page; empty when nothing does.

	Each has `kind` (no account, muted, suspended, unsubscribed, standing, unsent, lost, nobody), `who` (a mailbox, ''
	where it is the site's), `since` (aware, or None where not known), `count` (alerts or mails) and a `sentence`.
	"""
	return mail_telling.problems()


def _commit() -> None:
	if not frappe.flags.in_test:
		frappe.db.commit()
