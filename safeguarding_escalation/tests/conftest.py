"""A connected site for every test, rolled back after it. Run with `./dev test site`."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import frappe
import pytest

from safeguarding_escalation.tests import factories, figures, mails


def pytest_sessionfinish(session: pytest.Session) -> None:
	"""A process of pytest-xdist hands over what its tests want said."""
	if hasattr(session.config, "workeroutput"):
		session.config.workeroutput["figures"] = figures.SAID


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
	figures.SAID.extend(getattr(node, "workeroutput", {}).get("figures", ()))


def pytest_terminal_summary(terminalreporter) -> None:
	for line in figures.SAID:
		terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
	"""Connect to the test site that SE_BENCH and SE_SITE name; yields its name."""
	bench, name = os.environ.get("SE_BENCH"), os.environ.get("SE_SITE")
	if not bench or not name:
		pytest.fail("These tests need a site: run them with ./dev test site")
	before = Path.cwd()
	os.chdir(Path(bench, "sites"))
	frappe.init(site=name)
	frappe.connect()
	frappe.flags.in_test = True
	frappe.local.lang = "en"
	yield name
	frappe.destroy()
	os.chdir(before)


@pytest.fixture(scope="session")
def world(site: str) -> factories.World:
	"""The invented agencies and people, made once and kept: making a dozen users is slow."""
	frappe.set_user("Administrator")
	made = factories.world()
	frappe.db.commit()
	return made


_KEPT: list[str] = []  # the savepoint of a module that keeps what its fixtures build


@pytest.fixture(scope="module")
def kept(site: str) -> Iterator[None]:
	"""What a module's fixtures build after this is there for all its tests, and gone after them; nothing is committed.

	Each test goes back to it, instead of to an empty transaction. A test that commits ends it, and fails.
	"""
	frappe.set_user("Administrator")
	_KEPT.append("kept_for_the_module")
	yield
	_KEPT.clear()
	frappe.db.rollback()
	frappe.set_user("Administrator")


@pytest.fixture(autouse=True)
def rolled_back(site: str) -> Iterator[None]:
	"""Administrator before each test; nothing of it stays in the database after."""
	frappe.set_user("Administrator")
	for name in _KEPT:  # fixtures of a module come before those of a test
		frappe.db.savepoint(name)
	began = frappe.utils.now()
	yield
	told = [line for name, raw in mails.queued(began) for line in mails.telling(name, raw)]
	frappe.db.rollback(**({"save_point": _KEPT[0]} if _KEPT else {}))
	frappe.set_user("Administrator")
	frappe.flags.in_test = True
	assert not told, "a mail that this test queued names somebody: " + "; ".join(told)


@pytest.fixture(scope="session", autouse=True)
def delivered_mails(site: str) -> Iterator[None]:
	"""No mail that left the site while the tests ran names anybody of a case, in any part."""
	began = time.time()
	yield
	told = [line for name, raw in mails.delivered(began) for line in mails.telling(name, raw)]
	assert not told, "a mail that was sent names somebody: " + "; ".join(told)
