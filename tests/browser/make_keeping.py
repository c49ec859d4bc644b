"""Run inside the bench: a case that ended long ago, its board's manager, and a gathered access request; committed.

usage: python make_keeping.py BENCH SITE
"""

from in_bench import run


def described(frappe, factories, world) -> dict:
	from safeguarding_escalation.api import escalation, subject_access

	raiser = world.user(world.raising, "Practitioner")
	manager = next(email for (_, capacity), email in world.users.items() if capacity == "Business Manager")
	case = factories.escalation(world)
	with factories.as_user(raiser):
		escalation.move(case.name, "Raise Concern", occurred_at="2025-03-11 11:00:00")
		request = subject_access.create("The adult", "Zephyrine Canary", "2025-03-31")["name"]
		subject_access.add_case(request, case.name)
		subject_access.confirm_identity(request, "Called back on the number in the record")
		subject_access.gather(request)
		escalation.move(case.name, "Withdraw", reason="Settled otherwise")
	frappe.db.set_value("Escalation", case.name, "completed_at", "2016-03-11 10:00:00")
	access = {"doctype": "Escalation Access", "escalation": case.name, "grantee": manager, "active": 1}
	access |= {"since": "2016-03-11 10:00:00", "rights": "write", "reason": "Business Manager of the board"}
	frappe.get_doc(access).insert(ignore_permissions=True)
	return {
		"case": case.name,
		"reference": frappe.db.get_value("Escalation", case.name, "reference"),
		"request": request,
		"raiser": raiser,
		"manager": manager,
		"password": factories.PASSWORD,
	}


if __name__ == "__main__":
	run(described)
