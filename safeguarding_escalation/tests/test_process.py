"""The process in the Desk: agreed actions and their checks, involvement, prompts, replies, routes, related cases."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import agreed, process
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.services import anonymising_cells, errors, related, times
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


def day(ahead: int) -> str:
	return str(times.today() + timedelta(days=ahead))


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


@pytest.fixture
def case(world, raiser):
	name = factories.escalation(world).name
	with as_user(raiser):
		cases.move(name, "Raise Concern")
	return name


def kinds(case: str) -> list[tuple[str, str, str]]:
	rows = frappe.get_all(
		"Stage Log", {"escalation": case}, ["kind", "relates_to", "outcome"], order_by="sequence"
	)
	return [
		(row.kind, row.relates_to, row.outcome or "")
		for row in rows
		if row.kind.startswith(("action", "check"))
	]


def duty(found: dict, key: str) -> dict:
	return next((row for row in found["duties"] if row["key"] == key), {})


def action(found: dict, name: str = "Action 1") -> dict:
	return next(row for row in found["agreed"]["actions"] if row["name"] == name)


def test_an_action_is_agreed_done_found_undone_and_checked_again(case, raiser):
	with as_user(raiser):
		found = agreed.agree(case, "Visit together", due_on=day(4), check_on=day(9))
		row = action(found)["row"]
		assert action(found) | {"due_on": day(4), "check_on": day(9), "done": False} == action(found)
		assert not duty(found, "action:Action 1")["done"]
		clocks = {(clock["clock"], clock["instance"]) for clock in found["deadlines"]}
		assert {("LOCAL.ACTION", "Action 1"), ("LOCAL.CHECK", "Action 1")} <= clocks
		found = agreed.carried_out(case, row, note="Both went.")
		assert action(found)["done"]
		assert action(found)["check_owed"]
		with pytest.raises(errors.BadInput, match="what happens next"):
			agreed.checked(case, row, "not carried out")
		found = agreed.checked(
			case, row, "not carried out", what_next="Another day", due_on=day(6), check_on=day(12)
		)
		assert (action(found)["done"], action(found)["done_on"], action(found)["due_on"]) == (
			False,
			"",
			day(6),
		)
		agreed.carried_out(case, row)
		found = agreed.checked(case, row, "carried out")
		assert duty(found, "check:Action 1")["done"]
		assert duty(found, "action:Action 1")["done"]
	assert [entry[0] + (f" {entry[2]}" if entry[2] else "") for entry in kinds(case)] == [
		"action_agreed", "check_set", "action_done", "action_agreed", "check_set", "action_checked not carried out",
		"action_done", "action_checked carried out",
	]  # fmt: skip
	assert {entry[1] for entry in kinds(case)} == {"Action 1"}


def test_a_row_typed_into_the_form_and_an_entry_of_the_log_are_one_action(case, raiser):
	with as_user(raiser):
		document = frappe.get_doc("Escalation", case)
		document.append("actions", {"action": "Ring the ward", "due_on": day(3), "matter": "Action 99"})
		document.save()
		assert frappe.get_doc("Escalation", case).actions[0].matter == "Action 1"  # the server names it
		cases.record(
			case, "action_agreed", relates_to="visit", due_at=f"{day(5)} 12:00:00", note="Visit at home"
		)
		rows = frappe.get_doc("Escalation", case).actions
		assert [(row.action, str(row.due_on), row.matter) for row in rows] == [
			("Ring the ward", day(3), "Action 1"),
			("Visit at home", day(5), "visit"),
		]
		# One that has no name is an action of its own: the other rows keep their days.
		cases.record(case, "action_agreed", due_at=f"{day(8)} 12:00:00", note="Ring the sister")
		rows = frappe.get_doc("Escalation", case).actions
		assert [str(row.due_on) for row in rows] == [day(3), day(5), day(8)]
		cases.record(case, "action_done", relates_to="visit")
		assert str(frappe.get_doc("Escalation", case).actions[1].done_on) == day(0)
		document = frappe.get_doc("Escalation", case)
		document.actions = document.actions[1:]
		with pytest.raises(errors.BadInput, match="stays on record"):
			document.save()


@pytest.mark.parametrize(
	("call", "match"),
	[
		(lambda case: agreed.agree(case, " "), "Write the action"),
		(lambda case: agreed.agree(case, "Visit", due_on=day(-1)), "today or a day to come"),
		(lambda case: agreed.carried_out(case, "no-such-row"), "no such action"),
		(lambda case: agreed.checked(case, "no-such-row", "perhaps"), "carried out, partly"),
		(lambda case: process.involve(case), "Say whether"),
		(lambda case: process.involve(case, informed="No"), "say why"),
		(lambda case: process.involve(case, views=""), "Say whether"),
		(lambda case: process.involve(case, wishes_followed_through="No"), "say why it goes on"),
		(lambda case: process.involve(case, wishes_followed_through="No", why_not=" "), "say why it goes on"),
		(lambda case: process.involve(case, informed="Yes", informed_on=day(2)), "a day to come"),
		(lambda case: process.involve(case, stage=3, informed="Yes"), "not been at stage 3"),
		(lambda case: process.consider(case, capacity_doubted="Perhaps"), "is not one of"),
		(lambda case: process.step(case, "x", "Done"), "no such step"),
		(lambda case: process.link(case, case, "Other"), "to itself"),
		(lambda case: process.unlink(case, "x", "Other"), "no such link"),
		(lambda case: cases.record(case, "recommendation_answered", outcome="accepted"), "recommended or advised nothing"),
	],
)  # fmt: skip
def test_what_is_refused_says_what_to_do(case, raiser, call, match):
	with as_user(raiser), pytest.raises(errors.BadInput, match=match):
		call(case)


def test_involvement_belongs_to_its_stage_and_blocks_no_step(case, raiser):
	with as_user(raiser):
		found = cases.deadlines(case)
		assert [row["missing"] for row in found["involvement"]["stages"]] == [True]
		up = next(move for move in found["moves"] if move["action"] == "Escalate to Stage 2")
		assert any("how the adult or their representative was involved" in text for text in up["warnings"])
		found = process.involve(
			case, informed="Yes", views="Wants to stay at home.", wishes_followed_through="Yes"
		)
		row = found["involvement"]["stages"][0]
		assert (row["missing"], row["informed"], row["views"]) == (False, "Yes", "Wants to stay at home.")
		up = next(move for move in found["moves"] if move["action"] == "Escalate to Stage 2")
		assert not any("was involved" in text for text in up["warnings"])
		assert frappe.db.exists("Stage Log", {"escalation": case, "relates_to": "involvement: stage 1"})
		# What is left out stays, what is emptied is cleared, and the log keeps that.
		process.involve(case, wishes_followed_through="No", why_not="Others are at risk.")
		with pytest.raises(errors.BadInput, match="say why it goes on"):
			process.involve(case, why_not="")
		found = process.involve(case, informed="", views="", wishes_followed_through="", why_not="")
		row = found["involvement"]["stages"][0]
		assert [row[key] for key in ("missing", "informed", "views", "wishes", "why_not")] == [
			True,
			"",
			"",
			"",
			"",
		]
		process.consider(case, capacity_doubted="Yes", advocacy_considered="No", advocacy_reason="Her son.")
		process.consider(case, capacity_doubted="", advocacy_reason="")
		document = frappe.get_doc("Escalation", case)
		assert (document.capacity_doubted, document.advocacy_considered) == ("", "No")
	cleared = frappe.get_all("Stage Log", {"escalation": case, "relates_to": ("like", "%cleared%")}, pluck="relates_to", order_by="sequence")  # fmt: skip
	assert cleared == [
		"involvement: stage 1, cleared: informed, wishes_followed_through, views, why_not",
		"capacity and advocacy, cleared: capacity_doubted, advocacy_reason",
	]
	for text in cleared:  # words of the app's own: anonymising leaves them
		row = frappe._dict(kind="duty_done", relates_to=text)
		assert anonymising_cells.is_known(row, "relates_to", frozenset())


def test_capacity_and_advocacy_are_asked_where_they_matter_and_no_says_why(case, raiser):
	with as_user(raiser):
		assert cases.deadlines(case)["involvement"]["prompts"] == []
		found = process.consider(case, best_interests_dispute=1, advocacy_considered="No")
		assert [prompt["key"] for prompt in found["involvement"]["prompts"]] == ["code", "advocacy", "court"]
		assert duty(found, "prompt:advocacy")["text"].startswith("Say why")
		found = process.consider(
			case, advocacy_reason="Her daughter speaks for her.", court_of_protection_considered="Yes"
		)
		assert not any(row["key"].startswith("prompt:") for row in found["duties"])


def test_each_agency_replies_to_the_chair_with_its_reason(world):
	name = factories.escalation(world).name
	acting = [world.user(world.raising, capacity) for capacity in factories.CAPACITIES]
	with as_user(acting[0]):
		cases.move(name, "Raise Concern")
		cases.record(name, "discussed", two_way=True)
	for user, stage in zip(acting, (2, 3, 4), strict=True):
		with as_user(user):
			cases.record(name, "unresolved")
			cases.move(name, f"Escalate to Stage {stage}", reason="Not agreed.")
	chair = frappe.db.get_value(
		"Safeguarding Contact", frappe.db.get_value("Safeguarding Board", world.board, "chair"), "user"
	)
	with as_user(chair):
		assert "Accept Resolution" not in [
			m["action"] for m in cases.deadlines(name)["moves"] if m["allowed"]
		]
		cases.move(name, "Make Recommendations")
	assert frappe.db.get_value("Escalation", name, "chair_outcome_type") == "recommendation"
	with as_user(world.user(world.raising, "Senior Manager")):
		with pytest.raises(errors.BadInput, match="Say why"):
			cases.record(name, "recommendation_answered", outcome="partly accepted")
		found = cases.record(
			name, "recommendation_answered", outcome="partly accepted", note="The ward has no bed."
		)
		mine = next(row for row in found["replies"]["rows"] if row["side"] == "raising")
		assert (mine["reply"], mine["why"]) == ("partly accepted", "The ward has no bed.")
		assert len(found["replies"]["missing"]) == 1


def test_a_related_case_is_shown_only_to_who_may_see_both_ends(world, case, raiser):
	other_user = world.user(world.responding, "Practitioner")
	theirs = factories.escalation(world).name
	somebody = f"Zephyrine Quill{frappe.generate_hash(length=8)}"
	for name in (case, theirs):
		document = frappe.get_doc("Escalation", name)
		document.set("subjects", [{"subject_name": somebody, "kind": "Adult"}])
		document.save(ignore_permissions=True)
	# While a concern about the same person is being written, too: what one may see, and no word of the rest.
	person = {"subject_name": f" {somebody} ".replace(" Quill", "  Quill"), "date_of_birth": ""}
	for user, seen in (
		(raiser, {case, theirs}),
		(other_user, {case}),
		(world.user(world.other, "Manager"), set()),
	):
		with as_user(user):
			found = process.same_name([person, {"subject_name": "Ze"}, {"subject_name": None}])
			assert {row["name"] for row in found} == seen
			assert {key for row in found for key in row} <= {"name", "reference", "board", "stage_label", "workflow_state"}  # fmt: skip
			assert somebody not in frappe.as_json(found)
	frappe.db.set_value("Escalation Subject", {"parent": theirs}, "date_of_birth", "1950-02-01")
	with as_user(raiser):
		for born, seen in (
			("1950-02-01", {case, theirs}),
			("1951-02-01", {case}),
			("1950-02", {case, theirs}),
		):
			found = process.same_name(frappe.as_json([person | {"date_of_birth": born}]))
			assert {row["name"] for row in found} == seen
		for junk in ("not a list", [["Zephyrine"]], {"subject_name": somebody}, None):
			with pytest.raises(errors.BadInput, match="list of people"):
				process.same_name(frappe.as_json(junk) if junk else "[{")
	with as_user(raiser):
		assert [row.name for row in process.suggested(case)] == [theirs]
		found = process.link(case, theirs, "Same adult")
		assert [row["escalation"] for row in found["related"]] == [theirs]
		assert [row["escalation"] for row in cases.deadlines(theirs)["related"]] == [case]
		assert process.suggested(case) == []
		with pytest.raises(errors.BadInput, match="linked already"):
			process.link(theirs, case, "Other")
	row = found["related"][0]["row"]
	with as_user(other_user):  # sees the raised case, and not the other's draft
		assert cases.deadlines(case)["related"] == []
		assert not frappe.has_permission("Related Escalation", "read", row)
		assert related.suggestions(somebody, None, case) == []
		with pytest.raises(errors.NotYours):
			process.link(case, theirs, "Other")
	with as_user(raiser):
		assert process.unlink(case, row, "Linked by mistake")["related"] == []
	kept = frappe.get_doc("Related Escalation", row)
	assert (kept.unlinked_reason, kept.unlinked_by) == ("Linked by mistake", raiser)
	with pytest.raises(Exception, match="never changed or deleted"):
		kept.delete(ignore_permissions=True)
	assert "Zephyrine" not in str(frappe.get_all("Stage Log", {"escalation": case}, ["*"]))


def test_a_criminal_matter_asks_for_the_police_all_the_way_and_closing_waits_for_it(world):
	told = "must be referred to the police"
	given = {
		"board": "Hampshire",
		"nature": [{"nature": "An absence of action/ case closure."}],
		"scope_basis": "Section 42",
	}
	name = factories.escalation(world, resolution_summary="It is looked into.", **given).name
	with as_user(world.user(world.raising, "Practitioner")):
		found = cases.move(name, "Raise Concern")
		assert not [row for row in found["duties"] if "police" in row["text"]]
		# Chosen as what it is really about, or ticked: the same.
		about = {"scope_exclusion": "A criminal matter", "scope_reason": "The neglect goes on."}
		for marked in (about, {"scope_exclusion": "", "criminal_matter": 1}):
			document = frappe.get_doc("Escalation", name)
			document.update(marked)
			document.save()
			found = cases.deadlines(name)
			assert [row["done"] for row in found["duties"] if told in row["text"]] == [False]
		found = cases.move(name, "Escalate to Stage 2", reason="Nobody answered.")  # it bars no step
		assert [row["done"] for row in found["duties"] if told in row["text"]] == [False]
		found = cases.move(name, "Accept Resolution")
		(close,) = (row for row in found["moves"] if row["action"] == "Close")
		assert "Refer the criminal matter to the police" in " ".join(close["refusals"])
		document = frappe.get_doc("Escalation", name)
		document.update({"police_referred_on": day(0), "police_reference": "44250099"})
		document.save()
		found = cases.deadlines(name)
		assert [row["done"] for row in found["duties"] if "police" in row["text"]] == [True, True]
		(close,) = (row for row in found["moves"] if row["action"] == "Close")
		assert "police" not in " ".join(close["refusals"])


def test_a_decision_reserved_to_a_post_is_recorded_without_a_route_too(world):
	name = factories.escalation(world, board="Buckinghamshire").name
	decider = factories.contact(
		"Enquiry Manager of Process", world.responding, "Practitioner", with_user=False
	)
	with as_user(world.user(world.raising, "Practitioner")):
		found = cases.deadlines(name)
		assert [(row["key"], row["decides"]) for row in found["route"]["steps"]] == [
			("enquiry-decision", ["Enquiry Manager"])
		]
		with pytest.raises(errors.MoveRefused, match="Decision reserved to: Enquiry Manager"):
			process.step(name, "enquiry-decision", "It ends.")
		document = frappe.get_doc("Escalation", name)
		row = next(row for row in document.answers if row.question_key == "enquiry-decision")
		row.answer = "It ends."
		with pytest.raises(errors.MoveRefused, match="Decision reserved to: Enquiry Manager"):
			document.save()
		document = frappe.get_doc("Escalation", name)
		document.enquiry_manager = decider  # whoever is named on the case co-ordinates the enquiry
		next(row for row in document.answers if row.question_key == "enquiry-ending").answer = "Yes"
		document.save()
		found = process.step(
			name, "enquiry-decision", "It ends.", actor=decider, evidence="Her email of today"
		)
		(step,) = found["route"]["steps"]
		assert (step["answer"], step["who"]) == ("It ends.", "Enquiry Manager of Process")
		with pytest.raises(errors.BadInput, match="no such step"):
			process.step(name, "personalised", "Yes")
