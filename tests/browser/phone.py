"""A person with a phone for the browser tests: taps and types as one does, and is counted while doing so.

A script is quicker than a person, so taps and typed characters are counted too, and say how long a person would need:
two characters a second, two seconds a tap, four seconds to read a step.
"""

import re
import time

from desk import CANARY, picture
from playwright.sync_api import Page, TimeoutError, expect

DESK = re.compile(r"/(app|desk)(/|$)")
PHONE = {"width": 390, "height": 844}
AGENT = (
	"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	"Version/17.0 Mobile/15E148 Safari/604.1"
)
TYPED_A_SECOND, A_TAP, A_STEP_READ = 2, 2, 4


# The controls that are too low for a finger, looked at in one moment: the form may be drawn anew between two.
LOW = """() => [...document.querySelectorAll(".sg-raise :is(.form-control, button, .sg-raise__option)")]
	.filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().height < 44)
	.map((node) => node.outerHTML)"""

# Which step it is, and what is said to be missing there.
STEP = """() => [".sg-raise__heading", ".sg-raise__problems"]
	.map((part) => (document.querySelector(part) || {}).innerText || "").join("|")"""


class Person:
	"""A person with a thumb: taps and types as one does, and is counted while doing so."""

	def __init__(self, page: Page, who: dict, prefix: str = "") -> None:
		self.page, self.who, self.prefix = page, who, prefix
		self.taps = self.typed = self.steps = 0
		self.began = time.monotonic()

	def tap(self, target) -> None:
		target.tap()
		self.taps += 1

	def write(self, name: str, text: str) -> None:
		"""Into a field, and again where the phone took no letter of it."""
		box = self.page.locator(f".sg-raise [name={name}]")
		before = box.input_value()
		for _ in range(3):
			self.tap(box)
			box.press_sequentially(text)
			self.typed += len(text)
			if box.input_value() != before:
				return

	def pick(self, name: str, label: str | re.Pattern) -> None:
		"""A native list of a phone: one tap opens it, one chooses."""
		box = self.page.locator(f".sg-raise select[name={name}]")
		options = box.locator("option")
		expect(options.filter(has_text=label).first).to_be_attached()
		box.select_option(options.filter(has_text=label).first.get_attribute("value"))
		self.taps += 2

	def choose(self, name: str, label: str) -> None:
		option = self.page.locator(f".sg-raise__option:has(input[name={name}])", has_text=label).first
		self.tap(option.locator("label"))

	def question(self, heading: str, number: int | None = None) -> None:
		"""The step is there, says which one it is, has the focus, and fits the screen."""
		page = self.page
		expect(page.locator(".sg-raise__heading")).to_have_text(heading)
		expect(page.locator(".sg-raise__heading")).to_be_focused()
		if number:
			expect(page.locator(".sg-raise__count")).to_have_text(f"{number} of 8")
		self.fits()
		picture(page, f"{self.prefix}quick-raise-{number or 'summary'}" if self.prefix else "")
		self.steps += 1

	def fits(self) -> None:
		page = self.page
		assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
		box = page.locator(".sg-raise [type=submit]").bounding_box()
		assert box is not None
		assert box["x"] >= 0
		assert box["x"] + box["width"] <= PHONE["width"]
		assert box["y"] + box["height"] <= PHONE["height"]
		assert box["height"] >= 44
		assert page.evaluate(LOW) == []

	def next(self) -> None:
		"""Go on: to another step, or to what is said to be missing. A touch that lasts too long is no tap, and is made again."""
		before = self.page.evaluate(STEP)
		for _ in range(3):
			self.tap(self.page.locator(".sg-raise [type=submit]"))
			try:
				self.page.wait_for_function(f"before => ({STEP})() !== before", arg=before, timeout=10_000)
				return
			except TimeoutError:
				if self.page.locator(".sg-raise [type=submit][disabled]").count():
					return  # it is on its way

	def seconds(self) -> float:
		return time.monotonic() - self.began

	def as_a_human(self) -> float:
		return self.typed / TYPED_A_SECOND + self.taps * A_TAP + self.steps * A_STEP_READ


def log_in(page: Page, who: dict) -> None:
	"""By the form, up to where it leads."""
	page.goto("/login")
	page.fill("#login_email", who["user"])
	page.fill("#login_password", who["password"])
	page.click(".form-login .btn-login")
	page.wait_for_url(DESK)
	page.wait_for_function("() => window.frappe && frappe.app && frappe.session && frappe.session.user")


def find_it(person: Person) -> None:
	"""From where a practitioner arrives after logging in, by its name alone."""
	shortcut = person.page.locator(".shortcut-widget-box:visible", has_text="Raise a concern").first
	expect(shortcut).to_be_visible()
	person.tap(shortcut)


def answer(person: Person, area: str, nature: str) -> None:
	"""The eight questions, as a newcomer answers them between two patients."""
	person.question("Who is it about?", 1)
	person.write("subject_name", CANARY)
	person.next()
	person.question("Where are they?", 2)
	person.write("adult_area", area)
	expect(person.page.locator(".sg-raise [role=note]").first).to_contain_text(f"{area}'s")
	person.next()
	person.question("Whose decision is it?", 3)
	person.pick("responding_agency", person.who["responding"])
	person.pick("responding_lead", re.compile("^Practitioner of"))
	person.next()
	person.question("What did they decide, or not do?", 4)
	person.write("decision_challenged", "Closed the s42 enquiry, no visit")
	person.choose("challenge_type", "Done")
	person.pick("nature_0", nature)
	person.next()
	person.question("What may happen to the person?", 5)
	person.write("risk_to_adult", "More neglect by the carer")
	person.write("evidence_reasons", "Pressure sores seen today")
	person.next()
	person.question("What do you want to happen?", 6)
	person.write("outcome_sought", "Reopen it and visit her")
	person.next()
	person.question("Have you made the safeguarding referral?", 7)
	person.choose("referral_made", "Yes")
	person.next()
	person.question("When must this be settled to keep the person safe?", 8)
	person.choose("safe_by", "Tomorrow")
	person.next()
	person.question("What will happen")
