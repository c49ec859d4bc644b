"""Who did it and who has the case, by clicks: confirm, dispute, take over, step back, give to another board.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

import re

import pytest
from desk import PHONE, call, logged_in, open_case, picture, raised, suggested
from playwright.sync_api import Browser, Locator, Page, expect

expect.set_options(timeout=30_000)


@pytest.fixture
def pages(browser: Browser, world: dict):
	"""A function that logs one of the raising agency's people in; their browsers are closed at the end."""
	made: list[Page] = []
	problems: list[str] = []

	def logged(capacity: str) -> Page:
		page = logged_in(browser, world, f"{world['raising']}/{capacity}")
		page.on("pageerror", lambda error: problems.append(str(error)))
		made.append(page)
		return page

	yield logged
	for page in made:
		page.context.close()
	assert problems == []


@pytest.fixture
def practitioner(pages) -> Page:
	return pages("Practitioner")


@pytest.fixture
def manager(pages) -> Page:
	return pages("Manager")


@pytest.fixture
def case(practitioner: Page, manager: Page, world: dict) -> str:
	"""At Stage 2, where the manager has recorded two talks for the practitioner."""
	name = raised(practitioner, world)
	call(practitioner, "record", escalation=name, kind="unresolved", note="No agreement.")
	call(practitioner, "move", escalation=name, action="Escalate to Stage 2")
	manager.goto("/app")
	manager.wait_for_function("() => window.frappe && frappe.xcall && frappe.boot")
	actor = world["people"][f"{world['raising']}/Practitioner"]["name"]
	for note in ("Rang the ward.", "Rang the duty desk."):
		call(
			manager,
			"record",
			escalation=name,
			kind="discussed",
			mode="phone",
			note=note,
			actor=actor,
			evidence="She told me.",
		)
	return name


def entry(page: Page, note: str) -> Locator:
	return page.locator(".sg-entry", has_text=note)


def dialog(page: Page) -> Locator:
	return page.locator(".modal.show.sg-dialog").last


def test_what_was_reported_is_confirmed_with_one_click_or_disputed_with_words(practitioner: Page, case: str):
	page = practitioner
	open_case(page, case)
	asked = page.get_by_role("region", name="Is this right?")
	expect(asked.locator("li")).to_have_count(2)
	expect(entry(page, "Rang the ward.")).to_contain_text("not confirmed")
	picture(page, "confirm-or-dispute")
	entry(page, "Rang the ward.").get_by_role("button", name="Confirm").click()
	expect(entry(page, "Rang the ward.")).not_to_contain_text("not confirmed")
	entry(page, "Rang the duty desk.").get_by_role("button", name="Dispute").click()
	box = dialog(page)
	box.locator("[data-fieldname='note'] textarea").fill("I rang on the day after.")
	box.get_by_role("button", name="Record").click()
	expect(entry(page, "Rang the duty desk.").first).to_contain_text("disputed", ignore_case=True)
	expect(page.locator(".sg-note", has_text="I rang on the day after.")).to_be_visible()
	expect(page.get_by_role("region", name="Is this right?")).to_have_count(0)


def test_a_colleague_takes_over_with_one_click_on_a_phone(
	browser: Browser, practitioner: Page, newcomer: dict, world: dict
):
	name = raised(practitioner, world)
	people = {"newcomer": {"user": newcomer["user"]}}
	page = logged_in(browser, {"people": people, "password": newcomer["password"]}, "newcomer")
	page.set_viewport_size(PHONE)
	open_case(page, name)
	leads = page.get_by_role("region", name="Who has the case")
	leads.get_by_role("button", name="Take over").first.click()
	expect(leads).to_contain_text(f"Newcomer {newcomer['user']}")
	expect(leads.get_by_role("button", name="Take over")).to_have_count(0)
	expect(
		page.locator(".sg-entry", has_text="handed over")
		.or_(page.locator(".sg-entry", has_text="took over"))
		.first
	).to_be_visible()
	leads.scroll_into_view_if_needed()
	picture(page, "phone-take-over")
	page.context.close()


def test_whoever_steps_back_no_longer_sees_the_case(practitioner: Page, case: str):
	page = practitioner
	open_case(page, case)
	page.get_by_role("button", name="I have a conflict of interest").click()
	box = dialog(page)
	box.locator("[data-fieldname='reason'] textarea").fill("The carer is my neighbour.")
	box.get_by_role("button", name="Step back").click()
	page.wait_for_url(re.compile(r"/escalation(/view/[a-z]+)?(\?.*)?$"))
	answer = page.request.get(f"/api/resource/Escalation/{case}")
	assert answer.status == 403


def test_a_manager_gives_the_case_to_the_board_of_the_area(manager: Page, practitioner: Page, case: str):
	open_case(practitioner, case)
	expect(practitioner.get_by_role("button", name="Give to another board")).to_have_count(0)
	page = manager
	open_case(page, case)
	page.get_by_role("button", name="Give to another board").click()
	box = dialog(page)
	board = box.locator("[data-fieldname='board'] input")
	board.click()
	board.press_sequentially("Suffolk")
	suggested(box, "Suffolk").click()
	box.locator("[data-fieldname='reason'] textarea").fill("She lives in Ipswich.")
	picture(page, "give-to-another-board")
	box.get_by_role("button", name="Give to this board").click()
	expect(page.locator(".sg-note", has_text="She lives in Ipswich.")).to_be_visible()
	assert page.evaluate("() => cur_frm.doc.board") == "Suffolk"
	expect(page.locator(".sg-panel a.sg-policy")).to_contain_text("Suffolk")
