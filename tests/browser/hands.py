"""The Desk as somebody's hands use it, on the form of a policy: clicks and typed characters are counted."""

import time

from desk import until
from playwright.sync_api import Locator, Page, expect


class Hands:
	"""The page as somebody's hands use it: each click, each key and each choice from a list is counted."""

	def __init__(self, page: Page) -> None:
		self.page, self.clicks, self.typed, self.began = page, 0, 0, time.monotonic()

	def click(self, target: Locator) -> None:
		self.clicks += 1
		target.click()

	def write(self, target: Locator, text: str) -> None:
		"""Into a field: one click to get there, and the characters."""
		self.clicks += 1
		self.typed += len(text)
		target.fill(text)
		target.press("Tab")

	def choose(self, target: Locator, value: str) -> None:
		"""From a list: one click to open it, one to choose."""
		self.clicks += 2
		target.select_option(value)

	def menu(self, label: str, group: str = "Policy") -> None:
		"""An entry of a menu of the form."""
		self.click(
			self.page.locator(".page-actions .inner-group-button:visible", has_text=group).locator("button")
		)
		self.click(self.page.locator(".page-actions .dropdown-item:visible", has_text=label))

	def said(self) -> str:
		seconds = time.monotonic() - self.began
		return f"{self.clicks} clicks, {self.typed} typed characters, {seconds:.0f} s in a browser"


def dialog(page: Page) -> Locator:
	return page.locator(".modal.show.sg-dialog").last


def field(within: Locator, name: str) -> Locator:
	return (
		within.locator(f"[data-fieldname='{name}']")
		.locator("input:visible, textarea:visible, select:visible")
		.first
	)


def press(within: Locator) -> Locator:
	return within.locator(".btn-modal-primary")


def submit(hands: Hands) -> None:
	page = hands.page
	hands.click(page.locator(".primary-action:visible", has_text="Submit"))
	hands.click(
		page.locator(
			".modal.show .btn-modal-primary:visible, .modal.show .btn-primary:visible", has_text="Yes"
		)
	)


def submitted(page: Page) -> None:
	expect(page.locator(".indicator-pill:visible", has_text="Submitted")).to_be_visible()


def open_clock(hands: Hands, number: int) -> Locator:
	page = hands.page
	hands.click(page.locator(".form-tabs .nav-link", has_text="Clocks and counting"))
	row = page.locator(f"[data-fieldname='clocks'] .grid-row[data-idx='{number}']").first
	row.scroll_into_view_if_needed()
	hands.click(row.locator(".btn-open-row").first)
	return page.locator(".grid-row-open .form-in-grid:visible")


def saved(page: Page) -> None:
	"""A draft that is stored: its button submits it now."""
	expect(page.locator(".primary-action:visible", has_text="Submit")).to_be_visible()


def to_diagram(hands: Hands, shown: Locator) -> None:
	"""The tab with the policy in words, up to something that stands there."""
	until(lambda: hands.click(hands.page.locator(".form-tabs .nav-link", has_text="Diagram")), shown)


def show_dates(hands: Hands, day: str) -> Locator:
	page = hands.page
	to_diagram(hands, page.locator("[data-sgp-day]"))
	page.locator("[data-sgp-day]").fill(day)
	hands.click(page.get_by_role("button", name="Show dates"))
	return page.locator(".sgp:visible")


def save(hands: Hands) -> None:
	hands.click(hands.page.locator(".grid-row-open .grid-collapse-row:visible").first)
	hands.click(hands.page.locator(".primary-action:visible", has_text="Save"))
	saved(hands.page)
