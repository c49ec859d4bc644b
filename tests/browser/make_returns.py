"""Run inside the bench: six cases of Stockport of the first quarter of 2025, its Business Manager, and the draft by schedule.

usage: python make_returns.py BENCH SITE. Prints the manager's account, the return's name and the mail's link.
With the word `over` behind it: the site is one organisation's again, as the other tests expect it.
"""

import re
import sys

from in_bench import run

BOARD, MANAGER = "Stockport", "stockport.manager@example.test"


def drafted(frappe, factories, world) -> dict:
	from safeguarding_escalation.services import returns_drafting
	from safeguarding_escalation.setup.demo_people import as_if_installing

	frappe.db.set_single_value("Safeguarding Settings", "installation", "Board hosted")
	factories.user(MANAGER, "Board Business Manager")
	office = factories.agency("Stockport Safeguarding Adults Board", "Other")
	contact = factories.contact("Business Manager Stockport", office, "Business Manager", MANAGER)
	frappe.db.set_value("Safeguarding Board", BOARD, "business_manager", contact)
	factories.user(MANAGER, "Board Business Manager")
	# What was issued in an earlier run is frozen: each run has the first quarter of a year of its own.
	year = 2025 - frappe.db.count("Board Return", {"board": BOARD})
	with as_if_installing():
		cases = [_case(frappe, factories, world, year, number) for number in range(6)]
	factories.let_in(cases[0], contact)
	frappe.db.set_value("Escalation", cases[0], "learning", "Ring Zephyrine's ward before it is closed.")
	frappe.db.set_value("Escalation", cases[0], "creation", f"{year}-01-10 10:00:00", update_modified=False)
	returns_drafting.run(f"{year}-04-02")
	name = frappe.db.get_value("Board Return", {"board": BOARD, "from_date": f"{year}-01-01"})
	mail = frappe.db.get_value("Email Queue", {"reference_name": name}, "message")
	link = re.search(r"/app/board-return/\w+", mail.replace("=\n", "").replace("=\r\n", ""))
	return {"user": MANAGER, "password": factories.PASSWORD, "name": name, "link": link.group(0)}


def over(frappe, factories, world) -> dict:
	frappe.db.set_single_value("Safeguarding Settings", "installation", "One organisation")
	return {}


def _case(frappe, factories, world, year: int, number: int) -> str:
	from safeguarding_escalation.services import projection
	from safeguarding_escalation.services.lock import locked

	day = f"{year}-0{1 + number // 3}-{10 + number}"
	values = {"disagreement_at": f"{day} 09:00:00", "theme": ("Thresholds", "Discharge")[number % 2]}
	case = factories.escalation(world, board=BOARD, nature=[], nature_other="Thresholds", **values).name
	times = [("concern_raised", 1, f"{day} 10:00"), ("stage_started", 2, f"{year}-03-0{1 + number} 10:00")]
	if number > 3:
		times.append(("resolved", 2, f"{year}-03-{20 + number} 10:00"))
	for kind, stage, at in times:
		factories.entry(case, kind=kind, stage=stage, occurred_at=_aware(factories.at(at)))
	state = "Resolved" if number > 3 else "Stage 2"
	frappe.db.set_value("Escalation", case, "workflow_state", state)
	with locked(case) as loaded:
		projection.refresh(loaded)
	return case


def _aware(moment):
	from safeguarding_escalation.services import times

	return times.aware(moment)


if __name__ == "__main__":
	run(over if sys.argv[3:] == ["over"] else drafted)
