"""Leaving ends access at once: in the request that says so, with nothing left to run in the background."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation import permissions
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import access, holding, recipients
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OFFICE = "Redbridge Safeguarding Adults Board"


@pytest.fixture
def case(world, monkeypatch):
	"""A raised case; what changes from now on is not followed by the refresh that runs in the background."""
	document = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(document.name, "Raise Concern")
	monkeypatch.setattr(access, "refresh_cases", lambda cases: None)
	return document.name


@pytest.fixture
def lead(world):
	return world.user(world.responding, "Practitioner")


def sees(user: str, case: str) -> bool:
	"""By the list, by the document, by the API and for its rows alike."""
	with as_user(user):
		listed = case in frappe.get_list("Escalation", pluck="name", limit_page_length=0)
		opened = bool(frappe.has_permission("Escalation", "read", doc=case))
		rows = bool(frappe.get_list("Stage Log", {"escalation": case}, limit_page_length=1))
		try:
			answered = bool(api.deadlines(case))
		except frappe.PermissionError:
			answered = False
	assert listed == opened == rows == answered == permissions.may("Escalation", case, user)
	return listed


def contact_of(user: str):
	return frappe.get_doc("Safeguarding Contact", {"user": user})


def yesterday() -> str:
	return frappe.utils.add_days(frappe.utils.nowdate(), -1)


def left(user: str) -> None:
	contact = contact_of(user)
	contact.to_date = yesterday()
	contact.save(ignore_permissions=True)


@pytest.mark.parametrize("which", ["Practitioner of the raising agency", "lead of the responding agency"])
def test_the_same_account_in_another_agency_takes_no_case_along(world, case, lead, which):
	user = lead if which.startswith("lead") else world.user(world.raising, "Practitioner")
	assert sees(user, case)
	left(user)
	assert not sees(user, case)
	# The new employer is the other party of this very case, and a stranger to it.
	for agency in (world.other, world.responding if user != lead else world.raising):
		factories.contact(f"{which} now at {agency}", agency, "Practitioner", user, team="Elsewhere")
		assert not sees(user, case), agency
	access.store(loaded(case))  # nor does the next change of the case bring it back
	assert not sees(user, case)


def test_a_contact_moved_to_another_agency_keeps_nothing(world, case, lead):
	contact = contact_of(lead)
	contact.agency = world.other
	contact.save(ignore_permissions=True)
	assert not sees(lead, case)
	access.store(loaded(case))
	assert not sees(lead, case)
	contact.agency = world.responding  # it was a slip
	contact.save(ignore_permissions=True)
	access.store(loaded(case))
	assert sees(lead, case)


def test_leaving_the_team_for_which_one_leads(world, case, lead):
	colleague = factories.user("red.colleague@example.test", "Safeguarding Practitioner")
	factories.contact("Colleague of Redfern", world.responding, "Practitioner", colleague, team="North")
	contact = contact_of(lead)
	contact.team = "South"
	contact.save(ignore_permissions=True)
	assert not sees(lead, case)
	access.store(loaded(case))
	assert not sees(lead, case)
	assert sees(colleague, case)  # the team keeps it
	told = {who.email for who in recipients.resolve(loaded(case), "responding lead")}
	assert colleague in told
	assert lead not in told
	with as_user(colleague):
		api.take_over(case)
	assert frappe.db.get_value("Escalation", case, "responding_lead") == contact_of(colleague).name


def test_the_raiser_is_named_in_person_and_keeps_the_case_in_another_team(world, case):
	raiser = world.user(world.raising, "Practitioner")
	contact = contact_of(raiser)
	contact.team = "South"
	contact.save(ignore_permissions=True)
	assert sees(raiser, case)  # RB-031


def test_leaving_a_team_ends_what_it_gave(world, case):
	manager = world.user(world.responding, "Manager")
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(case, "unresolved")
		api.move(case, "Escalate to Stage 2", reason="Not agreed.")
	assert sees(manager, case)
	contact = contact_of(manager)
	contact.team = "South"
	contact.save(ignore_permissions=True)
	assert not sees(manager, case)


def test_a_contact_pointed_at_another_account(world, case, lead):
	successor = factories.user("red.successor@example.test", "Safeguarding Practitioner")
	contact = contact_of(lead)
	contact.user = successor
	contact.save(ignore_permissions=True)
	assert not sees(lead, case)
	access.store(loaded(case))
	assert not sees(lead, case)
	assert sees(successor, case)


def test_a_contact_without_an_account_any_more_or_deleted(world, case, lead):
	contact = contact_of(lead)
	contact.user = None
	contact.save(ignore_permissions=True)
	assert not sees(lead, case)
	contact.user = lead
	contact.save(ignore_permissions=True)
	assert sees(lead, case)
	frappe.db.delete("Safeguarding Contact", {"name": contact.name})
	assert not sees(lead, case)


def test_an_account_that_is_switched_off(world, case, lead):
	frappe.db.set_value("User", lead, "enabled", 0)
	assert permissions.grantees(lead) == ()
	assert not sees(lead, case)
	frappe.db.set_value("User", lead, "enabled", 1)
	assert sees(lead, case)


@pytest.mark.parametrize(("post", "capacity"), [("chair", "Chair"), ("business_manager", "Business Manager")])
def test_the_former_holder_of_a_boards_post(world, case, post, capacity):
	former = world.user(OFFICE, capacity)
	frappe.db.set_value("Escalation", case, "workflow_state", "Closed")  # an ended case is no exception
	row = {"escalation": case, "grantee": former, "rights": "write", "basis": "board"}
	more = {"contact": world.contact(OFFICE, capacity), "agency": OFFICE}
	frappe.get_doc({"doctype": "Escalation Access", **row, **more}).insert()
	assert sees(former, case)
	successor = factories.contact(f"New {capacity}", OFFICE, capacity, with_user=False)
	board = frappe.get_doc("Safeguarding Board", world.board)
	board.set(post, successor)
	board.save(ignore_permissions=True)
	assert not sees(former, case)


@pytest.mark.parametrize(
	("zone", "now", "seen"),
	[
		# The last day in post is 30 June, London's: until the last second of it, wherever the site's clock stands.
		("Europe/London", "2025-06-30 23:59:30", True),
		("Europe/London", "2025-07-01 00:00:30", False),
		("UTC", "2025-06-30 22:59:30", True),  # 23:59:30 British Summer Time
		("UTC", "2025-06-30 23:00:30", False),
		("Asia/Kolkata", "2025-07-01 04:29:30", True),
		("Asia/Kolkata", "2025-07-01 04:30:30", False),
	],
)
def test_the_last_day_in_post_ends_at_midnight_in_london(world, case, lead, zone, now, seen):
	frappe.db.set_value("Safeguarding Contact", {"user": lead}, "to_date", "2025-06-30")
	frappe.db.set_value("Escalation Access", {"escalation": case}, "since", "2025-01-01 00:00:00")
	with pytest.MonkeyPatch.context() as patch:
		patch.setattr("safeguarding_escalation.compat.system_timezone", lambda: zone)
		patch.setattr(
			"safeguarding_escalation.services.times.now_datetime", lambda: frappe.utils.get_datetime(now)
		)
		patch.setattr(holding, "now_text", lambda: now)
		held = bool(permissions.grantees(lead))
		assert permissions.may("Escalation", case, lead) is held is seen


def test_rows_of_an_earlier_version_are_completed(world, case, lead, monkeypatch):
	monkeypatch.undo()
	columns = {"contact": None, "agency": None, "team": None, "basis": None}
	frappe.db.set_value("Escalation Access", {"escalation": case}, columns)
	frappe.db.set_value("Escalation Party", {"parent": case}, "led_for", None)
	before = frappe.db.count("Escalation Access", {"escalation": case})
	access.ensure_complete()
	assert frappe.db.count("Escalation Access", {"escalation": case}) == before
	mine = {"escalation": case, "grantee": lead}
	stored = frappe.db.get_value("Escalation Access", mine, ["contact", "agency", "team", "basis"])
	assert stored == (world.contact(world.responding, "Practitioner"), world.responding, "North", "named")


def test_never_every_manager_of_a_large_agency(world, case):
	"""Managers of other teams: none of them, at whatever stage; those of the party's team, when it is theirs."""
	insiders = [world.user(world.responding, "Manager")]
	outsiders = []
	for number in range(3):
		user = factories.user(f"red.manager{number}@example.test", "Safeguarding Manager")
		factories.contact(
			f"Manager {number} of Redfern", world.responding, "Manager", user, team=f"Team {number}"
		)
		outsiders.append(user)
	assert not any(sees(user, case) for user in (*insiders, *outsiders))
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(case, "unresolved")
		api.move(case, "Escalate to Stage 2", reason="Not agreed.")
	assert all(sees(user, case) for user in insiders)
	assert not any(sees(user, case) for user in outsiders)
