"""Keeping a case, in the Desk: the review list, a legal hold, anonymising, and the review of an access request."""

import pytest
from desk import at_work, made, picture
from playwright.sync_api import Page, expect

expect.set_options(timeout=30_000)  # a busy machine answers slowly
GROUP = "Keeping the record"


@pytest.fixture
def kept() -> dict:
	return made("make_keeping.py")


@pytest.fixture
def page(page: Page):
	yield from at_work(page)


def choose(page: Page, label: str) -> None:
	page.locator(".inner-group-button:visible", has_text=GROUP).locator("button").click()
	page.locator(".dropdown-menu.show .dropdown-item", has_text=label).click()


def dialog(page: Page):
	return page.locator(".modal.show .modal-dialog").last


def test_a_business_manager_holds_releases_and_anonymises_a_case(log_in, page, kept):
	log_in(kept["manager"], kept["password"])
	page.goto("/app/query-report/Retention Review?board=Redbridge")
	expect(page.locator(".dt-row", has_text=kept["reference"])).to_contain_text("Past its period")
	page.goto(f"/app/escalation/{kept['case']}")
	choose(page, "Legal hold")
	dialog(page).locator("textarea").fill("An inquest is open")
	dialog(page).locator(".btn-primary").click()
	expect(page.locator(".sg-panel")).to_contain_text("Legal hold since")
	expect(page.locator(".sg-panel")).to_contain_text("An inquest is open")
	choose(page, "Lift the legal hold")
	dialog(page).locator("textarea").fill("It has ended")
	dialog(page).locator(".btn-primary").click()
	expect(page.locator(".sg-panel")).not_to_contain_text("Legal hold since")
	expect(page.locator(".sg-entry", has_text="An inquest is open")).to_be_visible()  # the log keeps it

	choose(page, "Anonymise")
	dialog(page).locator("textarea").fill("The period has ended")
	dialog(page).locator(".btn-primary").click()
	what = page.locator(".modal.show", has_text="This cannot be undone")
	expect(what).to_contain_text("Escalation Subject")
	picture(page, "anonymise-dry-run", what.locator(".modal-content"))
	what.locator("input[data-fieldname=typed]").fill("SE-WRONG")
	what.locator(".btn-primary").click()
	expect(what).to_contain_text("That is not the reference")
	what.locator("input[data-fieldname=typed]").fill(kept["reference"])
	what.locator(".btn-primary").click()
	expect(page.locator(".sg-panel")).to_contain_text("Anonymised on")
	expect(page.locator("body")).not_to_contain_text("Zephyrine")


def test_a_handler_reviews_an_access_request(log_in, page, kept):
	log_in(kept["raiser"], kept["password"])
	page.goto(f"/app/access-request/{kept['request']}")
	review = page.locator(".sg-review")
	expect(review).to_contain_text("pieces wait for a decision")
	picture(page, "access-request-review", review)
	review.locator("[data-all]").check()
	review.locator("[data-decision=Withhold]").click()
	reason = dialog(page).locator("input[data-fieldname=reason]")
	reason.fill("Another person's data")
	reason.press("Tab")
	dialog(page).locator(".btn-primary").click()
	expect(page.locator(".sg-review")).to_contain_text("everything marked is decided")
	expect(page.locator(".sg-review")).to_contain_text("Withhold")
	page.locator("button:visible", has_text="Finish the review").click()
	# The case was withdrawn after its pieces were gathered, so they are gathered again.
	expect(page.locator(".msgprint")).to_contain_text("Gather them again")
