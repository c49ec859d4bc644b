"""Who reads the audit: the host's auditor all of it and no case, a partner's what concerns it, a manager their cases."""

from __future__ import annotations

import json

import frappe
import pytest

from safeguarding_escalation import permissions
from safeguarding_escalation.safeguarding.report.who_looked import who_looked
from safeguarding_escalation.services import audit, looking
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.setup.roles import AUDITOR
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.browsing import Client
from safeguarding_escalation.tests.test_audit_http import METHOD, OURS, Audit, raised
from safeguarding_escalation.tests.test_rest import CANARY

BOARD_OFFICE = "Redbridge Safeguarding Adults Board"


@pytest.fixture(scope="module")
def case(world):
	"""A case that the board's office has a copy of."""
	made = raised(world)
	_copied_to(made, world.user(BOARD_OFFICE, "Business Manager"))
	frappe.db.commit()
	return made


def _copied_to(case, user):
	given = {"escalation": case.name, "grantee": user, "rights": "read"}
	frappe.get_doc({"doctype": "Escalation Access", **given}).insert()


@pytest.fixture(scope="module")
def auditors(world):
	"""An auditor of the host, who is no contact, and one of each agency."""
	people = {"host": factories.user("host.auditor@example.test", AUDITOR)}
	for agency in (world.raising, world.responding, world.other, BOARD_OFFICE):
		email = f"auditor.{frappe.scrub(agency)}@example.test"
		people[agency] = factories.user(email, AUDITOR)
		factories.contact(f"Data protection officer of {agency}", agency, "Information Governance", email)
	frappe.db.commit()
	return people


@pytest.fixture
def noted(world, case):
	"""Three rows: of the case by a party and by a stranger's agency; and of another case by the stranger's agency."""
	elsewhere = "0123456789"
	for user, name in (
		(world.user(world.raising, "Practitioner"), case.name),
		(world.user(world.other, "Manager"), case.name),
		(world.user(world.other, "Manager"), elsewhere),
	):
		with factories.as_user(user):
			audit.note(name, "redact", "test")
	return {"party": world.raising, "stranger": world.other, "elsewhere": elsewhere}


def seen(user, **filters):
	"""(case, agency) of the rows of these tests that a user's report shows, and those that the list gives."""
	with factories.as_user(user):
		rows = frappe.get_list(
			"Escalation Audit", {"what": "test"}, ["escalation", "agency"], limit_page_length=0
		)
		_columns, reported, *_words = who_looked.execute(filters)
	assert len([row for row in reported if row.what == "test"]) == (
		len(rows) if not filters else len(reported)
	)
	return {(row.escalation, row.agency) for row in rows}


def test_the_hosts_auditor_reads_every_row_and_no_case(world, case, auditors, noted):
	rows = {(case.name, world.raising), (case.name, world.other), (noted["elsewhere"], world.other)}
	assert seen(auditors["host"]) >= rows
	with factories.as_user(auditors["host"]):
		for doctype in permissions.CASE_DOCTYPES:
			assert not permissions.may(doctype, case.name, auditors["host"])
			assert not frappe.has_permission(doctype, "read")


@pytest.mark.parametrize("who", ["raising", "responding", "office"])
def test_an_auditor_of_an_agency_in_the_case_reads_its_rows_and_no_others(world, case, auditors, noted, who):
	agency = BOARD_OFFICE if who == "office" else getattr(world, who)
	rows = seen(auditors[agency])
	assert rows >= {(case.name, world.raising), (case.name, world.other)}
	assert (noted["elsewhere"], world.other) not in rows


def test_an_auditor_of_another_agency_reads_what_its_own_people_did(world, case, auditors, noted):
	rows = seen(auditors[world.other])
	assert rows >= {(case.name, world.other), (noted["elsewhere"], world.other)}
	assert (case.name, world.raising) not in rows


def test_an_auditor_whose_post_has_ended_reads_nothing(world, auditors, noted):
	contact = frappe.db.get_value("Safeguarding Contact", {"user": auditors[world.raising]})
	frappe.db.set_value("Safeguarding Contact", contact, "to_date", "2025-01-01")
	assert seen(auditors[world.raising]) == set()


def test_a_business_manager_reads_the_rows_of_their_cases(world, case, noted):
	manager = world.user(BOARD_OFFICE, "Business Manager")
	with factories.as_user(manager):
		mine = set(frappe.get_list("Escalation", pluck="name", limit_page_length=0))
		rows = frappe.get_list("Escalation Audit", fields=["escalation"], limit_page_length=0)
	assert {row.escalation for row in rows} <= mine
	assert noted["elsewhere"] not in {row.escalation for row in rows}


