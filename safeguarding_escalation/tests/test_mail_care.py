"""Alert mails that do not leave: put back, tried again, told to somebody else, shown. Each in one transaction with its row."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import heartbeat, letters, mail_care, mail_rows, sweeping, times
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OVERDUE = "2025-03-18 08:00:00"
MONDAY = "2025-03-17 08:00:00"


@pytest.fixture
def case(world, monkeypatch):
	"""A raised case of which something is due on MONDAY; no other alert, mail or immediate risk is in the way."""
	monkeypatch.setattr("safeguarding_escalation.services.immediate_alerts.waiting", lambda *_: [])
	for doctype in ("Escalation Deadline", "Escalation Alert", "Email Queue", "Email Unsubscribe"):
		frappe.db.delete(doctype)
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	factories.let_in(made.name, world.contact(world.responding, "Manager"))
	return world, made.name


def rows(name: str, **where) -> list[frappe._dict]:
	return frappe.get_all("Escalation Alert", {"escalation": name, **where}, ["*"], order_by="creation")


def queue(name: str, **values) -> None:
	frappe.db.set_value("Email Queue", name, values, update_modified=False)


def queued(name: str, field: str = "status"):
	return frappe.db.get_value("Email Queue", name, field)


def ago(**given) -> datetime:
	return times.stored(times.now() - timedelta(**given))


def unsubscribe(email: str) -> None:
	frappe.get_doc({"doctype": "Email Unsubscribe", "email": email, "global_unsubscribe": 1}).insert()


def gives_manager(world, capacity: str = "Practitioner") -> str:
	"""The responding practitioner's line manager is the agency's manager; returns that one's mailbox."""
	contact = world.contact(world.responding, capacity)
	frappe.db.set_value(
		"Safeguarding Contact", contact, "line_manager", world.contact(world.responding, "Manager")
	)
	return world.user(world.responding, "Manager")


def one(name: str, world) -> frappe._dict:
	"""The alert rows' first of the responding practitioner, whose mail we play with."""
	return rows(name, recipient=world.user(world.responding, "Practitioner"))[0]


# What is queued


def test_each_alert_has_its_mail_and_says_so(case):
	_, name = case
	scheduler.sweep(MONDAY)
	assert rows(name)
	assert {row.mail_state for row in rows(name)} == {"Queued"}
	assert all(queued(row.email_queue) == "Not Sent" for row in rows(name))
	assert mail_rows.findings() == []


def test_the_rows_and_the_mail_come_and_go_together(case, monkeypatch):
	_, name = case
	keep, kept = letters._keep, []

	def breaks_at_the_last(*given, **more):
		keep(*given, **more)
		kept.append(given)
		raise RuntimeError("planted")

	monkeypatch.setattr(letters, "_keep", breaks_at_the_last)
	with pytest.raises(frappe.ValidationError):
		scheduler.sweep(MONDAY)
	assert kept
	assert rows(name) == []
	assert frappe.db.count("Email Queue", {"reference_name": name}) == 0


# Stuck in Sending


def test_what_a_dead_worker_left_in_sending_goes_back_and_who_had_it_is_not_mailed_again(case):
	_, name = case
	scheduler.sweep(MONDAY)
	mails = sorted({row.email_queue for row in rows(name)})
	for mail in mails:
		queue(mail, status="Sending", modified=ago(minutes=9))
	assert mail_care.run()["freed"] == 0
	for mail in mails:
		queue(mail, modified=ago(minutes=11))
	frappe.db.set_value("Email Queue Recipient", {"parent": mails[0]}, "status", "Sent")
	assert mail_care.run()["freed"] == len(mails)
	assert [queued(mail) for mail in mails] == ["Sent"] + ["Not Sent"] * (len(mails) - 1)


def test_a_mail_to_several_goes_on_with_those_who_have_not_had_it(case):
	_, name = case
	scheduler.sweep(MONDAY)
	mail = frappe.get_doc("Email Queue", rows(name)[0].email_queue)
	mail.append("recipients", {"recipient": "second@example.test", "status": "Sent"})
	mail.save()
	queue(mail.name, status="Sending", modified=ago(hours=1))
	mail_care.run()
	assert queued(mail.name) == "Partially Sent"


def test_other_apps_mails_are_left_alone(case):
	frappe.sendmail(recipients=["somebody@example.test"], subject="Stock", message="Other", delayed=True)
	other = frappe.get_all("Email Queue", pluck="name")[0]
	queue(other, status="Sending", modified=ago(hours=1))
	assert mail_care.run()["freed"] == 0
	assert queued(other) == "Sending"


# Failed


