"""Numbers of test runs, the command line, mails, tables."""

from pathlib import Path

import pytest

from dev_host import cli, mailbox, report
from dev_host.errors import UsageError
from dev_host.testing import chosen_parts
from dev_host.testing.outcome import Outcome, from_junit, summary

REPORT = '<testsuites><testsuite tests="10" failures="{failures}" errors="0" skipped="2"/></testsuites>'


@pytest.fixture
def junit(tmp_path: Path):
	def write(failures: int = 0) -> Path:
		file = tmp_path / "x.xml"
		file.write_text(REPORT.format(failures=failures))
		return file

	return write


def test_numbers_come_from_pytests_report(junit):
	found = from_junit(junit(failures=1), 1, selective=False)
	assert (found.passed, found.failed, found.skipped, found.good) == (7, 1, 2, False)


def test_too_little_coverage_counts_as_a_failure(junit):
	found = from_junit(junit(), 1, selective=False)
	assert (found.passed, found.failed, found.good) == (8, 1, False)


def test_no_report_is_a_failure(tmp_path: Path):
	assert not from_junit(tmp_path / "missing.xml", 2, selective=False).good


@pytest.mark.parametrize(("selective", "good"), [(True, True), (False, False)])
def test_finding_no_test_is_a_failure_unless_tests_were_chosen(tmp_path: Path, selective, good):
	assert from_junit(tmp_path / "missing.xml", 5, selective=selective).good is good


def test_a_part_in_which_nothing_ran_is_not_good():
	assert not Outcome("site").good
	assert not Outcome("site", skipped=9).good


def test_the_sum_stands_alone_on_the_last_line():
	text = summary(
		[Outcome("a", passed=3), Outcome("b", passed=1, failed=2, skipped=4, note="why")], lenient=False
	)
	assert text.splitlines()[-1] == "4 passed, 2 failed, 4 skipped"
	assert "FAILED" in text
	assert "why" in text


def test_parts_keep_their_order():
	assert chosen_parts(["site", "lint"]) == ["lint", "site"]
	assert chosen_parts([]) == list(cli.TEST_PARTS)


def test_an_unknown_part_is_refused():
	with pytest.raises(UsageError, match="no part sites"):
		chosen_parts(["sites"])


@pytest.mark.parametrize(
	("words", "own", "passed"),
	[
		(["test", "site", "--", "-k", "x"], ["test", "site"], ["-k", "x"]),
		(["test"], ["test"], []),
		(["test", "--", "--", "x"], ["test"], ["--", "x"]),
	],
)
def test_words_after_two_dashes_are_handed_on(words, own, passed):
	assert cli.split(words) == (own, passed)


@pytest.mark.parametrize(
	"name", ["up", "test", "site x", "down", "status", "logs web", "mail 1", "mail --list", "reset"]
)
def test_every_command_is_known(name):
	assert cli.parser().parse_args(name.split()).command == name.split()[0]


def mail(folder: Path, number: int, subject: str) -> None:
	(folder / f"{number}.eml").write_bytes(
		b"X-Envelope-To: a@b.example\r\nDate: Mon, 23 Nov 2026 20:58:45 +0000\r\nSubject: "
		+ subject.encode()
		+ b"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello \xe2\x80\x93 there\r\n"
	)


def test_mails_are_listed_newest_first(tmp_path: Path):
	mail(tmp_path, 99, "older")
	mail(tmp_path, 100, "newer")
	lines = mailbox.listing(tmp_path).splitlines()
	assert [line.split()[-1] for line in lines] == ["newer", "older"]


def test_a_mail_is_shown_as_text(tmp_path: Path):
	mail(tmp_path, 1, "=?utf-8?q?Caf=C3=A9?=")
	shown = mailbox.one(tmp_path, 1)
	assert "Subject: Café" in shown
	assert "Hello – there" in shown


def test_a_mail_that_is_not_there_is_refused(tmp_path: Path):
	with pytest.raises(UsageError, match="no mail 1"):
		mailbox.one(tmp_path, 1)
	assert mailbox.listing(tmp_path) == "No mail yet."


def test_a_table_lines_up_and_leaves_missing_values_blank():
	rows = [{"a": "long value", "b": 1}, {"a": None, "b": 22, "c": "not shown"}]
	assert (
		report.table(rows, (("a", "A"), ("b", "B")), indent="")
		== "A           B\nlong value  1\n            22"
	)
