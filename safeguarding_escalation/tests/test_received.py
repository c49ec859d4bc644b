"""Cases with a side that has no account: received from outside and worked from receipt to close, and raised to it."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import errors, policies
from safeguarding_escalation.tests import factories, outsiders
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.outsiders import BOARD_HOSTED, INSTALLATIONS, ONE, Desk

LETTER = "Their letter, in our post book"


@pytest.fixture
def received(world):
	"""The hospital's ward sister wrote a letter; the council's practitioner enters it."""
	outsiders.installed_as(ONE, world.responding)
	outside, people = outsiders.agency_without_accounts()
	user = world.user(world.responding, "Practitioner")
	name = outsiders.entered(
		user,
		direction="Received",
		board=world.board,
		raising_agency=outside,
		raised_by=people["Practitioner"],
	)
	return name, people["Practitioner"], user


def test_whoever_enters_it_sees_the_draft(received):
	name, _, user = received
	with as_user(user):
		assert name in frappe.get_list("Escalation", pluck="name", limit_page_length=0)


def test_what_the_other_side_did_is_recorded_as_reported(received):
	name, sister, user = received
	with as_user(user):
		with pytest.raises(errors.BadInput, match="how you know"):
			api.move(name, "Raise Concern", actor=sister, occurred_at="2025-03-11 10:00:00")
		answer = api.move(
			name,
			"Raise Concern",
			actor=sister,
			evidence="Her letter of 11 March",
			occurred_at="2025-03-11 10:00:00",
		)
		row = next(entry for entry in api.timeline(name) if entry["kind"] == "concern_raised")
	assert answer["workflow_state"] == "Stage 1"
	assert (row["source"], row["evidence"], row["actor"]) == (
		"reported",
		"Her letter of 11 March",
		"Practitioner of Ashdown Community Trust",
	)
	assert row["side"] == "raising"


def test_nobody_moves_for_somebody_who_can_log_in(received, world):
	name, sister, user = received
	with as_user(user):
		api.move(name, "Raise Concern", actor=sister, evidence="Her letter")
		with pytest.raises(errors.MoveRefused, match="account"):
			api.move(
				name,
				"Escalate to Stage 2",
				actor=world.contact(world.responding, "Manager"),
				evidence="He said so",
				reason="Not agreed.",
			)


def test_administrator_moves_only_in_somebodys_name(received):
	name, sister, _ = received
	with pytest.raises(errors.MoveRefused, match="actor"):
		api.move(name, "Raise Concern")
	answer = api.move(name, "Raise Concern", actor=sister, evidence="Her letter of 11 March")
	assert answer["workflow_state"] == "Stage 1"


def test_a_colleague_records_for_an_outsider_where_a_board_hosts(received):
	name, sister, user = received
	outsiders.installed_as(BOARD_HOSTED, "")
	with as_user(user):
		answer = api.move(name, "Raise Concern", actor=sister, evidence="Her letter of 11 March")
	assert answer["workflow_state"] == "Stage 1"


def test_a_time_with_an_offset_in_a_field_is_stored_in_the_sites_zone(world):
	case = factories.escalation(world, disagreement_at="2025-06-02T09:00:00+00:00")
	assert str(frappe.db.get_value("Escalation", case.name, "disagreement_at")) == "2025-06-02 10:00:00"


# How each policy comes to its Chair from stage 3, as (action, level).
TO_THE_CHAIR = {
	"Redbridge": [("Escalate to Stage 4", None)],
	"Stockport": [("Escalate to Stage 4", "Head of Service"), ("Escalate to Stage 4", "Chair")],
}


@pytest.mark.parametrize("installation", INSTALLATIONS)
@pytest.mark.parametrize("board", TO_THE_CHAIR)
def test_one_manager_works_a_received_case_from_receipt_to_close(world, installation, board):
	"""Nobody of the raising agency, nor the board's Chair or Business Manager, has an account."""
	outsiders.installed_as(installation, world.responding)
	outside, people = outsiders.agency_without_accounts()
	posts = outsiders.board_without_accounts(board)
	user = world.user(world.responding, "Manager")
	name = outsiders.entered(
		user,
		direction="Received",
		board=board,
		raising_agency=outside,
		responding_agency=world.responding,
		raised_by=people["Practitioner"],
	)
	desk = Desk(name, user)
	told = {"evidence": LETTER}
	desk.move("Raise Concern", actor=people["Practitioner"], **told)
	for stage, capacity in ((1, "Practitioner"), (2, "Manager")):
		desk.record("discussed", mode="phone", counterpart=people[capacity])
		desk.record("unresolved", actor=people[capacity], **told)
		desk.move(f"Escalate to Stage {stage + 1}", actor=people[capacity], **told)
	desk.record("discussed", mode="meeting", counterpart=people["Senior Manager"])
	desk.record("unresolved", actor=people["Senior Manager"], **told)
	for action, level in TO_THE_CHAIR[board]:
		desk.move(action, level=level, actor=people["Head of Service"], reason="Not agreed.", **told)
	desk.record("received", actor=posts["Chair"], **told)
	assert desk.move("Make Recommendations", actor=posts["Chair"], note="Reopen it.", **told)[
		"workflow_state"
	] == ("Recommendations Made")
	desk.record("recommendation_answered", note="We will.")
	desk.save(**outsiders.SETTLED_TEXTS)
	desk.move("Accept Resolution", actor=people["Head of Service"], **told)
	desk.carry_out_closing_duties(policies.policy(policies.adopted(board)))
	assert desk.move("Close", actor=people["Practitioner"], **told)["workflow_state"] == "Closed"
	theirs = [row for row in desk.entries() if row["side"] in ("raising", "board")]
	assert len(theirs) > 8
	for row in theirs:
		assert (row["source"], row["evidence"]) == ("reported", LETTER)
		assert row["doubt"].endswith(f"not confirmed by {row['actor']}")
	assert {row["actor"] for row in theirs} >= {
		"Practitioner of Ashdown Community Trust",
		f"Chair of the {board} board",
	}
	ours = [row for row in desk.entries() if row["side"] == "responding"]
	assert {row["source"] for row in ours} == {"own knowledge"}


