"""The Setup check page: every line both in order and not, and who sees which."""

from __future__ import annotations

import os
from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation import compat
from safeguarding_escalation.api import setup_check as api
from safeguarding_escalation.services import (
	health_site,
	heartbeat,
	record_checks,
	setup_check,
	setup_check_host,
	times,
)
from safeguarding_escalation.services.errors import NotYours
from safeguarding_escalation.services.setup_check_line import GOOD, TODO, UNKNOWN
from safeguarding_escalation.setup import record, roles
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OFFICE = "Redbridge Safeguarding Adults Board"


@pytest.fixture(autouse=True)
def in_use(world):
	"""One board and three agencies are in use; what other tests keep on the site is set aside."""
	for doctype, kept in (
		("Safeguarding Board", [world.board]),
		("Partner Agency", [world.raising, world.other]),
	):
		for name in frappe.get_all(doctype, {"name": ("not in", kept), "disabled": 0}, pluck="name"):
			frappe.db.set_value(doctype, name, "disabled", 1)


def line(key: str) -> dict[str, str]:
	"""The line `key` as an administrator is shown it."""
	rows = [row for group in api.lines()["groups"] for row in group["lines"]]
	found = next(row for row in rows if row["key"] == key)
	assert found["found"]
	assert bool(found["todo"]) or found["state"] == GOOD
	assert found["link"].startswith("/app/") or found["state"] == GOOD
	return found


def settings(**values) -> None:
	for field, value in values.items():
		frappe.db.set_single_value("System Settings", field, value)
	frappe.clear_document_cache("System Settings", "System Settings")


def state_of(key: str) -> str:
	return line(key)["state"]


def test_two_factor():
	settings(enable_two_factor_auth=0)
	assert "off" in line("two_factor")["found"]
	assert state_of("two_factor") == TODO
	settings(enable_two_factor_auth=1)
	frappe.db.set_value("Role", {"name": ("in", [*roles.ROLES, "System Manager"])}, "two_factor_auth", 1)
	assert state_of("two_factor") == GOOD
	frappe.db.set_value("Role", roles.CHAIR, "two_factor_auth", 0)
	assert roles.CHAIR in line("two_factor")["found"]
	assert state_of("two_factor") == TODO
	frappe.db.set_value("Role", "All", "two_factor_auth", 1)
	assert state_of("two_factor") == GOOD


@pytest.mark.parametrize(
	("key", "values", "state"),
	[
		("session", {"session_expiry": "06:00"}, GOOD),
		("session", {"session_expiry": "12:00"}, GOOD),
		("session", {"session_expiry": "12:01"}, TODO),
		("session", {"session_expiry": "170:00"}, TODO),
		("session", {"session_expiry": ""}, TODO),
		("password", {"enable_password_policy": 1, "minimum_password_score": "3"}, GOOD),
		("password", {"enable_password_policy": 1, "minimum_password_score": "2"}, TODO),
		("password", {"enable_password_policy": 0, "minimum_password_score": "4"}, TODO),
		("guesses", {"allow_consecutive_login_attempts": 5}, GOOD),
		("guesses", {"allow_consecutive_login_attempts": 0}, TODO),
		("guesses", {"allow_consecutive_login_attempts": 50}, TODO),
		("backup_encryption", {"encrypt_backup": 1}, GOOD),
		("backup_encryption", {"encrypt_backup": 0}, TODO),
	],
)
def test_system_settings(key, values, state):
	settings(**values)
	assert state_of(key) == state


def test_system_managers():
	frappe.db.delete("Has Role", {"role": "System Manager", "parent": ("!=", "Administrator")})
	for number in range(3):
		factories.user(f"runs.the.site{number}@example.test", "System Manager")
	found = line("administrators")
	assert (found["state"], found["found"].startswith("System Managers: 3")) == (GOOD, True)
	assert "every case" in found["found"]
	factories.user("one.too.many@example.test", "System Manager")
	assert state_of("administrators") == TODO


def board_line(field: str) -> str:
	found = line(f"{field}:{factories.BOARD}")
	assert found["group"] == f"Board: {factories.BOARD}"
	return found["state"]


@pytest.mark.parametrize(("field", "role"), [("chair", "Chair"), ("business_manager", "Business Manager")])
def test_a_boards_posts(world, field, role):
	off = f"{field}_off_system"
	silent = factories.contact(f"Silent {role}", OFFICE, role, with_user=False)
	gone = factories.contact(
		f"Gone {role}", OFFICE, role, factories.user("gone.post@example.test", roles.CHAIR)
	)
	frappe.db.set_value("Safeguarding Contact", gone, "to_date", "2025-01-31")
	for holder, ticked, state in (
		(world.contact(OFFICE, role), 0, GOOD),
		(silent, 0, TODO),
		(silent, 1, GOOD),
		(None, 0, TODO),
		(None, 1, GOOD),
		(gone, 0, TODO),
		(gone, 1, TODO),  # named, and not in post: that is a slip
	):
		frappe.db.set_value("Safeguarding Board", world.board, {field: holder, off: ticked})
		assert board_line(field) == state, (holder, ticked)


