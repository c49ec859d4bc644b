"""The record of a case from the form: whether it is whole, and a name taken out of it for good."""

import pytest
from desk import CANARY, at_work, entered
from playwright.sync_api import Page, expect

PATIENCE = 30_000  # milliseconds
REASON = "Names a third person"


@pytest.fixture
def keeper(administrator: Page) -> Page:
	"""Administrator, who may redact in every case."""
	yield from at_work(administrator)


@pytest.fixture
def case(keeper: Page, world: dict) -> str:
	"""A case with a named adult and an entry with a note."""
	return entered(keeper, world)["name"]


def test_one_click_says_whether_the_record_is_whole(keeper: Page, case: str) -> None:
	keeper.get_by_role("button", name="Is this record whole?").click()
	answer = keeper.locator(".msgprint-dialog:visible, .modal.show .msgprint")
	expect(answer.first).to_contain_text("The record is complete and unaltered", timeout=PATIENCE)
	expect(answer.first).to_contain_text("of 1 case were verified")


def test_a_name_is_redacted_from_the_form(keeper: Page, case: str) -> None:
	keeper.get_by_role("button", name="Redact …").click()
	dialog = keeper.locator(".sg-dialog.show")
	dialog.locator("[data-fieldname=row] select").select_option(label="Subject 1")
	dialog.get_by_label("Name", exact=True).check()
	dialog.locator("[data-fieldname=reason] textarea").fill(REASON)
	dialog.get_by_role("button", name="Redact for good").click()
	expect(dialog).to_be_hidden(timeout=PATIENCE)
	entry = keeper.locator(".sg-entry", has_text="Redacted").first
	expect(entry).to_contain_text(REASON, timeout=PATIENCE)
	expect(entry).to_contain_text("Subject 1")
	stored = keeper.evaluate("(name) => frappe.db.get_doc('Escalation', name)", case)
	assert stored["subjects"][0]["subject_name"] == "[redacted]"
	assert CANARY not in keeper.content()


def test_an_administrator_checks_the_whole_record(keeper: Page, case: str) -> None:
	keeper.goto("/app/record-check")
	before = keeper.evaluate("() => frappe.db.count('Record Check')")
	keeper.get_by_role("button", name="Check the record now").click()
	expect(keeper.locator(".desk-alert").first).to_contain_text("record", timeout=PATIENCE)
	assert keeper.evaluate("() => frappe.db.count('Record Check')") == before + 1
