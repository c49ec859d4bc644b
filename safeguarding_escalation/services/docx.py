"""Our prints as Word documents: headings, real tables, page fields; no macro, and no name but the printing user's.

Made from the blocks of the same print as the PDF (`printing_blocks`), with python-docx (MIT).
"""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import Any

import frappe
from frappe.utils import get_datetime

from safeguarding_escalation.services import pdf, printing_blocks, times
from safeguarding_escalation.services.printing_blocks import (
	BULLET,
	HEADING,
	MARKING,
	NOTICE,
	SUBHEADING,
	TITLE,
	Paragraph,
	Printed,
	Run,
	Table,
)

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STYLES = {TITLE: "Heading 1", HEADING: "Heading 2", SUBHEADING: "Heading 3", BULLET: "List Bullet"}
_FONT, _INK, _RED, _BLUE, _GREY = "Arial", "111111", "8A1C1C", "1F4E5F", "9AA5AB"
_SIZES = {"Normal": 9.5, "Heading 1": 17, "Heading 2": 11.5, "Heading 3": 9.5, "List Bullet": 9.5}
_PAGE = {"page_width": 210, "page_height": 297, "left_margin": 16, "right_margin": 16, "top_margin": 23,
	"bottom_margin": 22, "header_distance": 10, "footer_distance": 10}  # fmt: skip
