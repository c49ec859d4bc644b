"""Worklists: who sees which open case in which group, from hand-made cases; right without the scheduler."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import now_datetime

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import lists
from safeguarding_escalation.services import worklists, worklists_due
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

CANARY = "Zephyrine Canary"
DAY_END = time(23, 59, 59)
REPORTS = ("My Cases", "My Team Today", "Everything Due", "Board Cases")


def end_of(days: int) -> datetime:
	"""The end of a day, so many days from today, as deadlines are stored."""
	return datetime.combine(now_datetime().date() + timedelta(days=days), DAY_END)


def alone():
	"""Until the rollback no other case is open: a site may hold some, and these tests count."""
	case = frappe.qb.DocType("Escalation")
	frappe.qb.update(case).set(case.workflow_state, "Closed").run()


def raised(world, **values):
	"""A case at Stage 1, with no clock running."""
	doc = factories.escalation(world, **values)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(doc.name, "Raise Concern")
	frappe.db.delete("Escalation Deadline", {"escalation": doc.name})
	return doc.name


def clock(case, owed_by, due_at, *, kind="maximum", starts_at=None, **values):
	"""One running clock of a case, made by hand."""
	frappe.get_doc(
		{
			"doctype": "Escalation Deadline",
			"escalation": case,
			"clock": f"HAND.{frappe.generate_hash(length=6)}",
			"label": f"{owed_by} must act",
			"stage": 1,
			"kind": kind,
			"owed_by": owed_by,
			"starts_at": starts_at or now_datetime() - timedelta(days=3),
			"due_at": due_at,
			"policy_due_at": due_at,
			**values,
		}
	).insert(ignore_permissions=True)


@pytest.fixture(scope="module")
def cases(world, kept):
	"""Four cases between the same two agencies, a clock each."""
	alone()
	made = {
		"late": raised(world),
		"today": raised(world),
		"waiting": raised(world),
		"bare": raised(world, responding_lead=None, responding_team="North"),
	}
	clock(made["late"], "raising lead", end_of(-1))
	clock(made["today"], "raising lead, responding lead", end_of(0))
	clock(made["waiting"], "responding lead", end_of(5))
	clock(made["bare"], "responding lead", end_of(5))
	return made


def groups(rows):
	"""The cases of each group, by the group's name."""
	found = {group: set() for group in worklists.GROUPS}
	for row in rows:
		found[row["group"]].add(row["escalation"])
	return found


def test_the_raising_side_sees_what_it_owes_and_what_it_waits_for(world, cases):
	with as_user(world.user(world.raising, "Practitioner")):
		assert groups(worklists.team()) == {
			"At risk now": set(),
			"Not received yet": set(),
			"Your word is asked": set(),
			"To be closed": set(),
			"Local targets": set(),
			"Due today": {cases["today"]},
			"Overdue": {cases["late"]},
			"Waiting on others": {cases["waiting"], cases["bare"]},
			"Unassigned": set(),
		}


def test_the_responding_side_sees_the_same_cases_the_other_way_round(world, cases):
	with as_user(world.user(world.responding, "Practitioner")):
		assert groups(worklists.team()) == {
			"At risk now": set(),
			"Not received yet": set(),
			"Your word is asked": set(),
			"To be closed": set(),
			"Local targets": set(),
			"Due today": {cases["today"]},
			"Overdue": set(),
			"Waiting on others": {cases["late"]},
			"Unassigned": {cases["bare"]},
		}


def test_a_stranger_sees_nothing_anywhere(world, cases):
	with as_user(world.user(world.other, "Manager")):
		assert worklists.team() == []
		assert worklists.cases("mine") == []
		assert worklists_due.due({}) == []
		assert not any(worklists.by_group("team").values())


def test_my_cases_name_me_and_say_what_is_next(world, cases):
	with as_user(world.user(world.responding, "Practitioner")):
		rows = {row["escalation"]: row for row in worklists.cases("mine")}
	assert set(rows) == {cases["late"], cases["today"], cases["waiting"]}  # nobody is named in "bare"
	assert rows[cases["today"]]["next_step"] == "raising lead, responding lead must act"
	assert rows[cases["today"]]["state"] == "Due today"
	assert rows[cases["today"]]["owed_by"] == f"{world.raising}, {world.responding}"
	assert rows[cases["late"]]["next_step"] == "Nothing from you now. Waiting for: raising lead must act"
	assert rows[cases["late"]]["state"] == "Overdue"
	assert rows[cases["waiting"]]["state"] == "On track"
	assert rows[cases["waiting"]]["stage_label"]
	assert rows[cases["waiting"]]["reference"].startswith("SE-")


def test_what_i_owe_comes_first(world, cases):
	with as_user(world.user(world.raising, "Practitioner")):
		rows = worklists.cases("mine")
		late = worklists.cases("mine", in_state="Overdue")
	assert [row["escalation"] for row in rows][:2] == [cases["late"], cases["today"]]
	assert [row["escalation"] for row in late] == [cases["late"]]