def test_a_boards_policy(world):
	key = f"policy:{world.board}"
	policy = frappe.get_doc("Safeguarding Board", world.board).policies[0].policy
	for review, state in ((None, GOOD), ("2020-01-01", TODO), ("2099-01-01", GOOD)):
		frappe.db.set_value("Board Policy", policy, "review_due", review)
		assert state_of(key) == state, review
	frappe.db.delete("Safeguarding Board Policy", {"parent": world.board})
	assert "No policy" in line(key)["found"]


def test_contacts_verified(world):
	frappe.db.set_value("Safeguarding Contact", {"name": ("is", "set")}, "verified_on", times.today())
	assert state_of("contacts") == GOOD
	contact = world.contact(world.raising, "Manager")
	for verified, state in (
		(None, TODO),
		(frappe.utils.add_months(times.today(), -13), TODO),
		(frappe.utils.add_months(times.today(), -11), GOOD),
	):
		frappe.db.set_value("Safeguarding Contact", contact, "verified_on", verified)
		found = line("contacts")
		assert found["state"] == state
		assert ("Manager of" in found["found"]) is (state == TODO)
	frappe.db.set_value("Safeguarding Contact", contact, {"verified_on": None, "to_date": "2025-01-31"})
	assert state_of("contacts") == GOOD  # who has left is nobody's to verify


def test_sharing_agreements(world):
	def agree(agreement, review):
		for name in (world.raising, world.other):
			values = {"sharing_agreement": agreement, "sharing_agreement_review": review}
			frappe.db.set_value("Partner Agency", name, values)
		return state_of("agreements")

	assert agree("Pan-London agreement", "2099-01-01") == GOOD
	assert agree("Pan-London agreement", "2020-01-01") == TODO
	assert agree("Pan-London agreement", None) == TODO
	assert agree("", None) == TODO
	assert world.raising in line("agreements")["found"]


def test_outgoing_account(monkeypatch):
	monkeypatch.setitem(frappe.conf, "mute_emails", 0)
	monkeypatch.setitem(frappe.conf, "mail_server", None)
	frappe.db.set_value("Email Account", {"name": ("is", "set")}, "enable_outgoing", 0)
	assert state_of("mail_account") == TODO
	monkeypatch.setitem(frappe.conf, "mail_server", "mail.example.test")
	assert state_of("mail_account") == GOOD
	monkeypatch.setitem(frappe.conf, "mute_emails", 1)
	assert "switched off" in line("mail_account")["found"]
	assert state_of("mail_account") == TODO


def queued(status: str, hours: int) -> str:
	row = frappe.get_doc(
		{"doctype": "Email Queue", "message": "x", "sender": "a@example.test", "status": status}
	)
	row.append("recipients", {"recipient": "b@example.test", "status": "Not Sent"})
	row.insert(ignore_permissions=True)
	written = times.stored(times.now() - timedelta(hours=hours))
	frappe.db.set_value(
		"Email Queue", row.name, {"status": status, "modified": written}, update_modified=False
	)
	return row.name


def test_mails_leaving():
	frappe.db.delete("Email Queue")
	assert state_of("mail_queue") == UNKNOWN  # nothing has ever left: nobody knows
	queued("Sent", 3)
	queued("Sending", 0)
	assert state_of("mail_queue") == GOOD
	for status in ("Error", "Sending", "Not Sent"):
		name = queued(status, 2)
		assert state_of("mail_queue") == TODO, status
		frappe.db.delete("Email Queue", {"name": name})
	assert state_of("mail_queue") == GOOD


def test_the_scheduler(monkeypatch):
	monkeypatch.setitem(frappe.conf, "pause_scheduler", 0)
	for off, state in ((False, GOOD), (True, TODO)):
		monkeypatch.setattr("frappe.utils.scheduler.is_scheduler_disabled", lambda off=off: off)
		assert state_of("scheduler") == state
	monkeypatch.setattr("frappe.utils.scheduler.is_scheduler_disabled", lambda: False)
	monkeypatch.setitem(frappe.conf, "pause_scheduler", 1)
	assert state_of("scheduler") == TODO


