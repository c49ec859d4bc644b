"""The daily check of the whole record, what it leaves behind, and whom it tells.

Each run leaves a Record Check, so that a check which did not run is seen too. Administrators are told of a break when
it is new, and reminded of one that stays each week; never a name, never a word of a case.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import escape_html
from pypika import Order

from safeguarding_escalation import compat
from safeguarding_escalation.services import chain, links, times

SCHEDULER = "the scheduler"
REMIND_AFTER = timedelta(days=7)
# The daily job may be late by a day before anybody need worry.
STALE_AFTER = timedelta(days=2)
ADMINISTRATORS = ("Safeguarding Administrator", "System Manager")
LISTED = 50  # findings written down and mailed; a site whose key has changed has one for each case


@dataclass(frozen=True)
class Health:
	"""How the record stands, for the Setup check page. `ok`: checked lately, over something, and whole."""

	ok: bool
	sentence: str
	checked_at: datetime | None = None
	cases: int = 0
	entries: int = 0
	findings: int = 0
	triggers: str = ""  # why the database does not refuse changes by itself; '' if it does


def run(asked_by: str = "") -> dict[str, Any]:
	"""Verify the whole site, keep the result and tell the administrators of a new break.

	Returns the Record Check's name, verdict, sentence, cases, entries, findings, alerted. The caller commits.
	"""
	started = time.monotonic()
	verdict = chain.verify_all()
	lines = _lines(verdict.findings)
	check = frappe.get_doc(
		{
			"doctype": "Record Check",
			"checked_at": times.stored(times.now()),
			"verdict": verdict.state,
			"sentence": verdict.sentence,
			"cases": verdict.cases,
			"entries": verdict.rows,
			"findings": len(verdict.findings),
			"seconds": round(time.monotonic() - started, 3),
			"asked_by": asked_by or frappe.session.user,
			"breaks": "\n".join(lines),
		}
	)
	check.flags.appended = True
	check.set_new_name()
	told = _tell(check, lines) if _worth_telling(verdict, lines) else []
	check.update({"alerted": len(told), "alerted_at": check.checked_at if told else None})
	check.insert(ignore_permissions=True, set_name=check.name)
	wanted = ("name", "verdict", "sentence", "cases", "entries", "findings", "alerted")
	return {key: check.get(key) for key in wanted}


def _lines(findings: Sequence[chain.Finding]) -> list[str]:
	"""What was found, a line each: the case's reference, the sentence. No names."""
	references = {
		name: frappe.db.get_value("Escalation", name, "reference")
		for name in dict.fromkeys(finding.escalation for finding in findings[:LISTED])
	}
	lines = [
		f"{references[each.escalation] or each.escalation}: {each.sentence}" for each in findings[:LISTED]
	]
	if len(findings) > LISTED:
		lines.append(f"and {len(findings) - LISTED:,} more")
	return lines


def _worth_telling(verdict: chain.Verdict, lines: list[str]) -> bool:
	"""Whether this break has not been told of, or so long ago that a reminder is due."""
	if verdict.state in (chain.VALID, chain.NOTHING):
		return False
	table = frappe.qb.DocType("Record Check")
	query = frappe.qb.from_(table).select(table.breaks, table.verdict, table.alerted_at)
	told = (
		query.where(table.alerted > 0).orderby(table.checked_at, order=Order.desc).limit(1).run(as_dict=True)
	)
	if not told:
		return True
	old = told[0]
	new = old.verdict != verdict.state or set(lines) - set((old.breaks or "").split("\n"))
	return bool(new) or times.now() - times.aware(old.alerted_at) >= REMIND_AFTER


def _tell(check: Any, lines: list[str]) -> list[str]:
	"""Queue one mail to each administrator, in the caller's transaction; returns whom."""
	told = []
	for email in administrators():
		queued = compat.queue_mail(
			recipients=[email],
			subject="Safeguarding: the record of escalations does not verify",
			message=_body(check, lines),
			reference_doctype="Record Check",
			reference_name=check.name,
			add_unsubscribe_link=0,
		)
		if queued:
			told.append(email)
	return told


def _body(check: Any, lines: list[str]) -> str:
	items = "".join(f"<li>{escape_html(line)}</li>" for line in lines)
	link = escape_html(links.form("Record Check", check.name))
	return (
		f"<p>{escape_html(check.sentence)}</p><ul>{items}</ul>"
		"<p>Somebody or something has changed what the app wrote. Keep a copy of the database and its backups before "
		f'anything else, and find out who had access. <a href="{link}">Open the check</a>.</p>'
	)


def administrators() -> list[str]:
	"""The mail addresses of enabled users who look after the app or the site."""
	user, role = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	query = (
		frappe.qb.from_(user)
		.join(role)
		.on((role.parent == user.name) & (role.parenttype == "User"))
		.select(user.email)
		.where(
			role.role.isin(ADMINISTRATORS) & (user.enabled == 1) & user.name.notin(("Guest", "Administrator"))
		)
		.distinct()
		.orderby(user.email)
	)
	return [email for email in query.run(pluck=True) if email]


def health() -> Health:
	"""How the record stood at the last check, and whether that was lately; reads one row, verifies nothing.

	`setup.record.health` says of the database's triggers too.
	"""
	table = frappe.qb.DocType("Record Check")
	query = frappe.qb.from_(table).select(
		table.checked_at, table.verdict, table.sentence, table.cases, table.entries, table.findings
	)
	last = query.orderby(table.checked_at, order=Order.desc).limit(1).run(as_dict=True)
	if not last:
		sentence = "The record has never been checked. Is the scheduler on? Run the check under Record Check."
		return Health(False, sentence)
	row = last[0]
	checked_at = times.aware(row.checked_at)
	stale = times.now() - checked_at > STALE_AFTER
	nothing = row.verdict == chain.NOTHING
	late = f" It was last checked {times.show(checked_at)}: is the scheduler on?" if stale else ""
	return Health(
		ok=not stale and (row.verdict == chain.VALID or nothing),
		sentence=f"{row.sentence}{late}",
		checked_at=checked_at,
		cases=row.cases,
		entries=row.entries,
		findings=row.findings,
	)
