"""A digest that a user chooses, and their own quiet hours: one mail, nothing lost, nothing late, nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import frappe
import frappe.client
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine.events import LONDON
from safeguarding_escalation.services import (
	digests,
	immediate_alerts,
	letters,
	mail_rows,
	preferences,
	projection,
)
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

FRIDAY = "2025-03-14 08:00:00"  # RB.S1.SPEAK, due on Mon 17 March, is due soon
MONDAY = "2025-03-17 08:00:00"  # it is due today; RB.S1.RESOLVE, due on Tue 18, is due soon
TUESDAY = "2025-03-18 08:00:00"


def at(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.fixture
def cases(world, monkeypatch):
	"""Two cases of the same two agencies, and no other alert in the way."""
	monkeypatch.setattr(immediate_alerts, "waiting", lambda moment: [])  # of cases that others left
	for doctype in ("Escalation Deadline", "Escalation Alert", "Email Queue", "Alert Preference"):
		frappe.db.delete(doctype)
	names = [factories.escalation(world).name for _ in range(2)]
	with as_user(world.user(world.raising, "Practitioner")):
		for name in names:
			api.move(name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	return names


@pytest.fixture
def reader(world) -> str:
	"""The user whose preference is tried: the council's practitioner, who owes the steps with the raiser."""
	return world.user(world.responding, "Practitioner")


def prefer(user: str, delivery: str = preferences.DIGEST, **values):
	with as_user(user):
		return frappe.get_doc({"doctype": "Alert Preference", "delivery": delivery, **values}).insert()


def rows(user: str, **where) -> list[frappe._dict]:
	given = {"recipient": user, **where}
	return frappe.get_all("Escalation Alert", given, ["*"], order_by="said_at, clock")


def mails_to(user: str) -> list[str]:
	parents = frappe.get_all("Email Queue Recipient", {"recipient": user}, pluck="parent")
	return frappe.get_all(
		"Email Queue", {"name": ("in", parents or [""])}, pluck="message", order_by="creation"
	)


def test_without_a_preference_each_case_has_its_own_mail(cases, reader):
	scheduler.sweep(MONDAY)
	assert len(mails_to(reader)) == 2


def test_a_digest_is_one_mail_over_all_cases(cases, reader):
	prefer(reader)
	counts = scheduler.sweep(MONDAY)
	(mail,) = mails_to(reader)
	for name in cases:
		assert frappe.db.get_value("Escalation", name, "reference") in mail
	mine = rows(reader)
	assert {row.escalation for row in mine} == set(cases)
	assert len({row.email_queue for row in mine}) == 1
	assert all(
		(row.mail_state, row.waiting_until, bool(row.sent_at)) == ("Queued", None, True) for row in mine
	)
	# The raiser has chosen nothing: a mail a case.
	assert counts["mails"] == 3
	assert scheduler.sweep("2025-03-17 08:05:00")["mails"] == 0
	assert len(mails_to(reader)) == 1


def test_the_next_day_is_another_digest(cases, reader):
	prefer(reader)
	for moment in (FRIDAY, MONDAY, TUESDAY):
		scheduler.sweep(moment)
	assert len(mails_to(reader)) == 3


def test_after_the_mornings_digest_what_can_wait_waits_and_what_cannot_is_sent(cases, reader, world):
	prefer(reader)
	scheduler.sweep(MONDAY)
	late = factories.escalation(world).name
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(late, "Raise Concern", occurred_at="2025-03-17 10:00:00")
	protect = {"occurred_at": at("2025-03-17 11:00:00"), "due_at": at("2025-03-18 07:30:00"), "stage": 1}
	factories.entry(late, kind="protective_deadline", **protect)
	with locked(late) as held:
		projection.refresh(held)
	scheduler.sweep("2025-03-17 15:00:00")  # to be done before the next morning: not a thing for its digest
	said = {(row.clock, row.rung): row.mail_state for row in rows(reader, escalation=late)}
	assert said[("RB.S1.SPEAK", "last_afternoon")] == "Queued", said


