"""What a policy asks in a case, which route it takes, and what the form says of how to work."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.services import errors, printing
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OWNED = ("question", "question_key", "asked_at", "options", "clause")


def stockport(world, **values):
	"""A draft under Stockport's policy, which has questions for each step and four special routes."""
	return factories.escalation(
		world,
		**{
			"board": "Stockport",
			"nature": [{"nature": "The need for action"}],
			"safe_by": "2030-01-02 12:00:00",
		}
		| values,
	)


def keys(doc):
	return [row.question_key for row in doc.answers]


def row_of(doc, key):
	(row,) = (row for row in doc.answers if row.question_key == key)
	return row


def asked_in(policy, *moments):
	return [question.key for question in load_policy(policy).questions if question.asked_at in moments]


def save_as_raiser(world, doc):
	with as_user(world.user(world.raising, "Practitioner")):
		doc.save()
	doc.reload()
	return doc


def step(world, doc, action, capacity="Practitioner", **values):
	with as_user(world.user(world.raising, capacity)):
		api.move(doc.name, action, **values)
	doc.reload()
	return doc


def test_a_draft_asks_what_the_policy_asks_of_who_raises_it(world):
	doc = stockport(world)
	doc.reload()
	assert keys(doc) == asked_in("stockport", "raise") != []
	question = next(q for q in load_policy("stockport").questions if q.key == "trigger")
	row = row_of(doc, "trigger")
	assert (row.question, row.asked_at, row.clause) == (question.question, "raise", question.clause)
	assert row.options.split("\n") == list(question.options)
	assert not row.answer


def test_a_policy_that_asks_nothing_at_this_step_leaves_the_table_empty(world):
	assert keys(factories.escalation(world)) == asked_in("redbridge-2022", "raise") == []


def test_a_stage_asks_once_it_is_reached(world):
	doc = stockport(world)
	step(world, doc, "Raise Concern")
	assert keys(doc) == asked_in("stockport", "raise", "stage 1")
	doc = step(world, doc, "Escalate to Stage 2", reason="Nobody answered.")
	assert keys(doc) == asked_in("stockport", "raise", "stage 2")
	assert "advice-leads" in keys(doc)
	assert "advice-managers" not in keys(doc)


def test_a_stage_that_was_jumped_over_asks_nothing(world):
	doc = factories.escalation(
		world,
		board="Hampshire",
		immediate_risk=1,
		nature=[{"nature": "An absence of action/ case closure."}],
		scope_basis="Section 42",
	)
	doc = step(world, doc, "Escalate to Stage 2", reason="She is alone with the carer tonight.")
	assert {"understood-2", "ground"} <= set(keys(doc))
	assert "understood-1" not in keys(doc)


def test_what_is_asked_on_resolution_waits_for_it(world):
	doc = stockport(world, resolution_summary="The enquiry goes on.")
	step(world, doc, "Raise Concern")
	assert "listened-to" not in keys(doc)
	doc = step(world, doc, "Accept Resolution")
	assert {"listened-to", "outcome-satisfies"} <= set(keys(doc))
	row_of(doc, "listened-to").answer = "Yes, each agency"
	assert row_of(save_as_raiser(world, doc), "listened-to").answer == "Yes, each agency"


def test_a_route_asks_its_own_questions(world):
	doc = stockport(world, path="conference dissent")
	of_path = asked_in("stockport", "path conference dissent")
	assert set(of_path) <= set(keys(doc))
	doc.reload()
	row_of(doc, "dissenting-views").answer = "Elmfield Hospital Trust: a plan is needed."
	doc.path = "plan dissent"
	doc = save_as_raiser(world, doc)
	assert set(asked_in("stockport", "path plan dissent")) <= set(keys(doc))
	# What was answered stays on record, what was not leaves with the route.
	assert set(of_path) & set(keys(doc)) == {"dissenting-views"}


def test_nobody_but_the_server_says_what_was_asked(world):
	doc = stockport(world)
	doc.reload()
	before = {field: row_of(doc, "trigger").get(field) for field in OWNED}
	row = row_of(doc, "trigger")
	for field in OWNED:
		row.set(field, "something else")
	row.answer = "Disagreement about a decision"
	row = row_of(save_as_raiser(world, doc), "trigger")
	assert {field: row.get(field) for field in OWNED} == before
	assert row.answer == "Disagreement about a decision"


def test_an_answered_row_cannot_be_taken_away_but_its_answer_can_be_changed(world):
	doc = stockport(world)
	doc.reload()
	row_of(doc, "wellbeing").answer = "She sleeps badly since."
	doc = save_as_raiser(world, doc)
	name = row_of(doc, "wellbeing").name
	doc.answers = []
	doc = save_as_raiser(world, doc)
	assert keys(doc) == asked_in("stockport", "raise")
	assert (row_of(doc, "wellbeing").name, row_of(doc, "wellbeing").answer) == (
		name,
		"She sleeps badly since.",
	)
	assert [row.idx for row in doc.answers] == [*range(1, len(doc.answers) + 1)]
	row_of(doc, "wellbeing").answer = ""
	assert row_of(save_as_raiser(world, doc), "wellbeing").answer == ""


