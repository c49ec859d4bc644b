"""A duty: something owed beside the clocks, as panels, reports and closing read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

COPY, CLOSING, RECORD, ACTION, CHECK, REVIEW, ANSWER = (
	"copy", "closing", "record", "action", "check", "review", "answer",
)  # fmt: skip
BOTH = "raising lead, responding lead"


@dataclass(frozen=True)
class Duty:
	"""Something owed. `key` is stable within the case; `required`: closing waits for it.

	`done_at` is None while it is owed, and also where a filled field satisfies it (`done` is then True).
	`due_at` is set where people agreed a date; `overdue` compares it with `now`. `event` is the id of the entry that
	did a closing duty, where one did. By when a closing duty is owed: see `closing_dates`. `recipient` (the policy's words)
	and `agency` (whose, where these mean several) are those of a copy.
	"""

	key: str
	kind: str
	text: str
	owed_by: str = ""
	clause: str = ""
	required: bool = False
	done: bool = False
	done_at: datetime | None = None
	due_at: datetime | None = None
	overdue: bool = False
	event: str | None = None
	recipient: str = ""
	agency: str = ""
