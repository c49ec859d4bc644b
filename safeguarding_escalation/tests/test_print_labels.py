"""Each board's template to the letter, and to the eye: labels, order and pictures, in every form of a print.

The labels stand in `data/source_labels.json`, transcribed from the boards' own documents apart from the policies that
ship with the app. Each format is made once: empty, at each stage, and rich; the PDF, the Word document and the plain
text of what was rendered are read back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import docx as word_library
import frappe
import pytest
from bs4 import BeautifulSoup
from PIL import ImageFilter

from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.services import docx, paper_form, pdf, plain_text, printing_blocks, ring
from safeguarding_escalation.setup.demo_dates import standing_at
from safeguarding_escalation.tests import factories, pictures
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_boards import BOARDS, OF_FORMAT, at_stage_2, raised, resolved
from safeguarding_escalation.tests.print_cases import CHRONOLOGY, NOTICE, html_of, pages

SOURCES: dict[str, dict[str, Any]] = json.loads(
	(Path(__file__).parent / "data" / "source_labels.json").read_text("utf-8")
)
FORMATS = tuple(SOURCES)
TEMPLATES = tuple(name for name in FORMATS if SOURCES[name]["labels"])
REDBRIDGE = "Redbridge Escalation Record"
NOW = datetime.fromisoformat("2025-03-21T12:00:00+00:00")  # in London too: winter time
# What is compared with the pictures in data/pictures: each format as it is when the case has been settled.
PICTURED = (*((name, "resolved") for name in FORMATS), (CHRONOLOGY, "resolved"), (NOTICE, "2"))


@pytest.fixture(scope="module")
def printed(world: factories.World) -> dict[str, dict[str, str]]:
	"""Format: state of the case: HTML. States: empty, 1, 2, …, the policy's last stage, resolved.

	Invented people, one reference and one moment for all, so that the pictures of two runs are the same.
	"""
	with standing_at(NOW):
		found = {print_format: _states(world, print_format) for print_format in FORMATS}
	found[CHRONOLOGY] = {"resolved": found[REDBRIDGE].pop(CHRONOLOGY)}
	found[NOTICE] = {"2": found["Stockport Appendix Two"].pop(NOTICE)}
	return {
		print_format: {state: pictures.in_one_font(html) for state, html in states.items()}
		for print_format, states in found.items()
	}


def _states(world: factories.World, print_format: str) -> dict[str, str]:
	board, policy = OF_FORMAT[print_format]
	user = world.user(world.raising, "Practitioner")

	def html(case: str, wanted: str = print_format) -> str:
		frappe.db.set_value("Escalation", case, "reference", "SE-2025-0042")
		with as_user(user):
			return html_of(case, wanted)

	with as_user(user):
		empty = frappe.get_doc({"doctype": "Escalation", "board": board, "raising_agency": world.raising})
		found = {"empty": html(empty.insert().name)}
	frappe.db.rollback()
	name = raised(world, board, policy).name
	found["1"] = html(name)
	at_stage_2(world, frappe.get_doc("Escalation", name))
	found["2"] = html(name)
	if print_format == "Stockport Appendix Two":
		found[NOTICE] = html(name, NOTICE)
	frappe.db.savepoint("at_stage_2")
	for stage in load_policy(policy).stages[2:]:
		number = stage.number
		reached = {"current_stage": number, "highest_stage": number, "stage_label": stage.label}
		frappe.db.set_value("Escalation", name, {"workflow_state": f"Stage {number}", **reached})
		found[str(number)] = html(name)
	frappe.db.rollback(save_point="at_stage_2")
	resolved(world, frappe.get_doc("Escalation", name))
	found["resolved"] = html(name)
	if print_format == REDBRIDGE:
		found[CHRONOLOGY] = html(name, CHRONOLOGY)
	frappe.db.rollback()
	return found


@pytest.fixture(scope="module")
def made(printed: dict[str, dict[str, str]]) -> Callable[[str, str], bytes]:
	"""The PDF of a format in a state, made once."""

	@cache
	def pdf_of(print_format: str, state: str) -> bytes:
		return pdf.document("A print", printed[print_format][state])

	return pdf_of


def labels_of(html: str) -> list[str]:
	"""The labels of a form, apart from what fills it in."""
	found = BeautifulSoup(html, "html.parser").select(".se-label")
	return [" ".join(label.get_text().split()) for label in found]


def once(labels: list[str], print_format: str) -> list[str]:
	"""The labels with Suffolk's signature once, which is printed again for each further person who signs."""
	block = SOURCES[print_format]["labels"][-3:]
	while print_format == "Suffolk Appendix 1" and labels[-6:] == block * 2:
		labels = labels[:-3]
	return labels


