"""Protective, proposed and agreed timescales: who may, with a reason, both sides' word, and never beyond the policy."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import dates
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.services import errors, times
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def practitioner(world):
	return world.user(world.raising, "Practitioner")


@pytest.fixture
def manager(world):
	return world.user(world.raising, "Manager")


@pytest.fixture
def other(world):
	return world.user(world.responding, "Practitioner")


@pytest.fixture
def case(world, practitioner):
	name = factories.escalation(world).name
	with as_user(practitioner):
		cases.move(name, "Raise Concern")
		cases.record(name, "unresolved")
		cases.move(name, "Escalate to Stage 2")
	return name


def on(days: int, hours: int = 0) -> str:
	return str(times.stored(times.now() + timedelta(days=days, hours=hours)).replace(microsecond=0))


def section(case: str, user: str) -> dict:
	with as_user(user):
		return cases.deadlines(case)["timescales"]


def kinds(case: str) -> list[str]:
	return frappe.get_all("Stage Log", {"escalation": case}, pluck="kind", order_by="sequence")


def test_a_protective_deadline_is_set_shortened_and_lengthened_by_those_who_may(
	case, practitioner, manager, other
):
	with as_user(practitioner):
		cases.record(case, "protective_deadline", due_at=on(2), reason="She goes home on Monday.")
		with pytest.raises(errors.BadInput, match="Say why"):
			cases.record(case, "protective_deadline", due_at=on(1))
		cases.record(case, "protective_deadline", due_at=on(1), reason="The carer is back sooner.")
		with pytest.raises(errors.MoveRefused, match="Only a manager of the raising side"):
			cases.record(case, "protective_deadline", due_at=on(3), reason="More time.")
	with as_user(other), pytest.raises(errors.MoveRefused, match="Only a manager"):
		cases.record(case, "protective_deadline", due_at=on(3), reason="More time.")
	with as_user(manager):
		cases.record(case, "protective_deadline", due_at=on(3), reason="A neighbour stays with her.")
	found = section(case, practitioner)
	assert [row["label"] for row in found["history"]] == ["Protective deadline"] * 3
	assert [row["reason"] for row in found["history"]][-1] == "A neighbour stays with her."
	assert found["history"][1]["old"] == found["history"][0]["new"] != found["history"][1]["new"]
	assert "Manager" in found["history"][2]["who"]
	assert found["may"] == {"protective": True, "lengthen": False, "propose": True}
	assert section(case, manager)["may"]["lengthen"]
	counting = found["counts"][0]
	assert counting["due"] == found["history"][2]["new"]
	assert "RB.S2.RESOLVE" in {clock["clock"] for clock in counting["caps"]}


def test_a_protective_deadline_never_passes_the_policys_own_date(case, practitioner):
	with as_user(practitioner):
		before = {row["clock"]: row["due_at"] for row in cases.deadlines(case)["deadlines"]}
		cases.record(case, "protective_deadline", due_at=on(60), reason="No hurry.")
		after = {row["clock"]: row["due_at"] for row in cases.deadlines(case)["deadlines"]}
	assert after == before
	counting = section(case, practitioner)["counts"][0]
	assert counting["caps"] == []
	assert "RB.S2.RESOLVE" in {clock["clock"] for clock in counting["later"]}


def test_a_change_in_the_form_needs_a_reason_which_the_section_asks_for(case, practitioner):
	with as_user(practitioner):
		cases.record(case, "protective_deadline", due_at=on(2), reason="She goes home on Monday.")
		document = frappe.get_doc("Escalation", case)
		document.protective_deadline = on(1)
		with pytest.raises(errors.BadInput, match="under Timescales"):
			document.save()


def test_what_one_side_records_as_agreed_counts_and_waits_for_the_others_word(case, practitioner, other):
	until = on(2)
	with as_user(practitioner):
		cases.record(case, "agreed_timescale", due_at=until)
	assert kinds(case)[-1] == "agreed_timescale"
	assert str(frappe.db.get_value("Escalation", case, "agreed_timescale")) == until
	alone = section(case, other)["proposals"][0]
	assert (alone["agreed"], alone["may_agree"], alone["may_refuse"], alone["side"]) == (
		True, True, True, "raising",
	)  # fmt: skip
	mine = section(case, practitioner)["proposals"][0]
	assert (mine["may_agree"], mine["may_refuse"], mine["may_withdraw"]) == (False, False, False)
	with as_user(other):
		cases.record(case, "agreed_timescale", due_at=alone["due_at"])
	found = section(case, practitioner)
	assert found["proposals"] == []
	assert [row["side"] for row in found["history"]] == ["raising", "responding"]


def test_the_other_side_says_that_it_did_not_agree(case, practitioner, other):
	with as_user(practitioner):
		cases.record(case, "agreed_timescale", due_at=on(2))
	alone = section(case, other)["proposals"][0]
	with as_user(other):
		cases.record(case, "timescale_declined", relates_to=alone["log"], reason="Nobody asked us.")
	found = section(case, practitioner)
	assert found["proposals"] == []
	assert found["counts"][-1]["denied"]  # beside the entry, never over it: a correction takes it away
	assert found["history"][-1]["label"] == "Says that it did not agree"


def test_a_proposal_that_the_other_side_agrees_to_has_both_words(case, practitioner, other):
	with as_user(practitioner):
		cases.record(case, "timescale_proposed", due_at=on(2), reason="It fits the review.")
	proposal = section(case, other)["proposals"][0]
	assert (proposal["may_agree"], proposal["agreed"]) == (True, False)
	with as_user(other):
		cases.record(case, "agreed_timescale", due_at=proposal["due_at"])
	found = section(case, practitioner)
	assert found["proposals"] == []
	assert [row["label"] for row in found["history"]] == ["Proposed timescale", "Agreed timescale"]


def test_who_names_the_other_side_speaks_for_both(world, case, practitioner):
	with as_user(practitioner):
		cases.record(
			case,
			"agreed_timescale",
			due_at=on(2),
			mode="phone",
			counterpart=world.contact(world.responding, "Practitioner"),
		)
	assert section(case, practitioner)["proposals"] == []


def test_a_proposal_is_refused_by_the_other_or_withdrawn_by_its_own_side(case, practitioner, other):
	for who, label in ((other, "Refused"), (practitioner, "Withdrawn")):
		with as_user(practitioner):
			cases.record(case, "timescale_proposed", due_at=on(2), reason="It fits the review.")
		proposal = section(case, who)["proposals"][0]
		with as_user(who):
			cases.record(case, "timescale_declined", relates_to=proposal["log"], reason="Too late.")
			with pytest.raises(errors.BadInput, match="no longer open"):
				cases.record(case, "timescale_declined", relates_to=proposal["log"], reason="Again.")
		found = section(case, practitioner)
		assert found["proposals"] == []
		assert found["history"][-1]["label"] == label
	assert section(case, practitioner)["counts"] == []


def test_the_forms_field_of_an_agreed_timescale_is_one_sides_word_too(case, practitioner):
	until = on(2)
	with as_user(practitioner):
		document = frappe.get_doc("Escalation", case)
		document.agreed_timescale = until
		document.save()
	assert kinds(case)[-1] == "agreed_timescale"
	assert [row["agreed"] for row in section(case, practitioner)["proposals"]] == [True]


def test_a_passed_deadline_asks_for_a_new_one_at_the_next_stage_and_holds_nothing_back(
	world, case, practitioner, monkeypatch
):
	with as_user(practitioner):
		cases.record(case, "protective_deadline", due_at=on(0, 3), reason="Tonight.")
	later = frappe.utils.now_datetime() + timedelta(hours=5)
	monkeypatch.setattr(times, "now_datetime", lambda: later)
	with as_user(world.user(world.raising, "Manager")):
		panel = cases.deadlines(case)
		step = next(move for move in panel["moves"] if move["action"] == "Escalate to Stage 3")
		assert any("is not carried on" in warning for warning in step["warnings"])
		assert step["allowed"]
		cases.record(case, "unresolved")
		panel = cases.move(case, "Escalate to Stage 3")
		texts = [banner["text"] for banner in panel["banners"]]
		assert any("passed on" in text and "Set a new one" in text for text in texts)
		panel = cases.record(
			case, "protective_deadline", due_at=str(later + timedelta(days=1)), reason="Tomorrow."
		)
		assert not any("Set a new one" in banner["text"] for banner in panel["banners"])


def test_stockport_agrees_on_nothing_beyond_its_ten_days(world, practitioner, other):
	name = factories.escalation(world, board="Stockport").name
	with as_user(practitioner):
		cases.move(name, "Raise Concern")
		cases.record(name, "timescale_proposed", due_at=on(90), reason="There is a lot to do.")
	with as_user(other):
		panel = cases.record(name, "agreed_timescale", due_at=section(name, other)["proposals"][0]["due_at"])
	agreed = panel["timescales"]["counts"][0]
	capped = [row for row in panel["deadlines"] if row["capped_by"] == "agreed_timescale"]
	assert all(row["due_at"] <= row["policy_due_at"] for row in capped)
	assert agreed["label"] == "Agreed timescale"


def test_a_reopening_says_which_clocks_run_again_beforehand_and_in_the_log(world, case, practitioner):
	with as_user(practitioner):
		cases.record(case, "discussed", mode="phone")
		document = frappe.get_doc("Escalation", case)
		document.resolution_summary = "The enquiry is reopened."
		document.save()
		cases.move(case, "Accept Resolution")
		shown = dates.reopening(case, 2)
		with pytest.raises(errors.BadInput, match="At which stage"):
			dates.reopening(case, 9)
	again = [fate for fate in shown if fate["what"] == "starts"]
	assert "RB.S2.RESOLVE" in {fate["clock"] for fate in again}
	with as_user(world.user(world.raising, "Manager")):
		cases.move(case, "Reopen", to_stage=2, reason="The carer is back.")
		note = next(row["note"] for row in cases.timeline(case) if row["kind"] == "reopened")
	assert note.startswith("The carer is back.")
	for fate in again:
		assert f"{fate['label']}: starts, due" in note


def test_local_targets_stand_apart(world, practitioner):
	name = factories.escalation(world, board="Hampshire").name
	with as_user(practitioner):
		cases.move(name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
		panel = cases.deadlines(name)
	local = [row for row in panel["deadlines"] if row["kind"] == "local target"]
	assert local
	assert local[0]["status"] == "overdue"
	assert [row["label"] for row in panel["timescales"]["local_targets"]] == [row["label"] for row in local]
	assert all("local target, not policy" in row["clause"] for row in local)
	assert frappe.db.get_value("Escalation", name, "clocks_missed") == 0
