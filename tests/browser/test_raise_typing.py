"""Somebody goes on typing in *Raise a concern* while an answer of the server draws the step anew: no letter moves."""

import desk
import pytest
from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=30_000)
BREATH = 150  # milliseconds between a tap and the first letter
SUGGEST = "**/api/method/safeguarding_escalation.api.intake.suggest*"


class Answers:
	"""What the page asks the server for is held back until a test lets it through."""

	def __init__(self, page: Page) -> None:
		self.page, self.held = page, []
		page.route(SUGGEST, lambda route: self.held.append(route))

	def wait(self) -> None:
		"""Until the page has asked; what has the focus then is marked, to see that it is drawn anew."""
		for _ in range(100):
			if self.held:
				break
			self.page.wait_for_timeout(50)
		assert len(self.held) == 1
		self.page.wait_for_function("() => (document.activeElement.dataset.before = 'yes')")

	def arrive(self) -> None:
		with self.page.expect_response(SUGGEST):
			self.held.pop().continue_()

	def redraw(self) -> None:
		"""The answer arrives while somebody types, and the step is drawn anew by it."""
		self.wait()
		self.arrive()
		self.drawn()

	def drawn(self) -> None:
		"""Until the step is drawn anew; nobody's next letter comes sooner than a moment later."""
		self.page.wait_for_function(
			"() => document.activeElement.name && !document.activeElement.dataset.before"
		)
		self.page.wait_for_timeout(BREATH)


@pytest.fixture
def answers(phone: Page, newcomer: dict) -> Answers:
	desk.log_in(phone.context, newcomer["user"], newcomer["password"])
	phone.goto("/app/raise-concern")
	expect(phone.locator(".sg-raise__heading")).to_have_text("Who is it about?")
	return Answers(phone)


def begun(phone: Page) -> Locator:
	"""Somebody is at risk, and the caret stands where it is written down what keeps them safe."""
	phone.get_by_role("button", name="Somebody is at risk now").tap()
	safe = phone.locator(".sg-raise [name=interim_safety_actions]")
	safe.tap()
	phone.wait_for_timeout(BREATH)
	return safe


def test_words_on_what_keeps_the_person_safe_go_on_at_their_end(phone: Page, answers: Answers) -> None:
	safe = begun(phone)
	phone.keyboard.type("A nurse stays i")
	answers.redraw()
	phone.keyboard.type("n the room.")
	expect(safe).to_have_value("A nurse stays in the room.")


def test_an_area_that_is_mended_in_its_middle_stays_in_order(phone: Page, answers: Answers) -> None:
	phone.locator(".sg-raise [name=subject_name]").fill("Zephyrine Canary")
	phone.locator(".sg-raise [type=submit]").tap()
	area = phone.locator(".sg-raise [name=adult_area]")
	area.tap()
	phone.wait_for_timeout(BREATH)
	phone.keyboard.type("Redbrge")
	phone.keyboard.press("ArrowLeft")
	phone.keyboard.press("ArrowLeft")
	answers.redraw()
	phone.keyboard.type("id")
	expect(area).to_have_value("Redbridge")
	# What was typed in the meantime asks again, and its answer is the one that counts.
	answers.wait()
	answers.arrive()
	expect(phone.locator(".sg-raise [role=note]").first).to_contain_text("Redbridge's")


def test_a_word_that_a_phones_keyboard_still_makes_is_not_broken_off(phone: Page, answers: Answers) -> None:
	safe = begun(phone)
	keyboard = phone.context.new_cdp_session(phone)
	keyboard.send("Input.imeSetComposition", {"text": "A nur", "selectionStart": 5, "selectionEnd": 5})
	answers.wait()
	answers.arrive()
	phone.wait_for_timeout(500)
	assert phone.evaluate("document.activeElement.dataset.before") == "yes"
	keyboard.send("Input.imeSetComposition", {"text": "A nurse", "selectionStart": 7, "selectionEnd": 7})
	assert phone.evaluate("document.activeElement.dataset.before") == "yes"
	keyboard.send("Input.insertText", {"text": "A nurse"})
	answers.drawn()
	phone.keyboard.type(" stays.")
	expect(safe).to_have_value("A nurse stays.")
