"""Redbridge from a draft to the Chair and to closing, on a real site, by native workflow and by the API."""

from __future__ import annotations

from datetime import datetime

import frappe
import pytest
from frappe.model.workflow import apply_workflow

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import errors, times
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user, at


@pytest.fixture
def draft(world):
	return factories.escalation(world)


def stored(name: str) -> dict[str, frappe._dict]:
	"""The stored deadlines of a case by clock."""
	rows = frappe.get_all("Escalation Deadline", {"escalation": name}, ["*"])
	return {row.clock: row for row in rows}


def due(name: str, clock: str) -> datetime:
	return stored(name)[clock].due_at


def test_a_draft_has_a_reference_a_policy_and_its_first_clock(world, draft):
	draft.reload()
	assert draft.reference.startswith("SE-")
	assert draft.policy == "redbridge-2022"
	assert draft.workflow_state == "Draft"
	assert draft.current_stage == 0
	# Tue 11 Mar 2025 + 2 working days = Thu 13 Mar (clause 4.4)
	assert due(draft.name, "RB.S1.RAISE") == at("2025-03-13 23:59:59")
	assert due(draft.name, "RB.S1.RESOLVE") == at("2025-03-18 23:59:59")


def test_the_number_in_the_reference_follows_its_predecessor(world, draft):
	other = factories.escalation(world)
	first, second = (
		int(frappe.db.get_value("Escalation", name, "reference")[-4:]) for name in (draft.name, other.name)
	)
	assert second == first + 1


def test_from_draft_to_the_chair_by_apply_workflow(world, draft):
	raiser, manager, senior = (world.user(world.raising, capacity) for capacity in factories.CAPACITIES)
	with as_user(raiser):
		raised = apply_workflow(frappe.get_doc("Escalation", draft.name).as_json(), "Raise Concern")
		assert raised.workflow_state == "Stage 1"
	assert_projection_is_a_fresh_plan(draft.name)
	with as_user(raiser):
		api.record(draft.name, "unresolved", note="No agreement on the telephone.")
		apply_workflow(frappe.get_doc("Escalation", draft.name).as_json(), "Escalate to Stage 2")
	assert_projection_is_a_fresh_plan(draft.name)
	with as_user(manager):
		api.record(draft.name, "discussed", two_way=True, mode="phone")
		api.record(draft.name, "unresolved")
		apply_workflow(frappe.get_doc("Escalation", draft.name).as_json(), "Escalate to Stage 3")
	with as_user(senior):
		api.record(draft.name, "copied", to="Business Manager")
		api.record(draft.name, "unresolved")
		done = apply_workflow(frappe.get_doc("Escalation", draft.name).as_json(), "Escalate to Stage 4")
	assert (done.workflow_state, done.current_stage) == ("Stage 4", 4)
	assert_projection_is_a_fresh_plan(draft.name)
	office = "Redbridge Safeguarding Adults Board"
	with as_user(world.user(office, "Chair")):
		recommended = apply_workflow(
			frappe.get_doc("Escalation", draft.name).as_json(), "Make Recommendations"
		)
	assert recommended.workflow_state == "Recommendations Made"
	kinds = frappe.get_all("Stage Log", {"escalation": draft.name}, pluck="kind", order_by="sequence")
	assert [kind for kind in kinds if kind in ("concern_raised", "stage_started", "recommended")] == [
		"concern_raised", "stage_started", "stage_started", "stage_started", "recommended",
	]  # fmt: skip


def assert_projection_is_a_fresh_plan(name: str) -> None:
	"""What is stored equals what the engine plans from the log now."""
	rows = {
		(row.clock, row.instance or ""): row
		for row in frappe.get_all("Escalation Deadline", {"escalation": name}, ["*"])
	}
	planned = loaded(name).deadlines
	assert planned
	assert len(rows) == len(planned)
	for deadline in planned:
		row = rows[(deadline.clock, deadline.instance or "")]
		assert row.due_at == times.stored(deadline.due_at)
		assert row.starts_at == times.stored(deadline.starts_at)
		assert row.met_at == times.stored(deadline.met_at)
		assert (row.clause, row.owed_by) == (deadline.clause, deadline.owed_by)


