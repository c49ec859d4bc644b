"""Clock health: a sound site has no finding, and each thing that can be amiss is found, told once, and repaired."""

from __future__ import annotations

from datetime import date, timedelta

import frappe
import pytest

from safeguarding_escalation.api import escalation as escalation_api
from safeguarding_escalation.engine import calendar as engine_calendar
from safeguarding_escalation.services import (
	health,
	health_cases,
	health_site,
	heartbeat,
	letters,
	mail_rows,
	policies,
	projection,
	projection_check,
	record_checks,
	sweeping,
	times,
)
from safeguarding_escalation.services.lock import loaded, locked
from safeguarding_escalation.setup import record
from safeguarding_escalation.tests import factories, sound_site
from safeguarding_escalation.tests.factories import as_user

KEEPER = "health.keeper@example.test"
SPEAK = "RB.S1.SPEAK"


@pytest.fixture
def case(world, monkeypatch):
	sound_site.aside()
	sound_site.order(world, monkeypatch)
	factories.user(KEEPER, "Safeguarding Administrator")
	return sound_site.case(world)


def found() -> dict[str, health.Finding]:
	"""What is amiss now, by key."""
	health.run()
	stored = health.last()
	assert stored is not None
	return {each.key: each for each in stored.findings if each.is_wrong}


def age(doctype: str, name: str, **ago: float) -> None:
	"""Set a row's creation and last change back."""
	at = times.stored(times.now() - timedelta(**ago))
	frappe.db.set_value(doctype, name, {"creation": at, "modified": at}, update_modified=False)


def deadline(case, clock: str = SPEAK) -> str:
	return frappe.db.get_value("Escalation Deadline", {"escalation": case.name, "clock": clock})


def test_a_sound_site_has_no_finding(case):
	assert found() == {}
	stored = health.last()
	assert (stored.verdict, stored.sentence) == (
		"sound",
		"Clocks, alerts and dates are in order, over 1 open case.",
	)
	assert {each.key for each in stored.findings} >= {
		"sweep",
		"jobs",
		"mail_queue",
		"alerts",
		"horizon:ENG",
		"cases",
	}
	assert times.now() - heartbeat.last("health") < timedelta(minutes=1)


def test_a_deleted_deadline_is_missed_by_the_policy_and_by_the_plan(case):
	frappe.db.delete("Escalation Deadline", {"name": deadline(case)})
	wrong = found()
	assert set(wrong) == {f"deadline:{SPEAK}::{case.reference}", f"projection:{case.reference}"}
	missing = wrong[f"deadline:{SPEAK}::{case.reference}"]
	assert missing.grave
	assert missing.repair
	assert "has no deadline" in missing.found
	assert health.last().verdict == "not sound"


def test_the_policy_s_demand_does_not_trust_the_plan(case, monkeypatch):
	"""Where the plan itself forgets a clock, the stored rows equal it, and it is missed all the same."""
	monkeypatch.setattr(
		"safeguarding_escalation.services.loaded.plan",
		lambda *_given, **_named: [],
	)
	frappe.db.delete("Escalation Deadline", {"escalation": case.name})
	frappe.db.set_value("Escalation", case.name, {"next_due_at": None, "next_owed_by": ""})
	wrong = found()
	assert f"deadline:{SPEAK}::{case.reference}" in wrong
	assert f"projection:{case.reference}" not in wrong


def test_a_changed_date_and_a_row_too_many_are_found_with_both_values(case):
	row = frappe.get_doc("Escalation Deadline", deadline(case))
	right = times.show_due(times.aware(row.due_at))
	frappe.db.set_value("Escalation Deadline", row.name, "due_at", row.due_at + timedelta(days=3))
	frappe.get_doc(row.as_dict() | {"name": None, "clock": "NO.SUCH.CLOCK"}).insert(ignore_permissions=True)
	line = found()[f"projection:{case.reference}"]
	assert f"the policy gives {right}" in line.found
	assert "NO.SUCH.CLOCK should not be there" in line.found
	assert {each["field"] for each in line.details} == {"due_at", "extra"}


