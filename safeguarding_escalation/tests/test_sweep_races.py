"""Sweeps on real connections and in real processes: two at once, one killed in the middle, a mail server that refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import frappe
import pytest
from frappe.utils.background_jobs import get_queue

from safeguarding_escalation import compat
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import mail_care, sweeping, times
from safeguarding_escalation.tests import drill_cases, factories, figures
from safeguarding_escalation.tests.factories import as_user

MONDAY = "2025-03-17 09:00:00"
NUMBER = 8


@pytest.fixture
def committed(world):
	"""Some cases with alerts due on MONDAY that other connections see; silent again afterwards, without their mails."""
	first = factories.escalation(world).name
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(first, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	made = [first, *drill_cases.copies(first, NUMBER - 1)]
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	for doctype in ("Escalation Deadline", "Escalation Alert"):
		frappe.db.delete(doctype, {"escalation": ("in", made)})
	frappe.db.delete("Email Queue", {"reference_name": ("in", made)})
	frappe.db.delete("Safeguarding Heartbeat")
	frappe.db.set_value("Escalation", {"name": ("in", made)}, "workflow_state", "Withdrawn")
	frappe.db.commit()


def connected(work):
	"""Run `work()` as a job does: in a thread and on a connection of its own, with nothing of a test about it."""
	with ThreadPoolExecutor(1) as pool:
		return pool.submit(_on_own_connection, work).result()


def _on_own_connection(work):
	frappe.init(site=os.environ["SE_SITE"], sites_path=str(Path(os.environ["SE_BENCH"]) / "sites"))
	frappe.connect()
	try:
		frappe.set_user("Administrator")
		frappe.local.lang = "en"
		return work()
	finally:
		frappe.db.rollback()
		frappe.destroy()


def page(cases):
	return connected(lambda: sweeping.page(cases, MONDAY, MONDAY))


def keys(cases) -> list[tuple]:
	frappe.db.rollback()
	columns = ["escalation", "clock", "instance", "due_at", "rung", "recipient"]
	rows = frappe.get_all("Escalation Alert", {"escalation": ("in", cases)}, columns)
	return sorted(tuple(str(row[column]) for column in columns) for row in rows)


def mails(cases) -> list[tuple[str, str]]:
	"""(case, mailbox) of each queued mail."""
	rows = frappe.get_all("Email Queue", {"reference_name": ("in", cases)}, ["name", "reference_name"])
	return sorted(
		(row.reference_name, to)
		for row in rows
		for to in frappe.get_all("Email Queue Recipient", {"parent": row.name}, pluck="recipient")
	)


def once(cases) -> None:
	"""Every case has been served alike, each alert is there once, each mailbox got one mail a case."""
	said, sent = keys(cases), mails(cases)
	assert len(said) == len(set(said)) > 0
	assert sent == sorted({(row[0], row[5]) for row in said})
	of_each = {name: sorted(row[1:] for row in said if row[0] == name) for name in cases}
	assert all(rows == of_each[cases[0]] for rows in of_each.values())
	assert of_each[cases[0]]


def test_two_workers_with_the_same_page_say_everything_once(committed):
	with ThreadPoolExecutor(2) as pool:
		both = list(pool.map(page, (committed, committed[::-1])))
	once(committed)
	assert sum(counts["mails"] for counts in both) == len(mails(committed))
	assert not any(counts["failed"] for counts in both)
	lost = sum(counts["busy"] for counts in both)
	figures.say(
		f"sweep: two workers on one page of {NUMBER} cases: 0 alerts twice, {lost} cases left to the next sweep"
	)


KILLED = """
import os, signal, frappe
from safeguarding_escalation.services import sweeping
frappe.init(site=os.environ["SE_SITE"], sites_path=os.environ["SE_BENCH"] + "/sites")
frappe.connect()
frappe.set_user("Administrator")
serve, served = sweeping.serve, []
def dies(case, moment, counts):
	serve(case, moment, counts)
	served.append(case.name)
	if len(served) == {point}:
		os.kill(os.getpid(), signal.SIGKILL)  # rows and mail are written, nothing is committed
sweeping.serve = dies
sweeping.page({cases!r}, "{moment}", "{moment}")
"""


@pytest.mark.parametrize("point", [1, NUMBER // 2, NUMBER])
def test_a_worker_killed_in_the_middle_of_a_page_leaves_nothing_half_done(committed, point):
	code = KILLED.format(point=point, cases=committed, moment=MONDAY)
	folder = Path(os.environ["SE_BENCH"]) / "sites"
	ended = subprocess.run(  # noqa: S603
		[sys.executable, "-W", "ignore", "-c", code], cwd=folder, check=False
	)
	assert ended.returncode == -signal.SIGKILL
	said = keys(committed)
	assert {row[0] for row in said} == set(committed[: point - 1])
	assert mails(committed) == sorted({(row[0], row[5]) for row in said})
	page(committed)
	once(committed)


def test_a_lost_queue_is_no_lost_alert(committed, monkeypatch):
	"""Redis is emptied while the pages wait in it."""
	monkeypatch.setattr(sweeping, "due_cases", lambda *_: committed)
	monkeypatch.setattr(sweeping, "PAGE", 3)
	assert sweeping.scheduled(MONDAY)["pages"] == 3
	assert compat.waiting_jobs("default", sweeping.PAGE_JOB) >= 3
	assert sweeping.scheduled(MONDAY)["pages"] == 0
	get_queue("default").empty()
	assert sweeping.scheduled(MONDAY)["pages"] == 3
	get_queue("default").empty()
	assert keys(committed) == []
	page(committed)
	once(committed)


def test_a_mail_server_that_refuses_gets_the_mail_once_when_it_takes_mail_again(committed):
	page(committed[:1])
	frappe.db.rollback()
	mail = frappe.get_all("Email Queue", {"reference_name": committed[0]}, ["name", "message_id"])[0]
	folder = Path(os.environ["SE_MAIL_DIR"])

	def send():
		try:
			frappe.get_doc("Email Queue", mail.name).send()
		except Exception as refusal:
			return str(refusal)
		return ""

	def row():
		frappe.db.rollback()
		return frappe.db.get_value("Email Queue", mail.name, ["status", "retry"])

	(folder / "refuse").write_text("451 4.3.2 Try again later")
	try:
		said = [connected(send) for _ in range(4)]
	finally:
		(folder / "refuse").unlink()
	assert all("451" in each or "Try again" in each for each in said)
	assert row() == ("Error", 3)
	later = times.now() + timedelta(minutes=6)
	connected(lambda: (mail_care.retry_failed(later), frappe.db.commit()))
	assert row() == ("Not Sent", 4)
	assert connected(send) == ""
	assert connected(send) == ""
	assert row()[0] == "Sent"
	arrived = [path for path in folder.glob("*.eml") if mail.message_id in path.read_text(errors="replace")]
	assert len(arrived) == 1
