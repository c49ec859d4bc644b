"""The calendar of due dates: every running clock of the cases that the session's user may see. No names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import frappe

from safeguarding_escalation.services import closures, times, worklists_due

# How long a clock that is due within the day is drawn.
DRAWN = timedelta(minutes=30)


def events(start: str, end: str, filters: Sequence[Any] = (), whose: str = "") -> list[dict[str, Any]]:
	"""The clocks due from `start` to `end` (dates or datetimes of the site), as Frappe's calendar takes them, and the
	days on which no board or its nation works.

	`filters` are those of the list of escalations; `whose` is mine, team, or '' for all that the user may see. Each has
	`title` (state in words, reference, clock), `start`, `end`, `allDay`, `state`, `escalation`.
	"""
	first, last = str(start)[:10], str(end)[:10]
	given = {"from": first, "until": last, "board": _board(filters), "whose": whose}
	rows = worklists_due.due(given)
	listed = _listed(filters)
	shown = [row for row in rows if listed is None or row["escalation"] in listed]
	return [
		*(event(row, number) for number, row in enumerate(shown)),
		*_closed_days(times.given_day(first), times.given_day(last), given["board"]),
	]


def _board(filters: Sequence[Any]) -> str | None:
	"""The board of a list's filters, which Frappe sends as rows of (DocType, field, operator, value)."""
	for row in filters:
		if isinstance(row, list | tuple) and len(row) >= 4 and row[1] == "board" and row[2] == "=":
			return str(row[3])
	return None


def _listed(filters: Sequence[Any]) -> set[str] | None:
	"""The cases that the list would show with these filters; None where there are none but the board's."""
	further = [
		row for row in filters if isinstance(row, list | tuple) and len(row) >= 4 and row[1] != "board"
	]
	if not further:
		return None
	names = frappe.get_list(
		"Escalation",
		filters=[list(row[:4]) for row in further],
		pluck="name",
		limit_page_length=0,
		order_by="name",
	)
	return set(names)


def _closed_days(first: date, last: date, board: str | None) -> Iterator[dict[str, Any]]:
	"""Bank holidays of the site's nation and closures of the boards: days that no clock counts, in words."""
	days: dict[tuple[date, str], None] = {}
	calendar = closures.of_site()
	first, last = max(first, calendar.first), min(last, calendar.last)
	for number in range((last - first).days + 1):
		day = first + timedelta(days=number)
		if day.weekday() < 5 and not calendar.is_working_day(day):
			days[day, calendar.name_of(day) or ""] = None
	for row in closures.rows():
		if row.board and (not board or row.board == board) and row.kind == closures.CLOSURE:
			days |= {
				(day, f"{row.day_name} ({row.board})"): None for day in row.days() if first <= day <= last
			}
	for number, (day, name) in enumerate(days):
		yield {
			"name": f"closed-{number}",
			"doctype": "Escalation Deadline",
			"title": f"No working day: {name}",
			"tooltip": f"No working day: {name}",
			"start": day.isoformat(),
			"end": day.isoformat(),
			"allDay": 1,
			"state": "Closed",
		}


def event(row: dict[str, Any], number: int) -> dict[str, Any]:
	"""One clock. What is due at the end of a day fills the day, what is due at a time stands before that time."""
	due: datetime = row["due_at"]
	all_day = (due.hour, due.minute) == (23, 59)
	words = f"{row['state']}: {row['reference']}, {row['label']}"
	return {
		"name": f"{row['escalation']}-{number}",
		# Nobody may write a deadline, so Frappe lets nobody drag it to another day.
		"doctype": "Escalation Deadline",
		"escalation": row["escalation"],
		"title": words,
		"tooltip": f"{words}. Owed by: {row['owed_by']}. {row['board']}",
		"start": due.strftime("%Y-%m-%d") if all_day else (due - DRAWN).strftime("%Y-%m-%d %H:%M:%S"),
		"end": due.strftime("%Y-%m-%d") if all_day else due.strftime("%Y-%m-%d %H:%M:%S"),
		"allDay": int(all_day),
		"state": row["state"],
	}
