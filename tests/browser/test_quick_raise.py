"""Quick raise on a phone: somebody who has never seen it raises a case in under three minutes, by thumb or by keys.

The time that a person would need is counted as phone.py says. Pictures as in test_redbridge.py.
"""

import json
import os
import re

import desk
import pytest
from desk import CANARY, DESKTOP, picture
from phone import Person, answer, find_it, log_in
from playwright.sync_api import Browser, Route, expect

PATIENCE = 30_000  # milliseconds
THREE_MINUTES = 180  # seconds
EVIL = '<img src=x onerror="window.harmed = 1">'
API = "**/api/method/safeguarding_escalation.api.intake."
SAME_NAME = "**/api/method/safeguarding_escalation.api.process.same_name"

expect.set_options(timeout=30_000)


@pytest.mark.parametrize(
	("area", "nature"),
	[("Redbridge", "Level of risk and its assessment"), ("Suffolk", "Referral Decision")],
)
def test_a_newcomer_raises_a_case_on_a_phone_in_under_three_minutes(phone, newcomer, area, nature):
	person = Person(phone, newcomer, prefix="phone-" if area == "Redbridge" else "")
	log_in(phone, newcomer)
	find_it(person)
	answer(person, area, nature)
	expect(phone.locator(".sg-raise__facts")).to_contain_text("Stage 1")
	expect(phone.locator(".sg-raise__facts")).to_contain_text("First deadline")
	person.next()
	expect(phone.locator(".sg-now__sentence")).to_be_visible()
	expect(phone.locator(".sg-panel")).to_contain_text("Stage 1")
	seconds, human = person.seconds(), person.as_a_human()
	print(
		f"\n{area}: {seconds:.0f} s by script from the log-in on; {person.taps} taps and {person.typed} characters, "
		f"about {human:.0f} s by hand"
	)
	assert seconds < THREE_MINUTES
	assert human < THREE_MINUTES
	assert CANARY not in phone.title()
	assert phone.evaluate("cur_frm.doc.workflow_state") == "Stage 1"
	assert phone.evaluate("cur_frm.doc.board") == area


def test_keys_alone_are_enough(phone, newcomer):
	page = phone
	desk.log_in(page.context, newcomer["user"], newcomer["password"])
	page.goto("/app/raise-concern")

	def at(heading: str) -> None:
		expect(page.locator(".sg-raise__heading")).to_have_text(heading)
		expect(page.locator(".sg-raise__heading")).to_be_focused()

	def tab_to(selector: str) -> None:
		for _ in range(40):
			page.keyboard.press("Tab")
			if page.evaluate("selector => document.activeElement.matches(selector)", selector):
				return
		pytest.fail(f"Tab never reaches {selector}")

	def type_in(name: str, text: str) -> None:
		tab_to(f".sg-raise [name={name}]")
		page.keyboard.type(text)

	def go_on() -> None:
		tab_to(".sg-raise [type=submit]")
		page.keyboard.press("Enter")

	at("Who is it about?")
	page.keyboard.press("Tab")
	assert page.evaluate("document.activeElement.name") == "subject_name"
	page.keyboard.press(
		"Enter"
	)  # the form's own way on: what is missing is said, and the field has the focus
	expect(page.locator(".sg-raise__problems")).to_contain_text("Write down the person's name")
	assert page.evaluate("document.activeElement.name") == "subject_name"
	page.keyboard.type(CANARY)
	page.keyboard.press("Enter")
	at("Where are they?")
	type_in("adult_area", "Redbridge")
	expect(page.locator(".sg-raise [name=board]")).to_have_value("Redbridge")
	page.keyboard.press("Escape")  # closes the list of suggested areas
	go_on()
	at("Whose decision is it?")
	type_in("responding_agency", newcomer["responding"])
	expect(page.locator(".sg-raise [name=responding_lead] option").nth(1)).to_be_attached()
	go_on()
	at("What did they decide, or not do?")
	type_in("decision_challenged", "Closed the enquiry")
	type_in("nature_0", "Level of risk")
	expect(page.locator(".sg-raise [name=nature_0]")).to_have_value("Level of risk and its assessment")
	go_on()
	at("What may happen to the person?")
	type_in("risk_to_adult", "Neglect")
	go_on()
	at("What do you want to happen?")
	type_in("outcome_sought", "A visit")
	go_on()
	at("Have you made the safeguarding referral?")
	tab_to(".sg-raise [name=referral_made]")
	page.keyboard.press("Space")
	go_on()
	at("When must this be settled to keep the person safe?")
	tab_to(".sg-raise [name=safe_by]")
	page.keyboard.press("ArrowDown")
	go_on()
	at("What will happen")
	go_on()
	expect(page.locator(".sg-now__sentence")).to_be_visible()
	assert page.evaluate("cur_frm.doc.workflow_state") == "Stage 1"


