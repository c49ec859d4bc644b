"""The PDFs: numbered pages on every host, nothing loaded, nothing typed gets loose; and Frappe's own buttons."""

from __future__ import annotations

import json
import os
import shutil
import socket
from io import BytesIO
from typing import Any

import frappe
import pytest
import requests
from pypdf import PdfReader

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import prints
from safeguarding_escalation.services import pdf
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.print_cases import (
	CHRONOLOGY,
	FORMATS,
	RECORD,
	WITH_DISCUSSIONS,
	html_of,
	pages,
)

pytest_plugins = ["safeguarding_escalation.tests.print_cases"]

# The content that clauses 4.2 to 4.4 fix, in the order of the record.
HEADINGS = (
	"No form is prescribed by the RSAB policy; this record is built from clauses 4.2 to 4.4",
	"1. The issue of concern",
	"2. The risk to the adult",
	"3. The nature of the disagreement",
	"4. What the respective professionals aim to achieve",
	"5. Evidence-based reasons",
	"6. Each discussion within and between agencies",
	"7. Stages",
	"8. The agreed outcome",
	"9. How any outstanding issues will be pursued",
	"10. Placed on the adult's file, and copies",
	"11. Approval and date of this record",
	"12. Timescales",
)


@pytest.mark.parametrize("print_format", FORMATS)
def test_each_page_has_its_number_the_reference_and_the_marking(
	case: Any, pdfs: dict[str, bytes], print_format: str
) -> None:
	content = pdfs[print_format]
	assert content.startswith(b"%PDF")
	found = pages(content)
	assert len(found) > 1 or print_format not in WITH_DISCUSSIONS
	for number, text in enumerate(found, start=1):
		assert f"Page {number} of {len(found)}" in text
		assert case.reference in text
		assert (
			"CONFIDENTIAL – printed by Practitioner of Elmfield Hospital Trust, Elmfield Hospital Trust"
			in text
		)
	box = PdfReader(BytesIO(content)).pages[0].mediabox
	assert (round(float(box.width)), round(float(box.height))) == (595, 842)  # A4 in points


def test_the_record_follows_the_order_of_the_policy(pdfs: dict[str, bytes]) -> None:
	text = " ".join(pages(pdfs[RECORD]))
	places = [text.find(heading) for heading in HEADINGS]
	assert -1 not in places, [heading for heading, place in zip(HEADINGS, places, strict=True) if place < 0]
	assert places == sorted(places)


def test_long_texts_flow_and_table_heads_repeat(world: factories.World, case: Any) -> None:
	with as_user(world.user(world.raising, "Practitioner")):
		for minute in range(6):
			note = f"Note {minute}. " + "The ward saw the risk again. " * 220 + f"End of note {minute}."
			api.record(
				case.name, "discussed", occurred_at=f"2025-03-20 10:0{minute}:00", mode="phone", note=note
			)
		found = pages(pdf.render(case.name, CHRONOLOGY))
	text = " ".join(found)
	assert all(f"Note {minute}." in text and f"End of note {minute}." in text for minute in range(6))
	of_notes = [page for page in found if "The ward saw the risk again." in page]
	assert len(of_notes) > 3
	assert all("When What Who Recorded" in page for page in of_notes)
	assert all(len(page) > 300 for page in found), "an empty page"


def test_what_is_typed_is_shown_not_run(case: Any) -> None:
	nasty = "<script>alert(1)</script> <img src=http://192.0.2.1/x.png> {{ 7 * 7 }} <style>*{display:none}</style>"
	frappe.db.set_value("Escalation", case.name, {"dispute_summary": nasty, "risk_to_adult": nasty})
	frappe.db.set_value("Escalation Party", {"parent": case.name, "side": "raising"}, "aim", nasty)
	for print_format in FORMATS:
		html = html_of(case.name, print_format)
		assert "<script" not in html
		assert "<img" not in html
		assert html.count("<style>") == 1
	assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html_of(case.name, RECORD)
	text = " ".join(pages(pdf.render(case.name, RECORD)))
	assert "<script>alert(1)</script>" in text
	assert "{{ 7 * 7 }}" in text


def test_a_print_loads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
	def refuse(*_: Any) -> None:
		raise AssertionError("a print went to the network")

	monkeypatch.setattr(socket, "create_connection", refuse)
	monkeypatch.setattr(socket.socket, "connect", refuse)
	body = (
		'<p>Text</p><img src="http://192.0.2.1/x.png"><img src="file:///etc/hostname">'
		'<link rel="stylesheet" href="http://192.0.2.1/x.css"><style>@import url(http://192.0.2.1/y.css);</style>'
	)
	assert "Text" in pages(pdf._paged(body))[0]
	for url in ("http://192.0.2.1/", "file:///etc/hostname", "data:text/plain,x"):
		with pytest.raises(pdf.RemoteRefused):
			pdf.refuse_url(url)