_TEXT_WIDTH = 178  # millimetres between the margins
# What stands behind w:bidi in a paragraph's properties: Word reads them in the order of its schema alone.
_AFTER_BIDI = (
	"w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
	"w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId",
	"w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
# What XML 1.0 cannot hold, whatever somebody pasted.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(escalation: str, print_format: str) -> bytes:
	"""One of our prints of a stored case as a Word document, with the right of the session's user.

	Raises NotYours for a user who may not print the case, and BadInput for a format that is not this app's.
	"""
	printed = printing_blocks.read(pdf.body(escalation, print_format, pdf.WORD))
	return document(pdf.title(escalation, print_format), printed)


def document(heading: str, printed: Printed) -> bytes:
	"""A Word document of a print's blocks; `heading` is its title in the file's properties, and names nobody."""
	from docx import Document

	made = Document()
	_properties(made, heading)
	_page(made)
	_styles(made)
	_header(made.sections[0], printed)
	for block in printed.blocks:
		if isinstance(block, Table):
			_table(made, block)
		else:
			_fill(made.add_paragraph(style=_STYLES.get(block.kind)), block)
	stream = BytesIO()
	made.save(stream)
	return stream.getvalue()


def _properties(made: Any, heading: str) -> None:
	"""Who made the file, when: the printing user alone. The template that python-docx starts from says "python-docx"."""
	by = frappe.utils.get_fullname(frappe.session.user)
	now = get_datetime(times.stored(times.now()))
	known = made.core_properties
	known.author = known.last_modified_by = by
	known.created = known.modified = now.replace(microsecond=0)
	known.title, known.language = heading, "en-GB"
	known.comments = known.keywords = known.subject = known.category = ""
	known.revision = 1


def _page(made: Any) -> None:
	from docx.shared import Mm

	for name, value in _PAGE.items():
		setattr(made.sections[0], name, Mm(value))


def _styles(made: Any) -> None:
	from docx.oxml.ns import qn
	from docx.shared import Pt, RGBColor

	for name, size in _SIZES.items():
		style = made.styles[name]
		style.font.name, style.font.size = _FONT, Pt(size)
		style.font.color.rgb = RGBColor.from_string(_BLUE if name == "Heading 2" else _INK)
		style.font.italic = False
		fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
		for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
			fonts.set(qn(script), _FONT)
		for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
			fonts.attrib.pop(qn(theme), None)
		style.paragraph_format.space_after = Pt(4)


def _header(section: Any, printed: Printed) -> None:
	"""On each page: reference and title above; the marking, by whom and when, and the page's number below."""
	from docx.enum.text import WD_TAB_ALIGNMENT
	from docx.shared import Mm, Pt

	for part, left, right in (
		(section.header, printed.header[0], printed.header[1]),
		(section.footer, printed.footer, ""),
	):
		paragraph = part.paragraphs[0]
		paragraph.paragraph_format.tab_stops.clear_all()
		paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(_TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
		first = paragraph.add_run(_clean(left))
		first.bold = True
		if part is section.header:
			paragraph.add_run(f"\t{_clean(right)}")
			confidential = part.add_paragraph().add_run("CONFIDENTIAL")
			confidential.bold = True
			confidential.font.size = Pt(8)
		else:
			_page_number(paragraph)
		for run in paragraph.runs:
			run.font.size = Pt(8)


def _page_number(paragraph: Any) -> None:
	"""Page x of y, as fields that Word counts."""
	paragraph.add_run("\tPage ")
	_field(paragraph, "PAGE")
	paragraph.add_run(" of ")
	_field(paragraph, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
	for kind, text in (("begin", ""), ("", name), ("separate", ""), ("text", "1"), ("end", "")):
		run = paragraph.add_run(text if kind == "text" else "")
		if kind == "text":
			continue
		part = _element(
			"w:instrText" if not kind else "w:fldChar", **({"w:fldCharType": kind} if kind else {})
		)
		if not kind:
			part.text = f" {text} "
		run._r.append(part)


def _element(tag: str, **attributes: str) -> Any:
	from docx.oxml import OxmlElement
	from docx.oxml.ns import qn

	made = OxmlElement(tag)
	for name, value in attributes.items():
		made.set(qn(name), value)
	return made


def _table(made: Any, table: Table) -> None:
	"""A table with its cells' spans and widths; its head repeats on each page, a row stays whole unless it is long."""
	from docx.shared import Mm, Pt

	columns = max((sum(cell.span for cell in row.cells) for row in table.rows), default=0)
	if not columns:
		return
	built = made.add_table(rows=len(table.rows), cols=columns, style="Table Grid")
	built.autofit = False
	widths = [_TEXT_WIDTH * share / 100 for share in _shares(table, columns)]
	for row, target in zip(table.rows, built.rows, strict=True):
		properties = target._tr.get_or_add_trPr()
		if row.repeats:
			properties.append(_element("w:tblHeader"))
		if not row.breaks:
			properties.append(_element("w:cantSplit"))
		place = 0
		for cell in row.cells:
			last = min(place + cell.span, columns) - 1
			filled = target.cells[place]
			if last > place:
				filled = filled.merge(target.cells[last])
			filled.width = Mm(sum(widths[place : last + 1]))
			if cell.head:
				filled._tc.get_or_add_tcPr().append(
					_element("w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": "E9EFF1"})
				)
			for number, paragraph in enumerate(cell.paragraphs):
				written = filled.paragraphs[0] if not number else filled.add_paragraph()
				written.paragraph_format.space_after = Pt(2)
				_fill(written, paragraph, bold=cell.head, keep=row.repeats)
			place = last + 1
	made.add_paragraph().paragraph_format.space_after = Pt(2)


def _shares(table: Table, columns: int) -> list[float]:
	"""The width of each column in per cent: what the template says, else what is left, in equal parts.

	A board's form gives its labels the width that they have in print.
	"""
	given = [0.0] * columns
	for row in table.rows:
		place = 0
		for cell in row.cells:
			if cell.span == 1 and cell.width and place < columns:
				given[place] = given[place] or cell.width
			place += cell.span
	if columns == 2 and not any(given):
		return [37.0, 63.0]
	open_ones = given.count(0.0)
	left = max(100 - sum(given), 5.0 * open_ones)
	return [share or left / open_ones for share in given]


def _fill(target: Any, paragraph: Paragraph, bold: bool = False, keep: bool = False) -> None:
	if paragraph.kind == NOTICE:
		target.paragraph_format.left_indent = 90000
	if keep:
		target.paragraph_format.keep_with_next = True
	if _is_right_to_left(paragraph.text):
		target._p.get_or_add_pPr().insert_element_before(_element("w:bidi"), *_AFTER_BIDI)
	for run in paragraph.runs:
		_run(target, run, bold, paragraph.kind == MARKING)


def _run(target: Any, run: Run, bold: bool, marking: bool) -> None:
	from docx.shared import RGBColor

	made = target.add_run(_clean(run.text))  # a newline becomes a line break, a tab a tab
	made.bold = True if bold or run.bold or marking or run.late else None
	made.italic = True if run.italic else None
	made.font.strike = True if run.struck else None
	if run.late or marking:
		made.font.color.rgb = RGBColor.from_string(_RED)
	if _is_right_to_left(run.text):
		made._r.get_or_add_rPr().append(_element("w:rtl"))


def _clean(text: str) -> str:
	return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _is_right_to_left(text: str) -> bool:
	"""Whether the first letter with a direction is of a script that runs from right to left."""
	first = next(
		(kind for letter in text if (kind := unicodedata.bidirectional(letter)) in ("L", "R", "AL")), "L"
	)
	return first != "L"
