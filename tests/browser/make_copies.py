"""Run inside the bench: a Redbridge case at Stage 3, somebody without an account, an adviser; or what became of copies.

usage: python make_copies.py BENCH SITE [CASE]. With a case: mail leaves, and its copies are followed.
"""

import sys

from in_bench import run

OUTSIDE, SECURE = "Outside Hospital Office", "office@outside.secure.example"


def prepared(frappe, factories, world) -> dict:
	if sys.argv[3:]:
		return _followed(frappe, sys.argv[3])
	from safeguarding_escalation.api import escalation

	case = factories.escalation(
		world,
		out_of_area_board="Marshcombe Safeguarding Adults Board",
		out_of_area_contact="Tamsin Elsewhere",
		out_of_area_email="tamsin@marshcombe.example",
	)
	raiser = world.user(world.raising, "Practitioner")
	with factories.as_user(raiser):
		escalation.move(case.name, "Raise Concern")
		escalation.record(case.name, "discussed", two_way=True, note="Spoke with the duty desk.")
		escalation.record(case.name, "consulted", note="Own manager says qinternal.")
	for capacity, stage in (("Practitioner", 2), ("Manager", 3)):
		with factories.as_user(world.user(world.raising, capacity)):
			escalation.record(case.name, "unresolved")
			escalation.move(case.name, f"Escalate to Stage {stage}", reason="Not agreed.")
	factories.agency(OUTSIDE, "Health")
	frappe.db.set_value("Partner Agency", OUTSIDE, "secure_email", SECURE)
	factories.contact("Morwenna Outside", OUTSIDE, "Manager", "m@plain.example", with_user=False)
	trust = factories.agency("Fernleigh Community Trust", "Health")
	adviser = factories.user("named.professional@example.test", "Safeguarding Manager")
	factories.contact("Adviser Named", trust, "Named Professional", adviser)
	office = "Redbridge Safeguarding Adults Board"
	return {
		"case": case.name,
		"reference": frappe.db.get_value("Escalation", case.name, "reference"),
		"password": factories.PASSWORD,
		"people": {
			"raiser": {"user": raiser},
			"adviser": {"user": adviser},
			"manager": {"user": world.user(office, "Business Manager")},
		},
	}


def _followed(frappe, name: str) -> dict:
	"""What the scheduler does: the queue leaves, and what became of copies is recorded."""
	from frappe.email.queue import get_queue

	from safeguarding_escalation.services import copy_following

	frappe.db.commit()
	for row in get_queue():
		frappe.get_doc("Email Queue", row.name).send()
	frappe.db.commit()
	return {"counts": copy_following.follow([name])}


if __name__ == "__main__":
	run(prepared)
