"""`plan`: the deadlines of an escalation, a pure function of its policy, its events and a working-day calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import repeat

from .calendar import WEEKEND, WorkingCalendar
from .calendar_history import CalendarHistory
from .clocks import CompiledClock, evaluation_order, needs
from .deadline_row import STATUSES, Deadline, Expiry
from .errors import PolicyError
from .evaluation import Evaluation, Programme, Version
from .events import Event, instant_of, require_aware
from .log import agencies_by_side, effective_events, split_epochs
from .policy import Policy
from .superseded import superseded_rows

__all__ = ["STATUSES", "Deadline", "Expiry", "PolicyHistory", "plan"]

PolicyHistory = Sequence[tuple[datetime | None, Policy]]
# One calendar for all, one that changed, or one for each policy of a history, in its order.
Calendars = WorkingCalendar | CalendarHistory | Sequence[WorkingCalendar | CalendarHistory]


def plan(
	policy: Policy | PolicyHistory,
	events: Iterable[Event],
	calendar: Calendars,
	*,
	parties: Mapping[str, Sequence[str]] | None = None,
) -> list[Deadline]:
	"""Every deadline of an escalation: which clocks run, since when, due when, met or ended when.

	`policy` is one policy, or the history [(in force from, policy), …] of a case whose board or policy version
	changed: each clock keeps the policy in force when it started. The order of `events` does not matter. A clock that
	was not triggered, was ended before it was due, or has no number is absent. Rows come in the policy's order of
	clocks; within a clock, superseded rows first, then by epoch. A policy's own weekend, if it is not Saturday and
	Sunday, prevails over the calendar's. `parties` are the agencies known on each side, for clocks that run once for
	each party: one that is silent must not go without its clock. Without it they are those seen on the events.
	Under a calendar that changed, a clock that was met, ended or past due when the change became known keeps its date;
	an open one is counted anew, and never to a date that had passed by then.

	Raises EventError for events that cannot be used together, PolicyError for clocks that cannot run, and
	CalendarError for a date outside the calendar's horizon.
	"""
	programme, order = _programme(policy, calendar)
	ordered = effective_events(events)
	agencies = agencies_by_side(ordered)
	for side, names in (parties or {}).items():
		seen = agencies.setdefault(side, [])
		seen.extend(name for name in names if name not in seen)
	evaluations = [Evaluation(programme, epoch, agencies) for epoch in split_epochs(ordered)]
	rows = evaluations[0].kept
	if len(evaluations) > 1 or evaluations[0].moved:
		rows = _all_rows(programme, ordered, agencies, evaluations)
	return [row for clock_id in order if clock_id in rows for row in rows[clock_id]]


def _all_rows(
	programme: Programme,
	ordered: Sequence[Event],
	agencies: Mapping[str, Sequence[str]],
	evaluations: Sequence[Evaluation],
) -> dict[str, list[Deadline]]:
	"""The rows of several epochs by clock, superseded ones first."""
	rows: dict[str, list[Deadline]] = {}
	if any(evaluation.moved for evaluation in evaluations):
		for row, number, ordinal in superseded_rows(programme, ordered, agencies):
			rows.setdefault(row.clock, []).append(_named(row, number, ordinal))
	for evaluation in evaluations:
		for clock_id, kept in evaluation.kept.items():
			rows.setdefault(clock_id, []).extend(_named(row, evaluation.epoch.number) for row in kept)
	return rows


def _named(row: Deadline, epoch: int, superseded: int = 0) -> Deadline:
	"""The row under its name in the whole plan: "#2" in the second epoch, "superseded" on a replaced breach."""
	name = row.instance or ""
	if epoch:
		name += f"#{epoch + 1}"
	if superseded:
		name += " superseded" if superseded == 1 else f" superseded-{superseded}"
	return row._replace(instance=name.strip() or None)


def _programme(policy: Policy | PolicyHistory, calendar: Calendars) -> tuple[Programme, Iterable[str]]:
	"""The clocks of every version in the order to work them out, and the ids in the order to list them."""
	if isinstance(policy, Policy):
		program = policy.program
		given = calendar if isinstance(calendar, WorkingCalendar | CalendarHistory) else calendar[0]
		version = Version(0, program, *_calendar_of(policy, given))
		return Programme((version,), list(zip(repeat(version), program.clocks))), program.order
	versions = _versions(policy, calendar)
	clocks: dict[str, list[tuple[Version, CompiledClock]]] = {}
	for version in versions:
		for clock in version.program.clocks:
			clocks.setdefault(clock.id, []).append((version, clock))
	order = evaluation_order(
		{name: [needed for _, clock in rows for needed in needs(clock)] for name, rows in clocks.items()}
	)
	listed = dict.fromkeys(name for version in versions for name in version.program.order)
	return Programme(versions, [row for name in order for row in clocks[name]]), listed


def _versions(history: PolicyHistory, calendar: Calendars) -> list[Version]:
	"""The policies of a history, each with the time it was in force; the first also covers the time before it."""
	if not history:
		raise PolicyError("The history of policies is empty; give at least one (None, policy).")
	calendars: Sequence[WorkingCalendar | CalendarHistory]
	if isinstance(calendar, WorkingCalendar | CalendarHistory):
		calendars = [calendar] * len(history)
	else:
		calendars = calendar
	if len(calendars) != len(history):
		raise PolicyError("Give one calendar, or one for each policy of the history.")
	starts = []
	for (since, policy), given in zip(history, calendars, strict=True):
		instant = None if since is None else instant_of(require_aware(since, f"The start of {policy.id}"))
		starts.append((instant, policy, given))
	starts.sort(key=lambda start: (start[0] is not None, start[0] or 0))
	ends = [instant for instant, _, _ in starts[1:]] + [None]
	return [
		Version(number, policy.program, *_calendar_of(policy, given), False, begins if number else None, end)
		for number, ((begins, policy, given), end) in enumerate(zip(starts, ends, strict=True))
	]


def _calendar_of(
	policy: Policy, calendar: WorkingCalendar | CalendarHistory
) -> tuple[WorkingCalendar, CalendarHistory | None]:
	"""The calendar, and its history where it changed: as given, but with the policy's own weekend if that is unusual."""
	if policy.weekend not in (WEEKEND, calendar.weekend):
		calendar = calendar.with_weekend(policy.weekend)
	if isinstance(calendar, WorkingCalendar):
		return calendar, None
	return calendar.calendar(0), calendar if calendar.instants else None
