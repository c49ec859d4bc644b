"""The process beside stages: an action agreed, done and checked; the adult's involvement; a route's steps; signposts.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

from datetime import datetime, timedelta

import pytest
from desk import CANARY, DESKTOP, PHONE, at_work, call, open_case, picture, raised, started
from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=30_000)  # a busy machine saves slowly


@pytest.fixture
def practitioner(log_in, world) -> Page:
	person = world["people"][f"{world['raising']}/Practitioner"]
	yield from at_work(log_in(person["user"], world["password"]))


# Types into a new form, as a hand would: the board, the other agency, the name of the person.
WRITTEN = """async ({ board, agency, name }) => {
	await cur_frm.set_value("board", board);
	await cur_frm.set_value("responding_agency", agency);
	const row = cur_frm.add_child("subjects");
	await frappe.model.set_value(row.doctype, row.name, "subject_name", name);
}"""


def section(page: Page, name: str) -> Locator:
	return page.get_by_role("region", name=name)


def confirm(part: Locator, words: str, **values: str) -> None:
	"""Press a button of a section, fill the dialog as given, and confirm it."""
	page = part.page
	part.get_by_role("button", name=words).first.click()
	page.wait_for_function("() => window.cur_dialog && cur_dialog.display")
	page.evaluate("values => cur_dialog.set_values(values)", values)
	page.wait_for_timeout(300)
	dialog = page.locator(".modal.show.sg-dialog").last
	dialog.locator(".btn-modal-primary").click()
	expect(dialog).to_be_hidden()


def in_days(number: int) -> str:
	return f"{datetime.now() + timedelta(days=number):%Y-%m-%d}"  # noqa: DTZ005 (the site's own zone)


def test_an_action_is_agreed_done_and_checked_and_the_adult_is_involved(practitioner: Page, world: dict):
	page = practitioner
	case = raised(page, world)
	open_case(page, case)
	whom = section(page, "Whom to speak with")
	expect(whom).to_contain_text(world["responding"])
	expect(whom).to_contain_text("Stage 2")
	picture(page, "process-whom", whom)
	agreed = section(page, "What was agreed")
	confirm(agreed, "Agree an action", action="Visit together", due_on=in_days(3), check_on=in_days(9))
	expect(agreed).to_contain_text("Action 1")
	confirm(agreed, "It was done", note="Both went.")
	expect(agreed).to_contain_text("To check")
	confirm(agreed, "Check back", outcome="not carried out", what_next="The ward was shut; next week.")
	expect(agreed).to_contain_text("The ward was shut")
	expect(agreed).to_contain_text("To do")
	involvement = section(page, "The adult’s involvement")
	expect(involvement).to_contain_text("Missing")
	confirm(
		involvement,
		"Write it down",
		informed="Yes",
		views="Wants to stay at home.",
		wishes_followed_through="Yes",
	)
	expect(involvement).to_contain_text("Wants to stay at home.")
	confirm(involvement, "Change", views="")  # an emptied answer is cleared, the others stay
	expect(involvement).not_to_contain_text("Wants to stay at home.")
	expect(involvement).to_contain_text("wants it followed through: Yes")
	confirm(involvement, "Capacity and advocacy", best_interests_dispute="1")
	expect(involvement).to_contain_text("Mental Capacity Act")
	expect(involvement).to_contain_text("not in the policy: the law")
	picture(page, "process-agreed", agreed)
	confirm(involvement, "Change", views="Wants to stay at home.")
	expect(involvement).to_contain_text("Wants to stay at home.")
	picture(page, "process-involvement", involvement)
	page.set_viewport_size(PHONE)
	expect(agreed).to_be_visible()
	picture(page, "process-agreed-phone", agreed)
	picture(page, "phone-process-whom", whom)
	assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
	log = call(page, "timeline", escalation=case)
	kinds = [row["kind"] for row in log]
	assert [kind for kind in kinds if kind.startswith(("action", "check"))] == [
		"action_agreed", "check_set", "action_done", "action_checked",
	]  # fmt: skip


def test_a_route_is_walked_step_by_step_and_signposts_leave_no_trace(practitioner: Page, world: dict):
	page = practitioner
	page.set_viewport_size(DESKTOP)
	draft = {
		"doctype": "Escalation",
		"board": "Suffolk",
		"path": "conference",
		"raising_agency": world["raising"],
		"responding_agency": world["responding"],
		"dispute_summary": "The conference ended the plan.",
	}
	started(page)
	name = page.evaluate("async (values) => (await frappe.db.insert(values)).name", draft)
	page.goto(f"/app/escalation/{name}")  # a draft: nothing is in its log yet
	route = section(page, "Disagreements at Child Protection Conferences")
	expect(route).to_contain_text("Decision reserved to: Conference Chair")
	confirm(route, "Record it", answer="Went round the table twice.")
	expect(route).to_contain_text("Went round the table twice.")
	picture(page, "process-route", route)
	page.goto("/app/escalation/new")  # while a concern is written: who answers, and cases of the same name
	page.wait_for_function("() => window.cur_frm && cur_frm.is_new() && cur_frm.get_field('panel_html')")
	page.evaluate(WRITTEN, {"board": world["board"], "agency": world["responding"], "name": CANARY})
	same = page.locator("[data-sg-same]")
	expect(same).to_contain_text("somebody of the same name that you may see")
	expect(same.locator("a").first).to_have_attribute("target", "_blank")
	expect(same).not_to_contain_text(CANARY)
	lead = page.locator('[data-fieldname="responding_lead"] .help-box').first
	expect(lead).to_contain_text("Who usually answers first")
	picture(page, "process-same-name", same)
	page.evaluate("() => cur_frm.doc.__unsaved = 0")
	asked: list[str] = []
	page.goto("/app/raise-concern")
	signposts = page.locator(".sg-signposts")
	expect(signposts).to_be_visible()
	page.on("request", lambda request: asked.append(request.url))
	signposts.locator("summary").click()
	expect(signposts).to_contain_text("Whistleblowing")
	expect(signposts).to_contain_text("999 if somebody is in danger")
	assert [url for url in asked if "safeguarding" in url or "route_history" in url] == []
	picture(page, "process-signposts", signposts)