def test_a_list_s_own_date_is_compared_too(case):
	frappe.db.set_value("Escalation", case.name, "next_due_at", "2030-01-01 10:00:00")
	line = found()[f"projection:{case.reference}"]
	assert "The case: next due at is Tue 1 Jan 2030, 10:00" in line.found


def test_a_spell_that_returns_count_is_compared_too(case):
	row = frappe.get_doc("Escalation Spell", {"escalation": case.name, "number": 1})
	more = row.as_dict() | {"name": None, "number": 9}
	row.db_set("stage", 4)
	for _twice in range(2):
		frappe.get_doc(more).insert(ignore_permissions=True)
	line = found()[f"projection:{case.reference}"]
	assert "Spell 1: stage is 4, the log gives 1." in line.found
	assert line.found.count("Spell 9 should not be there.") == 2
	assert (line.grave, line.repair) == (True, True)
	with locked(case.name) as held:
		projection.refresh(held)
	assert found() == {}
	frappe.db.delete("Escalation Spell", {"escalation": case.name})
	assert "Spell 1 is missing." in found()[f"projection:{case.reference}"].found


def test_an_alert_that_is_not_set_or_has_been_waiting(case):
	frappe.db.set_value("Escalation Deadline", deadline(case), "next_alert_at", None)
	assert set(found()) == {f"silent:{case.reference}"}
	waited = times.stored(times.now() - timedelta(minutes=31))
	frappe.db.set_value("Escalation Deadline", deadline(case), "next_alert_at", waited)
	line = found()[f"waiting:{case.reference}"]
	assert (line.grave, line.repair) == (True, False)
	lately = times.stored(times.now() - timedelta(minutes=20))
	frappe.db.set_value("Escalation Deadline", deadline(case), "next_alert_at", lately)
	assert found() == {}


def test_a_bad_case_is_a_finding_and_stops_nothing(case, world, monkeypatch):
	other = sound_site.case(world)
	real = health_cases.loaded
	monkeypatch.setattr(health_cases, "loaded", lambda name: real(name) if name == case.name else 1 / 0)
	wrong = found()
	assert set(wrong) == {f"unreadable:{other.reference}"}
	assert wrong[f"unreadable:{other.reference}"].grave
	frappe.db.delete("Escalation Deadline", {"name": deadline(case)})
	assert f"projection:{case.reference}" in found()


def test_a_check_that_breaks_is_a_finding(case, monkeypatch):
	def broken():
		raise OSError("no such queue")

	monkeypatch.setattr(health_site, "CHECKS", (broken, *health_site.CHECKS))
	assert set(found()) == {"broken:broken"}


def test_a_stage_without_a_clock_is_a_fact(case, world, monkeypatch):
	monkeypatch.setattr(policies, "targeted", policies.policy)  # local targets are off
	board = "Southampton"
	frappe.db.set_value("Safeguarding Board", board, "disabled", 0)
	frappe.db.set_value("Board Policy", "4lsab-2023", "review_due", "2099-01-01")
	for post in ("chair_off_system", "business_manager_off_system"):
		frappe.db.set_value("Safeguarding Board", board, post, 1)
	made = sound_site.case(world, board=board, nature=[])
	wrong, lines = found(), {each.key: each for each in health.last().findings}
	assert wrong == {}
	assert made.reference in lines["no_clock"].found
	assert lines["no_clock"].state == "good"


def test_nobody_can_be_told(case, world):
	users = frappe.qb.DocType("User")
	frappe.qb.update(users).set(users.enabled, 0).where(users.name.notin(("Administrator", KEEPER))).run()
	for post in ("chair", "business_manager"):
		frappe.db.set_value("Safeguarding Board", world.board, f"{post}_off_system", 1)
	wrong = found()
	assert set(wrong) == {f"nobody:{case.reference}"}
	assert not wrong[f"nobody:{case.reference}"].grave