def test_what_failed_is_tried_again_after_growing_pauses():
	def row(tried_for: timedelta, waited: timedelta) -> frappe._dict:
		return frappe._dict(
			creation=times.stored(now - waited - tried_for), modified=times.stored(now - waited)
		)

	now = times.given("2025-03-18 12:00:00", "now")
	minutes, hours = lambda n: timedelta(minutes=n), lambda n: timedelta(hours=n)
	others = [times.stored(now - hours(200)), times.stored(now - minutes(1))]
	steady = [times.stored(now - minutes(n)) for n in range(5000, 0, -1)]
	# tried for, waited since: with mail leaving all the time it is the pause that counts
	for tried, waited, due in (
		(minutes(2), minutes(4), False),
		(minutes(2), minutes(5), True),
		(hours(1), minutes(29), False),
		(hours(1), minutes(30), True),
		(hours(30), hours(5), False),
		(hours(30), hours(6), True),
	):
		assert mail_care.is_due_again(row(tried, waited), now, steady) is due, (tried, waited)
	# it failed while nothing left, and now something has left: at once
	assert mail_care.is_due_again(row(hours(1), minutes(2)), now, others)
	assert not mail_care.is_due_again(row(hours(1), minutes(2)), now, others[:1])


def test_a_failed_mail_is_handed_to_the_host_again_and_counted(case):
	_, name = case
	scheduler.sweep(MONDAY)
	mail = rows(name)[0].email_queue
	queue(mail, status="Error", retry=3, creation=ago(minutes=40), modified=ago(minutes=25))
	assert mail_care.run()["retried"] == 1
	assert (queued(mail), queued(mail, "retry")) == ("Not Sent", 4)
	assert mail_care.run()["retried"] == 0


# What stays unsent


def test_what_has_left_is_noted_on_the_row(case):
	_, name = case
	scheduler.sweep(MONDAY)
	mail = rows(name)[0].email_queue
	queue(mail, status="Sent")
	counts = mail_care.run()
	assert counts["sent"] == len(rows(name, email_queue=mail)) > 0
	assert {row.mail_state for row in rows(name, email_queue=mail)} == {"Sent"}
	frappe.db.delete("Email Queue", {"name": mail})  # as the host clears it after some weeks
	assert mail_rows.findings() == []


def test_while_no_mail_leaves_nobody_else_is_told_and_administrators_see_it(case):
	world, name = case
	gives_manager(world)
	scheduler.sweep(MONDAY)
	for row in rows(name):
		queue(row.email_queue, retry=2, creation=ago(minutes=40), modified=ago(minutes=1))
	before = len(rows(name))
	counts = mail_care.run()
	assert (counts["unsent"], counts["told"]) == (before, 0)
	assert {row.problem for row in rows(name)} == {mail_rows.STANDING}
	(found,) = [each for each in mail_care.problems() if each["kind"] == "standing"]
	assert found["count"] == len({row.email_queue for row in rows(name)})
	assert found["since"] is not None


def refused(world, name: str) -> frappe._dict:
	"""The responding practitioner's mail has failed for an hour, while another has left."""
	row = one(name, world)
	others = [each.email_queue for each in rows(name) if each.email_queue != row.email_queue]
	queue(others[0], status="Sent", modified=ago(minutes=20))
	queue(row.email_queue, status="Error", retry=3, creation=ago(minutes=60), modified=ago(minutes=1))
	return row


def test_one_refused_mailbox_has_its_stand_in_told_once(case, monkeypatch):
	world, name = case
	manager = gives_manager(world)
	scheduler.sweep(MONDAY)
	row = refused(world, name)
	monkeypatch.setattr("safeguarding_escalation.services.mail_telling.is_quiet", lambda *_: False)
	assert mail_care.run()["told"] == 1
	(told,) = rows(name, stands_in_for=row.recipient, clock=row.clock)
	assert (told.recipient, told.rung, told.mail_state) == (manager, row.rung, "Queued")
	assert queued(told.email_queue) == "Not Sent"
	assert one(name, world).problem == mail_rows.REFUSED
	assert mail_care.run()["told"] == 0
	(found,) = [each for each in mail_care.problems() if each["kind"] == "unsent"]
	assert found["who"] == row.recipient


def test_at_night_the_stand_in_waits_for_the_morning(case, monkeypatch):
	world, name = case
	gives_manager(world)
	scheduler.sweep(MONDAY)
	refused(world, name)
	monkeypatch.setattr("safeguarding_escalation.services.mail_telling.is_quiet", lambda *_: True)
	assert mail_care.run()["told"] == 0
	monkeypatch.setattr("safeguarding_escalation.services.mail_telling.is_quiet", lambda *_: False)
	assert mail_care.run()["told"] == 1


def test_without_a_line_manager_it_is_the_agencys_safeguarding_lead(case, monkeypatch):
	world, name = case
	lead = factories.user("lead.of.redfern@example.test", "Safeguarding Manager")
	factories.let_in(name, factories.contact("Lead of Redfern", world.responding, "Safeguarding Lead", lead))
	scheduler.sweep(MONDAY)
	row = refused(world, name)
	monkeypatch.setattr("safeguarding_escalation.services.mail_telling.is_quiet", lambda *_: False)
	mail_care.run()
	assert {each.recipient for each in rows(name, stands_in_for=row.recipient)} == {lead}


