"""The calendar of due dates: the clocks of the cases that one may see, in words and without names."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from safeguarding_escalation.api import lists
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_worklists import CANARY, alone, clock, end_of, raised


@pytest.fixture
def case(world):
	"""A case with a clock at a day's end, one at a time of day, and one that is met."""
	alone()
	name = raised(world)
	clock(name, "raising lead", end_of(3))
	clock(name, "responding lead", end_of(-2).replace(hour=15, minute=30, second=0))
	clock(name, "raising lead", end_of(4), met_at=now_datetime())
	return name


def month(**given):
	"""The clocks of forty days around today; days on which nobody works are left aside."""
	today = now_datetime().date()
	found = lists.calendar(str(today - timedelta(days=20)), str(today + timedelta(days=20)), **given)
	return [event for event in found if event["state"] != "Closed"]


def test_running_clocks_stand_on_their_days(world, case):
	with as_user(world.user(world.raising, "Practitioner")):
		events = month()
	late, later = events
	assert (later["start"], later["end"], later["allDay"]) == (
		str(end_of(3).date()),
		str(end_of(3).date()),
		1,
	)
	assert late["end"] == f"{end_of(-2):%Y-%m-%d} 15:30:00"
	assert late["start"] == f"{end_of(-2):%Y-%m-%d} 15:00:00"
	assert late["allDay"] == 0


def test_an_event_says_its_state_in_words_and_leads_to_the_case(world, case):
	reference = frappe.db.get_value("Escalation", case, "reference")
	with as_user(world.user(world.raising, "Practitioner")):
		events = month()
	assert [event["title"] for event in events] == [
		f"Overdue: {reference}, responding lead must act",
		f"On track: {reference}, raising lead must act",
	]
	assert {event["escalation"] for event in events} == {case}
	assert len({event["name"] for event in events}) == 2
	assert [event["state"] for event in events] == ["Overdue", "On track"]
	assert CANARY not in frappe.as_json(events)


def test_nobody_can_drag_a_due_date(world, case):
	"""Frappe lets events be moved by whoever may write the event's DocType."""
	user = world.user(world.raising, "Practitioner")
	with as_user(user):
		assert {event["doctype"] for event in month()} == {"Escalation Deadline"}
		assert not frappe.has_permission("Escalation Deadline", "write")


def test_one_s_own_one_s_team_s_and_the_list_s_filters(world, case):
	named = {"responding_lead": None, "responding_team": "North"}
	others = raised(world, **named)
	clock(others, "responding lead", end_of(3))
	with as_user(world.user(world.responding, "Practitioner")):
		assert {event["escalation"] for event in month(whose="mine")} == {case}
		assert {event["escalation"] for event in month(whose="team")} == {case, others}
		assert month(filters=[["Escalation", "workflow_state", "=", "Stage 2", False]]) == []
		stage = [["Escalation", "workflow_state", "=", "Stage 1", False]]
		assert {event["escalation"] for event in month(filters=stage)} == {case, others}


def test_days_on_which_nobody_works_are_there_in_words(world, case):
	frappe.get_doc({"doctype": "Calendar Change", "name": "calendarwatch", "board": world.board, "kind": "Closure",
		"day_name": "Office closed", "from_date": "2025-12-24", "to_date": "2025-12-24",
		"applied_at": now_datetime()}).db_insert()  # fmt: skip
	with as_user(world.user(world.raising, "Practitioner")):
		found = [(event["start"], event["title"]) for event in lists.calendar("2025-12-20", "2025-12-31")]
		elsewhere = lists.calendar(
			"2025-12-20", "2025-12-31", filters=[["Escalation", "board", "=", "Suffolk"]]
		)
	assert found == [
		("2025-12-25", "No working day: Christmas Day"),
		("2025-12-26", "No working day: Boxing Day"),
		("2025-12-24", f"No working day: Office closed ({world.board})"),
	]
	assert len(elsewhere) == 2


def test_only_what_is_due_between_the_dates_and_only_for_who_may_see_it(world, case):
	with as_user(world.user(world.raising, "Practitioner")):
		day = str(end_of(3).date())
		assert len(lists.calendar(day, day)) == 1
		assert len(lists.calendar(f"{day} 00:00:00", f"{day} 23:59:59")) == 1
		assert month(filters='[["Escalation","board","=","Suffolk"]]') == []
		assert len(month(filters='[["Escalation","board","=","Redbridge"]]')) == 2
	with as_user(world.user(world.other, "Practitioner")):
		assert month() == []