@pytest.mark.parametrize("capacity", ["Practitioner", "Manager", "Senior Manager"])
def test_nobody_else_reads_the_audit(world, noted, capacity):
	with factories.as_user(world.user(world.raising, capacity)):
		with pytest.raises(frappe.PermissionError):
			frappe.get_list("Escalation Audit")
		row = frappe.get_doc("Escalation Audit", {"escalation": noted["elsewhere"]})
		assert not row.has_permission("read")


def test_a_single_row_is_opened_only_by_who_may_list_it(world, auditors, noted):
	row = frappe.get_doc("Escalation Audit", {"escalation": noted["elsewhere"], "agency": world.other})
	may = {
		name: frappe.has_permission(row.doctype, "read", doc=row, user=user)
		for name, user in auditors.items()
	}
	assert may == {
		"host": True,
		world.other: True,
		world.raising: False,
		world.responding: False,
		BOARD_OFFICE: False,
	}


@pytest.mark.parametrize(
	("filters", "found"),
	[
		({"action": "redact"}, True),
		({"action": "print"}, False),
		({"agency": "Elmfield Hospital Trust"}, True),
		({"agency": "Nobody's"}, False),
		({"from_date": "2100-01-01"}, False),
		({"to_date": "2020-01-01"}, False),
		({"from_date": frappe.utils.nowdate, "to_date": frappe.utils.nowdate}, True),
		({"user": "elm.practitioner@example.test"}, True),
		({"user": "%"}, False),
	],
)  # fmt: skip
def test_the_report_filters(case, auditors, noted, filters, found):
	given = {key: value() if callable(value) else value for key, value in filters.items()}
	with factories.as_user(auditors["host"]):
		_columns, rows, *_words = who_looked.execute({**given, "reference": case.reference})
	assert bool([row for row in rows if row.what == "test"]) is found
	assert {row.reference for row in rows} <= {case.reference}


def test_what_is_no_date_is_said(auditors):
	with factories.as_user(auditors["host"]), pytest.raises(BadInput, match="not a date"):
		who_looked.execute({"from_date": "yesterday-ish"})


def test_reading_and_exporting_the_audit_is_noted_and_names_no_adult(world, auditors, case):
	Client(world.user(world.raising, "Practitioner")).get(f"/api/resource/Escalation/{case.name}")
	client = Client(auditors["host"])
	for method, what in (("run", "report Who Looked"), ("export_query", "report Who Looked")):
		before = len(_of(auditors["host"]))
		answer = client.post(
			f"{METHOD}frappe.desk.query_report.{method}",
			report_name="Who Looked",
			filters={"reference": case.reference},
			file_format_type="Excel",
			visible_idx=[0],
		)
		assert answer.status_code == 200, answer.text
		assert CANARY not in answer.text
		rows = _of(auditors["host"])
		assert [(row.action, row.what) for row in rows[before:]] == [("audit", what)]


def _of(user):
	frappe.db.rollback()
	return frappe.get_all("Escalation Audit", {"user": user}, ["*"], order_by="creation")


def test_the_auditor_reads_no_case_over_http(auditors, case):
	client = Client(auditors["host"])
	noted = Audit(case)
	for path in (f"/api/resource/Escalation/{case.name}", f"/printview?doctype=Escalation&name={case.name}"):
		answer = client.get(path)
		assert answer.status_code == 403
		assert CANARY not in answer.text
	assert noted.actions() == "refused refused"


def test_the_form_shows_who_has_looked_to_the_boards_posts_alone(world, case):
	for agency, capacity, allowed in (
		(BOARD_OFFICE, "Business Manager", True),
		(world.raising, "Practitioner", False),
		(world.responding, "Manager", False),
		(world.other, "Manager", False),
	):
		user = world.user(agency, capacity)
		with factories.as_user(user):
			assert looking.may_ask(case.name, user) is allowed, (agency, capacity)
			if not allowed:
				with pytest.raises(NotYours):
					looking.require(case.name)


def test_information_governance_of_a_party_sees_who_has_looked(world):
	case = factories.escalation(world)
	email = "elm.governance@example.test"
	factories.user(email, "Safeguarding Manager")
	factories.contact("Governance of Elmfield", world.raising, "Information Governance", email)
	assert not looking.may_ask(case.name, email)
	_copied_to(case, email)
	assert looking.may_ask(case.name, email)


def test_the_dialog_s_function_gives_rows_and_is_noted(world, case):
	client = Client(world.user(BOARD_OFFICE, "Business Manager"))
	first = Client(world.user(world.raising, "Practitioner"))
	first.get(f"/api/resource/Escalation/{case.name}")
	noted = Audit(case)
	answer = client.get(f"{OURS}audit.who_has_looked", escalation=case.name)
	rows = answer.json()["message"]
	assert ("view", world.raising) in {(row["action"], row["agency"]) for row in rows}
	assert CANARY not in json.dumps(rows)
	assert noted.actions() == "audit"
	stranger = Client(world.user(world.other, "Manager"))
	assert stranger.get(f"{OURS}audit.who_has_looked", escalation=case.name).status_code == 403
