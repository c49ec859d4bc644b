"""Text that people type: what goes, what stays, and that nothing left opens a tag, in a browser or in a parser."""

import html
import random
import time
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup

from safeguarding_escalation.services.errors import BadInput
from safeguarding_escalation.services.text import LONGEST, line, plain, seen, without_markup, yes_or_no

STAYS = [
	"a < b", "a<3 & b>2", "<3", "fewer than <10 visits", "5 > 4 < 6", "Tom & Jerry", "O'Brien \"said\"", "x = y",
	"50% of £1,000", "Łucja Żak — “quoted”", "李小龙", "👩‍👩‍👧 family", "می‌خواهم", "line one\nline two", "tab\there",
	"=cmd is what she typed", "A&E", "&c.", "&ltd", "-> <- <-- -->", "<", ">", "<<>>", "< script >",
]  # fmt: skip


@pytest.mark.parametrize("text", STAYS)
def test_what_people_write_stays(text):
	assert plain(text) == text
	assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
	("typed", "stored"),
	[
		("<b>bold</b> text", "bold text"),
		("<p class='x'>One</p><br/>two", "Onetwo"),
		("<script>alert(1)</script>", "alert(1)"),
		("<scr<script>ipt>alert(1)</scr</script>ipt>", "alert(1)"),
		("<<script>script>alert(1)", "alert(1)"),
		("<img src=x onerror=alert(1)>", ""),
		("<IMG\nSRC=http://elsewhere.example/p.png>", ""),
		("<svg/onload=alert(1)>", ""),
		("<img src=x onerror=alert(1)", "< img src=x onerror=alert(1)"),
		("<x onclick=alert(1)>press</x>", "< x onclick=alert(1)>press< /x>"),
		("<name of carer>", "< name of carer>"),
		("x<y and y>z", "x< y and y>z"),
		("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)"),
		("&#60;img src=x&#62;", ""),
		("&#x3C;img src=x&#x3e;", ""),
		("&amp;lt;b&amp;gt;", ""),
		("a &lt; b", "a < b"),
		("<![CDATA[<b>x</b>]]>", "x"),
		("<!-- comment --> seen", "seen"),
		("<!-- a <b>b</b> -->c", "c"),
		("<!-- a > b -->c", "b -->c"),
		("<?php echo 1 ?>x", "x"),
		("<!DOCTYPE html>x", "x"),
		("</textarea><style>*{}</style>", "*{}"),
		("nul\0 byte", "nul byte"),
		("bell\a esc\x1b[31m", "bell esc[31m"),
		("lone \ud800 surrogate \udfff", "lone  surrogate"),
		("evil\u202egpj.exe\u202c", "evilgpj.exe"),
		("\u2066isolate\u2069", "isolate"),
		("zero\u200bwidth\ufeff", "zerowidth"),
		("<scr\u200bipt>x", "x"),
		("<\0script>x", "x"),
		("a\u200db", "ab"),
		("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
		("e\u0301", "é"),
		("  outer  ", "outer"),
		("", ""),
		(None, ""),
	],
)
def test_what_goes(typed, stored):
	assert plain(typed) == stored
	assert plain(stored) == stored


class Finder(HTMLParser):
	def __init__(self) -> None:
		super().__init__()
		self.found: list[str] = []

	def handle_starttag(self, tag, attrs):
		self.found.append(tag)

	handle_startendtag = handle_starttag

	def handle_comment(self, data):
		self.found.append("comment")

	def handle_decl(self, decl):
		self.found.append("declaration")


def test_nothing_left_opens_a_tag_whatever_was_typed():
	pieces = [
		"<", ">", "/", "script", "img", " src=x", " onerror=alert(1)", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&gt;",
		"&#60;", "&#x3c", "&amp;", "<b", "</b>", "<x ", "\0", "\u200b", "\u202e", "'", '"', "a", "=", "\n", "<svg/onload=", "!", "?",
	]  # fmt: skip
	chance = random.Random(7)  # noqa: S311 - a test's own dice
	for _ in range(5_000):
		text = plain("".join(chance.choices(pieces, k=chance.randint(1, 14))))
		finder = Finder()
		finder.feed(text)
		finder.close()
		assert not finder.found, text
		assert plain(text) == text
	for text in ("<scr<script>ipt>", "<svg><g/onload=1//<p>", "<iframe src=//x"):
		assert not BeautifulSoup(plain(text), "html.parser").find()
		assert "<" not in html.unescape(plain(text)).replace("< ", "")


@pytest.mark.parametrize("value", [1, 1.5, True, ["a"], {"a": 1}, b"bytes"])
def test_what_is_no_text_is_refused_with_a_sentence(value):
	with pytest.raises(BadInput, match="Aim: give text"):
		plain(value, "Aim")


@pytest.mark.parametrize(
	("text", "longest"),
	[
		("x" * (LONGEST + 1), LONGEST),
		("😀" * 17_000, LONGEST),
		("<" * 500_000, LONGEST),
		("x" * 141, 140),
		("<b" * 2**20, 140),
	],
)
def test_what_is_too_long_is_refused_with_its_length(text, longest):
	with pytest.raises(BadInput, match="too many"):
		plain(text, "Aim", longest)
	assert plain("x" * longest, "Aim", longest)


@pytest.mark.parametrize("piece", ["<", "<b", "<!--", "&amp;", "<![CDATA[", "<scr", "\u200d"])
def test_no_text_takes_long(piece):
	text = piece * (LONGEST // len(piece)) + "b>" * (LONGEST // 2)
	before = time.process_time()
	without_markup(seen(text))
	assert time.process_time() - before < 1


def test_a_field_of_one_line_holds_one_line():
	assert line("one\ntwo\r\nthree", "Theme") == "one two three"
	with pytest.raises(BadInput, match="Theme: 141 characters are too many; 140"):
		line("x" * 141, "Theme")


@pytest.mark.parametrize("value", [None, "", "maybe", 2, [], {}, [1], "on"])
def test_neither_yes_nor_no(value):
	with pytest.raises(BadInput):
		yes_or_no(value, "Two-way")