@pytest.mark.parametrize(
	("person", "numbers"),
	[
		# open, overdue for me, due today, team overdue, waiting, unassigned: counted by hand from `cases`
		(("raising", "Practitioner"), (4, 1, 1, 1, 2, 0)),
		(("responding", "Practitioner"), (3, 0, 1, 0, 1, 1)),
		(("other", "Practitioner"), (0, 0, 0, 0, 0, 0)),
	],
)
def test_the_number_cards_count_what_the_user_may_see(world, cases, person, numbers):
	side, capacity = person
	with as_user(world.user(getattr(world, side), capacity)):
		shown = (
			lists.my_open_cases(),
			lists.my_overdue_cases(),
			lists.team_due_today(),
			lists.team_overdue(),
			lists.team_waiting(),
			lists.team_unassigned(),
		)
	assert tuple(card["value"] for card in shown) == numbers


def test_a_group_that_is_asked_for_alone_has_the_same_cases(world, cases):
	told = 0
	for person in ((world.raising, "Practitioner"), (world.responding, "Practitioner")):
		with as_user(world.user(*person)):
			for group, names in worklists.by_group("team").items():
				alone_asked = worklists.by_group("team", groups=(group,))
				assert {key: set(found) for key, found in alone_asked.items()} == {group: set(names)}
				told += bool(names)
	assert told >= 4


def test_a_board_s_posts_count_from_the_stage_at_which_they_see_a_case(world, cases):
	office = "Redbridge Safeguarding Adults Board"
	with as_user(world.user(office, "Business Manager")):
		seen = set(frappe.get_list("Escalation", pluck="name"))
		assert lists.board_open_cases()["value"] == len(seen & set(cases.values()))
		by_stage = [lists.board_stage_cases({"stage": stage})["value"] for stage in range(1, 7)]
		assert sum(by_stage) == lists.board_open_cases()["value"]
	with as_user(world.user(office, "Chair")):
		assert lists.chair_cases()["value"] == 0
	for name in cases.values():
		frappe.get_doc(
			{
				"doctype": "Escalation Access",
				"escalation": name,
				"grantee": world.user(office, "Chair"),
				"active": 1,
				"since": now_datetime() - timedelta(days=1),
				"rights": "write",
				"reason": "The case has come to the Chair",
			}
		).insert(ignore_permissions=True)
	with as_user(world.user(office, "Chair")):
		assert lists.chair_cases()["value"] == 4
		assert {row["escalation"] for row in worklists.cases("chair")} == set(cases.values())
		assert worklists.post() == "chair"


def test_a_closed_case_and_an_ended_clock_are_in_no_list(world, cases):
	frappe.db.set_value("Escalation", cases["late"], "workflow_state", "Closed")
	clock(cases["waiting"], "raising lead", end_of(-1), met_at=now_datetime())
	clock(cases["waiting"], "raising lead", end_of(-1), ended_at=now_datetime())
	clock(cases["waiting"], "raising lead", end_of(9), starts_at=now_datetime() + timedelta(days=2))
	clock(cases["waiting"], "raising lead", end_of(-1), kind="preference")
	with as_user(world.user(world.raising, "Practitioner")):
		assert groups(worklists.team())["Overdue"] == set()
		assert cases["waiting"] in groups(worklists.team())["Waiting on others"]
		assert lists.my_open_cases()["value"] == 3


def test_time_alone_makes_a_clock_start_and_a_case_overdue(world, cases, monkeypatch):
	"""Nothing is stored between the two looks: no sweep runs."""
	clock(cases["waiting"], "raising lead", end_of(9), starts_at=now_datetime() + timedelta(days=2))
	moment = now_datetime() + timedelta(days=10)
	monkeypatch.setattr(worklists, "now_datetime", lambda: moment)
	with as_user(world.user(world.raising, "Practitioner")):
		assert groups(worklists.team())["Overdue"] == {cases["late"], cases["today"], cases["waiting"]}


def test_what_others_owe_first_is_waited_for_until_ours_presses(world, cases):
	"""Both sides owe the whole by the ninth day, the other side a step of it by the fifth."""
	clock(cases["waiting"], "raising lead, responding lead", end_of(9))
	with as_user(world.user(world.raising, "Practitioner")):
		assert cases["waiting"] in groups(worklists.team())["Waiting on others"]
		row = next(row for row in worklists.cases("mine") if row["escalation"] == cases["waiting"])
	assert row["due_at"] == end_of(5)
	assert row["next_step"] == "Nothing from you now. Waiting for: responding lead must act"
	clock(cases["waiting"], "raising lead", end_of(0))
	with as_user(world.user(world.raising, "Practitioner")):
		assert cases["waiting"] in groups(worklists.team())["Due today"]
		row = next(row for row in worklists.cases("mine") if row["escalation"] == cases["waiting"])
	assert (row["due_at"], row["next_step"]) == (end_of(0), "raising lead must act")


