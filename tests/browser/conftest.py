"""A headless Chromium, logged in to the test site. Run with `./dev test browser`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

sys.path.insert(
	0, str(Path(__file__).resolve().parent)
)  # pytest leaves it alone with --import-mode=importlib
import calm
import desk
import phone as phone_of

FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-dev-shm-usage",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
]
PATIENCE = 30_000  # milliseconds


def setting(name: str) -> str:
	"""What `./dev test browser` put into the environment."""
	value = os.environ.get(name)
	if not value:
		pytest.fail(f"{name} isn't set: run these tests with ./dev test browser")
	return value


@pytest.fixture(scope="session", autouse=True)
def calm_hands() -> Iterator[None]:
	"""Every click and every key waits until the page has drawn itself."""
	with pytest.MonkeyPatch.context() as monkeypatch:
		calm.waits(monkeypatch)
		yield


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
	with sync_playwright() as driver:
		yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
	"""Debian's Chromium: playwright's own builds don't come from a package registry."""
	browser = playwright.chromium.launch(executable_path=setting("SE_CHROMIUM"), headless=True, args=FLAGS)
	yield browser
	browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
	"""A new profile in London; nothing is kept between tests."""
	context = browser.new_context(
		base_url=setting("SE_URL"),
		viewport={"width": 1440, "height": 1000},
		locale="en-GB",
		timezone_id="Europe/London",
	)
	context.set_default_timeout(PATIENCE)
	yield context
	context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
	return context.new_page()


@pytest.fixture
def log_in(page: Page):
	"""A function (user, password) that logs in without the form; returns the page, still empty."""

	def log_in(user: str, password: str) -> Page:
		desk.log_in(page.context, user, password)
		return page

	return log_in


@pytest.fixture
def administrator(log_in) -> Page:
	"""A page on which Administrator is logged in, still empty."""
	return log_in("Administrator", setting("SE_ADMIN_PASSWORD"))


@pytest.fixture(scope="session")
def mail_folder() -> Path:
	"""Where the test site's mail arrives, a file a message."""
	return Path(setting("SE_MAIL_DIR"))


@pytest.fixture(scope="session")
def world() -> dict:
	"""The agencies, people and users of the site tests, committed to the test site."""
	return desk.made("make_world.py")


@pytest.fixture(scope="session", autouse=True)
def beats() -> None:
	"""A site whose sweep runs: no scheduler does on the tests' own, and every page would say so."""
	desk.made("make_beats.py")


@pytest.fixture
def newcomer() -> dict:
	"""An account that nobody has logged in to yet, made for each test."""
	return desk.made("make_newcomer.py")


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
	"""A phone held upright; an error of the page's own scripts fails the test."""
	context = browser.new_context(
		base_url=setting("SE_URL"),
		viewport=phone_of.PHONE,
		user_agent=phone_of.AGENT,
		has_touch=True,
		is_mobile=True,
		device_scale_factor=2,
		locale="en-GB",
		timezone_id="Europe/London",
	)
	context.set_default_timeout(PATIENCE)
	page = context.new_page()
	problems: list[str] = []
	page.on("pageerror", lambda error: problems.append(str(error)))
	yield page
	context.close()
	assert problems == []
