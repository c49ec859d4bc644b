"""Text that people type: stored plain, so nothing typed can run in a print, a mail or the Desk.

Markup goes; what only looks like it stays as people wrote it: "a < b", "<3", "fewer than <10". A "<" that a browser
could still read as the beginning of a tag gets a space behind it.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from typing import Any

from safeguarding_escalation.services.errors import BadInput, refuse

LONGEST = 20_000  # characters; a long statement fits, a pasted file does not
LONGEST_LINE = 140  # of a field of one line, where its DocType says nothing else
MOST_ROWS = 300  # of one table; the longest of the shipped policies' tables has a third of that
_COLUMN = 65_000  # bytes that a text column holds; four-byte letters reach it first
ONE_LINE = ("Data", "Link", "Select", "Dynamic Link", "Read Only", "Autocomplete", "Barcode", "Phone")
TEXTS = ("Small Text", "Text", "Long Text", "Code", "Data", "Text Editor", "HTML Editor", "Markdown Editor")
_ELEMENTS = (
	"a abbr acronym address animate animatemotion animatetransform annotation-xml applet area article aside "
	"audio b base basefont bdi bdo bgsound big blink blockquote body br button canvas caption center circle "
	"cite code col colgroup data datalist dd defs del desc details dfn dialog dir div dl dt ellipse em embed "
	"feimage fieldset figcaption figure filter font footer foreignobject form frame frameset g h1 h2 h3 h4 h5 "
	"h6 head header hgroup hr html i iframe image img input ins isindex kbd keygen label layer legend li line "
	"link listing main map mark marquee math menu menuitem meta meter mglyph mi mn mo ms mtext nav nobr "
	"noembed noframes noscript object ol optgroup option output p param path pattern picture plaintext "
	"polygon polyline portal pre progress q rect rp rt ruby s samp script section select set slot small "
	"source span strike strong style sub summary sup svg switch symbol table tbody td template text textarea "
	"tfoot th thead time title tr track tt u ul use var video view wbr xml xmp"
)
_NAMES = _ELEMENTS.replace(" ", "|")
_TAG = re.compile(rf"</?(?:{_NAMES})(?:[\s/][^<>]*)?>|<[!?][^<>]*>", re.IGNORECASE)
_DEPTH = 4  # tags within tags are no accident; what is left after that stays as text, and opens nothing
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>", re.IGNORECASE)
_ENTITIES = (
	(re.compile(r"&(?:amp;)*(?:lt|#0*60|#x0*3c)(?![0-9a-z]);?", re.IGNORECASE), "<"),
	(re.compile(r"&(?:amp;)*(?:gt|#0*62|#x0*3e)(?![0-9a-z]);?", re.IGNORECASE), ">"),
)
_OPENS = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)
# Letters that cannot be seen, or that turn the order of others: text would not be what it looks like.
_UNSEEN = re.compile(
	"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
	"\u2066-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
# Joiners belong inside emoji and some scripts, and nowhere else.
_JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
_LINES = re.compile("\r\n?|[\x85\u2028\u2029]")


def plain(value: Any, name: str = "Text", longest: int = LONGEST) -> str:
	"""`value` without markup, unseen letters and outer white space; '' for None.

	Raises BadInput if it is no text, or has more than `longest` characters.
	"""
	if value is None:
		return ""
	if not isinstance(value, str):
		refuse(BadInput, f"{name}: give text.")
	if len(value) > LONGEST * 2:  # too much to look at closely
		_too_long(value, name, longest)
	text = without_markup(seen(value)).strip()
	if len(text) > longest or len(text.encode()) > _COLUMN:
		_too_long(text, name, longest)
	return text


def line(value: Any, name: str, longest: int = LONGEST_LINE) -> str:
	"""As `plain`, on one line, as a field of one line holds it."""
	return " ".join(plain(value, name, longest).split("\n")).strip()


def _too_long(text: str, name: str, longest: int) -> None:
	advice = "Attach a file instead." if longest >= LONGEST else "Write it shorter."
	refuse(BadInput, f"{name}: {len(text):,} characters are too many; {longest:,} is the limit. {advice}")


def seen(value: str) -> str:
	"""`value` with one kind of line end and without letters that cannot be seen; letters composed (NFC)."""
	text = _UNSEEN.sub("", _LINES.sub("\n", value))
	return unicodedata.normalize("NFC", _JOINERS.sub("", text))


def without_markup(text: str) -> str:
	"""`text` without tags and comments; what is between them stays. Nothing in the result opens a tag."""
	for pattern, sign in _ENTITIES:
		text = pattern.sub(sign, text)
	for _ in range(_DEPTH):
		text = _TAG.sub("", _CDATA.sub("", text))
	return _OPENS.sub("< ", text)


def limit_of(field: Any) -> int:
	"""How many characters a DocType's field takes."""
	if field.fieldtype in ONE_LINE:
		return int(field.get("length") or LONGEST_LINE)
	return LONGEST


def clean(document: Any, method: str | None = None) -> None:
	"""Make every text of a document and of its rows plain: of a case, and (before_validate) of our directory's DocTypes.

	Raises BadInput for one that is no text, or too long, and for more rows than a table takes.
	"""
	for field in document.meta.get_table_fields():
		if len(document.get(field.fieldname) or ()) > MOST_ROWS:
			refuse(BadInput, f"{field.label or field.fieldname}: {MOST_ROWS} rows are the limit.")
	for row in (document, *document.get_all_children()):
		for field in row.meta.fields:
			if field.fieldtype not in TEXTS or getattr(field, "is_virtual", 0):
				continue
			value = row.get(field.fieldname)
			if value is None:
				continue
			if isinstance(value, int | float) and not isinstance(value, bool):
				value = str(value)  # a number of days in a cell that also takes words
			write = line if field.fieldtype == "Data" else plain
			row.set(field.fieldname, write(value, field.label or field.fieldname, limit_of(field)))


def yes_or_no(value: Any, name: str) -> bool:
	"""A yes or a no as a form, a request or a script sends it. BadInput for anything else."""
	if isinstance(value, bool | int | str) and value in (True, 1, "1", "true", "True", "Yes", "yes"):
		return True
	if isinstance(value, bool | int | str) and value in (False, 0, "0", "false", "False", "No", "no"):
		return False
	refuse(BadInput, f"{name}: say Yes or No.")
	return False


def spellings(text: str) -> set[str]:
	"""How `text` may stand in an answer: as it is, inside JSON, inside HTML."""
	return {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], html.escape(text)}
