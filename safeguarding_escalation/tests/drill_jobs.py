"""What the scheduler and the workers run in the drill: the app's own sweep and care, at an instant that stands still.

Ordinary alerts keep quiet at night and are said by the present; the drill must come to the same at any hour. So the
instant is a parameter (`drill_instant` of the site's settings) and everything else is as it runs anywhere.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe
from frappe.email.queue import get_queue

from safeguarding_escalation.services import mail_care, sweeping

PAGE = 25
STUCK_AFTER = timedelta(seconds=4)
PAUSE = timedelta(seconds=1)
NEVER = timedelta(days=1)  # the drill's mail server comes back: nobody is to be told in somebody's place
SENDER = "safeguarding-drill-sender"


def instant() -> str:
	"""The site time at which everything in the drill is due."""
	return str(frappe.conf.drill_instant)


def note(kind: str, result: Any) -> None:
	"""A line a run, for the drill's figures; outlives the process and the database."""
	line = f"{time.time():.3f} {os.getpid()} {kind} {result}\n"
	with Path(frappe.get_site_path("drill-runs.log")).open("a") as log:
		log.write(line)


def sweep() -> None:
	"""The sweep as the host's job."""
	sweeping.PAGE = PAGE
	note("sweep", sweeping.scheduled(instant()))


def care() -> None:
	"""The care of mails, with pauses of seconds."""
	note("care", mail_care.run(stuck_after=STUCK_AFTER, unsent_after=NEVER, first_pause=PAUSE))


def flush() -> None:
	"""Send what is queued in one job and one at a time, as released version 15 does.

	The host's scheduler keeps its sending job single by its name in Redis, which the drill empties: so by a lock.
	"""
	if not frappe.db.sql("select get_lock(%s, 0)", SENDER)[0][0]:
		return
	sent = 0
	for row in get_queue():
		try:
			frappe.get_doc("Email Queue", row.name).send()
			sent += 1
		except Exception:
			# The row keeps its error and its count; the next run tries it again.
			frappe.db.rollback()
	note("flush", sent)