def bare(text: str) -> str:
	"""A text without white space: a label that is broken over lines is the same label."""
	return re.sub(r"\s+", "", text)


def missing(text: str, print_format: str) -> list[str]:
	"""What of a form's wording is not in `text`, or not in its place."""
	source = SOURCES[print_format]
	place, found, within = 0, [], bare(text)
	for wording in (source["part"], source["title"], *source["before"], *source["labels"], *source["after"]):
		at = within.find(bare(wording), place)
		if at < 0:
			found.append(wording)
		else:
			place = at + len(bare(wording))
	return found


def test_the_sources_are_complete() -> None:
	"""Sixteen, twelve, none, eighteen and twenty-nine labels: counted in the boards' own documents."""
	assert [len(SOURCES[name]["labels"]) for _, _, name in BOARDS] == [16, 12, 0, 18, 29]
	assert set(FORMATS) == {name for _, _, name in BOARDS}


def test_a_label_that_is_missing_or_moved_is_noticed() -> None:
	source = SOURCES["Stockport Appendix Two"]
	text = "\n".join([source["part"], source["title"], *source["before"], *source["labels"]])
	assert missing(text, "Stockport Appendix Two") == []
	assert missing(text.replace("Date of birth:", "Date of birth"), "Stockport Appendix Two") == [
		"Date of birth:"
	]
	moved = text.replace("Date escalation commenced\n", "") + "\nDate escalation commenced"
	assert missing(moved, "Stockport Appendix Two") != []
	assert missing(text.replace("To:", "\u0422\u043e:"), "Stockport Appendix Two") == ["To:"] * 3


@pytest.mark.parametrize("print_format", TEMPLATES)
def test_each_label_in_the_sources_order_whatever_the_case_holds(
	printed: dict[str, dict[str, str]], print_format: str
) -> None:
	states = printed[print_format]
	assert set(states) >= {"empty", "1", "2", "3", "4", "resolved"}
	for state, html in states.items():
		assert once(labels_of(html), print_format) == SOURCES[print_format]["labels"], state
		shown = BeautifulSoup(html, "html.parser").get_text(" ")
		assert missing(shown, print_format) == [], state
		assert "\u0422\u043e" not in html, "Cyrillic letters that look like Latin ones"


@pytest.mark.parametrize("print_format", FORMATS)
@pytest.mark.parametrize("state", ["empty", "resolved"])
def test_the_same_labels_in_pdf_word_and_plain_text(
	printed: dict[str, dict[str, str]], made: Any, print_format: str, state: str
) -> None:
	html = printed[print_format][state]
	as_pdf = pages(made(print_format, state))
	assert missing(" ".join(as_pdf), print_format) == []
	blocks = printing_blocks.read(html)
	in_word = docx.document("A print", blocks)
	assert missing(text_of(in_word), print_format) == []
	for wrapped in (False, True):
		assert missing(plain_text.of(blocks, wrapped), print_format) == []
	assert bare(plain_text.of(blocks, True)) == bare(plain_text.of(blocks))


def text_of(content: bytes) -> str:
	"""The words of a Word document in reading order; a cell that spans several columns once."""
	found, seen = [], set()
	for part in word_library.Document(BytesIO(content)).iter_inner_content():
		if not hasattr(part, "rows"):
			found.append(part.text)
			continue
		for row in part.rows:
			for cell in row.cells:
				if cell._tc not in seen:
					seen.add(cell._tc)
					found.append(cell.text)
	return "\n".join(found)


@pytest.mark.parametrize(("print_format", "state"), PICTURED)
def test_no_label_stands_alone_at_the_foot_of_a_page(
	printed: dict[str, dict[str, str]], made: Any, print_format: str, state: str
) -> None:
	found = BeautifulSoup(printed[print_format][state], "html.parser")
	labels = {bare(label.get_text()) for label in found.select("h2, h3, thead, .se-across, .se-part")}
	footer = bare(found.select_one("#footer-html").get_text())
	for page in pages(made(print_format, state))[:-1]:
		shown = bare(page).replace(footer, "").replace(bare(found.select_one("#header-html").get_text()), "")
		shown = re.sub(r"Page\d+of\d+", "", shown)
		assert not [label for label in labels if label and shown.endswith(label)], shown[-200:]


