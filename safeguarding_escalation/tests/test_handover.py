"""Handing over, back, and received: each logged, both sides see who leads, and no due date moves."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import handover as hand
from safeguarding_escalation.services import recipients, times
from safeguarding_escalation.services.errors import BadInput, MoveRefused, NotYours
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.figures import say
from safeguarding_escalation.tests.test_absences import away
from safeguarding_escalation.tests.test_cover_access import colleague
from safeguarding_escalation.tests.test_leaving import sees


@pytest.fixture
def lead(world):
	"""The responding lead: their contact; their line manager sees no case by that."""
	contact = world.contact(world.responding, "Practitioner")
	manager = world.contact(world.responding, "Senior Manager")
	frappe.db.set_value("Safeguarding Contact", contact, "line_manager", manager)
	return contact


@pytest.fixture
def lead_user(world):
	return world.user(world.responding, "Practitioner")


@pytest.fixture
def case(world, lead):
	return raised(world)


def raised(world, **values) -> str:
	document = factories.escalation(world, **values)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(document.name, "Raise Concern")
	return document.name


def entries(case: str, kind: str) -> list:
	fields = ["actor_name", "counterpart_name", "relates_to", "name"]
	return frappe.get_all("Stage Log", {"escalation": case, "kind": kind}, fields, order_by="sequence")


def dates(case: str) -> list:
	fields = ["clock", "instance", "starts_at", "due_at", "met_at", "ended_at"]
	return frappe.get_all("Escalation Deadline", {"escalation": case}, fields, order_by="clock, instance")


def of(panel: dict, agency: str) -> dict:
	return next(row for row in panel["leads"] if row["agency"] == agency)


def test_handed_over_received_and_back_again_and_no_due_date_moves(world, case, lead, lead_user):
	new, new_user = colleague(world)
	before = dates(case)
	assert before
	with as_user(lead_user):
		panel = hand.hand_over(case, new, note="I am at a training until Friday.")
		assert of(panel, world.responding)["words"].startswith("Stand-in of Redfern")
		assert "not received yet" in of(panel, world.responding)["received"]
	assert sees(new_user, case)
	with as_user(world.user(world.raising, "Practitioner")):
		assert of(api.deadlines(case), world.responding)["words"].startswith("Stand-in of Redfern")
		with pytest.raises(MoveRefused, match="Nothing was handed to you"):
			hand.received(case)
	with as_user(new_user):
		assert of(api.deadlines(case), world.responding)["may_receive"]
		row = of(hand.received(case), world.responding)
		assert row["received"].startswith("received ")
		assert not row["may_receive"]
		with pytest.raises(MoveRefused):
			hand.received(case)
		assert row["may_return"] == f"Practitioner of {world.responding}"
		hand.give_back(case)
	assert frappe.db.get_value("Escalation", case, "responding_lead") == lead
	assert [row.relates_to for row in entries(case, "handed_over")] == [
		"Responding side to Stand-in of Redfern",
		f"Responding side back to Practitioner of {world.responding}",
	]
	assert entries(case, "handover_received")[0].relates_to == entries(case, "handed_over")[0].name
	assert dates(case) == before
	with as_user(lead_user):
		notes = [row["note"] for row in api.timeline(case) if row["kind"] == "handed_over"]
		assert notes[0] == "I am at a training until Friday."
		assert of(api.deadlines(case), world.responding)["may_receive"]
		hand.received(case)
	assert dates(case) == before


def test_who_takes_over_has_received_it(world, case):
	user = factories.user("red.taker@example.test", "Safeguarding Practitioner")
	factories.contact("Taker of Redfern", world.responding, "Practitioner", user, team="North")
	with as_user(user):
		row = of(api.take_over(case), world.responding)
		assert (row["handed"], row["may_receive"]) == ("", False)
		assert row["may_return"] == f"Practitioner of {world.responding}"
	party = frappe.get_doc("Escalation Party", {"parent": case, "side": "responding"})
	assert party.handed_at == party.received_at is not None


def test_a_line_manager_hands_over_without_seeing_the_case(world, case, lead):
	new, new_user = colleague(world)
	manager = world.user(world.responding, "Senior Manager")
	assert not sees(manager, case)
	with as_user(manager):
		assert hand.hand_over(case, new) == {"escalation": case, "handed_over": True}
	assert not sees(manager, case)
	assert sees(new_user, case)


def test_nobody_else_hands_over_and_a_stranger_learns_nothing(world, case, lead):
	new, _user = colleague(world)
	other = world.contact(world.raising, "Manager")
	refused = {}
	for who, user in {
		"another manager of the agency, who does not see the case": world.user(world.responding, "Manager"),
		"a stranger": world.user(world.other, "Manager"),
	}.items():
		with as_user(user):
			for call in (lambda: hand.hand_over(case, new), lambda: hand.give_back(case)):
				with pytest.raises(NotYours) as caught:
					call()
				refused.setdefault(str(caught.value), who)
			with pytest.raises(NotYours) as caught:
				hand.hand_over("no-such-case", new)
			refused.setdefault(str(caught.value), who)
	assert len(refused) == 1
	with (
		as_user(world.user(world.raising, "Practitioner")),
		pytest.raises(BadInput, match="does not work for"),
	):
		hand.hand_over(case, new)  # the raiser hands over their own side alone
	with as_user(world.user(world.raising, "Practitioner")):
		hand.hand_over(case, other)
	assert frappe.db.get_value("Escalation", case, ["raising_lead", "responding_lead"]) == (other, lead)


def test_a_new_lead_who_is_refused(world, case, lead, lead_user):
	left = factories.contact("Has left Redfern", world.responding, "Practitioner", with_user=False)
	frappe.db.set_value("Safeguarding Contact", left, "to_date", "2025-01-01")
	absent, _user = colleague(world, name="Absent")
	away(absent)
	back, back_user = colleague(world, name="Recused")
	frappe.db.set_value("Safeguarding Contact", back, "team", "North")
	with as_user(lead_user):
		hand.hand_over(case, back)
	with as_user(back_user):
		api.recuse(case, "My neighbour.", substitute=lead)
	with as_user(lead_user):
		for to, words in (
			(world.contact(world.raising, "Manager"), "does not work for"),
			(left, "no longer"),
			(absent, "is away"),
			(back, "stepped back"),
			(lead, "leads this already"),
			("nobody", "no Safeguarding Contact"),
		):
			with pytest.raises(BadInput, match=words):
				hand.hand_over(case, to)


def test_not_back_while_they_are_away(world, case, lead, lead_user):
	new, new_user = colleague(world)
	with as_user(lead_user):
		hand.hand_over(case, new)
	entry = away(lead)
	with as_user(new_user):
		assert of(api.deadlines(case), world.responding)["may_return"] == ""
		with pytest.raises(BadInput, match="is away"):
			hand.give_back(case)
	entry.ends_at = times.stored(times.now())
	entry.save()
	with as_user(new_user):
		assert hand.give_back(case) == {
			"escalation": case,
			"handed_over": True,
		}  # it is no longer theirs to see
	assert frappe.db.get_value("Escalation", case, "responding_lead") == lead


def test_nobody_to_give_it_back_to(world, case, lead_user):
	with as_user(lead_user), pytest.raises(MoveRefused, match="Nobody led this before"):
		hand.give_back(case)


def test_twenty_cases_in_one_click_each_logged(world, lead):
	new, new_user = colleague(world)
	lead, _lead_user = colleague(world, name="Ill", team="North")
	manager = world.contact(world.responding, "Senior Manager")
	frappe.db.set_value("Safeguarding Contact", lead, "line_manager", manager)
	names = [raised(world, responding_lead=lead) for _ in range(20)]
	before = {name: dates(name) for name in names}
	with as_user(world.user(world.responding, "Senior Manager")):
		answer = hand.hand_over_all(lead, new, note="Ill since this morning.")
	assert answer == {"handed_over": 20, "refused": [], "not": 0}
	for name in names:
		assert frappe.db.get_value("Escalation", name, "responding_lead") == new
		assert len(entries(name, "handed_over")) == 1
		assert dates(name) == before[name]
		assert sees(new_user, name)
	with as_user(world.user(world.responding, "Senior Manager")):
		assert hand.hand_over_all(lead, new)["handed_over"] == 0  # a second click finds nothing
	with as_user(new_user):  # and back, the day after
		assert hand.hand_over_all(new, lead)["handed_over"] == 20
	say("handed over in one click, and back: 20 cases, 40 entries, no due date moved")


def test_all_of_anothers_cases_are_not_for_everybody(world):
	new, _user = colleague(world)
	lead, _lead_user = colleague(world, name="Busy", team="North")
	case = raised(world, responding_lead=lead)
	for user in (world.user(world.responding, "Manager"), world.user(world.other, "Manager")):
		with as_user(user), pytest.raises(NotYours):
			hand.hand_over_all(lead, new)
	assert entries(case, "handed_over") == []


def test_the_cover_takes_over_although_of_another_team(world, case, lead):
	cover, user = colleague(world)
	away(lead, cover)
	with as_user(user):
		row = of(api.deadlines(case), world.responding)
		assert row["may_take_over"]
		assert row["away"] == "Away, no end known; cover: Stand-in of Redfern."
		api.take_over(case)
	assert frappe.db.get_value("Escalation", case, "responding_lead") == cover


def test_away_until_when_and_without_cover_is_said(world, case, lead, lead_user):
	end = (times.now() + timedelta(days=2)).replace(microsecond=0)
	away(lead, None, times.now() - timedelta(hours=1), end)
	with as_user(world.user(world.raising, "Practitioner")):
		row = of(api.deadlines(case), world.responding)
	assert row["away"] == f"Away until {times.show(end)}; nobody covers."


def test_a_client_cannot_say_that_it_was_received(world, case, lead_user):
	new, new_user = colleague(world)
	with as_user(lead_user):
		hand.hand_over(case, new)
	with as_user(new_user):
		document = frappe.get_doc("Escalation", case)
		for row in document.parties:
			row.received_at = "2025-01-01 10:00:00"
		document.save()
		assert of(api.deadlines(case), world.responding)["may_receive"]
	assert not frappe.db.get_value("Escalation Party", {"parent": case, "side": "responding"}, "received_at")


def test_alerts_follow_the_new_lead(world, case, lead, lead_user):
	new, new_user = colleague(world)
	with as_user(lead_user):
		hand.hand_over(case, new)
	assert {who.email for who in recipients.resolve(loaded(case), "responding lead")} == {new_user}
