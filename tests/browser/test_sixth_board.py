"""A sixth board in the Desk alone, by somebody whose only role is Board Business Manager: the rules of Sunderland (stage 1
within three working days) and of Dorset (heads of service within one, the directors' decision within one).

Clicks and typed characters are counted and said. Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

import os
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import desk
import holidays
import pytest
from desk import DESKTOP, at_work, dated, made, picture, suggested, until
from hands import Hands, dialog, field, open_clock, press, save, show_dates, submit, submitted, to_diagram
from playwright.sync_api import Locator, Page, expect

PHONE = {"width": 390, "height": 844}
ENGLAND = holidays.country_holidays("GB", subdiv="ENG")

expect.set_options(timeout=30_000)  # a busy machine saves slowly


@pytest.fixture
def people() -> dict:
	return made("make_sixth.py")


@pytest.fixture
def manager(log_in, people):
	yield from at_work(log_in(people["user"], people["password"]))


def slug(name: str) -> str:
	return name.lower().replace(" ", "-")


def today() -> date:
	"""The day in London."""
	return datetime.now(ZoneInfo("Europe/London")).date()


def working_days(start: date, number: int) -> date:
	"""Counted by hand's own rule: Monday to Friday, less England's bank holidays."""
	day = start
	while number:
		day += timedelta(days=1)
		number -= day.weekday() < 5 and day not in ENGLAND
	return day


def add_board(hands: Hands, name: str) -> None:
	page = hands.page
	page.goto("/app/safeguarding-board")
	hands.click(page.get_by_role("button", name="Add a board").first)
	box = dialog(page)
	hands.write(field(box, "board_name"), name)
	hands.write(field(box, "area_covered"), "Borough of " + name.replace(" ", ""))
	hands.write(field(box, "chair_name"), "Ines Holloway")
	hands.write(field(box, "chair_phone"), "01632 960001")
	picture(page, "board-add")
	hands.click(press(box))
	page.wait_for_url(re.compile("/safeguarding-board/"))
	expect(page.locator(".sgp-standing:visible")).to_contain_text("works by no policy yet")


def begin_policy(hands: Hands, name: str) -> None:
	page = hands.page
	hands.menu("Begin a policy from its stages")
	box = dialog(page)
	expect(field(box, "name")).to_have_value(f"{name}-{today().year}")
	hands.click(box.get_by_role("button", name="Remove stage 4"))
	for number, (label, who, days) in enumerate(
		(("Professionals", "", "3"), ("Heads of Service", "Head of Service", "1"), ("Directors' decision", "Chief Officer", "1")),
		1,
	):  # fmt: skip
		hands.write(box.get_by_label(f"Name of stage {number}"), label)
		if who:
			hands.choose(box.get_by_label(f"Who settles stage {number}"), who)
		hands.write(box.get_by_label(f"Working days for stage {number}"), days)
	picture(page, "policy-begin")
	hands.click(press(box))
	page.wait_for_url(re.compile("/board-policy/"))
	expect(page.locator(".sgp:visible .sgp-stage")).to_have_count(3)


def test_a_business_manager_adds_a_board_from_nothing_and_its_first_case_runs(
	manager: Page, people: dict, browser, capsys
):
	page, hands = manager, Hands(manager)
	name = people["boards"][0]
	add_board(hands, name)
	begin_policy(hands, slug(name))

	# what stops the clock is chosen in the policy's own words, and read back before it is added
	row = open_clock(hands, 2)
	expect(row.locator("[data-sgp-row]")).to_contain_text(
		"within three working days after the concern is raised"
	)
	hands.click(row.get_by_role("button", name="Add to “Met when”"))
	hands.choose(dialog(page).locator("[data-fieldname='event'] select"), "withdrawn")
	expect(dialog(page).locator("[data-sgp-picked]")).to_contain_text("When the escalation is withdrawn.")
	picture(page, "policy-add-term")
	hands.click(press(dialog(page)))
	expect(row.locator("[data-sgp-row]")).to_contain_text("the escalation is withdrawn")
	hands.click(row.get_by_role("button", name="Take out: when the escalation is withdrawn"))
	expect(row.locator("[data-sgp-row]")).not_to_contain_text("withdrawn")
	# a length that makes no sense is a sentence that leads to its row
	hands.write(field(row, "length"), "-1")
	expect(row.locator("[data-sgp-row]")).to_contain_text("the length is -1; use 1 or more")
	hands.click(page.locator(".grid-row-open .grid-collapse-row:visible").first)
	problem = page.locator("[data-sgp=problem]").first
	to_diagram(hands, problem)
	hands.click(problem)
	row = page.locator(".grid-row-open .form-in-grid:visible")
	expect(field(row, "clock_id")).to_have_value("ASH.S1.RESOLVE")
	hands.write(field(row, "length"), "3")
	expect(row.locator("[data-sgp-row]")).to_contain_text("within three working days")
	save(hands)

	# Maundy Thursday 2025: 22, 23, 24 April; a Saturday counts from Monday
	diagram = show_dates(hands, "2025-04-17")
	first = diagram.locator(".sgp-clock[data-clock='ASH.S1.RESOLVE']")
	expect(first).to_contain_text("If the concern is raised on that day: due Thu 24 Apr 2025")
	diagram = show_dates(hands, "2025-06-07")
	expect(first).to_contain_text("due Wed 11 Jun 2025")
	expect(diagram.locator(".sgp-clock[data-clock='ASH.S2.RESOLVE']")).to_contain_text("due Mon 9 Jun 2025")
	hands.click(page.get_by_role("button", name="Thursday before Easter"))
	expect(page.locator("[data-sgp-said]")).to_contain_text("Examples for Thu")

	submit(hands)
	submitted(page)
	hands.menu("Adopt from")
	expect(dialog(page)).to_contain_text("No case of this board is open.")
	hands.click(press(dialog(page)))
	expect(page.locator(".sgp:visible")).to_contain_text(f"Adopted by {name}")
	with capsys.disabled():
		print(f"\na sixth board by hand, from its stages: {hands.said()}")
	assert hands.clicks < 70
	assert hands.typed < 200

	page.goto(f"/app/safeguarding-board/{name}")
	expect(page.locator(".sgp-standing:visible")).to_contain_text("Works by")
	picture(page, "board-standing")
	runs(browser, people, name)
	sees_what_adopting_does(page, name)
	# it opens no case to its maker before the stage that shows it to the board
	page.goto("/app/escalation")
	expect(page.locator(".result-list, .no-result, .frappe-list").first).to_be_visible()
	seen = page.evaluate("() => frappe.db.get_list('Escalation', {fields: ['name', 'board']})")
	assert seen == []


def sees_what_adopting_does(page: Page, name: str) -> None:
	"""The board's open case is counted, and not named to somebody who may not read it yet; the changes are printed."""
	page.goto(f"/app/safeguarding-board/{name}")
	expect(page.locator(".sgp-standing:visible")).to_contain_text("Works by")
	page.locator(".page-actions .inner-group-button:visible", has_text="Policy").locator("button").click()
	page.locator(".page-actions .dropdown-item:visible", has_text="Adopt a policy from").click()
	# a dialog that is still fading in takes the focus for its first field
	page.wait_for_function("() => Boolean(document.activeElement.closest('.modal.show'))")
	field(dialog(page), "policy").fill("stockport")
	suggested(page, "stockport").click()
	expect(dialog(page)).to_contain_text("1 case is open. A clock that has started by then keeps its date")
	expect(dialog(page)).to_contain_text("1 that you may not read yet.")
	picture(page, "board-adopt")
	page.evaluate(
		"() => (window.print = () => (window.printed = document.querySelector('.sgp-paper').innerText))"
	)
	dialog(page).get_by_role("button", name="Print").click()
	printed = page.evaluate("() => window.printed")
	assert "keeps its date" in printed
	assert "No longer there (ASH.S1.RESOLVE): Settle the disagreement between the professionals" in printed
	dialog(page).locator(".btn-modal-close, .modal-header .close").first.click()


