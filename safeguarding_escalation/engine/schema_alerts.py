"""The table of alerts of a policy: part of `schema.py`, which see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

Terms = tuple[str, ...]

# Whom an alert may reach: those who owe the step, and those above each of them.
ALERT_RECIPIENTS = (
	"owing",
	"line manager",
	"safeguarding lead",
	"senior manager",
	"business manager",
	"chair",
)
DUE_DAYS = ("", "working day", "day off")


@dataclass(frozen=True)
class AlertRung:
	"""One rung of the ladder of alerts, of one `clock`, or of every clock of a `kind`; see `ladder.py`.

	`days` are working days from the due day: negative before it, 0 on it, positive after it; None: as many before as
	the clock's own reminder (`alert_lead`). `due_day` limits a rung to due days on which a morning is left, or to the
	others. `at_hour` is London time; None: the site's morning. `recipients` are ALERT_RECIPIENTS; in a repeated rung
	one may say from which time on it is told: `business manager from 3`. A rung with `repeat_every` comes again every so
	many working days until the clock is met or ended, at most `at_most` times (0: no limit).
	"""

	rung: str
	recipients: Terms
	days: int | None = None
	clock: str = ""
	kind: str = ""
	due_day: str = ""
	at_hour: time | None = None
	wording: str = ""
	repeat_every: int | None = None
	at_most: int = 0
	urgent: bool = False
