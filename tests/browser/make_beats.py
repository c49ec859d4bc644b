"""Run inside the bench: a site on which the sweep last ran some minutes ago and the last check was sound, committed.

usage: python make_beats.py BENCH SITE [MINUTES]
"""

import sys
from datetime import timedelta

from in_bench import run


def beaten(frappe, factories, world) -> dict:
	from safeguarding_escalation.services import health, heartbeat, times

	minutes = int(sys.argv[3]) if len(sys.argv) > 3 else 0
	for kind in ("sweep", "mail", "health"):
		heartbeat.beat(kind)
	at = times.stored(times.now() - timedelta(minutes=minutes))
	frappe.db.set_value("Safeguarding Heartbeat", "sweep", "beat_at", at)
	frappe.db.delete("Escalation Alert", {"mail_state": ("in", ("Queued", "Not sent"))})
	health._keep([], 0, "the tests")
	return {"minutes": minutes}


if __name__ == "__main__":
	run(beaten)
