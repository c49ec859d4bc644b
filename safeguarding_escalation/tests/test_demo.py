"""The demo in both kinds of installation: each loaded once for this file, and taken away after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime
from frappe.utils.password import check_password

from safeguarding_escalation import scheduler
from safeguarding_escalation.engine import WorkingCalendar
from safeguarding_escalation.services import times
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.setup import demo, roles
from safeguarding_escalation.setup.demo_dates import Story, standing_at
from safeguarding_escalation.setup.demo_people import Made

STATES = {
	"Draft", "Stage 1", "Stage 2", "Stage 3", "Stage 4", "Stage 5", "Recommendations Made", "Resolved", "Closed",
	"Withdrawn",
}  # fmt: skip
# How many cases there are, and in how many of them the site's own organisation is the one that was challenged.
CASES = {"Board hosted": (41, 1), "One organisation": (29, 10)}
WORDS = {"On track", "Due today", "Overdue", "Nothing due", "Closed", "Withdrawn"}
COUNTED = (
	"Escalation", "Stage Log", "Stage Log Note", "Escalation Deadline", "User", "Safeguarding Contact",
	"Partner Agency",
)  # fmt: skip


def counts() -> dict[str, int]:
	"""How many rows there are, and how many access rows belong to no case.

	Access to other cases may rightly grow: the demo gives the board its posts, and access follows them.
	"""
	cases = frappe.get_all("Escalation", pluck="name") or [""]
	left = frappe.db.count("Escalation Access", {"escalation": ("not in", cases)})
	return {"access of no case": left, **{doctype: frappe.db.count(doctype) for doctype in COUNTED}}


@pytest.fixture(scope="module", params=list(CASES))
def installation(request: pytest.FixtureRequest) -> str:
	return str(request.param)


@pytest.fixture(scope="module")
def result(site: str, installation: str) -> Iterator[dict[str, Any]]:
	"""What `load` says. Committed, since every test is rolled back; other tests' cases are put out of sight."""
	frappe.set_user("Administrator")
	demo.remove()  # what a run that was killed may have left
	before = counts()
	with pytest.MonkeyPatch.context() as patch:
		patch.setattr(demo, "other_cases", lambda: 0)
		said = demo.load(installation)
	frappe.db.commit()
	yield said
	frappe.db.rollback()
	demo.remove()
	after = counts()
	frappe.db.commit()
	assert after == before


def next_morning() -> datetime:
	"""Ten o'clock on the next working day: at night the sweep keeps quiet, and tests run at any hour."""
	return story(times.today()).moment("~+1 10:00")


@pytest.fixture
def made(result: dict[str, Any]) -> Made:
	return demo.marked()


@pytest.fixture
def cases(made: Made) -> list[str]:
	return made.names("Escalation")


def test_a_login_for_each_role_with_the_one_password(result, installation):
	"""Where a trust hosts, nobody of a board logs in."""
	logins = result["logins"]
	boards = {roles.BUSINESS_MANAGER, roles.CHAIR} if installation == "One organisation" else set()
	shown = list(dict.fromkeys(login["role"].partition(",")[0] for login in logins))
	assert shown == [role for role in roles.ROLES if role not in boards]
	assert len({login["password"] for login in logins}) == 1
	assert check_password(logins[0]["user"], logins[0]["password"])


def test_who_logs_in(made, installation):
	"""Everywhere a practitioner, a manager and a senior manager of the agencies that log in, and nobody of others."""
	redbridge = ("council", "hospital", "community", "police", "housing", "care")
	log_in = ("hospital",) if installation == "One organisation" else redbridge
	with_account = {"user": ("is", "set"), "name": ("in", list(made.contacts.values()))}
	for key in log_in:
		found = frappe.get_all(
			"Safeguarding Contact", {**with_account, "agency": made.agencies[key]}, pluck="capacity"
		)
		assert {"Practitioner", "Manager", "Senior Manager"} <= set(found), key
	if installation == "One organisation":
		agencies = set(frappe.get_all("Safeguarding Contact", with_account, pluck="agency"))
		assert agencies == {made.agencies["hospital"]}


