"""Run inside the bench: time goes by, and the sweep runs as on that morning. Commits, and mails as the site does.

usage: python make_overdue.py BENCH SITE, with SE_CASE and SE_WHEN ("2030-01-31 09:00") in the environment. Prints the
case's alerts [[clock, rung, recipient]], its clocks {clock: due} and its stage as JSON.
"""

import os

from in_bench import run


def overdue(frappe, factories, world) -> dict:
	from safeguarding_escalation import scheduler

	name = os.environ["SE_CASE"]
	if when := os.environ.get("SE_WHEN"):
		scheduler.sweep(when)
	columns = ["clock", "rung", "recipient"]
	alerts = frappe.get_all("Escalation Alert", {"escalation": name}, columns, order_by="creation")
	rows = frappe.get_all("Escalation Deadline", {"escalation": name}, ["clock", "due_at", "starts_at"])
	return {
		"alerts": [[row[column] for column in columns] for row in alerts],
		"clocks": {row.clock: str(row.due_at) for row in rows},
		"starts": {row.clock: str(row.starts_at) for row in rows},
		"policy": frappe.db.get_value("Escalation", name, "policy"),
	}


if __name__ == "__main__":
	run(overdue)
