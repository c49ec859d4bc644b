"""The calendar of due dates: every running clock of the cases that the session's user may see. No names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from safeguarding_escalation.services import worklists, worklists_due

# How long a clock that is due within the day is drawn.
DRAWN = timedelta(minutes=30)


def events(start: str, end: str, board: str | None = None) -> list[dict[str, Any]]:
	"""The clocks due from `start` to `end` (dates or datetimes of the site), as Frappe's calendar takes them.

	Each has `title` (state in words, reference, clock), `start`, `end`, `allDay`, `state`, `escalation`.
	"""
	rows = worklists_due.due({"from": str(start)[:10], "until": str(end)[:10], "board": board})
	return [event(row, number) for number, row in enumerate(rows)]


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
