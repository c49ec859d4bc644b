"""The cover of somebody who is away has their access, for exactly the absence, by lists and by rights alike."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation import permissions
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import access, holding, times
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_absences import away
from safeguarding_escalation.tests.test_leaving import contact_of, left, sees
from safeguarding_escalation.tests.test_rights import PARTY, may


@pytest.fixture
def case(world, monkeypatch):
	document = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(document.name, "Raise Concern")
	monkeypatch.setattr(access, "refresh_cases", lambda cases: None)
	return document.name


@pytest.fixture
def lead(world):
	return world.contact(world.responding, "Practitioner")


def colleague(world, agency: str = "", name: str = "Stand-in", team: str = "Night shift") -> tuple[str, str]:
	"""A practitioner of the responding agency in another team, who has no access of their own: (contact, account)."""
	user = factories.user(f"{frappe.scrub(name)}.cover@example.test", "Safeguarding Practitioner")
	return factories.contact(
		f"{name} of Redfern", agency or world.responding, "Practitioner", user, team
	), user


def test_a_cover_works_on_the_case_while_the_lead_is_away_and_not_a_moment_longer(world, case, lead):
	cover, user = colleague(world)
	assert may(user, case) == set()
	entry = away(lead, cover)
	assert may(user, case) == PARTY
	assert sees(user, case)
	with as_user(user):
		row = api.record(case, "discussed", mode="phone", note="Rang them.")
	assert frappe.db.get_value("Stage Log", row["log"], "actor") == cover
	entry.ends_at = times.stored(times.now())
	entry.save()
	assert may(user, case) == set()
	assert not sees(user, case)


def test_a_planned_absence_gives_nothing_before_it_begins(world, case, lead, monkeypatch):
	cover, user = colleague(world)
	start = times.now().replace(microsecond=0) + timedelta(hours=1)
	away(lead, cover, start, start + timedelta(hours=2))
	found = []
	for minutes in (-61, -1, 0, 119, 120):
		moment = start + timedelta(minutes=minutes)
		with monkeypatch.context() as patch:
			stored = times.stored(moment)
			patch.setattr(times, "now_datetime", lambda stored=stored: stored)
			patch.setattr(holding, "now_text", lambda stored=stored: str(stored))
			found.append(permissions.may("Escalation", case, user))
			assert ("read" in may(user, case)) is found[-1]
	assert found == [False, False, True, True, False]


def test_never_across_agencies_and_never_for_who_has_left(world, case, lead):
	cover, user = colleague(world)
	away(lead, cover)
	frappe.db.set_value("Safeguarding Contact", cover, "agency", world.other)
	assert not sees(user, case)
	frappe.db.set_value("Safeguarding Contact", cover, "agency", world.responding)
	assert sees(user, case)
	left(world.user(world.responding, "Practitioner"))
	assert not sees(user, case)


def test_never_for_a_cover_who_has_stepped_back(world, case, lead):
	cover, user = colleague(world)
	away(lead, cover)
	with as_user(user):
		api.recuse(case, "My neighbour.")
	assert not sees(user, case)
	assert may(user, case) == set()
	access.store(loaded(case))
	assert not sees(user, case)


def test_what_the_absent_only_shares_is_not_covered(world, case):
	"""A manager who sees the case through the team, and somebody copied in: their cover sees nothing by that."""
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(case, "unresolved")
		api.move(case, "Escalate to Stage 2", reason="Not agreed.")
	manager = world.contact(world.responding, "Manager")
	assert sees(world.user(world.responding, "Manager"), case)
	cover, user = colleague(world)
	away(manager, cover)
	assert not sees(user, case)


def test_a_chain_of_covers_gives_the_case_to_the_one_who_is_here(world, case, lead):
	first, first_user = colleague(world, name="First")
	second, second_user = colleague(world, name="Second")
	away(lead, first)
	assert sees(first_user, case)
	away(first, second)
	assert sees(second_user, case)
	assert not sees(first_user, case)


def test_a_cover_whose_account_is_switched_off_or_who_has_left(world, case, lead):
	cover, user = colleague(world)
	away(lead, cover)
	frappe.db.set_value("User", user, "enabled", 0)
	assert not sees(user, case)
	frappe.db.set_value("User", user, "enabled", 1)
	assert sees(user, case)
	contact = contact_of(user)
	contact.to_date = frappe.utils.add_days(frappe.utils.nowdate(), -1)
	contact.save(ignore_permissions=True)
	assert not sees(user, case)


def test_the_raisers_cover_reads_the_drafts_and_the_agencys_own_entries(world, case):
	raiser = world.contact(world.raising, "Practitioner")
	draft = factories.escalation(world).name
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(case, "consulted", note="Asked my manager.", mode="phone")
	cover, user = colleague(world, agency=world.raising)
	assert not sees(user, draft)
	away(raiser, cover)
	assert sees(user, draft)
	with as_user(user):
		assert "consulted" in {row["kind"] for row in api.timeline(case)}
	assert {row.kind for row in listed(user, case)} >= {"consulted"}


def listed(user: str, case: str) -> list:
	with as_user(user):
		return frappe.get_list("Stage Log", {"escalation": case}, ["kind"], limit_page_length=0)
