"""When something last ran: kept in the database alone, forward only, and read by administrators."""

from __future__ import annotations

from datetime import timedelta

import frappe

from safeguarding_escalation import compat
from safeguarding_escalation.services import heartbeat, times
from safeguarding_escalation.tests import factories

KIND = "a test"


def test_what_never_ran_has_no_beat():
	assert heartbeat.last("never") is None


def test_a_beat_is_read_back_and_never_moves_back():
	first = times.given("2025-03-11 10:00:00", "first")
	heartbeat.beat(KIND, first)
	assert heartbeat.last(KIND) == first
	heartbeat.beat(KIND, first + timedelta(minutes=5))
	heartbeat.beat(KIND, first)
	assert heartbeat.last(KIND) == first + timedelta(minutes=5)
	assert frappe.db.count("Safeguarding Heartbeat", {"name": KIND}) == 1


def test_without_an_instant_it_is_now():
	before = times.now()
	heartbeat.beat(KIND)
	assert before <= heartbeat.last(KIND) <= times.now()


def test_a_beat_outlives_redis_and_leaves_no_version():
	at = times.given("2025-03-11 10:00:00", "at")
	heartbeat.beat(KIND, at)
	compat.cache().flushdb()
	assert heartbeat.last(KIND) == at
	heartbeat.beat(KIND, at + timedelta(minutes=5))
	assert heartbeat.last(KIND) == at + timedelta(minutes=5)
	assert frappe.db.count("Version", {"ref_doctype": "Safeguarding Heartbeat"}) == 0


def test_only_administrators_read_it(world):
	heartbeat.beat(KIND)
	with factories.as_user(world.user(world.raising, "Manager")):
		assert not frappe.has_permission("Safeguarding Heartbeat", "read")
	keeper = factories.user("keeper.of.clocks@example.test", "Safeguarding Administrator")
	with factories.as_user(keeper):
		assert frappe.get_list("Safeguarding Heartbeat", {"name": KIND}, pluck="name") == [KIND]
		assert not frappe.has_permission("Safeguarding Heartbeat", "write")