def test_redbridges_record_has_what_its_clauses_ask_for_and_says_that_no_form_is_prescribed(
	printed: dict[str, dict[str, str]],
) -> None:
	for state, html in printed[REDBRIDGE].items():
		shown = bare(BeautifulSoup(html, "html.parser").get_text(" "))
		places = [shown.find(bare(heading)) for _clause, _words, heading in SOURCES[REDBRIDGE]["clauses"]]
		assert -1 not in places, state
		assert places == sorted(places), state
		assert shown.find(bare(SOURCES[REDBRIDGE]["before"][0])) < places[0]


# Pictures


def test_the_pictures_are_in_the_font_that_every_host_of_ours_has(made: Any) -> None:
	found = pictures.fonts(made("Suffolk Appendix 1", "resolved"))
	assert found
	assert all(name.startswith("DejaVu-Sans") for name in found), (
		f"{found}: install the font {pictures.FONT} (Debian's fonts-dejavu-core), which the kept pictures are in"
	)


@pytest.mark.parametrize(("print_format", "state"), PICTURED)
def test_a_print_looks_as_it_did(made: Any, print_format: str, state: str) -> None:
	"""What is kept is renewed with SE_KEEP_PRINTS=1, and looked at before it is committed (docs/prints.md)."""
	content = made(print_format, state)
	assert pictures.problems(content, print_format.lower().replace(" ", "-")) == []
	assert not any(pictures.is_empty(page) for page in pictures.of(content))


def test_the_blank_form_looks_as_it_did(world: factories.World, monkeypatch: pytest.MonkeyPatch) -> None:
	group = {"name": "Invented Council", "kind": "agency", "phone": "020 7946 0100", "people": []}
	found = {"groups": [{**group, "out_of_hours": "020 7946 0999"}]}
	monkeypatch.setattr(ring, "directory", lambda **given: found)
	with as_user(world.user(world.raising, "Practitioner")), standing_at(NOW):
		content = pdf.document("A form", pictures.in_one_font(paper_form.html("Suffolk")))
	assert pictures.problems(content, "paper-form-suffolk") == []
	assert not any(pictures.is_empty(page) for page in pictures.of(content))


SUFFOLK = "Suffolk Appendix 1"
FAULTS = {
	"a box that has moved": (
		'<table class="se-table se-boxes">',
		'<table class="se-table se-boxes" style="margin-left: 3mm">',
	),
	"a label that is missing": (">By Whom</span>", "></span>"),
	"another label": (">Outcome of Escalation<", ">Result<"),
	"a tick that is missing": ('se-ticked">X', '">&nbsp;'),
	"a line of the log that is lost": ("Tell the ward of the outcome", ""),
	"the marking at the foot": ("<strong>CONFIDENTIAL</strong> ", ""),
	"the page's number": ('class="se-right se-number"', 'class="se-right"'),
	"a box that is lower": (
		'<table class="se-table se-form se-natures">',
		'<table class="se-table se-form se-natures" style="margin-top: 5mm">',
	),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(printed: dict[str, dict[str, str]], made: Any, fault: str) -> None:
	html, (found, planted) = printed[SUFFOLK]["resolved"], FAULTS[fault]
	assert found in html
	right = pictures.of(made(SUFFOLK, "resolved"))
	wrong = pictures.of(pdf.document("A print", html.replace(found, planted, 1)))
	cells = [pictures.differing(one, other) for one, other in zip(right, wrong, strict=False)]
	assert len(right) != len(wrong) or max(cells) > pictures.ALLOWED, cells


def test_a_hairs_breadth_and_another_smoothing_are_no_fault(
	printed: dict[str, dict[str, str]], made: Any
) -> None:
	right = pictures.of(made(SUFFOLK, "resolved"))
	style = "<style>.se-root { position: relative; left: 0.35mm; top: 0.3mm; }</style></div>"
	moved = pictures.of(pdf.document("A print", printed[SUFFOLK]["resolved"] + style))
	smooth = [page.filter(ImageFilter.GaussianBlur(0.6)) for page in right]
	for pages_ in (moved, smooth):
		cells = [pictures.differing(one, other) for one, other in zip(right, pages_, strict=True)]
		assert max(cells) <= pictures.ALLOWED, cells


def test_an_empty_page_is_seen(printed: dict[str, dict[str, str]]) -> None:
	html = printed[NOTICE]["2"] + '<div style="page-break-before: always">&nbsp;</div>'
	assert [pictures.is_empty(page) for page in pictures.of(pdf.document("A print", html))] == [False, True]
