"""What the form's panel says, and what a save refuses before anything is written."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import errors
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def draft(world):
	return factories.escalation(world)


@pytest.fixture
def panel(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		return api.deadlines(draft.name)


def test_the_panel_says_what_to_do_in_one_sentence(panel):
	assert "Thu 13 Mar 2025" in panel["next_step"]["sentence"] or "overdue" in panel["next_step"]["urgency"]
	assert panel["next_step"]["sentence"].count("\n") == 0
	assert panel["next_step"]["clock"] == "RB.S1.RAISE"


def test_the_adults_safety_stands_above_every_disagreement(panel):
	assert "safety and wellbeing come first" in panel["principle"]


def test_a_policy_past_its_review_date_says_so(panel):
	notices = [banner["text"] for banner in panel["banners"]]
	assert any("June 2025" in text and "stays in force" in text for text in notices)


def test_each_deadline_has_what_a_reader_asks(panel):
	row = next(row for row in panel["deadlines"] if row["clock"] == "RB.S1.RAISE")
	assert row["due"] == "Thu 13 Mar 2025"
	assert row["status"] == "overdue"
	assert "late" in row["time_left"]
	assert row["owed_by_label"].startswith("Elmfield Hospital Trust")
	assert row["clause"] == "4.4"


def test_the_panel_never_names_the_adult(panel):
	assert "Zephyrine" not in frappe.as_json(panel)


def test_one_agency_cannot_stand_on_both_sides(world):
	with pytest.raises(errors.BadInput, match="whistleblowing"):
		factories.escalation(world, responding_agency=world.raising, responding_lead=None, parties=[])


def test_nobody_raises_for_somebody_elses_agency(world):
	with as_user(world.user(world.other, "Practitioner")), pytest.raises(errors.NotYours):
		frappe.get_doc(
			{"doctype": "Escalation", "board": world.board, "raising_agency": world.raising}
		).insert()


def test_a_concern_about_a_child_brings_the_mash_referral(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		assert not any("MASH" in duty["text"] for duty in api.deadlines(draft.name)["duties"])
		document = frappe.get_doc("Escalation", draft.name)
		document.child_concern = 1
		document.save()
		api.move(draft.name, "Raise Concern")
		duties = api.deadlines(draft.name)["duties"]
	assert any("MASH" in duty["text"] for duty in duties)


def test_html_is_stripped_on_save(world):
	case = factories.escalation(world, dispute_summary="<script>alert(1)</script>Closed <b>early</b>")
	assert "<" not in frappe.db.get_value("Escalation", case.name, "dispute_summary")


def test_computed_and_fixed_fields_are_not_the_clients(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		document = frappe.get_doc("Escalation", draft.name)
		document.clocks_missed = 99
		document.stage_label = "Chair"
		document.save()
		assert document.clocks_missed != 99
		document.reference = "SE-1999-0001"
		with pytest.raises(errors.BadInput, match="cannot be changed"):
			document.save()