def runs(browser, people: dict, board: str) -> None:
	"""A practitioner's first case with the board: its dates, its climb, and who hears that it is overdue."""
	case, day = raised(browser, people, board), today()
	told = swept(case)
	assert told["clocks"]["ASH.S1.RESOLVE"] == f"{working_days(day, 3)} 23:59:59"
	as_user(browser, people["practitioner"], people, case, "Escalate to Stage 2")
	told = swept(case)
	assert told["clocks"]["ASH.S2.RESOLVE"] == f"{working_days(day, 1)} 23:59:59"
	morning = working_days(working_days(day, 1), 1)
	told = swept(case, f"{morning} 09:00")
	overdue = {who for clock, rung, who in told["alerts"] if (clock, rung) == ("ASH.S2.RESOLVE", "overdue")}
	# both agencies owe it, and nobody has handed the lead over
	assert {people["practitioner"], people["responder"]} <= overdue
	assert people["user"] not in overdue


def raised(browser, people: dict, board: str) -> str:
	page = session(browser, people["practitioner"], people)
	document = {
		"doctype": "Escalation", "board": board, "raising_agency": people["raising"],
		"responding_agency": people["responding"], "responding_lead": people["lead"],
		"disagreement_at": f"{today()} 00:01:00", "nature": [{"nature": "Information sharing"}],
		"dispute_summary": "The notes were not shared.", "decision_challenged": "Refusal to share",
		"risk_to_adult": "Neglect at home.", "outcome_sought": "The notes are shared.",
	}  # fmt: skip
	name = page.evaluate(
		"(doc) => frappe.xcall('frappe.client.insert', {doc}).then((made) => made.name)", document
	)
	page.goto(f"/app/escalation/{name}")
	page.locator(".sg-now__sentence").wait_for()
	act(page, name, "Raise Concern")
	page.reload()
	expect(page.locator(".sg-panel")).to_contain_text("Settle the disagreement between the professionals")
	picture(page, "sixth-board-case")
	page.context.close()
	return name


