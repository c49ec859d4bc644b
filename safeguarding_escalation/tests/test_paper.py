"""The blank paper form of an outage, and typing in afterwards what was written on it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import docx as word_library
import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import paper
from safeguarding_escalation.engine import Event, WorkingCalendar, load_policy, plan
from safeguarding_escalation.services import paper_form, policies, times
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.services.paper_entry import PaperRefused
from safeguarding_escalation.setup.demo_dates import standing_at
from safeguarding_escalation.tests import factories, pictures
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_boards import BOARDS
from safeguarding_escalation.tests.print_cases import pages

KEY = "a-key-of-the-paper-form"
# Redbridge, Tuesday 11 to Tuesday 18 March 2025: raised, talked over, not settled, gone on to the line managers.
WRITTEN = (
	("concern_raised", "2025-03-12 09:30:00", 1, "Told the council by telephone."),
	("discussed", "2025-03-14 15:00:00", 1, "We could not agree on the closure."),
	("unresolved", "2025-03-18 15:30:00", 1, "No way forward found."),
	("stage_started", "2025-03-18 16:00:00", 2, "Not settled between the practitioners."),
)


def at(text: str) -> datetime:
	"""A time of the site as an instant."""
	return times.aware(f"{text}:00")


def rows(world: factories.World, written: tuple[Any, ...] = WRITTEN) -> list[dict[str, Any]]:
	whom = {1: world.contact(world.responding, "Practitioner"), 2: world.contact(world.responding, "Manager")}
	return [
		{
			"kind": kind,
			"occurred_at": when,
			"stage": stage,
			"note": note,
			**({"counterpart": whom[stage]} if kind != "unresolved" else {}),
			**({"mode": "phone"} if kind == "discussed" else {}),
		}
		for kind, when, stage, note in written
	]


def a_case(world: factories.World) -> str:
	"""A draft, and the raising practitioner at the keyboard (until the test ends)."""
	name = factories.escalation(world).name
	frappe.set_user(world.user(world.raising, "Practitioner"))
	return str(name)


def log(case: str) -> list[Any]:
	fields = [
		"name",
		"kind",
		"occurred_at",
		"recorded_at",
		"stage",
		"evidence",
		"source",
		"actor_name",
		"hash",
	]
	return frappe.get_all("Stage Log", filters={"escalation": case}, fields=fields, order_by="sequence asc")


def dates(case: str) -> list[tuple[Any, ...]]:
	return sorted(
		(row.clock, row.starts_at, row.due_at, row.met_at)
		for row in loaded(case).deadlines
		if row.kind != "local target"
	)


# Back-entry


def test_the_dates_are_those_of_entries_made_at_the_time(world: factories.World) -> None:
	"""Against the engine's own plan of the four events, and against a case that was kept in the system all along."""
	with standing_at(at("2025-03-11 10:30")):
		prompt = a_case(world)
	given = rows(world)
	for row in given:
		with standing_at(times.aware(row["occurred_at"])):
			api.record(prompt, **row)
	late = a_case(world)
	answer = paper.enter(late, list(reversed(given)), KEY, "ZC 1")
	assert (answer["entered"], answer["workflow_state"]) == (4, "Stage 2")
	assert dates(late) == dates(prompt)
	events = [
		*(event for event in loaded(late).events if event.kind in ("disagreement", "decision_received")),
		Event("concern_raised", at=at("2025-03-12 09:30"), stage=1, side="raising"),
		Event("discussed", at=at("2025-03-14 15:00"), stage=1, side="raising", two_way=True),
		Event("unresolved", at=at("2025-03-18 15:30"), stage=1, side="raising"),
		Event("stage_started", at=at("2025-03-18 16:00"), stage=2, side="raising"),
	]
	policy = load_policy("redbridge-2022")
	wanted = plan(policy, events, WorkingCalendar.for_policy(policy))
	assert dates(late) == sorted((row.clock, row.starts_at, row.due_at, row.met_at) for row in wanted)
	written = [row for row in log(late) if row.evidence == "Paper form ZC 1"]
	assert [(row.kind, str(row.occurred_at)) for row in written] == [
		(kind, when) for kind, when, *_ in WRITTEN
	]
	assert all(times.aware(row.recorded_at) > times.now() - timedelta(minutes=5) for row in written)
	assert log(late)[-1].kind == "paper_entered"


