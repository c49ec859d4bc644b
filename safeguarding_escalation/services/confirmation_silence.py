"""Silence on a request: said only where somebody was validly asked, and only once the reply-by time has passed.

Validly asked is: an account that could open the case; a mail with a link that the mail server took; a link that was
opened with its code; or a request outside this system of which somebody wrote down how and when.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe

from safeguarding_escalation import compat
from safeguarding_escalation.services import confirmation_people, log, mail_rows, record_shown, times
from safeguarding_escalation.services.lock import loaded, locked, undo
from safeguarding_escalation.services.rows import select

NO_ACCESS = "They have no account that can open this case."
NO_EVIDENCE = "Nothing says how and when they were asked."
NOT_SENT = "The link was not sent: no mail left, and nothing says how it was handed over."
REFUSED = "The mail with the link did not leave: the mail server has not taken it."


def invalid(late: Iterable[dict[str, Any]]) -> dict[str, str]:
	"""Of overdue requests those that were not validly asked, by name, each with the reason."""
	found = {}
	for row in late:
		why = why_invalid(row)
		if why:
			found[row["name"]] = why
	return found


def why_invalid(row: dict[str, Any]) -> str:
	"""Why silence on a request means nothing; '' where the person was validly asked."""
	if row["asked_how"] == "in this system":
		case = loaded(row["escalation"])
		person = confirmation_people.named(case, row["contact"])
		return "" if confirmation_people.can_open(case, person) else NO_ACCESS
	entry = select("Stage Log", ["evidence", "redacted"], {"name": row["asked_log"] or ""})
	if entry and (entry[0].evidence or entry[0].redacted):
		return ""
	return NO_EVIDENCE if row["asked_how"] == "outside" else _of_link(row["name"])


def _of_link(confirmation: str) -> str:
	columns = ["delivery", "email_queue", "opened_at"]
	links = select("Response Link", columns, {"confirmation": confirmation}, order_by="issued_at")
	if any(link.opened_at for link in links):
		return ""
	mailed = [link.email_queue for link in links if link.delivery == "mail" and link.email_queue]
	if not mailed:
		return NOT_SENT
	states = mail_rows.queued(mailed)
	return "" if any(state[0] == mail_rows.SENT for state in states.values()) else REFUSED


def record_due() -> int:
	"""Write down, case by case, which overdue requests had no reply, and which were not validly asked; how many.

	Raises RuntimeError at the end if a case failed, after all others were served.
	"""
	table = frappe.qb.DocType("Record Confirmation")
	query = frappe.qb.from_(table).select(table.escalation).distinct()
	query = query.where((table.state == "asked") & (table.reply_by < times.stored(times.now())))
	done, failed = 0, 0
	for escalation in query.run(pluck=True):
		frappe.db.savepoint("silence")
		try:
			with locked(escalation) as case:
				done += _record(case)
		except compat.JOB_TIMEOUTS:
			undo("silence")
			raise
		except Exception:
			# One case that fails stops none of the others; the error log names it.
			undo("silence")
			frappe.log_error(title=f"Requests of {escalation} without a reply")
			failed += 1
		if not frappe.flags.in_test:
			frappe.db.commit()
	if failed:
		raise RuntimeError(f"{failed} cases failed; the Error Log names them")
	return done


def _record(case: Any) -> int:
	from safeguarding_escalation.services import confirmations

	if case.document.get("anonymised_at"):
		return 0
	late = [
		row for row in record_shown.last_of(case.name, for_update=True)
		if row.state == "asked" and row.reply_by and times.aware(row.reply_by) < case.now
	]  # fmt: skip
	for row in late:
		why = why_invalid(row)
		if why:
			confirmations.end(row.name, why, confirmations.INVALID)
			continue
		confirmations.end_silent(case, row)
	return len(late)
