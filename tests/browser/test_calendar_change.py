"""A closure in the Desk: what would move is shown first, then applied; the case says both dates and why.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

from datetime import date, timedelta

import pytest
from desk import PHONE, at_work, made, picture, raised
from playwright.sync_api import Page, expect

HOLIDAYS = ((12, 25), (12, 26), (12, 28), (1, 1))

expect.set_options(timeout=30_000)  # a busy machine saves slowly


@pytest.fixture
def case(log_in, world) -> str:
	page = log_in(world["people"][f"{world['raising']}/Practitioner"]["user"], world["password"])
	name = raised(page, world)
	page.goto("/app")
	page.evaluate("frappe.call('logout')")
	page.wait_for_timeout(500)
	page.context.clear_cookies()
	return name


@pytest.fixture
def administrator_at_work(case, administrator):
	yield from at_work(administrator)


def next_open_day(page: Page) -> date:
	"""The first working day to come that no earlier run has closed."""
	page.goto("/app")
	page.wait_for_function("() => window.frappe && frappe.db && frappe.boot")
	taken = page.evaluate(
		"""() => frappe.db.get_list('Calendar Change', {fields: ['from_date'], limit: 0})
		.then(rows => rows.map(row => row.from_date))"""
	)
	day = date.today() + timedelta(days=1)  # noqa: DTZ011  # the day of the machine is London's here
	while day.weekday() > 4 or day.isoformat() in taken or (day.month, day.day) in HOLIDAYS:
		day += timedelta(days=1)
	return day


def apply(page: Page) -> None:
	"""Confirm what the form previews."""
	page.locator(
		".page-actions button:visible, .custom-actions button:visible", has_text="Apply"
	).first.click()
	dialog = page.locator(".modal.show.sg-dialog")
	expect(dialog).to_contain_text("never edited")
	dialog.locator(".btn-modal-primary").click()
	expect(page.locator(".sg-calendar")).to_contain_text("cases", timeout=60_000)
	expect(page.locator("[data-fieldname=state]:visible").first).to_contain_text("Applied")


def withdraw(page: Page, change: str) -> None:
	"""Ask for the end of an applied change; leaves the page at the draft that does it."""
	page.locator(
		".page-actions button:visible, .custom-actions button:visible", has_text="Withdraw"
	).first.click()
	dialog = page.locator(".modal.show")
	dialog.locator("[data-fieldname=reason] textarea").fill("The boiler runs again.")
	dialog.locator(".btn-modal-primary").click()
	page.wait_for_function(
		"change => cur_frm && cur_frm.doc.withdraws === change && cur_frm.doc.state === 'Draft'", arg=change
	)


def test_a_closure_is_previewed_applied_and_explained(administrator_at_work: Page, case: str):
	page = administrator_at_work
	day = next_open_day(page)
	page.goto("/app/calendar-change/new-calendar-change-1")
	page.wait_for_function(
		"() => window.cur_frm && cur_frm.doctype === 'Calendar Change' && cur_frm.is_new()"
	)
	page.evaluate(
		"""([day]) => cur_frm.set_value({board: 'Redbridge', from_date: day, day_name: 'Heating failed',
		reason: 'The boiler is out.'})""",
		[day.isoformat()],
	)
	page.evaluate("cur_frm.save()")
	reference = page.evaluate(
		"name => frappe.db.get_value('Escalation', name, 'reference').then(r => r.message.reference)", case
	)
	row = page.locator(".sg-calendar__table tr", has_text=reference).first
	expect(row).to_be_visible()
	old, new = row.locator("td").nth(3).inner_text(), row.locator("td").nth(4).inner_text()
	assert old != new
	picture(page, "calendar-change-preview")
	page.set_viewport_size(PHONE)
	expect(row).to_be_visible()
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
	picture(page, "calendar-change-phone")
	page.set_viewport_size({"width": 1440, "height": 1000})
	apply(page)
	change = page.evaluate("cur_frm.doc.name")
	assert made("make_calendar.py") == {"left": []}
	page.goto(f"/app/escalation/{case}")
	timeline = page.locator("[data-sg-timeline]")
	expect(timeline).to_contain_text("Calendar changed")
	expect(timeline).to_contain_text("→")
	picture(page, "calendar-change-log", timeline)
	page.goto(f"/app/calendar-change/{change}")
	expect(page.locator(".sg-calendar li").first).to_contain_text("→")
	picture(page, "calendar-change-applied")
	withdraw(page, change)
	row = page.locator(".sg-calendar__table tr", has_text=reference).first
	expect(row.locator("td").nth(3)).to_have_text(new)
	expect(row.locator("td").nth(4)).to_have_text(old)
	apply(page)  # other tests count the board's days as they were
	assert made("make_calendar.py") == {"left": []}


def test_the_board_office_leads_to_it(log_in, world):
	page = log_in("board.business_manager@example.test", world["password"])
	page.goto("/app/board-office")
	page.locator("a:visible, .link-item:visible", has_text="Closures and bank holidays").first.click()
	page.wait_for_url("**/calendar-change**")
