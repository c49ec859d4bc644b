"""Entry points of the host's scheduler. Each may be run at any time, any number of times."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation import compat
from safeguarding_escalation.services import record_checks, sweeping


def sweep(now: Any = None) -> dict[str, int]:
	"""Send every alert that is due at `now` (default: this moment) and has not been sent.

	By hand: `bench --site X execute safeguarding_escalation.scheduler.sweep`. `now` may be a datetime (naive is
	site time) or its text. Returns counts: `cases`, `mails`, `failed`, `busy` (held by others, left for the next sweep), and one count a rung (`due_soon`,
	`due_today`, `overdue`). Raises at the end if a case failed, after all others were served. As the host's job,
	and with more than a page of cases due, it queues them in pages and returns `cases` and `pages`.
	"""
	if now is None and compat.in_background_job():
		return sweeping.scheduled()
	return sweeping.sweep(now)


def verify_log() -> dict[str, Any]:
	"""Verify the record of every case, keep a Record Check, and tell administrators of a new break.

	By hand: `bench --site X execute safeguarding_escalation.scheduler.verify_log`. Returns `verdict` (valid, broken,
	nothing to verify, nothing was verified), `sentence`, `cases`, `entries`, `findings`, `alerted`.
	"""
	return record_checks.run(asked_by=record_checks.SCHEDULER)