def as_user(browser, user: str, people: dict, case: str, action: str) -> None:
	page = session(browser, user, people)
	page.goto(f"/app/escalation/{case}")
	page.locator(".sg-now__sentence").wait_for()
	act(page, case, action)
	page.context.close()


def act(page: Page, case: str, action: str) -> None:
	page.evaluate(
		"([method, args]) => frappe.xcall(method, args)",
		[
			"safeguarding_escalation.api.escalation.move",
			{"escalation": case, "action": action, "reason": "Not agreed by telephone."},
		],
	)


def session(browser, user: str, people: dict) -> Page:
	context = browser.new_context(
		base_url=os.environ["SE_URL"], locale="en-GB", timezone_id="Europe/London", viewport=DESKTOP
	)
	context.set_default_timeout(30_000)
	desk.log_in(context, user, people["password"])
	page = context.new_page()
	page.goto("/app")
	page.wait_for_function("() => window.frappe && frappe.xcall && frappe.boot")
	return page


def swept(case: str, when: str = "") -> dict:
	return made("make_overdue.py", case, *filter(None, [when]))


def test_a_business_manager_adds_a_board_from_a_copy_and_prepares_its_next_version(
	manager: Page, people: dict, capsys
):
	page, hands = manager, Hands(manager)
	name = people["boards"][1]
	add_board(hands, name)
	page.goto("/app/board-policy/redbridge-2022")
	expect(page.locator(".sgp:visible .sgp-stage")).to_have_count(4)
	expect(page.locator(".sgp:visible")).to_contain_text("Its own review date, Mon 30 Jun 2025, has passed.")
	hands.menu("Copy to a draft")
	hands.choose(dialog(page).locator("[data-fieldname='what'] select"), "Another board's own policy")
	hands.write(field(dialog(page), "name"), f"{slug(name)}-2026")
	hands.write(field(dialog(page), "title"), f"{name} Escalation Policy")
	hands.click(press(dialog(page)))
	page.wait_for_url(re.compile(f"/board-policy/{slug(name)}"))
	expect(page.locator(".sgp:visible")).to_contain_text(f"{name} Escalation Policy")
	# Sunderland: stage 1 within three working days; Dorset: one working day each for the next two
	for number, length, words in (
		(4, "3", "three working days"),
		(7, "1", "one working day"),
		(11, "1", "one working day"),
	):
		row = open_clock(hands, number)
		hands.write(field(row, "length"), length)
		expect(row.locator("[data-sgp-row]")).to_contain_text(f"within {words}")
		hands.click(page.locator(".grid-row-open .grid-collapse-row:visible").first)
	hands.click(page.locator(".primary-action:visible", has_text="Save"))
	expect(page.locator(".indicator-pill:visible", has_text="Draft")).to_be_visible()
	submit(hands)
	submitted(page)
	hands.menu("Adopt from")
	expect(dialog(page)).to_contain_text("No case of this board is open.")
	hands.click(press(dialog(page)))
	to_diagram(hands, page.locator(".sgp:visible"))
	expect(page.locator(".sgp:visible")).to_contain_text(f"Adopted by {name}")
	with capsys.disabled():
		print(f"\na sixth board by hand, from a copy: {hands.said()}")
	next_version(hands, name)


