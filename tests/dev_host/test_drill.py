"""The drill's checker finds every way in which an alert can be lost or said twice; its events are those of its seed."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from dev_host.layout import Layout
from dev_host.testing.drill import SMALL_KILLS, VICTIMS, Storm
from dev_host.testing.drill_check import Message, check
from dev_host.testing.drill_host import DrillLayout, descendants
from dev_host.testing.drill_report import messages

DUE = [
	["case-1", "REF-1", "CLOCK.A", "", "2025-03-17 23:59:59", "due_today", "lead@example.test"],
	["case-1", "REF-1", "CLOCK.B", "", "2025-03-17 23:59:59", "due_today", "lead@example.test"],
	["case-1", "REF-1", "CLOCK.A", "", "2025-03-17 23:59:59", "due_today", "other@example.test"],
	["case-2", "REF-2", "CLOCK.A", "2", "2025-03-18 23:59:59", "due_soon", "lead@example.test"],
]
MAIL_OF = {
	("case-1", "lead@example.test"): "1",
	("case-1", "other@example.test"): "2",
	("case-2", "lead@example.test"): "3",
}


def stored(**changed) -> dict:
	"""The rows as they are when all went well."""
	whole = {
		"alerts": [[*row, MAIL_OF[row[0], row[6]]] for row in DUE],
		"mails": [[name, f"id-{name}@site", "Sent"] for name in ("1", "2", "3")],
		"due": 0,
		"findings": [],
		"beat": "2025-03-17 09:00:00+00:00",
	}
	return {**whole, **changed}


def wire() -> list[Message]:
	return [
		Message("lead@example.test", "REF-1: due today Mon 17 Mar 2025", "id-1@site"),
		Message("other@example.test", "REF-1: due today Mon 17 Mar 2025", "id-2@site"),
		Message("lead@example.test", "REF-2: due soon Tue 18 Mar 2025", "id-3@site"),
	]


def failed(verdict) -> set[str]:
	return {finding.partition(", such as")[0].split(" ", 1)[1] for finding in verdict.findings}


def test_when_all_went_well_there_is_no_finding():
	verdict = check(DUE, stored(), wire())
	assert verdict.findings == []
	assert verdict.good
	assert (
		verdict.counts["alerts due"],
		verdict.counts["mails expected"],
		verdict.counts["mails in the sink"],
	) == (4, 3, 3)


def test_a_row_that_was_committed_without_its_mail_is_found():
	"""A commit between the alert row and the mail, and a kill there: the planted fault of exactly once."""
	rows = stored()
	rows["alerts"][3][7] = ""
	rows["mails"] = rows["mails"][:2]
	assert failed(check(DUE, rows, wire()[:2])) == {"alert rows without their mail", "mails missing"}


def test_a_mail_that_was_committed_without_its_row_is_found():
	rows = stored()
	del rows["alerts"][3]
	assert failed(check(DUE, rows, wire())) == {"alerts missing", "mails without an alert row"}


def test_a_second_row_is_found_where_no_unique_key_stops_it():
	"""Two sweeps at once without the key and the locking read: each writes its own row and mail."""
	rows = stored()
	rows["alerts"].append([*DUE[3], "4"])
	rows["mails"].append(["4", "id-4@site", "Sent"])
	second = Message("lead@example.test", "REF-2: due soon Tue 18 Mar 2025", "id-4@site")
	found = failed(check(DUE, rows, [*wire(), second]))
	assert found == {"duplicate alert rows", "second mails of one alert"}


def test_one_mail_sent_twice_on_the_wire_is_counted_and_no_finding():
	verdict = check(DUE, stored(), [*wire(), wire()[0]])
	assert verdict.good
	assert verdict.counts["mails twice on the wire"] == 1


@pytest.mark.parametrize(
	("changed", "found"),
	[
		({"due": 2}, "cases still due"),
		({"beat": ""}, "beats of the sweep that are missing"),
		({"findings": ["Alert x has neither a mail nor a problem."]}, "findings of the app itself"),
		({"mails": [["1", "id-1@site", "Sent"], ["2", "id-2@site", "Error"], ["3", "id-3@site", "Sent"]]}, "mails not marked as sent"),
	],
)  # fmt: skip
def test_what_is_left_undone_is_found(changed, found):
	assert failed(check(DUE, stored(**changed), wire())) == {found}


def test_an_alert_that_nobody_was_due_is_found():
	rows = stored()
	rows["alerts"].append([*DUE[0][:6], "stranger@example.test", "4"])
	rows["mails"].append(["4", "id-4@site", "Sent"])
	stray = Message("stranger@example.test", "REF-1: due today", "id-4@site")
	assert failed(check(DUE, rows, [*wire(), stray])) == {
		"alerts that were not due",
		"mails to somebody who was due none",
	}


def test_a_message_that_no_row_knows_is_found():
	assert failed(
		check(DUE, stored(), [*wire()[:2], Message("lead@example.test", "REF-2: x", "other@site")])
	) == {"messages of no mail row"}


def test_messages_are_read_as_the_sink_wrote_them(tmp_path: Path):
	(tmp_path / "1.eml").write_text(
		"X-Envelope-To: lead@example.test\r\nSubject: REF-1: due today\r\nMessage-Id:\r\n <id-1@site>\r\n\r\nText\r\n"
	)
	(tmp_path / "2.part").write_text("half a message")
	assert list(messages(tmp_path)) == [Message("lead@example.test", "REF-1: due today", "id-1@site")]
	assert Message("a@example.test", "Something else", "x").reference == ""


def test_a_seed_makes_the_same_events_and_kills_of_each_kind():
	def events(seed: int, kills: int) -> list[tuple[float, str]]:
		return [(point, name) for point, name, _ in Storm(None, 10, kills, seed).events()]

	assert events(1, 200) == events(1, 200) != events(2, 200)
	kinds = Counter(name for _, name in events(1, 200))
	assert [kinds[f"kill of {victim}"] for victim in VICTIMS] == [67, 67, 66]
	assert all(0 < point < 1 for point, _ in events(1, 200))
	small = Counter(name for _, name in events(1, SMALL_KILLS))
	assert {name for name in small if "refused" in name} == {
		"mail refused (451)",
		"mail refused (550)",
		"mail refused (no answer)",
	}
	assert small["Redis emptied"] >= 2
	assert {"two sweeps by hand at once", "site dormant"} <= set(small)


def test_the_drill_shares_python_and_apps_with_the_checkout_and_nothing_else(tmp_path: Path):
	main, own = Layout(tmp_path), DrillLayout(tmp_path)
	assert (own.python, own.frappe) == (main.python, main.frappe)
	for folder in ("sites", "database", "run", "logs", "mail"):
		assert getattr(own, folder) != getattr(main, folder)
		assert getattr(own, folder).is_relative_to(tmp_path / ".dev" / "drill")


def test_a_kill_reaches_what_a_process_has_forked():
	forks = "import os, time\nif os.fork() == 0:\n\tos.setsid()\n\tos.fork()\ntime.sleep(60)"
	process = subprocess.Popen([sys.executable, "-c", forks])  # noqa: S603
	try:
		deadline = time.monotonic() + 10
		while len(below := descendants(process.pid)) < 2 and time.monotonic() < deadline:
			time.sleep(0.05)
		assert len(below) == 2
	finally:
		for each in [*descendants(process.pid), process.pid]:
			os.kill(each, 9)
		process.wait()
	assert descendants(process.pid) == []
