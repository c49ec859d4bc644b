"""The boards' own templates: every label as printed, in its order, and what stands beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import frappe
import pytest
from bs4 import BeautifulSoup

import safeguarding_escalation
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.services import policies, printing, printing_rows
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_boards import (
	BOARDS,
	OF_FORMAT,
	at_stage_2,
	raised,
	resolved,
	signature,
)
from safeguarding_escalation.tests.print_cases import html_of

ROOT = Path(safeguarding_escalation.__file__).parent.parent
# The labels as the sources print them, transcribed apart from the policies.
SOURCES = json.loads((ROOT / "tests" / "engine" / "policy_data" / "labels.json").read_text("utf-8"))
TEMPLATES = [row for row in BOARDS if row[1] != "redbridge-2022"]  # Redbridge prescribes no form
ANNEX_B, APPENDIX_TWO, APPENDIX_B, APPENDIX_1 = (row[2] for row in TEMPLATES)


def case_of(world: factories.World, print_format: str, **values: Any) -> Any:
	return raised(world, *OF_FORMAT[print_format], **values)


def form_of(case: Any, key: str) -> dict[str, Any]:
	return printing.record(case)["forms"][key]


def words(html: str) -> str:
	return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def printed_labels(html: str) -> list[str]:
	found = BeautifulSoup(html, "html.parser").select(".se-label")
	return [" ".join(label.get_text().split()) for label in found]


def value_beside(html: str, label: str, occurrence: int = 0) -> str:
	"""The text of the cell after a label's."""
	cells = [
		cell
		for cell in BeautifulSoup(html, "html.parser").select("th.se-label")
		if " ".join(cell.get_text().split()) == label
	]
	return " ".join(cells[occurrence].find_next_sibling("td").get_text(" ").split())


# Labels: whether each is there, in its order, is for test_print_labels


@pytest.mark.parametrize("print_format", [row[2] for row in TEMPLATES])
def test_a_case_of_another_board_is_printed_with_the_forms_own_labels(
	world: factories.World, print_format: str
) -> None:
	made = case_of(world, ANNEX_B if print_format != ANNEX_B else APPENDIX_1)
	assert printed_labels(html_of(made.name, print_format)) == SOURCES[OF_FORMAT[print_format][1]]["template"]


def test_a_board_that_words_a_label_anew_gets_its_own_words(
	world: factories.World, monkeypatch: pytest.MonkeyPatch
) -> None:
	made = case_of(world, ANNEX_B)
	shipped = load_policy("4lsab-2023")
	first, *rest = shipped.template_labels
	reworded = shipped.replace(template_labels=(replace(first, label="Name of the person:"), *rest))
	monkeypatch.setattr(policies, "policy", lambda name: reworded)
	assert printed_labels(html_of(made.name, ANNEX_B))[0] == "Name of the person:"
	monkeypatch.setattr(policies, "policy", lambda name: shipped.replace(template_labels=tuple(rest)))
	assert printed_labels(html_of(made.name, ANNEX_B))[0] == "Name of adult at risk:"


# 4LSAB


def test_annex_b_of_a_resolved_case(world: factories.World) -> None:
	made = case_of(world, ANNEX_B)
	at_stage_2(world, made)
	resolved(world, made)
	html = html_of(made.name, ANNEX_B)
	labels = SOURCES["4lsab-2023"]["template"]
	assert "“I want somebody to look in on me who is not him.”" in value_beside(html, labels[0])
	dispute = value_beside(html, labels[1])
	assert f"View of {world.raising}, raising The closure rested on the care package" in dispute
	assert f"View of {world.responding}, responding The package was thought to meet the risk." in dispute
	outcome = value_beside(html, labels[2])
	assert outcome.startswith("The enquiry is reopened; a planning meeting with the hospital takes place.")
	assert (
		"Hold the planning meeting – Manager of Redfern Council, Redfern Council; by Thu 27 Mar 2025"
		in outcome
	)
	assert "Senior Manager of Elmfield Hospital Trust" in value_beside(html, labels[3])
	assert value_beside(html, labels[4]) == "Stage Two"
	# Wed 12 Mar is day 0: Thu 13, Fri 14, Mon 17 to Thu 20 March are six working days, eight days in all
	assert value_beside(html, labels[5]) == "6 working days (8 calendar days)"
	assert value_beside(html, labels[6]) == "The ward keeps a diary of the carer's visits."
	assert "Record of the whole escalation, resolved at Stage Two." in words(html)


def test_annex_b_for_the_stage_reached_says_what_comes_next(world: factories.World) -> None:
	made = case_of(world, ANNEX_B)
	at_stage_2(world, made)
	html = html_of(made.name, ANNEX_B)
	labels = SOURCES["4lsab-2023"]["template"]
	assert "Record for the stage reached: Stage Two. Not yet resolved." in words(html)
	assert "Went on to Stage Two, Tue 18 Mar 2025, 16:00." in value_beside(html, labels[2])
	assert value_beside(html, labels[4]) == "Not resolved; the case has reached Stage Two"
	assert value_beside(html, labels[5]).endswith(" so far")