def test_the_same_form_is_typed_in_once(world: factories.World) -> None:
	case = a_case(world)
	given = json.dumps(rows(world))
	paper.enter(case, given, KEY)
	before = log(case)
	assert paper.enter(case, given, KEY)["entered"] == 0
	assert log(case) == before
	with pytest.raises(PaperRefused, match="Row 1"):  # another form: its first step has been made already
		paper.enter(case, given, KEY + "-2")
	assert log(case) == before


@pytest.mark.parametrize(
	("change", "problems"),
	[
		({1: {"occurred_at": "2099-01-01 10:00:00"}}, {2: "is in the future"}),
		({0: {"occurred_at": ""}, 3: {"kind": ""}}, {1: "When did it happen?", 4: "What happened?"}),
		({2: {"occurred_at": "yesterday morning"}}, {3: "is not a date and time"}),
		({1: {"mode": "pigeon"}}, {2: "is not one of", 0: "Nothing was stored"}),
		({3: {"stage": 4}}, {4: "needs a manager and a written reason", 0: "Nothing was stored"}),
		({2: {"note": 7, "colour": "red"}}, {3: "is not asked here"}),
		({1: {"kind": "calendar_changed"}}, {2: "is not something that can be recorded", 0: "Nothing"}),
		({3: {"occurred_at": "2025-03-10 09:00:00"}}, {4: "", 0: "Nothing was stored"}),
	],
)
def test_one_wrong_row_and_nothing_is_stored(
	world: factories.World, change: dict[int, Any], problems: dict[int, str]
) -> None:
	case = a_case(world)
	before, given = log(case), rows(world)
	for number, cells in change.items():
		given[number].update(cells)
	frappe.local.response.pop("problems", None)
	with pytest.raises(PaperRefused):
		paper.enter(case, given, KEY)
	said = {row["row"]: row["text"] for row in frappe.local.response["problems"]}
	assert said.keys() == problems.keys()
	assert all(text in said[row] for row, text in problems.items()), said
	assert log(case) == before
	assert frappe.db.get_value("Escalation", case, "workflow_state") == "Draft"


def test_what_is_no_form_is_refused(world: factories.World) -> None:
	case = a_case(world)
	for entries, key in (([], KEY), ([{}] * 61, KEY), ("{", KEY), ("7", KEY), (rows(world), "short")):
		with pytest.raises(BadInput):
			paper.enter(case, entries, key)
	with pytest.raises(PaperRefused, match="could not be read"):
		paper.enter(case, ["a row"], KEY)


def test_a_board_that_takes_no_old_entries_says_so_row_by_row(
	world: factories.World, monkeypatch: pytest.MonkeyPatch
) -> None:
	with standing_at(at("2025-03-11 10:30")):
		case = a_case(world)
	limited = policies.policy(frappe.db.get_value("Escalation", case, "policy")).replace(max_backdate_days=5)
	monkeypatch.setattr(policies, "policy", lambda name: limited)
	with standing_at(at("2025-03-18 17:00")), pytest.raises(PaperRefused) as refused:
		paper.enter(case, rows(world), KEY)
	assert [problem.row for problem in refused.value.problems] == [1]
	assert "up to 5 days late; this one is 6 days old. Keep the paper on file" in str(refused.value)


def test_a_new_case_from_paper_with_all_that_is_written_on_it(world: factories.World) -> None:
	with as_user(world.user(world.raising, "Practitioner")):
		values = answers(world)
		wrong = [*rows(world), {"kind": "discussed", "occurred_at": "2099-01-01 10:00:00"}]
		count = frappe.db.count("Escalation")
		with pytest.raises(PaperRefused, match="Row 5"):
			paper.raise_from_paper(values, wrong, KEY)
		wrong[-1] = {"kind": "discussed", "occurred_at": "2025-03-18 17:00:00", "mode": "pigeon"}
		with pytest.raises(PaperRefused, match="Row 5"):
			paper.raise_from_paper(values, wrong, KEY)
		assert frappe.db.count("Escalation") == count, "a case without its entries"
		made = paper.raise_from_paper(json.dumps(values), rows(world), KEY, "ZC 2")
		again = paper.raise_from_paper(values, rows(world), KEY, "ZC 2")
	assert (made["workflow_state"], made["entered"], again["entered"]) == ("Stage 2", 4, 0)
	assert made["escalation"] == again["escalation"]
	assert frappe.db.count("Escalation") == count + 1


