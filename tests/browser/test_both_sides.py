"""Both sides' word and signature: one with an account in the Desk, the other by a mailed link on a phone.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

import re
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from desk import CANARY, call, logged_in, made, open_case, picture, raised
from phone import PHONE
from playwright.sync_api import Browser, Page, expect

expect.set_options(timeout=30_000)  # a busy machine saves slowly


def mailed(folder: Path, address: str, wanted: str) -> str:
	"""What `wanted` finds in the newest mail to an address that holds it."""
	made("make_answerer.py", "send")
	for path in sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True):
		raw = path.read_bytes()
		found = re.search(wanted, text_of(message_from_bytes(raw))) if address.encode() in raw else None
		if found:
			return found[1]
	raise AssertionError(f"no mail to {address} holds {wanted}")


def text_of(mail: Message) -> str:
	parts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() == "text"]
	return "\n".join(part.decode("utf-8", "replace") for part in parts if part)


def dialog(page: Page, button: str, **values: object) -> None:
	"""Press a button of the panel, fill its dialog, and confirm it."""
	page.locator(".sg-panel button:visible", has_text=button).first.click()
	shown = page.locator(".modal.show.sg-dialog").last
	expect(shown).to_be_visible()
	page.wait_for_function("() => window.cur_dialog && cur_dialog.display")
	page.evaluate("values => cur_dialog.set_values(values)", values)
	page.wait_for_timeout(300)
	picture(page, f"both-sides-{button.split()[-1].lower()}" if button.endswith("sign") else "")
	shown.locator(".btn-modal-primary").click()
	expect(shown).to_be_hidden()


def settled(page: Page, world: dict, lead: str) -> str:
	"""A case that the two managers have settled at Stage 2; its name."""
	name = raised(page, world, responding_lead=lead)
	call(
		page,
		"record",
		escalation=name,
		kind="discussed",
		mode="phone",
		note=f"{CANARY} was seen by the ward.",
	)
	call(page, "move", escalation=name, action="Escalate to Stage 2", reason="No agreement.")
	return name


def resolve(page: Page, name: str, lead: str) -> None:
	page.evaluate(
		"""async (name) => {
			const doc = await frappe.db.get_doc("Escalation", name);
			doc.resolution_summary = "The enquiry is reopened; a planning meeting takes place within five working days.";
			doc.outstanding_issues_plan = "None is outstanding.";
			await frappe.xcall("frappe.client.save", { doc });
		}""",
		name,
	)
	call(
		page,
		"record",
		escalation=name,
		kind="resolution_proposed",
		actor=lead,
		evidence="Their email of today",
	)
	call(page, "move", escalation=name, action="Accept Resolution")


def test_both_sides_sign_one_in_the_desk_and_one_by_a_link_on_a_phone(
	browser: Browser, world: dict, phone: Page, mail_folder: Path
):
	person = made("make_answerer.py")
	raiser = logged_in(browser, world, f"{world['raising']}/Practitioner")
	name = settled(raiser, world, person["contact"])
	raiser.context.close()
	page = logged_in(browser, world, f"{world['raising']}/Manager")
	page.goto("/app")
	page.wait_for_function("() => window.frappe && frappe.xcall && frappe.boot")
	resolve(page, name, person["contact"])
	open_case(page, name)
	block = page.get_by_role("region", name="Both sides’ word")
	expect(block).to_contain_text("Ask Robin Ashby of Redfern Council to confirm the record of Stage 1")
	dialog(page, "Read and sign")
	expect(block).to_contain_text("Signed in this system")
	resolution = block.locator("li", has_text="the record of the resolution")
	resolution.get_by_role("button", name="Ask").click()
	shown = page.locator(".modal.show.sg-dialog").last
	expect(shown).to_be_visible()
	page.wait_for_timeout(300)
	picture(page, "both-sides-ask")
	shown.locator(".btn-modal-primary").click()
	expect(shown).to_be_hidden()
	expect(block).to_contain_text("The mail with the link has not left yet.")

	key = mailed(mail_folder, person["address"], r"/respond#([\w-]{43})")
	phone.goto(f"/respond#{key}")
	expect(phone.locator("h1")).to_have_text("Safeguarding Escalation")
	assert "#" not in phone.url
	fits(phone)
	picture(phone, "response-link-front")
	phone.get_by_role("button", name="Send me a code").tap()
	expect(phone.get_by_label("The code of six digits")).to_be_visible()
	code = mailed(mail_folder, person["address"], r"Your code is (?:<b>)?(\d{6})")
	picture(phone, "response-link-code")
	phone.get_by_label("The code of six digits").fill("000000" if code != "000000" else "000001")
	phone.get_by_role("button", name="Continue").tap()
	expect(phone.get_by_role("alert")).to_contain_text("That did not work")
	phone.get_by_label("The code of six digits").fill(code)
	phone.get_by_role("button", name="Continue").tap()
	expect(phone.locator("h1")).to_have_text("The record of the resolution")
	expect(phone.locator("main")).to_contain_text("You answer as Robin Ashby, Redfern Council")
	assert CANARY.split()[0] not in phone.content()
	fits(phone)
	picture(phone, "response-link-record", full=True)
	phone.get_by_label("I confirm it").check()
	phone.get_by_label("Your words").fill("We hold the meeting on Thursday.")
	phone.get_by_label("I also sign this record").check()
	phone.get_by_label("To sign, write your name").fill("robin ashby")
	phone.get_by_role("button", name="Send my answer").tap()
	expect(phone.locator("h1")).to_have_text("Thank you")
	fits(phone)
	picture(phone, "response-link-receipt")
	phone.goto(f"/respond#{key}")
	phone.get_by_role("button", name="Send me a code").tap()
	phone.get_by_label("The code of six digits").fill(code)
	phone.get_by_role("button", name="Continue").tap()
	expect(phone.get_by_role("alert")).to_contain_text("That did not work")

	open_case(page, name)
	expect(block).to_contain_text("Confirmed by Robin Ashby, Redfern Council")
	expect(block).to_contain_text("We hold the meeting on Thursday.")
	expect(block).to_contain_text("Signed through a response link")
	expect(page.locator(".sg-deadlines, .sg-panel").first).to_contain_text("Met")
	picture(page, "both-sides-panel", block)
	dialog(page, "Strike out", reason="Signed for the wrong form.")
	expect(block).to_contain_text("struck out on")
	page.context.close()


def fits(page: Page) -> None:
	"""No sideways scrolling on a phone, and buttons that a thumb hits."""
	assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
	for control in page.locator("button:visible").all():
		assert control.bounding_box()["height"] >= 44
