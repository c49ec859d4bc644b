"""Whom an alert reaches: those who owe a step, whoever acts for them, those above them, and nobody who may not read the case."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import absences, projection, reach, recipients, times
from safeguarding_escalation.services.lock import loaded, locked
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

LEAD, RAISER = "responding lead", "raising lead"


@pytest.fixture
def case(world):
	"""A case of Redbridge at Stage 1, led for the council by its practitioner of the team North."""
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	return world, made.name


def told(name: str, word: str = LEAD, agency: str = "", owing: bool = True) -> set[str]:
	return {who.email for who in recipients.resolve(loaded(name), word, agency, owing)}


def colleague(world, capacity: str, email: str, agency: str = "", team: str = "") -> str:
	user = factories.user(email, factories.ROLE_OF[capacity])
	return factories.contact(f"{capacity} {email}", agency or world.responding, capacity, user, team)


def lead_of(world) -> str:
	return world.contact(world.responding, "Practitioner")


def put(contact: str, **values) -> None:
	frappe.db.set_value("Safeguarding Contact", contact, values)


def switch_off(user: str) -> None:
	frappe.db.set_value("User", user, "enabled", 0)


def away(contact: str, cover: str | None = None) -> None:
	start = times.stored(times.now() - timedelta(hours=1))
	frappe.get_doc(
		{"doctype": absences.DOCTYPE, "contact": contact, "cover": cover, "starts_at": start}
	).insert()


def reach_stage(name: str, stage: int) -> None:
	factories.entry(name, kind="stage_started", stage=stage)
	with locked(name) as held:
		projection.refresh(held)


# Nobody who may not read the case


def test_a_line_manager_is_told_once_they_may_read_the_case(case):
	world, name = case
	put(lead_of(world), line_manager=world.contact(world.responding, "Manager"))
	assert told(name, "line manager of responding lead") == set()
	reach_stage(name, 2)  # Redbridge: the line managers talk
	assert told(name, "line manager of responding lead") == {world.user(world.responding, "Manager")}


def test_the_business_manager_is_told_once_the_policy_lets_them_see_the_case(case):
	world, name = case
	board = "Redbridge Safeguarding Adults Board"
	assert told(name, "business manager", owing=False) == set()
	assert told(name, "chair", owing=False) == set()
	reach_stage(name, 4)
	assert told(name, "business manager", owing=False) == {world.user(board, "Business Manager")}
	assert told(name, "chair", owing=False) == {world.user(board, "Chair")}


def test_an_account_without_our_roles_opens_nothing_and_is_told_nothing(case, monkeypatch):
	world, name = case
	user = world.user(world.responding, "Practitioner")
	asked = frappe.has_permission
	monkeypatch.setattr(
		frappe, "has_permission", lambda *given, **more: more.get("user") != user and asked(*given, **more)
	)
	assert not reach.may_read(name, user)
	assert user not in told(name)


def test_a_safeguarding_lead_who_may_not_read_the_case_is_passed_over(case):
	world, name = case
	contact = colleague(world, "Safeguarding Lead", "sg.lead@example.test")
	assert told(name, "safeguarding lead of responding lead") == set()
	factories.let_in(name, contact)
	assert told(name, "safeguarding lead of responding lead") == {"sg.lead@example.test"}
	assert told(name, "safeguarding lead of raising lead") == set()


def test_the_senior_manager_of_a_side(case):
	world, name = case
	assert told(name, "senior manager of responding lead") == set()
	reach_stage(name, 3)
	assert told(name, "senior manager of responding lead") == {world.user(world.responding, "Senior Manager")}


# Disabled users and leavers


@pytest.mark.parametrize("gone", ["disabled", "left"])
def test_what_is_for_somebody_gone_goes_to_their_agencys_safeguarding_lead(case, gone):
	world, name = case
	contact = colleague(world, "Safeguarding Lead", "sg.lead@example.test")
	if gone == "disabled":
		switch_off(world.user(world.responding, "Practitioner"))
	else:
		put(lead_of(world), to_date=times.today() - timedelta(days=1))
	# Not yet in the case: the team North, in which nobody else has the capacity of Stage 1, has nobody either.
	assert told(name) == {world.user(world.raising, "Practitioner")}
	factories.let_in(name, contact)
	assert told(name) == {"sg.lead@example.test"}


def test_then_to_the_team(case):
	world, name = case
	colleague(world, "Practitioner", "red.second@example.test", team="North")
	switch_off(world.user(world.responding, "Practitioner"))
	assert told(name) == {"red.second@example.test"}


def test_who_stepped_back_is_not_told(case):
	world, name = case
	colleague(world, "Practitioner", "red.second@example.test", team="North")
	with as_user(world.user(world.responding, "Practitioner")):
		api.recuse(name, reason="A relative of mine is involved.")
	assert told(name) == {"red.second@example.test"}


def test_whom_the_case_says_not_to_contact_is_not_told(case):
	world, name = case
	subject = frappe.get_all("Escalation Subject", {"parent": name}, pluck="name")[0]
	values = {"do_not_contact_or_copy": 1, "representative_name": f"Practitioner of {world.responding}"}
	frappe.db.set_value("Escalation Subject", subject, values)
	assert world.user(world.responding, "Practitioner") not in told(name)


# A team leads


@pytest.fixture
def led_by_a_team(case):
	world, name = case
	frappe.db.set_value("Escalation", name, "responding_lead", None)
	party = frappe.get_all("Escalation Party", {"parent": name, "side": "responding"}, pluck="name")[0]
	frappe.db.set_value("Escalation Party", party, {"lead": None, "led_for": "", "team": "North"})
	with locked(name) as held:
		projection.refresh(held)
	return world, name


def mailbox_of(world, team: str, mailbox: str) -> None:
	agency = frappe.get_doc("Partner Agency", world.responding)
	agency.append("teams", {"team": team, "mailbox": mailbox, "phone_out_of_hours": "020 7946 0000"})
	agency.save()


def test_without_a_mailbox_everybody_of_the_team_with_access_is_told(led_by_a_team):
	world, name = led_by_a_team
	colleague(world, "Practitioner", "red.south@example.test", team="South")
	assert told(name) == {world.user(world.responding, "Practitioner")}


def test_a_teams_mailbox_gets_it_once_in_place_of_each_member(led_by_a_team):
	world, name = led_by_a_team
	mailbox_of(world, " north", "north.team@example.test")
	assert told(name) == {"north.team@example.test"}


def test_another_teams_mailbox_is_not_it(led_by_a_team):
	world, name = led_by_a_team
	mailbox_of(world, "South", "south.team@example.test")
	assert told(name) == {world.user(world.responding, "Practitioner")}


def test_a_mailbox_of_a_team_in_which_nobody_may_read_the_case_gets_nothing(led_by_a_team):
	world, name = led_by_a_team
	mailbox_of(world, "North", "north.team@example.test")
	switch_off(world.user(world.responding, "Practitioner"))
	assert told(name) == {world.user(world.raising, "Practitioner")}


# Absence and cover


def test_an_absent_leads_alerts_go_to_the_cover_who_may_read_the_case(case):
	world, name = case
	cover = colleague(world, "Practitioner", "red.cover@example.test", team="North")
	away(lead_of(world), cover)
	assert told(name) == {"red.cover@example.test"}


def test_where_the_cover_may_not_read_it_the_line_manager_is_told(case, monkeypatch):
	world, name = case
	cover = colleague(world, "Practitioner", "red.south@example.test", team="South")
	asked = reach.may_read  # the cover has stepped back from this case, say
	monkeypatch.setattr(
		reach, "may_read", lambda of, user: user != "red.south@example.test" and asked(of, user)
	)
	manager = world.contact(world.responding, "Manager")
	put(lead_of(world), line_manager=manager)
	away(lead_of(world), cover)
	# Neither may: an absence silences nothing.
	assert told(name) == {world.user(world.responding, "Practitioner")}
	factories.let_in(name, colleague(world, "Safeguarding Lead", "sg.lead@example.test"))
	assert told(name) == {"sg.lead@example.test"}
	factories.let_in(name, manager)
	assert told(name) == {world.user(world.responding, "Manager")}


def test_an_absence_in_which_nobody_stands_in_silences_nothing(case):
	world, name = case
	away(lead_of(world))
	assert told(name) == {world.user(world.responding, "Practitioner")}


def test_an_absent_business_manager_is_told_all_the_same_where_nobody_else_may_read_it(case):
	world, name = case
	board = "Redbridge Safeguarding Adults Board"
	reach_stage(name, 4)
	away(world.contact(board, "Business Manager"))
	assert told(name, "business manager") == {world.user(board, "Business Manager")}


# Several agencies


@pytest.fixture
def of_three(case):
	"""A second agency on the responding side, led by somebody of it."""
	world, name = case
	document = frappe.get_doc("Escalation", name)
	lead = world.contact(world.other, "Practitioner")
	document.append("parties", {"agency": world.other, "side": "responding", "lead": lead})
	with as_user(world.user(world.raising, "Practitioner")):
		document.save()
	return world, name


def test_what_all_parties_owe_is_sent_to_each_current_lead(of_three):
	world, name = of_three
	leads = {who: world.user(who, "Practitioner") for who in (world.raising, world.responding, world.other)}
	assert told(name, RAISER) | told(name, LEAD) == set(leads.values())
	assert told(name, LEAD, world.other) == {leads[world.other]}
	switch_off(leads[world.other])
	assert told(name, LEAD) == {leads[world.responding]}
	colleague(world, "Practitioner", "nor.second@example.test", world.other, "North")
	assert told(name, LEAD) == {leads[world.responding], "nor.second@example.test"}


def test_a_step_that_nobody_can_be_told_of_goes_to_the_other_side(case):
	world, name = case
	switch_off(world.user(world.responding, "Practitioner"))
	assert told(name, LEAD) == {world.user(world.raising, "Practitioner")}
	assert told(name, "action owner") == {world.user(world.raising, "Practitioner")}
	assert told(name, "business manager") == {world.user(world.raising, "Practitioner")}
