"""Whatever a case is read through over HTTP leaves a row: who, for which agency, what. Frappe rolls a GET back."""

from __future__ import annotations

import json
import uuid

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.browsing import Client, ask
from safeguarding_escalation.tests.test_rest import CANARY

METHOD = "/api/method/"
OURS = f"{METHOD}safeguarding_escalation.api."
FORMAT = "Escalation Chronology"


@pytest.fixture(scope="module")
def reader(world) -> Client:
	return Client(world.user(world.raising, "Practitioner"))


@pytest.fixture(scope="module")
def stranger(world) -> Client:
	return Client(world.user(world.other, "Manager"))


def raised(world):
	"""A raised case with a file, there for the server too. A list of it is noted once an hour: tests of lists need one each."""
	made = factories.escalation(world, dispute_summary=f"Closed too early {uuid.uuid4().hex}.")
	with factories.as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
		made.file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{uuid.uuid4().hex}.txt",
				"attached_to_doctype": "Escalation",
				"attached_to_name": made.name,
				"is_private": 1,
				"content": f"A letter about nobody {uuid.uuid4().hex}",
			}
		).insert()
	frappe.db.commit()
	return made


@pytest.fixture(scope="module")
def case(world):
	return raised(world)


class Audit:
	"""The audit's rows about one case, from the moment on at which this was made."""

	def __init__(self, case):
		self.case = case.name
		self.before = {row.name for row in self._all()}

	def _all(self):
		frappe.db.rollback()  # see what the server has written since
		return frappe.get_all("Escalation Audit", {"escalation": self.case}, ["*"], order_by="creation, name")

	def new(self):
		return [row for row in self._all() if row.name not in self.before]

	def actions(self):
		return " ".join(sorted(row.action for row in self.new()))


def whole(case):
	"""Surfaces that give the whole case: (verb, path, arguments, the actions noted)."""
	named = {"doctype": "Escalation", "name": case.name}
	printed = {**named, "format": FORMAT}
	return {
		"form": ("GET", f"{METHOD}frappe.desk.form.load.getdoc", named, "identity view"),
		"REST": ("GET", f"/api/resource/Escalation/{case.name}", {}, "identity view"),
		"client.get": ("POST", f"{METHOD}frappe.client.get", named, "identity view"),
		"print view": ("GET", "/printview", printed, "identity print"),
		"print preview": (
			"POST",
			f"{METHOD}frappe.www.printview.get_html_and_style",
			{"doc": "Escalation", "name": case.name, "print_format": FORMAT},
			"identity print",
		),
		"PDF": ("GET", f"{METHOD}frappe.utils.print_format.download_pdf", printed, "identity pdf"),
		"PDF of several": (
			"GET",
			f"{METHOD}frappe.utils.print_format.download_multi_pdf",
			{"doctype": "Escalation", "name": json.dumps([case.name]), "format": FORMAT},
			"identity pdf",
		),
		"file": ("GET", case.file.file_url, {}, "download"),
		"file by function": ("GET", f"{METHOD}frappe.core.doctype.file.file.download_file",
			{"file_url": case.file.file_url}, "download"),
	}  # fmt: skip


def parts(case):
	"""Surfaces that give a part of the case, asked for by its name."""
	about = json.dumps([["escalation", "=", case.name]])
	value = {"doctype": "Escalation", "filters": case.name}
	ours = {"escalation": case.name}
	return {
		"panel": ("GET", f"{OURS}escalation.deadlines", ours, "read"),
		"why this date": ("GET", f"{OURS}escalation.explain", {**ours, "clock": "RB.S1.RAISE"}, "read"),
		"timeline": ("GET", f"{OURS}escalation.timeline", ours, "read"),
		"telephone list": ("GET", f"{OURS}lists.who_do_i_ring", ours, "read"),
		"reference": ("POST", f"{METHOD}frappe.client.get_value", {**value, "fieldname": "reference"}, "read"),
		"value": ("POST", f"{METHOD}frappe.client.get_value", {**value, "fieldname": "dispute_summary"}, "read"),
		"log": ("GET", "/api/resource/Stage Log", {"filters": about, "fields": '["kind"]'}, "read"),
		"subjects": ("POST", f"{METHOD}frappe.client.get_list",
			{"doctype": "Escalation Subject", "parent": "Escalation", "fields": ["subject_name"],
			"filters": {"parent": case.name}}, "identity read"),
		"versions": ("POST", f"{METHOD}frappe.client.get_list",
			{"doctype": "File", "fields": ["file_name"], "filters": {"attached_to_name": case.name}}, "read"),
		"transitions": ("POST", f"{METHOD}frappe.model.workflow.get_transitions",
			{"doc": {"doctype": "Escalation", "name": case.name}}, "read"),
	}  # fmt: skip


