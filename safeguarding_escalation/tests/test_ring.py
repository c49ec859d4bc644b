"""Who do I ring? People in post, the asker's own agency and level first, stale entries marked."""

from __future__ import annotations

import frappe
import pytest
from dateutil.relativedelta import relativedelta

from safeguarding_escalation.api import lists
from safeguarding_escalation.services import ring_verifying, setup_check_boards, times
from safeguarding_escalation.services.errors import NotYours
from safeguarding_escalation.services.setup_check_line import TODO
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OFFICE = "Redbridge Safeguarding Adults Board"


@pytest.fixture
def people(world):
	"""A safeguarding lead in the raising agency, and somebody who has left the other."""
	lead = factories.contact("Duty safeguarding desk", world.raising, "Safeguarding Lead")
	gone = factories.contact("Left last year", world.responding, "Manager")
	today = times.today()
	frappe.db.set_value("Safeguarding Contact", gone, "to_date", today - relativedelta(days=1))
	frappe.db.set_value(
		"Safeguarding Contact",
		lead,
		{"phone": "020 7946 0001", "verified_on": today - relativedelta(months=2)},
	)
	frappe.db.set_value(
		"Partner Agency",
		world.responding,
		{
			"phone": "020 7946 0100",
			"out_of_hours_number": "020 7946 0199",
			"secure_email": "safe@red.example",
		},
	)
	return lead


def names(group):
	return [person["name"] for person in group["people"]]


def by_name(found):
	return {group["name"]: group for group in found["groups"]}


def test_the_emergency_line_is_always_there(world):
	with as_user(world.user(world.raising, "Practitioner")):
		found = lists.who_do_i_ring(agency="No such agency")
	assert found["emergency"]["number"] == "999"
	assert found["groups"] == []


def test_own_agency_comes_first_with_its_safeguarding_lead_on_top(world, people):
	with as_user(world.user(world.raising, "Manager")):
		found = lists.who_do_i_ring()
	assert (found["groups"][0]["name"], found["groups"][0]["kind"]) == (world.raising, "own")
	assert names(found["groups"][0])[0] == "Duty safeguarding desk"
	assert found["groups"][0]["people"][0]["phone"] == "020 7946 0001"
	office = by_name(found)[world.responding]
	assert (office["phone"], office["out_of_hours"], office["secure_email"]) == (
		"020 7946 0100",
		"020 7946 0199",
		"safe@red.example",
	)


def test_elsewhere_one_s_own_level_comes_first(world, people):
	for capacity in ("Manager", "Senior Manager", "Practitioner"):
		with as_user(world.user(world.raising, capacity)):
			group = by_name(lists.who_do_i_ring())[world.responding]
		assert group["people"][0]["capacity"] == capacity
		assert group["people"][0]["your_level"] is True
		assert {person["capacity"] for person in group["people"] if person["your_level"]} == {capacity}


def test_who_has_left_is_not_rung(world, people):
	with as_user(world.user(world.raising, "Manager")):
		assert "Left last year" not in frappe.as_json(lists.who_do_i_ring())


def test_a_case_brings_its_agencies_and_its_board_only(world, people):
	case = factories.escalation(world).name
	with as_user(world.user(world.raising, "Practitioner")):
		found = lists.who_do_i_ring(escalation=case)
	assert {group["name"] for group in found["groups"]} == {world.raising, world.responding, "Redbridge"}
	assert found["case"]["board"] == "Redbridge"
	assert "Zephyrine" not in frappe.as_json(found)
	with as_user(world.user(world.other, "Practitioner")), pytest.raises(NotYours):
		lists.who_do_i_ring(escalation=case)


def test_filters_by_agency_board_and_capacity(world, people):
	with as_user(world.user(world.raising, "Practitioner")):
		assert set(by_name(lists.who_do_i_ring(agency=world.responding))) == {world.responding}
		found = lists.who_do_i_ring(board="Redbridge", capacity="Chair")
		chair = by_name(found)["Redbridge"]["people"]
		assert [person["name"] for person in chair] == [f"Chair of {OFFICE}"]
		managers = lists.who_do_i_ring(capacity="Manager")["groups"]
	assert {person["capacity"] for group in managers for person in group["people"]} == {"Manager"}


