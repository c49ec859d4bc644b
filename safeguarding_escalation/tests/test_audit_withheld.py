"""An answer whose note cannot be written does not leave; the audit is altered by nobody."""

from __future__ import annotations

import json

import frappe
import pytest

from safeguarding_escalation.services import audit
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.browsing import Client, ask
from safeguarding_escalation.tests.test_audit_http import Audit, lists, parts, raised, whole
from safeguarding_escalation.tests.test_rest import CANARY

BROKEN = "safeguarding_test_broken_audit"


@pytest.fixture(scope="module")
def case(world):
	return raised(world)


@pytest.fixture(scope="module")
def reader(world) -> Client:
	return Client(world.user(world.raising, "Practitioner"))


@pytest.fixture
def broken():
	"""The server's database refuses every row of the audit, as a full disk would."""
	frappe.db.commit()
	frappe.db.sql_ddl(
		f"CREATE TRIGGER `{BROKEN}` BEFORE INSERT ON `tabEscalation Audit` FOR EACH ROW "
		"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no room'"
	)
	yield
	frappe.db.rollback()
	frappe.db.sql_ddl(f"DROP TRIGGER IF EXISTS `{BROKEN}`")


@pytest.mark.parametrize(
	"surface",
	["form", "REST", "client.get", "print view", "PDF", "PDF of several", "file", "file by function", "panel",
	"value", "subjects", "timeline", "REST list", "a value by another", "search"],
)  # fmt: skip
def test_nothing_of_a_case_leaves_without_its_note(reader, case, broken, surface):
	table = {**parts(case), **lists(case), **whole(case)}
	verb, path, data, _actions = table[surface]
	answer = ask(reader, verb, path, data)
	assert answer.status_code == 503
	assert answer.headers["Content-Type"] == "application/json"
	assert "Content-Disposition" not in answer.headers
	for text in (CANARY, case.reference, case.dispute_summary, case.name, "A letter about nobody", "%PDF"):
		assert text not in answer.text
	told = json.loads(json.loads(json.loads(answer.text)["_server_messages"])[0])["message"]
	assert "withheld" in told


def test_what_tells_of_no_case_leaves_all_the_same(reader, broken):
	assert reader.get("/api/method/ping").json() == {"message": "pong"}
	assert reader.get("/api/method/frappe.auth.get_logged_user").status_code == 200


def test_reading_goes_on_once_the_audit_can_be_written_again(reader, case):
	verb, path, data, actions = whole(case)["REST"]
	noted = Audit(case)
	assert CANARY in ask(reader, verb, path, data).text
	assert noted.actions() == actions


def alterations(row):
	"""Every way of altering or removing a row that a person or a program has, short of dropping the trigger."""

	def by_query_builder():
		table = frappe.qb.DocType("Escalation Audit")
		frappe.qb.update(table).set(table.action, "list").where(table.name == row).run()

	return {
		"document saved": lambda: frappe.get_doc("Escalation Audit", row).save(ignore_permissions=True),
		"document deleted": lambda: frappe.delete_doc("Escalation Audit", row, force=True, ignore_permissions=True),
		"document renamed": lambda: frappe.rename_doc("Escalation Audit", row, "other", force=True),
		"db_set": lambda: frappe.get_doc("Escalation Audit", row).db_set("user", "nobody"),
		"set_value": lambda: frappe.db.set_value("Escalation Audit", row, "at", "2020-01-01 10:00:00"),
		"query builder": by_query_builder,
		"db.delete": lambda: frappe.db.delete("Escalation Audit", {"name": row}),
		"all at once": lambda: frappe.db.delete("Escalation Audit"),
		"SQL": lambda: frappe.db.sql("update `tabEscalation Audit` set agency = 'x' where name = %s", row),
	}  # fmt: skip


@pytest.mark.parametrize("way", alterations("x"))
def test_no_row_is_altered_or_removed(world, way):
	case = factories.escalation(world)
	audit.note(case.name, "verify")
	row = frappe.db.get_value("Escalation Audit", {"escalation": case.name})
	before = frappe.get_all("Escalation Audit", {"name": row}, ["*"])
	with pytest.raises((frappe.ValidationError, frappe.db.OperationalError)):
		alterations(row)[way]()
	assert frappe.get_all("Escalation Audit", {"name": row}, ["*"]) == before


@pytest.mark.parametrize(
	("verb", "path", "data"),
	[
		("POST", "/api/resource/Escalation Audit", {"action": "view", "user": "x", "at": "2025-01-01 10:00:00"}),
		("POST", "/api/method/frappe.client.set_value", {"doctype": "Escalation Audit", "fieldname": "user", "value": "x"}),
		("POST", "/api/method/frappe.client.delete", {"doctype": "Escalation Audit"}),
		("POST", "/api/method/frappe.client.insert", {"doc": {"doctype": "Escalation Audit", "action": "view"}}),
	],
)  # fmt: skip
def test_nobody_writes_it_over_http(world, case, verb, path, data):
	user = factories.user("host.auditor@example.test", "Safeguarding Auditor")
	frappe.db.commit()
	auditor = Client(user)
	row = frappe.db.get_value("Escalation Audit", {"escalation": case.name})
	before = frappe.db.count("Escalation Audit")
	answer = ask(auditor, verb, path, {**data, "name": row} if "doc" not in data else data)
	assert answer.status_code in (403, 417), answer.text
	frappe.db.rollback()
	assert frappe.db.count("Escalation Audit") == before