def lists(case):
	"""Surfaces that give rows of cases, whether or not the rows say of which."""
	table = "`tabEscalation`"
	mine = {"dispute_summary": case.dispute_summary}
	return {
		"REST list": ("GET", "/api/resource/Escalation", {"limit_page_length": "0"}, "list"),
		"REST list without names": ("GET", "/api/resource/Escalation",
			{"fields": '["dispute_summary"]', "limit_page_length": "0"}, "list"),
		"a value by another": ("POST", f"{METHOD}frappe.client.get_value",
			{"doctype": "Escalation", "filters": mine, "fieldname": "risk_to_adult"}, "list"),
		"another column as name": ("GET", "/api/resource/Escalation",
			{"fields": '["stage_label as name", "risk_to_adult"]', "limit_page_length": "0"}, "list"),
		"grouped by what people wrote": ("POST", f"{METHOD}frappe.desk.reportview.get", {"doctype": "Escalation",
			"fields": [f"{table}.`dispute_summary`", f"count({table}.`name`) as `_aggregate_column`"],
			"group_by": f"{table}.`dispute_summary`", "page_length": 1000}, "list"),
		"report view": ("POST", f"{METHOD}frappe.desk.reportview.get",
			{"doctype": "Escalation", "fields": [f"{table}.`name`", f"{table}.`reference`"], "filters": mine}, "list"),
		"log": ("GET", "/api/resource/Stage Log", {"fields": '["kind"]', "limit_page_length": "0"}, "list"),
		"subjects": ("POST", f"{METHOD}frappe.client.get_list", {"doctype": "Escalation Subject",
			"parent": "Escalation", "fields": ["subject_name"], "limit_page_length": 0}, "identity list"),
		"files": ("POST", f"{METHOD}frappe.client.get_list",
			{"doctype": "File", "fields": ["file_name"], "limit_page_length": 0}, "list"),
		"search": ("POST", f"{METHOD}frappe.desk.search.search_link",
			{"doctype": "Escalation", "txt": case.reference}, "list"),
		"report": ("POST", f"{METHOD}frappe.desk.query_report.run", {"report_name": "My Cases", "filters": {}}, "list"),
	}  # fmt: skip


def nothing(case):
	"""What gives no case: figures, an empty list, the Desk's own pages."""
	table = "`tabEscalation`"
	return {
		"count": ("POST", f"{METHOD}frappe.client.get_count", {"doctype": "Escalation"}),
		"count of a list": ("POST", f"{METHOD}frappe.desk.reportview.get_count", {"doctype": "Escalation", "fields": [],
			"filters": [["Escalation", "workflow_state", "not in", ["Closed"]]], "distinct": "false", "limit": 1001}),
		"count of files": ("POST", f"{METHOD}frappe.desk.reportview.get_count", {"doctype": "File", "fields": [],
			"filters": [], "distinct": "false", "limit": 1001}),
		"card": ("GET", f"{OURS}lists.my_open_cases", {}),
		"grouped by state": ("POST", f"{METHOD}frappe.desk.reportview.get", {"doctype": "Escalation",
			"fields": [f"{table}.`workflow_state`", f"count({table}.`name`) as `_aggregate_column`"],
			"group_by": f"{table}.`workflow_state`"}),
		"empty list": ("GET", "/api/resource/Escalation", {"filters": '[["reference","=","no such"]]'}),
		"desk": ("GET", f"/app/escalation/{case.name}", {}),
		"meta": ("GET", f"{METHOD}frappe.desk.form.load.getdoctype", {"doctype": "Escalation"}),
		"policy": ("GET", f"{OURS}policy.vocabulary", {}),
	}  # fmt: skip


class _Names:
	"""The surfaces' names, for parametrising before there is a case."""

	name = reference = dispute_summary = ""
	file = type("File", (), {"file_url": ""})


READS = {**{f"whole: {key}": (whole, key) for key in whole(_Names)},
	**{f"part: {key}": (parts, key) for key in parts(_Names)},
	**{f"list: {key}": (lists, key) for key in lists(_Names)}}  # fmt: skip