def test_the_sweep_ran_lately():
	"""By its beat, as Clock health judges it: that the job began says nothing of how it ended."""
	job = {"method": "safeguarding_escalation.scheduler.sweep"}
	assert frappe.db.exists("Scheduled Job Type", job)
	frappe.db.set_value("Scheduled Job Type", job, "last_execution", times.stored(times.now()))
	running = {"clock": "HAND.1", "next_alert_at": "2030-01-01", "creation": "2025-01-01"}
	frappe.get_doc({"doctype": "Escalation Deadline", "name": "sweepwatch", **running}).db_insert()
	for minutes, stopped, state in ((5, 0, GOOD), (5, 1, TODO), (45, 0, TODO), (None, 0, TODO)):
		frappe.db.delete("Safeguarding Heartbeat", {"name": "sweep"})
		if minutes:
			heartbeat.beat("sweep", times.now() - timedelta(minutes=minutes))
		frappe.db.set_value("Scheduled Job Type", job, "stopped", stopped)
		assert state_of("sweep") == state, (minutes, stopped)
		health = next(each for each in health_site.sweep() if each.title == "Sweep of alerts")
		assert (health.state, health.found) == (state, line("sweep")["found"])
	assert "not ended once" in line("sweep")["found"]


def test_another_active_workflow():
	assert state_of("workflow") == GOOD
	frappe.db.set_value("Workflow", {"document_type": "Escalation"}, "is_active", 0)
	assert state_of("workflow") == TODO


def test_backup_files(tmp_path, monkeypatch):
	monkeypatch.setattr(frappe, "get_site_path", lambda *parts: str(tmp_path.joinpath(*parts)))
	assert "No backup" in line("backup")["found"]
	folder = tmp_path / "private" / "backups"
	folder.mkdir(parents=True)
	file = folder / "20250311_100000-site-database.sql.gz"
	file.write_bytes(b"x")
	assert state_of("backup") == GOOD
	old = (times.now() - timedelta(hours=30)).timestamp()
	os.utime(file, (old, old))
	assert state_of("backup") == TODO


def test_backups_elsewhere_are_not_taken_for_good(monkeypatch):
	monkeypatch.setattr(setup_check_host, "_is_on", lambda doctype, field: False)
	found = line("backup_offsite")
	assert found["state"] == UNKNOWN
	assert "cannot be seen from here" in found["found"]
	monkeypatch.setattr(setup_check_host, "_is_on", lambda doctype, field: doctype == "S3 Backup Settings")
	assert state_of("backup_offsite") == GOOD


def test_every_offsite_service_of_this_version_is_asked_by_a_field_that_it_has():
	asked = {
		name: field for name, field in setup_check_host.OFFSITE.items() if frappe.db.exists("DocType", name)
	}
	assert asked or compat.MAJOR > 15
	for name, field in asked.items():
		assert frappe.get_meta(name).has_field(field)
		frappe.db.set_single_value(name, field, 1)
		assert setup_check_host._is_on(name, field)
	assert not setup_check_host._is_on("No Such Settings", "enabled")


def test_the_record_of_the_cases(monkeypatch):
	for ok, triggers, state in (
		(True, "", GOOD),
		(False, "", TODO),
		(True, "The triggers are missing.", TODO),
	):
		health = record_checks.Health(ok=ok, sentence="As checked.", triggers=triggers)
		monkeypatch.setattr(record, "health", lambda health=health: health)
		assert state_of("record") == state


def test_a_line_that_cannot_be_made_blinds_none_of_the_others(monkeypatch):
	def broken():
		raise OSError("no such disk")

	monkeypatch.setattr(setup_check, "WHOLE_SITE", (broken, *setup_check.WHOLE_SITE))
	found = line("broken")
	assert found["state"] == UNKNOWN
	assert "could not be worked out" in found["found"]
	assert line("two_factor")["title"] == "Two-factor sign-in"
	assert frappe.db.exists("Error Log", {"method": "Setup check: broken"})


def test_who_sees_which_lines(world):
	administrator = factories.user("setup.admin@example.test", roles.ADMINISTRATOR)
	system = factories.user("setup.system@example.test", "System Manager")
	for user in (administrator, system):
		with as_user(user):
			assert api.lines()["whole_site"]
			assert state_of("session") in (GOOD, TODO)
	other = frappe.get_all("Safeguarding Board", {"name": ("!=", world.board)}, pluck="name")[0]
	frappe.db.set_value("Safeguarding Board", other, "disabled", 0)
	with as_user(world.user(OFFICE, "Business Manager")):
		found = api.lines()
		assert {group["title"] for group in found["groups"]} == {f"Board: {world.board}"}
		assert not found["whole_site"]
	nobodys = factories.user("manager.of.no.board@example.test", roles.BUSINESS_MANAGER)
	for user in (world.user(OFFICE, "Chair"), world.user(world.raising, "Manager"), nobodys, "Guest"):
		with as_user(user), pytest.raises(NotYours):
			api.lines()


def test_no_line_names_a_case(world):
	case = factories.escalation(world)
	shown = frappe.as_json(api.lines())
	assert case.reference not in shown
	assert "Zephyrine" not in shown
