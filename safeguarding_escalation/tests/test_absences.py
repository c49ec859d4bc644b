"""Absence and cover: who stands in at an instant, who may say so, and that nothing but dates and a cover is kept."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.services import absences, times
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

HOUR = timedelta(hours=1)


@pytest.fixture
def team(world):
	"""Three practitioners of one team of the responding agency, by letter: contacts with accounts."""
	return {
		letter: factories.contact(
			f"Colleague {letter}",
			world.responding,
			"Practitioner",
			factories.user(f"red.{letter.lower()}@example.test", "Safeguarding Practitioner"),
			team="North",
		)
		for letter in "ABC"
	}


def away(contact: str, cover: str | None = None, start=None, end=None):
	return frappe.get_doc(
		{
			"doctype": absences.DOCTYPE,
			"contact": contact,
			"cover": cover,
			"starts_at": times.stored(start or times.now() - HOUR),
			"ends_at": times.stored(end),
		}
	).insert()


def user_of(contact: str) -> str:
	return frappe.db.get_value("Safeguarding Contact", contact, "user")


def test_the_cover_stands_in_from_the_first_instant_to_the_last(team):
	now = times.now().replace(microsecond=0)
	away(team["A"], team["B"], now, now + HOUR)
	at = {
		name: (absences.is_away(team["A"], moment), absences.cover_of(team["A"], moment))
		for name, moment in {
			"before": now - timedelta(seconds=1),
			"first": now,
			"last": now + HOUR - timedelta(seconds=1),
			"back": now + HOUR,
		}.items()
	}
	here, covered = (False, None), (True, team["B"])
	assert at == {"before": here, "first": covered, "last": covered, "back": here}


def test_an_open_absence_ends_when_they_return(team):
	entry = away(team["A"], team["B"])
	assert absences.cover_of(team["A"], times.now() + timedelta(days=30)) == team["B"]
	entry.ends_at = times.stored(times.now())
	entry.save()
	assert not absences.is_away(team["A"], times.now() + timedelta(seconds=2))


def test_nobody_stands_in_where_no_cover_is_named(team):
	away(team["A"])
	assert absences.is_away(team["A"], times.now())
	assert absences.cover_of(team["A"], times.now()) is None
	assert absences.cover_of(team["B"], times.now()) is None


def test_a_chain_of_covers_is_followed_and_a_circle_ends_it(team):
	now = times.now()
	away(team["A"], team["B"])
	away(team["B"], team["C"])
	assert absences.cover_of(team["A"], now) == team["C"]
	assert [row.name for row in absences.covered_by([team["C"]], now)] == sorted([team["A"], team["B"]])
	assert absences.covered_by([team["B"]], now) == []
	away(team["C"], team["A"])
	assert {absences.cover_of(contact, now) for contact in team.values()} == {None}
	assert absences.covered_by(list(team.values()), now) == []


def test_a_cover_without_an_account_or_post_or_of_another_agency_stands_in_for_nobody(world, team):
	now = times.now()
	away(team["A"], team["B"])
	frappe.db.set_value("User", user_of(team["B"]), "enabled", 0)
	assert absences.cover_of(team["A"], now) is None
	frappe.db.set_value("User", user_of(team["B"]), "enabled", 1)
	assert absences.cover_of(team["A"], now) == team["B"]
	for change, back in (
		({"to_date": "2025-01-01"}, {"to_date": None}),
		({"agency": world.other}, {"agency": world.responding}),
		({"user": None}, {"user": "red.b@example.test"}),
	):
		frappe.db.set_value("Safeguarding Contact", team["B"], change)
		assert absences.cover_of(team["A"], now) is None, change
		frappe.db.set_value("Safeguarding Contact", team["B"], back)
	assert absences.cover_of(team["A"], now) == team["B"]


def test_a_cover_who_is_refused(world, team):
	without = factories.contact("Without an account", world.responding, "Practitioner", with_user=False)
	left = factories.contact(
		"Has left", world.responding, "Practitioner", "red.left@example.test", with_user=False
	)
	frappe.db.set_value("Safeguarding Contact", left, "to_date", "2025-01-01")
	for cover, words in (
		(team["A"], "themselves"),
		(world.contact(world.raising, "Manager"), "does not work for"),
		(without, "no account"),
		(left, "not in post"),
	):
		with pytest.raises(BadInput, match=words):
			away(team["A"], cover)


def test_one_absence_at_a_time(team):
	now = times.now()
	away(team["A"], team["B"], now, now + HOUR)
	away(team["A"], team["C"], now + HOUR, now + 2 * HOUR)
	with pytest.raises(BadInput, match="already"):
		away(team["A"], None, now + HOUR / 2, None)
	with pytest.raises(BadInput, match="comes after"):
		away(team["B"], None, now, now - HOUR)


def test_who_may_enter_an_absence(world, team):
	frappe.db.set_value(
		"Safeguarding Contact", team["A"], "line_manager", world.contact(world.responding, "Senior Manager")
	)
	allowed = {
		"the person": user_of(team["A"]),
		"a manager of the agency": world.user(world.responding, "Manager"),
		"the line manager": world.user(world.responding, "Senior Manager"),
	}
	refused = {
		"a colleague": user_of(team["B"]),
		"a manager of another agency": world.user(world.raising, "Manager"),
	}
	for who, user in allowed.items():
		with as_user(user):
			entry = away(team["A"], team["B"])
			entry.ends_at = entry.starts_at + HOUR / 60
			entry.save()
			assert not absences.is_away(team["A"], times.now()), who
			assert not frappe.has_permission(absences.DOCTYPE, "delete", doc=entry), who
		frappe.delete_doc(absences.DOCTYPE, entry.name)
	for who, user in refused.items():
		with as_user(user), pytest.raises(NotYours):
			away(team["A"], team["B"])
		assert not absences.may_enter(frappe.get_doc("Safeguarding Contact", team["A"]), user), who


def test_an_absence_is_read_in_its_own_agency_and_keeps_no_reason(world, team):
	entry = away(team["A"], team["B"])
	for user, seen in (
		(user_of(team["C"]), True),
		(world.user(world.raising, "Manager"), False),
		(world.user("Redbridge Safeguarding Adults Board", "Business Manager"), False),
	):
		with as_user(user):
			assert (entry.name in frappe.get_list(absences.DOCTYPE, pluck="name")) is seen
			assert bool(frappe.has_permission(absences.DOCTYPE, "read", doc=entry.name)) is seen
			assert not frappe.has_permission(absences.DOCTYPE, "write", doc=entry.name)
	fields = {field.fieldname for field in frappe.get_meta(absences.DOCTYPE).fields}
	assert fields == {"contact", "cover", "starts_at", "ends_at", "column_break_period"}
