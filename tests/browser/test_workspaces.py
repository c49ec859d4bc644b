"""Each role's Desk on a large screen and on a phone: the workspace, the worklists, the calendar, whom to ring.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set; ./dev test leaves those that are there alone.
"""

import re

import pytest
from desk import CANARY, DESKTOP, PHONE, made, picture
from playwright.sync_api import Page, expect

OFFICE = "Redbridge Safeguarding Adults Board"

expect.set_options(timeout=30_000)  # a busy machine answers slowly

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# Whose Desk, its workspace's address, and what it opens on.
DESKS = {
	"practitioner": ("{raising}/Practitioner", "my-safeguarding-work", ["Raise a concern", "Who do I ring?"]),
	"manager": ("{raising}/Manager", "safeguarding-team", ["My team today", "Everything due"]),
	"senior-manager": ("{raising}/Senior Manager", "senior-safeguarding-work", ["My cases"]),
	"business-manager": (f"{OFFICE}/Business Manager", "board-office", ["My board's cases", "Policies"]),
	"chair": (f"{OFFICE}/Chair", "board-chair-work", ["Cases with me"]),
	"administrator": ("administrator", "safeguarding-setup", ["Settings", "Contacts"]),
	"auditor": ("auditor", "safeguarding-audit-work", ["Who looked", "Checks of the record"]),
}


@pytest.fixture(scope="module")
def world() -> dict:
	"""The agencies and people of the site tests with four cases, committed to the test site."""
	return made("make_worklists.py")


@pytest.fixture
def desk_of(log_in, world):
	"""A function from the name of a desk to its page; no script may fail on it."""
	problems: list[str] = []

	def desk_of(whose: str) -> Page:
		user = world["users"][DESKS[whose][0].format(**world)]
		page = log_in(user, world["password"])
		page.on("pageerror", lambda error: problems.append(str(error)))
		return page

	yield desk_of
	assert problems == []


FITS = "document.documentElement.scrollWidth <= window.innerWidth"
# Each chart is there, or the words in its place, and none moves.
DRAWN = """() => [...document.querySelectorAll(".dashboard-widget-box")].every((box) => box.offsetParent === null
	|| box.querySelector(".chart-container svg, .sg-chart-list, .chart-empty-state:not(.hide)"))
	&& document.getAnimations().every((each) => each.playState !== "running")"""


def fits(page: Page) -> bool:
	"""Whether nothing makes the page wider than the screen."""
	return page.evaluate(FITS)


@pytest.mark.parametrize("whose", DESKS)
def test_a_role_s_desk_opens_on_its_own_workspace(desk_of, page: Page, whose: str):
	_user, address, first = DESKS[whose]
	page.set_viewport_size(WIDE)  # before anything is drawn
	desk_of(whose)
	page.goto("/app")
	page.wait_for_url(re.compile(rf"/(app|desk)/{address}$"))
	main = page.locator(".layout-main-section:visible")
	for label in first:
		expect(main.locator(".shortcut-widget-box", has_text=label).first).to_be_visible()
	numbers = main.locator(".number-widget-box .number")
	expect(numbers).to_have_count(main.locator(".number-widget-box").count())
	expect(main.locator(".number-widget-box:not(:has(.number))")).to_have_count(0)
	expect(main.get_by_text("Loading...").locator("visible=true")).to_have_count(0)
	page.wait_for_function(DRAWN)  # Frappe's charts fail on a window that changes while they are being drawn
	picture(page, f"workspace-{whose}")
	page.set_viewport_size(NARROW)
	expect(main.locator(".shortcut-widget-box", has_text=first[0]).first).to_be_visible()
	page.wait_for_function(FITS)  # a chart takes its new width a moment after the window
	picture(page, f"workspace-{whose}-phone")


def test_the_manager_s_cards_and_the_team_s_day_agree(desk_of, world):
	page = desk_of("manager")
	page.goto("/app/safeguarding-team")
	card = page.locator(".number-widget-box", has_text="Overdue for My Team").locator(".number")
	expect(card).to_have_text(re.compile(r"\d+"))
	number = int(card.inner_text())
	page.locator(".shortcut-widget-box", has_text="My team today").first.click()
	page.wait_for_url(re.compile("query-report"))
	table = page.locator(".datatable")
	expect(table).to_contain_text(world["references"]["stage 2"])
	expect(page.locator(".sg-figures")).to_contain_text("waiting on others")
	groups = page.locator(".dt-cell--col-1 .sg-pill", has_text=re.compile("^Overdue$"))
	expect(groups).to_have_count(number)
	expect(table).not_to_contain_text(CANARY)
	picture(page, "my-team-today")