@pytest.mark.parametrize("installation", INSTALLATIONS)
@pytest.mark.parametrize("board", ["Redbridge", "Suffolk"])
def test_a_raised_case_whose_counterpart_has_no_account(world, installation, board):
	"""The other agency's proposal and confirmation are recorded for it; the raising side accepts and closes."""
	outsiders.installed_as(installation, world.raising)
	outside, people = outsiders.agency_without_accounts()
	outsiders.board_without_accounts(board)
	user = world.user(world.raising, "Practitioner")
	name = outsiders.entered(
		user,
		board=board,
		raising_agency=world.raising,
		responding_agency=outside,
		responding_lead=people["Practitioner"],
	)
	desk = Desk(name, user)
	told = {"evidence": "Her email of 14 March"}
	desk.move("Raise Concern", counterpart=people["Practitioner"])
	desk.record("discussed", actor=people["Practitioner"], mode="phone", **told)
	desk.record("resolution_proposed", actor=people["Manager"], **told)
	desk.save(**outsiders.SETTLED_TEXTS)
	desk.move("Accept Resolution")
	desk.record("confirmed", actor=people["Manager"], mode="in writing", **told)
	desk.carry_out_closing_duties(policies.policy(policies.adopted(board)))
	assert desk.move("Close")["workflow_state"] == "Closed"
	reported = [row for row in desk.entries() if row["source"] == "reported"]
	assert [row["kind"] for row in reported][:3] == ["discussed", "resolution_proposed", "confirmed"]
	assert {row["side"] for row in reported} == {"responding"}
	if board == "Redbridge":  # the other side's written confirmation meets the clock that it owes
		confirm = [row for row in desk.panel()["deadlines"] if row["clock"] == "RB.S1.CONFIRM"]
		assert [row["status"] for row in confirm] == ["met"]


@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_the_board_enters_and_raises_for_an_agency_whose_practitioners_do_not_log_in(world, installation):
	outsiders.installed_as(installation, world.responding)
	outside, people = outsiders.agency_without_accounts()
	office = "Redbridge Safeguarding Adults Board"
	user = world.user(office, "Business Manager")
	with as_user(user):
		blank = frappe.get_doc({"doctype": "Escalation", "board": world.board, **outsiders.FILLED})
		with pytest.raises(frappe.MandatoryError, match="raising_agency"):
			blank.insert()  # neither agency is the board's own, so it is asked for
	name = outsiders.entered(
		user,
		board=world.board,
		raising_agency=outside,
		responding_agency=world.responding,
		raised_by=people["Practitioner"],
	)
	desk = Desk(name, user)
	desk.move("Raise Concern", actor=people["Practitioner"], evidence="She rang the board's office.")
	assert desk.entries("concern_raised")[0]["doubt"].endswith("not confirmed by " + _name(people))
	assert desk.record("discussed", actor=people["Practitioner"], evidence="She rang again.")["log"]


def _name(people):
	return frappe.db.get_value("Safeguarding Contact", people["Practitioner"], "contact_name")


def test_in_a_partnership_the_two_agencies_say_who_received_it(world):
	outsiders.installed_as(BOARD_HOSTED, "")
	outside, people = outsiders.agency_without_accounts()
	user = world.user(world.responding, "Manager")
	name = outsiders.entered(
		user,
		board=world.board,
		raising_agency=outside,
		responding_agency=world.responding,
		raised_by=people["Practitioner"],
	)
	assert frappe.db.get_value("Escalation", name, "direction") == "Received"


def test_one_organisation_says_which_it_is(world):
	settings = frappe.get_doc("Safeguarding Settings")
	settings.installation, settings.host_agency = ONE, None
	with pytest.raises(frappe.MandatoryError, match="Which organisation"):
		settings.save()
	settings.reload()
	settings.installation, settings.host_agency = ONE, world.raising
	settings.save()
	settings.installation = BOARD_HOSTED
	settings.save()
	assert not frappe.db.get_single_value("Safeguarding Settings", "host_agency", cache=False)