def test_immediate_risk_says_999_and_what_it_leaves_open_can_wait(phone, newcomer):
	person = Person(phone, newcomer)
	desk.log_in(phone.context, newcomer["user"], newcomer["password"])
	phone.goto("/app/raise-concern")
	person.question("Who is it about?", 1)
	person.write("subject_name", CANARY)
	person.next()
	person.question("Where are they?", 2)
	person.write("adult_area", "Ipswich")
	expect(phone.locator(".sg-raise .sg-banner--warning")).to_contain_text("No board here is known")
	person.pick("board", "Redbridge")
	expect(phone.locator(".sg-raise .sg-banner--warning")).to_contain_text(
		"does not look like the area of Redbridge"
	)
	picture(phone, "phone-quick-raise-wrong-area")
	person.next()
	person.question("Whose decision is it?", 3)
	person.pick("responding_agency", newcomer["agency"])
	expect(phone.locator(".sg-raise .sg-banner--warning")).to_contain_text("whistleblowing")
	person.next()
	expect(phone.locator(".sg-raise__problems")).to_contain_text("line manager")
	person.pick("responding_agency", newcomer["responding"])
	person.next()
	person.question("What did they decide, or not do?", 4)
	person.write("decision_challenged", "No visit")
	person.next()
	person.question("What may happen to the person?", 5)
	person.tap(phone.locator("label[for=sg-raise-immediate_risk]"))
	expect(phone.locator(".sg-raise a[href='tel:999']")).to_contain_text("Somebody is in danger now")
	person.fits()
	picture(phone, "phone-quick-raise-immediate-risk")
	person.write("told_whom", "The duty manager")
	person.next()
	person.question("What do you want to happen?", 6)
	person.next()
	person.question("Have you made the safeguarding referral?", 7)
	person.choose("referral_made", "No")
	person.choose("scope_exclusion", "A statutory complaint")
	expect(phone.locator(".sg-raise")).to_contain_text("Make it now")
	expect(phone.locator(".sg-raise")).to_contain_text("statutory complaints process")
	person.fits()
	picture(phone, "phone-quick-raise-scope")
	person.choose("scope_exclusion", "No, none of these")
	person.next()
	person.question("When must this be settled to keep the person safe?", 8)
	person.choose("safe_by", "I cannot tell yet")
	person.next()
	person.question("What will happen")
	expect(phone.locator(".sg-raise__facts")).to_contain_text("Stage 2")
	expect(phone.locator(".sg-raise")).to_contain_text("To add afterwards")
	person.next()
	expect(phone.locator(".sg-now__sentence")).to_be_visible()
	assert phone.evaluate("cur_frm.doc.workflow_state") == "Stage 2"


def test_nothing_typed_is_lost_on_a_bad_network_or_by_the_phones_back_key(phone, newcomer):
	person = Person(phone, newcomer)
	desk.log_in(phone.context, newcomer["user"], newcomer["password"])
	phone.route(
		SAME_NAME, lambda route: route.abort()
	)  # what it suggests is missing, and nothing waits for it
	phone.goto("/app/raise-concern")
	answer(person, "Redbridge", "Level of risk and its assessment")
	phone.go_back()
	expect(phone.locator(".sg-raise__heading")).to_have_text(re.compile("settled"))
	phone.go_back()
	expect(phone.locator("[name=referral_made][value=Yes]")).to_be_checked()
	phone.go_forward()
	phone.go_forward()
	expect(phone.locator(".sg-raise__heading")).to_have_text("What will happen")
	assert phone.evaluate(f"!JSON.stringify(Object.entries(localStorage)).includes({json.dumps(CANARY)})")

	tries: list[str] = []

	def lose_the_first_answer(route: Route) -> None:
		tries.append(route.request.post_data or "")
		if len(tries) == 1:
			route.fetch()  # the server did it; the phone never hears of it
			route.abort()
		else:
			route.continue_()

	phone.route(f"{API}raise_concern", lose_the_first_answer)
	person.next()
	expect(phone.locator(".sg-raise__problems")).to_contain_text("what you typed is still here")
	person.next()
	expect(phone.locator(".sg-now__sentence")).to_be_visible()
	assert len(tries) == 2
	mine = phone.evaluate(
		"frappe.db.get_list('Escalation', {filters: {owner: frappe.session.user}, fields: ['name']})"
	)
	assert len(mine) == 1