def test_my_cases_say_what_to_do_and_lead_to_the_case(desk_of, world):
	page = desk_of("practitioner")
	page.goto("/app/query-report/My Cases")
	table = page.locator(".datatable")
	reference = world["references"]["late"]
	expect(table).to_contain_text(reference)
	expect(table.locator(".sg-pill", has_text="Overdue").first).to_be_visible()
	picture(page, "my-cases")
	page.set_viewport_size(PHONE)
	expect(table).to_be_visible()
	picture(page, "my-cases-phone")
	page.set_viewport_size(DESKTOP)
	table.get_by_role("link", name=reference, exact=True).first.click()
	expect(page.locator(".page-title:visible")).to_contain_text(reference)


def test_the_list_opens_with_open_cases_and_narrows_at_a_button(desk_of, world):
	page = desk_of("practitioner")
	page.goto("/app/escalation")
	links = page.locator(".list-row a[href*='/escalation/']")
	expect(links.first).to_be_visible()  # while it loads, a list shows empty rows
	expect(page.locator(".frappe-list:visible")).not_to_contain_text(CANARY)
	picture(page, "escalation-list")
	expect(links).to_have_count(page.locator(".list-row-container:visible").count())
	page.get_by_role("button", name="Overdue", exact=True).first.click()
	expect(page.locator(".list-row-container:visible", has_text=world["references"]["late"])).to_have_count(1)
	expect(page.locator(".list-row-container:visible", has_text=world["references"]["fresh"])).to_have_count(
		0
	)
	picture(page, "escalation-list-overdue")
	page.set_viewport_size(PHONE)
	page.reload()
	row = page.locator(".list-row-container:visible", has_text=world["references"]["late"])
	# A dot that is called so, and on later releases the word itself.
	late = ".indicator[title='Overdue'], .indicator-pill:has-text('Overdue')"
	expect(row.locator(f".visible-xs :is({late})")).to_be_visible()
	assert fits(page)
	picture(page, "escalation-list-phone")


def test_the_calendar_shows_due_dates_in_words_and_opens_the_case(desk_of, world):
	page = desk_of("practitioner")
	page.goto("/app/escalation/view/calendar/default")
	event = page.locator(".fc-event", has_text=world["references"]["fresh"]).first
	expect(event).to_contain_text(re.compile("Due today|Due soon|On track"))
	expect(page.locator(".fc-view")).not_to_contain_text(CANARY)
	picture(page, "calendar")
	event.click()
	page.wait_for_url(re.compile(r"/escalation/[^/]+$"))
	expect(page.locator(".page-title:visible")).to_contain_text(world["references"]["fresh"])


def test_from_a_case_to_the_people_of_its_agencies(desk_of, world):
	page = desk_of("practitioner")
	page.goto(f"/app/escalation/{world['cases']['fresh']}")
	expect(page.locator(".sg-now__sentence")).to_be_visible()
	page.get_by_role("button", name="Who do I ring?").first.click()
	page.wait_for_url(re.compile("who-do-i-ring"))
	ring = page.locator(".sg-ring")
	expect(ring.locator("a[href='tel:999']")).to_be_visible()
	groups = ring.locator(".sg-ring__group h3")
	expect(groups).to_have_count(3)
	expect(groups.first).to_contain_text(world["raising"])
	own = ring.locator(".sg-ring__group").first  # whom to ring at each stage stands above the agencies
	expect(own.locator(".sg-ring__person").first).to_contain_text("Safeguarding duty desk")
	other = ring.locator(".sg-ring__group", has_text=world["responding"])
	expect(other.locator(".sg-ring__person").first).to_contain_text("Your level")
	expect(other).to_contain_text("Not verified for 365 days")
	picture(page, "who-do-i-ring-case")


def test_whom_to_ring_on_a_phone(desk_of, world):
	page = desk_of("practitioner")
	page.set_viewport_size(PHONE)
	page.goto("/app/who-do-i-ring")
	ring = page.locator(".sg-ring")
	call = ring.locator("a[href='tel:02079460001']").first
	expect(call).to_be_visible()
	assert call.bounding_box()["height"] >= 32  # a thumb's target
	assert fits(page)
	picture(page, "who-do-i-ring-phone")
