"""Clock health and its banner, and the policy simulator, on a large screen and on a phone.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set; ./dev test leaves those that are there alone.
"""

import re
from collections.abc import Iterator

import pytest
from desk import CANARY, PHONE, made, open_case, picture
from playwright.sync_api import Page, expect

expect.set_options(timeout=30_000)  # a busy machine answers slowly


@pytest.fixture(scope="module")
def world() -> Iterator[dict]:
	yield made("make_health.py")
	made("make_beats.py")


@pytest.fixture
def at_work(page) -> Iterator[Page]:
	problems: list[str] = []
	page.on("pageerror", lambda error: problems.append(str(error)))
	yield page
	assert problems == []


def fits(page: Page) -> bool:
	return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def banner(page: Page):
	return page.locator(".sg-health-banner[role=alert]")


def test_a_wrong_date_is_seen_and_repaired(at_work, log_in, world):
	page = log_in(world["users"]["administrator"], world["password"])
	page.goto("/app/safeguarding-setup")
	page.locator(".shortcut-widget-box", has_text="Clock health").first.click()
	page.wait_for_url(re.compile(r"/(app|desk)/clock-health"))
	verdict = page.locator(".sg-health__verdict")
	expect(verdict).to_contain_text("Not to be relied on")
	line = page.locator(f'[data-key="projection:{world["reference"]}"]')
	expect(line).to_contain_text("the policy gives")
	expect(line.locator(".sg-pill")).to_have_text("Fault")
	assert CANARY not in page.content()
	picture(page, "clock-health")
	page.set_viewport_size(PHONE)
	assert fits(page)
	picture(page, "clock-health-phone")
	page.set_viewport_size({"width": 1440, "height": 1000})
	line.get_by_role("button", name="Compute anew").click()
	box = page.locator(".modal.show", has_text="computed anew")
	expect(box).to_contain_text("RB.S1.RESOLVE")
	picture(page, "clock-health-repaired", box.locator(".modal-content"))
	box.locator(".btn-modal-close").first.click()
	expect(line).to_have_count(0)
	page.get_by_role("button", name="Check now").click()
	expect(page.locator(".desk-alert", has_text="Checked")).to_be_visible()


def test_a_business_manager_sees_their_board_and_no_repair(at_work, log_in, world):
	page = log_in(world["users"]["Redbridge Safeguarding Adults Board/Business Manager"], world["password"])
	page.goto("/app/clock-health")
	expect(page.locator(".sg-check__about")).to_contain_text("The boards that you manage")
	expect(page.locator('[data-key="policy:Redbridge"]')).to_be_visible()
	expect(page.locator('[data-key="sweep"]')).to_have_count(0)
	expect(page.locator(".sg-health__repair")).to_have_count(0)


def test_a_dead_sweep_is_said_on_every_page_of_ours_and_goes_by_itself(at_work, log_in, world):
	made("make_beats.py", "60")
	page = log_in(world["users"][f"{world['raising']}/Practitioner"], world["password"])
	open_case(page, world["case"])
	expect(banner(page)).to_contain_text("Alerts have not been going out since")
	expect(banner(page)).to_contain_text("Look at the due dates here yourself, and tell")
	picture(page, "banner-form")
	page.goto("/app/escalation")
	expect(banner(page)).to_be_visible()
	picture(page, "banner-list")
	page.set_viewport_size(PHONE)
	assert fits(page)
	picture(page, "banner-phone")
	page.set_viewport_size({"width": 1440, "height": 1000})
	page.evaluate("frappe.set_route('List', 'ToDo')")
	expect(page.locator(".page-head:visible", has_text="ToDo").first).to_be_visible()
	expect(banner(page)).to_have_count(0)
	page.evaluate("frappe.set_route('List', 'Escalation')")
	expect(banner(page)).to_be_visible()
	made("make_beats.py")
	page.evaluate("safeguarding.banner.ask()")
	expect(banner(page)).to_have_count(0)
	page.reload()
	expect(page.locator(".list-row-container").first).to_be_visible()
	expect(banner(page)).to_have_count(0)


@pytest.fixture(scope="module")
def settled() -> dict:
	return made("make_settled.py")


def test_a_draft_is_tried_on_past_cases_and_saved(at_work, administrator, world, settled):
	page = administrator
	page.goto("/app/policy-simulator")
	form = page.locator(".sg-simulator__form")
	form.locator("[name=policy]").select_option(world["draft"])
	form.locator("[name=board]").select_option(world["board"])
	form.locator("[name=from_date]").fill("2025-03-01")
	form.locator("[name=to_date]").fill("2025-03-31")
	form.get_by_role("button", name="Replay").click()
	result = page.locator(".sg-simulator__result")
	expect(result).to_contain_text("were replayed")
	row = result.locator("tr", has_text=settled["between"]).filter(has_text="RB.S1.RESOLVE")
	expect(row).to_contain_text("Mon 10 Mar 2025: in time")
	expect(row).to_contain_text("Thu 6 Mar 2025: late")
	expect(row.locator(".sg-pill")).to_have_text("late")
	early = result.locator("tr", has_text=settled["early"]).filter(has_text="RB.S1.RESOLVE")
	expect(early.locator(".sg-pill")).to_have_count(0)
	expect(result.locator("svg[role=img]")).to_be_visible()
	assert CANARY not in page.content()
	picture(page, "policy-simulator")
	with page.context.expect_event("response", lambda answer: "simulator.export" in answer.url) as saved:
		result.get_by_role("button", name="Clocks, CSV").click()
	assert saved.value.ok
	asked = {
		"policy": world["draft"],
		"board": world["board"],
		"from_date": "2025-03-01",
		"to_date": "2025-03-31",
	}
	answer = page.request.get(
		"/api/method/safeguarding_escalation.api.simulator.export",
		params={**asked, "table": "clocks", "kind": "csv"},
	)
	assert answer.ok
	assert "policy-simulation-redbridge-simulated-2025-03-01" in answer.headers["content-disposition"]
	assert settled["between"] in answer.text()
	assert CANARY not in answer.text()
	page.set_viewport_size(PHONE)
	assert fits(page)
	picture(page, "policy-simulator-phone")
