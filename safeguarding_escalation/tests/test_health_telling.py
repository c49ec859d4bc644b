"""Whom clock health tells, of what, and how often: once of each finding, again in a week, never a name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import frappe
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import health as api
from safeguarding_escalation.services import health, times
from safeguarding_escalation.tests import factories, sound_site
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_health import KEEPER, SPEAK, deadline


@pytest.fixture
def case(world, monkeypatch):
	sound_site.aside()
	sound_site.order(world, monkeypatch)
	factories.user(KEEPER, "Safeguarding Administrator")
	return sound_site.case(world)


def told() -> dict[str, list[str]]:
	"""The mails about clock health in the queue: subject and body by recipient."""
	mails: dict[str, list[str]] = {}
	for name in frappe.get_all("Email Queue", {"reference_doctype": "Health Check"}, pluck="name"):
		mail = frappe.get_doc("Email Queue", name)
		for row in mail.recipients:
			mails.setdefault(row.recipient, []).append(mail.message)
	return mails


def test_a_new_finding_is_told_once_and_again_after_a_week(case, monkeypatch):
	scheduler.check_health()
	assert told() == {}
	frappe.db.delete("Escalation Deadline", {"name": deadline(case)})
	assert scheduler.check_health()["alerted"] >= 1
	first = told()
	assert KEEPER in first
	assert scheduler.check_health()["alerted"] == 0
	assert told() == first
	stored = health.last()
	for days, alerted in ((6, 0), (7, 1)):
		before = (times.now() - timedelta(days=days)).isoformat()
		as_then = replace(stored, told=dict.fromkeys(stored.told, before))
		monkeypatch.setattr(health, "last", lambda as_then=as_then: as_then)
		assert bool(scheduler.check_health()["alerted"]) == bool(alerted), days
	assert len(told()[KEEPER]) == 2


def test_a_finding_that_went_and_comes_back_is_new(case):
	frappe.db.delete("Escalation Deadline", {"name": deadline(case)})
	scheduler.check_health()
	with as_user(KEEPER):
		api.repair(case.name)
	assert scheduler.check_health()["verdict"] == "sound"
	assert health.last().told == {}
	frappe.db.delete("Escalation Deadline", {"name": deadline(case)})
	scheduler.check_health()
	assert len(told()[KEEPER]) == 2


def test_a_mail_names_the_reference_and_nobody(case, world):
	frappe.db.delete("Escalation Deadline", {"name": deadline(case)})
	scheduler.check_health()
	text = told()[KEEPER][0]
	assert case.reference in text
	assert SPEAK in text
	assert "clock-health" in text
	for word in ("Zephyrine", "carer", "Practitioner of", "Neglect", "neglect"):
		assert word not in text


def test_a_business_manager_is_told_of_what_they_may_read(case, world):
	manager = world.user(sound_site.OFFICE, "Business Manager")
	frappe.db.delete("Escalation Deadline", {"name": deadline(case)})
	scheduler.check_health()
	assert manager not in told(), "the board does not see a case at Stage 1"
	policy = frappe.get_doc("Safeguarding Board", world.board).policies[0].policy
	frappe.db.set_value("Board Policy", policy, "review_due", date(2025, 6, 30))
	scheduler.check_health()
	assert case.reference not in "".join(told()[manager])
	assert "30 Jun 2025" in "".join(told()[manager])
	with as_user(manager):
		shown = api.look()
	keys = {line["key"] for group in shown["groups"] for line in group["lines"]}
	assert f"policy:{world.board}" in keys
	assert not {key for key in keys if case.reference in key}
	assert shown["left_out"] == 2
	assert not shown["may_repair"]
	assert not shown["whole_site"]