@pytest.mark.skipif(not shutil.which("wkhtmltopdf"), reason="the fallback's program is not installed")
def test_without_weasyprints_libraries_frappes_way_still_prints(
	case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(pdf, "_can_page", lambda: False)
	text = " ".join(pages(pdf.render(case.name, RECORD)))
	assert all(heading in text for heading in HEADINGS)


def test_download_names_the_file_by_reference(world: factories.World, case: Any) -> None:
	with as_user(world.user(world.raising, "Practitioner")):
		prints.download_pdf("Escalation", case.name, RECORD)
	answer = frappe.local.response
	assert answer.type == "pdf"
	assert answer.filename == f"{case.reference}-Redbridge-Escalation-Record.pdf"
	assert "Page 1 of" in pages(answer.filecontent)[0]


def test_several_cases_in_one_file_count_their_own_pages(world: factories.World, case: Any) -> None:
	other = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		prints.download_multi_pdf("Escalation", json.dumps([case.name, other.name]), RECORD)
	text = " ".join(pages(frappe.local.response.filecontent))
	assert text.count("Page 1 of ") == 2


def test_everything_else_is_left_to_frappe(monkeypatch: pytest.MonkeyPatch) -> None:
	calls: list[dict[str, Any]] = []

	def download_pdf(doctype: str, name: str, format: str | None = None) -> None:
		calls.append({"doctype": doctype, "name": name, "format": format})

	monkeypatch.setattr("frappe.utils.print_format.download_pdf", download_pdf)
	for doctype, print_format in (("ToDo", RECORD), ("Escalation", "Standard"), ("Escalation", None)):
		prints.download_pdf(doctype, "a-name", print_format)
	assert [call["doctype"] for call in calls] == ["ToDo", "Escalation", "Escalation"]


# Over HTTP, by Frappe's own addresses: hooks.py puts ours in the place of Frappe's functions


def fetch(user: str, method: str, **params: str) -> requests.Response:
	"""What a user's browser gets from one of Frappe's methods."""
	session, url = requests.Session(), os.environ["SE_URL"].rstrip("/")
	login = session.post(f"{url}/api/method/login", {"usr": user, "pwd": factories.PASSWORD}, timeout=120)
	assert login.status_code == 200, login.text
	return session.get(f"{url}/{method}", params=params, timeout=120)


@pytest.mark.parametrize("print_format", FORMATS)
def test_frappes_pdf_button_gives_numbered_pages(
	world: factories.World, case: Any, print_format: str
) -> None:
	answer = fetch(
		world.user(world.raising, "Practitioner"),
		"api/method/frappe.utils.print_format.download_pdf",
		doctype="Escalation",
		name=case.name,
		format=print_format,
		no_letterhead="1",
		letterhead="No Letterhead",
		settings="{}",
		_lang="en",
	)
	assert answer.status_code == 200, answer.text[:2000]
	assert answer.headers["Content-Type"] == "application/pdf"
	assert case.reference in answer.headers["Content-Disposition"]
	assert "Page 1 of" in pages(answer.content)[0]


def test_frappes_list_gives_numbered_pages(world: factories.World, case: Any) -> None:
	answer = fetch(
		world.user(world.raising, "Practitioner"),
		"api/method/frappe.utils.print_format.download_multi_pdf",
		doctype="Escalation",
		name=json.dumps([case.name]),
		format=CHRONOLOGY,
	)
	assert "Page 1 of" in pages(answer.content)[0]


@pytest.mark.parametrize(
	("method", "params"),
	[
		(
			"api/method/frappe.utils.print_format.download_pdf",
			{"doctype": "Escalation", "name": "{}", "format": RECORD},
		),
		("api/method/frappe.utils.print_format.download_pdf", {"doctype": "Escalation", "name": "{}"}),
		(
			"api/method/frappe.utils.print_format.download_multi_pdf",
			{"doctype": "Escalation", "name": '["{}"]', "format": RECORD},
		),
		(
			"api/method/frappe.utils.weasyprint.download_pdf",
			{"doctype": "Escalation", "name": "{}", "print_format": RECORD},
		),
		(
			"api/method/frappe.www.printview.get_html_and_style",
			{"doc": "Escalation", "name": "{}", "print_format": RECORD},
		),
		("printview", {"doctype": "Escalation", "name": "{}", "format": RECORD}),
	],
)
def test_a_stranger_gets_nothing_over_http(
	world: factories.World, case: Any, method: str, params: dict[str, str]
) -> None:
	given = {key: value.replace("{}", case.name) for key, value in params.items()}
	answer = fetch(world.user(world.other, "Manager"), method, **given)
	text = (
		answer.text
		if "pdf" not in answer.headers.get("Content-Type", "")
		else " ".join(pages(answer.content))
	)
	assert answer.status_code == 403, text[:2000]
	for secret in (case.reference, "Zephyrine Canary", case.dispute_summary):
		assert secret not in text
