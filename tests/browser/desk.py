"""What the browser tests share: sizes of a screen, people made inside the bench, pictures, a page that must not fail."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError, expect

HERE = Path(__file__).resolve().parent
PHONE = {"width": 375, "height": 812}
DESKTOP = {"width": 1440, "height": 1000}
CANARY = "Zephyrine Canary"


def made(script: str, *more: str) -> dict:
	"""Run one of the `make_*.py` scripts in the bench, on the test site; what it printed."""
	words = [sys.executable, str(HERE / script), os.environ["SE_BENCH"], os.environ["SE_SITE"], *more]
	done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603
	return json.loads(done.stdout.strip().splitlines()[-1])


def log_in(context: BrowserContext, user: str, password: str) -> None:
	"""A session for the browser, without the form and the Desk that it opens."""
	assert context.request.post("/api/method/login", form={"usr": user, "pwd": password}).ok


def started(page: Page) -> None:
	"""Open the Desk, whose functions can be called then, where the page is at nothing yet."""
	if page.url == "about:blank":
		page.goto("/app")
	page.wait_for_function("() => window.frappe && frappe.xcall && frappe.boot && frappe.app")


def until(act: Callable[[], None], shown: Locator) -> None:
	"""Do it until it shows: a form that draws itself anew just then swallows a click, and a person clicks again."""
	for _ in range(3):
		act()
		try:
			shown.wait_for(timeout=10_000)
			return
		except TimeoutError:
			continue
	expect(shown).to_be_visible()


def added(grid: Locator, number: int = 1) -> Locator:
	"""The last row of a table that has this many with it, made by its button."""
	row = grid.locator(f".grid-row[data-idx='{number}']").first
	until(grid.locator(".grid-add-row").click, row)
	return row


def in_cell(row: Locator, name: str) -> Locator:
	"""The input of a grid's cell, which is there once the cell is clicked and until another row is."""
	cell = row.locator(f"[data-fieldname='{name}']").first
	box = cell.locator("input, textarea, select").first
	until(cell.click, box)
	return box


def at_work(page: Page) -> Iterator[Page]:
	"""The page, whose own scripts must raise no error."""
	problems: list[str] = []
	page.on("pageerror", lambda error: problems.append(str(error)))
	yield page
	assert problems == [], problems


def picture(page: Page, name: str, target: Locator | None = None, full: bool = False) -> None:
	"""Keep a screenshot of the screen, of one part of it or of the full page, where SE_SCREENSHOTS asks for it."""
	if not name or not os.environ.get("SE_SCREENSHOTS"):
		return
	folder = HERE.parents[1] / "docs" / "screenshots"
	folder.mkdir(parents=True, exist_ok=True)
	page.wait_for_timeout(600)  # Desk's fades
	page.evaluate("document.querySelectorAll('.desk-alert').forEach((alert) => alert.remove())")
	path = folder / f"{name}.png"
	if target is None:
		page.screenshot(path=path, full_page=full)
	else:
		target.screenshot(path=path)


def dated(box: Locator, day: str) -> None:
	"""Type a day (DD-MM-YYYY) and leave the box, until it stays: a picker that is still opening puts its own back."""
	for _ in range(5):
		box.fill(day)
		box.press("Tab")
		box.page.wait_for_timeout(400)
		if box.input_value() == day:
			return
	expect(box).to_have_value(day)


def suggested(within: Page | Locator, text: str | re.Pattern) -> Locator:
	"""The first of those that a link's list offers now with this text; each release writes the list's items anew."""
	return within.locator(".awesomplete ul > *:visible", has_text=text).first


def linked(page: Page, field: str) -> None:
	"""Wait until a dialog's link holds the record that was chosen, and no longer the words that were typed for it."""
	page.wait_for_function(
		"field => cur_dialog && cur_dialog.get_value(field) && !/\\s/.test(cur_dialog.get_value(field))",
		arg=field,
	)


def call(page: Page, method: str, **arguments) -> dict:
	"""Call one of the app's functions on a case as the page's user; any page of the Desk will do."""
	started(page)
	return page.evaluate(
		"([method, args]) => frappe.xcall(method, args)",
		[f"safeguarding_escalation.api.escalation.{method}", arguments],
	)


def raised(page: Page, world: dict, **values) -> str:
	"""A case of the page's user whose concern has been put to the other agency, so that both see it; its name."""
	started(page)
	agency, other = world["raising"], world["responding"]
	document = {
		"doctype": "Escalation",
		"board": world["board"],
		"raising_agency": agency,
		"responding_agency": other,
		"responding_lead": world["people"][f"{other}/Practitioner"]["name"],
		"disagreement_at": "2025-03-11 10:00:00",
		"nature": [{"nature": "Level of risk and its assessment"}],
		"dispute_summary": "The enquiry was closed although the carer still visits.",
		"decision_challenged": "Closure of the section 42 enquiry",
		"risk_to_adult": "Further neglect at home.",
		"evidence_reasons": "Two ward assessments.",
		"outcome_sought": "The enquiry is reopened.",
		"subjects": [{"subject_name": CANARY, "kind": "Adult"}],
		"parties": [
			{"agency": agency, "side": "raising", "aim": "A protection plan"},
			{"agency": other, "side": "responding", "aim": "Support through care management"},
		],
		**values,
	}
	made = page.evaluate("(doc) => frappe.xcall('frappe.client.insert', { doc: doc })", document)
	call(page, "move", escalation=made["name"], action="Raise Concern")
	return made["name"]


def entered(page: Page, world: dict) -> dict:
	"""A draft that Administrator enters in the raising practitioner's name, with a named adult, opened in its form."""
	document = {
		"doctype": "Escalation",
		"board": world["board"],
		"raising_agency": world["raising"],
		"responding_agency": world["responding"],
		"raised_by": world["people"][f"{world['raising']}/Practitioner"]["name"],
		"responding_lead": world["people"][f"{world['responding']}/Practitioner"]["name"],
		"disagreement_at": "2025-03-11 10:00:00",
		"dispute_summary": "The enquiry was closed although the carer still visits.",
		"subjects": [{"subject_name": CANARY, "kind": "Adult"}],
	}
	started(page)
	made = page.evaluate("(doc) => frappe.xcall('frappe.client.insert', {doc})", document)
	open_case(page, made["name"])
	return made


def open_case(page: Page, name: str) -> None:
	"""The case's form, with its panel and its log."""
	page.goto(f"/app/escalation/{name}")
	page.locator(".sg-now__sentence").wait_for()
	page.locator(".sg-entry").first.wait_for()


def logged_in(browser: Browser, world: dict, who: str) -> Page:
	"""A browser of its own for one of the world's people ("Redfern Council/Manager"); close its context after use."""
	context = browser.new_context(
		base_url=os.environ["SE_URL"], locale="en-GB", timezone_id="Europe/London", viewport=DESKTOP
	)
	context.set_default_timeout(30_000)
	log_in(context, world["people"][who]["user"], world["password"])
	return context.new_page()