def test_annex_b_has_a_block_to_sign_for_each_party(world: factories.World) -> None:
	made = case_of(world, ANNEX_B)
	assert [block["lines"][2]["text"] for block in form_of(made, "annex_b")["blocks"]] == [
		world.raising,
		world.responding,
	]
	made.reload()
	made.append("parties", {"agency": world.other, "side": "other"})
	made.append(
		"signatures",
		signature(world.contact(world.raising, "Manager"), world.raising, "raising", "2025-03-20"),
	)
	with as_user(world.user(world.raising, "Practitioner")):
		made.save()
	html = html_of(made.name, ANNEX_B)
	assert printed_labels(html).count("Job title:") == 3
	assert printed_labels(html).count("Signatures of all parties:") == 1
	assert (
		f"Name: Manager of {world.raising} Job title: Manager Agency: {world.raising} Date: Thu 20 Mar 2025"
		in words(html)
	)


# Stockport


def test_appendix_two_says_who_escalated_to_whom(world: factories.World) -> None:
	made = case_of(world, APPENDIX_TWO)
	at_stage_2(world, made)
	html = html_of(made.name, APPENDIX_TWO)
	assert value_beside(html, "Concern at stage 1 escalated by:") == (
		f"Practitioner of {world.raising}, Practitioner, {world.raising}"
	)
	assert (
		value_beside(html, "To:") == f"Practitioner of {world.responding}, Practitioner, {world.responding}"
	)
	assert value_beside(html, "To:", 1) == f"Manager of {world.responding}, Manager, {world.responding}"
	assert value_beside(html, "Concern at stage 3 escalated by:") == "insert name, role, agency"
	assert value_beside(html, "To:", 2) == "insert name, role, agency"
	assert value_beside(html, "Date escalation commenced") == "Wed 12 Mar 2025"
	assert value_beside(html, "Date escalation completed") == ""


def test_appendix_two_puts_stage_4_into_its_last_two_boxes(
	world: factories.World, monkeypatch: pytest.MonkeyPatch
) -> None:
	made = case_of(world, APPENDIX_TWO)
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(
			made.name, "policy_issue", occurred_at="2025-03-13 10:00:00", note="The threshold is unclear."
		)
		api.move(
			made.name,
			"Escalate to Stage 4",
			occurred_at="2025-03-13 11:00:00",
			reason="A significant policy issue.",
			level="Chair",
			actor=factories.contact("Ottilie Grey", world.raising, "Senior Manager", with_user=False),
			evidence="Her email of 13 March",
		)
	labels = SOURCES["stockport"]["template"]
	html = html_of(made.name, APPENDIX_TWO)
	assert value_beside(html, "Concern at stage 2 escalated by:") == "Stage 2 not used"
	assert "Thu 13 Mar 2025, 11:00, by Ottilie Grey, Senior Manager" in value_beside(html, labels[10])
	assert "not confirmed by Ottilie Grey" in value_beside(html, labels[10])
	assert "A significant policy issue." in value_beside(html, labels[11])
	pinned = load_policy("stockport").replace(print_stage_4_pair=True)
	monkeypatch.setattr(policies, "policy", lambda name: pinned)
	html = html_of(made.name, APPENDIX_TWO)
	assert value_beside(html, "Concern at stage 4 escalated by:").startswith("Ottilie Grey, Senior Manager")
	assert "11:00" not in value_beside(html, labels[10])


# Buckinghamshire


def test_appendix_b_has_one_block_for_each_side_and_a_practitioner_may_fill_it(
	world: factories.World,
) -> None:
	practitioner = world.contact(world.raising, "Practitioner")
	made = case_of(
		world,
		APPENDIX_B,
		signatures=[
			signature(practitioner, world.raising, "raising", "2025-03-20"),
			signature(world.contact(world.other, "Manager"), world.other, "other", "2025-03-21"),
		],
	)
	challenger, challenged = form_of(made, "appendix_b")["blocks"]
	assert challenger["label"] == "Signature of challenger manager"
	assert [line["text"] for line in challenger["lines"]] == [
		f"Practitioner of {world.raising}",
		"Practitioner",
		world.raising,
		"Thu 20 Mar 2025",
	]
	assert challenged["label"] == "Signature of challenged manager"
	assert [line["text"] for line in challenged["lines"]] == ["", "", world.responding, ""]
	notes = value_beside(html_of(made.name, APPENDIX_B), "Additional Notes:")
	assert f"Also signed Manager of {world.other}" in notes