@pytest.mark.parametrize("surface", READS)
def test_a_read_is_noted(world, reader, case, surface):
	table, key = READS[surface]
	case = raised(world) if table is lists else case
	verb, path, data, actions = table(case)[key]
	audit = Audit(case)
	answer = ask(reader, verb, path, data)
	assert answer.status_code == 200, answer.text
	assert audit.actions() == actions
	user = world.user(world.raising, "Practitioner")
	for row in audit.new():
		assert (row.user, row.agency, row.reference) == (user, world.raising, case.reference)
		assert row.contact_name == "Practitioner of Elmfield Hospital Trust"
		assert row.from_where == "127.0.0.1, other client"
		assert row.what
		for text in (CANARY, case.dispute_summary, case.file.file_name):
			assert text not in json.dumps(row, default=str)


@pytest.mark.parametrize("surface", nothing(_Names))
def test_what_gives_no_case_is_not_noted(world, reader, surface):
	case = raised(world)
	verb, path, data = nothing(case)[surface]
	audit = Audit(case)
	answer = ask(reader, verb, path, data)
	assert answer.status_code in (200, 403), answer.text
	assert audit.actions() == ""


@pytest.mark.parametrize(("kind", "what"), [("CSV", "csv"), ("Excel", "xlsx")])
@pytest.mark.parametrize("columns", ["name", "dispute_summary"])
def test_an_export_is_noted(world, case, kind, what, columns):
	"""By the Administrator: no role of ours exports cases."""
	audit = Audit(case)
	answer = administrator().post(
		f"{METHOD}frappe.desk.reportview.export_query",
		doctype="Escalation",
		fields=[f"`tabEscalation`.`{columns}`"],
		filters={"dispute_summary": case.dispute_summary},
		file_format_type=kind,
		title="Escalation",
		view="Report",
	)
	assert answer.status_code == 200, answer.text
	assert audit.actions() == "export"
	(row,) = audit.new()
	assert (row.user, row.agency) == ("Administrator", "")
	assert row.from_where == "127.0.0.1, API key"


def administrator() -> Client:
	"""The Administrator by an API key."""
	user = frappe.get_doc("User", "Administrator")
	secret = frappe.generate_hash(length=15)
	user.api_key, user.api_secret = user.api_key or frappe.generate_hash(length=15), secret
	user.flags.in_patch = True
	user.save(ignore_permissions=True)
	frappe.db.commit()
	return Client.by_key(user.api_key, secret)


REFUSED = [*whole(_Names), "panel", "why this date", "timeline", "transitions"]


@pytest.mark.parametrize("surface", REFUSED)
def test_an_attempt_that_is_refused_is_noted(world, stranger, case, surface):
	verb, path, data, _actions = {**parts(case), **whole(case)}[surface]
	audit = Audit(case)
	answer = ask(stranger, verb, path, data)
	assert case.reference not in answer.text
	assert audit.actions() == "refused"
	(row,) = audit.new()
	assert (row.user, row.agency) == (world.user(world.other, "Manager"), world.other)


@pytest.mark.parametrize("surface", lists(_Names))
def test_a_strangers_list_notes_nothing(stranger, case, surface):
	verb, path, data, _actions = lists(case)[surface]
	audit = Audit(case)
	ask(stranger, verb, path, data)
	assert audit.actions() == ""


def test_a_list_is_noted_once_an_hour_and_a_form_each_time(world, reader):
	case = raised(world)
	audit = Audit(case)
	for _ in range(2):
		reader.get("/api/resource/Escalation", limit_page_length="0")
		reader.get(f"/api/resource/Escalation/{case.name}")
	assert audit.actions() == "identity identity list view view"


@pytest.mark.parametrize(
	"further",
	[
		{"x": "/private/files/none.txt"},
		{"x": "a " * 150_000},
		{"report_name": "Who Looked"},
		{"cmd2": "/files/x"},
	],
)
def test_what_a_request_says_beside_its_question_hides_nothing(world, reader, further):
	case = raised(world)
	noted = Audit(case)
	answer = reader.post(
		f"{METHOD}frappe.client.get_list",
		doctype="Escalation",
		fields=["risk_to_adult"],
		filters={"dispute_summary": case.dispute_summary},
		**further,
	)
	assert "Further neglect" in answer.text
	assert noted.actions() == "list"


@pytest.mark.parametrize("spelling", [str.upper, lambda name: f"{name} ", lambda name: f"{name}  ".title()])
def test_a_name_in_another_spelling_is_the_same_case(reader, case, spelling):
	noted = Audit(case)
	answer = reader.get(f"{OURS}escalation.timeline", escalation=spelling(case.name))
	assert (noted.actions(), answer.status_code) == ("read", 200)
