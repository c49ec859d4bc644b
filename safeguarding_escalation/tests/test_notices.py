"""What Frappe sends and shows about a case by itself: the reference alone, to people of the case alone, or nothing."""

from __future__ import annotations

import frappe
import pytest
from frappe.desk.doctype.notification_log.notification_log import (
	make_notification_logs,
	send_notification_email,
)
from frappe.desk.form.assign_to import add as assign
from frappe.desk.form.assign_to import remove as unassign
from frappe.utils import now_datetime

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import identity, notices
from safeguarding_escalation.services.errors import NotYours
from safeguarding_escalation.tests import factories, mails
from safeguarding_escalation.tests.factories import as_user

NAME = "Zephyrine Canary"


@pytest.fixture
def case(world):
	frappe.db.delete("Escalation Deadline")
	made = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(made.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	return frappe.get_doc("Escalation", made.name)


@pytest.fixture
def people(world):
	return {
		"raiser": world.user(world.raising, "Practitioner"),
		"manager": world.user(world.raising, "Manager"),
		"responder": world.user(world.responding, "Practitioner"),
		"stranger": world.user(world.other, "Practitioner"),
	}


@pytest.fixture
def queue(monkeypatch):
	"""Frappe's own mails wait in the queue of this test's transaction, rather than leave at once in tests."""
	sendmail = frappe.sendmail
	monkeypatch.setattr(
		frappe, "sendmail", lambda **given: sendmail(**{**given, "now": False, "delayed": True})
	)
	began = str(now_datetime())
	return lambda: {name: list(mails.parts(raw)) for name, raw in mails.queued(began)}


def logs(case) -> list[frappe._dict]:
	return frappe.get_all(
		"Notification Log",
		{"document_name": case.name},
		["subject", "email_content", "type", "for_user", "attached_file"],
	)


def test_an_assignments_mail_and_list_name_nobody(case, people, queue):
	with as_user(people["raiser"]):
		assign(
			{"doctype": "Escalation", "name": case.name, "assign_to": [people["responder"]],
			"description": f"Ring {NAME} and Mrs Canary's daughter"}
		)  # fmt: skip
		unassign("Escalation", case.name, people["responder"])
	reference = frappe.db.get_value("Escalation", case.name, "reference")
	found = logs(case)
	assert len(found) == 2
	assert {row.subject.partition(" changed")[2] for row in found} == {
		f" who is assigned to escalation {reference}"
	}
	assert {row.email_content for row in found} == {None}
	assert "Canary" not in frappe.as_json(
		[
			frappe.get_all("ToDo", {"reference_name": case.name}, ["description"]),
			frappe.get_all("Comment", {"reference_name": case.name}, ["content"]),
			frappe.db.get_value("Escalation", case.name, "_assign"),
		]
	)
	sent = queue()
	assert sent, "no mail was queued, so the test shows nothing"
	for parts in sent.values():
		assert any(reference in part for part in parts)
		assert not any("Canary" in part or "daughter" in part for part in parts)


def mention(case, user: str, text: str = NAME):
	content = f'<p><span class="mention" data-id="{user}" data-value="x">@x</span> {text} was seen</p>'
	return frappe.get_doc(
		{
			"doctype": "Comment", "comment_type": "Comment", "reference_doctype": "Escalation",
			"reference_name": case.name, "content": content,
		}
	).insert(ignore_permissions=True)  # fmt: skip


def test_a_mentions_mail_names_nobody(case, people, queue):
	with as_user(people["raiser"]):
		mention(case, people["responder"])
	found = logs(case)
	assert [(row.type, row.for_user, row.email_content) for row in found] == [
		("Mention", people["responder"], None)
	]
	assert "Canary" not in found[0].subject
	sent = queue()
	assert sent
	assert not any("Canary" in part for parts in sent.values() for part in parts)


def test_nobody_without_access_is_mentioned(case, people):
	with as_user(people["raiser"]), pytest.raises(NotYours, match="no access to this case"):
		mention(case, people["stranger"])
	assert not logs(case)


def test_somebody_without_access_is_told_nothing_whatever_asks_for_it(case, people, queue):
	reference = frappe.db.get_value("Escalation", case.name, "reference")
	given = {
		"type": "Mention", "document_type": "Escalation", "document_name": case.name, "from_user": people["raiser"],
		"subject": f"{NAME} in {reference}", "email_content": NAME,
	}  # fmt: skip
	make_notification_logs(frappe._dict(given), [people["stranger"]])
	told = frappe.get_last_doc("Notification Log", {"for_user": people["stranger"]}).as_json()
	for secret in (NAME, reference, case.name):
		assert secret not in told
		assert not any(secret in part for parts in queue().values() for part in parts)


@pytest.mark.parametrize("kind", ["Share", "Energy Point", "Assignment"])
def test_every_kind_of_notification_is_reduced_to_the_reference(case, people, queue, kind):
	given = {
		"type": kind, "document_type": "Escalation", "document_name": case.name, "from_user": people["raiser"],
		"subject": f"<b>{NAME}</b>", "email_content": NAME, "attached_file": '{"print_format": "x"}',
	}  # fmt: skip
	make_notification_logs(frappe._dict(given), [people["responder"]])
	(row,) = logs(case)
	assert frappe.db.get_value("Escalation", case.name, "reference") in row.subject
	assert "Canary" not in str(row)
	assert row.attached_file is None
	send_notification_email(frappe.get_last_doc("Notification Log", {"document_name": case.name}))
	assert not any("Canary" in part for parts in queue().values() for part in parts)


def test_a_reminder_about_a_case_names_nobody(case, people):
	log = frappe.new_doc("Notification Log")  # as Frappe's Reminder makes it
	log.update(
		{"for_user": people["raiser"], "type": "Alert", "document_type": "Escalation", "document_name": case.name,
		"subject": f"Ring {NAME}"}
	)  # fmt: skip
	log.insert(ignore_permissions=True)
	assert "Canary" not in log.subject


def test_notifications_and_mailed_reports_about_cases_are_refused():
	notification = {
		"doctype": "Notification", "name": "Tell all", "subject": "{{ doc.dispute_summary }}", "event": "Save",
		"document_type": "Escalation", "channel": "Email", "enabled": 1, "message": "{{ doc.subjects[0].subject_name }}",
		"recipients": [{"receiver_by_role": "All"}],
	}  # fmt: skip
	with pytest.raises(NotYours, match="their own alerts"):
		frappe.get_doc(notification).insert()
	mailed = {
		"doctype": "Auto Email Report", "report": "My Cases", "user": "Administrator", "email_to": "x@example.test",
		"frequency": "Daily", "format": "HTML",
	}  # fmt: skip
	with pytest.raises(NotYours, match="not mailed"):
		frappe.get_doc(mailed).insert()


def test_an_alert_and_a_move_mail_nobodys_name(case, people, queue):
	scheduler.sweep("2025-03-17 08:00:00")
	assert queue()
	assert not [
		line for name, parts in queue().items() for line in parts if "Canary" in line or "carer" in line
	]


# Free text that leaves the case's own fields


def warnings() -> str:
	return frappe.as_json(frappe.local.message_log)


@pytest.mark.parametrize("field", ["attendees", "evidence", "relates_to", "to"])
def test_a_name_in_a_cell_of_the_log_is_warned_of_and_not_refused(case, people, field):
	frappe.clear_messages()
	with as_user(people["raiser"]):
		api.record(
			case.name, "discussed", occurred_at="2025-03-13 10:00:00", **{field: "Zephyrine and the ward"}
		)
	assert "kept or shown outside it" in warnings()
	assert "Zephyrine" not in warnings()
	frappe.clear_messages()
	with as_user(people["raiser"]):
		api.record(case.name, "discussed", occurred_at="2025-03-13 11:00:00", **{field: "The ward"})
	assert "outside it" not in warnings()


def test_a_name_in_a_field_that_returns_show_is_warned_of_once(case, people):
	with as_user(people["raiser"]):
		document = frappe.get_doc("Escalation", case.name)
		frappe.clear_messages()
		document.theme = "As with Canary"
		document.save()
		assert "Theme" in warnings()
		frappe.clear_messages()
		document.dispute_summary = "Mrs Canary was not seen"  # a field of the case itself
		document.save()
	assert "outside it" not in warnings()


def test_every_field_that_is_warned_of_exists():
	known = {field.fieldname for field in frappe.get_meta("Escalation").fields}
	assert set(identity.BEYOND) <= known


def test_who_was_told_of_immediate_risk_stands_in_the_log_without_the_adults_name(world):
	made = factories.escalation(
		world, immediate_risk=1, told_whom="Zephyrine  Canary's social worker", told_at="2025-03-11 10:00:00"
	)
	told = frappe.get_all("Stage Log", {"escalation": made.name, "kind": "told"}, pluck="counterpart_name")
	assert told == ["the adult's social worker"]


def test_no_log_row_that_the_app_writes_names_the_adult(case, people):
	with as_user(people["raiser"]):
		api.record(case.name, "unresolved", occurred_at="2025-03-18 15:00:00", note=f"{NAME} said no")
		api.recuse(case.name, reason=f"I know {NAME}")
	rows = frappe.get_all("Stage Log", {"escalation": case.name}, ["*"])
	assert len(rows) > 3
	assert "Canary" not in frappe.as_json(rows)


# Errors


def test_an_error_that_is_logged_holds_no_value(case, monkeypatch):
	def fail(loaded, *_):
		name, told = NAME, {"who": f"{NAME}\nof Canary Row"}
		raise ValueError(str(bool(name and told)))

	monkeypatch.setattr("safeguarding_escalation.services.sweeping.serve", fail)
	frappe.db.set_value(
		"Escalation Deadline", {"escalation": case.name}, "next_alert_at", "2025-03-13 08:00:00"
	)
	with pytest.raises(Exception, match="could not be swept"):
		scheduler.sweep("2025-03-17 08:00:00")
	logged = frappe.get_last_doc("Error Log")
	assert "ValueError" in logged.error
	assert "in fail" in logged.error
	assert "Canary" not in logged.as_json()


def test_frames_without_their_variables_still_tell_where():
	text = "\n".join(
		[
			"Traceback with variables (most recent call last):",
			'  File "safeguarding_escalation/a.py", line 7, in save',
			"    name = document.name",
			"      document = <Escalation: x>",
			"      text = 'Zephyrine",
			"Canary, and more",
			"    indented Canary'",
			'  File "b.py", line 2, in inner',
			"    raise KeyError(1)",
			"      v = 'Canary'",
			"builtins.KeyError: 1",
		]
	)
	left = notices.without_variables(text)
	assert "Canary" not in left
	assert left.splitlines() == [
		"Traceback with variables (most recent call last):",
		'  File "safeguarding_escalation/a.py", line 7, in save',
		"    name = document.name",
		'  File "b.py", line 2, in inner',
		"    raise KeyError(1)",
		"builtins.KeyError: 1",
	]
