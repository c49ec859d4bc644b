"""What holds of alerts for any clock and any sequence of sweeps, whatever the downtime between them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st
from one_clock import policy

from safeguarding_escalation.engine import LONDON, Event, Policy, WorkingCalendar, plan
from safeguarding_escalation.engine.alerts import AlertKey, due_alerts, next_alert_at
from safeguarding_escalation.engine.deadlines import Deadline
from safeguarding_escalation.engine.ladder import base
from safeguarding_escalation.engine.quiet import Hours, is_quiet, presses

CALENDAR = WorkingCalendar("ENG")
# From before Christmas 2024 over Easter and both changes of the clocks.
START, DAYS = datetime(2024, 12, 18, tzinfo=timezone.utc), 330
MOMENTS = st.integers(0, DAYS * 24 * 12).map(lambda steps: START + timedelta(minutes=5 * steps))
HOURS = st.sampled_from(
	[Hours(), Hours(time(8), time(20)), Hours(time(10), time(14)), Hours(time(7), time(18))]
)
AGAIN = {"rung": "overdue_again", "recipients": ["owing"], "days": 2, "kind": "maximum", "repeat_every": 2}
RUNGS = st.sampled_from(
	[
		[],
		[{"rung": "overdue", "recipients": ["owing"], "days": 1, "kind": "maximum"}, AGAIN],
		[
			{"rung": "overdue", "recipients": ["owing"], "days": 1, "kind": "maximum", "at_hour": "16:00"},
			{"rung": "due_soon", "recipients": ["owing"], "days": -3, "kind": "maximum", "urgent": True},
			AGAIN | {"at_most": 2, "at_hour": "15:00"},
		],
	]
)
UNITS = st.sampled_from(
	[("working days", 5), ("working days", 1), ("same working day", None), ("calendar days", 4), ("hours", 3)]
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Policy, list[Event]]:
	"""A clock, and a concern that starts it: perhaps protected, perhaps resolved, perhaps withdrawn."""
	unit, length = draw(UNITS)
	of = policy(length, unit, alert_rungs=draw(RUNGS))
	raised = draw(MOMENTS)
	events = [Event("concern_raised", at=raised, stage=1)]
	if draw(st.booleans()):
		due = raised + timedelta(minutes=draw(st.integers(10, 12000)))
		events.append(Event("protective_deadline", at=raised, stage=1, due_at=due))
	if draw(st.booleans()):
		kind = draw(st.sampled_from(["resolved", "withdrawn"]))
		events.append(Event(kind, at=raised + timedelta(hours=draw(st.integers(1, 900))), stage=1))
	return of, events


def known(of: Policy, events: list[Event], now: datetime) -> list[Deadline]:
	"""The plan at an instant: nobody knows what has not happened yet."""
	return plan(of, [event for event in events if utc(event.at) <= utc(now)], CALENDAR)


def utc(moment: datetime) -> float:
	return moment.timestamp()


@settings(max_examples=300, deadline=None)
@given(case=cases(), sweeps=st.lists(MOMENTS, max_size=25), hours=HOURS)
def test_whatever_the_downtime(
	case: tuple[Policy, list[Event]], sweeps: list[datetime], hours: Hours
) -> None:
	of, events = case
	said: dict[AlertKey, datetime] = {}
	look: datetime | None = None
	seen = 0
	end = START + timedelta(days=DAYS + 60)
	morning = datetime.combine(CALENDAR.roll_forward(end.date()), time(12), LONDON)
	for now in (*sorted(sweeps, key=utc), morning):
		rows = known(of, events, now)
		happened = sum(1 for event in events if utc(event.at) <= utc(now))
		if happened != seen:  # whoever records something stores when to look again
			seen = happened
			look = next_alert_at(rows[0], of, CALENDAR, hours=hours) if rows else None
		alerts = due_alerts(rows, said, now, CALENDAR, of, hours=hours)
		# One a clock, never twice, never of what is met or ended, never before its time.
		assert len(alerts) <= 1
		for alert in alerts:
			# A case is looked at only from `next_alert_at` on, so nothing may be due before it.
			assert look is not None
			assert utc(look) <= utc(now)
			assert alert.key not in said
			assert alert.deadline.status(now) in ("running", "due_soon", "overdue")
			assert utc(alert.at) <= utc(now)
			quiet = is_quiet(now, CALENDAR, hours)
			assert alert.urgent or not quiet or presses(alert.deadline.due_at, now, CALENDAR, hours)
			said[alert.key] = now
		if look is not None and utc(look) <= utc(now):
			look = next_alert_at(rows[0], of, CALENDAR, after=now, hours=hours)
	for row in known(of, events, morning):
		if row.status(morning) == "overdue":
			assert "overdue" in {key[3] for key in said}  # said, however long nobody swept
	again = [_day(when) for key, when in said.items() if base(key[3]) == "overdue_again"]
	assert len(again) == len(set(again))


def _day(moment: datetime) -> date:
	return moment.astimezone(LONDON).date()


@settings(max_examples=60, deadline=None)
@given(case=cases(), hours=HOURS)
def test_who_sweeps_only_when_something_is_due_says_the_same_as_who_sweeps_all_day(
	case: tuple[Policy, list[Event]], hours: Hours
) -> None:
	of, events = case
	for row in plan(of, [event for event in events if event.kind not in ("resolved", "withdrawn")], CALENDAR):
		end = row.due_at + timedelta(days=12)
		lazy: dict[AlertKey, datetime] = {}
		now = next_alert_at(row, of, CALENDAR, hours=hours)
		while now is not None and utc(now) < utc(end):
			lazy |= {alert.key: now for alert in due_alerts([row], lazy, now, CALENDAR, of, hours=hours)}
			now = next_alert_at(row, of, CALENDAR, after=now, hours=hours)
		busy: dict[AlertKey, datetime] = {}
		tick = row.starts_at.astimezone(timezone.utc).replace(second=0, microsecond=0)
		while utc(tick) < utc(end):
			busy |= {alert.key: tick for alert in due_alerts([row], busy, tick, CALENDAR, of, hours=hours)}
			tick += timedelta(minutes=5)
		assert [key[3] for key in busy] == [key[3] for key in lazy]
