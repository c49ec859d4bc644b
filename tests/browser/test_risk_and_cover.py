"""Somebody is at risk now, on a phone; and handing over, receiving and returning, by clicks.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

from __future__ import annotations

import os
import re

import desk
import phone as phone_of
import pytest
from desk import logged_in, open_case, picture, raised, started, suggested
from phone import Person
from playwright.sync_api import Browser, Locator, Page, expect

expect.set_options(timeout=30_000)
THUMB = 44  # pixels


@pytest.fixture
def people(browser: Browser, world: dict):
	"""A function (agency, capacity, phone) that logs one of the world's people in; closed at the end."""
	made: list[Page] = []
	problems: list[str] = []

	def logged(agency: str, capacity: str, phone: bool = False) -> Page:
		if phone:
			who = world["people"][f"{world[agency]}/{capacity}"]
			context = browser.new_context(
				base_url=os.environ["SE_URL"],
				viewport=phone_of.PHONE,
				user_agent=phone_of.AGENT,
				has_touch=True,
				is_mobile=True,
				device_scale_factor=2,
				locale="en-GB",
				timezone_id="Europe/London",
			)
			context.set_default_timeout(30_000)
			desk.log_in(context, who["user"], world["password"])
			page = context.new_page()
		else:
			page = logged_in(browser, world, f"{world[agency]}/{capacity}")
		page.on("pageerror", lambda error: problems.append(str(error)))
		made.append(page)
		return page

	yield logged
	for page in made:
		page.context.close()
	assert problems == []


def big_enough(page: Page, links: Locator) -> None:
	"""Every number to tap is on the width of the screen, and high enough for a thumb."""
	for link in links.all():
		box = link.bounding_box()
		assert box is not None
		assert box["height"] >= THUMB
		assert box["x"] >= 0
		assert box["x"] + box["width"] <= phone_of.PHONE["width"]
	assert page.evaluate("document.documentElement.scrollWidth") <= phone_of.PHONE["width"]


def on_screen(link: Locator) -> None:
	box = link.bounding_box()
	assert box is not None
	assert 0 <= box["y"] <= phone_of.PHONE["height"] - box["height"]


def test_quick_raise_shows_whom_to_ring_first_and_saves_nothing_for_it(phone, newcomer):
	page, person = phone, Person(phone, newcomer)
	desk.log_in(page.context, newcomer["user"], newcomer["password"])
	page.goto("/app/raise-concern")
	expect(page.locator(".sg-raise__heading")).to_have_text("Who is it about?")
	before = page.evaluate("() => frappe.db.count('Escalation')")
	page.get_by_role("button", name="Somebody is at risk now").tap()
	ring = page.locator(".sg-raise__risk .sg-ring a")
	expect(ring.first).to_have_attribute("href", "tel:999")
	on_screen(ring.first)
	big_enough(page, ring)
	assert page.evaluate("() => frappe.db.count('Escalation')") == before
	picture(page, "phone-risk-quick-raise")
	person.write("told_whom", "The site manager")
	person.write("interim_safety_actions", "A nurse stays in the room.")
	picture(page, "phone-risk-quick-raise-told", full=True)
	person.write("subject_name", "Zephyrine Canary")
	person.next()
	expect(page.locator(".sg-raise__heading")).to_have_text("Where are they?")
	folded = page.locator(".sg-raise__risk")
	expect(folded).not_to_have_attribute("open", "")
	person.write("adult_area", "Redbridge")
	expect(page.locator(".sg-raise [role=note]").first).to_contain_text("Redbridge's")
	person.next()
	person.pick("responding_agency", newcomer["responding"])
	person.next()
	for heading in (
		"What did they decide, or not do?",
		"What may happen to the person?",
		"What do you want to happen?",
		"Have you made the safeguarding referral?",
	):
		expect(page.locator(".sg-raise__heading")).to_have_text(heading)
		person.next()
	person.choose("safe_by", "Tomorrow")
	person.next()
	expect(page.locator(".sg-raise__heading")).to_have_text("What will happen")
	person.next()
	band = page.locator(".sg-risk")
	expect(band).to_be_visible()
	expect(band).to_contain_text("The site manager")
	expect(band).to_contain_text("A nurse stays in the room.")
	expect(page.locator(".sg-skipped")).to_contain_text("immediate risk")
	picture(page, "phone-risk-band")


def directory(page: Page, world: dict) -> None:
	"""Numbers for the night: the council's duty team, one's own on-call manager, a manager's mobile."""
	started(page)
	for doctype, name, values in (
		(
			"Partner Agency",
			world["responding"],
			{"phone": "020 7946 0100", "out_of_hours_number": "020 7946 0199"},
		),
		(
			"Partner Agency",
			world["raising"],
			{"phone": "020 7946 0200", "out_of_hours_number": "020 7946 0299"},
		),
		(
			"Safeguarding Contact",
			world["people"][f"{world['raising']}/Manager"]["name"],
			{"phone": "020 7946 0201", "out_of_hours": "07700 900201"},
		),
	):
		page.evaluate(
			"([doctype, name, values]) => frappe.db.set_value(doctype, name, values)", [doctype, name, values]
		)


