"""Subject access: what is gathered, who decides about what names others, and what leaves."""

import json
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import frappe
import pytest
from frappe.utils import add_days, getdate
from pypdf import PdfReader

from safeguarding_escalation.api import escalation as api_case
from safeguarding_escalation.api import records
from safeguarding_escalation.api import subject_access as api
from safeguarding_escalation.permissions import NotChangeable
from safeguarding_escalation.services import times
from safeguarding_escalation.services.errors import BadInput, MoveRefused, NotYours
from safeguarding_escalation.tests import factories

ADULT = "Zephyrine Canary"
NEIGHBOUR = "Gwendolen Thrush"  # a representative, so the case knows the name
INTERNAL = "Our own view of the council stays here."


@pytest.fixture
def case(world):
	made = factories.escalation(
		world,
		subjects=[
			{
				"subject_name": ADULT,
				"kind": "Adult",
				"representative_name": NEIGHBOUR,
				"representative_role": "Friend",
			}
		],
		risk_to_adult="Gwendolen fears further neglect at home.",
	)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		api_case.record(made.name, "consulted", note=INTERNAL, visibility="own agency")
	return made


@pytest.fixture
def handler(world):
	return world.user(world.raising, "Practitioner")


@pytest.fixture
def request_(world, case, handler):
	with factories.as_user(handler):
		made = api.create("The adult", ADULT, "2025-03-31")
		api.add_case(made["name"], case.name)
		api.confirm_identity(made["name"], "Called back on the number in the record")
	return made["name"]


def governance(world, agency):
	"""An Information Governance contact of an agency, with an account."""
	email = f"ig.{frappe.scrub(agency)[:8]}@example.test"
	factories.user(email, "Safeguarding Manager")
	factories.contact(f"Governance of {agency}", agency, "Information Governance", email)
	return email


def decide_all(request, reason="Staff acting in their work"):
	waiting = [row.name for row in api.review(request)["items"] if row.needs_review and not row.decision]
	api.decide(request, waiting, "Release", reason)


def produced(request):
	api.produce(request)
	return ZipFile(BytesIO(frappe.local.response.filecontent))


def test_a_request_is_due_a_month_after_it_came_and_extended_once(handler):
	with factories.as_user(handler):
		made = api.create("The adult", ADULT, "2025-03-31")
		assert made["due_on"] == "2025-04-30"
		assert made["reference"].startswith("AR-2025-")
		assert "Zephyrine" not in made["reference"]
		with pytest.raises(MoveRefused, match="first month is over"):
			api.extend(made["name"], "It is complex")
		fresh = api.create("The adult", ADULT, str(times.today()))
		with pytest.raises(BadInput, match="Why"):
			api.extend(fresh["name"], " ")
		assert date.fromisoformat(api.extend(fresh["name"], "It is complex")["due_on"]) > times.today()
		with pytest.raises(MoveRefused, match="once"):
			api.extend(fresh["name"], "Again")


@pytest.mark.parametrize(
	("given", "sentence"),
	[
		({"requester_kind": "A stranger"}, "Who asks"),
		({"subject": " "}, "About whom"),
		({"requester_kind": "A representative with authority"}, "authority"),
		*(
			({"received_on": odd}, "date")
			for odd in ("yesterday", "", "99999999", "0000-00-00", "1999-12-31")
		),
		({"received_on": "2099-01-01"}, "future"),
	],
)
def test_a_request_needs_who_about_whom_and_when(handler, given, sentence):
	wanted = {"requester_kind": "The adult", "subject": ADULT, "received_on": "2025-03-31"}
	with factories.as_user(handler), pytest.raises(BadInput, match=sentence):
		api.create(**(wanted | given))


def test_who_has_no_contact_or_names_a_handler_elsewhere_is_refused(world, handler):
	with pytest.raises(NotYours):
		api.create("The adult", ADULT, "2025-03-31")  # Administrator acts for no agency
	elsewhere = world.contact(world.other, "Practitioner")
	with factories.as_user(handler), pytest.raises(BadInput, match="own agency"):
		api.create("The adult", ADULT, "2025-03-31", handler=elsewhere)


def test_pieces_that_name_others_are_marked_and_the_adults_own_are_not(request_, handler):
	with factories.as_user(handler):
		assert api.gather(request_)["state"] == "In review"
		items = {(row.kind, row.what): row for row in api.review(request_)["items"]}
	risk = next(row for row in items.values() if row.source_field == "risk_to_adult")
	assert risk.needs_review
	assert risk.mentions == NEIGHBOUR
	summary = next(row for row in items.values() if row.source_field == "dispute_summary")
	assert not summary.needs_review
	subject = next(row for row in items.values() if row.source_doctype == "Escalation Subject")
	assert NEIGHBOUR in subject.mentions
	assert ADULT not in subject.mentions
	assert any(row.text == INTERNAL for row in items.values())


