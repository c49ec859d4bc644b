"""What the browser tests share: sizes of a screen, people made inside the bench, pictures, a page that must not fail."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page

HERE = Path(__file__).resolve().parent
PHONE = {"width": 375, "height": 812}
DESKTOP = {"width": 1440, "height": 1000}
CANARY = "Zephyrine Canary"


def made(script: str) -> dict:
	"""Run one of the `make_*.py` scripts in the bench, on the test site; what it printed."""
	words = [sys.executable, str(HERE / script), os.environ["SE_BENCH"], os.environ["SE_SITE"]]
	done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603
	return json.loads(done.stdout.strip().splitlines()[-1])


def at_work(page: Page) -> Iterator[Page]:
	"""The page, whose own scripts must raise no error."""
	problems: list[str] = []
	page.on("pageerror", lambda error: problems.append(str(error)))
	yield page
	assert problems == []


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
