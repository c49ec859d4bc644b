"""What a print says of a case, in words; and who gets which words."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import frappe
import pytest
from frappe.www.printview import get_html_and_style

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import prints
from safeguarding_escalation.services import errors, pdf, printing
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_cases import (
	FORMATS,
	RAISING_SECRET,
	RECORD,
	RESPONDING_SECRET,
	WITH_DISCUSSIONS,
	html_of,
	pages,
	printview,
)

pytest_plugins = ["safeguarding_escalation.tests.print_cases"]

# The data


def test_the_record_is_plain_words(case: Any) -> None:
	found = printing.record(case)
	assert found["reference"] == case.reference
	assert [row["stage"] for row in found["stages"]] == ["Stage 1", "Stage 2"]
	first, second = found["stages"]
	assert (first["entered"], second["entered"]) == ("Wed 12 Mar 2025, 09:30", "Tue 18 Mar 2025, 16:00")
	assert "Not resolved, Tue 18 Mar 2025, 15:30: No way forward found." in first["outcome"]
	assert "Went on to Stage 2, Tue 18 Mar 2025, 16:00" in first["outcome"]
	assert second["outcome"] == "Open when this was printed"
	assert_plain(found)


def assert_plain(value: Any) -> None:
	"""Only texts, lists and dicts: nothing that a template could call."""
	if isinstance(value, dict):
		assert all(isinstance(key, str) for key in value)
	assert isinstance(value, str | list | dict), value
	for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
		assert_plain(inner)


def test_what_was_considered_checked_and_whom_to_reach_elsewhere(world: factories.World) -> None:
	made = factories.escalation(
		world,
		best_interests_dispute=1,
		capacity_doubted="Yes",
		appropriate_adult="No",
		advocacy_considered="No",
		advocacy_reason="Her daughter speaks for her.",
		court_of_protection_considered="Not applicable",
		court_reason="Consensus is near.",
		not_resolved_earlier="The ward was closed.",
		out_of_area_board="Elsewhere",
		out_of_area_contact="Their office",
		out_of_area_phone="020 7946 0000",
		out_of_area_email="office@elsewhere.example",
		actions=[
			{"action": "Visit", "outcome": "Both went", "check_on": "2025-04-01"},
			{
				"action": "Ring the ward",
				"checked_on": "2025-04-02",
				"check_outcome": "not carried out",
				"what_next": "Ring again",
			},
		],
	)
	said = {
		"The adult's capacity to decide this is doubted": "Yes",
		"Somebody appropriate to support and represent the adult": "No",
		"Advocacy: what was decided, or why not": "Her daughter speaks for her.",
		"Court of Protection considered": "Not applicable",
		"Court of Protection: what was decided, or why not": "Consensus is near.",
		"Why it was not resolved earlier": "The ward was closed.",
		"The other board's contact": "Their office, 020 7946 0000, office@elsewhere.example",
	}
	with as_user(world.user(world.raising, "Practitioner")):
		found = printing.record(made)
		html = html_of(made.name, RECORD)
	considered = next(block for block in found["involvement"] if block["title"] == "Considered")
	rows = [*considered["rows"], *found["safety"], *found["resolution"]["rest"]]
	assert said.items() <= {row["label"]: row["text"] for row in rows}.items()
	assert [row["outcome"] for row in found["actions"]] == [
		"Both went. To be checked on Tue 1 Apr 2025.",
		"Checked Wed 2 Apr 2025: not carried out. Ring again.",
	]
	for text in ("Her daughter speaks for her.", "Consensus is near.", "020 7946 0000", "Ring again."):
		assert text in html


def test_why_a_date_in_one_sentence(case: Any) -> None:
	rows = {row["label"]: row for row in printing.record(case)["deadlines"]}
	row = next(row for label, row in rows.items() if "Raise the concern" in label)
	# Tue 11 Mar 2025 + 2 working days = Thu 13 Mar; raised on Wed 12 Mar
	assert row["reason"] == "2 working days after the disagreement (Tue 11 Mar 2025, 10:00)."
	assert (row["due"], row["met"], row["state"]) == ("Thu 13 Mar 2025", "Wed 12 Mar 2025, 09:30", "Met")
	assert row["clause"] == "Clause 4.4"


def test_bank_holidays_and_caps_are_named_in_the_reason(world: factories.World) -> None:
	made = factories.escalation(world, disagreement_at="2025-04-17 10:00:00")
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-04-17 12:00:00")
		api.record(
			made.name, "protective_deadline", occurred_at="2025-04-17 12:30:00", due_at="2025-04-22 12:00:00"
		)
	reasons = {row["label"]: row["reason"] for row in printing.record(made)["deadlines"]}
	easter = next(reason for label, reason in reasons.items() if "Raise the concern" in label)
	assert "not counting Good Friday (Fri 18 Apr) and Easter Monday (Mon 21 Apr)" in easter
	assert any(
		"brought forward by the timescale that protects the adult from harm" in reason
		for reason in reasons.values()
	)


def test_late_entries_and_reported_ones_say_so(world: factories.World, case: Any) -> None:
	absent = factories.contact("Perdita Absent", world.raising, "Manager", with_user=False)
	with as_user(world.user(world.raising, "Manager")):
		api.record(
			case.name,
			"discussed",
			occurred_at="2025-03-19 12:00:00",
			actor=absent,
			evidence="Her email of 19 March",
			note="She will look at it again.",
		)
	row = next(
		row for row in printing.record(case)["discussions"] if row["note"] == "She will look at it again."
	)
	assert row["doubt"].startswith("Reported by ")
	assert "not confirmed by Perdita Absent. How it is known: Her email of 19 March" in row["doubt"]
	assert row["late"] == "yes"
	assert re.match(r"Recorded by \S.* \d+ days later, ", row["recorded"])


def test_a_corrected_entry_stays_in_the_chronology_only(world: factories.World, case: Any) -> None:
	wrong = frappe.db.get_value("Stage Log", {"escalation": case.name, "kind": "discussed"})
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(
			case.name,
			"discussed",
			occurred_at="2025-03-13 15:00:00",
			corrects=wrong,
			note="It was the day before.",
		)
		found = printing.record(case)
	notes = [row["note"] for row in found["discussions"]]
	assert "It was the day before." in notes
	assert "We could not agree on the closure." not in notes
	old = next(row for row in found["chronology"] if row["note"] == "We could not agree on the closure.")
	assert old["struck"] == "yes"
	assert old["corrected"].startswith("Corrected since, ")


def test_a_stage_that_was_jumped_over_is_said_to_be_unused(world: factories.World) -> None:
	made = factories.escalation(
		world,
		immediate_risk=1,
		told_whom="Duty manager",
		told_at="2025-03-11 10:05:00",
		interim_safety_actions="A night sitter.",
	)
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(made.name, "protective_deadline", due_at="2099-01-01 12:00:00")
		api.move(made.name, "Escalate to Stage 2", reason="The adult is at immediate risk.")
	rows = printing.record(made)["stages"]
	assert rows[0]["outcome"].startswith(
		"Not used: the case went straight to a later stage; because of immediate risk: "
		f"The adult is at immediate risk.; Practitioner of {world.raising}, "
	)
	assert [row["stage"] for row in rows] == ["Stage 1", "Stage 2"]


# Who sees what


@pytest.mark.parametrize("print_format", FORMATS)
def test_internal_entries_stay_inside_their_agency(
	world: factories.World, case: Any, pdfs: dict[str, bytes], print_format: str
) -> None:
	with as_user(world.user(world.raising, "Practitioner")):
		ours = html_of(case.name, print_format) + " ".join(pages(pdfs[print_format]))
	with as_user(world.user(world.responding, "Manager")):
		theirs = html_of(case.name, print_format) + " ".join(pages(pdf.render(case.name, print_format)))
	assert RESPONDING_SECRET not in ours
	assert RAISING_SECRET not in theirs
	assert (RAISING_SECRET in ours) == (RESPONDING_SECRET in theirs) == (print_format in WITH_DISCUSSIONS)


@pytest.mark.parametrize("print_format", FORMATS)
def test_another_agency_gets_nothing(world: factories.World, case: Any, print_format: str) -> None:
	stranger = world.user(world.other, "Manager")
	forged = case.as_dict(convert_dates_to_str=True)
	forged.update(raising_agency=world.other, raised_by=world.contact(world.other, "Manager"))
	with as_user(stranger):
		for attempt in (
			lambda: printing.record(case),
			lambda: printing.record(SimpleNamespace(name=case.name)),
			lambda: pdf.render(case.name, print_format),
			lambda: prints.download_pdf("Escalation", case.name, print_format),
			lambda: prints.download_multi_pdf("Escalation", json.dumps([case.name]), print_format),
			lambda: html_of(case.name, print_format),
			lambda: get_html_and_style(doc=json.dumps(forged, default=str), print_format=print_format),
			lambda: printview(case.name, print_format),
		):
			with pytest.raises(frappe.PermissionError):
				attempt()


def test_a_share_key_opens_no_print(case: Any) -> None:
	"""Frappe lets a guest with a key print; the case's own rule still decides."""
	key = frappe.get_doc(
		{
			"doctype": "Document Share Key",
			"reference_doctype": "Escalation",
			"reference_docname": case.name,
			"key": "a-key",
			"expires_on": "2099-01-01",
		}
	).insert(ignore_permissions=True)
	for attempt in (
		lambda: printview(case.name, RECORD),
		lambda: prints.download_pdf("Escalation", case.name, RECORD),
	):
		with as_user("Guest"):
			frappe.local.form_dict.key = key.key
			with pytest.raises(errors.NotYours):
				attempt()


def test_the_stored_case_is_printed_whatever_the_client_sends(world: factories.World, case: Any) -> None:
	sent = case.as_dict(convert_dates_to_str=True)
	sent.update(dispute_summary="Forged summary", record={"reference": "Forged reference"})
	with as_user(world.user(world.raising, "Practitioner")):
		html = get_html_and_style(doc=json.dumps(sent, default=str), print_format=RECORD)["html"]
	assert "Forged" not in html
	assert case.dispute_summary in html