def test_every_board_and_every_policy_has_cases(made, cases):
	boards = frappe.get_all("Escalation", {"name": ("in", cases)}, ["board", "policy"])
	assert {row.board for row in boards} == set(frappe.get_all("Safeguarding Board", pluck="name"))
	assert len({row.policy for row in boards}) == 5
	for board in {row.board for row in boards}:
		posts = frappe.db.get_value("Safeguarding Board", board, ["chair", "business_manager"])
		assert set(posts) <= set(made.contacts.values()), board


def test_people_without_an_account_and_one_who_has_left(made):
	contacts = {"name": ("in", list(made.contacts.values()))}
	assert frappe.db.count("Safeguarding Contact", {**contacts, "user": ("is", "not set")}) >= 6
	assert frappe.db.count("Safeguarding Contact", {**contacts, "to_date": ("<", times.today())}) == 1


def test_each_account_holds_the_one_role_it_is_for(made):
	"""Frappe would make the first one a System Manager."""
	for user in made.names("User"):
		held = frappe.get_all("Has Role", {"parent": user, "parenttype": "User"}, pluck="role")
		assert held[0] in roles.ROLES, user
		assert len(held) == 1, user


def test_addresses_are_nobodys(made):
	assert {user.rpartition(".")[2] for user in made.names("User")} == {"example"}


def test_every_state_of_the_workflow_and_of_the_clocks_appears(result, cases, installation):
	states = set(frappe.get_all("Escalation", {"name": ("in", cases)}, pluck="workflow_state"))
	assert states == STATES
	assert {row["state"] for row in result["cases"]} == WORDS
	received = frappe.db.count("Escalation", {"name": ("in", cases), "direction": "Received"})
	assert (len(cases), received) == CASES[installation]


def test_what_makes_the_cases_different(cases, installation):
	def kinds(**filters: Any) -> int:
		return len(frappe.get_all("Stage Log", {"escalation": ("in", cases), **filters}))

	for kind in (
		"immediate_risk",
		"protective_deadline",
		"policy_issue",
		"agreed_timescale",
		"form_completed",
	):
		assert kinds(kind=kind) >= 1, kind
	assert kinds(kind="consulted", visibility="own agency") >= 1
	assert kinds(kind="copied", counterpart_role="Business Manager") >= 1
	assert kinds(kind="stage_started", level="Chief Executive") == 1
	reported = kinds(source="reported", evidence=("is", "set"))
	assert reported >= (2 if installation == "Board hosted" else 60)
	if installation == "Board hosted":
		assert kinds(kind="reopened") == 1
		assert kinds(corrects=("is", "set")) == 1


def test_texts_and_cases_are_there_for_the_terminal(result):
	for row in (*result["logins"], *result["cases"]):
		assert all(isinstance(value, str) for value in row.values())
	references = [row["reference"] for row in result["cases"]]
	assert references == sorted(references)
	assert len(set(references)) == len(references)


def test_a_second_load_changes_nothing(result, installation):
	before = counts()
	assert demo.load(installation) == result
	assert counts() == before


def test_nothing_happens_in_the_future(cases):
	now = now_datetime()
	for field in ("occurred_at", "recorded_at"):
		assert frappe.get_all("Stage Log", {"escalation": ("in", cases), field: (">", now)}) == []
	assert frappe.get_all("Escalation", {"name": ("in", cases), "creation": (">", now)}) == []


def test_entries_are_dated_when_they_were_made(cases):
	"""So that the record does not call everything a late entry."""
	rows = frappe.get_all("Stage Log", {"escalation": ("in", cases)}, ["occurred_at", "recorded_at"])
	late = [row for row in rows if (row.recorded_at - row.occurred_at).days >= 1]
	assert all(row.recorded_at >= row.occurred_at for row in rows)
	assert len(late) <= 2


