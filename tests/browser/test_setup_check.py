"""The Setup check page on a large screen and on a phone, and stepping back with a named substitute.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set; ./dev test leaves those that are there alone.
"""

import re

import pytest
from desk import CANARY, PHONE, linked, made, open_case, picture, suggested
from playwright.sync_api import Page, expect

expect.set_options(timeout=30_000)  # a busy machine answers slowly


@pytest.fixture(scope="module")
def world() -> dict:
	return made("make_worklists.py")


@pytest.fixture
def checked(log_in, world):
	"""A function from a user's key to the page, drawn; no script may fail on it."""
	problems: list[str] = []

	def checked(whose: str) -> Page:
		page = log_in(world["users"][whose], world["password"])
		page.on("pageerror", lambda error: problems.append(str(error)))
		page.goto("/app/setup-check")
		expect(page.locator(".sg-check__line").first).to_be_visible()
		return page

	yield checked
	assert problems == []


def fits(page: Page) -> bool:
	return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_administrator_is_told_what_to_do_and_where(checked):
	page = checked("administrator")
	lines = page.locator(".sg-check__line")
	assert lines.count() >= 15
	for number in range(lines.count()):
		line = lines.nth(number)
		expect(line.locator(".sg-pill")).to_have_text(re.compile("To do|Cannot be known from here|In order"))
		if "In order" not in line.inner_text():
			assert line.locator(".sg-check__todo").inner_text().strip()
			assert line.locator("a").get_attribute("href").startswith("/app/")
	assert CANARY not in page.content()
	picture(page, "setup-check")
	page.set_viewport_size(PHONE)
	assert fits(page)
	picture(page, "setup-check-phone")
	page.locator("[data-key=two_factor] a").click()
	page.wait_for_url(re.compile(r"/(app|desk)/(system-settings|role)"))


def test_it_is_reached_from_the_workspace(log_in, world):
	page = log_in(world["users"]["administrator"], world["password"])
	page.goto("/app/safeguarding-setup")
	page.locator(".shortcut-widget-box", has_text="Setup check").first.click()
	page.wait_for_url(re.compile(r"/(app|desk)/setup-check"))
	expect(page.locator(".sg-check__line").first).to_be_visible()


def test_a_business_manager_sees_their_own_board(checked):
	page = checked("Redbridge Safeguarding Adults Board/Business Manager")
	groups = page.locator(".sg-check__group h3")
	expect(groups.filter(has_text="Board: Redbridge")).to_have_count(1)
	expect(groups.filter(has_text="Board: Suffolk")).to_have_count(0)
	assert all(text.startswith("Board: ") for text in groups.all_inner_texts())
	expect(page.locator(".sg-check__about")).to_contain_text("The boards that you manage")


def test_stepping_back_asks_for_a_substitute(log_in, world):
	case, agency = world["cases"]["fresh"], world["responding"]
	page = log_in(world["users"][f"{agency}/Practitioner"], world["password"])
	open_case(page, case)
	page.get_by_role("button", name="I have a conflict of interest").click()
	box = page.locator(".sg-dialog.modal.show")
	box.locator("[data-fieldname=reason] textarea").fill("The carer is my cousin.")
	field = box.locator("[data-fieldname=substitute] input")
	field.click()
	field.press_sequentially("Manager")
	manager = re.compile(
		rf"^\s*Manager of {re.escape(agency)}"
	)  # not the Senior Manager, who may stand first
	suggested(box, manager).click()
	linked(page, "substitute")
	picture(page, "step-back")
	box.get_by_role("button", name="Step back").click()
	page.wait_for_url(re.compile(r"/escalation(/view/[a-z]+)?(\?.*)?$"))
	assert page.request.get(f"/api/resource/Escalation/{case}").status == 403
	other = page.context.browser.new_context(base_url=page.url.partition("/app")[0])
	login = {"usr": world["users"][f"{agency}/Manager"], "pwd": world["password"]}
	assert other.request.post("/api/method/login", form=login).ok
	assert (
		other.request.get(f"/api/resource/Escalation/{case}").status == 200
	)  # not their stage yet, but named now
	other.close()
