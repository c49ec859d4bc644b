"""Setup check: what the host must give. Signing in, mail, the scheduler, the workflow, backups, the record.

What a site cannot see of its own server is said to be unknown, never taken for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation.services import sweep_state, times
from safeguarding_escalation.services.setup_check_line import GOOD, TODO, UNKNOWN, Line, good_if, some
from safeguarding_escalation.setup import record as record_state
from safeguarding_escalation.setup import roles
from safeguarding_escalation.setup.workflow import NAME as WORKFLOW

SIGNING_IN, SERVER = "Signing in", "The server"
SETTINGS = "/app/system-settings"
LONGEST_SESSION = timedelta(hours=12)
STRONG_PASSWORD = 3
MOST_ADMINISTRATORS = 3
STUCK_AFTER = timedelta(hours=1)
BACKUP_WITHIN = timedelta(hours=26)
# Frappe's own offsite services, with the field that switches each on; a version may lack some.
OFFSITE = {"S3 Backup Settings": "enabled", "Dropbox Settings": "enabled", "Google Drive": "enable"}


def _settings() -> Any:
	return frappe.get_doc("System Settings")


def signing_in() -> Iterator[Line]:
	"""Two-factor for our roles, the length of a session, passwords, and guesses."""
	settings = _settings()
	yield _two_factor(settings)
	session = _hours(settings.session_expiry)
	fine = session is not None and session <= LONGEST_SESSION
	found = f"A session ends after {settings.session_expiry or 'Frappe’s own default'} (hours:minutes) without activity."
	todo = "Set Session Expiry to 12:00 or less: a screen left open shows an adult's file."
	yield good_if(fine, "session", SIGNING_IN, "Session expiry", found, todo, SETTINGS)
	policy, score = cint(settings.enable_password_policy), cint(settings.minimum_password_score)
	fine = bool(policy) and score >= STRONG_PASSWORD
	found = f"Password policy {'on' if policy else 'off'}, minimum score {score} of 4."
	todo = f"Switch the password policy on, with a minimum score of {STRONG_PASSWORD} or more."
	yield good_if(fine, "password", SIGNING_IN, "Passwords", found, todo, SETTINGS)
	tries = cint(settings.allow_consecutive_login_attempts)
	found = (
		f"An account is locked after {tries} wrong passwords."
		if tries
		else "Wrong passwords are not counted."
	)
	todo = "Set Allow Consecutive Login Attempts to 10 or fewer."
	yield good_if(0 < tries <= 10, "guesses", SIGNING_IN, "Guessed passwords", found, todo, SETTINGS)


def _two_factor(settings: Any) -> Line:
	title, wanted = "Two-factor sign-in", [*roles.ROLES, "System Manager"]
	if not cint(settings.enable_two_factor_auth):
		found = "Two-factor authentication is off."
		todo = "Switch it on in System Settings, then tick it in each of this app's roles."
		return Line("two_factor", SIGNING_IN, title, TODO, found, todo, SETTINGS)
	ticked = set(frappe.get_all("Role", {"two_factor_auth": 1}, pluck="name"))
	missing = [] if "All" in ticked else [role for role in wanted if role not in ticked]
	found = "On for every role of this app." if not missing else f"On, but not asked of: {some(missing, 8)}."
	todo = "Tick “Two Factor Authentication” in each of these roles."
	return good_if(not missing, "two_factor", SIGNING_IN, title, found, todo, "/app/role")


def _hours(text: Any) -> timedelta | None:
	hours, _, minutes = str(text or "").partition(":")
	if not hours.isdigit():
		return None
	return timedelta(hours=int(hours), minutes=int(minutes) if minutes.isdigit() else 0)


def administrators() -> Iterator[Line]:
	"""How many people can read every case, whatever the rule says."""
	user, role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	query = frappe.qb.from_(user).join(role).on((role.parent == user.name) & (role.parenttype == "User"))
	query = (
		query.where(role.role == "System Manager")
		.where(user.enabled == 1)
		.where(user.name != "Administrator")
	)
	names = sorted(set(query.select(user.full_name, user.name).run(as_dict=True, pluck="full_name")))
	count = f"{len(names)} besides Administrator" + (f": {some(names)}" if names else "")
	found = f"System Managers: {count}. Whoever administers the site can reach the content of every case."
	todo = f"Keep it to {MOST_ADMINISTRATORS} at most, and take the role from everybody who does not run the site."
	fine = len(names) <= MOST_ADMINISTRATORS
	yield good_if(fine, "administrators", SIGNING_IN, "System Managers", found, todo, "/app/user")


def mail() -> Iterator[Line]:
	"""Whether alerts can leave, and whether they do."""
	group, link = "Mail", "/app/email-account"
	accounts = frappe.get_all("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}, pluck="name")
	configured = bool(accounts) or bool(frappe.conf.get("mail_server"))
	muted = bool(frappe.conf.get("mute_emails")) or bool(cint(frappe.db.get_default("suspend_email_queue")))
	if muted:
		found, todo = "Sending is switched off.", "Resume the sending of mail: alerts wait until it is."
	elif configured:
		found, todo = f"Mail goes out by {some(accounts) or 'the server’s own setting'}.", ""
	else:
		found, todo = "No account sends mail.", "Set up an outgoing Email Account and make it the default."
	yield good_if(configured and not muted, "mail_account", group, "Outgoing account", found, todo, link)
	yield _queue(group)


def not_left() -> tuple[int, int, int]:
	"""How many mails failed, are stuck while being sent, and have waited for over an hour."""
	queue = frappe.qb.DocType("Email Queue")
	limit = times.stored(times.now() - STUCK_AFTER)

	def rows(status: str, before: Any = None) -> int:
		query = frappe.qb.from_(queue).select(queue.name).where(queue.status == status)
		return len((query.where(queue.modified < before) if before else query).run())

	return rows("Error"), rows("Sending", limit), rows("Not Sent", limit)


def _queue(group: str) -> Line:
	queue = frappe.qb.DocType("Email Queue")
	failed, stuck, waiting = not_left()
	last = frappe.qb.from_(queue).select(queue.modified).where(queue.status == "Sent")
	sent = last.orderby(queue.modified, order=frappe.qb.desc).limit(1).run(pluck=True)
	when = f"The last mail left on {times.show(times.aware(sent[0]))}." if sent else "No mail has left yet."
	if failed or stuck or waiting:
		found = f"{failed} failed, {stuck} stuck while sending, {waiting} waiting for over an hour. {when}"
		todo = "Open the Email Queue: retry what failed; set what is stuck in Sending back to Not Sent; check the scheduler."
		return Line("mail_queue", group, "Mails leaving", TODO, found, todo, "/app/email-queue")
	todo = "" if sent else "Send yourself a test mail: until one has left nobody knows whether alerts arrive."
	return Line(
		"mail_queue", group, "Mails leaving", GOOD if sent else UNKNOWN, when, todo, "/app/email-queue"
	)


def scheduler() -> Iterator[Line]:
	"""Whether the host's scheduler is on, and whether the sweep of alerts ran lately."""
	from frappe.utils.scheduler import is_scheduler_disabled

	off = bool(is_scheduler_disabled()) or bool(frappe.conf.get("pause_scheduler"))
	found = "The scheduler is switched off." if off else "The scheduler is on."
	todo = (
		"Switch it on: bench --site … enable-scheduler. Due dates stay right without it, but no alert leaves."
	)
	yield good_if(not off, "scheduler", SERVER, "Scheduler", found, todo, "/app/scheduled-job-type")
	swept = sweep_state.state()
	link = "/app/scheduled-job-type"
	yield good_if(swept.fine, "sweep", SERVER, "Sweep of alerts", swept.found, swept.todo, link)


