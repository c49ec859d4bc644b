"""Reported entries: confirmed or disputed by those they speak of; in the log, the panel and the prints alike."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine.deadlines import plan
from safeguarding_escalation.services import errors, lock, sealing
from safeguarding_escalation.tests import factories, outsiders
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.outsiders import INSTALLATIONS, Desk
from safeguarding_escalation.tests.print_cases import CHRONOLOGY, RECORD, html_of

TOLD = {"evidence": "A telephone call of 14 March"}


@pytest.fixture(params=INSTALLATIONS)
def desk(world, request) -> Desk:
	"""A case that the hospital raised to the council, whose practitioner has no account."""
	outsiders.installed_as(request.param, world.raising)
	user = world.user(world.raising, "Practitioner")
	name = outsiders.entered(
		user,
		board=world.board,
		raising_agency=world.raising,
		responding_agency=world.responding,
		responding_lead=silent(world),
	)
	found = Desk(name, user)
	found.move("Raise Concern")
	return found


def silent(world) -> str:
	"""The council's practitioner without an account."""
	return factories.contact(
		"Pat Silent of Redfern", world.responding, "Practitioner", team="North", with_user=False
	)


@pytest.fixture
def entry(desk, world) -> str:
	return desk.record("discussed", actor=silent(world), mode="phone", **TOLD)["log"]


@pytest.fixture
def colleague(world) -> str:
	return world.user(world.responding, "Practitioner")


def doubt(desk: Desk, entry: str) -> str:
	return next(row["doubt"] for row in desk.entries() if row["name"] == entry)


def test_a_reported_entry_says_whose_word_it_is(desk, entry):
	assert doubt(desk, entry) == "Reported by elm.practitioner, not confirmed by Pat Silent of Redfern"
	own = desk.entries("concern_raised")[0]
	assert (own["doubt"], own["may_confirm"]) == ("", False)


def test_their_agency_confirms_with_one_click(desk, entry, colleague):
	with as_user(colleague):
		offered = api.deadlines(desk.case)["to_confirm"]
		assert [row["log"] for row in offered] == [entry]
		assert offered[0]["text"].startswith("Discussed, ")
		answer = api.confirm(desk.case, entry)
		assert answer["to_confirm"] == []
	words = doubt(desk, entry)
	assert words == "Reported by elm.practitioner, confirmed by Practitioner of Redfern Council"
	row = next(row for row in desk.entries() if row["name"] == answer["log"])
	assert (row["kind"], row["relates_to"], row["source"]) == ("entry_confirmed", "entry 3", "own knowledge")
	stored = frappe.get_doc("Stage Log", answer["log"])
	assert stored.confirmed_by == frappe.db.get_value("Safeguarding Contact", {"user": colleague})


def test_disputed_is_said_so_and_the_last_answer_counts(desk, entry, colleague):
	with as_user(colleague):
		api.confirm(desk.case, entry, agrees=False, note="We did not speak that day.")
	assert doubt(desk, entry).endswith("disputed by Practitioner of Redfern Council")
	assert desk.entries("entry_disputed")[0]["note"] == "We did not speak that day."
	with as_user(colleague):
		api.confirm(desk.case, entry, agrees="1")
	assert doubt(desk, entry).endswith(", confirmed by Practitioner of Redfern Council")


def test_an_answer_that_was_struck_out_counts_no_more(desk, entry, colleague):
	with as_user(colleague):
		answer = api.confirm(desk.case, entry)["log"]
		api.record(desk.case, "correction", corrects=answer)
	assert doubt(desk, entry).endswith("not confirmed by Pat Silent of Redfern")


def test_the_chain_holds_and_no_clock_moves(desk, entry, colleague):
	before = [(row["clock"], row["due_at"], row["met_at"]) for row in desk.panel()["deadlines"]]
	kept = frappe.db.get_value("Stage Log", entry, ["hash", "modified", "confirmed_by"])
	with as_user(colleague):
		api.confirm(desk.case, entry, agrees=False)
	assert [(row["clock"], row["due_at"], row["met_at"]) for row in desk.panel()["deadlines"]] == before
	assert frappe.db.get_value("Stage Log", entry, ["hash", "modified", "confirmed_by"]) == kept
	case = lock.loaded(desk.case)
	previous = ""
	for row in case.rows:
		assert row.previous_hash == previous
		assert sealing.row_hash(row) == row.hash
		previous = row.hash
	assert len(case.events) == len(case.rows) - 1  # the answer is about the record, not about the case
	assert plan(case.history, case.events, case.calendar)


def test_the_reporter_confirms_nothing_but_records_how_it_was_confirmed(desk, entry):
	with as_user(desk.user):
		assert api.deadlines(desk.case)["to_confirm"] == []
		with pytest.raises(errors.MoveRefused, match="reported this yourself"):
			api.confirm(desk.case, entry)
		api.confirm(desk.case, entry, evidence="Pat's email of 15 March")
	assert doubt(desk, entry) == (
		"Reported by elm.practitioner, confirmed by Pat Silent of Redfern (Pat's email of 15 March)"
	)


