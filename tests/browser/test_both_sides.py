"""Both sides' word and signature: one with an account in the Desk, the other by a mailed link on a phone.

Pictures go to docs/screenshots when SE_SCREENSHOTS is set.
"""

import re
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from desk import CANARY, logged_in, made, open_case, picture
from phone import PHONE
from playwright.sync_api import Browser, Locator, Page, expect

expect.set_options(timeout=30_000)  # a busy machine saves slowly
WIDE = {"width": 1280, "height": 900}
REDFERN = "Redfern Council"
AGREED = "a planning meeting within five working days"
DISPUTED = "We agreed ten working days for the meeting, not five."
CORRECTED = "The enquiry is reopened; a planning meeting within ten working days."

HANDY = """([part, width]) => {
	const controls = [...part.querySelectorAll("button, select, input, textarea")]
		.map((one) => (["checkbox", "radio"].includes(one.type) ? one.closest("label") : one))
		.filter((one) => one.checkVisibility({ visibilityProperty: true }));
	const low = controls.filter((one) => one.getBoundingClientRect().height < 44);
	const fits = part.scrollWidth <= part.clientWidth && document.documentElement.scrollWidth <= width;
	return !low.length && fits;
}"""


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
	shown = pressed(page, button)
	page.evaluate("values => cur_dialog.set_values(values)", values)
	page.wait_for_timeout(300)
	picture(page, f"both-sides-{button.split()[-1].lower()}" if button.endswith("sign") else "")
	shown.locator(".btn-modal-primary").click()
	expect(shown).to_be_hidden()


def pressed(page: Page, button: str, inside: Locator | None = None) -> Locator:
	"""The dialog that a button of the panel opens."""
	(inside or page.locator(".sg-panel")).locator("button:visible", has_text=button).first.click()
	shown = page.locator(".modal.show.sg-dialog").last
	expect(shown).to_be_visible()
	page.wait_for_function("() => window.cur_dialog && cur_dialog.display")
	return shown


def ask(page: Page, block: Locator, whom: str, line: str) -> None:
	"""Ask for somebody's word on the resolution, by the panel's proposal."""
	shown = pressed(page, "Ask", block.locator("li", has_text=line))
	shown.locator("[data-fieldname='contact'] select").select_option(label=whom)
	page.wait_for_timeout(300)
	picture(page, "both-sides-ask" if "no account" in whom else "")
	shown.locator(".btn-modal-primary").click()
	expect(shown).to_be_hidden()


def disputes(page: Page, name: str) -> None:
	"""The other side's manager, on a phone: the request, the record as it is, and their own words of it."""
	page.set_viewport_size(PHONE)
	open_case(page, name)
	block = page.get_by_role("region", name="Both sides’ word")
	request = block.locator("li", has_text="The record of the resolution.")
	expect(request).to_contain_text("Asked")
	thumbs(page, block)
	block.scroll_into_view_if_needed()
	shown = pressed(page, "Read and answer", request)
	expect(shown).to_contain_text(AGREED)
	assert CANARY.split()[0] not in shown.inner_text()
	shown.locator("select").select_option("disputed")
	thumbs(page, shown)
	picture(page, "phone-both-sides-answer")
	shown.locator("[data-fieldname='words'] textarea").fill(DISPUTED)
	shown.locator(".btn-modal-primary").click()
	expect(shown).to_be_hidden()
	expect(request).to_contain_text(DISPUTED)
	assert request.get_by_role("button", name="Read and answer").count() == 0


def corrects(page: Page, name: str) -> None:
	"""The raising side sees both versions, changes its own, and the other one stays as it was said."""
	open_case(page, name)
	block = page.get_by_role("region", name="Both sides’ word")
	expect(block).to_contain_text(f"Disputed by Manager of {REDFERN}, {REDFERN} on ")
	shown = pressed(page, "Read both", block)
	expect(shown.get_by_role("region", name="The record")).to_contain_text(AGREED)
	expect(shown.get_by_role("region", name="Their word")).to_contain_text(DISPUTED)
	sides = shown.locator(".sg-beside > section")
	assert sides.first.bounding_box()["y"] == sides.last.bounding_box()["y"]
	picture(page, "both-sides-beside")
	page.set_viewport_size(PHONE)
	thumbs(page, shown)
	page.set_viewport_size(WIDE)
	shown.locator(".btn-modal-primary").click()
	expect(shown).to_be_hidden()
	page.evaluate("text => cur_frm.set_value('resolution_summary', text)", CORRECTED)
	page.evaluate("() => cur_frm.save()")
	expect(block).to_contain_text("Ask again: the record has changed since their answer.")
	expect(block).to_contain_text(DISPUTED)


def test_both_sides_answer_in_the_desk_and_by_a_link_on_a_phone_and_sign(
	browser: Browser, world: dict, phone: Page, mail_folder: Path
):
	person = made("make_answerer.py")
	name = person["case"]
	page = logged_in(browser, world, f"{world['raising']}/Manager")
	page.set_viewport_size(WIDE)
	open_case(page, name)
	block = page.get_by_role("region", name="Both sides’ word")
	expect(block).to_contain_text("Ask Robin Ashby of Redfern Council to confirm the record of Stage 1")
	ask(page, block, f"Manager of {REDFERN}, {REDFERN}", "to confirm the record of the resolution")
	expect(block).to_contain_text(f"Manager of {REDFERN}, {REDFERN}: asked on")
	other = logged_in(browser, world, f"{REDFERN}/Manager")
	disputes(other, name)
	other.context.close()
	corrects(page, name)
	dialog(page, "Read and sign")
	expect(block).to_contain_text("Signed in this system")
	ask(page, block, f"Robin Ashby, {REDFERN} (no account here)", "Ask again")
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
	expect(block).to_contain_text(DISPUTED)
	picture(page, "both-sides-panel", block)
	printed(page.context.new_page(), name)
	dialog(page, "Strike out", reason="Signed for the wrong form.")
	expect(block).to_contain_text("struck out on")
	page.context.close()


def printed(page: Page, name: str) -> None:
	"""The print's places to sign are filled for both sides, each with how it came about."""
	for named, places in (("Redbridge Escalation Record", "tr"), ("Buckinghamshire Appendix B", ".se-block")):
		page.goto(f"/printview?doctype=Escalation&name={name}&format={named}&no_letterhead=1")
		for who, how in (
			("Manager of Elmfield", "in this system"),
			("Robin Ashby", "through a response link"),
		):
			signed = page.locator(places, has_text=who).filter(has_text=f"Signed {how}")
			expect(signed).to_have_count(1)
			expect(signed).to_contain_text(re.compile(r"\w{3} \d+ \w{3} 20\d\d"))
	picture(page, "both-sides-signed-print", signed.locator("xpath=ancestor::table"))


def fits(page: Page) -> None:
	"""No sideways scrolling on a phone, and buttons that a thumb hits."""
	thumbs(page, page.locator("body"))


def thumbs(page: Page, part: Locator) -> None:
	"""Neither the page nor its part scrolls sideways, and a thumb hits each control, once it is drawn."""
	page.wait_for_function(HANDY, arg=[part.element_handle(), PHONE["width"]], timeout=10_000)
