"""Whether the sweep of alerts is done, as Setup check, Clock health and the banner all judge it: by its beat.

The host notes when a job began, which it does also of one that fails or is killed; the beat is noted when nothing that was
due is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from frappe.utils import cint

from safeguarding_escalation.services import health_cases, heartbeat, times
from safeguarding_escalation.services.rows import select

SWEPT_WITHIN = timedelta(minutes=30)
JOB = "safeguarding_escalation.scheduler.sweep"


@dataclass(frozen=True)
class SweepState:
	"""`fine`: ended lately, or no clock runs that it could have served; `last`: aware; `found` and `todo` are sentences."""

	fine: bool
	last: datetime | None
	found: str
	todo: str = "See that the scheduler and a worker run on the server, and that the job is not stopped; the Error Log says why it fails."


def state() -> SweepState:
	"""How the sweep stands now."""
	last, begun = heartbeat.last(heartbeat.SWEEP), times.now() - SWEPT_WITHIN
	fine = not health_cases.running_clocks_older_than(begun) or (last is not None and last >= begun)
	found = f"It last ended on {times.show(last)}." if last else "It has not ended once on this site yet."
	jobs = select("Scheduled Job Type", ["stopped"], {"method": JOB})
	stopped = bool(jobs) and bool(cint(jobs[0].stopped))
	return SweepState(fine and not stopped, last, f"{found} Its job is stopped." if stopped else found)
