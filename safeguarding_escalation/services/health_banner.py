"""What the Desk says on every page of ours while alerts cannot be relied on; asked at each load, so it must be cheap.

A scheduler that is dead cannot report itself, and a mail that does not leave cannot say so: whoever looks at a page is
told instead. Four queries by index while all is well; it ends as soon as the cause does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.query_builder.functions import Min

from safeguarding_escalation.services import health_cases, heartbeat, mail_rows, times
from safeguarding_escalation.services.setup_check_line import some
from safeguarding_escalation.services.sweep_state import SWEPT_WITHIN

LEAVES_WITHIN = timedelta(hours=1)
CHECKED_WITHIN = timedelta(hours=26)
NOT_SOUND = "not sound"
OURS = "Safeguarding"
ADMINISTRATOR = "Safeguarding Administrator"


def boot(bootinfo: Any) -> None:
	"""extend_bootinfo: the banner as it stands when the Desk loads, and the pages on which it is shown."""
	if frappe.has_permission("Escalation", "read"):
		bootinfo.safeguarding_health = {"text": text_or_doubt(), "places": places()}


def text_or_doubt() -> str:
	"""`text`; where that cannot be worked out, that it is not known. The Desk loads whatever happens here."""
	try:
		return text()
	except Exception:
		frappe.log_error(title="Clock health: the banner cannot be worked out")
		return "Whether alerts are going out could not be checked. Look at the due dates here yourself."


def text() -> str:
	"""What is amiss, since when, and what to do, in plain words; '' while alerts go out or no clock runs."""
	now = times.now()
	if not health_cases.running_clocks_older_than(now - SWEPT_WITHIN):
		return ""
	said = _sweep(now) or _mail(now) or _check(now)
	return f"{said} Look at the due dates here yourself, and tell {_whom()}." if said else ""


def _sweep(now: datetime) -> str:
	last = heartbeat.last("sweep")
	if last is not None and now - last <= SWEPT_WITHIN:
		return ""
	since = f"since {times.show(last)}" if last else "on this site so far"
	return f"Alerts have not been going out {since}: nobody is reminded of anything."


def _mail(now: datetime) -> str:
	"""Alerts whose mail stands in the queue with all others; one address that is refused is no reason for a banner."""
	alert = frappe.qb.DocType("Escalation Alert")
	query = frappe.qb.from_(alert).select(Min(alert.creation))
	query = query.where(
		alert.mail_state.isin((mail_rows.QUEUED, mail_rows.NOT_SENT)) & (alert.email_queue != "")
	)
	query = query.where(alert.problem.isnull() | alert.problem.isin(("", mail_rows.STANDING)))
	oldest = query.where(alert.creation < times.stored(now - LEAVES_WITHIN)).run()[0][0]
	if not oldest:
		return ""
	return f"Mail has not been leaving since {times.show(times.aware(oldest))}: alerts are made, and do not arrive."


def _check(now: datetime) -> str:
	table = frappe.qb.DocType("Health Check")
	query = frappe.qb.from_(table).select(table.checked_at, table.verdict, table.faults)
	rows = query.orderby(table.checked_at, order=frappe.qb.desc).limit(1).run(as_dict=True)
	at = times.aware(rows[0].checked_at) if rows else None
	if at is None or now - at > CHECKED_WITHIN:
		if not health_cases.running_clocks_older_than(now - CHECKED_WITHIN):
			return ""
		since = f"since {times.show(at)}" if at else "yet"
		return f"Clocks and alerts have not been checked {since}, which happens each day: they may be wrong."
	if rows[0].verdict != NOT_SOUND:
		return ""
	faults = "a fault" if rows[0].faults == 1 else f"{rows[0].faults:,} faults"
	return f"The check of {times.show(at)} found {faults} in clocks or alerts: a reminder may be missing or late."


def _whom() -> str:
	user, role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	query = frappe.qb.from_(user).join(role).on((role.parent == user.name) & (role.parenttype == "User"))
	query = query.select(user.full_name).where((role.role == ADMINISTRATOR) & (user.enabled == 1))
	names = query.distinct().orderby(user.full_name).run(pluck=True)
	return f"your safeguarding administrator ({some(names, 1)})" if names else "whoever looks after this site"


def places() -> list[str]:
	"""The pages of ours, as the Desk's routes begin: names of DocTypes, reports, pages and workspaces."""
	found: list[str] = []
	for doctype in ("DocType", "Report", "Page", "Workspace"):
		table = frappe.qb.DocType(doctype)
		found += frappe.qb.from_(table).select(table.name).where(table.module == OURS).run(pluck=True)
	return sorted(set(found))