def test_appendix_b_calls_stages_by_name(world: factories.World) -> None:
	made = case_of(world, APPENDIX_B)
	at_stage_2(world, made)
	resolved(world, made)
	assert (
		value_beside(html_of(made.name, APPENDIX_B), "Stage at which resolution achieved:") == "Manager level"
	)


# Suffolk


@pytest.mark.parametrize("stage", range(7))
def test_appendix_1_ticks_the_stage_reached_and_never_the_sixth_box(
	world: factories.World, stage: int
) -> None:
	made = case_of(world, APPENDIX_1)
	frappe.db.set_value("Escalation", made.name, "highest_stage", stage)
	boxes = form_of(made, "appendix_1")["stage_boxes"]
	assert [box["label"] for box in boxes] == [f"Stage {number}" for number in range(1, 7)]
	wanted = {f"Stage {stage}"} if 1 <= stage <= 5 else set()
	assert {box["label"] for box in boxes if box["ticked"]} == wanted


def test_appendix_1_ticks_natures_and_states_the_other(world: factories.World) -> None:
	natures = [row.label for row in load_policy("suffolk-2024").natures]
	made = case_of(
		world,
		APPENDIX_1,
		nature=[{"nature": natures[4]}, {"nature": natures[6]}],
		nature_other="Who may attend the review",
	)
	html = html_of(made.name, APPENDIX_1)
	ticked = [
		box.find_next_sibling(class_="se-label").get_text()
		for box in BeautifulSoup(html, "html.parser").select(".se-ticked")
	]
	assert ticked == ["Stage 1", "Information Sharing", "Other (Please state)"]
	assert "Who may attend the review" in words(html)


def test_appendix_1_ticks_other_for_an_area_of_another_boards_policy(world: factories.World) -> None:
	made = case_of(world, ANNEX_B)
	form = form_of(made, "appendix_1")
	assert [box["label"] for box in form["nature_boxes"] if box["ticked"]] == ["Other (Please state)"]
	assert form["nature_other"] == load_policy("4lsab-2023").natures[0].label


def test_appendix_1_has_the_outcome_as_a_table_and_one_signature(world: factories.World) -> None:
	made = case_of(world, APPENDIX_1)
	at_stage_2(world, made)
	resolved(world, made)
	form = form_of(made, "appendix_1")
	assert form["actions"][0] == {
		"action": "Hold the planning meeting\nHeld; minutes on file",
		"by_whom": f"Manager of {world.responding}, {world.responding}",
		"date": "Done Fri 21 Mar 2025",
	}
	assert form["actions"][1]["date"] == "By Mon 24 Mar 2025"
	assert form["comments"]["parts"][0]["title"] == "Learning identified"
	assert [row["text"] for row in form["plain"]] == [world.raising, "Wed 12 Mar 2025"]
	assert [one["role"]["text"] for one in form["signatures"]] == ["Manager", "Manager"]


def test_appendix_1_prints_addresses_but_not_of_whom_nobody_may_contact(world: factories.World) -> None:
	made = case_of(
		world,
		APPENDIX_1,
		subjects=[
			{
				"subject_name": "Zephyrine Canary",
				"kind": "Adult",
				"date_of_birth": "1941-05-03",
				"address": "1 Elm Row",
			},
			{
				"subject_name": "Orlando Canary",
				"kind": "Family",
				"address": "7 Hidden Lane",
				"do_not_contact_or_copy": 1,
				"do_not_contact_reason": "Alleged source of harm",
			},
		],
	)
	html = html_of(made.name, APPENDIX_1)
	assert value_beside(html, "Address:") == ("1. 1 Elm Row 2. Not printed: do not contact or copy in")
	assert value_beside(html, "D.O.B.") == "1. Sat 3 May 1941"
	assert "1. Zephyrine Canary, Adult 2. Orlando Canary, Family" in value_beside(
		html, "Child/Family/Adult's Name"
	)
	for _board, _policy, print_format in BOARDS:
		assert "7 Hidden Lane" not in html_of(made.name, print_format)
		assert "Alleged source of harm" in html_of(made.name, print_format)


# Time taken


@pytest.mark.parametrize(
	("started", "ended", "said"),
	[
		("2025-03-12 09:30:00", "2025-03-12 17:00:00", "0 working days (0 calendar days)"),
		("2025-03-12 09:30:00", "2025-03-13 09:00:00", "1 working day (1 calendar day)"),
		# Thu 17 Apr to Tue 22 Apr 2025, with Good Friday and Easter Monday between
		("2025-04-17 09:30:00", "2025-04-22 09:00:00", "1 working day (5 calendar days)"),
	],
)
def test_time_taken_in_working_and_calendar_days(
	world: factories.World, started: str, ended: str, said: str
) -> None:
	made = case_of(world, ANNEX_B)
	frappe.db.set_value("Escalation", made.name, {"started_at": started, "resolved_at": ended})
	from safeguarding_escalation.services.lock import loaded

	assert printing_rows.time_taken(loaded(made.name)) == said
