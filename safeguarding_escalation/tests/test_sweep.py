"""The sweep on a real site: each alert once, catch-up in one mail, nothing for closed cases, nothing at night."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

CANARY = "Zephyrine"


@pytest.fixture
def case(world):
	frappe.db.delete(
		"Escalation Deadline"
	)  # other tests' cases are not this test's matter; rolled back after it
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	return world, made.name


def mails(name: str) -> list[frappe._dict]:
	return frappe.get_all(
		"Email Queue",
		{"reference_doctype": "Escalation", "reference_name": name},
		["name", "message", "status"],
	)


def alerts(name: str) -> list[frappe._dict]:
	return frappe.get_all("Escalation Alert", {"escalation": name}, ["*"])


def test_twice_sends_once(case):
	_, name = case
	first = scheduler.sweep("2025-03-17 08:00:00")
	sent, said = len(mails(name)), len(alerts(name))
	assert first["cases"] == 1
	assert first["mails"] == sent > 0
	again = scheduler.sweep("2025-03-17 08:05:00")
	assert again["mails"] == 0
	assert (len(mails(name)), len(alerts(name))) == (sent, said)


def test_a_mail_carries_reference_clock_date_link_and_no_name(case):
	_, name = case
	scheduler.sweep("2025-03-17 08:00:00")
	reference = frappe.db.get_value("Escalation", name, "reference")
	for mail in mails(name):
		assert reference in mail.message
		assert CANARY not in mail.message
		assert "carer" not in mail.message
	for row in alerts(name):
		assert row.email_queue
		assert row.sent_at


def test_overdue_reaches_those_who_owe_it(case):
	world, name = case
	scheduler.sweep("2025-03-18 08:00:00")  # SPEAK was due on Mon 17 Mar
	overdue = [row for row in alerts(name) if row.rung == "overdue" and row.clock == "RB.S1.SPEAK"]
	assert world.user(world.responding, "Practitioner") in {row.recipient for row in overdue}


@pytest.mark.parametrize("quiet", ["2025-03-15 10:00:00", "2025-03-18 07:59:00", "2025-03-18 02:00:00"])
def test_nothing_at_night_or_at_weekends(case, quiet):
	_, name = case
	scheduler.sweep("2025-03-14 18:00:00")
	before = len(mails(name))
	scheduler.sweep(quiet)
	assert len(mails(name)) == before


def test_catch_up_after_downtime_is_one_mail_a_person(case):
	_, name = case
	scheduler.sweep("2025-04-30 09:00:00")
	per_person = frappe.get_all(
		"Email Queue Recipient", {"parent": ["in", [mail.name for mail in mails(name)]]}, pluck="recipient"
	)
	assert len(per_person) == len(set(per_person)) > 0
	rungs = {(row.clock, row.recipient): row.rung for row in alerts(name)}
	assert set(rungs.values()) == {"overdue"}


def test_a_closed_or_withdrawn_case_is_silent(case):
	world, name = case
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(name, "Withdraw", reason="Raised under the wrong policy.")
	assert scheduler.sweep("2025-04-30 09:00:00")["mails"] == 0


def test_a_protective_instant_speaks_at_night(case):
	world, _ = case
	now = frappe.utils.now_datetime()
	made = factories.escalation(world, disagreement_at=str(frappe.utils.add_to_date(now, minutes=-30)))
	night = frappe.utils.add_to_date(now, days=1).replace(hour=3, minute=0, second=0, microsecond=0)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern")
		api.record(made.name, "protective_deadline", due_at=str(night))
	scheduler.sweep(frappe.utils.add_to_date(night, minutes=-1))
	assert "overdue" not in {row.rung for row in alerts(made.name)}
	scheduler.sweep(night)
	assert ("RB.S1.SPEAK", "overdue") in {(row.clock, row.rung) for row in alerts(made.name)}


def test_one_bad_case_does_not_silence_the_others(case, monkeypatch):
	world, name = case
	other = factories.escalation(world)
	from safeguarding_escalation.services import sweeping

	serve = sweeping.serve

	def broken(loaded, moment, counts):
		if loaded.name == other.name:
			raise RuntimeError("planted")
		serve(loaded, moment, counts)

	monkeypatch.setattr(sweeping, "serve", broken)
	with pytest.raises(frappe.ValidationError, match="could not be swept"):
		scheduler.sweep("2025-03-17 08:00:00")
	assert mails(name)
	assert not alerts(other.name)


def test_the_scheduler_does_not_fall_asleep_while_a_clock_runs(case):
	from frappe.utils.scheduler import is_dormant

	frappe.db.delete("Activity Log")
	assert is_dormant() or frappe.conf.developer_mode
	scheduler.sweep("2025-03-17 08:00:00")
	assert not is_dormant()
	assert frappe.db.count("Activity Log") == 1
	scheduler.sweep("2025-03-17 08:05:00")
	assert frappe.db.count("Activity Log") == 1


@pytest.mark.parametrize(
	("field", "agency", "told"),
	[
		("by_whom", "responding", "responding"),
		("by_agency", "responding", "responding"),  # its lead, where nobody of it is named
		("by_whom", "other", "raising"),  # who may not open the case is told nothing, and somebody is
	],
)
def test_an_overdue_agreed_action_is_said_to_its_owner_alone(case, field, agency, told):
	world, name = case
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(
			name,
			"action_agreed",
			occurred_at="2025-03-13 10:00:00",
			due_at="2025-03-17 10:00:00",
			relates_to="Action 1",
			note="Visit together",
		)
	whose = getattr(world, agency)
	owner = world.contact(whose, "Practitioner") if field == "by_whom" else whose
	row = frappe.db.get_value("Escalation Action", {"parent": name, "matter": "Action 1"})
	frappe.db.set_value("Escalation Action", row, field, owner)
	scheduler.sweep("2025-03-18 08:00:00")
	overdue = [row for row in alerts(name) if (row.clock, row.rung) == ("LOCAL.ACTION", "overdue")]
	assert {row.recipient for row in overdue} == {world.user(getattr(world, told), "Practitioner")}
	assert all(row.email_queue for row in overdue)