def test_a_mail_that_is_gone_is_a_finding(case):
	world, name = case
	scheduler.sweep(MONDAY)
	row = one(name, world)
	frappe.db.delete("Email Queue", {"name": row.email_queue})
	assert any(row.name in text for text in mail_rows.findings())
	mail_care.run()
	assert one(name, world).problem == mail_rows.GONE
	assert "lost" in {each["kind"] for each in mail_care.problems()}


def test_an_alert_with_neither_mail_nor_problem_is_a_finding(case):
	world, name = case
	scheduler.sweep(MONDAY)
	row = one(name, world)
	frappe.db.set_value("Escalation Alert", row.name, "email_queue", None)
	assert mail_rows.findings() == [f"Alert {row.name} has neither a mail nor a problem."]


# Unsubscribed, nobody, nothing to send with


def test_a_silent_unsubscribe_is_said_and_the_manager_told_in_the_same_transaction(case):
	world, name = case
	manager = gives_manager(world)
	person = world.user(world.responding, "Practitioner")
	unsubscribe(person)
	scheduler.sweep(MONDAY)
	row = one(name, world)
	assert (row.email_queue, row.mail_state, row.problem) == (None, "Not sent", letters.NOT_QUEUED)
	told = rows(name, stands_in_for=person)
	assert {each.recipient for each in told} == {manager}
	assert all(queued(each.email_queue) == "Not Sent" for each in told)
	(found,) = mail_care.problems()
	assert (found["kind"], found["who"], found["count"]) == (
		"unsubscribed",
		person,
		len(rows(name, recipient=person)),
	)
	before = len(rows(name))
	scheduler.sweep("2025-03-17 08:05:00")
	mail_care.run()
	assert len(rows(name)) == before


def test_a_stand_in_who_gets_an_alert_anyway_gets_it_once(case):
	world, name = case
	manager = gives_manager(world)
	unsubscribe(world.user(world.responding, "Practitioner"))
	scheduler.sweep(OVERDUE)  # overdue goes to the line manager as well
	keys = [(row.clock, row.rung) for row in rows(name, recipient=manager)]
	assert len(keys) == len(set(keys)) > 0


def test_a_stand_in_who_has_unsubscribed_too_is_passed_over(case):
	world, name = case
	manager = gives_manager(world)
	lead = factories.user("lead.of.redfern@example.test", "Safeguarding Manager")
	factories.let_in(name, factories.contact("Lead of Redfern", world.responding, "Safeguarding Lead", lead))
	person = world.user(world.responding, "Practitioner")
	unsubscribe(person)
	unsubscribe(manager)
	scheduler.sweep(MONDAY)
	assert {row.recipient for row in rows(name, stands_in_for=person, mail_state="Queued")} == {lead}
	assert {each["who"] for each in mail_care.problems() if each["kind"] == "unsubscribed"} == {
		person,
		manager,
	}


def test_an_alert_that_reaches_nobody_is_a_problem_with_words(case, monkeypatch):
	_, name = case
	monkeypatch.setattr("safeguarding_escalation.services.recipients.resolve", lambda *_, **__: [])
	scheduler.sweep(MONDAY)
	assert {(row.recipient, row.problem) for row in rows(name)} == {(letters.NOBODY, letters.NOBODY_TOLD)}
	(found,) = mail_care.problems()
	assert (found["kind"], found["who"], found["count"]) == ("nobody", "", len(rows(name)))


def test_without_an_account_everything_stays_due_and_is_said_once(case, monkeypatch):
	_, name = case
	frappe.db.delete("Safeguarding Heartbeat")
	with monkeypatch.context() as without:
		without.setattr("safeguarding_escalation.compat.has_outgoing_account", lambda: False)
		with pytest.raises(frappe.OutgoingEmailError, match="1 escalations wait for their alerts"):
			scheduler.sweep(MONDAY)
		assert "no account" in {each["kind"] for each in mail_care.problems()}
	assert (rows(name), heartbeat.last("sweep")) == ([], None)
	assert scheduler.sweep(MONDAY)["mails"] > 0


def test_a_suspended_queue_and_muted_mail_are_shown(case, monkeypatch):
	assert mail_care.problems() == []
	frappe.db.set_default("suspend_email_queue", 1)
	monkeypatch.setattr(frappe.flags, "mute_emails", True, raising=False)
	assert {"muted", "suspended"} <= {each["kind"] for each in mail_care.problems()}


# The schedule


def test_the_care_is_a_job_of_its_own_that_sweeps_where_the_sweep_has_not_run(case, monkeypatch):
	swept = []
	monkeypatch.setattr(sweeping, "scheduled", lambda: swept.append(1))
	heartbeat.beat("sweep", times.now() - timedelta(minutes=7))
	before = times.now()
	scheduler.care()
	assert swept == []
	assert heartbeat.last("mail") >= before
	frappe.db.delete("Safeguarding Heartbeat", {"name": "sweep"})
	scheduler.care()
	assert swept == [1]
	hooked = frappe.get_hooks("scheduler_events")["cron"]
	assert [cron for cron, jobs in hooked.items() if "safeguarding_escalation.scheduler.care" in jobs] == [
		"2-59/5 * * * *"
	]
