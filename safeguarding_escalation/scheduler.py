"""Entry points of the host's scheduler. Each may be run at any time, any number of times."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation import compat
from safeguarding_escalation.services import (
	calendar_moving,
	confirmation_mail,
	confirmation_silence,
	copy_following,
	health,
	mail_care,
	policy_adopting,
	record_checks,
	returns_drafting,
	sweeping,
)


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


def care() -> dict[str, int]:
	"""Look after the mails that have not left yet, and sweep where the sweep itself has not been done lately.

	Secrets are taken out of mails that have left. Then, since alerts come first, what became of copies is recorded and
	requests whose time to reply has passed are written down.

	The host takes a job that was killed for one that still runs, and for some minutes does not start it again; two
	jobs of different names are not lost by one kill. Returns the counts of `mail_care.run`.
	"""
	counts = mail_care.run()
	confirmation_mail.scrub()  # before what may raise: a case that fails keeps no secret in the queue
	sweeping.stand_in()
	copy_following.follow()
	confirmation_silence.record_due()
	return counts


def verify_log() -> dict[str, Any]:
	"""Verify the record of every case, keep a Record Check, and tell administrators of a new break.

	By hand: `bench --site X execute safeguarding_escalation.scheduler.verify_log`. Returns `verdict` (valid, broken,
	nothing to verify, nothing was verified), `sentence`, `cases`, `entries`, `findings`, `alerted`.
	"""
	return record_checks.run(asked_by=record_checks.SCHEDULER)


def calendar() -> None:
	"""Carry on with applied Calendar Changes whose job was killed or never ran. Cheap where there is none."""
	calendar_moving.resume()


def check_health() -> dict[str, Any]:
	"""Check clocks, alerts, mail, calendar, policies and people; keep a Health Check, and tell whom it concerns.

	By hand: `bench --site X execute safeguarding_escalation.scheduler.check_health`. Returns `verdict` (sound, to look
	at, not sound), `sentence`, `cases`, `faults`, `warnings`, `alerted`.
	"""
	return health.run(asked_by=health.SCHEDULER)


def draft_returns(today: Any = None) -> dict[str, list[str]]:
	"""Draft each return whose period has ended and that no one has drafted yet, and tell its Business Manager by mail.

	By hand: `bench --site X execute safeguarding_escalation.scheduler.draft_returns`. Returns `drafted`, `told` (names of
	returns) and `failed` (boards). Raises at the end if a board's failed, after all others were served.
	"""
	return returns_drafting.run(today)


def refresh_adoptions() -> list[str]:
	"""Store the open cases of each board anew whose adopted policy has come into force since; its boards.

	By hand: `bench --site X execute safeguarding_escalation.scheduler.refresh_adoptions`. Once an adoption, however
	late it runs.
	"""
	return policy_adopting.refresh_due()