def test_nobody_else_confirms(desk, entry, world):
	with as_user(world.user(world.other, "Practitioner")), pytest.raises(errors.NotYours):
		api.confirm(desk.case, entry)
	with as_user(desk.user), pytest.raises(errors.MoveRefused, match="to confirm"):
		api.confirm(
			desk.case, entry, actor=world.contact(world.raising, "Practitioner"), evidence="I was there."
		)


@pytest.mark.parametrize("given", ["perhaps", None, 2])
def test_yes_or_no(desk, entry, colleague, given):
	with as_user(colleague), pytest.raises(errors.BadInput, match="Yes or No"):
		api.confirm(desk.case, entry, agrees=given)


def test_only_reports_that_stand_are_answered(desk, entry, colleague, world):
	raised = desk.entries("concern_raised")[0]["name"]
	with as_user(colleague):
		with pytest.raises(errors.BadInput, match="nothing to confirm"):
			api.confirm(desk.case, raised)
		with pytest.raises(errors.BadInput, match="no such entry"):
			api.confirm(desk.case, "no-such-row")
	corrected = desk.record("discussed", corrects=entry, actor=silent(world), mode="email", **TOLD)["log"]
	with as_user(colleague):
		with pytest.raises(errors.BadInput, match="corrected since"):
			api.confirm(desk.case, entry)
		assert [row["log"] for row in api.deadlines(desk.case)["to_confirm"]] == [corrected]


def test_the_person_confirms_once_an_account_is_there(desk, entry, world):
	contact = frappe.get_doc("Safeguarding Contact", silent(world))
	contact.user = factories.user("pat.silent@example.test", "Safeguarding Practitioner")
	contact.save(ignore_permissions=True)
	with as_user(contact.user):
		api.confirm(desk.case, entry)
	assert doubt(desk, entry).endswith(", confirmed by Pat Silent of Redfern")


def test_the_business_manager_confirms_for_the_chair(desk, world):
	office = "Redbridge Safeguarding Adults Board"
	chair = outsiders.board_without_accounts(world.board)["Chair"]
	manager = world.contact(office, "Business Manager")
	frappe.db.set_value("Safeguarding Board", world.board, "business_manager", manager)
	desk.move("Escalate to Stage 2", reason="Not agreed.")
	with as_user(world.user(world.raising, "Manager")):
		api.move(desk.case, "Escalate to Stage 3", reason="Not agreed.")
	with as_user(world.user(world.raising, "Senior Manager")):
		api.move(desk.case, "Escalate to Stage 4", reason="Not agreed.")
		entry = api.record(desk.case, "received", actor=chair, evidence="The board's letter")["log"]
	with as_user(world.user(office, "Business Manager")):
		assert [row["log"] for row in api.deadlines(desk.case)["to_confirm"]] == [entry]
		api.confirm(desk.case, entry)
	assert doubt(desk, entry).endswith(f"confirmed by Business Manager of {office}")


def test_what_only_a_side_is_said_to_have_done_is_that_sides_to_confirm(desk, colleague):
	entry = desk.record("discussed", side="responding", source="reported", mode="email")["log"]
	assert doubt(desk, entry) == "Reported by elm.practitioner, not confirmed by the responding side"
	with as_user(colleague):
		api.confirm(desk.case, entry)
	assert "confirmed by Practitioner of Redfern Council" in doubt(desk, entry)


def test_what_another_agency_did_is_not_hidden_from_it(desk, world):
	with pytest.raises(errors.BadInput, match="another agency"):
		desk.record("discussed", actor=silent(world), visibility="own agency", **TOLD)
	entry = desk.record("consulted", actor=silent(world), **TOLD)["log"]
	assert next(row for row in desk.entries() if row["name"] == entry)["visibility"] == "parties"


def test_a_closed_cases_entries_can_still_be_answered(desk, entry, colleague):
	desk.move("Withdraw", reason="Settled by telephone.")
	with as_user(colleague):
		api.confirm(desk.case, entry)
	assert "confirmed by" in doubt(desk, entry)


@pytest.mark.parametrize("print_format", [CHRONOLOGY, RECORD])
def test_prints_say_whose_word_it_is(desk, entry, colleague, print_format):
	with as_user(desk.user):
		html = html_of(desk.case, print_format)
	assert "Reported by elm.practitioner, not confirmed by Pat Silent of Redfern" in html
	assert "How it is known: A telephone call of 14 March" in html
	with as_user(colleague):
		api.confirm(desk.case, entry, agrees=False, note="It was on the 13th.")
	with as_user(desk.user):
		html = html_of(desk.case, print_format)
	assert "disputed by Practitioner of Redfern Council" in html
	assert "not confirmed by Pat" not in html
	if print_format == CHRONOLOGY:
		assert "About the entry “Discussed”" in html