def test_what_is_stored_is_a_fresh_plan(cases):
	for name in cases:
		stored = {
			(row.clock, row.instance or ""): (row.starts_at, row.due_at, row.met_at, row.ended_at)
			for row in frappe.get_all("Escalation Deadline", {"escalation": name}, ["*"])
		}
		planned = {
			(row.clock, row.instance or ""): tuple(
				times.stored(moment) for moment in (row.starts_at, row.due_at, row.met_at, row.ended_at)
			)
			for row in loaded(name).deadlines
		}
		assert stored == planned


def test_no_adults_name_is_a_persons_or_shows_in_a_reference_or_mail(result, made, cases):
	adults = frappe.get_all("Escalation Subject", {"parent": ("in", cases)}, pluck="subject_name")
	assert len(set(adults)) == len(cases)
	people = set(
		frappe.get_all(
			"Safeguarding Contact", {"name": ("in", list(made.contacts.values()))}, pluck="contact_name"
		)
	)
	assert not people & set(adults)
	words = {word for adult in adults for word in adult.split()}
	assert not words & {word for name in people for word in name.split()}
	before = set(frappe.get_all("Email Queue", pluck="name"))
	assert scheduler.sweep(next_morning())["overdue"]
	mails = frappe.get_all("Email Queue", {"name": ("not in", list(before) or [""])}, pluck="message")
	assert mails
	for text in (*mails, *(row["reference"] for row in result["cases"])):
		assert not [word for word in words if word in text]


def test_overdue_mails_reach_the_line_manager(made, cases, installation):
	raiser = "care" if installation == "Board hosted" else "hospital"
	scheduler.sweep(next_morning())
	mine = frappe.get_all(
		"Escalation",
		{
			"name": ("in", cases),
			"raised_by": made.contacts[f"{raiser}.practitioner"],
			"workflow_state": "Stage 2",
		},
		pluck="name",
	)
	told = set(
		frappe.get_all("Escalation Alert", {"escalation": ("in", mine), "rung": "overdue"}, pluck="recipient")
	)
	assert {made.users[f"{raiser}.practitioner"], made.users[f"{raiser}.manager"]} <= told


def test_not_on_a_site_with_real_cases(made, monkeypatch):
	monkeypatch.setattr(demo, "marked", lambda: None)
	before = counts()
	with pytest.raises(demo.NotForDemo, match="holds escalations already"):
		demo.load()
	assert counts() == before


def test_only_for_an_installation_that_has_demo_data(monkeypatch):
	monkeypatch.setattr(demo, "marked", lambda: None)
	monkeypatch.setattr(demo, "other_cases", lambda: 0)
	with pytest.raises(demo.NotForDemo, match="no demo data"):
		demo.load("Another planet")


def story(today: date) -> Story:
	return Story(today, WorkingCalendar("ENG"))


def test_written_dates_count_working_days():
	told = story(date(2026, 5, 26))  # Tuesday after the spring bank holiday, Mon 25 May
	assert told.day(-1) == date(2026, 5, 22)
	assert told.moment("~-2 10:00").isoformat() == "2026-05-21T10:00:00+01:00"
	assert told.read("~+4") == date(2026, 6, 1)
	assert told.moment("today 23:59").date() == date(2026, 5, 26)
	assert told.read("ten o'clock") is None


def test_on_a_saturday_the_story_is_mondays():
	told = story(date(2026, 6, 6))
	assert told.day(-1) == date(2026, 6, 5)
	assert told.moment("today 23:59").date() == date(2026, 6, 6)


def test_a_step_without_a_time_is_an_error():
	with pytest.raises(ValueError, match="not a written date"):
		story(date(2026, 6, 1)).moment("~-2")


def test_the_clock_stands_only_inside():
	moment = story(date(2026, 6, 1)).moment("~-2 10:00")
	with standing_at(moment):
		assert times.now() == moment
		assert frappe.utils.now().startswith("2026-05-28 10:00:00")
	assert times.now() != moment