def test_nothing_leaves_before_each_marked_piece_is_decided(request_, handler):
	with factories.as_user(handler):
		for step in (api.finish, api.produce):
			with pytest.raises(MoveRefused):
				step(request_)
		api.gather(request_)
		with pytest.raises(MoveRefused, match="Decide first"):
			api.finish(request_)
		with pytest.raises(MoveRefused, match="Finish the review"):
			api.produce(request_)
		decide_all(request_)
		assert api.finish(request_)["state"] == "Ready"
		with pytest.raises(MoveRefused, match="Nothing was produced"):
			api.end(request_, "Sent", "Secure email")
		produced(request_)
		assert api.end(request_, "Sent", "Secure email")["state"] == "Sent"
		with pytest.raises(MoveRefused, match="no longer changed"):
			api.gather(request_)
		produced(request_)  # what was sent can be looked at again


def test_identity_comes_first(world, case, handler):
	with factories.as_user(handler):
		made = api.create("The adult", ADULT, "2025-03-31")["name"]
		api.add_case(made, case.name)
		api.gather(made)
		decide_all(made)
		with pytest.raises(MoveRefused, match="identity"):
			api.finish(made)


def test_the_export_holds_what_was_decided_and_nothing_else(request_, case, handler):
	with factories.as_user(handler):
		secret = frappe.get_doc(
			{
				"doctype": "File", "file_name": "Gwendolen letter.txt", "is_private": 1, "content": b"canary bytes",
				"attached_to_doctype": "Escalation", "attached_to_name": case.name,
			}
		).insert()  # fmt: skip
		api.gather(request_)
		items = api.review(request_)["items"]
		risk = next(row for row in items if row.source_field == "risk_to_adult")
		subject = next(row for row in items if row.source_doctype == "Escalation Subject")
		file = next(row for row in items if row.source_name == secret.name)
		assert file.needs_review
		answer = api.decide(request_, [risk.name], "Redact", "Another person's data", "Gwendolen fears it.")
		assert answer["still_names"] == [NEIGHBOUR]
		answer = api.decide(
			request_,
			[risk.name],
			"Redact",
			"Another person's data",
			"[A person] fears further neglect at home.",
		)
		assert answer["still_names"] == []
		api.decide(request_, [subject.name], "Withhold", "Another person's data (Sch. 2 para. 16)")
		decide_all(request_)
		api.finish(request_)
		archive = produced(request_)
		reference = frappe.db.get_value("Access Request", request_, "reference")
	names = archive.namelist()
	assert names[:2] == [f"{reference}.pdf", f"{reference}.json"]
	assert [archive.read(name) for name in names[2:]] == [b"canary bytes"]
	assert names[2].startswith("files/piece-")
	data = json.loads(archive.read(f"{reference}.json"))
	by_number = {piece["number"]: piece for piece in data["pieces"]}
	assert by_number[risk.sequence]["text"] == "[A person] fears further neglect at home."
	assert by_number[subject.sequence]["withheld"] == "Another person's data (Sch. 2 para. 16)"
	assert "text" not in by_number[subject.sequence]
	text = "\n".join(
		page.extract_text() for page in PdfReader(BytesIO(archive.read(f"{reference}.pdf"))).pages
	)
	assert "withheld: Another person's data" in text
	assert "[A person] fears further neglect" in text
	assert "Gwendolen fears" not in text + archive.read(f"{reference}.json").decode()
	assert "The enquiry was closed although the carer still visits." in text


@pytest.mark.parametrize(
	("decision", "reason", "text"),
	[("Withhold", "", None), ("Redact", "Why", None), ("Release", "", None), ("Burn", "Why", None)],
)
def test_a_decision_has_a_reason_and_a_redaction_its_text(request_, handler, decision, reason, text):
	with factories.as_user(handler):
		api.gather(request_)
		marked = next(row.name for row in api.review(request_)["items"] if row.needs_review)
		with pytest.raises(BadInput):
			api.decide(request_, [marked], decision, reason, text)
		with pytest.raises(BadInput, match="Choose pieces"):
			api.decide(request_, ["nothing"], "Release", "Why")


def test_a_decision_stands_while_its_piece_is_unchanged(world, request_, case, handler):
	with factories.as_user(handler):
		api.gather(request_)
		decide_all(request_)
		api.finish(request_)
		api_case.record(case.name, "consulted", note="Something new", visibility="own agency")
		with pytest.raises(MoveRefused, match="has changed"):
			api.produce(request_)
		assert api.gather(request_)["state"] == "In review"
		items = api.review(request_)["items"]
	waiting = [row for row in items if row.needs_review and not row.decision]
	assert {row.kind for row in waiting} == {"Log entry"}
	assert any(row.text == "Something new" for row in items)


def test_another_agencys_own_entries_are_no_pieces(world, case):
	other = world.user(world.responding, "Practitioner")
	frappe.get_doc("Escalation", case.name)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		api_case.move(case.name, "Raise Concern", occurred_at="2025-03-11 11:00:00")
	with factories.as_user(other):
		made = api.create("The adult", ADULT, "2025-03-31")["name"]
		api.add_case(made, case.name)
		api.gather(made)
		texts = [row.text for row in api.review(made)["items"]]
	assert texts
	assert INTERNAL not in texts


