"""Properties that hold for any log: order, monotony, working days, and that a breach never disappears."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguarding_escalation.engine import Event, Policy, WorkingCalendar, plan
from safeguarding_escalation.engine.calendar import HORIZON

POLICY_IDS = ["redbridge-2022", "suffolk-2024", "buckinghamshire", "stockport", "4lsab-2023"]
START = datetime(2025, 3, 24, tzinfo=timezone.utc)  # over the change of the clocks and Easter
# The kinds that the clock table uses, without what corrects, ends or reopens.
KINDS = (
	"disagreement",
	"decision_received",
	"concern_identified",
	"immediate_risk",
	"told",
	"concern_raised",
	"consulted",
	"discussed",
	"unresolved",
	"stage_started",
	"received",
	"resolved",
	"confirmed",
	"recommended",
	"responded",
	"copied",
	"protective_deadline",
	"agreed_timescale",
	"action_done",
	"review_set",
	"review_held",
	"feedback_given",
)
ENDINGS = ("closed", "withdrawn", "reopened")

moments = st.integers(0, 24 * 40).map(lambda hours: START + timedelta(hours=hours))


@st.composite
def logs(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS + ENDINGS) -> list[Event]:
	events = []
	for number in range(draw(st.integers(0, 12))):
		kind = draw(st.sampled_from(kinds))
		dated = kind in ("protective_deadline", "agreed_timescale", "review_set")
		events.append(
			Event(
				kind,
				at=draw(moments),
				stage=draw(st.sampled_from([None, 1, 2, 3, 4, 5])),
				side=draw(st.sampled_from([None, "raising", "responding"])),
				agency=draw(st.sampled_from([None, "Trust", "Council"])),
				two_way=draw(st.sampled_from([None, True, False])),
				due_at=draw(moments) if dated else None,
				relates_to=draw(st.sampled_from([None, "a", "b", "0", "1"])),
				id=draw(st.sampled_from([None, str(number)])),
			)
		)
	return events


@pytest.fixture(scope="module", params=POLICY_IDS)
def policy(request: pytest.FixtureRequest, policies: dict[str, Policy]) -> Policy:
	return policies[request.param]


@settings(max_examples=50)
@given(events=logs(), data=st.data())
def test_the_order_of_the_input_is_irrelevant(
	policy: Policy, england: WorkingCalendar, events: list[Event], data: st.DataObject
) -> None:
	assert plan(policy, events, england) == plan(policy, data.draw(st.permutations(events)), england)


@settings(max_examples=50)
@given(events=logs())
def test_never_due_on_a_non_working_day_unless_an_instant(
	policy: Policy, england: WorkingCalendar, events: list[Event]
) -> None:
	for row in plan(policy, events, england):
		if row.policy_due_at != row.starts_at and row.rule.count is not None:
			assert england.is_working_day(row.policy_due_at.date())
		if row.capped_by is None:
			assert row.due_at == row.policy_due_at
		else:
			assert row.due[1] <= row.policy_due[1]


@settings(max_examples=50)
@given(events=logs())
def test_rows_are_unique_by_clock_and_instance(
	policy: Policy, england: WorkingCalendar, events: list[Event]
) -> None:
	rows = plan(policy, events, england)
	assert len({(row.clock, row.instance) for row in rows}) == len(rows)


@settings(max_examples=50)
@given(events=logs())
def test_every_date_is_explained(policy: Policy, england: WorkingCalendar, events: list[Event]) -> None:
	for row in plan(policy, events, england):
		numbers = [step.number for step in row.steps if step.number]
		assert numbers == list(range(1, len(numbers) + 1))
		assert all(sentence.endswith(".") for sentence in row.explain())
		if numbers:
			assert len(numbers) == row.rule.length


def overdue(rows: list[Any], now: datetime) -> list[Any]:
	return [
		row for row in rows if row.kind == "maximum" and row.status(now) in ("overdue", "met_late", "missed")
	]


@settings(max_examples=150)
@given(events=logs())
def test_a_breach_never_disappears(policy: Policy, england: WorkingCalendar, events: list[Event]) -> None:
	"""What was overdue at an event, judged by the events before it, is a breach in the plan of the whole log.

	Save where a further occurrence lawfully restarts a clock that counts from the last one.
	"""
	ordered = sorted(events, key=lambda event: event.order)
	whole = plan(policy, events, england)
	late = {(row.clock, row.due_at) for row in overdue(whole, START + timedelta(days=400))}
	for count, event in enumerate(ordered):
		for row in overdue(plan(policy, ordered[:count], england), event.at):
			restarts = any(
				"discussed 1" in term for term in (*row.rule.clock.trigger, *row.rule.clock.fallback)
			)
			if not restarts or row.clock == "SU.S5.REFER":
				assert any(clock == row.clock and due <= row.due_at for clock, due in late), row


@pytest.mark.parametrize(
	"unit", ["working days", "calendar days", "earlier of working and calendar days", "same working day"]
)
@given(
	first=st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(timezone.utc)),  # noqa: DTZ001
	gap=st.timedeltas(timedelta(0), timedelta(days=9)),
	length=st.integers(1, 12),
	header=st.fixed_dictionaries(
		{},
		optional={
			"count_event_day": st.just(True),
			"office_close": st.sampled_from(["16:30", "17:00"]),
			"due_time": st.sampled_from(["17:00", "23:59:59"]),
		},
	),
)
def test_a_later_start_is_never_due_earlier(
	unit: str,
	first: datetime,
	gap: timedelta,
	length: int,
	header: dict[str, Any],
	one_clock: Any,
	england: WorkingCalendar,
) -> None:
	policy = one_clock(header, unit=unit, length=length)
	(one,) = plan(policy, [Event("concern_raised", at=first)], england)
	(two,) = plan(policy, [Event("concern_raised", at=first + gap)], england)
	assert one.due_at <= two.due_at


@given(day=st.dates(date(2011, 1, 1), date(2059, 12, 31)), n=st.integers(-30, 30), m=st.integers(0, 30))
def test_adding_in_two_steps(england: WorkingCalendar, day: date, n: int, m: int) -> None:
	assert england.count(day, england.add(day, m)) == m
	assert england.add(england.add(day, n), m) == england.add(day, n + m)
	assert england.is_working_day(england.add(day, n))


@given(day=st.dates(date(2011, 1, 1), date(2059, 12, 31)))
def test_names_and_neighbours(england: WorkingCalendar, day: date) -> None:
	assert (england.name_of(day) is None) is england.is_working_day(day)
	assert england.previous(day) < day <= england.roll_forward(day)


def test_agrees_with_numpy_over_ten_thousand_random_dates(england: WorkingCalendar) -> None:
	numpy = pytest.importorskip("numpy")
	days = [HORIZON[0] + timedelta(days=offset) for offset in range((HORIZON[1] - HORIZON[0]).days + 1)]
	off = [day for day in days if day.weekday() < 5 and not england.is_working_day(day)]
	calendar = numpy.busdaycalendar(holidays=off)
	source = random.Random(2025)  # noqa: S311  # repeatable, not secret
	for _ in range(10_000):
		day, n = source.choice(days[40:-60]), source.randint(-20, 25)
		expected = numpy.busday_offset(day, n, roll="backward", busdaycal=calendar)
		assert england.add(day, n) == expected.astype(date)
		forward = numpy.busday_offset(day, 0, roll="forward", busdaycal=calendar)
		assert england.roll_forward(day) == forward.astype(date)


def test_bank_holidays_agree_with_the_published_lists(england: WorkingCalendar) -> None:
	"""GOV.UK's list for England and Wales, 2024 to 2026, typed in by hand."""
	published = """
		2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
		2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
		2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
	"""
	expected = [date.fromisoformat(text) for text in published.split()]
	days = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(366 + 365 + 365)]
	assert [day for day in days if day.weekday() < 5 and not england.is_working_day(day)] == expected
