"""Timescales and the closing checklist in the form: set, proposed, ticked off, dated; and which clocks a reopening starts.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

from datetime import datetime, timedelta

import pytest
from desk import at_work, call, open_case, picture, raised
from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=30_000)  # a busy machine saves slowly


@pytest.fixture
def practitioner(log_in, world) -> Page:
	person = world["people"][f"{world['raising']}/Practitioner"]
	yield from at_work(log_in(person["user"], world["password"]))


def confirm(page: Page, words: str, **values: str) -> None:
	"""Press a button of the panel, fill the dialog as given, and confirm it."""
	page.locator(".sg-panel button:visible", has_text=words).first.click()
	dialog = page.locator(".modal.show.sg-dialog").last
	expect(dialog).to_be_visible()
	fill(page, **values)
	dialog.locator(".btn-modal-primary").click()
	expect(dialog).to_be_hidden()


def fill(page: Page, **values: str) -> None:
	"""Fill the dialog that is open, once it is."""
	page.wait_for_function("() => window.cur_dialog && cur_dialog.display")
	page.evaluate("values => cur_dialog.set_values(values)", values)
	page.wait_for_timeout(300)


def in_days(number: int) -> str:
	return f"{datetime.now() + timedelta(days=number):%Y-%m-%d %H:%M:00}"  # noqa: DTZ005 (the site's own zone)


def section(page: Page, name: str) -> Locator:
	return page.get_by_role("region", name=name)


def test_a_practitioner_sets_proposes_and_reads_how_it_came_about(practitioner: Page, world: dict):
	page = practitioner
	case = raised(page, world)
	call(page, "record", escalation=case, kind="unresolved")
	call(page, "move", escalation=case, action="Escalate to Stage 2")
	open_case(page, case)
	confirm(page, "Set a protective deadline", due_at=in_days(2), reason="She goes home soon.")
	timescales = section(page, "Timescales")
	expect(timescales).to_contain_text("Counts now")
	expect(timescales).to_contain_text("makes this earlier")
	confirm(page, "Propose a timescale", due_at=in_days(3), reason="It fits the review.")
	expect(timescales).to_contain_text("It counts once the other side agrees")
	expect(timescales.get_by_role("button", name="Withdraw proposal")).to_be_visible()
	expect(timescales.get_by_role("button", name="Agree")).to_have_count(0)
	timescales.locator("summary").click()
	expect(timescales).to_contain_text("She goes home soon.")
	picture(page, "timescales", timescales)
	confirm(page, "Withdraw proposal", reason="The review is moved.")
	expect(timescales).not_to_contain_text("It counts once the other side agrees")


def test_resolved_is_not_closed_and_the_checklist_says_what_is_owed(practitioner: Page, world: dict):
	page = practitioner
	case = raised(page, world)
	call(page, "record", escalation=case, kind="discussed", mode="phone")
	page.evaluate(
		"""name => frappe.xcall('frappe.client.set_value', {doctype: 'Escalation', name,
		fieldname: 'resolution_summary', value: 'The enquiry is reopened.'})""",
		case,
	)
	call(page, "move", escalation=case, action="Accept Resolution")
	open_case(page, case)
	closing = section(page, "Before closing")
	expect(closing).to_contain_text("Resolved is not closed")
	confirmation = closing.locator("li", has_text="Confirm the outcome in writing")
	expect(confirmation).to_contain_text("policy clause")
	approve = closing.locator("li", has_text="Approve and date the record")
	expect(approve).to_contain_text("no date in the policy")
	approve.get_by_role("button", name="Set a date").click()
	dialog = page.locator(".modal.show.sg-dialog").last
	expect(dialog).to_be_visible()
	fill(page, due_at=in_days(3))
	dialog.locator(".btn-modal-primary").click()
	expect(approve).to_contain_text("not the policy's")
	approve.get_by_role("button", name="Tick it off").click()
	dialog = page.locator(".modal.show.sg-dialog").last
	expect(dialog).to_be_visible()
	dialog.locator(".btn-modal-primary").click()
	expect(approve).to_contain_text("Done")
	expect(approve).to_contain_text("Practitioner of")
	picture(page, "closing-checklist", closing)
