"""Two people have the same case open: what one does, the other sees without reloading."""

import desk
import pytest
from desk import call, logged_in, raised
from playwright.sync_api import Browser, Page, expect

SECONDS = 15_000  # milliseconds; one to two seconds on a machine with nothing else to do


@pytest.fixture
def people(browser: Browser, world: dict):
	"""Who raises the concern and who answers for the other agency, each in a browser of their own."""
	made = [logged_in(browser, world, f"{world[side]}/Practitioner") for side in ("raising", "responding")]
	yield made
	for page in made:
		page.context.close()


def open_case(page: Page, name: str) -> None:
	desk.open_case(page, name)
	page.wait_for_function("() => frappe.realtime.socket && frappe.realtime.socket.connected")
	page.wait_for_timeout(1500)  # the server asks the site before it lets anybody into a room


@pytest.fixture
def case(people: list[Page], world: dict) -> str:
	"""A case whose concern has been put to the other agency, so that both see it."""
	return raised(people[0], world)


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
