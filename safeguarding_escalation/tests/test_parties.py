"""Several agencies and adults on a case, duty teams, people of two teams, and those who step back."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import errors, lock, recipients
from safeguarding_escalation.tests import factories, outsiders
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.outsiders import INSTALLATIONS, Desk
from safeguarding_escalation.tests.print_cases import CHRONOLOGY, RECORD, html_of


@pytest.fixture(params=INSTALLATIONS)
def installation(world, request) -> str:
	outsiders.installed_as(request.param, world.raising)
	return request.param


def raised(world, **values) -> Desk:
	user = world.user(world.raising, "Practitioner")
	given = {
		"board": world.board,
		"raising_agency": world.raising,
		"responding_agency": world.responding,
		**values,
	}
	desk = Desk(outsiders.entered(user, **given), user)
	desk.move("Raise Concern")
	return desk


def colleague(world, name: str, capacity: str = "Practitioner", team: str = "North") -> str:
	"""One more of the council, with an account; the account."""
	email = f"{frappe.scrub(name)}@example.test"
	factories.user(email, factories.ROLE_OF[capacity])
	factories.contact(name, world.responding, capacity, email, team=team)
	return email


def sees(user: str, case: str) -> bool:
	with as_user(user):
		return case in frappe.get_list("Escalation", {"name": case}, pluck="name")


def mailed(case: str, word: str, agency: str = "") -> set[str]:
	return {who.email for who in recipients.resolve(lock.loaded(case), word, agency)}


def led(desk: Desk, agency: str) -> dict:
	return next(row for row in desk.panel()["leads"] if row["agency"] == agency)


# A duty team as lead


@pytest.fixture
def duty(world, installation) -> Desk:
	"""The council's South duty team has the case; nobody of it is named."""
	return raised(world, responding_team="South")


def test_a_duty_teams_people_see_the_case_and_get_its_alerts(world, duty):
	south = colleague(world, "Sam Duty", team="south ")
	assert sees(south, duty.case)
	assert not sees(world.user(world.responding, "Practitioner"), duty.case)  # of the North team
	assert mailed(duty.case, "responding lead") == {south}
	row = led(duty, world.responding)
	assert (row["words"], row["may_take_over"]) == ("Duty team: South", False)


def test_anybody_of_the_team_takes_over_in_one_logged_click(world, duty):
	first, second = colleague(world, "Sam Duty", team="South"), colleague(world, "Kim Duty", team="South")
	with as_user(first):
		assert [row["may_take_over"] for row in api.deadlines(duty.case)["leads"]] == [False, True]
		answer = api.take_over(duty.case)
	mine = next(row for row in answer["leads"] if row["agency"] == world.responding)
	assert (mine["words"], mine["team"], mine["may_take_over"]) == (
		"Sam Duty, Practitioner",
		"South",
		False,
	)
	assert mailed(duty.case, "responding lead") == {first}
	with as_user(second):
		api.take_over(duty.case)
	entries = duty.entries("handed_over")
	assert [(row["actor"], row["side"]) for row in entries] == [
		("Sam Duty", "responding"),
		("Kim Duty", "responding"),
	]
	assert entries[1]["counterpart"].startswith("Sam Duty")
	stored = frappe.get_doc("Escalation", duty.case)
	assert stored.responding_lead == frappe.db.get_value("Safeguarding Contact", {"user": second})
	party = next(row for row in stored.parties if row.side == "responding")
	assert (party.lead, party.team) == (stored.responding_lead, "South")


def test_a_lead_changed_in_the_form_is_logged_too(world, duty):
	duty.save(responding_lead=world.contact(world.responding, "Practitioner"))
	assert [row["relates_to"] for row in duty.entries("handed_over")] == [
		"Responding side to Practitioner of Redfern Council"
	]


def test_nobody_takes_over_for_another_side_or_twice(world, duty):
	with as_user(duty.user), pytest.raises(errors.MoveRefused, match="lead this already"):
		api.take_over(duty.case)
	with as_user(world.user(world.other, "Practitioner")), pytest.raises(errors.NotYours):
		api.take_over(duty.case)


