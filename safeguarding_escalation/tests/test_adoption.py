"""A board adopts a new version from a date; boards on one policy stay apart; the Chair's answer leaves old hashes valid."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine import localise
from safeguarding_escalation.services import errors, log, policies, policy_adopting, policy_versions, sealing
from safeguarding_escalation.setup.demo_dates import standing_at
from safeguarding_escalation.tests import factories, walking
from safeguarding_escalation.tests.factories import as_user, at
from safeguarding_escalation.tests.walking import Cast

STARTS = "2025-06-02"


@pytest.fixture(scope="module")
def redbridge(world) -> Cast:
	return walking.cast(world, "Redbridge")


def standing(when: str) -> Any:
	"""The clock at a London time."""
	return standing_at(localise(at(when)))


@pytest.fixture
def new_version(redbridge) -> str:
	"""Redbridge's policy with seven working days at Stage 2, adopted from Mon 2 June 2025."""
	made = policy_versions.copy("redbridge-2022", "redbridge-2025", "Redbridge, third edition", True)
	draft = frappe.get_doc("Board Policy", made["policy"])
	next(row for row in draft.clocks if row.clock_id == "RB.S2.RESOLVE").length = 7
	draft.save()
	draft.submit()
	with standing("2025-05-26 09:00"):
		policy_adopting.adopt("Redbridge", draft.name, STARTS)
	return str(draft.name)


def raised(people: Cast, when: str) -> str:
	"""A concern raised at that time, with its clock set then."""
	with standing(when), as_user(people.users["raising practitioner"]):
		name = frappe.get_doc(
			{
				"doctype": "Escalation", "board": people.board, "responding_agency": people.responding,
				"responding_lead": people.contacts["responding practitioner"], "dispute_summary": "No visit.",
				"risk_to_adult": "Neglect.", "nature_other": "Visits", "outcome_sought": "A visit.",
				"subjects": [{"subject_name": "Zephyrine Canary", "kind": "Adult"}],
			}
		).insert().name  # fmt: skip
		api.move(name, "Raise Concern")
	return str(name)


def escalated(people: Cast, name: str, when: str) -> Any:
	"""The stored clock of Stage 2, entered at that time."""
	with standing(when), as_user(people.users["raising practitioner"]):
		api.move(name, "Escalate to Stage 2", reason="Not agreed.")
	return frappe.db.get_value(
		"Escalation Deadline",
		{"escalation": name, "clock": "RB.S2.RESOLVE"},
		["due_at", "policy"],
		as_dict=True,
	)


def test_a_case_keeps_its_version_and_its_clocks_follow_the_day_on_which_they_start(redbridge, new_version):
	old = raised(redbridge, "2025-05-27 10:00")
	late = raised(redbridge, "2025-05-27 11:00")
	before = escalated(redbridge, old, "2025-05-28 10:00")
	# Wed 28 May and five working days: 29, 30 May, 2, 3, 4 June
	assert (before.due_at, before.policy) == (at("2025-06-04 23:59:59"), "redbridge-2022")
	with standing("2025-06-03 09:00"), as_user(redbridge.users["raising manager"]):
		api.record(old, "discussed", mode="phone")
	kept = frappe.db.get_value("Escalation Deadline", {"escalation": old, "clock": "RB.S2.RESOLVE"}, "due_at")
	assert kept == before.due_at
	# The case raised before the change is pinned to its version; a clock that starts after it counts by the new one.
	after = escalated(redbridge, late, "2025-06-03 10:00")
	# Tue 3 June and seven working days: 4, 5, 6, 9, 10, 11, 12
	assert after.due_at == at("2025-06-12 23:59:59")
	assert {frappe.db.get_value("Escalation", name, "policy") for name in (old, late)} == {"redbridge-2022"}


def test_a_new_case_takes_the_version_in_force(redbridge, new_version):
	case = raised(redbridge, "2025-06-04 10:00")
	assert frappe.db.get_value("Escalation", case, "policy") == new_version
	# Thu 5 June and seven working days: 6, 9, 10, 11, 12, 13, 16
	assert escalated(redbridge, case, "2025-06-05 10:00").due_at == at("2025-06-16 23:59:59")