def test_only_the_handler_and_their_agencys_governance_see_a_request(world, request_, case, handler):
	with factories.as_user(handler):
		api.gather(request_)
	own, foreign = governance(world, world.raising), governance(world, world.responding)
	colleague = world.user(world.raising, "Manager")
	for user, sees in ((handler, True), (own, True), (foreign, False), (colleague, False)):
		with factories.as_user(user):
			assert bool(frappe.get_list("Access Request", {"name": request_})) == sees, user
			document = frappe.get_doc("Access Request", request_)
			assert document.has_permission("read") == sees, user
			if not sees:
				for call in (api.gather, api.review, api.finish, api.produce):
					with pytest.raises(NotYours):
						call(request_)
	with factories.as_user(own):  # may see the request, not the case: no piece of it
		assert frappe.get_list("Access Request Item", {"access_request": request_}) == []
		with pytest.raises(NotYours):
			api.review(request_)
		with pytest.raises(NotYours):
			api.add_case(request_, case.name)
	with factories.as_user(handler):
		assert frappe.get_list("Access Request Item", {"access_request": request_})


def test_a_handler_who_leaves_sees_it_no_longer(world, request_, handler):
	contact = world.contact(world.raising, "Practitioner")
	frappe.db.set_value("Safeguarding Contact", contact, "to_date", add_days(getdate(), -1))
	with factories.as_user(handler):
		assert not frappe.get_list("Access Request", {"name": request_})


def test_nobody_writes_a_request_past_its_steps(request_, handler):
	with factories.as_user(handler):
		api.gather(request_)
	for doctype, name in (
		("Access Request", request_),
		("Access Request Item", frappe.db.get_value("Access Request Item", {"access_request": request_})),
	):
		document = frappe.get_doc(doctype, name)
		for change in (document.save, document.delete):
			with pytest.raises(NotChangeable):
				change()


def test_a_case_is_left_out_with_its_pieces(world, request_, case, handler):
	with factories.as_user(handler):
		api.gather(request_)
		other = factories.escalation(world)
		with pytest.raises(BadInput, match="does not cover"):
			api.remove_case(request_, other.name)
		assert api.remove_case(request_, case.name)["cases"] == []
		with pytest.raises(MoveRefused, match="Which cases"):
			api.gather(request_)
	assert not frappe.db.exists("Access Request Item", {"access_request": request_})


def test_another_handler_of_the_agency_takes_it_over(world, request_, handler):
	manager = world.user(world.raising, "Manager")
	with factories.as_user(handler):
		with pytest.raises(BadInput, match="own agency"):
			api.hand_to(request_, world.contact(world.other, "Manager"))
		api.hand_to(request_, world.contact(world.raising, "Manager"))
		assert not frappe.get_list("Access Request", {"name": request_})
	with factories.as_user(manager):
		assert frappe.get_list("Access Request", {"name": request_})


def test_each_step_is_noted_in_the_cases_audit(request_, case, handler):
	with factories.as_user(handler):
		api.gather(request_)
		decide_all(request_)
		api.finish(request_)
		produced(request_)
	noted = frappe.get_all(
		"Escalation Audit",
		{"escalation": case.name, "action": "subject access"},
		pluck="what",
		order_by="creation",
	)
	steps = (
		"case added",
		"identity confirmed",
		"pieces gathered",
		"release",
		"review finished",
		"export produced",
	)
	for step in steps:
		assert any(step in what for what in noted), step
	assert not any("Canary" in what or "Thrush" in what for what in noted)


def test_what_is_redacted_in_the_case_goes_from_the_pieces_too(request_, case, handler):
	with factories.as_user(handler):
		api.gather(request_)
	note = frappe.db.get_value("Stage Log Note", {"escalation": case.name, "note": INTERNAL}, "stage_log")
	assert frappe.db.exists("Access Request Item", {"access_request": request_, "text": INTERNAL})
	answer = records.redact(case.name, note, "By order of the court")
	assert answer["warning"] == ""
	assert not frappe.db.exists(
		"Access Request Item", {"access_request": request_, "text": ("like", "%Our own view%")}
	)


def test_an_ended_request_can_be_forgotten(request_, case, handler):
	with factories.as_user(handler):
		api.gather(request_)
		with pytest.raises(MoveRefused, match="open"):
			api.erase(request_)
		api.end(request_, "Withdrawn", f"{ADULT} changed her mind")
		frappe.get_doc("Access Request", request_).add_comment("Comment", ADULT)
		api.erase(request_)
	document = frappe.get_doc("Access Request", request_)
	assert ADULT not in frappe.as_json(document)
	assert document.state == "Withdrawn"
	assert not frappe.db.exists("Access Request Item", {"access_request": request_})
	assert not frappe.db.exists("Comment", {"reference_name": request_})
