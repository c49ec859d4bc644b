"""What is due to be said to whom at an instant: the rungs of each deadline, as data, and the ones not said yet.

Pure, and re-runnable: after downtime only the highest rung reached is said, once. What counts in days speaks at 08:00
London time on working days; an instant that people set to protect somebody, or immediate risk, speaks at any hour
(X-A4, decision 4). Recipients are words ("raising lead", "line manager of raising lead", "chair"); services find the
people. Nothing is due on a clock that is met, ended or not started, so a closed case is silent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from .calendar import WorkingCalendar
from .deadline_row import RUNNING, Deadline
from .events import LONDON, instant_of, require_aware
from .policy import Policy
from .schema import Terms

MORNING = time(8)
AFTERNOON = time(15)
DUE_SOON, LAST_AFTERNOON, DUE_TODAY, OVERDUE = "due_soon", "last_afternoon", "due_today", "overdue"
# The ladder of each kind of clock, lowest rung first. A repeated reminder after `overdue` would be a rung of its own.
LADDERS: Mapping[str, Terms] = {
	"maximum": (DUE_SOON, LAST_AFTERNOON, DUE_TODAY, OVERDUE),
	"local target": (DUE_SOON, LAST_AFTERNOON, DUE_TODAY, OVERDUE),
	"preference": (DUE_SOON,),
	"advisory": (DUE_SOON,),
}
_INSTANT_UNITS = ("instant", "hours", "case date")
_INSTANT_CAPS = ("protective_deadline", "agreed_timescale")

# What has been said: clock, instance ("" for none), due instant, rung.
AlertKey = tuple[str, str, datetime, str]


@dataclass(frozen=True)
class Rung:
	"""One step of a deadline's ladder: said from `at` (London) on. `urgent` rungs ignore the hour and the day."""

	name: str
	at: datetime
	to: Terms
	urgent: bool = False


@dataclass(frozen=True)
class Alert:
	"""A rung that is due and unsaid. With a recipient of `to` the `key` identifies it for ever."""

	deadline: Deadline
	rung: str
	at: datetime
	to: Terms

	@property
	def key(self) -> AlertKey:
		"""(clock, instance, due_at, rung): never a row's name, which a rebuild changes."""
		return (self.deadline.clock, self.deadline.instance or "", self.deadline.due_at, self.rung)


def rungs(deadline: Deadline, policy: Policy, calendar: WorkingCalendar) -> tuple[Rung, ...]:
	"""The ladder of a deadline, lowest rung first. `policy` is the one in force now; it may change who is told.

	Rungs that would come before the clock starts move to its start, or fall away where that is too late or at a
	quiet hour. Raises CalendarError outside the calendar's horizon.
	"""
	found = []
	for name in LADDERS[deadline.kind]:
		at = _instant_of_rung(name, deadline, calendar)
		if at is not None:
			urgent = name == OVERDUE and is_instant(deadline)
			found.append(Rung(name, at, recipients(deadline.owed_by, name), urgent))
	return tuple(found)


def due_alerts(
	deadlines: Iterable[Deadline],
	sent: Collection[AlertKey],
	now: datetime,
	calendar: WorkingCalendar,
	policy: Policy,
	*,
	since: datetime | None = None,
) -> tuple[Alert, ...]:
	"""The alerts to send at `now`, earliest due first: of each deadline the highest rung reached, if not `sent`.

	Lower rungs that were missed are never said late. At a quiet hour only urgent rungs speak; the others wait for
	the next working morning. Rungs that fell before `since` are left alone. Raises EventError for a naive `now`.
	"""
	require_aware(now, "The present time")
	said = {(clock, instance or "", instant_of(due_at), rung) for clock, instance, due_at, rung in sent}
	quiet = is_quiet(now, calendar)
	found = []
	for deadline in deadlines:
		rung = _highest(deadline, now, calendar, policy) if deadline.status(now) in RUNNING else None
		if (
			rung is None
			or (since is not None and not _reached(since, rung.at))
			or (quiet and not rung.urgent)
		):
			continue
		if (deadline.clock, deadline.instance or "", instant_of(deadline.due_at), rung.name) not in said:
			found.append(Alert(deadline, rung.name, rung.at, rung.to))
	return tuple(sorted(found, key=lambda alert: (instant_of(alert.deadline.due_at), alert.deadline.clock)))


