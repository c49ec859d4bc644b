"""Pages of the sweep on the host's queue: any number of runs of any of them sends each alert once."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
import redis
from frappe.utils.background_jobs import create_job_id, get_queue, get_redis_conn
from rq import Queue

from safeguarding_escalation import compat, scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import heartbeat, mail, sweeping, times
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

MONDAY = "2025-03-17 08:00:00"
LATER = "2025-03-17 08:05:00"


@pytest.fixture
def cases(world):
	"""Three raised cases with something due on MONDAY, alone with their deadlines."""
	frappe.db.delete("Escalation Deadline")
	frappe.db.delete("Safeguarding Heartbeat")
	frappe.db.delete("Error Log", {"method": sweeping.FAILED})
	made = [factories.escalation(world).name for _ in range(3)]
	with as_user(world.user(world.raising, "Practitioner")):
		for name in made:
			api.move(name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	return made


@pytest.fixture
def queue(monkeypatch):
	"""What is handed to the host's queue, instead of the queue."""
	jobs: list[dict] = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **given: jobs.append({"method": method, **given}))
	monkeypatch.setattr(compat, "waiting_jobs", lambda *_: 0)
	return jobs


@pytest.fixture
def as_job(monkeypatch):
	monkeypatch.setattr(compat, "in_background_job", lambda: True)


def said(names: list[str]) -> int:
	return frappe.db.count("Escalation Alert", {"escalation": ("in", names)})


def mails(names: list[str]) -> int:
	return frappe.db.count("Email Queue", {"reference_name": ("in", names)})


def run(job: dict) -> dict[str, int]:
	given = {key: value for key, value in job.items() if key not in ("method", "queue", "job_id")}
	return frappe.get_attr(job["method"])(**given)


def beat_at() -> object:
	return heartbeat.last(heartbeat.SWEEP)


def test_a_job_of_the_queue_is_told_from_everything_else():
	assert not compat.in_background_job()
	queue = Queue("here-and-now", connection=get_redis_conn(), is_async=False)
	job = queue.enqueue(compat.in_background_job)
	assert job.return_value() is True
	job.delete()
	assert not compat.in_background_job()


def test_by_hand_everything_is_served_at_once(cases, queue, monkeypatch):
	monkeypatch.setattr(sweeping, "PAGE", 1)
	assert scheduler.sweep(MONDAY)["cases"] == 3
	assert queue == []
	assert said(cases) >= mails(cases) > 0


def test_a_job_with_a_page_or_less_serves_it_itself(cases, queue, as_job, monkeypatch):
	monkeypatch.setattr(times, "now", lambda: times.given(MONDAY, "now"))
	assert scheduler.sweep()["cases"] == 3
	assert queue == []


def test_a_job_with_more_queues_pages_and_the_beat_waits_for_them(cases, queue, monkeypatch):
	monkeypatch.setattr(sweeping, "PAGE", 2)
	assert sweeping.scheduled(MONDAY) == {"cases": 3, "pages": 2}
	assert [len(job["cases"]) for job in queue] == [2, 1]
	assert said(cases) == 0
	assert beat_at() is None
	run(queue[1])
	assert beat_at() is None  # a page that nobody has worked off is seen
	run(queue[0])
	assert beat_at() == times.given(MONDAY, "now")
	assert said(cases) > 0


def test_pages_run_twice_and_after_a_sweep_by_hand_send_nothing_more(cases, queue, monkeypatch):
	monkeypatch.setattr(sweeping, "PAGE", 1)
	sweeping.scheduled(MONDAY)
	first = [run(job)["mails"] for job in queue]
	before = (said(cases), mails(cases))
	assert sum(first) == before[1] > 0
	assert [run(job)["cases"] for job in queue] == [0, 0, 0]
	assert scheduler.sweep(LATER)["mails"] == 0
	# Even where a user's save has every clock looked at again.
	for name in cases:
		frappe.db.set_value(
			"Escalation Deadline", {"escalation": name}, "next_alert_at", "2025-03-13 08:00:00"
		)
	assert sum(run(job)["mails"] for job in queue) == 0
	assert (said(cases), mails(cases)) == before


def test_pages_do_not_pile_up_while_others_wait(cases, queue, monkeypatch):
	monkeypatch.setattr(sweeping, "PAGE", 1)
	monkeypatch.setattr(compat, "waiting_jobs", lambda queue, word: 2 if word == sweeping.PAGE_JOB else 0)
	assert sweeping.scheduled(MONDAY) == {"cases": 3, "pages": 0, "waiting": 2}
	assert queue == []


def test_waiting_jobs_are_counted_in_the_hosts_own_queue(monkeypatch):
	before = compat.waiting_jobs("default", "a-test-of-waiting")
	frappe.enqueue("frappe.ping", queue="default", job_id="a-test-of-waiting-1")
	assert compat.waiting_jobs("default", "a-test-of-waiting") == before + 1
	get_queue("default").remove(create_job_id("a-test-of-waiting-1"))
	assert compat.waiting_jobs("default", "a-test-of-waiting") == before


