"""The boards' templates under strain: long texts, many people, other scripts, markup, and nothing at all."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx as word_library
import frappe
import pytest

from safeguarding_escalation.services import docx, pdf, printing_blocks
from safeguarding_escalation.tests import factories, pictures
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_boards import OF_FORMAT, at_stage_2, raised, resolved
from safeguarding_escalation.tests.print_cases import CHRONOLOGY, FORMS, NOTICE, html_of, pages

# 2,000 words, with Welsh, Urdu, an emoji and markup; each field has its own first and last words.
STRAIN = (
	"Dyw’r ŵyr ddim yn ddiogel. <b>bold</b> & {{ 7 * 7 }} 🏠 وہ محفوظ نہیں ہیں۔ "
	+ "Risk was seen again. " * 500
	+ "Unbreakable" * 40
)
LONG = {
	"dispute_summary": f"FIRST1 {STRAIN} LAST1",
	"resolution_summary": f"FIRST2 {STRAIN} LAST2",
	"additional_notes": f"FIRST3 {STRAIN} LAST3",
	"dissatisfaction_remaining": f"FIRST4 {STRAIN} LAST4",
}
# Persian, Bengali, Greek, and a name without a place to break.
OTHER_SCRIPTS = ("محمد علی", "রহিমা বেগম", "Ελένη Παπαδοπούλου", "Featherstonehaugh-Cholmondeley" * 4)
# Which of them a template has a place for.
PLACES = dict(zip(FORMS, ((1, 2, 3), (2, 4), (1, 2, 3), (1, 2, 3)), strict=True))


@pytest.fixture(scope="module")
def strained(world: factories.World) -> Any:
	"""A resolved case of Suffolk with twelve people and six agencies; committed."""
	others = [factories.agency(f"Care Provider {number}", "Other") for number in range(4)]
	made = raised(
		world,
		"Suffolk",
		"suffolk-2024",
		subjects=[
			*(
				{"subject_name": f"Invented Person {number}", "kind": ("Adult", "Child")[number % 2]}
				for number in range(1, 13)
			),
			*({"subject_name": name, "kind": "Adult"} for name in OTHER_SCRIPTS),
		],
		parties=[
			{"agency": world.raising, "side": "raising", "aim": "A protection plan"},
			{"agency": world.responding, "side": "responding"},
			*({"agency": agency, "side": "other", "view": f"{agency} agrees."} for agency in others),
		],
	)
	at_stage_2(world, made)
	resolved(world, made)
	frappe.db.set_value("Escalation", made.name, LONG)
	frappe.db.commit()
	return made


@pytest.mark.parametrize("print_format", FORMS)
def test_nothing_is_lost_and_no_page_is_empty(
	world: factories.World, strained: Any, print_format: str
) -> None:
	with as_user(world.user(world.raising, "Practitioner")):
		content = pdf.render(strained.name, print_format)
	found = pages(content)
	text = " ".join(found)
	for place in PLACES[print_format]:
		assert f"FIRST{place} Dyw’r ŵyr ddim yn ddiogel." in text
		assert f"LAST{place}" in text
	assert all(f"{number}. Invented Person {number}," in text for number in range(1, 13))
	assert "<b>bold</b> & {{ 7 * 7 }}" in text
	assert all(len(page) > 350 for page in found), [len(page) for page in found]
	for page in pictures.of(content):
		assert not pictures.is_empty(page)
		assert not pictures.overflows(page)
	html = html_of(strained.name, print_format)
	assert all(name in html for name in OTHER_SCRIPTS)
	in_word = word_library.Document(BytesIO(docx.document("A print", printing_blocks.read(html))))
	words = "\n".join(cell.text for table in in_word.tables for row in table.rows for cell in row.cells)
	for place in PLACES[print_format]:
		assert f"LAST{place}" in words
	assert all(name in words for name in OTHER_SCRIPTS)
	assert "محفوظ" in html
	assert "🏠" in html
	assert "<b>bold" not in html


def test_sixty_entries_flow_over_pages_whose_tables_heads_repeat(
	world: factories.World, strained: Any
) -> None:
	for number in range(60):
		factories.entry(strained.name, note=f"Entry {number}: the ward saw the risk again. " * 4)
	with as_user(world.user(world.raising, "Practitioner")):
		content = pdf.render(strained.name, CHRONOLOGY)
	found = pages(content)
	text = " ".join(found)
	assert all(f"Entry {number}: " in text for number in range(60))
	of_log = [page for page in found if "the ward saw the risk again" in page]
	assert len(of_log) > 4
	assert all("When What Who Recorded" in page for page in of_log)
	assert all(f"Page {number} of {len(found)}" in page for number, page in enumerate(found, start=1))
	assert all("CONFIDENTIAL – printed by" in page for page in found)
	for page in pictures.of(content):
		assert not pictures.is_empty(page)
		assert not pictures.overflows(page)


def test_each_of_many_parties_has_a_block_to_sign(world: factories.World, strained: Any) -> None:
	html = html_of(strained.name, FORMS[0])
	assert all(f"<span>Care Provider {number}</span>" in html for number in range(4))


@pytest.mark.parametrize("print_format", [*FORMS, NOTICE])
def test_an_empty_case_is_one_page_to_fill_in_by_hand(world: factories.World, print_format: str) -> None:
	board, _policy = OF_FORMAT.get(print_format, ("Stockport", ""))
	with as_user(world.user(world.raising, "Practitioner")):
		made = frappe.get_doc(
			{"doctype": "Escalation", "board": board, "raising_agency": world.raising}
		).insert()
		found = pages(pdf.render(made.name, print_format))
	assert len(found) == 1
	assert "None" not in found[0]


@pytest.mark.parametrize("print_format", FORMS)
def test_an_ordinary_case_fits_two_pages(world: factories.World, print_format: str) -> None:
	made = raised(world, *OF_FORMAT[print_format])
	at_stage_2(world, made)
	with as_user(world.user(world.raising, "Practitioner")):
		notice = pdf.render(made.name, NOTICE)
	resolved(world, made)
	with as_user(world.user(world.raising, "Practitioner")):
		record = pdf.render(made.name, print_format)
	assert len(pages(notice)) == 1
	assert len(pages(record)) <= 2
	assert "Record of the whole escalation, resolved at" in pages(record)[0]
	pictures.keep_for_docs(record, print_format)
	if print_format == "Stockport Appendix Two":
		pictures.keep_for_docs(notice, NOTICE)
