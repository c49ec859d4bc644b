"""Who do I ring? People in post, the asker's own agency and level first, stale entries marked."""

from __future__ import annotations

import frappe
import pytest
from dateutil.relativedelta import relativedelta

from safeguarding_escalation.api import lists
from safeguarding_escalation.services import ring, times
from safeguarding_escalation.services.errors import NotYours
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


def test_an_entry_is_stale_after_twelve_months():
	today = times.today()
	assert ring.is_stale(None)
	assert ring.is_stale(today - relativedelta(months=12, days=1))
	assert not ring.is_stale(today - relativedelta(months=12))
	assert not ring.is_stale(today)
