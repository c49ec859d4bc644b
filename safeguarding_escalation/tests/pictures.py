"""Pages of a PDF as small grey pictures, and how far two of them are apart.

A page is rendered by PDFium (pypdfium2), which the tests install, so that no program of the host's is asked. The
measure is of ink, cell by cell: a page at 60 dots an inch is cut into cells of six by six dots (2.5 mm), and each cell
is compared with the kept picture's cell moved by up to two dots (0.8 mm) each way, whichever fits best. What another
version of the same font, of Pango or of WeasyPrint does (a hair's breadth to the side, another smoothing of edges)
stays within that; a box that has moved, a row that is lost, a label or a tick that is missing does not.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops
from pypdf import PdfReader

HERE = Path(__file__).parent / "data" / "pictures"
DOCS = Path(__file__).parents[2] / "docs" / "screenshots"
# The one font of the pictures: Debian's fonts-dejavu-core, which `./dev` installs.
FONT = "DejaVu Sans"
PRODUCT_FONTS = '"Liberation Sans", Arial, Helvetica, "DejaVu Sans"'
DOTS, CELL, SHIFT = 60, 6, 2
DIFFERENT = 22  # of 255: how much darker or lighter a cell may be
# How many cells of a page may differ: a tick that is lost is two cells, a label six, a hair's breadth none or one.
ALLOWED = 1
LEVELS = 16


def in_one_font(html: str) -> str:
	"""A print's HTML in the font of the pictures, whatever other fonts a host has."""
	assert PRODUCT_FONTS in html, "the style of the prints names other fonts now"
	return html.replace(PRODUCT_FONTS, f'"{FONT}"')


def fonts(content: bytes) -> set[str]:
	"""The names of the fonts in a PDF, without the letters of their subsets."""
	found = set()
	for page in PdfReader(BytesIO(content)).pages:
		resources = page["/Resources"].get_object()
		for font in resources["/Font"].get_object().values():
			found.add(str(font.get_object()["/BaseFont"]).rpartition("+")[2].strip("/"))
	return found


def of(content: bytes) -> list[Image.Image]:
	"""Each page of a PDF as a grey picture of few levels."""
	document = pypdfium2.PdfDocument(content)
	try:
		pages = [page.render(scale=DOTS / 72, grayscale=True).to_pil() for page in document]
	finally:
		document.close()
	return [page.convert("L").quantize(LEVELS).convert("L") for page in pages]


def keep_for_docs(content: bytes, print_format: str) -> None:
	"""The first page as docs/screenshots/print-<format>.png, where pictures are asked for."""
	if not os.environ.get("SE_SCREENSHOTS"):
		return
	document = pypdfium2.PdfDocument(content)
	try:
		name = f"print-{print_format.lower().replace(' ', '-')}.png"
		document[0].render(scale=80 / 72).to_pil().save(DOCS / name, optimize=True)
	finally:
		document.close()


def is_empty(page: Image.Image, header: float = 0.09, footer: float = 0.09) -> bool:
	"""Whether nothing is between what repeats on each page: no dot darker than light grey."""
	width, height = page.size
	body = page.crop((0, int(height * header), width, int(height * (1 - footer))))
	return body.getextrema()[0] > 200


def overflows(page: Image.Image, margin: float = 10) -> bool:
	"""Whether anything is printed in the outer `margin` millimetres to the left or right."""
	width, height = page.size
	edge = int(margin / 25.4 * DOTS)
	sides = (page.crop((0, 0, edge, height)), page.crop((width - edge, 0, width, height)))
	return any(side.getextrema()[0] < 200 for side in sides)


def differing(one: Image.Image, other: Image.Image) -> int:
	"""How many cells of two pages differ, the second one moved by a hair where that fits better; all, for other sizes."""
	if one.size != other.size:
		return (one.width // CELL) * (one.height // CELL)
	cells = (one.width // CELL, one.height // CELL)
	mine, best = one.resize(cells, Image.Resampling.BOX), None
	for across in range(-SHIFT, SHIFT + 1):
		for down in range(-SHIFT, SHIFT + 1):
			theirs = ImageChops.offset(other, across, down).resize(cells, Image.Resampling.BOX)
			apart = ImageChops.difference(mine, theirs)
			best = apart if best is None else ImageChops.darker(best, apart)
	return sum(count for level, count in enumerate(best.histogram()) if level > DIFFERENT)


def problems(content: bytes, name: str) -> list[str]:
	"""How a PDF differs from its kept pictures, page by page; with SE_KEEP_PRINTS=1 it becomes the kept one."""
	pages = of(content)
	kept = sorted(HERE.glob(f"{name}-[0-9].png"))
	if os.environ.get("SE_KEEP_PRINTS"):
		_keep(pages, kept, name)
		return []
	if not kept:
		return [f"no picture of {name} is kept: SE_KEEP_PRINTS=1 keeps one"]
	if len(pages) != len(kept):
		return [f"{name} has {len(pages)} pages, and {len(kept)} are kept"]
	found = []
	for number, (page, path) in enumerate(zip(pages, kept, strict=True), start=1):
		with Image.open(path) as picture:
			cells = differing(page, picture.convert("L"))
		if cells > ALLOWED:
			found.append(f"page {number} of {name} differs from {path.name} in {cells} cells")
	return found


def _keep(pages: list[Image.Image], kept: list[Path], name: str) -> None:
	HERE.mkdir(parents=True, exist_ok=True)
	for path in kept:
		path.unlink()
	for number, page in enumerate(pages, start=1):
		page.quantize(LEVELS).save(HERE / f"{name}-{number}.png", optimize=True)
