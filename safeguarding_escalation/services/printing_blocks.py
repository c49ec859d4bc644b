"""A print as a row of blocks: headings, paragraphs and tables, for what is no page of HTML.

The Word and the plain-text prints are made from the same HTML as the PDF, so that no label, no order and no word can
differ between them. Only the templates of this app are read (`templates/prints`, the standard print formats), whose
every value is escaped: what somebody typed is text here, and never a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

TITLE, HEADING, SUBHEADING, PLAIN, MARKING, NOTICE, BULLET = (
	"title", "heading", "subheading", "plain", "marking", "notice", "bullet",
)  # fmt: skip
_HEADINGS = {"h1": TITLE, "h2": HEADING, "h3": SUBHEADING}
_MARKED = {"se-confidential": MARKING, "se-notice": NOTICE}
_BLOCKS = {"div", "p", "li", "ul", "table", "thead", "tbody", "tr", "td", "th", *_HEADINGS}
_NOT_SHOWN = {"style", "script", "title", "head"}
_VOID = {"br", "img", "hr", "meta", "link", "input", "col"}
TICKED, UNTICKED = "\u2612", "\u2610"


@dataclass(frozen=True)
class Run:
	"""A stretch of text in one look; a line break is a newline in it."""

	text: str
	bold: bool = False
	italic: bool = False
	struck: bool = False
	late: bool = False
	label: bool = False


@dataclass
class Paragraph:
	"""One paragraph."""

	runs: list[Run]
	kind: str = PLAIN

	@property
	def text(self) -> str:
		return "".join(run.text for run in self.runs)


@dataclass
class Cell:
	"""One cell of a table; `width` is its share of the table in per cent, where the template gives one."""

	paragraphs: list[Paragraph]
	head: bool = False
	span: int = 1
	width: float = 0

	@property
	def text(self) -> str:
		return "\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass
class Row:
	"""One row; `repeats` at the head of each page, `breaks` where its text may go on over the page's end."""

	cells: list[Cell]
	repeats: bool = False
	breaks: bool = False


@dataclass
class Table:
	"""One table."""

	rows: list[Row]


@dataclass
class Printed:
	"""A whole print: what repeats on each page, and the blocks in their order."""

	blocks: list[Paragraph | Table]
	header: tuple[str, str] = ("", "")
	footer: str = ""


@dataclass
class _Node:
	tag: str
	attributes: dict[str, str] = field(default_factory=dict)
	children: list[_Node | str] = field(default_factory=list)

	def has(self, name: str) -> bool:
		return name in self.attributes.get("class", "").split()


class _Reader(HTMLParser):
	"""The tree of a template's HTML, which is well formed."""

	def __init__(self) -> None:
		super().__init__(convert_charrefs=True)
		self.root = _Node("root")
		self.open = [self.root]

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		node = _Node(tag, {name: value or "" for name, value in attrs})
		self.open[-1].children.append(node)
		if tag not in _VOID:
			self.open.append(node)

	def handle_endtag(self, tag: str) -> None:
		places = [place for place, node in enumerate(self.open) if node.tag == tag]
		if places:
			del self.open[places[-1] :]

	def handle_data(self, data: str) -> None:
		self.open[-1].children.append(data)


def read(html: str) -> Printed:
	"""The blocks of a print of ours."""
	reader = _Reader()
	reader.feed(html)
	reader.close()
	nodes = {node.attributes.get("id"): node for node in _all(reader.root)}
	header, footer = nodes.get("header-html"), nodes.get("footer-html")
	return Printed(list(_blocks(reader.root)), _header(header), _words(footer) if footer else "")


def _all(node: _Node) -> Iterator[_Node]:
	for child in node.children:
		if isinstance(child, _Node):
			yield child
			yield from _all(child)


def _header(node: _Node | None) -> tuple[str, str]:
	"""Reference on the left, title on the right."""
	if node is None:
		return ("", "")
	right = next((child for child in _all(node) if child.has("se-right")), None)
	title = _words(right) if right else ""
	return (_words(node).replace(title, "", 1).strip(), title)


