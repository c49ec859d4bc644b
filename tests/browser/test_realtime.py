"""Two people have the same case open: what one does, the other sees without reloading."""

import os

import pytest
from playwright.sync_api import Browser, Page, expect

SECONDS = 15_000  # milliseconds; one to two seconds on a machine with nothing else to do
PATIENCE = 30_000


@pytest.fixture
def people(browser: Browser, world: dict):
	"""Who raises the concern and who answers for the other agency, each in a browser of their own."""
	made = []
	for side in ("raising", "responding"):
		context = browser.new_context(
			base_url=os.environ["SE_URL"], locale="en-GB", timezone_id="Europe/London"
		)
		context.set_default_timeout(PATIENCE)
		page = context.new_page()
		page.goto("/login")
		person = world["people"][f"{world[side]}/Practitioner"]
		login = {"usr": person["user"], "pwd": world["password"]}
		assert context.request.post("/api/method/login", form=login).ok
		made.append(page)
	yield made
	for page in made:
		page.context.close()


def call(page: Page, method: str, **arguments) -> dict:
	"""Call one of Frappe's methods as the page's user."""
	return page.evaluate(
		"([method, args]) => frappe.xcall(method, args)",
		[f"safeguarding_escalation.api.escalation.{method}", arguments],
	)


def open_case(page: Page, name: str) -> None:
	page.goto(f"/app/escalation/{name}")
	expect(page.locator(".sg-now__sentence")).to_be_visible(timeout=PATIENCE)
	expect(page.locator(".sg-entry").first).to_be_visible(timeout=PATIENCE)
	page.wait_for_function("() => frappe.realtime.socket && frappe.realtime.socket.connected")
	page.wait_for_timeout(1500)  # the server asks the site before it lets anybody into a room


@pytest.fixture
def case(people: list[Page], world: dict) -> str:
	"""A case whose concern has been put to the other agency, so that both see it."""
	page = people[0]
	page.goto("/app")
	page.wait_for_function("() => window.frappe && frappe.xcall && frappe.boot")
	agency, other = world["raising"], world["responding"]
	document = {
		"doctype": "Escalation",
		"board": world["board"],
		"raising_agency": agency,
		"responding_agency": other,
		"responding_lead": world["people"][f"{other}/Practitioner"]["name"],
		"disagreement_at": "2025-03-11 10:00:00",
		"nature": [{"nature": "Level of risk and its assessment"}],
		"dispute_summary": "The enquiry was closed although the carer still visits.",
		"decision_challenged": "Closure of the section 42 enquiry",
		"risk_to_adult": "Further neglect at home.",
		"evidence_reasons": "Two ward assessments.",
		"outcome_sought": "The enquiry is reopened.",
		"subjects": [{"subject_name": "Zephyrine Canary", "kind": "Adult"}],
		"parties": [
			{"agency": agency, "side": "raising", "aim": "A protection plan"},
			{"agency": other, "side": "responding", "aim": "Support through care management"},
		],
	}
	made = page.evaluate("(doc) => frappe.xcall('frappe.client.insert', { doc: doc })", document)
	call(page, "move", escalation=made["name"], action="Raise Concern")
	return made["name"]


def test_what_one_records_and_moves_the_other_sees(people: list[Page], case: str):
	doer, reader = people
	for page in people:
		open_case(page, case)
	before = reader.locator(".sg-entry").count()
	call(doer, "record", escalation=case, kind="discussed", mode="phone", note="Rang the ward.")
	expect(reader.locator(".sg-note", has_text="Rang the ward.")).to_be_visible(timeout=SECONDS)
	assert reader.locator(".sg-entry").count() > before
	call(doer, "record", escalation=case, kind="unresolved", note="No agreement by telephone.")
	facts = reader.locator(".sg-now .sg-quiet", has_text="Multi-Agency")
	stage = facts.inner_text()
	call(doer, "move", escalation=case, action="Escalate to Stage 2")
	expect(facts).not_to_have_text(stage, timeout=SECONDS)
	assert reader.evaluate("() => cur_frm.doc.workflow_state") == "Stage 2"


def test_what_was_typed_stays_and_a_line_says_that_the_case_changed(people: list[Page], case: str):
	doer, reader = people
	for page in people:
		open_case(page, case)
	reader.evaluate("() => cur_frm.set_value('dispute_summary', 'Half a sentence')")
	call(doer, "record", escalation=case, kind="discussed", mode="phone", note="Rang the ward.")
	expect(reader.locator("[data-sg-changed]")).to_contain_text(
		"Somebody has changed this case", timeout=SECONDS
	)
	expect(reader.locator(".sg-note", has_text="Rang the ward.")).to_be_visible(timeout=SECONDS)
	assert reader.evaluate("() => cur_frm.doc.dispute_summary") == "Half a sentence"
	assert reader.locator("[data-sg-changed]").count() == 1
	reader.locator("[data-sg-reload]").click()
	expect(reader.locator("[data-sg-changed]")).to_have_count(0)
	assert reader.evaluate("() => cur_frm.doc.dispute_summary") != "Half a sentence"