def test_a_draft_can_be_kept_from_question_four_on(phone, newcomer):
	person = Person(phone, newcomer)
	desk.log_in(phone.context, newcomer["user"], newcomer["password"])
	phone.goto("/app/raise-concern")
	person.question("Who is it about?", 1)
	person.write("subject_name", CANARY)
	person.next()
	person.question("Where are they?", 2)
	person.write("adult_area", "Redbridge")
	expect(phone.locator(".sg-raise [role=note]").first).to_contain_text("Redbridge's")
	person.next()
	person.question("Whose decision is it?", 3)
	expect(phone.get_by_role("button", name="Save as draft")).to_have_count(0)
	person.pick("responding_agency", newcomer["responding"])
	person.next()
	person.question("What did they decide, or not do?", 4)
	person.tap(phone.get_by_role("button", name="Save as draft"))
	expect(phone.locator(".sg-now__sentence")).to_be_visible()
	assert phone.evaluate("cur_frm.doc.workflow_state") == "Draft"


def test_nothing_that_the_server_says_runs_as_html(phone, newcomer):
	def harm(route: Route) -> None:
		answered = route.fetch()
		route.fulfill(response=answered, json=harmed(answered.json()))

	person = Person(phone, newcomer)
	desk.log_in(phone.context, newcomer["user"], newcomer["password"])
	for method in ("options*", "suggest*", "preview"):
		phone.route(f"{API}{method}", harm)
	other = {"name": "x", "reference": f"SE-2026-0001 {EVIL}", "board": EVIL, "workflow_state": "Stage 1"}
	phone.route(SAME_NAME, lambda route: route.fulfill(json={"message": [other]}))
	phone.goto("/app/raise-concern")
	person.question("Who is it about?", 1)
	person.write("subject_name", EVIL)
	person.next()
	person.question("Where are they?", 2)
	person.write("adult_area", "Redbridge")
	expect(phone.locator(".sg-raise [role=note]").first).to_contain_text("onerror")
	person.next()
	person.question("Whose decision is it?", 3)
	person.pick("responding_agency", newcomer["responding"])
	expect(phone.locator(".sg-raise [name=responding_lead] option").nth(1)).to_contain_text("onerror")
	person.next()
	person.question("What did they decide, or not do?", 4)
	person.write("decision_challenged", EVIL)
	person.pick("nature_0", "Level of risk")
	expect(phone.locator(".sg-raise [name=nature_0] option").nth(1)).to_contain_text("onerror")
	person.next()
	person.write("risk_to_adult", EVIL)
	person.next()
	person.write("outcome_sought", EVIL)
	person.next()
	person.choose("referral_made", "No")
	person.choose("scope_exclusion", "A statutory complaint")
	person.write("scope_reason", EVIL)
	person.next()
	person.question("When must this be settled to keep the person safe?", 8)
	person.choose("safe_by", "I cannot tell yet")
	person.next()
	expect(phone.locator(".sg-raise__heading")).to_have_text("What will happen")
	expect(phone.locator(".sg-raise")).to_contain_text("onerror")
	expect(phone.locator("[data-sg-same]")).to_contain_text("somebody of the same name")
	expect(phone.locator("[data-sg-same] a")).to_contain_text("SE-2026-0001")
	assert phone.locator(".sg-raise img").count() == 0
	assert phone.evaluate("window.harmed") is None


# What is shown and decides nothing: names and values by which the page finds things stay as they are.
WORDS = {
	"sentence",
	"label",
	"text",
	"signpost",
	"title",
	"principle",
	"own_agency",
	"contact_name",
	"due",
	"clause",
}


def harmed(answer, key: str = ""):
	"""The answer with a harmful end on each text that the page shows."""
	if isinstance(answer, dict):
		return {name: harmed(value, name) for name, value in answer.items()}
	if isinstance(answer, list):
		return [harmed(value, key) for value in answer]
	shown = key in WORDS or key in ("natures", "warnings", "told", "why")
	return f"{answer} {EVIL}" if isinstance(answer, str) and answer and shown else answer


def test_on_a_desktop_it_is_the_same_page(browser: Browser, newcomer):
	context = browser.new_context(
		base_url=os.environ["SE_URL"], viewport=DESKTOP, locale="en-GB", timezone_id="Europe/London"
	)
	context.set_default_timeout(PATIENCE)
	page = context.new_page()
	desk.log_in(page.context, newcomer["user"], newcomer["password"])
	page.goto("/app/raise-concern")
	expect(page.locator(".sg-raise__heading")).to_have_text("Who is it about?")
	box = page.locator(".sg-raise [type=submit]").bounding_box()
	assert box is not None
	assert box["y"] + box["height"] <= DESKTOP["height"]
	picture(page, "quick-raise-desktop")
	context.close()
