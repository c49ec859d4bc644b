"""Drafts of returns by schedule: once a period has ended, whatever the board's policy asks for; and telling who issues it.

Re-runnable at any time: a period has one return by its unique key, so downtime is caught up and nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import escape_html, getdate
from pypika.functions import Min

from safeguarding_escalation import compat
from safeguarding_escalation.engine.return_periods import ANNUAL, QUARTERLY, Period, ended
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import links, returns_people, times
from safeguarding_escalation.services.lock import undo
from safeguarding_escalation.services.returns_content import asked_for
from safeguarding_escalation.services.returns_document import DOCTYPE, DRAFT, period_key
from safeguarding_escalation.services.rows import select

# How far back a scheduler that stood still is caught up with.
LOOKED_BACK = timedelta(days=400)


def run(today: Any = None) -> dict[str, list[str]]:
	"""Draft what is due at `today` (default: today in London), and mail each draft's link to who issues it.

	Returns `drafted`, `told` (names of returns) and `failed` (boards). Each board stands in a savepoint of its own; raises
	at the end if one failed.
	"""
	day = getdate(today) if today else times.today()
	result: dict[str, list[str]] = {"drafted": [], "told": [], "failed": []}
	for row in select("Safeguarding Board", ["name"], {"disabled": 0}, order_by="name"):
		_one_by_one(row.name, day, result)
	for row in _untold():
		if tell(row):
			result["told"].append(row.name)
	if result["failed"]:
		raise RuntimeError(
			f"Returns of {len(result['failed'])} boards could not be drafted; see the Error Log."
		)
	return result


def _one_by_one(board: str, day: date, result: dict[str, list[str]]) -> None:
	frappe.db.savepoint("board_return")
	try:
		result["drafted"] += [draft(board, kind, period) for kind, period in missing(board, day)]
	except Exception:
		undo("board_return")
		result["failed"].append(board)
		frappe.log_error(title="Safeguarding: a return could not be drafted", message=frappe.get_traceback())
	if not frappe.flags.in_test:
		frappe.db.commit()


def missing(board: str, today: date) -> Iterator[tuple[str, Period]]:
	"""The periods of a board that have ended and have no return: since its first case on this site, a year back at most."""
	since = _since(board, today)
	if since is None:
		return
	scope = returns_people.scope()
	for kind in (QUARTERLY, ANNUAL):
		asked = [
			found for day in (today, since) for found in [asked_for(board, kind, day)[1]] if found is not None
		]
		for period in ended(kind, asked[0].period_start, since, today) if asked else ():
			wanted = asked_for(board, kind, period.last)[1]
			key = period_key(board, scope, kind, period)
			if wanted and not frappe.db.exists(DOCTYPE, {"period_key": key}):
				yield kind, period


def _since(board: str, today: date) -> date | None:
	case = frappe.qb.DocType("Escalation")
	first = frappe.qb.from_(case).select(Min(case.creation)).where(case.board == board).run()[0][0]
	return max(getdate(first), today - LOOKED_BACK) if first else None


def draft(board: str, kind: str, period: Period) -> str:
	"""Make the draft of a period, and return its name."""
	values = {
		"doctype": DOCTYPE,
		"board": board,
		"period": kind,
		"from_date": period.first,
		"to_date": period.last,
	}
	return frappe.get_doc(values).insert(ignore_permissions=True).name


def _untold() -> list[Any]:
	columns = ("name", "board", "scope", "reference", "due_on", "mailed_at", "owner")
	rows = select(DOCTYPE, columns, {"status": DRAFT}, order_by="creation")
	return [row for row in rows if not row.mailed_at and row.owner in ("Administrator", "Guest")]


def tell(row: Any) -> bool:
	"""Queue the link to a draft for who issues it: the return's reference, no name and no figure. False for nobody."""
	emails = returns_people.told(row.board, row.scope)
	queued = [email for email in emails if _send(row, email)]
	if queued:
		frappe.db.set_value(DOCTYPE, row.name, "mailed_at", times.stored(times.now()), update_modified=False)
	return bool(queued)


def _send(row: Any, email: str) -> str | None:
	link = escape_html(links.form(DOCTYPE, row.name))
	due = f" It is due on {date_text(row.due_on)}." if row.due_on else ""
	return compat.queue_mail(
		recipients=[email],
		subject=f"Safeguarding: a draft return is ready ({row.reference})"[:140],
		message=(
			f"<p>The draft of {escape_html(row.reference)} is ready.{escape_html(due)}</p>"
			"<p>Read it, add your words, and issue it. Its figures are in it, and nobody's name.</p>"
			f'<p><a href="{link}">{link}</a></p>'
		),
		reference_doctype=DOCTYPE,
		reference_name=row.name,
		add_unsubscribe_link=0,
	)
