"""Run inside the bench: a case with a wrong date, a draft policy, an old sweep and a stored check, committed. Prints JSON.

usage: python make_health.py BENCH SITE
"""

from datetime import timedelta

from in_bench import run

DRAFT = "redbridge-simulated"
CLOCK = "RB.S1.RESOLVE"


def unwell(frappe, factories, world) -> dict:
	from safeguarding_escalation.services import health

	case = raised(frappe, factories, world)
	name = frappe.db.get_value("Escalation Deadline", {"escalation": case.name, "clock": CLOCK})
	due = frappe.db.get_value("Escalation Deadline", name, "due_at")
	frappe.db.set_value("Escalation Deadline", name, "due_at", due + timedelta(days=3))
	frappe.db.set_value(
		"Escalation Deadline", {"escalation": case.name}, "creation", due - timedelta(days=60)
	)
	health.run()
	users = {f"{agency}/{capacity}": user for (agency, capacity), user in world.users.items()}
	admin = factories.user("safeguarding.administrator@example.test", "Safeguarding Administrator")
	return {
		"case": case.name,
		"reference": case.reference,
		"draft": draft(frappe),
		"board": world.board,
		"raising": world.raising,
		"users": {**users, "administrator": admin},
		"password": factories.PASSWORD,
	}


def raised(frappe, factories, world):
	from safeguarding_escalation.api import escalation as api

	began = frappe.utils.now_datetime().replace(microsecond=0) - timedelta(hours=2)
	made = factories.escalation(world, disagreement_at=str(began))
	with factories.as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at=str(began + timedelta(minutes=5)))
	made.reload()
	return made


def draft(frappe) -> str:
	"""Redbridge's policy with three days in the place of five."""
	from safeguarding_escalation.services import policy_versions

	if not frappe.db.exists("Board Policy", DRAFT):
		policy_versions.copy("redbridge-2022", DRAFT, "Redbridge, three days", supersedes=True)
		made = frappe.get_doc("Board Policy", DRAFT)
		row = next(row for row in made.clocks if CLOCK in row.as_dict().values())
		frappe.db.set_value("Policy Clock", row.name, "length", 3)
		frappe.db.set_value("Board Policy", DRAFT, "modified", frappe.utils.now())
	return DRAFT


if __name__ == "__main__":
	run(unwell)