def test_one_side_without_accounts_is_a_fact(case, world):
	theirs = frappe.get_all("Safeguarding Contact", {"agency": world.responding}, pluck="user")
	users = frappe.qb.DocType("User")
	frappe.qb.update(users).set(users.enabled, 0).where(
		users.name.isin([name for name in theirs if name])
	).run()
	assert found() == {}
	lines = {each.key: each for each in health.last().findings}
	assert case.reference in lines["other_side"].found


def test_the_sweep_has_not_run(case):
	frappe.db.set_value("Escalation Deadline", {"escalation": case.name}, "creation", "2026-01-01 10:00:00")
	frappe.db.set_value(
		"Safeguarding Heartbeat", "sweep", "beat_at", times.stored(times.now() - timedelta(minutes=31))
	)
	assert found()["sweep"].grave
	frappe.db.delete("Safeguarding Heartbeat", {"name": "sweep"})
	assert "not ended once" in found()["sweep"].found
	heartbeat.beat("sweep")
	assert found() == {}


def test_the_scheduler_is_off_and_jobs_wait(case, monkeypatch):
	monkeypatch.setitem(frappe.conf, "pause_scheduler", 1)
	now = times.now()
	waiting = {"long": now - timedelta(minutes=31), "short": now - timedelta(minutes=5)}
	monkeypatch.setattr(health_site, "oldest_waiting_jobs", lambda: waiting)
	wrong = found()
	assert set(wrong) == {"scheduler", "jobs"}
	assert "Jobs wait in long," in wrong["jobs"].found


def test_the_head_of_a_real_queue_is_asked(site):
	"""On this site's own Redis: a job that nobody works off is seen with its age."""
	from frappe.utils.background_jobs import get_queue

	queue = get_queue("short")
	job = queue.enqueue_call("builtins.len", args=("x",))
	try:
		waiting = health_site.oldest_waiting_jobs()
		assert timedelta(0) <= times.now() - waiting["short"]
	finally:
		job.delete()


def test_mail_of_the_site_that_fails_is_a_warning_and_of_alerts_a_fault(case, monkeypatch):
	row = frappe.get_doc(
		{"doctype": "Email Queue", "message": "x", "sender": "a@example.test", "status": "Sending"}
	)
	row.append("recipients", {"recipient": "b@example.test", "status": "Not Sent"})
	row.insert(ignore_permissions=True)
	frappe.db.set_value("Email Queue", row.name, "status", "Sending")
	age("Email Queue", row.name, hours=2)
	wrong = found()
	assert set(wrong) == {"mail_queue"}
	assert not wrong["mail_queue"].grave
	name = alert(case, "somebody@example.test", hours=2)
	frappe.db.set_value("Escalation Alert", name, {"email_queue": row.name, "mail_state": "Queued"})
	age("Email Queue", row.name, hours=2)
	wrong = found()
	assert set(wrong) == {"mail_queue", "mail:standing:"}
	assert wrong["mail:standing:"].grave
	assert "Mails concerned: 1." in wrong["mail:standing:"].found
	monkeypatch.setattr(frappe, "are_emails_muted", lambda: True)
	assert found()["mail:muted:"].grave


def test_nobody_looks_after_queued_mails(case):
	frappe.db.set_value("Escalation Deadline", {"escalation": case.name}, "creation", "2026-01-01 10:00:00")
	frappe.db.delete("Safeguarding Heartbeat", {"name": "mail"})
	assert set(found()) == {"care"}


def test_somebody_who_unsubscribed_is_a_warning(case, world):
	user = world.user(world.raising, "Manager")
	frappe.get_doc({"doctype": "Email Unsubscribe", "email": user, "global_unsubscribe": 1}).insert()
	wrong = found()
	assert set(wrong) == {f"mail:unsubscribed:{user}"}
	assert not wrong[f"mail:unsubscribed:{user}"].grave


def test_a_case_at_which_the_sweep_fails(case, monkeypatch):
	monkeypatch.setattr(sweeping, "failing", lambda: [case.name])
	wrong = found()
	assert set(wrong) == {f"failing:{case.reference}"}
	assert wrong[f"failing:{case.reference}"].grave


