"""The ladder of alerts of a clock, as data: a policy's own rungs, or those that stand where it has none.

Rows of a policy that name a clock are that clock's whole ladder; rows for a kind of clock are the ladder of every
other clock of that kind; where a policy has neither, `DEFAULT` stands. No board's policy says when its host reminds
people, so the rungs cite no clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import NamedTuple

from .schema import AlertRung, PolicyData, Terms

DUE_SOON, LAST_AFTERNOON, DUE_TODAY, OVERDUE = "due_soon", "last_afternoon", "due_today", "overdue"
OVERDUE_AGAIN = "overdue_again"
AFTERNOON = time(15)
# The kinds of clocks that can be overdue at all.
BINDING = ("maximum", "local target")
_FROM = " from "


def _binding(kind: str, every: int) -> tuple[AlertRung, ...]:
	"""The ladder of a limit: before it, on its last day, once it has passed, and again until somebody acts."""
	escalating = ("owing", "line manager", "safeguarding lead", "business manager from 3")
	return (
		AlertRung(DUE_SOON, ("owing",), kind=kind),
		AlertRung(LAST_AFTERNOON, ("owing",), 0, kind=kind, due_day="day off", at_hour=AFTERNOON),
		AlertRung(DUE_TODAY, ("owing",), 0, kind=kind, due_day="working day"),
		AlertRung(OVERDUE, ("owing", "line manager"), 1, kind=kind),
		AlertRung(OVERDUE_AGAIN, escalating, 1 + every, kind=kind, repeat_every=every),
	)


# A limit of the policy is repeated every three working days, a local target once a week; neither ends by itself.
DEFAULT: Mapping[str, tuple[AlertRung, ...]] = {
	"maximum": _binding("maximum", 3),
	"local target": _binding("local target", 5),
	"preference": (AlertRung(DUE_SOON, ("owing",), kind="preference"),),
	"advisory": (AlertRung(DUE_SOON, ("owing",), kind="advisory"),),
}


class Named(NamedTuple):
	"""A recipient of a rung: one of ALERT_RECIPIENTS, and from which repetition on it is told (1: always)."""

	word: str
	since: int


def ladder_of(policy: PolicyData, clock: str, kind: str) -> tuple[AlertRung, ...]:
	"""The rungs of one clock, in the order of the policy's table."""
	own = tuple(row for row in policy.alert_rungs if row.clock.strip() == clock)
	if own:
		return own
	of_kind = tuple(row for row in policy.alert_rungs if not row.clock.strip() and row.kind == kind)
	return of_kind or DEFAULT.get(kind, ())


def named(term: str) -> Named:
	"""A recipient as a rung writes it: `line manager`, `business manager from 3`. Raises ValueError for a bad number."""
	word, _, since = term.strip().partition(_FROM)
	number = int(since) if since else 1
	if number < 1:
		raise ValueError(f"{term!r} counts from 1")
	return Named(word.strip(), number)


def recipients_of(row: AlertRung, owed_by: str, time_said: int = 1) -> Terms:
	"""Who is told, as words that services find people for: "raising lead", "line manager of raising lead", "chair" …

	`time_said` is which repetition this is. A step that the Chair owes has the Business Manager for a line manager.
	"""
	owing = tuple(part.strip() for part in owed_by.split(",") if part.strip())
	chosen = [who.word for who in map(named, row.recipients) if who.since <= time_said]
	return tuple(dict.fromkeys(name for word in chosen for name in _of(word, owing)))


def _of(word: str, owing: Terms) -> Iterable[str]:
	if word == "owing":
		return owing
	if word in ("business manager", "chair"):
		return (word,)
	above = tuple(f"{word} of {who}" for who in owing if who.endswith(" lead"))
	return (*above, *(("business manager",) if word == "line manager" and "chair" in owing else ()))


def base(rung: str) -> str:
	"""A rung's name without the number of a repetition: `overdue_again 3` is `overdue_again`."""
	name, _, number = rung.rpartition(" ")
	return name if name and number.isdigit() else rung


def again(rung: str, time_said: int) -> str:
	"""The name under which a repetition is stored: `overdue_again 3`."""
	return f"{rung} {time_said}"
