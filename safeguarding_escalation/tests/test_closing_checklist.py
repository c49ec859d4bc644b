"""From resolution to closing: what is owed, by whom, by when and whose date that is; done by whom; then it closes."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.services import times, worklists
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def practitioner(world):
	return world.user(world.raising, "Practitioner")


@pytest.fixture
def case(world, practitioner):
	"""Resolved at Stage 1, and nothing done yet of what is owed before closing."""
	name = factories.escalation(world).name
	with as_user(practitioner):
		cases.move(name, "Raise Concern")
		cases.record(name, "discussed", mode="phone")
		document = frappe.get_doc("Escalation", name)
		document.resolution_summary = "The enquiry is reopened."
		document.save()
		cases.move(name, "Accept Resolution")
	return name


def duty(case: str, user: str, start: str) -> dict:
	with as_user(user):
		found = cases.deadlines(case)["duties"]
	return next(row for row in found if row["kind"] == "closing" and row["text"].startswith(start))


def test_the_confirmation_is_due_by_the_policys_clock(case, practitioner):
	row = duty(case, practitioner, "Confirm the outcome")
	with as_user(practitioner):
		clock = next(c for c in cases.deadlines(case)["deadlines"] if c["clock"] == "RB.S1.CONFIRM")
	assert (row["due_at"], row["date_source"], row["required"]) == (clock["due_at"], "clock", True)
	assert row["date_words"].startswith("policy clause")


def test_what_the_policy_gives_no_date_gets_the_peoples_own(case, practitioner):
	row = duty(case, practitioner, "Approve and date")
	assert (row["due_at"], row["date_words"]) == (None, "no date in the policy")
	until = times.stored(times.now() + timedelta(days=3)).replace(microsecond=0)
	with as_user(practitioner):
		cases.record(case, "duty_date_set", relates_to=row["key"], due_at=str(until))
	row = duty(case, practitioner, "Approve and date")
	assert times.stored(times.given(row["due_at"], "")) == until
	assert (row["date_source"], row["overdue"]) == ("people", False)
	assert "not the policy's" in row["date_words"]


def test_a_tick_says_when_and_by_whom_and_closing_waits_for_all(world, case, practitioner):
	assert frappe.db.get_value("Escalation", case, "workflow_state") == "Resolved"
	owed = frappe.db.get_value("Escalation", case, "closing_duties_open")
	assert owed > 0
	with as_user(practitioner):
		close = next(move for move in cases.deadlines(case)["moves"] if move["action"] == "Close")
		assert not close["allowed"]
		text = duty(case, practitioner, "Approve and date")["text"].rstrip(".")
		cases.record(case, "duty_done", relates_to=text, note="Signed by both.")
	row = duty(case, practitioner, "Approve and date")
	assert row["done"]
	assert row["done_at"]
	assert "Practitioner of Elmfield" in row["done_by"]
	assert frappe.db.get_value("Escalation", case, "closing_duties_open") == owed - 1


def test_my_team_shows_what_is_resolved_and_not_closed(case, practitioner):
	with as_user(practitioner):
		rows = [row for row in worklists.team(group=worklists.TO_CLOSE) if row["escalation"] == case]
		assert case in worklists.by_group()[worklists.TO_CLOSE]
	assert len(rows) == 1


def test_a_local_target_that_is_late_is_in_no_figure(world, practitioner):
	name = factories.escalation(world, board="Hampshire").name
	with as_user(practitioner):
		before = worklists.late_names("mine")
		cases.move(name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
		assert worklists.late_names("mine") == before
		shown = next(row for row in worklists.cases("mine") if row["escalation"] == name)
	assert "(local target)" in shown["next_step"]
