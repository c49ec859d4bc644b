"""Run inside the bench: somebody of the responding agency who has no account, a manager; or send the mails that wait.

usage: python make_answerer.py BENCH SITE [send]
"""

import sys

from in_bench import run


def answerer(frappe, factories, world) -> dict:
	frappe.db.set_single_value("Safeguarding Settings", "response_links", 1)
	contact = factories.contact(
		"Robin Ashby",
		world.responding,
		"Manager",
		"robin.ashby@partner.example.test",
		team="North",
		with_user=False,
	)
	return {"contact": contact, "name": "Robin Ashby", "address": "robin.ashby@partner.example.test"}


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
	run(send if sys.argv[3:] == ["send"] else answerer)
