"""An entry inside one's own agency stays there: in every reader of the log, in prints, lists, alerts and mails."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO

import frappe
import pytest
from frappe.www.printview import get_html_and_style
from pypdf import PdfReader

from safeguarding_escalation import permissions
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import lists, prints
from safeguarding_escalation.engine import WorkingCalendar
from safeguarding_escalation.services import errors, pdf, printing, sweeping, times
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OFFICE = "Redbridge Safeguarding Adults Board"
CANARY = "Quillfeather"
FORMATS = (
	"4LSAB Annex B", "Stockport Appendix Two", "Redbridge Escalation Record", "Buckinghamshire Appendix B",
	"Suffolk Appendix 1", "Escalation Chronology", "Escalation Notice",
)  # fmt: skip


@pytest.fixture
def case(world):
	"""A case at Stage 3, with a canary word in every text of entries that are the raising agency's own."""
	document = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(document.name, "Raise Concern")
		entry = api.record(document.name, "consulted", note=CANARY, attendees=CANARY, relates_to=CANARY)
		api.record(document.name, "discussed", visibility="own agency", note=CANARY, evidence=CANARY)
		api.record(document.name, "consulted", corrects=entry["log"], note=f"{CANARY} again")
		for stage in (2, 3):
			acting = {2: "Practitioner", 3: "Manager"}[stage]
			with as_user(world.user(world.raising, acting)):
				api.record(document.name, "unresolved")
				api.move(document.name, f"Escalate to Stage {stage}", reason="Not agreed.")
	return document.name


@pytest.fixture
def readers(world):
	"""Who may read the case, and whether the entry is of their agency."""
	return {
		world.user(world.raising, "Practitioner"): True,
		world.user(world.raising, "Senior Manager"): True,
		world.user(world.responding, "Practitioner"): False,
		world.user(world.responding, "Manager"): False,
		world.user(OFFICE, "Business Manager"): False,
	}


def texts(*answers: object) -> str:
	return json.dumps(answers, default=str)


def surfaces(case: str) -> dict[str, str]:
	"""Everything that the session's user is shown of the case, as text."""
	document = frappe.get_doc("Escalation", case)
	document.run_method("onload")
	found = {
		"panel": texts(api.deadlines(case)),
		"form": texts(document.as_dict(), document.get_onload()),
		"timeline": texts(api.timeline(case)),
		"print data": texts(printing.record(document)),
		"worklists": texts(
			lists.my_open_cases(),
			lists.team_waiting(),
			lists.board_open_cases(),
			lists.calendar("2025-01-01", "2027-12-31"),
		),
	}
	for doctype in permissions.RECORDS:
		found[doctype] = texts(frappe.get_list(doctype, {"escalation": case}, ["*"], limit_page_length=0))
	for clock in api.deadlines(case)["deadlines"]:
		found[f"why {clock['clock']} {clock['instance']}"] = texts(
			api.explain(case, clock["clock"], clock["instance"])
		)
	for name in FORMATS:
		found[name] = get_html_and_style(doc="Escalation", name=case, print_format=name)["html"]
	return found


def test_a_canary_word_is_found_by_its_own_agency_and_by_nobody_else(world, case, readers):
	for user, own in readers.items():
		with as_user(user):
			shown = surfaces(case)
		holding = {name for name, text in shown.items() if CANARY in text}
		if own:
			assert {
				"timeline",
				"print data",
				"Stage Log",
				"Stage Log Note",
				"Escalation Chronology",
			} <= holding
		else:
			assert holding == set(), user
			assert all(shown.values()), [name for name, text in shown.items() if not text]


def test_alerts_and_their_mails_carry_no_word_of_it(world, case):
	day = WorkingCalendar("ENG").roll_forward(times.today() + timedelta(days=60))
	sweeping.sweep(f"{day} 10:00:00")  # no quiet hour, whenever this runs
	mails = frappe.get_all("Email Queue", {"reference_name": case}, ["message"])
	rows = frappe.get_all("Escalation Alert", {"escalation": case}, ["*"])
	assert rows
	assert CANARY not in texts(mails, rows)


def test_another_agencys_internal_entry_cannot_be_corrected_or_confirmed(world, case):
	entry = frappe.get_all("Stage Log", {"escalation": case, "visibility": "own agency"}, pluck="name")[0]
	with as_user(world.user(world.responding, "Practitioner")):
		with pytest.raises(errors.BadInput, match="not in this case"):
			api.record(case, "correction", corrects=entry, note="It never happened.")
		with pytest.raises(errors.BadInput):
			api.confirm(case, entry)


def test_a_correction_is_as_internal_as_what_it_corrects(world, case):
	with as_user(world.user(world.raising, "Practitioner")):
		entry = api.record(case, "discussed", visibility="own agency", note=CANARY)["log"]
		replaced = api.record(case, "discussed", corrects=entry, note=f"{CANARY} twice")["log"]
		voided = api.record(case, "correction", corrects=replaced, note=CANARY)["log"]
	for name in (replaced, voided):
		assert frappe.db.get_value("Stage Log", name, "visibility") == "own agency"


@pytest.mark.parametrize("kind", ["action_agreed", "review_set"])
def test_what_both_sides_keep_is_not_internal(world, case, kind):
	due = frappe.utils.add_days(frappe.utils.now(), 5)
	with (
		as_user(world.user(world.raising, "Practitioner")),
		pytest.raises(errors.BadInput, match="both sides"),
	):
		api.record(case, kind, visibility="own agency", relates_to=CANARY, due_at=due)


def test_two_contacts_of_one_account_see_what_is_internal_to_the_agencies_they_hold_the_case_for(world, case):
	"""Of another party too, but with no part in this case there: that party's internal entries stay closed."""
	with as_user(world.user(world.responding, "Practitioner")):
		theirs = api.record(case, "consulted", note="Marrowstone")["log"]
	raiser = world.user(world.raising, "Practitioner")
	second = factories.contact("Second post of the raiser", world.responding, "Practitioner", raiser, "South")

	def seen() -> set[str]:
		with as_user(raiser):
			listed = frappe.get_list("Stage Log", {"escalation": case}, pluck="name", limit_page_length=0)
			notes = frappe.get_list("Stage Log Note", {"escalation": case}, pluck="note", limit_page_length=0)
			shown = {row["name"] for row in api.timeline(case)}
		assert set(listed) == shown
		assert ("Marrowstone" in notes) is (theirs in shown)
		return shown

	assert theirs not in seen()
	frappe.db.set_value(
		"Safeguarding Contact", second, "team", "North"
	)  # the party's own team: now they hold it there
	assert theirs in seen()


def test_prints_of_several_cases_keep_it_in_too(world, case):
	with as_user(world.user(world.responding, "Practitioner")):
		prints.download_multi_pdf("Escalation", json.dumps([case]), "Escalation Chronology")
		theirs = text_of(frappe.local.response.filecontent)
	with as_user(world.user(world.raising, "Practitioner")):
		ours = text_of(pdf.render(case, "Escalation Chronology"))
	assert "Stage 3" in theirs
	assert CANARY not in theirs
	assert CANARY in ours


def text_of(content: bytes) -> str:
	return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