def test_an_entry_is_stale_after_the_days_that_the_settings_say():
	today = times.today()
	frappe.db.set_single_value("Safeguarding Settings", "verified_days", 0)
	assert ring_verifying.days() == 365
	for days, kept, stale in ((365, 365, 366), (30, 30, 31)):
		frappe.db.set_single_value("Safeguarding Settings", "verified_days", days)
		since = ring_verifying.valid_since()
		assert ring_verifying.is_stale(None, since)
		assert not ring_verifying.is_stale(today - relativedelta(days=kept), since)
		assert ring_verifying.is_stale(today - relativedelta(days=stale), since)


@pytest.mark.parametrize(
	("agency", "capacity", "allowed"),
	[
		("responding", "Manager", True),
		("responding", "Practitioner", True),  # of themselves
		("raising", "Manager", False),
		("raising", "Practitioner", False),
		("office", "Business Manager", True),
	],
)
def test_who_may_says_that_an_entry_is_right_and_it_is_logged(world, agency, capacity, allowed):
	contact = world.contact(world.responding, "Practitioner")
	user = world.user(OFFICE if agency == "office" else getattr(world, agency), capacity)
	with as_user(user):
		shown = by_name(lists.who_do_i_ring())[world.responding]["people"]
		assert next(each for each in shown if each["contact"] == contact)["may_verify"] is allowed
		if not allowed:
			with pytest.raises(NotYours):
				lists.verify_contact(contact)
			return
		assert lists.verify_contact(contact)["stale"] is False
	assert frappe.db.get_value("Safeguarding Contact", contact, "verified_on") == times.today()
	logged = frappe.get_all("Comment", {"reference_name": contact, "owner": user}, pluck="content")
	assert logged == [ring_verifying.LOGGED]


def test_each_stage_of_the_policy_says_whom_to_ring(world, people):
	case = factories.escalation(world).name
	with as_user(world.user(world.raising, "Practitioner")):
		stages = lists.who_do_i_ring(escalation=case)["stages"]
	assert [stage["number"] for stage in stages] == [1, 2, 3, 4]
	assert [stage["now"] for stage in stages] == [True, False, False, False]
	managers = next(side for side in stages[1]["sides"] if side["side"] == "responding")
	assert (managers["agency"], managers["wanted"]) == (world.responding, ["Manager", "Safeguarding Lead"])
	assert {person["capacity"] for person in managers["people"]} == {"Manager"}


def test_who_is_away_says_so_with_who_covers(world, people):
	away, cover = (
		world.contact(world.responding, "Manager"),
		world.contact(world.responding, "Senior Manager"),
	)
	frappe.db.set_value("Safeguarding Contact", cover, "phone", "020 7946 0133")
	frappe.get_doc({"doctype": "Safeguarding Absence", "name": "ringaway", "contact": away, "cover": cover,
		"starts_at": frappe.utils.add_days(frappe.utils.now_datetime(), -1)}).db_insert()  # fmt: skip
	case = factories.escalation(world).name
	with as_user(world.user(world.raising, "Practitioner")):
		found = lists.who_do_i_ring(escalation=case)
	person = next(each for each in by_name(found)[world.responding]["people"] if each["contact"] == away)
	assert person["away"] == "no end known"
	assert person["cover"] == {"name": f"Senior Manager of {world.responding}", "phone": "020 7946 0133"}


def test_agencies_without_a_checked_contact_are_said(world, people):
	frappe.db.set_value("Safeguarding Contact", {"agency": world.responding}, "verified_on", None)
	frappe.db.set_value("Safeguarding Contact", people, "verified_on", times.today())
	without = ring_verifying.agencies_without()
	assert world.responding in without
	assert world.raising not in without
	found = next(setup_check_boards.verified_agencies())
	assert found.state == TODO
