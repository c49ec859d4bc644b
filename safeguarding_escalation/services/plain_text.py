"""Our prints as plain text, to paste into an agency's own case system: the same labels, order and words as the PDF."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from safeguarding_escalation.services import pdf, printing_blocks
from safeguarding_escalation.services.printing_blocks import (
	BULLET,
	HEADING,
	SUBHEADING,
	TICKED,
	TITLE,
	UNTICKED,
	Paragraph,
	Printed,
	Row,
	Table,
)

WIDTH = 76  # what a wrapped text keeps to: a line of an email
_RULES = {TITLE: "=", HEADING: "-"}
# Few case systems show a ballot box; every one shows brackets.
_BOXES = {TICKED: "[X]", UNTICKED: "[ ]"}


def render(escalation: str, print_format: str, wrapped: bool = False) -> str:
	"""One of our prints of a stored case as text, with the right of the session's user; a paragraph is a line.

	`wrapped` breaks lines at 76 characters. Raises NotYours for a user who may not print the case, and BadInput for
	a format that is not this app's.
	"""
	return of(printing_blocks.read(pdf.body(escalation, print_format, pdf.TEXT)), wrapped)


def of(printed: Printed, wrapped: bool = False) -> str:
	"""A print's blocks as text."""
	lines = [line for block in printed.blocks for line in _block(block)]
	found = "\n".join(_wrapped(lines) if wrapped else lines)
	for sign, text in _BOXES.items():
		found = found.replace(sign, text)
	return found.strip() + "\n"


def _block(block: Paragraph | Table) -> Iterator[str]:
	if isinstance(block, Table):
		for row in block.rows:
			yield from _row(row)
		yield ""
		return
	yield from _lines(block.text, "- " if block.kind == BULLET else "")
	if block.kind in _RULES:
		yield _RULES[block.kind] * min(len(block.text), WIDTH)
	if block.kind not in (BULLET, SUBHEADING):
		yield ""


def _row(row: Row) -> Iterator[str]:
	"""A label with its text below it, set in; a row of a list on one line."""
	label, *rest = row.cells
	if label.head and len(rest) == 1 and not rest[0].head:
		yield from _lines(label.text)
		yield from (line for line in _lines(rest[0].text, "  ") if line.strip())
	elif len(row.cells) == 1:
		yield from _lines(label.text)
	else:
		yield from _lines(
			" | ".join(" / ".join(cell.text.split("\n")).strip() for cell in row.cells).rstrip()
		)


def _lines(text: str, before: str = "") -> Iterator[str]:
	for number, line in enumerate(text.split("\n")):
		yield (before if not number else " " * len(before)) + line.rstrip()


def _wrapped(lines: list[str]) -> Iterator[str]:
	for line in lines:
		inset = " " * (len(line) - len(line.lstrip(" ")))
		yield from textwrap.wrap(line, WIDTH, subsequent_indent=inset, break_on_hyphens=False) or [""]