def test_a_client_may_send_keys_and_answers_only(world):
	doc = stockport(
		world, answers=[{"question_key": "followed-up", "answer": "The ward rang the duty desk."}]
	)
	doc.reload()
	assert keys(doc) == asked_in("stockport", "raise")
	assert row_of(doc, "followed-up").answer == "The ward rang the duty desk."
	assert row_of(doc, "followed-up").question.startswith("Before escalation")
	doc.set(
		"answers", [{"question_key": "trigger", "question": "?", "answer": "Disagreement about a decision"}]
	)
	doc = save_as_raiser(world, doc)
	assert row_of(doc, "trigger").answer == "Disagreement about a decision"
	assert row_of(doc, "followed-up").answer == "The ward rang the duty desk."


def test_an_answer_to_what_is_not_asked_is_refused_rather_than_lost(world):
	with pytest.raises(errors.BadInput, match="does not ask “listened-to”"):
		stockport(world, answers=[{"question_key": "listened-to", "question": "?", "answer": "Yes"}])
	with pytest.raises(errors.BadInput, match="a question without a key"):
		stockport(world, answers=[{"question": "Mine", "answer": "Yes"}])


def test_a_withdrawn_case_asks_nothing_more_and_takes_no_answer(world):
	doc = stockport(world)
	doc.reload()
	row_of(doc, "wellbeing").answer = "She sleeps badly since."
	doc = save_as_raiser(world, doc)
	doc = step(world, doc, "Withdraw", reason="Raised by mistake.")
	assert row_of(doc, "wellbeing").answer == "She sleeps badly since."
	row_of(doc, "wellbeing").answer = "Otherwise"
	with pytest.raises(errors.CaseClosed):
		save_as_raiser(world, doc)


def test_another_agency_reads_no_answer(world):
	doc = stockport(world, answers=[{"question_key": "wellbeing", "answer": "A canary of an answer"}])
	filters = {"parent": doc.name}
	fields = ["name", "answer"]
	with as_user(world.user(world.raising, "Practitioner")):
		mine = frappe.get_list(
			"Escalation Answer",
			filters=filters,
			fields=fields,
			parent_doctype="Escalation",
			limit_page_length=0,
		)
	assert "A canary of an answer" in [row.answer for row in mine]
	with as_user(world.user(world.other, "Practitioner")):
		assert not frappe.get_list(
			"Escalation Answer", filters=filters, fields=fields, parent_doctype="Escalation"
		)
		row = frappe.get_doc("Escalation Answer", mine[0].name)
		with pytest.raises(frappe.PermissionError):
			row.check_permission("read")


def test_a_row_is_saved_with_its_case_only(world):
	doc = stockport(world)
	doc.reload()
	row = frappe.get_doc("Escalation Answer", doc.answers[0].name)
	row.answer = "From the side"
	with as_user(world.user(world.raising, "Practitioner")), pytest.raises(frappe.ValidationError):
		row.save()


def test_a_route_is_one_of_the_policys(world):
	with pytest.raises(errors.BadInput, match=r"“by boat” is no route of .*referral dissent \(Dissent at"):
		stockport(world, path="by boat")
	with pytest.raises(errors.BadInput, match="It has no special routes"):
		factories.escalation(world, path="conference dissent")


def test_the_panel_gives_the_routes_and_the_policys_guidance(world):
	doc = stockport(world, path="conference dissent")
	with as_user(world.user(world.raising, "Practitioner")):
		panel = api.deadlines(doc.name)
	policy = load_policy("stockport")
	assert panel["path"] == "conference dissent"
	assert [path["name"] for path in panel["paths"]] == [path.name for path in policy.paths]
	chosen = next(path for path in panel["paths"] if path["name"] == panel["path"])
	assert chosen["enters_stage"] == 2
	assert "Conference Chair decides" in chosen["guidance"]
	# A draft is told of the stage that it will enter.
	assert panel["stage_guidance"] == policy.stages[1].guidance
	assert [row["text"] for row in panel["guidance"]] == [row.text for row in policy.guidance]
	assert all(row["clause"] for row in panel["guidance"])


def test_the_guidance_follows_the_stage_and_ends_with_the_case(world):
	doc = stockport(world, resolution_summary="The enquiry goes on.")
	stages = load_policy("stockport").stages

	def guidance():
		with as_user(world.user(world.raising, "Practitioner")):
			return api.deadlines(doc.name)["stage_guidance"]

	assert guidance() == stages[0].guidance
	step(world, doc, "Raise Concern")
	step(world, doc, "Escalate to Stage 2", reason="Nobody answered.")
	assert guidance() == stages[1].guidance
	step(world, doc, "Accept Resolution")
	assert guidance() == ""


def test_the_chronology_has_the_answers_under_their_step(world):
	doc = stockport(
		world,
		path="conference dissent",
		answers=[
			{"question_key": "wellbeing", "answer": "She sleeps badly & eats little."},
			{"question_key": "no-majority", "answer": "Yes"},
		],
	)
	with as_user(world.user(world.raising, "Practitioner")):
		groups = printing.record(doc)["answers"]
		html = frappe.get_print("Escalation", doc.name, "Escalation Chronology")
	assert [group["heading"] for group in groups] == [
		"When the concern was raised",
		"Dissent at any Adult Section 42 Safeguarding Conference",
	]
	assert [row["text"] for group in groups for row in group["rows"]] == [
		"She sleeps badly & eats little.",
		"Yes",
	]
	assert "She sleeps badly &amp; eats little." in html
	assert "no majority view" in html
	assert "What is the trigger?" not in html  # nobody answered it
