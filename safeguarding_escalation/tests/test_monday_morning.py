"""My team today at eight on a Monday: who is at risk, who leads nothing any more, and what nobody has received."""

from __future__ import annotations

import time

import frappe
import pytest

from safeguarding_escalation.api import handover, immediate
from safeguarding_escalation.services import absences, times, worklists
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.figures import say
from safeguarding_escalation.tests.test_absences import away
from safeguarding_escalation.tests.test_cover_access import colleague
from safeguarding_escalation.tests.test_worklists import alone, clock, end_of, groups, raised

MONDAY = "2025-06-02 08:00:00"


@pytest.fixture
def lead(world):
	alone()
	return world.contact(world.responding, "Practitioner")


@pytest.fixture
def reader(world):
	return world.user(world.responding, "Practitioner")


def grouped(reader: str) -> dict[str, set]:
	with as_user(reader):
		return groups(worklists.team())


def words(reader: str, case: str) -> set[str]:
	with as_user(reader):
		return {row["lead"] for row in worklists.team() if row["escalation"] == case}


def test_a_lead_who_is_away_without_cover_leaves_the_case_unassigned_and_a_cover_keeps_it(
	world, lead, reader
):
	case = raised(world)
	clock(case, "responding lead", end_of(0))
	assert grouped(reader)["Unassigned"] == set()
	entry = away(lead)
	assert grouped(reader)["Unassigned"] == {case}
	assert words(reader, case) == {"Away, no end known; nobody covers"}
	cover, cover_user = colleague(world)
	entry.cover = cover
	entry.save()
	assert grouped(reader)["Unassigned"] == set()
	assert words(reader, case) == {"Away, no end known; covered"}
	frappe.db.set_value("User", cover_user, "enabled", 0)
	assert grouped(reader)["Unassigned"] == {case}


def test_a_chain_of_covers_counts_as_cover_of_finds_it(world, lead):
	now = times.now()
	first, _ = colleague(world, name="First")
	second, second_user = colleague(world, name="Second")
	away(lead, first)
	away(first, second)

	def agree() -> bool:
		found = absences.away_in([world.responding], now)
		covered = {name: row.covered for name, row in found.items()}
		assert covered == {name: absences.cover_of(name, now) is not None for name in covered}
		return covered[lead]

	assert agree()
	frappe.db.set_value("User", second_user, "enabled", 0)
	assert not agree()
	frappe.db.set_value("User", second_user, "enabled", 1)
	frappe.db.set_value("Safeguarding Contact", second, "to_date", "2025-01-01")
	assert not agree()
	frappe.db.set_value("Safeguarding Contact", second, "to_date", None)
	third = away(second, first)
	assert not agree()
	frappe.delete_doc(absences.DOCTYPE, third.name)
	assert agree()


@pytest.mark.parametrize(
	"change", [{"agency": "Northgate Police"}, {"team": "South"}, {"to_date": "2025-01-01"}]
)
def test_a_lead_who_left_their_agency_or_team_leaves_the_case_unassigned(world, lead, change):
	case = raised(world)
	clock(case, "responding lead", end_of(0))
	user = factories.user("red.reads@example.test", "Safeguarding Practitioner")
	factories.contact("Reader of Redfern", world.responding, "Practitioner", user, team="North")
	party = {"parent": case, "side": "responding"}
	frappe.db.set_value("Escalation", case, "responding_team", "North")
	frappe.db.set_value("Escalation Party", party, {"team": "North", "led_for": "North"})
	from safeguarding_escalation.services import access
	from safeguarding_escalation.services.lock import locked

	with locked(case) as found:
		access.store(found)
	assert grouped(user)["Unassigned"] == set()
	frappe.db.set_value("Safeguarding Contact", lead, change)
	assert grouped(user)["Unassigned"] == {case}