def workflow() -> Iterator[Line]:
	"""Whether our Workflow is the active one: Frappe keeps one for each DocType."""
	active = frappe.get_all("Workflow", {"document_type": "Escalation", "is_active": 1}, pluck="name")
	fine = active == [WORKFLOW]
	found = (
		"The app's own workflow is active." if fine else f"Active on Escalation: {some(active) or 'none'}."
	)
	todo = f"Open the Workflow “{WORKFLOW}” and tick Is Active: another one disables the boards' policies."
	yield good_if(fine, "workflow", SERVER, "Workflow", found, todo, "/app/workflow")


def backups() -> Iterator[Line]:
	"""What can be seen of backups from inside: the last file, its encryption, Frappe's own offsite services."""
	newest = _newest_backup()
	keeps = f"The site keeps {cint(_settings().backup_limit)}."
	recent = newest is not None and times.now() - newest <= BACKUP_WITHIN
	found = (
		f"The last backup here is of {times.show(newest)}. {keeps}"
		if newest
		else "No backup is on this site's disk."
	)
	todo = "Have the server back the site up daily (bench setup backups), or note where else it is done."
	yield good_if(recent, "backup", SERVER, "Backup files", found, todo, "/app/backups")
	encrypted = bool(cint(_settings().get("encrypt_backup")))
	found = (
		"Backups are encrypted."
		if encrypted
		else "Backup files are not encrypted: they hold every name and note."
	)
	todo = "Tick Encrypt Backups in System Settings, and keep the key elsewhere than the backups."
	yield good_if(encrypted, "backup_encryption", SERVER, "Encryption of backups", found, todo, SETTINGS)
	services = [name for name, field in OFFSITE.items() if _is_on(name, field)]
	if services:
		found = (
			f"{some(services)} is set up. Whether a backup can be restored is known only to who has tried it."
		)
		yield Line("backup_offsite", SERVER, "Backups elsewhere", GOOD, found)
		return
	found = "None of Frappe's own offsite services is set up. Whether the server is copied elsewhere cannot be seen from here."
	todo = (
		"Ask whoever runs the server where the copies are, and when a restore was last tried; write it down."
	)
	yield Line("backup_offsite", SERVER, "Backups elsewhere", UNKNOWN, found, todo, SETTINGS)


def _newest_backup() -> datetime | None:
	"""When the newest backup of the database was written, as far as it is on this site's disk."""
	folder = Path(frappe.get_site_path("private", "backups"))
	written = [file.stat().st_mtime for file in folder.glob("*-database*")] if folder.is_dir() else []
	return datetime.fromtimestamp(max(written), tz=times.site_zone()) if written else None


def _is_on(doctype: str, field: str) -> bool:
	if not frappe.db.exists("DocType", doctype) or not frappe.get_meta(doctype).has_field(field):
		return False
	return bool(frappe.db.get_single_value(doctype, field))


def record() -> Iterator[Line]:
	"""Whether the log of every case was verified lately, and is whole."""
	health = record_state.health()
	todo = "Open the last Record Check: it says which entry of which case is not as it was written."
	found = health.sentence + (f" {health.triggers}" if health.triggers else "")
	fine = health.ok and not health.triggers
	yield good_if(fine, "record", "The record", "Record of the cases", found, todo, "/app/record-check")
