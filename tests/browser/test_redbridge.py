"""A practitioner at work: raise an escalation in the form, take it to Stage 2, read why it is due, print it.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set; ./dev test leaves those that are there alone.
"""

import re
from datetime import date, datetime, timedelta

import holidays
import pytest
from desk import CANARY, DESKTOP, PHONE, added, at_work, in_cell, picture, suggested
from playwright.sync_api import Locator, Page, expect

NATURE = "Level of risk and its assessment"
ENGLAND = holidays.country_holidays("GB", subdiv="ENG")

expect.set_options(timeout=30_000)  # a busy machine saves slowly


@pytest.fixture
def practitioner(log_in, world) -> Page:
	person = world["people"][f"{world['raising']}/Practitioner"]
	yield from at_work(log_in(person["user"], world["password"]))


def field(page: Page, name: str) -> Locator:
	return page.locator(f".form-page [data-fieldname='{name}']:visible").first


def choose(page: Page, name: str, value: str) -> None:
	"""Pick a record in a link field as a person does: type, then take it from the list."""
	box = field(page, name).locator("input").first
	box.click()
	box.fill(value)
	option = suggested(page, value)
	option.click()
	expect(box).to_have_value(re.compile(re.escape(value)))


def write(page: Page, name: str, text: str) -> None:
	field(page, name).locator("textarea, input").first.fill(text)


def working_days_after(day: date, number: int) -> date:
	"""Counted by hand, with the bank holidays of England."""
	while number:
		day += timedelta(days=1)
		number -= day.weekday() < 5 and day not in ENGLAND
	return day


def in_words(day: date) -> str:
	return f"{day:%a} {day.day} {day:%b %Y}"


def raise_in_the_form(page: Page, world: dict) -> None:
	"""Fill in a new escalation and save it."""
	page.goto("/app/escalation/new")
	expect(page.locator(".sg-now__sentence")).to_contain_text("Choose the board")
	expect(field(page, "raising_agency").locator("input").first).to_have_value(world["raising"])
	choose(page, "board", world["board"])
	expect(page.locator(".sg-panel")).to_contain_text("What this policy is not for")
	moment = datetime.now() - timedelta(hours=2)  # noqa: DTZ005 (the browser's own zone)
	box = field(page, "disagreement_at").locator("input").first
	box.fill(f"{moment:%d-%m-%Y %H:%M:%S}")
	box.press("Tab")
	in_cell(added(field(page, "nature")), "nature").select_option(NATURE)
	write(page, "dispute_summary", "The enquiry was closed although the carer still visits.")
	write(page, "decision_challenged", "Closure of the section 42 enquiry")
	write(page, "evidence_reasons", "Two ward assessments and the district nurse's notes.")
	write(page, "outcome_sought", "The enquiry is reopened.")
	in_cell(added(field(page, "subjects")), "subject_name").fill(CANARY)
	write(page, "risk_to_adult", "Further neglect at home.")
	choose(page, "responding_agency", world["responding"])
	choose(page, "responding_lead", f"Practitioner of {world['responding']}")
	picture(page, "new-escalation")
	page.locator(".primary-action:visible", has_text="Save").click()
	expect(page.locator(".page-title")).to_contain_text(re.compile(r"SE-\d{4}-\d{4}"))


def take(page: Page, label: str) -> None:
	"""A step of the workflow by Frappe's own Actions menu and our dialog."""
	page.locator(".actions-btn-group button:visible").first.click()
	page.locator(".actions-btn-group .dropdown-item:visible", has_text=label).first.click()
	dialog = page.locator(".modal.show.sg-dialog")
	expect(dialog).to_contain_text("When did it happen?")
	picture(page, f"step-{label.lower().replace(' ', '-')}")
	dialog.locator(".btn-modal-primary").click()
	expect(dialog).to_be_hidden()


