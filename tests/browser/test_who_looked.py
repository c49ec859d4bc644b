"""Who has looked: from a case's menu, for those who may ask, and as a report."""

import pytest
from desk import CANARY, at_work, entered
from playwright.sync_api import Page, expect

PATIENCE = 30_000  # milliseconds


@pytest.fixture
def keeper(administrator: Page) -> Page:
	"""Administrator, who may ask in every case."""
	yield from at_work(administrator)


@pytest.fixture
def case(keeper: Page, world: dict) -> dict:
	"""A case with a named adult, opened in the form."""
	return entered(keeper, world)


def test_the_menu_of_a_case_says_who_has_looked(keeper: Page, case: dict) -> None:
	keeper.locator(".page-head:visible .menu-btn-group > button").click()
	keeper.locator(".page-head:visible .menu-btn-group").get_by_text("Who has looked").click()
	dialog = keeper.locator(".modal.show")
	# Opening the form is noted twice: that the case was viewed, and that the adult's identity was read.
	viewed = keeper.get_by_role("cell", name="view", exact=True)
	row = dialog.locator("tbody tr", has_text="form").filter(has=viewed).first
	expect(row).to_be_visible(timeout=PATIENCE)
	expect(row).to_contain_text("127.0.0.1, browser")
	expect(dialog).not_to_contain_text(CANARY)


def test_the_report_lists_who_looked_at_a_case(keeper: Page, case: dict) -> None:
	keeper.goto(f"/app/query-report/Who Looked?reference={case['reference']}")
	cell = keeper.locator(".dt-cell__content", has_text=case["reference"]).first
	expect(cell).to_be_visible(timeout=PATIENCE)
	expect(keeper.locator(".dt-cell__content", has_text="127.0.0.1, browser").first).to_be_visible()
	assert CANARY not in keeper.content()
