"""Copies and advice by clicks: one dialog for both kinds of recipient, the mail, the file, the register, the adviser.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

import os
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from desk import linked, logged_in, made, open_case, picture, suggested
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

expect.set_options(timeout=30_000)
OTHER_BOARD = "Marshcombe Safeguarding Adults Board"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def at_stage_3() -> dict:
	return made("make_copies.py")


@pytest.fixture
def pages(browser: Browser, at_stage_3: dict):
	"""A function that logs one of them in; no script of a page may fail."""
	opened: list[Page] = []
	problems: list[str] = []

	def logged(who: str) -> Page:
		page = logged_in(browser, at_stage_3, who)
		page.set_viewport_size(WIDE)
		page.on("pageerror", lambda error: problems.append(str(error)))
		opened.append(page)
		return page

	yield logged
	for page in opened:
		page.context.close()
	assert problems == []


def dialog(page: Page) -> Locator:
	return page.locator(".modal.show.sg-dialog").last


def choose(box: Locator, field: str, text: str) -> None:
	link = box.locator(f"[data-fieldname='{field}'] input:visible")
	link.click()
	link.press_sequentially(text)
	suggested(box, text).click()
	linked(box.page, field)


def followed(case: str) -> dict:
	"""The queue leaves, and what became of copies is recorded, as the scheduler does."""
	return made("make_copies.py", case)["counts"]


def mails(folder: Path, reference: str) -> list[str]:
	"""What the site has mailed about a case: recipient, subject and every text of each."""
	found = []
	for path in sorted(folder.glob("*")):
		mail = message_from_bytes(path.read_bytes(), policy=policy.default)
		texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
		if reference in str(mail["subject"]):
			found.append("\n".join([str(mail["to"]), str(mail["subject"]), *texts]))
	return found


def test_both_kinds_of_recipient_in_one_dialog_and_what_became_of_each(
	pages, at_stage_3: dict, mail_folder: Path, tmp_path: Path
):
	case, reference = at_stage_3["case"], at_stage_3["reference"]
	page = pages("raiser")
	open_case(page, case)
	block = page.get_by_role("region", name="Copies", exact=True)
	block.get_by_role("button", name="Send copy").click()
	box = dialog(page)
	owed = box.locator(".sg-copies__row", has_text="Business Manager – the escalation")
	expect(owed).to_contain_text("Clause 4.6")
	expect(owed).to_contain_text("has an account")
	box.get_by_text("Somebody else").click()
	choose(box, "contact", "Morwenna Outside")
	box.get_by_role("button", name="Add this recipient").click()
	expect(box.locator("[data-fieldname='others']")).to_contain_text("office@outside.secure.example")
	# A second time they are not added, and it says so.
	choose(box, "contact", "Morwenna Outside")
	box.get_by_role("button", name="Add this recipient").click()
	expect(box.get_by_role("alert")).to_contain_text("is among those who get a copy already")
	expect(box.locator("[data-fieldname='others'] li")).to_have_count(1)
	# The policy asks for its board's advice too, of the same person: this one goes by the button.
	of_policy = box.locator(".sg-copies__row", has_text="of the placement area's Safeguarding Adults Board")
	expect(of_policy).to_contain_text("tamsin@marshcombe.example")
	of_policy.locator("[data-copy=tick]").uncheck()
	of_policy.locator("[data-copy=reason]").fill("The Business Manager sends it.")
	other = box.locator("[data-fieldname='others'] li", has_text=OTHER_BOARD)
	box.get_by_role("button", name="Add the other board").click()
	expect(other).to_contain_text("Tamsin Elsewhere")
	expect(other).to_contain_text("a file for you to send to tamsin@marshcombe.example")
	expect(other).to_contain_text("This address is not marked as secure.")
	picture(page, "copies-send")
	# Who is filled in and not added would get nothing without a word.
	box.locator("[data-fieldname='role'] input").fill("Head of the care home")
	box.get_by_role("button", name="Prepare the copies").click()
	expect(box.get_by_role("alert")).to_contain_text("filled in, and not added")
	box.locator("[data-fieldname='role'] input").fill("")
	box.get_by_role("button", name="Prepare the copies").click()

	second = dialog(page)
	expect(second).to_contain_text("It counts as sent when the mail has left")
	expect(second.locator("[data-copy=sent]")).to_have_count(2)
	with page.expect_download() as download:
		second.locator("li", has_text="Morwenna").get_by_role("link", name="Download").click()
	path = tmp_path / "copy.pdf"
	download.value.save_as(path)
	text = "".join(sheet.extract_text() for sheet in PdfReader(path).pages)
	assert reference in text
	assert "qinternal" not in text
	for box in second.locator("[data-copy=sent]").all():
		box.check()
	second.locator("[data-fieldname='evidence'] input").fill("Sent items of the team's mailbox")
	picture(page, "copies-second-step")
	second.get_by_role("button", name="Record as sent").click()

	rows = block.locator(".sg-copies__row")
	expect(rows.filter(has_text="Morwenna Outside")).to_contain_text("Sent")
	expect(rows.filter(has_text=f"Tamsin Elsewhere, {OTHER_BOARD}")).to_contain_text("Sent")
	# A queued mail is no copy: the Business Manager's is still owed.
	office = rows.filter(has_text="Business Manager of Redbridge")
	expect(office).to_contain_text("Mail on its way")
	owed_still = page.get_by_role("region", name="Also owed").locator(
		"li", has_text="to the Business Manager"
	)
	expect(owed_still.first).to_contain_text("To do")

	assert followed(case)["sent"] == 1
	(mail,) = (text for text in mails(mail_folder, reference) if "a copy for you" in text)
	assert f"/app/escalation/{case}" in mail
	assert "Canary" not in mail
	manager = pages("manager")
	open_case(manager, case)
	assert followed(case)["received"] == 1
	page.reload()
	page.locator(".sg-now__sentence").wait_for()
	expect(office).to_contain_text("Received")
	expect(office).to_contain_text("opened by them")
	block.scroll_into_view_if_needed()
	picture(page, "copies-register", block)
	page.set_viewport_size(NARROW)
	block.scroll_into_view_if_needed()
	assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
	picture(page, "phone-copies-register")


def test_an_adviser_is_asked_and_answers_without_seeing_the_case(pages, at_stage_3: dict):
	case = at_stage_3["case"]
	page, adviser = pages("raiser"), pages("adviser")
	open_case(page, case)
	page.get_by_role("button", name="Ask for advice").click()
	box = dialog(page)
	choose(box, "contact", "Adviser Named")
	question = box.locator("[data-fieldname='question'] textarea")
	question.fill("Is self-neglect in scope here?")
	page.evaluate("() => cur_dialog.refresh_dependency()")
	expect(question).to_have_value("Is self-neglect in scope here?")
	box.locator(".btn-modal-primary").click()
	advice = page.get_by_role("region", name="Advice")
	expect(advice).to_contain_text("Is self-neglect in scope here?")

	adviser.goto("/app/sent-to-me")
	asked = adviser.locator(".sg-copies__row", has_text=at_stage_3["reference"])
	question = asked.filter(has_text="Is self-neglect in scope here?")
	expect(question).to_have_count(1)
	expect(adviser.locator(".sg-sent")).not_to_contain_text("Canary")
	assert adviser.request.get(f"/api/resource/Escalation/{case}").status == 403
	question.locator("textarea").fill("Yes, by clause 1.5.")
	picture(adviser, "copies-advice")
	adviser.set_viewport_size(NARROW)
	picture(adviser, "phone-copies-advice")
	question.get_by_role("button", name="Send the answer").click()
	expect(question).to_contain_text("Answered")
	page.reload()
	expect(advice).to_contain_text("Yes, by clause 1.5.")

	page.get_by_role("button", name="Write a letter").click()
	box = dialog(page)
	box.locator("[data-fieldname='kind'] select").select_option("notice")
	letter = box.locator("[data-fieldname='text'] textarea")
	expect(letter).not_to_have_value("")
	assert at_stage_3["reference"] in letter.input_value()
	box.get_by_role("button", name="To the other board").click()
	for field, value in (
		("to_name", "Tamsin Elsewhere"),
		("role", OTHER_BOARD),
		("address", "tamsin@marshcombe.example"),
	):
		expect(box.locator(f"[data-fieldname='{field}'] input")).to_have_value(value)
	picture(page, "copies-letter")
	box.get_by_role("button", name="Save as a copy to send").click()
	second = dialog(page)
	expect(second).to_contain_text("tamsin@marshcombe.example")
	second.locator("[data-copy=sent]").check()
	second.get_by_role("button", name="Record as sent").click()
	letter = page.get_by_role("region", name="Copies", exact=True).locator(
		".sg-copies__row", has_text="Notice: "
	)
	expect(letter).to_contain_text(f"Tamsin Elsewhere, {OTHER_BOARD}")
	expect(letter).to_contain_text("Sent")
