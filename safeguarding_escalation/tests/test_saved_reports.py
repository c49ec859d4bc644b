"""Live figures: the saved reports that a board begins with are made once, and are its own from then on."""

from __future__ import annotations

import json

import frappe

from safeguarding_escalation.services import saved_reports
from safeguarding_escalation.setup import created
from safeguarding_escalation.tests import factories, return_cases
from safeguarding_escalation.tests.return_cases import BOARD

MANAGER = "seaham.manager@example.test"


def test_saved_reports_are_made_once_and_stay_the_boards(world):
	factories.user(MANAGER, "Board Business Manager")
	contact = factories.contact("Manager of Seaham", world.other, "Business Manager", MANAGER)
	return_cases.boards()
	frappe.db.set_value("Safeguarding Board", BOARD, "business_manager", contact)
	names = [f"{BOARD}: {title}" for title, *_ in saved_reports.REPORTS]
	saved_reports.ensure()
	assert frappe.db.count("Report", {"name": ("in", names)}) == len(names)
	owners = set(frappe.get_all("Report", {"name": ("in", names)}, pluck="owner"))
	assert owners == {MANAGER}
	with factories.as_user(MANAGER):
		from frappe.desk.reportview import delete_report, save_report

		save_report(names[0], "Escalation", json.dumps({"fields": [["reference", "Escalation"]]}))
		delete_report(names[1])
	saved_reports.ensure()
	assert json.loads(frappe.db.get_value("Report", names[0], "json"))["fields"] == [
		["reference", "Escalation"]
	]
	assert not frappe.db.exists("Report", names[1])
	assert set(names) <= set(created.names("Report"))
	meta = frappe.get_meta("Escalation")
	for _, columns, filters, _ in saved_reports.REPORTS:
		for column in (*columns, *(each[0] for each in filters)):
			assert column == "workflow_state" or meta.has_field(column), column
	saved_reports.remove()
	assert not frappe.db.count("Report", {"name": ("in", names)})
