"""Run inside the bench: time goes by, and the sweep runs as on that morning. Commits, and mails as the site does.

usage: python make_overdue.py BENCH SITE CASE [WHEN], for example "2030-01-31 09:00"; without a time nothing goes by.
Prints the case's alerts [[clock, rung, recipient]], its clocks {clock: due} and its stage as JSON.
"""

import sys

from in_bench import run


def overdue(frappe, factories, world) -> dict:
	from safeguarding_escalation import scheduler

	name, *when = sys.argv[3:]
	if when:
		scheduler.sweep(when[0])
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