# Several teams


def test_a_senior_manager_of_two_teams_sees_both_teams_cases(world, installation):
	both = colleague(world, "Lee Twoteams", "Practitioner", team="North")
	contact = frappe.get_doc("Safeguarding Contact", {"user": both})
	north = raised(world, responding_lead=world.contact(world.responding, "Practitioner"))
	south = raised(world, responding_team="South")
	west = raised(world, responding_team="West")
	assert [sees(both, desk.case) for desk in (north, south, west)] == [True, False, False]
	contact.append("other_capacities", {"capacity": "Practitioner", "team": "South"})
	contact.save(ignore_permissions=True)
	assert [sees(both, desk.case) for desk in (north, south, west)] == [True, True, False]
	with as_user(both):
		api.take_over(south.case)


# Several agencies and several adults


@pytest.fixture
def crowd(world, installation) -> Desk:
	"""The hospital raises; the council and the police both respond; two adults, neither named in a title."""
	return raised(
		world,
		responding_lead=world.contact(world.responding, "Practitioner"),
		subjects=[
			{"subject_name": "Zephyrine Canary", "kind": "Adult"},
			{"subject_name": "Barnaby Finch", "kind": "Adult"},
		],
		parties=[
			{
				"agency": world.other,
				"side": "responding",
				"lead": world.contact(world.other, "Practitioner"),
				"aim": "A joint visit",
			}
		],
	)


def test_each_agency_has_its_access_alerts_and_label(world, crowd):
	for agency in (world.raising, world.responding, world.other):
		assert sees(world.user(agency, "Practitioner"), crowd.case)
	people = {world.user(agency, "Practitioner") for agency in (world.responding, world.other)}
	assert mailed(crowd.case, "responding lead") == people
	assert mailed(crowd.case, "responding lead", world.other) == {world.user(world.other, "Practitioner")}
	labels = {row["owed_by_label"] for row in crowd.panel()["deadlines"]}
	assert any("Northgate Police and Redfern Council (responding)" in label for label in labels)


def test_an_agency_without_a_lead_is_told_through_its_team(world, crowd):
	document = frappe.get_doc("Escalation", crowd.case)
	document.parties[0].lead, document.parties[0].team = None, "North"
	crowd.save(parties=document.parties)
	assert world.user(world.other, "Practitioner") in mailed(crowd.case, "responding lead")


def test_each_party_has_its_own_clock_though_it_is_silent(world, installation):
	desk = raised(
		world, board="Stockport", parties=[{"agency": world.other, "side": "responding", "team": "North"}]
	)
	each = [row for row in desk.panel()["deadlines"] if row["instance"]]
	desk.record("unresolved")
	desk.move("Escalate to Stage 2", reason="Not agreed.")
	case = lock.loaded(desk.case)
	clock = next(clock for clock in case.policy.clocks if clock.each == "party")
	desk.save(**outsiders.SETTLED_TEXTS)
	desk.move("Accept Resolution")
	each = {row["instance"]: row for row in desk.panel()["deadlines"] if row["clock"] == clock.id}
	assert set(each) == {world.raising, world.responding, world.other}
	assert each[world.other]["owed_by_label"] == world.other
	desk.record("feedback_given")
	each = {row["instance"]: row for row in desk.panel()["deadlines"] if row["clock"] == clock.id}
	assert each[world.raising]["met_at"]
	assert not each[world.other]["met_at"]


def test_each_agency_says_for_itself_whether_it_is_satisfied(world, crowd):
	document = frappe.get_doc("Escalation", crowd.case)
	for row in document.parties:
		row.satisfied = "Yes"
	with pytest.raises(errors.NotYours, match="says for itself"):
		crowd.save(parties=document.parties)
	for agency in (world.raising, world.responding, world.other):
		with as_user(world.user(agency, "Practitioner")):
			document = frappe.get_doc("Escalation", crowd.case)
			next(row for row in document.parties if row.agency == agency).satisfied = "Yes"
			document.save()
	assert {row.satisfied for row in frappe.get_doc("Escalation", crowd.case).parties} == {"Yes"}


