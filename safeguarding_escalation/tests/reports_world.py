"""The world of the reports' tests: cases of each kind that a report tells apart, made once a file and taken back."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.utils import now_datetime

from safeguarding_escalation.tests import factories, mails, matrix_people
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_worklists import CANARY, alone, clock, end_of, raised


@pytest.fixture(scope="module")
def kept(world):
	"""What is made once for the whole file, and taken back at its end: nothing of it is ever there for others."""
	frappe.set_user("Administrator")
	began = frappe.utils.now()
	found = _of_each_standing(each for each in matrix_people.everybody(world) if _reads_cases(each))
	made = _made(world)
	factories.let_in(made["late"], _contact(found, "copied in"))
	told = [line for name, raw in mails.queued(began) for line in mails.telling(name, raw)]
	yield found, made
	frappe.db.rollback()
	assert not told


def _of_each_standing(everybody):
	found = {}
	for each in everybody:
		several = each.standing in ("raising", "responding", "own board")
		found.setdefault((each.standing, each.role if several and each.reads else ""), each)
	return list(found.values())


def _reads_cases(person):
	"""Whether the person's role opens these reports at all."""
	with as_user(person.user or "Guest"):
		return bool(frappe.has_permission("Escalation", "read"))


@pytest.fixture(autouse=True)
def rolled_back(kept):
	"""Administrator before each test; what a test changes of the file's own world is taken back after it."""
	frappe.set_user("Administrator")
	frappe.db.savepoint("one_test")
	yield
	frappe.db.rollback(save_point="one_test")
	frappe.set_user("Administrator")


@pytest.fixture
def people(kept):
	"""People of the matrix whose role opens reports: each standing once, the parties in two roles, the board in both."""
	return kept[0]


@pytest.fixture
def cases(kept):
	return kept[1]


def _made(world):
	"""Five cases with clocks, entries and actions of each kind that a report tells apart; no other case is open."""
	alone()
	for doctype in ("Escalation Deadline", "Escalation Action"):
		frappe.db.delete(doctype)  # until the rollback: what other tests have left is counted too
	made = {"late": raised(world), "today": raised(world), "target": raised(world), "quiet": raised(world)}
	made["settled"] = raised(world, board="Hampshire")
	clock(made["late"], "raising lead", end_of(-7))
	clock(made["late"], "responding lead", end_of(-4), met_at=now_datetime() - timedelta(days=2))
	clock(made["late"], "responding lead", end_of(-4), met_at=now_datetime() - timedelta(days=6))
	clock(made["today"], "raising lead, responding lead", end_of(0))
	clock(made["today"], "responding lead", end_of(-3), ended_at=now_datetime())
	clock(made["today"], "responding lead", end_of(9), ended_at=now_datetime())
	clock(made["target"], "raising lead", end_of(-2), kind="local target")
	clock(made["quiet"], "chair", end_of(12), label="Written confirmation")
	_written(world, made)
	settled = {
		"workflow_state": "Resolved", "resolved_at": now_datetime(), "stage_resolved": 1, "stage_label": "Resolved",
	}  # fmt: skip
	frappe.db.set_value("Escalation", made["settled"], settled)
	return made


def _written(world, made):
	"""A confirmation that is due, an entry reported of the other side, actions, a review and a recommendation."""
	deadline = {"escalation": made["quiet"], "owed_by": "chair"}
	frappe.db.set_value("Escalation Deadline", deadline, "clock", "RB.S2.CONFIRM")
	factories.entry(made["quiet"], kind="discussed", source="reported", evidence="By telephone", side="responding",
		actor_agency=world.responding, actor_role="Manager")  # fmt: skip
	factories.entry(
		made["late"], kind="review_set", due_at=frappe.utils.get_datetime("2025-06-02 12:00").astimezone()
	)
	factories.entry(made["today"], kind="recommended", side="board")
	factories.entry(made["today"], kind="recommendation_answered", actor_agency=world.responding)
	for done in (None, "2025-04-02"):
		frappe.get_doc({"doctype": "Escalation Action", "parent": made["late"], "parenttype": "Escalation",
			"parentfield": "actions", "action": f"Visit {CANARY}", "by_agency": world.responding, "due_on": "2025-04-01",
			"done_on": done, "stage": 1}).db_insert()  # fmt: skip
	frappe.db.set_value("Escalation", made["late"], {"theme": "Thresholds", "theme_level": "Multi-agency work",
		"learning": f"About {CANARY}"})  # fmt: skip


def shown(report, **filters):
	return run(report, filters=filters)


def rows_of(report, **filters):
	return shown(report, **filters)["result"]


def _contact(people, standing):
	user = next(person.user for person in people if person.standing == standing)
	return frappe.db.get_value("Safeguarding Contact", {"user": user})