def test_move_takes_its_time_and_dates_follow(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(draft.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
		answer = api.move(
			draft.name, "Escalate to Stage 2", occurred_at="2025-03-18 16:00:00", expected_stage=1
		)
	assert answer["current_stage"] == 2
	assert due(draft.name, "RB.S1.SPEAK") == at("2025-03-17 23:59:59")  # Wed 12 + 3 working days
	assert due(draft.name, "RB.S2.RESOLVE") == at("2025-03-25 23:59:59")  # Tue 18 + 5 working days
	assert stored(draft.name)["RB.S1.RESOLVE"].met_at == at("2025-03-18 16:00:00")


def test_a_stale_form_cannot_move_a_stage_that_it_does_not_show(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(draft.name, "Raise Concern")
		api.move(draft.name, "Escalate to Stage 2")
		before = frappe.db.count("Stage Log", {"escalation": draft.name})
		with pytest.raises(errors.StaleCase, match="moved to"):
			api.move(draft.name, "Accept Resolution", expected_stage=1)
	assert frappe.db.count("Stage Log", {"escalation": draft.name}) == before


def test_an_illegal_move_says_why_and_changes_nothing(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(draft.name, "Raise Concern")
		with pytest.raises(errors.MoveRefused, match=r"reason|Manager"):
			api.move(draft.name, "Escalate to Stage 3")
	assert frappe.db.get_value("Escalation", draft.name, "workflow_state") == "Stage 1"


def test_a_put_of_workflow_state_meets_the_same_rule(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		document = frappe.get_doc("Escalation", draft.name)
		document.workflow_state = "Closed"
		with pytest.raises(frappe.ValidationError):
			document.save()


@pytest.mark.parametrize(
	("given", "sentence"),
	[
		({"kind": "nonsense"}, "not something that can be recorded"),
		({"kind": "discussed", "occurred_at": "2999-01-01 10:00:00"}, "2000 to 2100"),
		({"kind": "discussed", "occurred_at": "2098-01-01 10:00:00"}, "future"),
		({"kind": "discussed", "occurred_at": "the day before yesterday"}, "not a date and time"),
		({"kind": "discussed", "occurred_at": "2025-03-11"}, "date and the time"),
		({"kind": "protective_deadline"}, "By when"),
		({"kind": "discussed", "stage": "nine"}, "from 1 to 6"),
		({"kind": "discussed", "mode": "telepathy"}, "not one of"),
		({"kind": "correction"}, "Which entry is wrong"),
		({"kind": "correction", "corrects": "nothing"}, "not in this case"),
		({"kind": "discussed", "counterpart": "nobody"}, "no Safeguarding Contact"),
		({"kind": "discussed", "two_way": "perhaps"}, "Yes or No"),
	],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(world, draft, given, sentence):
	before = frappe.db.count("Stage Log", {"escalation": draft.name})
	with as_user(world.user(world.raising, "Practitioner")), pytest.raises(errors.BadInput, match=sentence):
		api.record(draft.name, **given)
	assert frappe.db.count("Stage Log", {"escalation": draft.name}) == before


def test_a_field_of_the_form_is_an_event_and_back(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		document = frappe.get_doc("Escalation", draft.name)
		document.disagreement_at = "2025-03-12 08:00:00"
		document.save()
	assert due(draft.name, "RB.S1.RAISE") == at("2025-03-14 23:59:59")
	rows = frappe.get_all(
		"Stage Log",
		{"escalation": draft.name, "kind": "disagreement"},
		["name", "corrects"],
		order_by="sequence",
	)
	assert rows[1].corrects == rows[0].name
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(draft.name, "decision_received", occurred_at="2025-03-10 09:00:00")
	assert str(frappe.db.get_value("Escalation", draft.name, "decision_received_at")) == "2025-03-10 09:00:00"
	assert due(draft.name, "RB.S1.RAISE") == at("2025-03-12 23:59:59")


def test_one_side_cannot_end_it(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(draft.name, "Raise Concern")
	with as_user(world.user(world.responding, "Practitioner")):
		api.record(draft.name, "discussed", two_way=True, mode="phone")
		api.record(draft.name, "resolution_proposed", note="We will reopen the enquiry.")
		with pytest.raises(frappe.ValidationError):
			api.move(draft.name, "Accept Resolution")
	with as_user(world.user(world.raising, "Practitioner")):
		answer = api.move(draft.name, "Accept Resolution")
	assert answer["workflow_state"] == "Resolved"
	assert "RB.S1.CONFIRM" in stored(draft.name)


def test_explain_counts_the_days(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		answer = api.explain(draft.name, "RB.S1.RAISE")
	assert [step["date"] for step in answer["steps"] if step["counted"]] == ["2025-03-12", "2025-03-13"]
	assert answer["clause"] == "4.4"


def test_nobody_deletes_an_escalation(world, draft):
	with pytest.raises(errors.CaseClosed):
		frappe.delete_doc("Escalation", draft.name, force=True)


def test_a_stage_entered_at_the_wrong_time_is_put_right(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(draft.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
		row = frappe.db.get_value("Stage Log", {"escalation": draft.name, "kind": "concern_raised"})
		api.record(draft.name, "concern_raised", corrects=row, occurred_at="2025-03-13 09:30:00")
	assert frappe.db.get_value("Escalation", draft.name, "workflow_state") == "Stage 1"
	assert due(draft.name, "RB.S1.SPEAK") == at("2025-03-18 23:59:59")  # Thu 13 + 3 working days


def test_a_protective_deadline_is_carried_to_the_next_stage_while_it_is_to_come(world, draft):
	safe_by = frappe.utils.add_to_date(frappe.utils.now_datetime(), days=2).replace(microsecond=0)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(draft.name, "Raise Concern")
		api.record(draft.name, "protective_deadline", due_at=str(safe_by))
		api.record(draft.name, "unresolved")
		api.move(draft.name, "Escalate to Stage 2", reason="Not agreed.")
	assert due(draft.name, "RB.S2.RESOLVE") == safe_by
	assert stored(draft.name)["RB.S2.RESOLVE"].capped_by == "protective_deadline"