def test_for_an_agency_without_accounts_its_word_is_entered(world, installation):
	outside, _ = outsiders.agency_without_accounts()
	desk = raised(world, responding_agency=outside)
	document = frappe.get_doc("Escalation", desk.case)
	next(row for row in document.parties if row.agency == outside).satisfied = "No"
	assert desk.save(parties=document.parties)


@pytest.mark.parametrize("print_format", [CHRONOLOGY, RECORD])
def test_prints_list_every_adult_and_titles_none(world, crowd, print_format):
	with as_user(crowd.user):
		html = html_of(crowd.case, print_format)
	assert "Zephyrine Canary" in html
	assert "Barnaby Finch" in html
	if print_format == RECORD:
		assert "A joint visit" in html
	row = frappe.get_doc("Escalation", crowd.case)
	titles = f"{row.get_title()} {row.name} {row.reference} {row.stage_label} {row.next_owed_by}"
	assert "Canary" not in titles
	assert "Finch" not in titles


# One agency on both sides (Suffolk)


def test_one_agency_stands_on_both_sides_where_the_policy_allows_it(world, installation):
	desk = raised(
		world, board="Suffolk", responding_agency=world.raising, raising_team="North", responding_team="South"
	)
	rows = frappe.get_doc("Escalation", desk.case).parties
	assert {(row.side, row.agency, row.team) for row in rows} == {
		("raising", world.raising, "North"),
		("responding", world.raising, "South"),
	}
	email = "elm.south@example.test"
	factories.user(email, "Safeguarding Practitioner")
	factories.contact("South of Elmfield", world.raising, "Practitioner", email, team="South")
	assert sees(email, desk.case)
	with as_user(email):
		api.record(desk.case, "resolution_proposed", note="We will look again.")
		api.take_over(desk.case)
	assert desk.entries("resolution_proposed")[0]["side"] == "responding"
	assert led(desk, world.raising)["side"] == "raising"
	assert frappe.db.get_value("Escalation", desk.case, "responding_lead") == frappe.db.get_value(
		"Safeguarding Contact", {"user": email}
	)


# Conflict of interest


def test_stepping_back_is_logged_and_ends_access_at_once(world, installation):
	desk = raised(world, responding_lead=world.contact(world.responding, "Practitioner"))
	lead = world.user(world.responding, "Practitioner")
	other = colleague(world, "Kim Colleague")
	with as_user(lead):
		with pytest.raises(errors.BadInput, match="conflict"):
			api.recuse(desk.case, " ")
		assert api.recuse(desk.case, "The carer is my cousin.") == {
			"escalation": desk.case,
			"recused": True,
		}
		with pytest.raises(errors.NotYours):
			api.deadlines(desk.case)
	assert not sees(lead, desk.case)
	assert sees(other, desk.case)  # the team keeps the case
	assert lead not in mailed(desk.case, "responding lead")
	assert mailed(desk.case, "responding lead") == {other}
	assert led(desk, world.responding)["words"] == "Duty team: North"
	assert desk.entries("recused") == []  # the reason is for their own agency and the board
	with as_user(other):
		entry = next(row for row in api.timeline(desk.case) if row["kind"] == "recused")
		assert entry["note"] == "The carer is my cousin."
		api.take_over(desk.case)
		api.record(desk.case, "correction", corrects=entry["name"])  # stepped back by mistake
	assert sees(lead, desk.case)


def test_who_joins_the_team_later_sees_what_a_recused_colleague_left(world, installation):
	desk = raised(world, responding_lead=world.contact(world.responding, "Practitioner"))
	with as_user(world.user(world.responding, "Practitioner")):
		api.recuse(desk.case, "I know the family.")
	assert sees(colleague(world, "Robin Newcomer"), desk.case)
