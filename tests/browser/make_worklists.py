"""Run inside the bench: cases in every group of a team's day, and numbers to ring, committed. Prints them as JSON.

usage: python make_worklists.py BENCH SITE
"""

from datetime import timedelta

from in_bench import run


def day_of_a_team(frappe, factories, world) -> dict:
	numbers(frappe, factories, world)
	cases = {
		"late": case(frappe, factories, world, days=12),
		"fresh": case(frappe, factories, world, days=0),
		"stage 2": case(frappe, factories, world, days=12, stages=2),
		"board": case(frappe, factories, world, days=1, stages=4),
		"no lead": case(frappe, factories, world, days=0, responding_lead=None, responding_team="North"),
	}
	users = {f"{agency}/{capacity}": user for (agency, capacity), user in world.users.items()}
	admin = factories.user("safeguarding.administrator@example.test", "Safeguarding Administrator")
	auditor = factories.user("safeguarding.auditor@example.test", "Safeguarding Auditor")
	return {
		"cases": cases,
		"references": {
			key: frappe.db.get_value("Escalation", name, "reference") for key, name in cases.items()
		},
		"raising": world.raising,
		"responding": world.responding,
		"users": {**users, "administrator": admin, "auditor": auditor},
		"password": factories.PASSWORD,
	}


def case(frappe, factories, world, days: int, stages: int = 1, **values) -> str:
	"""A case raised so many days ago, taken up to a stage within the hour."""
	from safeguarding_escalation.api import escalation as api

	began = frappe.utils.now_datetime() - timedelta(days=days, hours=2)
	doc = factories.escalation(world, disagreement_at=str(began)[:19], **values)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		api.move(doc.name, "Raise Concern", occurred_at=str(began + timedelta(minutes=5))[:19])
	climbers = {2: "Practitioner", 3: "Manager", 4: "Senior Manager"}
	for stage in range(2, stages + 1):
		with factories.as_user(world.user(world.raising, climbers[stage])):
			at = str(began + timedelta(minutes=10 * stage))[:19]
			api.move(doc.name, f"Escalate to Stage {stage}", occurred_at=at, reason="No agreement.")
	return doc.name


def numbers(frappe, factories, world) -> None:
	"""Telephone numbers from the range kept for fiction, one entry verified lately."""
	today = frappe.utils.getdate()
	for number, name in enumerate(world.contacts.values(), start=10):
		frappe.db.set_value("Safeguarding Contact", name, "phone", f"020 7946 00{number}")
	lead = factories.contact("Safeguarding duty desk", world.raising, "Safeguarding Lead", team="North")
	found = {"phone": "020 7946 0001", "out_of_hours": "020 7946 0002", "verified_on": today}
	frappe.db.set_value("Safeguarding Contact", lead, found)
	office = {"phone": "020 7946 0100", "out_of_hours_number": "020 7946 0199"}
	for agency in (world.raising, world.responding):
		frappe.db.set_value(
			"Partner Agency", agency, {**office, "secure_email": f"safe@{agency.split()[0].lower()}.example"}
		)


if __name__ == "__main__":
	run(day_of_a_team)
