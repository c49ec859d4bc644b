"""When what runs by itself was last done: a row a kind in the database, which outlives Redis and every restart.

Kinds: `sweep` (every alert due at that instant was served, or its failure noted), `mail` (the queued alert mails were
looked through), `health` (the daily self-check ran). Read from the table each time, never from a cache.
"""

from __future__ import annotations

from datetime import datetime

import frappe

from safeguarding_escalation.services import times
from safeguarding_escalation.services.rows import select

DOCTYPE = "Safeguarding Heartbeat"
SWEEP, MAIL, HEALTH = "sweep", "mail", "health"


def beat(kind: str, moment: datetime | None = None) -> None:
	"""Note that `kind` was done at `moment` (aware; default now), in the caller's transaction.

	Never moves back: of two that end out of order the later instant stays. Leaves no version, touches no cache.
	"""
	at = times.stored(moment or times.now())
	if not select(DOCTYPE, ["name"], {"name": kind}):
		frappe.db.savepoint("first_beat")
		try:
			frappe.get_doc({"doctype": DOCTYPE, "kind": kind, "beat_at": at}).insert(ignore_permissions=True)
			return
		except frappe.DuplicateEntryError:
			# Another process made the row meanwhile; ours is an update of it.
			frappe.db.rollback(save_point="first_beat")
	table = frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.update(table).set(table.beat_at, at).set(table.modified, times.stored(times.now()))
	query.where((table.name == kind) & (table.beat_at < at)).run()


def last(kind: str) -> datetime | None:
	"""When `kind` was last done, as an aware instant; None if it never was."""
	rows = select(DOCTYPE, ["beat_at"], {"name": kind})
	return times.aware(rows[0].beat_at) if rows else None