def test_in_an_open_case_on_a_phone(people, world, administrator):
	directory(administrator, world)
	page = people("raising", "Practitioner", phone=True)
	name = raised(page, world)
	open_case(page, name)
	page.locator(".sg-risk-open").tap()
	dialog = page.locator(".sg-risk-dialog")
	ring = dialog.locator(".sg-ring a")
	expect(ring.first).to_have_attribute("href", "tel:999")
	on_screen(ring.first)
	expect(ring.nth(1)).to_contain_text("Emergency duty team")
	expect(ring.filter(has_text="On-call manager").first).to_have_attribute("href", "tel:02079460299")
	big_enough(page, ring)
	picture(page, "phone-risk-dialog")
	dialog.get_by_role("button", name="Record immediate risk").tap()
	band = page.locator(".sg-risk")
	expect(band).to_contain_text("Nobody is recorded as told yet.")
	picture(page, "phone-risk-nobody-told")
	band.get_by_role("button", name="Whom to ring, and whom I told").tap()
	dialog = page.locator(".sg-risk-dialog:visible")
	dialog.locator("[data-fieldname=told_whom] input").fill("The night manager")
	dialog.locator("[data-fieldname=interim_safety_actions] textarea").fill("A nurse stays.")
	dialog.get_by_role("button", name="Add this").tap()
	expect(band).to_contain_text("Told: The night manager")
	expect(band).to_contain_text("A nurse stays.")
	band.get_by_role("button", name="The risk has passed").tap()
	dialog = page.locator(".modal.show")
	dialog.locator("textarea").fill("He has moved out.")
	dialog.get_by_role("button", name="Record that it has passed").tap()
	expect(band).to_have_count(0)
	expect(page.locator(".sg-risk-open")).to_be_visible()
	kinds = page.evaluate(
		"""async (name) => (await frappe.db.get_list("Stage Log", { filters: { escalation: name },
			fields: ["kind"], order_by: "sequence", limit: 50 })).map((row) => row.kind)""",
		name,
	)
	assert kinds[-4:] == ["immediate_risk", "told", "safety_actions", "risk_passed"]


def test_the_box_in_the_form_opens_the_same_dialog(people, world):
	page = people("responding", "Practitioner")
	owner = people("raising", "Practitioner")
	name = raised(owner, world)
	open_case(page, name)
	page.get_by_role("checkbox", name="Immediate risk of significant").check()
	expect(page.locator(".sg-risk-dialog .sg-ring a").first).to_have_attribute("href", "tel:999")


def row_of(page: Page, agency: str) -> Locator:
	return page.locator(".sg-lead", has_text=agency)


def test_hand_over_receive_and_return(people, world):
	owner = people("raising", "Practitioner")
	name = raised(owner, world)
	lead, other = people("responding", "Practitioner"), people("responding", "Manager")
	colleague = world["people"][f"{world['responding']}/Manager"]
	open_case(lead, name)
	row_of(lead, world["responding"]).get_by_role("button", name="Hand over").click()
	dialog = lead.locator(".modal.show")
	to = dialog.locator("[data-fieldname=to] input")
	to.click()
	to.press_sequentially("Manager")
	manager = re.compile(rf"^\s*{re.escape(colleague['contact'])}")
	suggested(dialog, manager).click()
	dialog.locator("[data-fieldname=note] textarea").fill("The ward rings on Thursday.")
	picture(lead, "hand-over")
	dialog.get_by_role("button", name="Hand over").click()
	expect(dialog).to_have_count(0)
	open_case(other, name)
	mine = row_of(other, world["responding"])
	expect(mine).to_contain_text("not received yet")
	picture(other, "handed-over", mine)
	mine.get_by_role("button", name="I have it").click()
	expect(mine).to_contain_text("received")
	expect(mine).not_to_contain_text("not received yet")
	open_case(owner, name)
	expect(row_of(owner, world["responding"])).to_contain_text(colleague["contact"])
	mine.get_by_role("button", name="Return to").click()
	other.wait_for_url(re.compile(r"/escalation(/view/[a-z]+)?(\?.*)?$"))  # no longer theirs to see
	open_case(lead, name)
	expect(row_of(lead, world["responding"])).to_contain_text(f"Practitioner of {world['responding']}")
	expect(row_of(lead, world["responding"]).get_by_role("button", name="I have it")).to_be_visible()
	picture(lead, "handed-back", row_of(lead, world["responding"]))
