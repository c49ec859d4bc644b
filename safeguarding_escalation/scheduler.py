"""Entry points of the host's scheduler. Each may be run at any time, any number of times."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import sweeping


def sweep(now: Any = None) -> dict[str, int]:
	"""Send every alert that is due at `now` (default: this moment) and has not been sent.

	By hand: `bench --site X execute safeguarding_escalation.scheduler.sweep`. `now` may be a datetime (naive is
	site time) or its text. Returns counts: `cases`, `mails`, `failed`, and one count a rung (`due_soon`,
	`due_today`, `overdue`). Raises at the end if a case failed, after all others were served.
	"""
	return sweeping.sweep(now)