def test_an_alert_that_can_wait_waits_for_the_next_morning(cases, reader):
	preference = prefer(reader)
	frappe.db.set_value("Alert Preference", preference.name, "digest_sent_at", "2025-03-14 08:00:00")
	scheduler.sweep("2025-03-14 09:00:00")  # the morning's digest has gone; SPEAK is due on Monday night
	mine = rows(reader)
	assert {(row.clock, row.rung, row.mail_state) for row in mine} == {("RB.S1.SPEAK", "due_soon", "Waiting")}
	assert {str(row.waiting_until) for row in mine} == {"2025-03-17 08:00:00"}
	assert mails_to(reader) == []
	scheduler.sweep(MONDAY)
	assert mail_rows.findings() == []
	assert len(mails_to(reader)) == 1
	# Of the same clock the higher rung is said, and the lower one is no longer needed.
	states = {(row.clock, row.rung): (row.mail_state, row.problem or "") for row in rows(reader)}
	assert states[("RB.S1.SPEAK", "due_soon")] == (digests.NOT_NEEDED, digests.SURPASSED)
	assert states[("RB.S1.SPEAK", "due_today")] == ("Queued", "")


@pytest.fixture
def waiting(cases, reader):
	"""Something waits for the reader's digest of Monday."""
	preference = prefer(reader)
	frappe.db.set_value("Alert Preference", preference.name, "digest_sent_at", "2025-03-14 08:00:00")
	scheduler.sweep("2025-03-14 09:00:00")
	assert rows(reader, mail_state="Waiting")
	return preference


def deliver(moment: str = MONDAY) -> Counter:
	counts: Counter[str] = Counter()
	digests.deliver(at(moment), counts)
	return counts


def test_a_digest_that_fails_loses_nothing(waiting, reader, monkeypatch):
	before = len(rows(reader, mail_state="Waiting"))
	assert len(mail_rows.findings()) == before  # Monday 17 March 2025 is long ago
	with monkeypatch.context() as broken:
		broken.setattr("safeguarding_escalation.services.mail.send_digest", lambda *_: 1 / 0)
		assert deliver()["failed"] == 1
	assert len(rows(reader, mail_state="Waiting")) == before
	assert mails_to(reader) == []
	assert deliver()["mails"] == 1
	assert rows(reader, mail_state="Waiting") == []
	assert deliver()["mails"] == 0


def test_what_waits_is_sent_though_the_preference_changes_or_goes(waiting, reader):
	with as_user(reader):
		waiting.reload()
		waiting.delivery = preferences.AT_ONCE
		waiting.save()
	assert deliver()["mails"] == 1


def test_what_waits_for_a_preference_that_is_deleted_is_sent_with_the_next_sweep(waiting, reader):
	with as_user(reader):
		frappe.delete_doc("Alert Preference", waiting.name)
	scheduler.sweep()
	assert rows(reader, mail_state="Waiting") == []


def test_what_waits_for_somebody_switched_off_goes_to_whoever_it_is_for_now(waiting, reader, world, cases):
	lead = factories.user("sg.lead@example.test", "Safeguarding Manager")
	contact = factories.contact("Lead of Redfern", world.responding, "Safeguarding Lead", lead)
	for name in cases:
		factories.let_in(name, contact)
	frappe.db.set_value("User", reader, "enabled", 0)
	deliver()
	assert mails_to(reader) == []
	assert {row.problem for row in rows(reader)} == {digests.OTHERS}
	told = rows(lead)
	assert {(row.escalation, row.rung, row.stands_in_for, row.mail_state) for row in told} == {
		(name, "due_soon", reader, "Queued") for name in cases
	}


def test_what_was_met_or_withdrawn_meanwhile_is_not_said(waiting, reader, world, cases):
	with as_user(world.user(world.raising, "Practitioner")):
		for name in cases:
			api.move(name, "Withdraw", reason="Raised under the wrong policy.")
	assert deliver()["mails"] == 0
	assert {(row.mail_state, row.problem) for row in rows(reader)} == {(digests.NOT_NEEDED, digests.MET)}