def test_a_lead_who_left_leaves_the_case_unassigned(world, cases):
	contact = world.contact(world.responding, "Practitioner")
	frappe.db.set_value("Safeguarding Contact", contact, "to_date", "2025-01-01")
	colleague = factories.contact("Colleague in post", world.responding, "Practitioner", team="North")
	frappe.db.set_value(
		"Safeguarding Contact", colleague, "user", world.user(world.responding, "Practitioner")
	)
	with as_user(world.user(world.responding, "Practitioner")):
		assert groups(worklists.team())["Unassigned"] == set(cases.values())


def test_a_party_s_lead_counts_as_a_lead_and_as_named(world, cases):
	contact = world.contact(world.responding, "Practitioner")
	party = {"parent": cases["bare"], "agency": world.responding}
	frappe.db.set_value("Escalation Party", party, "lead", contact)
	with as_user(world.user(world.responding, "Practitioner")):
		assert groups(worklists.team())["Unassigned"] == set()
		assert cases["bare"] in {row["escalation"] for row in worklists.cases("mine")}


def test_days_waiting_counts_from_what_both_sides_could_see(world):
	aged = now_datetime() - timedelta(days=6)
	name = factories.escalation(world).name
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(name, "Raise Concern", occurred_at=str(aged))
		api.record(name, "consulted", note="Asked my own lead.", visibility="own agency")
		row = next(row for row in worklists.cases("mine") if row["escalation"] == name)
	assert row["days_waiting"] == 6


def test_everything_due_filters_in_the_query(world, cases):
	with as_user(world.user(world.raising, "Practitioner")):
		everything = [row["escalation"] for row in worklists_due.due({})]
		assert everything[:2] == [cases["late"], cases["today"]]
		assert [row["escalation"] for row in worklists_due.due({"overdue_only": 1})] == [cases["late"]]
		assert worklists_due.due({"board": "Suffolk"}) == []
		assert len(worklists_due.due({"agency": world.responding})) == 4
		assert {row["escalation"] for row in worklists_due.due({"owed_by": "raising"})} == {
			cases["late"],
			cases["today"],
		}


def test_a_user_permission_narrows_worklists_as_it_narrows_the_list(world, cases):
	user = world.user(world.raising, "Practitioner")
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": user,
			"allow": "Escalation",
			"for_value": cases["late"],
			"apply_to_all_doctypes": 1,
		}
	).insert(ignore_permissions=True)
	frappe.clear_cache(user=user)
	try:
		with as_user(user):
			assert frappe.get_list("Escalation", pluck="name") == [cases["late"]]
			assert [row["escalation"] for row in worklists.cases("mine")] == [cases["late"]]
			assert {row["escalation"] for row in worklists_due.due({})} == {cases["late"]}
	finally:
		frappe.db.delete("User Permission", {"user": user})
		frappe.clear_cache(user=user)


@pytest.mark.parametrize("report", REPORTS)
def test_every_report_runs_for_its_readers_and_shows_no_adult(world, cases, report):
	readers = {
		"My Cases": world.user(world.raising, "Practitioner"),
		"My Team Today": world.user(world.raising, "Manager"),
		"Everything Due": world.user(world.raising, "Practitioner"),
		"Board Cases": world.user("Redbridge Safeguarding Adults Board", "Business Manager"),
	}
	with as_user(readers[report]):
		found = run(report, filters={})
	assert found["columns"]
	assert CANARY not in frappe.as_json(found)
	assert not {"subject_name", "subjects"} & {column["fieldname"] for column in found["columns"]}


def test_a_list_takes_the_same_number_of_queries_however_long_it_is(world, cases):
	def queries():
		seen = []
		original = frappe.db.sql

		def counting(query, *given, **further):
			seen.append(str(query))
			return original(query, *given, **further)

		frappe.db.sql = counting
		try:
			worklists.team()
		finally:
			del frappe.db.sql
		return len(seen)

	with as_user(world.user(world.raising, "Practitioner")):
		worklists.team()  # what is cached for the user is cached now
		few = queries()
	for _more in range(5):
		clock(raised(world), "raising lead", end_of(-2))
	with as_user(world.user(world.raising, "Practitioner")):
		assert len(worklists.team()) > 5
		assert queries() == few


def test_the_guards_refuse_a_user_without_our_roles(world):
	user = factories.user("nobody.lists@example.test", "Guest")
	with as_user(user):
		for asked in (
			lists.my_open_cases,
			lists.team_unassigned,
			lists.who_do_i_ring,
			lambda: lists.calendar("2025-03-01", "2025-03-31"),
		):
			with pytest.raises(frappe.PermissionError):
				asked()
