"""A case as Word and as plain text, the blank paper form, and typing in afterwards what was written on it."""

import re
from urllib.parse import parse_qs, urlsplit

import desk
from desk import CANARY, added, at_work, in_cell, logged_in, open_case, picture, raised
from playwright.sync_api import Browser, Locator, Page, expect

expect.set_options(timeout=30_000)


def menu(page: Page, label: str) -> Locator:
	page.locator(".page-head:visible .menu-btn-group > button").click()
	page.locator(".page-head:visible .menu-btn-group .dropdown-item", has_text=label).click()
	return page.locator(".modal.show").last


def opened(page: Page) -> str:
	"""What the page asked for in a window of its own."""
	page.wait_for_function("() => window.opened")
	return page.evaluate("() => { const url = window.opened; window.opened = null; return url; }")


def row(dialog: Locator, number: int, what: str, when: str, note: str) -> None:
	"""One row of the paper, typed into the grid. A Tab out of its last cell would begin another row by itself."""
	line = added(dialog, number)
	in_cell(line, "what").select_option(label=what)
	in_cell(line, "occurred_at").fill(when)
	in_cell(line, "note").fill(note)
	in_cell(line, "note").blur()


def test_a_case_leaves_in_other_forms_and_comes_back_from_paper(browser: Browser, world: dict) -> None:
	page = logged_in(browser, world, f"{world['raising']}/Practitioner")
	steps = at_work(page)
	next(steps)
	name = raised(page, world)
	open_case(page, name)
	page.evaluate("() => { window.open = (url) => { window.opened = url; }; }")

	dialog = menu(page, "Plain text to paste elsewhere")
	text = dialog.locator("[data-fieldname='text'] textarea")
	expect(text).to_have_value(re.compile(r"1\. The issue of concern"))
	assert CANARY in text.input_value()
	picture(page, "print-plain-text")
	dialog.locator("select").select_option("Escalation Notice")
	expect(text).to_have_value(re.compile("What is asked"))
	assert CANARY not in text.input_value()
	dialog.locator(".btn-modal-primary").click()
	expect(page.locator(".desk-alert", has_text="Copied")).to_be_visible()
	dialog.locator(".btn-modal-close").click()
	expect(page.locator(".modal.show")).to_have_count(0)

	dialog = menu(page, "Word document")
	dialog.locator(".btn-modal-primary").click()
	url = opened(page)
	assert parse_qs(urlsplit(url).query)["print_format"] == ["Redbridge Escalation Record"]
	answer = page.request.get(url)
	assert answer.ok
	assert "wordprocessingml" in answer.headers["content-type"]
	assert answer.body()[:2] == b"PK"

	page.locator(".page-head:visible .menu-btn-group > button").click()
	page.locator(".page-head:visible .menu-btn-group .dropdown-item", has_text="Blank paper form").click()
	answer = page.request.get(opened(page))
	assert answer.body()[:4] == b"%PDF"

	dialog = menu(page, "Type in a paper form")
	dialog.locator("[data-fieldname='form'] input").first.fill("ZC 1")
	row(dialog, 1, "Talked it over with the other agency", "14-03-2025 15:00:00", "No agreement.")
	row(dialog, 2, "We could not resolve it at this stage", "14-03-2099 16:00:00", "Not settled.")
	dialog.locator(".btn-modal-primary").click()
	expect(dialog.locator("[role=alert]")).to_contain_text("Row 2: When it happened")
	picture(page, "paper-entry")
	assert (
		page.evaluate(
			"(n) => frappe.xcall('frappe.client.get_count', { doctype: 'Stage Log', filters: { escalation: n, evidence: 'Paper form ZC 1' } })",
			name,
		)
		== 0
	)
	line = dialog.locator(".grid-row[data-idx='2']").first
	in_cell(line, "occurred_at").fill("14-03-2025 16:00:00")
	in_cell(line, "occurred_at").press("Tab")
	dialog.locator(".btn-modal-primary").click()
	expect(page.locator(".modal.show")).to_have_count(0)
	expect(page.locator(".sg-entry", has_text="Paper form ZC 1").first).to_be_visible()
	next(steps, None)
	page.context.close()


def test_the_blank_form_is_offered_where_a_concern_is_raised(phone: Page, newcomer: dict) -> None:
	desk.log_in(phone.context, newcomer["user"], newcomer["password"])
	phone.goto("/app/raise-concern")
	phone.evaluate("() => { window.open = (url) => { window.opened = url; }; }")
	phone.locator("[data-raise=blank]").tap()
	dialog = phone.locator(".modal.show")
	expect(dialog).to_contain_text("Which board?")
	picture(phone, "phone-paper-form")
	# The page that a workspace leads to.
	phone.goto("/app/paper-form")
	phone.evaluate("() => { window.open = (url) => { window.opened = url; }; }")
	phone.locator(".sg-paper-form [data-fieldname=print] button").tap()
	expect(phone.locator(".modal.show")).to_contain_text("Which board?")
	phone.locator(".modal.show .btn-modal-close").first.tap()
	phone.evaluate(
		"() => document.querySelector('.sg-paper-form').closest('.page-container').paper.set_value('board', 'Redbridge')"
	)
	for field, made_as in (("print", "pdf"), ("word", "word")):
		phone.locator(f".sg-paper-form [data-fieldname={field}] button").tap()
		assert phone.evaluate("window.opened").endswith(f"paper.blank_form?board=Redbridge&made_as={made_as}")
	assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