def test_from_a_new_escalation_to_stage_2_and_its_print(practitioner: Page, world: dict):
	page = practitioner
	today = datetime.now().date()  # noqa: DTZ005
	raise_in_the_form(page, world)
	take(page, "Raise concern")
	expect(page.locator(".sg-panel")).to_contain_text("Speak to the professional")
	take(page, "Escalate to line managers")
	expect(page.locator(".sg-now")).to_contain_text("Stage 2")

	# Clause 4.5: five working days after the line managers were asked.
	row = page.locator("tr.sg-row[data-clock='RB.S2.RESOLVE']")
	due = working_days_after(today, 5)
	expect(row).to_contain_text(in_words(due))
	expect(row).to_contain_text("Clause 4.5")
	expect(page.locator(".sg-timeline").first).to_contain_text("Stage started")
	row.get_by_role("button", name="Why this date?").click()
	reasons = page.locator("tr.sg-explained:visible li")
	expect(reasons.first).to_contain_text("the clock starts")
	expect(page.locator("tr.sg-explained:visible")).to_contain_text("working day 5 of 5")
	picture(page, "stage-2-why-this-date")

	page.set_viewport_size(PHONE)
	page.evaluate("window.scrollTo(0, 0)")
	expect(page.locator(".sg-now__sentence")).to_be_visible()
	assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
	picture(page, "stage-2-phone")
	page.set_viewport_size(DESKTOP)

	assert CANARY not in page.title()
	name = page.evaluate("cur_frm.doc.name")
	reference = page.evaluate("cur_frm.doc.reference")
	page.locator("button:visible:has(use[href='#icon-printer'])").first.click()
	page.wait_for_url(re.compile(r"/print/Escalation/"))
	expect(page.frame_locator("iframe.print-format-container").locator("body")).to_contain_text(reference)
	picture(page, "print")

	page.goto("/app/escalation")
	page.get_by_role("button", name="All open").click()  # the list keeps the filters this person last chose
	expect(page.locator(f".list-row a[href$='/escalation/{name}']").first).to_contain_text(reference)
	expect(page.locator(".frappe-list")).not_to_contain_text(CANARY)
	picture(page, "list")


def test_a_refusal_keeps_what_was_typed(practitioner: Page, world: dict):
	page = practitioner
	raise_in_the_form(page, world)
	page.get_by_role("button", name="Record what happened").click()
	dialog = page.locator(".modal.show.sg-dialog")
	dialog.locator("[data-fieldname='kind'] select").select_option("discussed")
	dialog.locator("[data-fieldname='note'] textarea").fill("We spoke for ten minutes.")
	when = dialog.locator("[data-fieldname='occurred_at'] input")
	when.fill("01-01-2099 10:00:00")
	when.press("Tab")
	dialog.locator(".btn-modal-primary").click()
	expect(dialog.get_by_role("alert")).to_contain_text("in the future")
	expect(dialog.locator("[data-fieldname='note'] textarea")).to_have_value("We spoke for ten minutes.")
	picture(page, "record-refused")
	moment = datetime.now() - timedelta(minutes=5)  # noqa: DTZ005
	when.fill(f"{moment:%d-%m-%Y %H:%M:%S}")
	when.press("Tab")
	dialog.locator("[data-fieldname='mode'] select").select_option("phone")
	dialog.locator(".btn-modal-primary").click()
	expect(dialog).to_be_hidden()
	expect(page.locator(".sg-timeline").first).to_contain_text("We spoke for ten minutes.")


def test_immediate_risk_says_ring_999_before_anything_is_saved(practitioner: Page):
	page = practitioner
	page.goto("/app/escalation/new")
	field(page, "immediate_risk").locator("input[type=checkbox]:not([disabled])").check()
	expect(page.locator(".sg-panel").get_by_role("alert")).to_contain_text("ring 999")
	expect(field(page, "told_whom")).to_be_visible()


def test_everything_due_shows_no_name(practitioner: Page):
	page = practitioner
	page.goto("/app/query-report/Everything Due")
	expect(page.locator(".datatable")).to_contain_text("Resolve the disagreement")
	expect(page.locator(".datatable")).not_to_contain_text(CANARY)
	picture(page, "everything-due")
	page.goto("/app/safeguarding")
	expect(page.locator(".layout-main-section:visible")).to_contain_text("Who do I ring?")
	picture(page, "workspace")