def test_who_has_unsubscribed_has_a_stand_in_told(waiting, reader, world, cases):
	contact = world.contact(world.responding, "Practitioner")
	manager = world.contact(world.responding, "Manager")
	frappe.db.set_value("Safeguarding Contact", contact, "line_manager", manager)
	for name in cases:
		factories.let_in(name, manager)
	frappe.get_doc({"doctype": "Email Unsubscribe", "email": reader, "global_unsubscribe": 1}).insert()
	deliver()
	assert {(row.mail_state, row.problem) for row in rows(reader)} == {("Not sent", letters.NOT_QUEUED)}
	assert {row.escalation for row in rows(world.user(world.responding, "Manager"))} == set(cases)


def test_a_protective_instant_does_not_wait_for_a_digest(cases, reader, world):
	prefer(reader)
	soon = frappe.utils.add_to_date(frappe.utils.now_datetime(), days=1).replace(microsecond=0)
	name = factories.escalation(world, disagreement_at=str(frappe.utils.add_to_date(soon, days=-2))).name
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(name, "Raise Concern")
		api.record(name, "protective_deadline", due_at=str(soon))
	scheduler.sweep(soon)
	states = {(row.clock, row.rung): row.mail_state for row in rows(reader, escalation=name)}
	assert states[("RB.S1.SPEAK", "overdue")] == "Queued"


# Personal quiet hours


def test_ordinary_alerts_wait_for_the_end_of_somebodys_quiet_hours(cases, reader):
	prefer(reader, preferences.AT_ONCE, not_before="10:00", not_after="16:00")
	scheduler.sweep(FRIDAY)
	assert mails_to(reader) == []
	assert {str(row.waiting_until) for row in rows(reader)} == {"2025-03-14 10:00:00"}
	scheduler.sweep("2025-03-14 09:59:00")
	assert mails_to(reader) == []
	scheduler.sweep("2025-03-14 10:00:00")
	assert len(mails_to(reader)) == 1


def test_what_would_be_late_by_then_is_sent_at_once(cases, reader):
	prefer(reader, preferences.AT_ONCE, not_after="16:00")
	scheduler.sweep("2025-03-17 16:30:00")  # SPEAK is due tonight; RESOLVE only tomorrow night
	states = {(row.clock, row.rung): row.mail_state for row in rows(reader, escalation=cases[0])}
	assert states[("RB.S1.SPEAK", "due_today")] == "Queued"
	assert states[("RB.S1.RESOLVE", "due_soon")] == "Waiting"


# Whose it is


def test_a_preference_is_of_who_makes_it(cases, reader, world):
	other = world.user(world.raising, "Practitioner")
	mine = prefer(reader)
	assert (mine.user, mine.name) == (reader, reader)
	with as_user(reader), pytest.raises(NotYours):
		frappe.get_doc({"doctype": "Alert Preference", "user": other}).insert()
	with as_user(other):
		assert frappe.get_list("Alert Preference") == []
		assert not frappe.has_permission("Alert Preference", "read", doc=mine.name)
		with pytest.raises(frappe.PermissionError):
			frappe.client.get("Alert Preference", mine.name)
		theirs = frappe.get_doc("Alert Preference", mine.name)
		theirs.delivery = preferences.AT_ONCE
		with pytest.raises((frappe.PermissionError, NotYours)):
			theirs.save()
	with as_user(reader):
		assert frappe.get_list("Alert Preference", pluck="name") == [reader]


@pytest.mark.parametrize(
	("hours", "sentence"),
	[
		({"not_before": "ten"}, "write a time of day"),
		({"not_before": "12:00", "not_after": "13:30"}, "less than 2 hours"),
		({"not_after": "09:00"}, "less than 2 hours"),
		({"not_before": "23:00"}, "less than 2 hours"),
	],
)
def test_hours_that_make_no_sense_are_refused(cases, reader, hours, sentence):
	with pytest.raises(BadInput, match=sentence):
		prefer(reader, **hours)


def test_when_the_last_digest_went_is_not_for_the_user_to_say(cases, reader):
	mine = prefer(reader, digest_sent_at="2025-03-17 08:00:00")
	assert mine.digest_sent_at is None
	with as_user(reader):
		mine.digest_sent_at = "2025-03-17 08:00:00"
		mine.save()
	assert frappe.db.get_value("Alert Preference", reader, "digest_sent_at") is None