def test_a_version_adopted_for_later_is_not_in_force_yet(redbridge, new_version):
	with standing("2025-06-01 23:00"):
		assert policies.adopted("Redbridge") == "redbridge-2022"
	with standing("2025-06-02 00:30"):
		assert policies.adopted("Redbridge") == new_version


def test_boards_on_one_policy_do_not_see_each_others_cases(world):
	portsmouth, hampshire = walking.cast(world, "Portsmouth"), walking.cast(world, "Hampshire")
	name = raised(portsmouth, "2025-06-02 10:00")
	with standing("2025-06-03 10:00"):
		with as_user(portsmouth.users["raising practitioner"]):
			api.record(name, "immediate_risk")
			api.move(name, "Escalate to Stage 4")
		with as_user(portsmouth.users["chair"]):
			assert api.deadlines(name)["stage_label"] == "Stage Four"
			assert name in frappe.get_list("Escalation", pluck="name", limit_page_length=0)
		for who in ("chair", "business manager"):
			with as_user(hampshire.users[who]):
				assert name not in frappe.get_list("Escalation", pluck="name", limit_page_length=0)
				with pytest.raises(errors.NotYours):
					api.deadlines(name)
				with pytest.raises(errors.NotYours):
					api.move(name, "Make Recommendations", outcome="advice")
	assert frappe.db.get_value("Escalation", name, "chair_outcome_type") in (None, "")


def test_an_answer_is_chained_and_rows_without_one_keep_their_hash(world):
	people = walking.cast(world, "Portsmouth")
	name = raised(people, "2025-06-02 10:00")
	with standing("2025-06-03 10:00"):
		with as_user(people.users["raising practitioner"]):
			api.record(name, "immediate_risk")
			api.move(name, "Escalate to Stage 4")
		with as_user(people.users["chair"]):
			api.move(name, "Make Recommendations", outcome="advice")
	rows = log.rows(name)
	assert [row.hash for row in rows] == [sealing.row_hash(row) for row in rows]
	answered = rows[-1]
	assert (answered.kind, answered.outcome) == ("recommended", "advice")
	assert sealing.row_hash({**answered, "outcome": "recommendation"}) != answered.hash
	# What a row written before there was an outcome hashed to: the chained cells alone.
	plain = {key: value for key, value in rows[0].items() if key != "outcome"}
	assert sealing.row_hash(plain) == rows[0].hash


def test_the_adults_refusal_is_read_from_the_latest_answer(world):
	people = walking.cast(world, "Portsmouth")
	name = raised(people, "2025-06-02 10:00")
	with standing("2025-06-03 10:00"), as_user(people.users["raising practitioner"]):
		involve(name, {"stage": 1, "wishes_followed_through": "No"})
		owed = {duty["key"]: duty["done"] for duty in api.deadlines(name)["duties"]}
		assert (owed["wishes:reason"], owed["wishes:manager"]) == (False, False)
		api.record(name, "duty_done", relates_to="wishes:manager")
		involve(name, {"stage": 1, "wishes_followed_through": "No", "why_not": "Others are at risk."})
		owed = {duty["key"]: duty["done"] for duty in api.deadlines(name)["duties"]}
		assert (owed["wishes:reason"], owed["wishes:manager"]) == (True, True)
		involve(name, {"stage": 2, "wishes_followed_through": "Yes"})
		assert "wishes:reason" not in {duty["key"] for duty in api.deadlines(name)["duties"]}


def involve(name: str, row: dict[str, Any]) -> None:
	"""One more row of how the adult was involved, saved by the form."""
	document = frappe.get_doc("Escalation", name)
	document.append("involvement", row)
	document.save()


def test_a_form_is_signed_by_those_whom_the_policy_lets_sign(world):
	people = walking.cast(world, "Buckinghamshire")
	name = raised(people, "2025-06-02 10:00")
	with standing("2025-06-03 10:00"), as_user(people.users["raising practitioner"]):
		document = frappe.get_doc("Escalation", name)
		document.append("signatures", {"contact": people.contacts["chair"], "side": "board"})
		with pytest.raises(errors.BadInput, match="signed by Manager or Practitioner"):
			document.save()