def answers(world: factories.World) -> dict[str, Any]:
	return {
		"subject_name": "Zephyrine Canary",
		"subject_kind": "Adult",
		"board": world.board,
		"raising_agency": world.raising,
		"responding_agency": world.responding,
		"responding_lead": world.contact(world.responding, "Practitioner"),
		"decision_challenged": "The enquiry was closed.",
		"challenge_type": "Action",
		"disagreement_at": "2025-03-11 10:00:00",
		"decision_received_at": "2025-03-11 10:00:00",
		"nature": [load_policy("redbridge-2022").natures[0].label],
		"risk_to_adult": "The carer still visits.",
		"evidence_reasons": "The diary of the ward.",
		"outcome_sought": "Reopen the enquiry.",
		"referral_made": "Yes",
	}


def test_who_is_nobody_in_the_case_types_nothing_in(world: factories.World) -> None:
	case = factories.escalation(world).name
	with as_user(world.user(world.other, "Manager")), pytest.raises(NotYours):
		paper.enter(case, rows(world), KEY)


# The blank form


@pytest.fixture(scope="module")
def forms(world: factories.World) -> dict[str, str]:
	"""Board: the HTML of its blank form."""
	with as_user(world.user(world.raising, "Practitioner")):
		return {board: paper_form.html(board) for board, _policy, _format in BOARDS}


@pytest.mark.parametrize(("board", "policy"), [row[:2] for row in BOARDS])
def test_a_blank_form_has_the_boards_labels_stages_and_clocks(
	world: factories.World, forms: dict[str, str], board: str, policy: str
) -> None:
	from bs4 import BeautifulSoup

	found = BeautifulSoup(forms[board], "html.parser")
	data = load_policy(policy)
	labels = [" ".join(label.get_text().split()) for label in found.select(".se-label")]
	assert labels == [row.label for row in sorted(data.template_labels, key=lambda row: row.order)]
	headings = [heading.get_text() for heading in found.select("h3")]
	assert headings[: len(data.stages)] == [stage.label for stage in data.stages]
	text = " ".join(found.get_text(" ").split())
	assert all(clock.label in text for clock in data.clocks)
	assert "ring 999 first" in text
	assert "CONFIDENTIAL once written on" in text
	assert frappe.db.get_value("Safeguarding Board", board, "board_name") in text


def test_a_blank_form_holds_nothing_of_any_case(world: factories.World, forms: dict[str, str]) -> None:
	factories.escalation(world)
	assert not any("Zephyrine" in html or "Canary" in html for html in forms.values())


def test_whom_to_ring_stands_on_it_with_numbers_for_out_of_hours(world: factories.World) -> None:
	frappe.db.set_value("Partner Agency", world.responding, "out_of_hours_number", "020 7946 0999")
	with as_user(world.user(world.raising, "Practitioner")):
		assert "020 7946 0999" in paper_form.html("Redbridge")


def test_as_pdf_and_as_word_over_the_api(world: factories.World, forms: dict[str, str]) -> None:
	with as_user(world.user(world.raising, "Practitioner")):
		paper.blank_form("Redbridge")
		found = pages(frappe.local.response.filecontent)
		pictures.keep_for_docs(frappe.local.response.filecontent, "paper form")
		assert frappe.local.response.filename == "Redbridge-paper-form.pdf"
		assert all(f"Page {number} of {len(found)}" in page for number, page in enumerate(found, start=1))
		assert all("CONFIDENTIAL – printed by Practitioner of" in page for page in found)
		assert all(len(page) > 200 for page in found), [len(page) for page in found]
		paper.blank_form("Redbridge", "word")
		made = word_library.Document(BytesIO(frappe.local.response.filecontent))
		assert frappe.local.response.filename == "Redbridge-paper-form.docx"
		assert len(made.tables) > 10
		for board in ("Nowhere", ""):
			with pytest.raises(BadInput, match="Which board"):
				paper.blank_form(board)
	with as_user("Guest"), pytest.raises(NotYours):
		paper.blank_form("Redbridge")
