"""The page Clock health: who sees it, checking on demand, a repair with old and new values, rows that stay as they are."""

from __future__ import annotations

import json
from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import health as api
from safeguarding_escalation.permissions import NotChangeable
from safeguarding_escalation.services import health, times
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.tests import factories, sound_site
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_health import KEEPER, SPEAK, deadline, found


@pytest.fixture
def case(world, monkeypatch):
	sound_site.aside()
	sound_site.order(world, monkeypatch)
	factories.user(KEEPER, "Safeguarding Administrator")
	return sound_site.case(world)


def test_a_repair_keeps_old_and_new_values_and_clears_the_finding(case, world):
	row = deadline(case)
	right = frappe.db.get_value("Escalation Deadline", row, "due_at")
	frappe.db.set_value("Escalation Deadline", row, "due_at", right + timedelta(days=3))
	assert f"projection:{case.reference}" in found()
	for user in (
		world.user(sound_site.OFFICE, "Business Manager"),
		world.user(world.raising, "Practitioner"),
	):
		with as_user(user), pytest.raises(NotYours):
			api.repair(case.name)
	with as_user(KEEPER):
		done = api.repair(case.name)
	assert frappe.db.get_value("Escalation Deadline", row, "due_at") == right
	assert done["left"] == []
	changed = next(each for each in done["changed"] if each["field"] == "due_at")
	assert (changed["clock"], changed["wanted"]) == (SPEAK, times.show_due(times.aware(right)))
	kept = frappe.get_doc("Health Check", health.last().name)
	assert (kept.verdict, kept.asked_by) == ("sound", KEEPER)
	assert json.loads(kept.repairs) == {"reference": case.reference, "changed": done["changed"]}
	with as_user(KEEPER), pytest.raises(BadInput):
		api.repair("no such case")


def test_a_stored_check_is_never_changed(case):
	health.run()
	kept = frappe.get_doc("Health Check", health.last().name)
	kept.verdict = "not sound"
	for change in (kept.save, kept.delete, lambda: kept.db_set("verdict", "not sound")):
		with pytest.raises(NotChangeable):
			change()
	for change in (
		lambda: frappe.db.set_value("Health Check", kept.name, "verdict", "not sound"),
		lambda: frappe.db.delete("Health Check", {"name": kept.name}),
	):
		frappe.db.savepoint("guarded")
		with pytest.raises(frappe.db.OperationalError, match="only added to"):
			change()
		frappe.db.rollback(save_point="guarded")


def test_who_sees_the_page_and_its_rows(case, world):
	health.run()
	with as_user(KEEPER):
		assert api.look()["whole_site"]
		assert frappe.get_list("Health Check")
	for user in (world.user(sound_site.OFFICE, "Chair"), world.user(world.raising, "Manager"), "Guest"):
		with as_user(user):
			for refused in (api.look, api.check, lambda: api.repair(case.name)):
				with pytest.raises(NotYours):
					refused()
			assert not frappe.has_permission("Health Check", "read")


def test_a_check_on_demand_waits_for_a_worker_where_there_are_many_cases(case, monkeypatch):
	queued = []
	with as_user(KEEPER):
		assert api.check() == {"waiting": False}
		assert health.last().at > times.now() - timedelta(minutes=1)
		assert frappe.db.get_value("Health Check", health.last().name, "asked_by") == KEEPER
		monkeypatch.setattr(health, "AT_ONCE", 0)
		monkeypatch.setattr(
			frappe, "enqueue", lambda method, **given: queued.append((method, given["asked_by"]))
		)
		assert api.check() == {"waiting": True}
	assert queued == [("safeguarding_escalation.services.health.run", KEEPER)]
	assert frappe.get_attr(queued[0][0]) is health.run
