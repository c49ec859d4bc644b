"""How a user wants alerts: as they come, or in one digest each working morning; and their own quiet hours.

A preference delays ordinary alerts and silences none. What is urgent, and what would be late, is sent at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import frappe

from safeguarding_escalation.engine.alerts import Alert
from safeguarding_escalation.engine.events import LONDON
from safeguarding_escalation.engine.ladder import LAST_AFTERNOON, base
from safeguarding_escalation.engine.quiet import Hours, is_quiet, on, opening
from safeguarding_escalation.services import quiet_hours, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse

DOCTYPE = "Alert Preference"
AT_ONCE, DIGEST = "Each alert as it comes", "One digest each working morning"
_SHORTEST_HOURS = 2


@dataclass(frozen=True)
class Preference:
	"""A user's choice. `hours` are the site's, narrowed by their own; `digest_sent_at` when the last digest went."""

	name: str
	digest: bool
	hours: Hours
	digest_sent_at: datetime | None = None


def of(email: str) -> Preference | None:
	"""The preference of the user with a mailbox; None where they have none, and for a team's mailbox."""
	table, user = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("User")
	query = frappe.qb.from_(table).join(user).on(user.name == table.user).where(user.email == email)
	columns = (table.name, table.delivery, table.not_before, table.not_after, table.digest_sent_at)
	rows = query.select(*columns).limit(1).run(as_dict=True)
	return _read(rows[0]) if rows else None


def _read(row: Any) -> Preference:
	site = quiet_hours.hours()
	morning = max(_time(row.not_before) or site.morning, site.morning)
	evening = min(filter(None, (_time(row.not_after), site.evening)), default=None)
	return Preference(
		row.name, row.delivery == DIGEST, Hours(morning, evening), times.aware(row.digest_sent_at)
	)


def waits_until(preference: Preference | None, alert: Alert, moment: datetime) -> datetime | None:
	"""Until when an alert waits for its recipient's sake; None: it is sent at once.

	A digest goes out once a working day, from its hour on: until it has gone it takes everything ordinary, and later
	what is due after the next one. Of the person's own quiet hours nothing is kept that would be late when they end.
	"""
	if preference is None or alert.urgent or base(alert.rung) == LAST_AFTERNOON:
		return None
	calendar, hours, due = quiet_hours.calendar(), preference.hours, alert.deadline.due_at
	if preference.digest:
		today = moment.astimezone(LONDON).date()
		first = on(today, hours.morning)
		gone = preference.digest_sent_at is not None and preference.digest_sent_at >= first
		if calendar.is_working_day(today) and not gone:
			until = max(first, moment)
		else:
			until = on(calendar.add(today, 1), hours.morning)
			if due <= moment:
				return None
	elif is_quiet(moment, calendar, hours):
		until = opening(moment, calendar, hours)
	else:
		return None
	return None if moment < due <= until else until


def note_digest(name: str, moment: datetime) -> None:
	"""Keep when a user's digest went, in the caller's transaction."""
	frappe.db.set_value(DOCTYPE, name, "digest_sent_at", times.stored(moment), update_modified=False)


def claim(document: Any) -> None:
	"""A preference is of the user who makes it. Raises NotYours for somebody else's."""
	user = frappe.session.user
	document.user = document.user or user
	if document.user != user and user != "Administrator":
		refuse(NotYours, "How somebody gets alerts is theirs to say.")
	if document.is_new():
		document.digest_sent_at = None
	else:
		document.digest_sent_at = frappe.db.get_value(DOCTYPE, document.name, "digest_sent_at")


def check(document: Any) -> None:
	"""Refuse times of day that cannot be read or leave no room. Raises BadInput."""
	for field in ("not_before", "not_after"):
		text = (document.get(field) or "").strip()
		try:
			document.set(field, f"{time.fromisoformat(text):%H:%M}" if text else "")
		except ValueError:
			refuse(BadInput, f"{document.meta.get_label(field)}: write a time of day such as 10:00.")
	hours = _read(document).hours
	latest = hours.evening or time(23, 59)
	if (
		latest.hour * 60 + latest.minute - hours.morning.hour * 60 - hours.morning.minute
		< _SHORTEST_HOURS * 60
	):
		refuse(
			BadInput,
			f"That leaves less than {_SHORTEST_HOURS} hours a day in which alerts can reach you. Leave more room.",
		)


def release(document: Any) -> None:
	"""A preference goes: what waited for its sake is sent with the next sweep."""
	email = frappe.db.get_value("User", document.user, "email")
	alert = frappe.qb.DocType("Escalation Alert")
	query = frappe.qb.update(alert).set(alert.waiting_until, times.stored(times.now()))
	query.where((alert.recipient == email) & (alert.mail_state == "Waiting")).run()


def _time(text: Any) -> time | None:
	return time.fromisoformat(text) if text else None
