"""The banner: it says what is amiss and since when, costs next to nothing, goes by itself, and names no case."""

from __future__ import annotations

import time
from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import health as api
from safeguarding_escalation.services import health, health_banner, heartbeat, mail_rows, times
from safeguarding_escalation.services.errors import NotYours
from safeguarding_escalation.tests import factories, figures, sound_site
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_health import alert, deadline

KEEPER = "banner.keeper@example.test"


@pytest.fixture
def case(world, monkeypatch):
	sound_site.aside()
	sound_site.order(world, monkeypatch)
	factories.user(KEEPER, "Safeguarding Administrator")
	made = sound_site.case(world)
	began = times.stored(times.now() - timedelta(days=3))
	frappe.db.set_value("Escalation Deadline", {"escalation": made.name}, "creation", began)
	health.run()
	return made


def said(user: str) -> str:
	with as_user(user):
		return api.banner()["text"]


def test_nothing_is_said_while_all_is_well_or_no_clock_runs(case):
	assert health_banner.text() == ""
	frappe.db.delete("Safeguarding Heartbeat")
	assert health_banner.text() != ""
	frappe.db.delete("Escalation Deadline")
	assert health_banner.text() == ""


def test_a_dead_sweep_is_told_to_everybody_who_works_on_cases_and_goes_by_itself(case, world):
	last = times.now() - timedelta(minutes=31)
	frappe.db.set_value("Safeguarding Heartbeat", "sweep", "beat_at", times.stored(last))
	for agency, who in (
		(world.raising, "Practitioner"),
		(world.responding, "Manager"),
		(sound_site.OFFICE, "Chair"),
	):
		text = said(world.user(agency, who))
		assert text.startswith(f"Alerts have not been going out since {times.show(last)}")
		assert "Look at the due dates here yourself, and tell your safeguarding administrator" in text
		assert "banner.keeper" in text
	with as_user("Guest"), pytest.raises(NotYours):
		api.banner()
	heartbeat.beat("sweep")
	assert said(world.user(world.raising, "Practitioner")) == ""


def test_a_site_on_which_no_sweep_ever_ended(case):
	frappe.db.delete("Safeguarding Heartbeat", {"name": "sweep"})
	assert health_banner.text().startswith("Alerts have not been going out on this site so far")


def test_a_new_site_is_given_time(case):
	frappe.db.delete("Safeguarding Heartbeat", {"name": "sweep"})
	frappe.db.set_value(
		"Escalation Deadline", {"escalation": case.name}, "creation", times.stored(times.now())
	)
	assert health_banner.text() == ""


@pytest.mark.parametrize(
	("state", "problem", "hours", "speaks"),
	[
		("Queued", "", 2, True),
		("Not sent", mail_rows.STANDING, 2, True),
		("Not sent", mail_rows.REFUSED, 2, False),  # one address is refused: told to administrators
		("Sent", "", 2, False),
		("Queued", "", 0, False),
	],
)
def test_mail_that_does_not_leave(case, state, problem, hours, speaks):
	name = alert(case, "somebody@example.test", hours=hours)
	frappe.db.set_value(
		"Escalation Alert",
		name,
		{"email_queue": "x", "mail_state": state, "problem": problem},
		update_modified=False,
	)
	assert health_banner.text().startswith("Mail has not been leaving since") is speaks


def test_a_check_that_is_old_or_was_never_made(case, monkeypatch):
	now = times.now()
	later = now + timedelta(hours=27)
	heartbeat.beat("sweep", later)
	monkeypatch.setattr(times, "now", lambda: later)
	assert health_banner.text().startswith(
		f"Clocks and alerts have not been checked since {times.show(health.last().at)}"
	)
	monkeypatch.setattr(times, "now", lambda: now + timedelta(hours=25))
	assert health_banner.text() == ""


def test_a_check_that_found_a_fault_counts_it_and_names_no_case(case, world):
	frappe.db.delete("Escalation Deadline", {"name": deadline(case)})
	health.run()
	text = said(world.user(world.raising, "Practitioner"))
	assert "found 2 faults in clocks or alerts" in text
	assert case.reference not in text
	with as_user(KEEPER):
		api.repair(case.name)
	assert said(world.user(world.raising, "Practitioner")) == ""


def test_a_warning_is_no_banner(case, world):
	frappe.db.set_value("Safeguarding Board", world.board, "chair", None)
	health.run()
	assert health.last().verdict == "to look at"
	assert health_banner.text() == ""


def test_the_desk_loads_whatever_happens(case, world, monkeypatch):
	def broken():
		raise OSError("no such table")

	monkeypatch.setattr(health_banner, "text", broken)
	boot = frappe._dict()
	with as_user(world.user(world.raising, "Practitioner")):
		health_banner.boot(boot)
	assert "could not be checked" in boot.safeguarding_health["text"]
	stranger = factories.user("banner.stranger@example.test", "Website Manager")
	empty = frappe._dict()
	with as_user(stranger):
		health_banner.boot(empty)
	assert empty == {}


def test_the_desk_s_own_boot_carries_it(case, world):
	frappe.db.delete("Safeguarding Heartbeat", {"name": "sweep"})
	with as_user(world.user(world.raising, "Practitioner")):
		boot = health_banner_of(frappe.get_hooks("extend_bootinfo", app_name="safeguarding_escalation"))
	assert boot["text"].startswith("Alerts have not been going out")
	assert {"Escalation", "My Cases", "clock-health", "My Safeguarding Work"} <= set(boot["places"])


def health_banner_of(hooks: list[str]) -> dict:
	boot = frappe._dict()
	for hook in hooks:
		frappe.get_attr(hook)(boot)
	return boot.safeguarding_health


def test_what_it_costs(case):
	health_banner.text()
	began = time.perf_counter()
	for _ in range(50):
		assert health_banner.text() == ""
	each = (time.perf_counter() - began) / 50
	figures.say(f"Banner: {each * 1000:.2f} ms a Desk load while all is well.")
	assert each < 0.05
