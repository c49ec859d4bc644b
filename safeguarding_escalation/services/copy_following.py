"""What became of copies that went by access and a link: the mail left, the person opened the case or the copy.

When such a copy counts. *Sent*: access was given and the mail with the link left the server; or, whatever became of the
mail, the person opened it, since who has opened it has been told. A mail in the queue, or one that failed, is no copy:
the duty stays owed and its clock runs. *Received*: the person opened the case, or this copy, after access was given.
That is taken from the audit, which notes each opening before the answer leaves; nobody can claim it or forget it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import frappe

from safeguarding_escalation import compat
from safeguarding_escalation.services import audit, copy_making, copy_register, log, people, projection, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked, undo

# Actions of the audit by which somebody opens a case or a copy of it, rather than seeing it in a list.
OPENS = ("view", "print", "pdf", "download")
IN_SYSTEM = "opened by them in this system"
MAIL_LEFT = "The mail with the link left the server."
OPENED = "They opened it in this system."
# An opening much later is shown by *Who looked*; nobody waits for it any more.
LOOKED_FOR_DAYS = 180


def follow(escalations: list[str] | None = None) -> dict[str, int]:
	"""Record what became of copies that wait: counts `sent`, `received` and `failed`. May be repeated at any time."""
	counts: Counter[str] = Counter(sent=0, received=0, failed=0)
	for name in sorted(set(waiting() if escalations is None else escalations)):
		counts.update(_one(name))
		if not frappe.flags.in_test:
			frappe.db.commit()
	return dict(counts)


def _one(name: str) -> Counter[str]:
	frappe.db.savepoint("follow_copies")
	try:
		with locked(name) as case:
			return _follow(case)
	except compat.JOB_TIMEOUTS:
		undo("follow_copies")
		raise
	except Exception:
		# One bad case must not leave the copies of the others open: undo it, note it, go on; the next run tries again.
		undo("follow_copies")
		frappe.log_error(
			title="Copies of a case could not be followed",
			reference_doctype="Escalation",
			reference_name=name,
		)
		return Counter(failed=1)


def waiting() -> list[str]:
	"""The cases with a copy of which something can be said now that is not recorded; takes no lock."""
	table = frappe.qb.DocType("Escalation Copy")
	query = frappe.qb.from_(table).select(
		*(table[column] for column in copy_register.COLUMNS), table.escalation
	)
	query = query.where(table.method == copy_making.HERE).where(table.received_at.isnull())
	query = query.where(
		table.creation >= frappe.utils.add_days(frappe.utils.now_datetime(), -LOOKED_FOR_DAYS)
	)
	rows = query.run(as_dict=True)
	mails, struck = copy_register.mail_states(rows), _struck(rows)
	return [
		row.escalation
		for row in rows
		if not struck.intersection((row.stage_log, row.prepared_log)) and _news(row.escalation, row, mails)
	]


def _struck(rows: list[Any]) -> set[str]:
	"""Those of the rows' entries that were corrected: nobody follows what was struck out."""
	names = sorted({name for row in rows for name in (row.stage_log, row.prepared_log) if name})
	if not names:
		return set()
	entry = frappe.qb.DocType("Stage Log")
	return set(
		frappe.qb.from_(entry).select(entry.corrects).where(entry.corrects.isin(names)).run(pluck=True)
	)


def _news(escalation: str, row: Any, mails: dict[str, str]) -> bool:
	return (not row.sent_at and mails.get(row.email_queue) == "Sent") or opened(escalation, row) is not None


def _follow(case: LoadedCase) -> Counter[str]:
	counts: Counter[str] = Counter()
	if case.document.get("anonymised_at"):
		return counts
	stored = [
		row
		for row in copy_register.rows(case.name, for_update=True)
		if row.method == copy_making.HERE and not row.received_at
	]
	mails = copy_register.mail_states(stored)
	struck = log.superseded(case.rows)
	for row in stored:
		if (row.stage_log or row.prepared_log) in struck:
			continue
		looked = opened(case.name, row)
		left = mail_left(row, mails)
		if not row.sent_at and (left or looked):
			at = min(filter(None, (left, looked)))
			evidence = MAIL_LEFT if left else OPENED
			copy_making.record_sent(case, row, at, copy_making.HERE, "", evidence)
			counts["sent"] += 1
		if row.sent_at and looked:
			copy_making.record_received(case, row, looked, IN_SYSTEM)
			counts["received"] += 1
	if counts:
		projection.refresh(case)
	return counts


def mail_left(row: Any, mails: dict[str, str]) -> datetime | None:
	"""When the mail with the link left the server; None while it has not."""
	if mails.get(row.email_queue) != "Sent":
		return None
	return times.aware(frappe.db.get_value("Email Queue", row.email_queue, "modified"))


def opened(escalation: str, row: Any) -> datetime | None:
	"""When a copy's recipient first opened what they were given access to, after that; None while they have not."""
	contact = people.contact(row.recipient)
	if contact is None or not contact.user:
		return None
	table = frappe.qb.DocType(audit.DOCTYPE)
	query = frappe.qb.from_(table).select(table.at).where(table.escalation == escalation)
	query = query.where(table.user == contact.user).where(table.at >= row.creation)
	if row.access == copy_making.THIS_COPY:
		query = query.where(table.action == "download").where(table.what == note_of(row.name))
	else:
		query = query.where(table.action.isin(OPENS))
	found = query.orderby(table.at).limit(1).run(pluck=True)
	return times.aware(found[0]) if found else None


def note_of(copy: str) -> str:
	"""How the audit names the opening of one copy."""
	return f"copy {copy}"
