"""SECURITY.md names tests that exist: a promise whose test has gone is a promise no more."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SITE_TESTS = ROOT / "safeguarding_escalation" / "tests"
NAMED = re.compile(r"`((?:[\w-]+/)*test_\w+\.py)`")


def missing(text: str) -> list[str]:
	"""The test files that a page names and that hold no test."""
	found = []
	for name in NAMED.findall(text):
		path = ROOT / name if "/" in name else SITE_TESTS / name
		if not path.is_file() or "\ndef test_" not in path.read_text("utf-8"):
			found.append(name)
	return found


def promises(text: str) -> list[str]:
	"""The rows of the table of promises."""
	table = text.partition("| Promise | Tested in |")[2].partition("\n\n")[0]
	return [line for line in table.splitlines()[2:] if line.startswith("|")]


def test_every_promise_names_tests_that_exist():
	text = (ROOT / "SECURITY.md").read_text("utf-8")
	rows = promises(text)
	assert len(rows) >= 12
	assert [row for row in rows if not NAMED.search(row)] == []
	assert missing(text) == []


def test_a_planted_promise_without_a_test_is_caught():
	assert missing("| A promise | `test_gone.py`, `tests/engine/test_access.py` |") == ["test_gone.py"]


def test_the_readme_links_to_what_an_organisation_needs():
	readme = (ROOT / "README.md").read_text("utf-8")
	for name in (
		"SECURITY.md",
		"docs/data-protection-impact-assessment.md",
		"docs/information-sharing-agreement.md",
	):
		assert f"({name})" in readme
		assert (ROOT / name).is_file()
