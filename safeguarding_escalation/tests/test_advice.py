"""Advice: asked at any stage, answered by somebody who sees the question alone, kept inside the asking agency."""

import frappe
import pytest

from safeguarding_escalation.api import advice as api
from safeguarding_escalation.api import copies as copies_api
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.services import lock
from safeguarding_escalation.services.errors import BadInput, MoveRefused, NotYours
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def adviser(world):
	trust = factories.agency("Fernleigh Community Trust", "Health")
	email = factories.user("adviser.of.questions@example.test", "Safeguarding Manager")
	return email, factories.contact("Adviser of Questions", trust, "Named Professional", email)


@pytest.fixture
def case(world):
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		cases.move(made.name, "Raise Concern")
	return made


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


def dates(case):
	found = lock.loaded(case.name).deadlines
	return [(row.clock, row.instance, row.due_at, row.met_at) for row in found]


def test_an_adviser_sees_the_question_alone_and_answers_it_into_the_log(world, case, raiser, adviser):
	user, contact = adviser
	before = dates(case)
	with as_user(raiser):
		name = api.ask(
			case.name,
			"Is self-neglect in scope?",
			contact,
			reply_by="2099-01-01 10:00:00",
			attached="Clause 1.5",
		)["asked"]
	with as_user(user):
		(waiting,) = copies_api.sent_to_me()["questions"]
		assert waiting["question"] == "Is self-neglect in scope?"
		assert (waiting["reference"], waiting["attached"]) == (case.reference, "Clause 1.5")
		told = frappe.as_json(waiting)
		assert "Canary" not in told
		assert case.name not in told
		assert case.dispute_summary not in told
		with pytest.raises(NotYours):
			cases.deadlines(case.name)
		assert not frappe.get_list("Advice Request", {"escalation": case.name})
		with pytest.raises(BadInput, match="empty"):
			api.answer(name, " ")
		assert api.answer(name, "Yes, by clause 1.5.")["state"] == "answered"
		with pytest.raises(MoveRefused):
			api.answer(name, "Again.")
	assert frappe.db.exists(
		"Escalation Audit", {"escalation": case.name, "user": user, "what": f"advice {name}"}
	)
	assert dates(case) == before
	rows = {row.kind: row for row in lock.loaded(case.name).rows}
	answered = rows["advice_answered"]
	assert (answered.visibility, answered.counterpart_name) == ("own agency", "Adviser of Questions")
	with as_user(raiser):
		assert "Yes, by clause 1.5." in frappe.as_json(cases.timeline(case.name))
		assert cases.deadlines(case.name)["advice"][0]["answer"] == "Yes, by clause 1.5."
	with as_user(world.user(world.responding, "Practitioner")):
		assert "clause 1.5" not in frappe.as_json(
			[cases.timeline(case.name), cases.deadlines(case.name)["advice"]]
		)
		assert not frappe.get_list("Advice Request", {"escalation": case.name})
	_ends(case, user, contact, name)


def _ends(case, user, contact, name):
	"""Fourteen days after the answer, on leaving, and with the case."""
	for doctype, row, field, ended, back in (
		("Advice Request", name, "answered_at", "2020-01-01 10:00:00", frappe.utils.now()),
		("Safeguarding Contact", contact, "to_date", "2020-01-01", None),
		("Escalation", case.name, "workflow_state", "Closed", "Stage 1"),
	):
		frappe.db.set_value(doctype, row, field, ended)
		with as_user(user):
			assert copies_api.sent_to_me()["questions"] == []
			with pytest.raises(NotYours):
				api.question(name)
		frappe.db.set_value(doctype, row, field, back)


def test_outside_advice_is_reported_with_evidence_and_a_question_can_be_withdrawn(world, case, raiser):
	with as_user(raiser):
		with pytest.raises(BadInput, match="no account here"):
			api.ask(case.name, "Is it?", name="Out Side", role="Safeguarding Unit")
		for wrong in (
			{"question": " ", "role": "X"},
			{"question": "X"},
			{"question": "X", "role": "Y", "reply_by": "2020-01-01 10:00"},
		):
			with pytest.raises(BadInput):
				api.ask(case.name, how="phone", **wrong)
		api.ask(case.name, "Is it?", role="Safeguarding Unit", how="phone", reply_by="2099-01-01 10:00:00")
		(row,) = cases.deadlines(case.name)["advice"]
		assert (row["overdue"], row["to"]) == (False, "Safeguarding Unit")
		frappe.db.set_value("Advice Request", row["advice"], "reply_by", "2020-01-01 10:00:00")
		assert cases.deadlines(case.name)["advice"][0]["overdue"]
		with pytest.raises(BadInput, match="How do you know"):
			api.record_answer(case.name, row["advice"], "It is.", "")
		api.record_answer(case.name, row["advice"], "It is.", "Telephone call, 10:05")
		entry = next(each for each in lock.loaded(case.name).rows if each.kind == "advice_answered")
		assert (entry.source, entry.evidence) == ("reported", "Telephone call, 10:05")
		again = api.ask(case.name, "Really?", role="Safeguarding Unit", how="phone")
		withdrawn = next(each for each in again["advice"] if each["state"] == "asked")["advice"]
	with as_user(world.user(world.responding, "Practitioner")), pytest.raises(NotYours):
		api.withdraw(case.name, withdrawn, "Mine.")
	with as_user(raiser):
		api.withdraw(case.name, withdrawn, "Answered by the policy.")
		with pytest.raises(MoveRefused):
			api.record_answer(case.name, withdrawn, "Late.", "Email")


def test_who_stepped_back_is_not_asked(world, case, raiser):
	responder = world.user(world.responding, "Practitioner")
	with as_user(responder):
		cases.recuse(case.name, reason="A relative works there.")
	with as_user(raiser):
		with pytest.raises(BadInput, match="stepped back"):
			api.ask(case.name, "Is it?", world.contact(world.responding, "Practitioner"))
		with pytest.raises(BadInput, match="That is you"):
			api.ask(case.name, "Is it?", world.contact(world.raising, "Practitioner"))
