"""Frappe acts on no case by itself, puts it into no calendar of others, and labels it with no words for everybody."""

import frappe
import pytest

from safeguarding_escalation import hooks, references
from safeguarding_escalation.services import asked
from safeguarding_escalation.tests import factories


@pytest.fixture
def case(world):
	return factories.escalation(world)


@pytest.mark.parametrize("doctype", references.AUTOMATIONS)
def test_nothing_that_acts_by_itself_works_on_a_case(doctype):
	if not frappe.db.exists("DocType", doctype):
		assert doctype in REMOVED_LATER
		return
	target = "My Cases" if doctype == "Prepared Report" else "Escalation"
	document = frappe.get_doc({"doctype": doctype, references.AUTOMATIONS[doctype]: target})
	with pytest.raises(frappe.PermissionError, match="does not work on cases"):
		references.refuse_automation(document)
	assert hooks.doc_events[doctype] == {"validate": "safeguarding_escalation.references.refuse_automation"}
	document.set(
		references.AUTOMATIONS[doctype],
		"Permitted Documents For User" if doctype == "Prepared Report" else "User",
	)
	references.refuse_automation(document)


# Energy points left Frappe in version 16.
REMOVED_LATER = {"Energy Point Rule"}


def test_a_prepared_report_of_cases_is_not_made(world):
	with (
		factories.as_user(world.user(world.raising, "Practitioner")),
		pytest.raises(frappe.PermissionError, match="does not work on cases"),
	):
		frappe.get_doc({"doctype": "Prepared Report", "report_name": "My Cases"}).insert(
			ignore_permissions=True
		)


def test_a_web_form_offers_no_cases_to_link_to():
	form = frappe.get_doc({"doctype": "Web Form", "doc_type": "ToDo"})
	form.append("web_form_fields", {"fieldname": "x", "fieldtype": "Link", "options": "Escalation"})
	with pytest.raises(frappe.PermissionError, match="does not work on cases"):
		references.refuse_automation(form)


def test_no_tag_is_put_on_a_case(world, case):
	from frappe.desk.doctype.tag.tag import add_tag

	with (
		factories.as_user(world.user(world.raising, "Practitioner")),
		pytest.raises(frappe.PermissionError, match="carry no tags"),
	):
		add_tag("Smith family", "Escalation", case.name)


def test_only_people_of_a_case_put_it_into_a_calendar(world, case):
	def event(user: str) -> None:
		row = {"reference_doctype": "Escalation", "reference_docname": case.name}
		with factories.as_user(user):
			references.check_event(frappe.get_doc({"doctype": "Event", "event_participants": [row]}))

	event(world.user(world.raising, "Practitioner"))
	with pytest.raises(frappe.PermissionError, match="no such case"):
		event(world.user(world.other, "Practitioner"))


@pytest.mark.parametrize(
	("path", "arguments", "named"),
	[
		("/api/resource/Escalation/a1", {}, {("Escalation", "a1")}),
		("/api/v1/resource/Escalation/a1", {}, {("Escalation", "a1")}),
		("/api/v2/document/Stage Log/a1/method/x", {}, {("Stage Log", "a1")}),
		("/Escalation/a1", {}, {("Escalation", "a1")}),
		("/api/resource/Escalation", {}, set()),
		("/api/method/x", {"doctype": "Escalation", "name": "a1"}, {("Escalation", "a1")}),
		("/api/method/x", {"dt": "Escalation", "dn": "a1"}, {("Escalation", "a1")}),
		("/api/method/x", {"doctype": "Escalation", "names": '["a1", "a2"]'}, {("Escalation", "a1"), ("Escalation", "a2")}),
		("/api/method/x", {"doc": '{"doctype": "Escalation", "name": "a1"}'}, {("Escalation", "a1")}),
		("/api/method/x", {"doc": '{"doctype": "Escalation", "name": "new-1", "__islocal": 1}'}, set()),
		(
			"/api/method/x",
			{"doc": '{"doctype": "Event", "event_participants": [{"reference_doctype": "Escalation", "reference_docname": "a1"}]}'},
			{("Escalation", "a1")},
		),
		("/api/method/x", {"doctype": "Escalation", "filters": '{"name": "a1"}'}, set()),
		("/api/method/x", {"doc": "{not json"}, set()),
		("/api/method/x", {"doctype": "User", "name": "a1"}, set()),
	],
)  # fmt: skip
def test_what_a_request_names(path, arguments, named):
	assert asked.rows(path, arguments, {"Escalation", "Stage Log"}) == named


def test_arguments_nested_without_end_are_not_followed():
	nested = '{"doctype": "Escalation", "name": "a1"}'
	for _ in range(40):
		nested = f"[{nested}]"
	assert asked.rows("/api/method/x", {"doc": nested}, {"Escalation"}) == set()