def alert(case, recipient: str, **ago: float) -> str:
	"""An alert row made some time ago; its name."""
	row = frappe.get_doc(
		{
			"doctype": "Escalation Alert",
			"escalation": case.name,
			"clock": SPEAK,
			"instance": "",
			"due_at": "2026-01-05 10:00:00",
			"rung": "overdue",
			"recipient": recipient,
		}
	).insert(ignore_permissions=True)
	if recipient != letters.NOBODY:  # as if nothing had said how its mail stands
		frappe.db.set_value("Escalation Alert", row.name, {"mail_state": "", "problem": ""})
	age("Escalation Alert", row.name, **ago)
	return row.name


def test_alerts_without_mail_and_alerts_to_nobody(case):
	digest = alert(case, "somebody@example.test", hours=40)
	for waits, wrong in ((timedelta(hours=20), set()), (-timedelta(days=3), {f"unsent:{case.reference}"})):
		values = {"mail_state": mail_rows.WAITING, "waiting_until": times.stored(times.now() + waits)}
		frappe.db.set_value("Escalation Alert", digest, values, update_modified=False)
		assert set(found()) == wrong, waits
	frappe.db.delete("Escalation Alert", {"name": digest})
	explained = alert(case, "unsubscribed@example.test", hours=30)
	frappe.db.set_value("Escalation Alert", explained, "problem", letters.NOT_QUEUED)
	assert found() == {}
	alert(case, "late@example.test", hours=30)
	assert set(found()) == {f"unsent:{case.reference}"}
	alert(case, letters.NOBODY, hours=30)
	wrong = found()
	assert set(wrong) == {f"unsent:{case.reference}", f"unreached:{case.reference}"}
	assert [wrong[key].grave for key in sorted(wrong)] == [False, True]


def test_the_horizon(case, monkeypatch):
	monkeypatch.setattr(engine_calendar, "PROCLAIMED_THROUGH", times.today() + timedelta(days=200))
	line = found()["horizon:ENG"]
	assert not line.grave, "a year ahead is a warning"
	monkeypatch.setattr(engine_calendar, "PROCLAIMED_THROUGH", times.today())
	assert found()["horizon:ENG"].grave, "an open clock is due beyond it"


def test_a_policy_past_its_review_names_policy_and_board(case, world):
	policy = frappe.get_doc("Safeguarding Board", world.board).policies[0].policy
	frappe.db.set_value("Board Policy", policy, "review_due", date(2025, 6, 30))
	line = found()[f"policy:{world.board}"]
	assert (line.grave, line.board) == (False, world.board)
	assert "Mon 30 Jun 2025, which has passed" in line.found
	assert "It concerns Redbridge and 1 open case." in line.found
	assert health.last().verdict == "to look at"


def test_posts_contacts_and_the_record(case, world, monkeypatch):
	frappe.db.set_value("Safeguarding Board", world.board, "chair", None)
	frappe.db.set_value("Safeguarding Contact", world.contact(world.raising, "Manager"), "verified_on", None)
	wrong = found()
	assert set(wrong) == {f"chair:{world.board}", "contacts"}
	assert "Manager of" not in wrong["contacts"].found, "nobody is named"
	health_of_record = record_checks.Health(ok=False, sentence="Broken.")
	monkeypatch.setattr(record, "health", lambda: health_of_record)
	assert found()["record"].grave


def test_differences_of_a_case_that_was_escalated(case, world):
	with as_user(world.user(world.raising, "Practitioner")):
		escalation_api.move(case.name, "Escalate to Stage 2", reason="No agreement.")
	assert projection_check.differences(loaded(case.name)) == []
	assert found() == {}


def test_a_fault_that_is_gone_at_the_second_look_is_none(case, monkeypatch):
	fault = health.Finding("x", "x", "x", "to do", "Somebody was writing.", grave=True)
	looks = [[fault], []]
	monkeypatch.setattr(health_cases, "of", lambda row, seen: looks.pop(0))
	assert found() == {}
	assert looks == []
