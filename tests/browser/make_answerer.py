"""Run inside the bench: a case that the managers settled at Stage 2, of a lead without an account; or mails that wait.

usage: python make_answerer.py BENCH SITE [send]
"""

import sys

from in_bench import run

ADDRESS = "robin.ashby@partner.example.test"


def settled(frappe, factories, world) -> dict:
	from safeguarding_escalation.api import escalation

	frappe.db.set_single_value("Safeguarding Settings", "response_links", 1)
	robin = factories.contact(
		"Robin Ashby", world.responding, "Manager", ADDRESS, team="North", with_user=False
	)
	case = factories.escalation(world, responding_lead=robin)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		escalation.move(case.name, "Raise Concern")
		escalation.record(case.name, "discussed", mode="phone", note="Zephyrine Canary was seen by the ward.")
		escalation.move(case.name, "Escalate to Stage 2", reason="No agreement.")
	with factories.as_user(world.user(world.raising, "Manager")):
		document = frappe.get_doc("Escalation", case.name)
		document.resolution_summary = "The enquiry is reopened; a planning meeting within five working days."
		document.outstanding_issues_plan = "None is outstanding."
		document.save()
		escalation.record(case.name, "resolution_proposed", actor=robin, evidence="Their email of today")
		escalation.move(case.name, "Accept Resolution")
	return {"case": case.name, "address": ADDRESS}


def send(frappe, factories, world) -> dict:
	waiting = frappe.get_all(
		"Email Queue",
		{"reference_doctype": "Response Link", "status": "Not Sent"},
		pluck="name",
		order_by="creation",
	)
	for name in waiting:
		frappe.get_doc("Email Queue", name).send()
	return {"sent": len(waiting)}


if __name__ == "__main__":
	run(send if sys.argv[3:] == ["send"] else settled)