def _words(node: _Node) -> str:
	return " ".join("".join(run.text for run in _runs(node, Run(""), False)).split())


def _hidden(node: _Node) -> bool:
	return node.tag in _NOT_SHOWN or node.attributes.get("id") in ("header-html", "footer-html")


def _blocks(node: _Node) -> Iterator[Paragraph | Table]:
	for child in node.children:
		if not isinstance(child, _Node) or _hidden(child):
			continue
		if child.tag == "table":
			yield Table(list(_rows(child)))
		elif child.tag in ("p", "li", *_HEADINGS):
			yield from _paragraphs(child, _kind(child))
		else:
			yield from _blocks(child)


def _kind(node: _Node) -> str:
	if node.tag == "li":
		return BULLET
	marked = next((kind for name, kind in _MARKED.items() if node.has(name)), PLAIN)
	return _HEADINGS.get(node.tag, marked)


def _rows(table: _Node) -> Iterator[Row]:
	for row in (node for node in _all(table) if node.tag == "tr"):
		cells = [_cell(node) for node in row.children if isinstance(node, _Node) and node.tag in ("td", "th")]
		yield Row(cells, _in_head(table, row), row.has("se-long"))


def _in_head(table: _Node, row: _Node) -> bool:
	return any(row in node.children for node in _all(table) if node.tag == "thead")


def _cell(node: _Node) -> Cell:
	width = re.search(r"width:\s*([\d.]+)%", node.attributes.get("style", ""))
	return Cell(
		list(_paragraphs(node, PLAIN)) or [Paragraph([])],
		node.tag == "th",
		int(node.attributes.get("colspan") or 1),
		float(width[1]) if width else 0,
	)


def _paragraphs(node: _Node, kind: str) -> Iterator[Paragraph]:
	"""The paragraphs of a block: each block within it is one of its own, what stands between them as well."""
	look = Run("", bold=node.tag == "th", late=node.has("se-late"), label=node.has("se-label"))
	inline = _Node(node.tag, node.attributes)
	for child in node.children:
		if isinstance(child, _Node) and child.tag in _BLOCKS:
			yield from _paragraph(inline, look, kind)
			inline = _Node(node.tag, node.attributes)
			yield from _paragraphs(child, kind)
		else:
			inline.children.append(child)
	yield from _paragraph(inline, look, kind)


def _paragraph(node: _Node, look: Run, kind: str) -> Iterator[Paragraph]:
	runs = _trimmed(list(_runs(node, look, node.has("se-text"))))
	if runs:
		yield Paragraph(runs, kind)


def _runs(node: _Node, look: Run, as_typed: bool) -> Iterator[Run]:
	"""The stretches of text within a block. `as_typed` keeps line breaks and spaces; else white space is one space."""
	for child in node.children:
		if isinstance(child, str):
			text = child if as_typed else re.sub(r"\s+", " ", child)
			yield Run(text, look.bold, look.italic, look.struck, look.late, look.label)
		elif child.tag == "br":
			yield Run("\n")
		elif child.has("se-box"):
			yield Run(TICKED if child.has("se-ticked") else UNTICKED)
		elif not _hidden(child):
			yield from _runs(child, _look(child, look), as_typed or child.has("se-text"))


def _look(node: _Node, look: Run) -> Run:
	return Run(
		"",
		look.bold or node.tag in ("strong", "b", "th"),
		look.italic or node.tag in ("em", "i") or node.has("se-none") or node.has("se-prompt"),
		look.struck or node.has("se-struck"),
		look.late or node.has("se-late"),
		look.label or node.has("se-label"),
	)


def _trimmed(runs: list[Run]) -> list[Run]:
	"""Without the white space around, and none doubled between two stretches."""
	found: list[Run] = []
	for run in runs:
		text = run.text
		if not found or found[-1].text.endswith((" ", "\n")):
			text = text.lstrip(" \t") if found else text.lstrip()
		if text:
			found.append(Run(text, run.bold, run.italic, run.struck, run.late, run.label))
	while found:
		last = found.pop()
		text = last.text.rstrip()
		if text:
			return [*found, Run(text, last.bold, last.italic, last.struck, last.late, last.label)]
	return found
