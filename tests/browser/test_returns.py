"""A return from the mail's link to what a board publishes: read, worded, issued, frozen, downloaded and read again.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set; ./dev test leaves those that are there alone.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from desk import PHONE, at_work, made, picture
from playwright.sync_api import Page, expect
from pypdf import PdfReader

expect.set_options(timeout=30_000)  # a busy machine answers slowly
API = "/api/method/safeguarding_escalation.api.returns."
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def draft() -> Iterator[dict]:
	yield made("make_returns.py")
	made("make_returns.py", "over")


@pytest.fixture
def manager(log_in, draft):
	page = log_in(draft["user"], draft["password"])
	page.set_viewport_size(WIDE)
	yield from at_work(page)


def number(page: Page, title: str) -> str:
	row = page.locator(".sg-return tr", has=page.locator("th", has_text=re.compile(rf"^\s*{title}"))).first
	return row.locator("td").first.inner_text().split(":")[-1].strip()


def downloaded(page: Page, what: str, **given: str) -> bytes:
	answer = page.request.get(f"{API}{what}", params=given)
	assert answer.status == 200
	return answer.body()


def test_a_quarters_return_from_the_mail_to_the_published_files(manager, draft):
	page = manager
	page.goto(draft["link"])
	expect(page.locator(".sg-return")).to_contain_text("Internal version")
	expect(page.locator(".sg-return")).to_contain_text("Consequence for policy")
	assert (number(page, "Opened"), number(page, "Resolved")) == ("6", "2")
	assert "Zephyrine" not in page.content()
	picture(page, "return-draft")
	# From a figure to its rows, as far as one may open them.
	page.locator("[data-cell=opened]").click()
	expect(page.locator(".msgprint")).to_contain_text("6 escalations.")
	picture(page, "return-rows")
	page.locator(".modal.show .btn-modal-close").first.click()
	expect(page.locator(".modal.show")).to_have_count(0)
	# A name is refused where it is typed, and the words of one's own are kept.
	page.evaluate("cur_frm.set_value('commentary_overview', 'A quiet quarter at the hospital.')")
	page.evaluate("cur_frm.save()")
	page.wait_for_function("!cur_frm.is_dirty()")
	expect(page.locator(".sg-return")).to_be_visible()
	page.set_viewport_size(PHONE | {"width": 390})
	page.locator(".sg-return").scroll_into_view_if_needed()
	picture(page, "return-phone")
	wide = "[...document.querySelectorAll('.sg-return *')].filter((one) => one.getBoundingClientRect().right > 390)"
	assert page.evaluate(f"{wide}.map((one) => one.className + one.tagName)") == []
	assert page.evaluate("document.documentElement.scrollWidth") <= 391
	page.set_viewport_size(WIDE)
	page.locator("[data-version=published]").click()
	expect(page.locator(".sg-return")).to_contain_text("Published version")
	assert (number(page, "Opened"), number(page, "Resolved")) == ("6", "[c]")
	picture(page, "return-published")
	page.get_by_role("button", name="Issue", exact=True).click()
	page.locator(".modal.show .btn-primary").click()
	page.wait_for_function("cur_frm.doc.status === 'Issued'")
	expect(page.locator(".sg-return")).to_be_visible()
	refused = page.request.put(
		f"/api/resource/Board Return/{draft['name']}",
		data={"commentary_overview": "Another."},
		headers={"X-Frappe-CSRF-Token": page.evaluate("frappe.csrf_token")},
	)
	assert refused.status == 417
	files(page, draft["name"])


def files(page: Page, name: str) -> None:
	"""The published PDF, CSV and XLSX, read: marked, with the words, without a small number."""
	told = "\n".join(
		each.extract_text()
		for each in PdfReader(io.BytesIO(downloaded(page, "pdf", name=name, version="published"))).pages
	)
	assert "PUBLISHED VERSION" in told
	assert "A quiet quarter at the hospital." in told
	assert "[c]" in told
	assert "DRAFT" not in told
	text = downloaded(page, "export", name=name, version="published", kind="csv").decode()
	rows = {(row[1], row[3]): row[4] for row in csv.reader(io.StringIO(text)) if len(row) > 4}
	assert rows["Opened", "Number"] == "6"
	assert rows["Resolved", "Number"] == "[c]"
	book = downloaded(page, "export", name=name, version="published", kind="xlsx")
	with zipfile.ZipFile(io.BytesIO(book)) as parts:
		content = "".join(parts.read(part).decode() for part in parts.namelist() if part.endswith(".xml"))
	assert "A quiet quarter at the hospital." in content
	assert "[c]" in content