def next_version(hands: Hands, name: str) -> None:
	"""One clock changes; it is said before submitting and before adopting, on a large screen and a small one."""
	page = hands.page
	hands.menu("Prepare the next version")
	picture(page, "policy-next-version")
	hands.click(press(dialog(page)))
	page.wait_for_url(re.compile(f"/board-policy/{slug(name)}-{today().year}-2"))
	expect(page.locator(".sgp:visible")).to_contain_text("Version 2 · Draft")  # the new form is drawn
	row = open_clock(hands, 4)
	hands.write(field(row, "length"), "5")
	expect(row.locator("[data-sgp-row]")).to_contain_text("within five working days")
	save(hands)
	expect(page.locator(".indicator-pill:visible", has_text="Draft")).to_be_visible()
	hands.menu("Compare with")
	sentence = "Stage 1 must be settled within five working days instead of three (RB.S1.RESOLVE)."
	expect(dialog(page)).to_contain_text(sentence)
	dated(dialog(page).locator("[data-fieldname='start'] input"), "17-04-2025")
	# before Easter: 22, 23, 24 April; and 25, 28 April
	later = "If the disagreement arises on Thu 17 Apr 2025: due Mon 28 Apr 2025 instead of Thu 24 Apr 2025."
	until(lambda: hands.click(press(dialog(page))), dialog(page).get_by_text(later))
	picture(page, "policy-compare")
	dialog(page).locator(".btn-modal-close, .modal-header .close").first.click()
	submit(hands)
	expect(dialog(page)).to_contain_text(sentence)
	picture(page, "policy-before-submit")
	hands.click(press(dialog(page)))
	submitted(page)
	hands.menu("Adopt from")
	expect(dialog(page)).to_contain_text("What it changes")
	expect(dialog(page)).to_contain_text(sentence)
	picture(page, "policy-adopt")
	page.set_viewport_size(PHONE)
	assert (
		dialog(page)
		.locator(".modal-content")
		.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
	)
	picture(page, "policy-adopt-phone")
	page.set_viewport_size(DESKTOP)


def test_the_dialogs_are_used_by_keyboard_and_fit_a_phone(manager: Page):
	page = manager
	page.set_viewport_size(PHONE)
	page.goto("/app/board-policy")
	page.locator(".frappe-list:visible .list-row").first.wait_for()  # a page that still loads closes dialogs
	page.evaluate("() => safeguarding.policy.openStartDialog('Ashford')")
	box = dialog(page)
	expect(box.get_by_label("Name of stage 1")).to_be_visible()
	assert box.locator(".modal-content").evaluate("element => element.scrollWidth <= element.clientWidth + 1")
	unnamed = box.evaluate(
		"""box => [...box.querySelectorAll("input, select, textarea, button")].filter(
			(each) => each.offsetParent && !each.labels?.length && !each.getAttribute("aria-label")
				&& !each.textContent.trim() && !each.closest(".control-input, .modal-header")).length"""
	)
	assert unnamed == 0
	picture(page, "policy-begin-phone")
	# once it is there, a dialog takes the focus to its first field
	expect(box.locator("[data-fieldname='title'] input")).to_be_focused()
	box.get_by_label("Name of stage 1").focus()
	for expected in ("Who settles stage 1", "Working days for stage 1"):
		page.keyboard.press("Tab")
		assert page.evaluate("() => document.activeElement.labels[0].textContent.trim()").startswith(expected)
	page.keyboard.press("Tab")
	page.keyboard.press("Enter")  # Remove stage 1
	expect(box.locator(".sgp-begin__stages > li")).to_have_count(3)
	expect(box.get_by_role("button", name="One more stage")).to_be_focused()
	page.keyboard.press("Enter")
	expect(box.locator(".sgp-begin__stages > li")).to_have_count(4)
	expect(box.get_by_label("Name of stage 4")).to_be_focused()
