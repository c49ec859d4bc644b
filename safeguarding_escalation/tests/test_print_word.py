"""The Word document and the plain text of a print: who gets them, what is noted, what is in the file beside the words."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import docx as word_library
import frappe
import pytest
from docx.oxml.ns import qn

from safeguarding_escalation.api import prints
from safeguarding_escalation.services import docx, plain_text, printing_blocks
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_cases import (
	CHRONOLOGY,
	RAISING_SECRET,
	RECORD,
	RESPONDING_SECRET,
)

pytest_plugins = ["safeguarding_escalation.tests.print_cases"]


@pytest.fixture(scope="module")
def content(world: factories.World, case: Any) -> bytes:
	"""The chronology of the case as a Word document, of the raising practitioner."""
	with as_user(world.user(world.raising, "Practitioner")):
		prints.word(case.name, CHRONOLOGY)
	answer = frappe.local.response
	assert (answer.type, answer.filename) == ("download", f"{case.reference}-Escalation-Chronology.docx")
	assert answer.content_type == docx.CONTENT_TYPE
	return answer.filecontent


def words(content: bytes) -> str:
	made = word_library.Document(BytesIO(content))
	cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
	return "\n".join([*(paragraph.text for paragraph in made.paragraphs), *cells])


def test_headings_tables_and_what_repeats_on_each_page(case: Any, content: bytes) -> None:
	made = word_library.Document(BytesIO(content))
	styles = [
		paragraph.style.name for paragraph in made.paragraphs if paragraph.style.name.startswith("Head")
	]
	assert styles.count("Heading 1") == 1
	assert styles.count("Heading 2") > 3
	heads = [table for table in made.tables if table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None]
	assert heads
	section = made.sections[0]
	assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
	header = "\n".join(paragraph.text for paragraph in section.header.paragraphs)
	assert case.reference in header
	assert CHRONOLOGY in header
	assert "CONFIDENTIAL" in header
	footer = section.footer.paragraphs[0]
	assert footer.text.startswith("CONFIDENTIAL – printed by Practitioner of Elmfield Hospital Trust")
	fields = [part.text.strip() for part in footer._p.iter(qn("w:instrText"))]
	assert fields == ["PAGE", "NUMPAGES"]


def test_the_file_names_nobody_but_its_maker_and_holds_no_macro(
	world: factories.World, content: bytes
) -> None:
	known = word_library.Document(BytesIO(content)).core_properties
	maker = frappe.utils.get_fullname(world.user(world.raising, "Practitioner"))
	assert (known.author, known.last_modified_by) == (maker, maker)
	assert known.title.endswith(CHRONOLOGY)
	assert (known.comments, known.keywords, known.subject, known.category) == ("", "", "", "")
	with zipfile.ZipFile(BytesIO(content)) as parts:
		names = parts.namelist()
		beside = "".join(
			parts.read(name).decode("utf-8", "replace") for name in names if not name.startswith("word/")
		)
	assert not [name for name in names if "vba" in name.lower() or "activeX" in name or "embeddings" in name]
	assert "Zephyrine" not in beside
	assert "python-docx" not in beside


def test_what_another_agency_keeps_to_itself_is_in_neither(world: factories.World, case: Any) -> None:
	for agency, mine, other in (
		(world.raising, RAISING_SECRET, RESPONDING_SECRET),
		(world.responding, RESPONDING_SECRET, RAISING_SECRET),
	):
		with as_user(world.user(agency, "Manager")):
			for text in (
				words(docx.render(case.name, CHRONOLOGY)),
				prints.text(case.name, CHRONOLOGY)["text"],
			):
				assert mine in text
				assert other not in text


def test_without_a_format_it_is_the_one_of_the_policy(world: factories.World, case: Any) -> None:
	with as_user(world.user(world.raising, "Practitioner")):
		given = prints.text(case.name, wrapped=1)
		assert given["print_format"] == RECORD
		assert max(map(len, given["text"].split("\n"))) <= plain_text.WIDTH
		for call in (prints.text, prints.word):
			with pytest.raises(BadInput, match="Choose one of this app's print formats"):
				call(case.name, "Standard")


def test_strangers_get_nothing(world: factories.World, case: Any) -> None:
	with as_user(world.user(world.other, "Manager")):
		for call in (prints.text, prints.word):
			with pytest.raises(NotYours):
				call(case.name, CHRONOLOGY)


def test_markup_control_letters_and_other_scripts_are_text() -> None:
	html = (
		'<h1>A &lt;b&gt;title&lt;/b&gt;</h1><table class="se-table"><tr><th>Name</th>'
		'<td class="se-text">محمد علی\n\x07second &amp; last</td></tr></table><ul><li>one</li></ul>'
	)
	blocks = printing_blocks.read(html)
	assert plain_text.of(blocks) == (
		"A <b>title</b>\n==============\n\nName\n  محمد علی\n  \x07second & last\n\n- one\n"
	)
	made = word_library.Document(BytesIO(docx.document("A title", blocks)))
	cell = made.tables[0].rows[0].cells[1]
	assert cell.text == "محمد علی\n\N{REPLACEMENT CHARACTER}second & last"
	properties = [part.tag for part in cell.paragraphs[0]._p.pPr]
	assert properties.index(qn("w:bidi")) < properties.index(qn("w:spacing"))
