"""What is due to be said to whom at an instant: the rungs of each deadline, as data, and the ones not said yet.

Pure, and re-runnable: after downtime only the highest rung reached is said, once. What counts in days speaks on working
days, from the site's morning until its evening; an instant that people set to protect somebody, or immediate risk,
speaks at any hour (X-A4, decision 4). Which rungs there are is in `ladder.py`. Recipients are words ("raising lead",
"line manager of raising lead", "chair"); services find the people. Nothing is due on a clock that is met, ended or not
started, so a closed case is silent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .calendar import WorkingCalendar
from .deadline_row import RUNNING, Deadline
from .events import LONDON, instant_of, require_aware
from .ladder import DEFAULT, DUE_SOON, OVERDUE, again, base, ladder_of, recipients_of
from .policy import Policy
from .quiet import ANY_EVENING, Hours, is_quiet, opening, presses, reached
from .rung_times import is_instant, repeat_time, time_of, times_reached
from .schema import AlertRung, Terms

__all__ = [
	"Alert", "AlertKey", "Hours", "Rung", "due_alerts", "is_instant", "is_quiet", "next_alert_at", "opening",
	"recipients", "repeat", "rungs",
]  # fmt: skip

# What has been said: clock, instance ("" for none), due instant, rung.
AlertKey = tuple[str, str, datetime, str]


@dataclass(frozen=True)
class Rung:
	"""One step of a deadline's ladder: said from `at` (London) on. `urgent` rungs ignore the hour and the day."""

	name: str
	at: datetime
	to: Terms
	urgent: bool = False
	wording: str = field(default="", compare=False)


@dataclass(frozen=True)
class Alert:
	"""A rung that is due and unsaid. With a recipient of `to` the `key` identifies it for ever."""

	deadline: Deadline
	rung: str
	at: datetime
	to: Terms
	urgent: bool = field(default=False, compare=False)
	wording: str = field(default="", compare=False)

	@property
	def key(self) -> AlertKey:
		"""(clock, instance, due_at, rung): never a row's name, which a rebuild changes."""
		return (self.deadline.clock, self.deadline.instance or "", self.deadline.due_at, self.rung)


def rungs(
	deadline: Deadline, policy: Policy, calendar: WorkingCalendar, hours: Hours = ANY_EVENING
) -> tuple[Rung, ...]:
	"""The rungs of a deadline that are said once, in the order in which they come. `policy` is the one in force now.

	Rungs that would come before the clock starts move to its start, or fall away where that is too late or at a
	quiet hour. Raises CalendarError outside the calendar's horizon.
	"""
	ladder = ladder_of(policy, deadline.clock, deadline.kind)
	found = []
	for row in ladder:
		at = None if row.repeat_every else time_of(row, ladder, deadline, calendar, hours)
		if at is not None:
			urgent = row.urgent or (row.rung == OVERDUE and is_instant(deadline))
			found.append(Rung(row.rung, at, recipients_of(row, deadline.owed_by), urgent, row.wording))
	return tuple(sorted(found, key=lambda rung: instant_of(rung.at)))


def repeat(
	deadline: Deadline, policy: Policy, calendar: WorkingCalendar, number: int, hours: Hours = ANY_EVENING
) -> Rung | None:
	"""The `number`th time (from 1) that a deadline's repeated rung comes; None where it comes no more, or never."""
	row = _repeated(deadline, policy)
	if row is None or number < 1 or (row.at_most and number > row.at_most):
		return None
	at = repeat_time(row, deadline, calendar, number, hours)
	told = recipients_of(row, deadline.owed_by, number)
	return Rung(again(row.rung, number), at, told, row.urgent, row.wording)


def due_alerts(
	deadlines: Iterable[Deadline],
	sent: Collection[AlertKey],
	now: datetime,
	calendar: WorkingCalendar,
	policy: Policy,
	*,
	since: datetime | None = None,
	hours: Hours = ANY_EVENING,
) -> tuple[Alert, ...]:
	"""The alerts to send at `now`, earliest due first: of each deadline the highest rung reached, if not `sent`.

	Lower rungs that were missed are never said late, and of the repetitions only the last one. `sent` may be a mapping
	to the instants at which things were said: no repetition comes on the day on which something was said late. At a
	quiet hour only urgent rungs speak, and what would be late the next morning; the others wait for it. Rungs that fell
	before `since` are left alone. Raises EventError for a naive `now`.
	"""
	require_aware(now, "The present time")
	said, quiet = _Said(sent), is_quiet(now, calendar, hours)
	found = []
	for deadline in deadlines:
		if deadline.status(now) not in RUNNING:
			continue
		rung = _unsaid(deadline, said, now, calendar, policy, hours)
		if rung is None or (since is not None and not reached(since, rung.at)):
			continue
		if rung.urgent or not quiet or presses(deadline.due_at, now, calendar, hours):
			found.append(Alert(deadline, rung.name, rung.at, rung.to, rung.urgent, rung.wording))
	return tuple(sorted(found, key=lambda alert: (instant_of(alert.deadline.due_at), alert.deadline.clock)))


