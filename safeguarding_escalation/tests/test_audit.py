"""The audit: a row for what was done, added and never changed, read without reading a case."""

import zipfile
from io import BytesIO

import frappe
import pytest
from werkzeug.wrappers import Request, Response

from safeguarding_escalation.permissions import NotChangeable
from safeguarding_escalation.services import audit, audit_answers, audit_jobs, outgoing
from safeguarding_escalation.tests import factories


@pytest.fixture
def case(world):
	return factories.escalation(world)


def rows(case, **filters):
	return frappe.get_all(
		"Escalation Audit", {"escalation": case.name, **filters}, ["*"], order_by="creation"
	)


def test_a_note_says_who_did_what_for_which_agency(world, case):
	user = world.user(world.responding, "Manager")
	with factories.as_user(user):
		audit.note(case.name, "redact", "Stage Log Note")
	(row,) = rows(case)
	assert (row.action, row.what, row.user) == ("redact", "Stage Log Note", user)
	assert (row.contact, row.agency) == (world.contact(world.responding, "Manager"), world.responding)
	assert row.contact_name == "Manager of Redfern Council"
	assert row.reference == case.reference
	assert (row.from_where, row.request) == ("command line", "")


def test_the_administrator_is_noted_as_such(case):
	audit.note(case.name, "verify")
	(row,) = rows(case)
	assert (row.user, row.agency) == ("Administrator", "")


def test_an_unknown_action_is_refused(case):
	with pytest.raises(ValueError, match="not an action"):
		audit.note(case.name, "peep")
	assert not rows(case)


def test_the_actions_are_those_of_the_doctype():
	options = frappe.get_meta("Escalation Audit").get_field("action").options
	assert tuple(options.split("\n")) == audit.ACTIONS


def test_a_list_is_noted_once_an_hour_and_a_view_each_time(case):
	for _ in range(2):
		audit.store([audit.Note(case.name, "list", "Escalation"), audit.Note(case.name, "view", "form")])
	assert sorted(row.action for row in rows(case)) == ["list", "view", "view"]
	audit.store([audit.Note(case.name, "list", "calendar")])
	audit.store([audit.Note(case.name, "list", "Escalation")], user="Guest")
	assert len(rows(case, action="list")) == 3


def test_the_audit_is_append_only_for_the_administrator_too(case):
	audit.note(case.name, "verify")
	row = frappe.get_doc("Escalation Audit", {"escalation": case.name})
	row.action = "read"
	for change in (
		row.save,
		row.delete,
		lambda: frappe.rename_doc("Escalation Audit", row.name, "other", force=True),
		frappe.get_doc({"doctype": "Escalation Audit", "action": "view", "user": "x", "at": row.at}).insert,
	):
		with pytest.raises(NotChangeable):
			change()


def job(monkeypatch, method="frappe.email.doctype.auto_email_report.auto_email_report.send_now", **kwargs):
	monkeypatch.setattr(
		audit, "_job", lambda: frappe._dict(kwargs={"method": method, **kwargs}, func_name="execute_job")
	)
	return {"method": method, "kwargs": kwargs}


@pytest.fixture
def unwatched():
	"""The database handle as it was before a job of the test."""
	handle = frappe.local.db
	yield
	handle.__dict__.pop("sql", None)


def test_a_print_in_a_job_is_the_systems_or_that_of_whoever_it_runs_for(world, case, monkeypatch, unwatched):
	given = job(monkeypatch)
	user = world.user(world.raising, "Practitioner")
	frappe.get_print("Escalation", case.name, "Escalation Chronology")
	with factories.as_user(user):
		frappe.get_print("Escalation", case.name, "Escalation Chronology")
	assert [(row.action, row.user) for row in rows(case)] == [("print", "system"), ("print", user)]
	assert {row.from_where for row in rows(case)} == {"background job"}
	assert {row.request for row in rows(case)} == {given["method"]}


def test_a_report_that_a_job_makes_is_noted(world, case, monkeypatch, unwatched):
	monkeypatch.setattr(frappe.local.db, "commit", lambda: None)
	given = job(monkeypatch)
	audit_jobs.begin(**given)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		assert frappe.get_list("Escalation", fields=["dispute_summary"], limit_page_length=0)
		audit_jobs.end(**given)
	(row,) = rows(case)
	assert (row.action, row.what, row.agency) == ("list", "send_now", world.raising)


def test_the_apps_own_jobs_show_cases_to_nobody(case, monkeypatch, unwatched):
	given = job(
		monkeypatch,
		"frappe.core.doctype.scheduled_job_type.scheduled_job_type.run_scheduled_job",
		job_type="safeguarding_escalation.scheduler.sweep",
	)
	audit_jobs.begin(**given)
	assert frappe.get_list("Escalation", {"name": case.name})
	audit_jobs.end(**given)
	assert not rows(case)


def test_the_parts_of_an_archive_are_searched(case):
	"""A spreadsheet that the host makes without asking for permission is known by what is packed in it."""
	packed = BytesIO()
	with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
		archive.writestr("xl/sharedStrings.xml", f"<t>{case.name}</t><t>Zephyrine Canary</t>")
	request = Request.from_values("/api/method/some.host.export")
	for body, cases in ((packed.getvalue(), {case.name}), (b"PK\x03\x04 no archive", set())):
		answer = audit_answers.Answer(request, Response(body, mimetype="application/octet-stream"))
		assert answer.told_cases == cases
	answer = audit_answers.Answer(request, Response(packed.getvalue(), mimetype="application/octet-stream"))
	assert {note.action for note in outgoing.notes(answer)} == {"export", "identity"}
