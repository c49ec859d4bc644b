"""The policy's own words in the form: its special routes, its questions with their answers, its guidance."""

import pytest
from desk import DESKTOP, PHONE, started
from playwright.sync_api import Page, expect

expect.set_options(timeout=30_000)  # a busy machine saves slowly


@pytest.fixture
def page_with_draft(log_in, world) -> Page:
	"""A practitioner before a draft under Stockport's policy."""
	person = world["people"][f"{world['raising']}/Practitioner"]
	page = log_in(person["user"], world["password"])
	problems: list[str] = []
	page.on("pageerror", lambda error: problems.append(str(error)))
	draft = {
		"doctype": "Escalation",
		"board": "Stockport",
		"raising_agency": world["raising"],
		"responding_agency": world["responding"],
		"dispute_summary": "The protection plan was ended although the carer still visits.",
	}
	started(page)
	name = page.evaluate("async (values) => (await frappe.db.insert(values)).name", draft)
	page.goto(f"/app/escalation/{name}")
	expect(page.locator(".sg-now__sentence")).to_be_visible()
	yield page
	assert problems == []


def save(page: Page) -> None:
	page.evaluate("() => cur_frm.save()")
	page.wait_for_function("() => !cur_frm.is_dirty() && !cur_frm.doc.__unsaved")


def answers(page: Page) -> dict[str, str]:
	pairs = page.evaluate("() => cur_frm.doc.answers.map((row) => [row.question_key, row.answer || ''])")
	return dict(pairs)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_route_is_chosen_and_its_questions_are_answered(page_with_draft: Page, size: dict) -> None:
	page = page_with_draft
	page.set_viewport_size(size)
	route = page.locator(".form-page [data-fieldname='path'] select")
	route.select_option(label="Dissent at any Adult Section 42 Safeguarding Conference")
	under = page.locator(".form-page [data-fieldname='path'] .help-box")
	expect(under).to_contain_text("The Conference Chair decides and notes dissenting views")
	save(page)
	question = page.locator(".sg-question", has_text="Was there no majority view")
	expect(question).to_be_visible()
	box = question.locator("textarea")
	box.fill("Two of five were for a plan.")
	question.get_by_role("button", name="Yes").click()
	expect(box).to_have_value("Yes. Two of five were for a plan.")
	question.get_by_role("button", name="No").click()
	expect(box).to_have_value("No. Two of five were for a plan.")
	# The form draws itself anew under somebody's hands: their words go on where the caret was.
	box.evaluate(
		"box => { box.dataset.before = 'yes'; box.focus(); box.setSelectionRange(4, 4); cur_frm.refresh(); }"
	)
	page.wait_for_function("() => document.activeElement.matches('.sg-question textarea:not([data-before])')")
	page.wait_for_timeout(150)  # nobody's next letter comes sooner
	page.keyboard.type("Only t")
	page.keyboard.press("Delete")
	expect(box).to_have_value("No. Only two of five were for a plan.")
	save(page)
	assert answers(page)["no-majority"] == "No. Only two of five were for a plan."
	# The words of the question stand in full, and nothing makes the page wider than the screen.
	expect(question).to_contain_text("decision-making powers of Section 4.16.10?")
	assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_panel_says_how_the_policy_asks_people_to_work(page_with_draft: Page) -> None:
	page = page_with_draft
	expect(page.locator(".sg-now__guidance").first).to_contain_text("First check back on decision-making")
	fold = page.locator("[data-sg-fold=guidance]")
	expect(fold.locator("li").first).to_be_hidden()
	fold.locator("summary").click()
	expect(fold.locator("li", has_text="It is every professional's responsibility")).to_be_visible()