def next_alert_at(
	deadline: Deadline,
	policy: Policy,
	calendar: WorkingCalendar,
	*,
	after: datetime | None = None,
	hours: Hours = ANY_EVENING,
) -> datetime | None:
	"""When a deadline is to be looked at next: its first rung after `after` (None: its first rung); None if never.

	Where `after` is a quiet hour, what could not be said then is due when the quiet ends.
	"""
	if deadline.met_at is not None or deadline.ended_at is not None:
		return None
	ladder = rungs(deadline, policy, calendar, hours)
	if after is None:
		first = repeat(deadline, policy, calendar, 1, hours)
		return min((rung.at for rung in (*ladder, first) if rung), key=instant_of, default=None)
	times = [rung.at for rung in ladder if not reached(rung.at, after)]
	row = _repeated(deadline, policy)
	passed = times_reached(row, deadline, calendar, after, hours) if row else 0
	coming = repeat(deadline, policy, calendar, passed + 1, hours)
	times += [coming.at] if coming else []
	ordinary = passed or any(reached(rung.at, after) and not rung.urgent for rung in ladder)
	if is_quiet(after, calendar, hours) and ordinary:
		times.append(opening(after, calendar, hours))
	return min(times, key=instant_of, default=None)


def recipients(owed_by: str, rung: str) -> Terms:
	"""Who is told by the ladder that stands where a policy has none, as words; see `recipients_of`."""
	rows = {row.rung: row for row in DEFAULT["maximum"]}
	return recipients_of(rows.get(base(rung), rows[DUE_SOON]), owed_by)


def _repeated(deadline: Deadline, policy: Policy) -> AlertRung | None:
	"""The rung that comes again and again until the clock is met or ended."""
	ladder = ladder_of(policy, deadline.clock, deadline.kind)
	return next((row for row in ladder if row.repeat_every), None)


def _unsaid(
	deadline: Deadline, said: _Said, now: datetime, calendar: WorkingCalendar, policy: Policy, hours: Hours
) -> Rung | None:
	"""The highest rung that `now` has reached, unless it was said; after that the last repetition, on a later day."""
	passed = [rung for rung in rungs(deadline, policy, calendar, hours) if reached(rung.at, now)]
	if passed and not said.holds(deadline, passed[-1].name):
		return passed[-1]
	row = _repeated(deadline, policy)
	if row is None:
		return None
	number = times_reached(row, deadline, calendar, now, hours)
	rung = repeat(deadline, policy, calendar, number, hours)
	if rung is None or said.holds(deadline, rung.name):
		return None
	last = said.last(deadline)
	return None if last and _day(rung.at) <= _day(last) else rung


def _day(moment: datetime) -> int:
	return moment.astimezone(LONDON).toordinal()


class _Said:
	"""What was said of each deadline, by keys that do not depend on a zone, and when, as far as that is known."""

	def __init__(self, sent: Collection[AlertKey]) -> None:
		times: Mapping[AlertKey, datetime] = sent if isinstance(sent, Mapping) else {}
		self._times: dict[tuple[str, str, int], dict[str, datetime | None]] = {}
		for key in sent:
			clock, instance, due_at, rung = key
			of = self._times.setdefault((clock, instance or "", instant_of(due_at)), {})
			of[rung] = times.get(key)

	def _of(self, deadline: Deadline) -> dict[str, datetime | None]:
		return self._times.get((deadline.clock, deadline.instance or "", deadline.due[1]), {})

	def holds(self, deadline: Deadline, rung: str) -> bool:
		return rung in self._of(deadline)

	def last(self, deadline: Deadline) -> datetime | None:
		"""The last instant known at which something was said of a deadline."""
		return max(filter(None, self._of(deadline).values()), key=instant_of, default=None)
