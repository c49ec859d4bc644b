"""Reports on live work in the browser: each opened, one figure followed to its rows and back, a filter, an export, a phone.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set; ./dev test leaves those that are there alone.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from desk import CANARY, PHONE, made, picture
from playwright.sync_api import Page, expect

REPORTS = (
	"Escalation Tracker", "Overdue and Due Soon", "Timeliness by Stage and Agency", "Themes", "Confirmations Outstanding",
	"Actions Outstanding",
)  # fmt: skip
expect.set_options(timeout=30_000)  # a busy machine answers slowly
FEW = 15
NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def world() -> dict:
	"""The agencies and people of the site tests with cases in every state, committed to the test site."""
	return made("make_worklists.py")


@pytest.fixture
def desk_of(log_in, world):
	"""A function from "<agency>/<capacity>" to that person's page; no script may fail on it."""
	problems: list[str] = []

	def desk_of(whose: str) -> Page:
		page = log_in(world["users"][whose.format(**world)], world["password"])
		page.on("pageerror", lambda error: problems.append(str(error)))
		page.set_viewport_size(WIDE)
		return page

	yield desk_of
	assert problems == []


def opened(page: Page, report: str) -> Page:
	page.goto(f"/app/query-report/{report}")
	expect(page.locator(".sg-figures:visible")).to_be_visible()
	return page


def counted(page: Page, number: int) -> None:
	"""The page behind a figure has so many rows."""
	page.wait_for_url(re.compile("Cases%20Behind%20a%20Figure"))
	expect(page.locator(".form-message:visible").first).to_contain_text(f"{number} counted.")
	if 0 < number <= FEW:  # of many the table draws those on the screen
		expect(page.locator(".datatable:visible .sg-case-link")).to_have_count(number)


def test_each_report_opens_and_a_figure_leads_to_its_rows_and_back(desk_of, world):
	page = desk_of("{raising}/Manager")
	for report in REPORTS:
		opened(page, report)
		expect(page.locator(".layout-main-section:visible").first).not_to_contain_text(CANARY)
		picture(page, f"report-{report.lower().replace(' ', '-')}")
	opened(page, "Overdue and Due Soon")
	expect(page.locator(".datatable:visible")).to_contain_text(world["references"]["stage 2"])
	figure = page.locator(".sg-figure", has_text="overdue by the policy")
	number = int(figure.locator("b").inner_text())
	assert number
	figure.click()
	counted(page, number)
	picture(page, "report-behind-a-figure")
	page.go_back()
	page.wait_for_url(re.compile("Overdue%20and%20Due%20Soon"))
	expect(page.locator(".sg-figure:visible", has_text="overdue by the policy")).to_contain_text(str(number))
	opened(page, "Timeliness by Stage and Agency")
	cell = page.locator(".datatable:visible .sg-case-link").first
	number = int(cell.inner_text())
	cell.click()
	counted(page, number)


def test_a_filter_and_an_export(desk_of, world):
	page = desk_of("{raising}/Practitioner")
	lately = f"{datetime.now(ZoneInfo('Europe/London')).date() - timedelta(days=13)}"
	opened(page, f"Escalation Tracker?mine=1&from_date={lately}")
	expect(page.locator(".datatable:visible")).to_contain_text(world["references"]["late"])
	with page.expect_download() as download:
		page.get_by_role("button", name="Export", exact=True).click()
		dialog = page.locator(".modal.show")
		dialog.locator("select[data-fieldname=file_format]").select_option("CSV")
		dialog.get_by_role("button", name=re.compile("Download|Export")).last.click()
	text = Path(download.value.path()).read_text("utf-8")
	assert world["references"]["late"] in text
	assert CANARY not in text
	page.goto(f"/app/query-report/Escalation Tracker?stage=4&from_date={lately}")
	expect(page.locator(".datatable:visible")).to_contain_text(world["references"]["board"])
	expect(page.locator(".datatable:visible")).not_to_contain_text(world["references"]["late"])
	page.set_viewport_size(NARROW)
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
	picture(page, "report-escalation-tracker-phone")


def test_cards_and_charts_lead_to_what_they_count(desk_of, world):
	page = desk_of("{raising}/Manager")
	page.goto("/app/safeguarding-team")
	card = page.locator(".number-widget-box", has_text="Overdue for My Team")
	expect(card.locator(".number")).to_have_text(re.compile(r"\d+"))
	number = int(card.locator(".number").inner_text())
	point = page.locator(".sg-chart-list:visible a").first
	expect(point).to_be_visible()
	picture(page, "workspace-manager-charts", full=True)
	card.locator(".number").click()
	counted(page, number)
	page.go_back()
	expect(point).to_be_visible()
	number = int(point.locator("b").inner_text())
	point.click()
	counted(page, number)


def test_the_calendar_of_one_s_own_and_the_directory_at_each_stage(desk_of, world):
	page = desk_of("{raising}/Practitioner")
	page.goto("/app/escalation/view/calendar/default")
	fresh = page.locator(".fc-event", has_text=world["references"]["fresh"]).first
	expect(fresh).to_be_visible()
	page.locator(".sg-whose:visible select").select_option("mine")
	expect(fresh).to_be_visible()
	picture(page, "calendar-of-my-own")
	page.goto(f"/app/who-do-i-ring/{world['cases']['fresh']}")
	stages = page.locator(".sg-ring__stages")
	expect(stages.locator("details[open] summary")).to_contain_text("The case is here")
	expect(stages.locator("details[open] a[href^='tel:']").first).to_be_visible()
	mine = page.locator("[data-verify]")
	expect(mine).to_have_count(1)  # of oneself alone: a practitioner answers for nobody else's entry
	mine.click()
	expect(page.locator(".desk-alert", has_text="Noted as checked today.")).to_be_visible()
	page.set_viewport_size(PHONE)
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
	picture(page, "who-do-i-ring-stages-phone")