def test_a_page_whose_worker_died_is_found_by_the_next_sweep(cases, queue, monkeypatch):
	monkeypatch.setattr(sweeping, "PAGE", 2)
	sweeping.scheduled(MONDAY)
	serve = sweeping.serve

	class Killed(BaseException):
		pass

	def dies_at_the_second(case, moment, counts):
		if case.name == queue[0]["cases"][1]:
			raise Killed
		serve(case, moment, counts)

	monkeypatch.setattr(sweeping, "serve", dies_at_the_second)
	with pytest.raises(Killed):
		run(queue[0])
	frappe.db.rollback(save_point="sweep_case")  # as the database does for a connection that is gone
	monkeypatch.setattr(sweeping, "serve", serve)
	assert said([queue[0]["cases"][0]]) > 0
	assert said([queue[0]["cases"][1]]) == 0
	assert sweeping.scheduled(LATER)["cases"] == 2
	assert all(said([name]) for name in cases)
	assert beat_at() == times.given(LATER, "now")


def test_a_page_that_waited_into_the_night_keeps_quiet_hours(cases, queue, monkeypatch):
	monkeypatch.setattr(sweeping, "PAGE", 1)
	sweeping.scheduled(MONDAY)
	run({**queue[0], "at": "2025-03-18 02:00:00"})
	assert said([queue[0]["cases"][0]]) == 0


def test_without_a_queue_the_job_serves_all_itself(cases, monkeypatch):
	def unreachable(*_args, **_given):
		raise redis.exceptions.ConnectionError("refused")

	monkeypatch.setattr(sweeping, "PAGE", 2)
	monkeypatch.setattr(frappe, "enqueue", unreachable)
	assert sweeping.scheduled(MONDAY)["cases"] == 3
	assert all(said([name]) for name in cases)


def test_who_loses_a_lock_once_is_served_and_who_loses_it_twice_is_left_for_the_next(cases, monkeypatch):
	serve, tries = sweeping.serve, dict.fromkeys(cases, 0)
	losses = dict(zip(cases, (0, 1, 2), strict=True))

	def losing(case, moment, counts):
		tries[case.name] += 1
		serve(case, moment, counts)
		if tries[case.name] <= losses[case.name]:
			raise frappe.QueryDeadlockError("planted")

	monkeypatch.setattr(sweeping, "serve", losing)
	counts = scheduler.sweep(MONDAY)
	assert (counts["cases"], counts["busy"], counts["failed"]) == (2, 1, 0)
	assert counts["mails"] == mails(cases) > 0  # what was undone is not counted
	assert said([cases[2]]) == 0
	assert beat_at() is None
	assert scheduler.sweep(LATER)["cases"] == 1
	assert said([cases[2]]) > 0
	assert beat_at() == times.given(LATER, "now")


def test_a_job_that_runs_out_of_time_blames_no_case(cases, monkeypatch):
	def late(*_args):
		raise compat.JOB_TIMEOUTS[0]("out of time")

	monkeypatch.setattr(sweeping, "serve", late)
	with pytest.raises(compat.JOB_TIMEOUTS):
		scheduler.sweep(MONDAY)
	assert sweeping.failing() == []


def test_a_bad_case_is_noted_once_an_hour_and_does_not_hold_the_beat_back(cases, monkeypatch):
	serve = sweeping.serve

	def broken(case, moment, counts):
		if case.name == cases[0]:
			raise RuntimeError("planted")
		serve(case, moment, counts)

	monkeypatch.setattr(sweeping, "serve", broken)
	for now in (MONDAY, LATER):
		with pytest.raises(frappe.ValidationError, match="1 escalations could not be swept"):
			scheduler.sweep(now)
	assert sweeping.failing() == [cases[0]]
	assert frappe.db.count("Error Log", {"reference_name": cases[0]}) == 1
	assert all(said([name]) for name in cases[1:])
	assert beat_at() == times.given(LATER, "now")


def test_one_case_is_served_soon_after_the_commit(cases, queue):
	sweeping.serve_soon(cases[0])
	assert queue == []
	frappe.db.after_commit.run()
	assert [(job["method"].rpartition(".")[2], job["queue"], job["escalation"]) for job in queue] == [
		("serve_one", "short", cases[0])
	]
	assert run(queue[0])["cases"] == 1


def test_a_sweep_of_a_day_to_come_says_nothing_about_the_days_until_then(cases):
	scheduler.sweep(times.now() + timedelta(days=60))
	assert beat_at() <= times.now()


def test_a_rollback_takes_the_job_back(cases, queue):
	sweeping.serve_soon(cases[0])
	frappe.db.after_commit.reset()  # what a rollback does to it
	frappe.db.after_commit.run()
	assert queue == []


def test_serving_soon_breaks_nothing_where_the_queue_is_gone(cases, monkeypatch):
	def unreachable(*_args, **_given):
		raise redis.exceptions.ConnectionError("refused")

	monkeypatch.setattr(frappe, "enqueue", unreachable)
	sweeping.serve_soon(cases[0])
	frappe.db.after_commit.run()
	assert scheduler.sweep(MONDAY)["cases"] == 3


def test_the_queued_row_is_the_one_that_was_made(cases):
	"""Ten mails of one case in the same instant: each name is of its own row."""
	line = mail.Line("overdue", "A clock", "1.1", "raising lead", times.now())
	made = [
		mail.send(f"someone{number}@example.test", mail.Letter(cases[0], f"REF-{number}", "Stage 1", [line]))
		for number in range(10)
	]
	for number, name in enumerate(made):
		to = frappe.get_all("Email Queue Recipient", {"parent": name}, pluck="recipient")
		assert to == [f"someone{number}@example.test"]