def test_what_is_handed_over_waits_to_be_received(world, lead, reader):
	case = raised(world)
	clock(case, "responding lead", end_of(5))
	user = factories.user("red.next@example.test", "Safeguarding Practitioner")
	new = factories.contact("Next of Redfern", world.responding, "Practitioner", user, team="North")
	with as_user(reader):
		handover.hand_over(case, new)
	assert grouped(user)["Not received yet"] == {case}
	assert words(user, case) == {"Not received yet"}
	with as_user(user):
		handover.received(case)
	assert grouped(user)["Not received yet"] == set()


def test_immediate_risk_comes_first_in_every_list(world, lead, reader):
	late, risk = raised(world), raised(world)
	clock(late, "responding lead", end_of(-3))
	clock(risk, "responding lead", end_of(9))
	with as_user(reader):
		immediate.record(risk, "a-key-of-monday")
		rows = worklists.team()
		assert (rows[0]["group"], rows[0]["escalation"]) == ("At risk now", risk)
		assert rows[0]["next_step"].startswith("Immediate risk. ")
		assert next(row["escalation"] for row in worklists.cases("mine")) == risk
		assert len(worklists.by_group("team")["At risk now"]) == 1
		immediate.passed(risk, "He has moved out.", "a-key-of-monday")
		assert worklists.by_group("team")["At risk now"] == []
		assert not any(row["next_step"].startswith("Immediate risk") for row in worklists.cases("mine"))


def test_right_at_eight_on_a_monday(world, lead, reader, monkeypatch):
	"""The absence began at eight sharp, and a clock fell due on Sunday: nothing has run in between."""
	monday = frappe.utils.get_datetime(MONDAY)
	monkeypatch.setattr(times, "now_datetime", lambda: monday)
	monkeypatch.setattr(worklists, "now_datetime", lambda: monday)
	case = raised(world)
	frappe.db.delete("Escalation Deadline", {"escalation": case})
	clock(
		case, "responding lead", monday - (end_of(1) - end_of(0)), starts_at=monday - (end_of(3) - end_of(0))
	)
	frappe.db.set_value("Escalation Access", {"escalation": case}, "since", "2025-01-01 00:00:00")
	before = grouped(reader)
	assert (before["Overdue"], before["Unassigned"]) == ({case}, set())
	away(lead, None, times.given(MONDAY, "at"))
	assert grouped(reader)["Unassigned"] == {case}


def test_ten_thousand_cases_take_as_many_queries_as_ten(world, lead, reader):
	template = frappe.get_doc("Escalation", raised(world))
	count = 10_000

	def queries() -> tuple[int, float]:
		seen = []
		original = frappe.db.sql

		def counting(query, *given, **further):
			seen.append(str(query))
			return original(query, *given, **further)

		frappe.db.sql = counting
		began = time.perf_counter()
		try:
			worklists.team()
		finally:
			del frappe.db.sql
		return len(seen), time.perf_counter() - began

	with as_user(reader):
		worklists.team()
		few, _seconds = queries()
	_multiply(template, count)
	with as_user(reader):
		many, seconds = queries()
		assert len(worklists.names("team")) >= count
	assert many == few
	say(f"My team today: {many} queries with 1 case and with {count:,}; {seconds:.2f} s at {count:,}")


def _multiply(template, count: int) -> None:
	"""Rows of the tables that the list reads, copied by name alone."""
	copies = {
		"Escalation": ("name", {"name": template.name}),
		"Escalation Access": ("escalation", {"escalation": template.name}),
		"Escalation Party": ("parent", {"parent": template.name}),
		"Escalation Deadline": ("escalation", {"escalation": template.name}),
	}
	for doctype, (key, where) in copies.items():
		columns = frappe.db.get_table_columns(doctype)
		rows = frappe.get_all(doctype, where, ["*"])
		values = []
		for number in range(count):
			for index, row in enumerate(rows):
				row = {**row, key: f"many{number:06d}"}
				row["reference"] = f"MANY-{number}"
				row["name"] = f"many{number:06d}" if doctype == "Escalation" else f"m{number:06d}x{index}"
				values.append([row.get(column) for column in columns])
		frappe.db.bulk_insert(doctype, columns, values)