def next_alert_at(
	deadline: Deadline, policy: Policy, calendar: WorkingCalendar, *, after: datetime | None = None
) -> datetime | None:
	"""When a deadline is to be looked at next: its first rung after `after` (None: its first rung); None if never.

	Where `after` is a quiet hour, what could not be said then is due when the quiet ends.
	"""
	if deadline.met_at is not None or deadline.ended_at is not None:
		return None
	ladder = rungs(deadline, policy, calendar)
	if after is None:
		return min((rung.at for rung in ladder), key=instant_of, default=None)
	times = [rung.at for rung in ladder if not _reached(rung.at, after)]
	if is_quiet(after, calendar) and any(_reached(rung.at, after) and not rung.urgent for rung in ladder):
		times.append(opening(after, calendar))
	return min(times, key=instant_of, default=None)


def recipients(owed_by: str, rung: str) -> Terms:
	"""Who is told, as words: those who owe the step, and once it is overdue the one above each of them."""
	owing = tuple(part.strip() for part in owed_by.split(",") if part.strip())
	if rung != OVERDUE:
		return owing
	above = {"chair": "business manager"}
	managers = (above.get(who, f"line manager of {who}" if who.endswith(" lead") else "") for who in owing)
	return tuple(dict.fromkeys((*owing, *filter(None, managers))))


def is_instant(deadline: Deadline) -> bool:
	"""Whether the due time is a moment that was set, not the end of a counted day (decision 4)."""
	if deadline.capped_by in _INSTANT_CAPS or deadline.rule.clock.unit in _INSTANT_UNITS:
		return True
	return deadline.due_at.time() != deadline.rule.choices.due_time


def is_quiet(moment: datetime, calendar: WorkingCalendar) -> bool:
	"""Whether ordinary alerts keep silent: before 08:00 in London, or no working day."""
	local = moment.astimezone(LONDON)
	return local.time() < MORNING or not calendar.is_working_day(local.date())


def opening(moment: datetime, calendar: WorkingCalendar) -> datetime:
	"""The first working morning, 08:00 in London, on or after the day of a quiet moment."""
	return _on(calendar.roll_forward(moment.astimezone(LONDON).date()), MORNING)


def _reached(moment: datetime, now: datetime) -> bool:
	"""Whether `moment` has come by `now`, by UTC instants: wall clocks mislead when they go back."""
	return instant_of(moment) <= instant_of(now)


def _on(day: date, at: time) -> datetime:
	return datetime.combine(day, at, LONDON)


def _highest(deadline: Deadline, now: datetime, calendar: WorkingCalendar, policy: Policy) -> Rung | None:
	"""The highest rung that `now` has reached."""
	reached = [rung for rung in rungs(deadline, policy, calendar) if _reached(rung.at, now)]
	return reached[-1] if reached else None


def _instant_of_rung(name: str, deadline: Deadline, calendar: WorkingCalendar) -> datetime | None:
	"""When a rung speaks; None where this deadline has no such rung."""
	due = deadline.due_at
	if name == OVERDUE:
		return due if is_instant(deadline) else _on(_next_working_day(due.date(), calendar), MORNING)
	late_enough = calendar.is_working_day(due.date()) and due.time() >= MORNING
	if name == DUE_TODAY:
		return _not_before_start(_on(due.date(), MORNING), deadline, calendar) if late_enough else None
	if name == LAST_AFTERNOON:
		if late_enough:
			return None
		return _not_before_start(_on(calendar.previous(due.date()), AFTERNOON), deadline, calendar)
	return _due_soon(deadline, calendar)


def _due_soon(deadline: Deadline, calendar: WorkingCalendar) -> datetime | None:
	"""08:00 on the due-soon day. On the due day itself `due_today` says it, where the kind of clock has that rung."""
	day = deadline.due_soon_at.astimezone(LONDON).date()
	if day == deadline.due_at.date() and DUE_TODAY in LADDERS[deadline.kind]:
		return None
	if not calendar.is_working_day(day):
		day = calendar.previous(day)
	return _not_before_start(_on(day, MORNING), deadline, calendar)


def _next_working_day(day: date, calendar: WorkingCalendar) -> date:
	"""The first working day after `day`, which need not be one itself."""
	return calendar.add(day, 1)


def _not_before_start(at: datetime, deadline: Deadline, calendar: WorkingCalendar) -> datetime | None:
	"""A rung no earlier than its clock's start, and before the due time; None where quiet hours leave no room."""
	if not _reached(deadline.starts_at, at):
		at = deadline.starts_at
		if is_quiet(at, calendar):
			at = opening(at, calendar)
	return None if _reached(deadline.due_at, at) else at
