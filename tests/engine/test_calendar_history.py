"""Closures and bank holidays that became known after cases had opened: what was decided keeps its date."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_properties import logs, moments

from safeguarding_escalation.engine import (
	LONDON,
	CalendarChange,
	CalendarHistory,
	Event,
	Policy,
	PolicyError,
	WorkingCalendar,
	plan,
)
from safeguarding_escalation.engine.calendar import CalendarError, bank_holidays
from safeguarding_escalation.engine.calendar_history import shifts
from safeguarding_escalation.engine.events import instant_of

REDBRIDGE, SUFFOLK = "redbridge-2022", "suffolk-2024"
FUNERAL = date(2022, 9, 19)
ANNOUNCED = datetime(2022, 9, 10, 12, tzinfo=LONDON)
QUEEN = CalendarChange(ANNOUNCED, FUNERAL, "State Funeral of Queen Elizabeth II", of_nation=True)


def at(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def closure(known: str, day: str, name: str = "Office closed", **more: Any) -> CalendarChange:
	return CalendarChange(at(known), date.fromisoformat(day), name, **more)


def chair_clock(policy: Policy, started: str, *more: Event) -> Event | Any:
	return [Event("stage_started", at=at(started), stage=4, id="s4"), *more]


def due(policy: Policy, events: list[Event], calendar: Any, clock: str = "RB.S4.RECOMMEND") -> datetime:
	return next(row.due_at for row in plan(policy, events, calendar) if row.clock == clock)


@pytest.fixture
def redbridge(policies: dict[str, Policy]) -> Policy:
	"""Redbridge's policy, with ten working days for the Chair instead of five, so that more lies within them."""
	return policies[REDBRIDGE].replace_clock("RB.S4.RECOMMEND", length=10)


def test_the_funeral_of_september_2022_moves_what_was_open_when_it_was_announced(redbridge: Policy) -> None:
	history = CalendarHistory("ENG", [QUEEN])
	assert FUNERAL in bank_holidays("ENG")
	# Tuesday 6 September: 7 is day 1, 9 is 3, 12 to 16 are 4 to 8, and with the 19th not counted 20 is 9 and 21 is 10.
	open_then = chair_clock(redbridge, "2022-09-06 10:00")
	assert due(redbridge, open_then, history).date() == date(2022, 9, 21)
	assert due(redbridge, open_then, history.calendar(0)).date() == date(2022, 9, 20)
	# One that starts after the announcement counts by what is known then.
	assert due(redbridge, chair_clock(redbridge, "2022-09-12 10:00"), history).date() == date(2022, 9, 27)
	# Friday 26 August, with the summer holiday on the 29th: day 10 is Monday 12 September; it passed before the funeral.
	assert due(redbridge, chair_clock(redbridge, "2022-08-26 10:00"), history).date() == date(2022, 9, 12)


def test_what_was_met_ended_or_past_due_when_it_was_announced_keeps_its_date(redbridge: Policy) -> None:
	history = CalendarHistory("ENG", [closure("2027-12-20 09:00", "2027-12-29")])
	started = "2027-12-15 10:00"
	old, new = history.calendar(0), history.latest
	plain = chair_clock(redbridge, started)
	assert due(redbridge, plain, history) == due(redbridge, plain, new) != due(redbridge, plain, old)
	answered = chair_clock(
		redbridge, started, Event("recommended", at=at("2027-12-17 12:00"), stage=4, side="board")
	)
	assert due(redbridge, answered, history) == due(redbridge, answered, old)
	late = chair_clock(
		redbridge, started, Event("recommended", at=at("2027-12-21 12:00"), stage=4, side="board")
	)
	assert due(redbridge, late, history) == due(redbridge, late, new)


def test_christmas_2027_with_an_extra_closure_names_it_and_since_when_it_is_known(redbridge: Policy) -> None:
	history = CalendarHistory("ENG", [closure("2027-12-20 09:00", "2027-12-29", "Heating failed")])
	row = next(
		row
		for row in plan(redbridge, chair_clock(redbridge, "2027-12-22 10:00"), history)
		if row.clock == "RB.S4.RECOMMEND"
	)
	said = "\n".join(row.explain())
	assert (
		"Monday 27 December 2027: not counted, Christmas Day (substitute day)." in said or "Christmas" in said
	)
	assert "Wednesday 29 December 2027: not counted, Heating failed, known since Mon 20 Dec 2027." in said


@pytest.mark.parametrize(
	("known", "day"), [("2027-03-24 12:00", "2027-03-30"), ("2027-10-29 23:30", "2027-11-01")]
)
def test_in_a_week_in_which_the_clocks_change(redbridge: Policy, known: str, day: str) -> None:
	history = CalendarHistory("ENG", [closure(known, day)])
	events = chair_clock(redbridge, known[:10] + " 09:00")
	moved = due(redbridge, events, history)
	assert moved == due(redbridge, events, history.latest)
	assert (moved.hour, moved.minute) == (23, 59)
	assert due(redbridge, events, history.calendar(0)).date() == history.latest.add(moved.date(), -1)


def test_withdrawing_gives_the_open_dates_back(redbridge: Policy) -> None:
	closed = closure("2027-12-20 09:00", "2027-12-29")
	opened = closure("2027-12-21 09:00", "2027-12-29", closed=False)
	history = CalendarHistory("ENG", [opened, closed])
	events = chair_clock(redbridge, "2027-12-17 10:00")
	assert due(redbridge, events, history) == due(redbridge, events, history.calendar(0))
	assert due(redbridge, events, history.calendar(1)) != due(redbridge, events, history)
	assert [calendar.is_working_day(date(2027, 12, 29)) for _, calendar in history.after(0)] == [False, True]


def test_none_moves_to_a_date_that_had_passed_when_it_became_known(redbridge: Policy) -> None:
	policy = redbridge.replace(due_time="17:00")
	history = CalendarHistory(
		"ENG",
		[closure("2027-03-01 09:00", "2027-03-10"), closure("2027-03-10 18:00", "2027-03-10", closed=False)],
	)
	length = next(
		row.rule.length
		for row in plan(policy, chair_clock(policy, "2027-03-02 10:00"), history)
		if row.clock == "RB.S4.RECOMMEND"
	)
	start = history.calendar(0).add(date(2027, 3, 10), -length)
	events = chair_clock(policy, f"{start} 10:00")
	assert due(policy, events, history.calendar(0)) == at("2027-03-10 17:00")
	assert due(policy, events, history) == at("2027-03-11 17:00")


def test_a_clock_that_starts_at_an_expiry_follows_its_source(redbridge: Policy) -> None:
	history = CalendarHistory("ENG", [closure("2027-03-03 09:00", "2027-03-05")])
	events = [Event("stage_started", at=at("2027-03-02 10:00"), stage=2)]
	rows = {row.clock: row for row in plan(redbridge, events, history)}
	source, refer = rows["RB.S2.RESOLVE"], rows["RB.S3.REFER"]
	assert source.due_at == due(redbridge, events, history.latest, "RB.S2.RESOLVE")
	assert refer.starts_at == source.due_at
	assert refer.due_at == due(redbridge, events, history.latest, "RB.S3.REFER")


def test_a_closure_of_the_policy_is_one_before_any_change_and_may_be_withdrawn() -> None:
	day = date(2027, 7, 1)
	history = CalendarHistory(
		"ENG",
		[closure("2027-06-02 09:00", "2027-07-01", closed=False), closure("2027-06-01 09:00", "2027-07-01")],
		closures=[(day, "Move"), date(2027, 7, 2)],
	)
	assert [history.calendar(number).is_working_day(day) for number in range(3)] == [False, False, True]
	assert not history.latest.is_working_day(date(2027, 7, 2))
	withdrawn = CalendarHistory("ENG", [closure("2027-06-02 09:00", "2027-07-01", closed=False)])
	assert [withdrawn.calendar(number).is_working_day(day) for number in range(2)] == [False, True]


def test_a_bank_holiday_of_the_nation_and_a_closure_of_the_board_stand_each_for_itself() -> None:
	history = CalendarHistory(
		"ENG",
		[
			closure("2022-09-09 09:00", "2022-09-19"),
			QUEEN,
			closure("2022-09-12 09:00", "2022-09-19", closed=False),
		],
	)
	assert [history.calendar(number).is_working_day(FUNERAL) for number in range(4)] == [
		True,
		False,
		False,
		False,
	]
	assert history.latest.name_of(FUNERAL) == f"{QUEEN.name}, known since Sat 10 Sep 2022"


def test_days_that_the_package_knows_by_now_are_no_change_until_somebody_says_so() -> None:
	package = bank_holidays("ENG")
	known = {day: name for day, name in package.items() if day != FUNERAL} | {
		date(2022, 9, 21): "Old holiday"
	}
	history = CalendarHistory("ENG", known=known)
	assert history.latest.is_working_day(FUNERAL)
	assert history.latest.name_of(date(2022, 9, 21)) == "Old holiday"
	assert history.latest == history.calendar(0)
	same = CalendarHistory("ENG", closures=[date(2022, 9, 20)], known=package)
	assert same.latest == WorkingCalendar("ENG", closures=[date(2022, 9, 20)])
	assert CalendarHistory("ENG", known=known, changes=[QUEEN]).latest.name_of(FUNERAL) == QUEEN.known_name
	with pytest.raises(CalendarError, match="nation"):
		bank_holidays("FRA")


def test_the_weekend_of_the_policy_prevails(redbridge: Policy) -> None:
	policy = redbridge.replace(weekend=["Friday", "Saturday"])
	history = CalendarHistory("ENG", [closure("2027-03-02 09:00", "2027-03-07")], closures=[date(2027, 3, 9)])
	events = chair_clock(policy, "2027-03-02 08:00")
	own = history.with_weekend(policy.weekend)
	assert due(policy, events, history) == due(policy, events, own)
	assert due(policy, events, own) != due(policy, events, history.calendar(0))


def test_each_policy_of_a_history_has_its_own_calendar(policies: dict[str, Policy]) -> None:
	redbridge, suffolk = policies[REDBRIDGE], policies[SUFFOLK]
	versions = [(None, redbridge), (at("2027-03-02 11:00"), suffolk)]
	closed = CalendarHistory("ENG", [closure("2027-03-02 12:00", "2027-03-04")])
	events = [Event("stage_started", at=at("2027-03-02 10:00"), stage=2)]
	plain = WorkingCalendar("ENG")
	assert due(versions, events, [closed, plain], "RB.S2.RESOLVE") == due(
		redbridge, events, closed, "RB.S2.RESOLVE"
	)
	assert due(versions, events, [plain, closed], "RB.S2.RESOLVE") == due(
		redbridge, events, plain, "RB.S2.RESOLVE"
	)
	assert plan(redbridge, events, [closed]) == plan(redbridge, events, closed)
	with pytest.raises(PolicyError, match="one calendar"):
		plan(versions, events, [plain])


def test_what_moved_between_two_plans(redbridge: Policy) -> None:
	history = CalendarHistory("ENG", [closure("2027-12-20 09:00", "2027-12-29")])
	events = chair_clock(redbridge, "2027-12-17 10:00")
	before, after = (plan(redbridge, events, calendar) for calendar in (history.calendar(0), history))
	moved = shifts(before, after)
	assert [shift.after.clock for shift in moved] == ["RB.S4.RECOMMEND"]
	assert moved[0].before.due_at < moved[0].after.due_at
	assert shifts(before, before) == []
	assert shifts([], after) == []


# Properties

DAYS = [date(2025, 3, 20) + timedelta(days=number) for number in range(60)]
POLICIES = [REDBRIDGE, SUFFOLK, "buckinghamshire", "stockport"]


@st.composite
def changes(draw: st.DrawFn) -> list[CalendarChange]:
	"""Up to four changes of days; each becomes known on its day or before, as the app demands."""
	found = []
	for _ in range(draw(st.integers(1, 4))):
		known = draw(moments)
		day = draw(st.sampled_from(DAYS))
		if day >= known.astimezone(LONDON).date():
			closed, nation = draw(st.booleans()), draw(st.booleans())
			found.append(CalendarChange(known, day, "Closed", closed, nation))
	return found


@pytest.fixture(scope="module", params=POLICIES)
def policy(request: pytest.FixtureRequest, policies: dict[str, Policy]) -> Policy:
	return policies[request.param]


def decided(row: Any, instant: int) -> bool:
	stops = [event.instant for event in (row.met, row.ended) if event is not None]
	return row.origin.instant < instant and min(row.due[1], row.policy_due[1], *stops) <= instant


@settings(max_examples=60)
@given(events=logs(), known=changes(), more=changes())
def test_nothing_decided_ever_moves(
	policy: Policy, events: list[Event], known: list[CalendarChange], more: list[CalendarChange]
) -> None:
	"""A change that becomes known after all others leaves what was met, ended or past due as it was.

	Events of the time before it alone, since those that come later may end or replace what is looked at.
	"""
	assume(more)
	last = max(change.instant for change in [*known, *more]) + 1
	moment = datetime.fromtimestamp(last / 1e6, tz=timezone.utc)
	log = [event for event in events if event.instant < last]
	day = moment.astimezone(LONDON).date() + timedelta(days=1)
	# what the day was before must be what the change makes another of
	plain = CalendarHistory("ENG", known)
	new = CalendarChange(moment, day, "New", closed=plain.latest.is_working_day(day))
	assume(all(change.day != day for change in known) and day not in bank_holidays("ENG"))
	assume(new.closed)
	before = {(row.clock, row.instance): row for row in plan(policy, log, plain)}
	after = {
		(row.clock, row.instance): row for row in plan(policy, log, CalendarHistory("ENG", [*known, new]))
	}
	assert before.keys() == after.keys()
	for key, row in before.items():
		if decided(row, new.instant):
			assert after[key].due == row.due
			assert after[key].policy_due == row.policy_due
		else:
			assert after[key].due[1] >= row.due[1]


@settings(max_examples=60)
@given(events=logs(), known=moments, day=st.sampled_from(DAYS))
def test_applying_and_withdrawing_returns_the_open_dates(
	policy: Policy, events: list[Event], known: datetime, day: date
) -> None:
	assume(day > (known + timedelta(hours=2)).astimezone(LONDON).date() and day not in bank_holidays("ENG"))
	log = [event for event in events if event.at <= known]
	closed = CalendarChange(known, day, "Closed")
	opened = CalendarChange(known + timedelta(hours=1), day, "Closed", closed=False)
	england = WorkingCalendar("ENG")
	before = {(row.clock, row.instance): row for row in plan(policy, log, england)}
	after = plan(policy, log, CalendarHistory("ENG", [closed, opened]))
	assert before.keys() == {(row.clock, row.instance) for row in after}
	for row in after:
		was = before[row.clock, row.instance]
		# what began at the very instant of the closure was counted with it, and is open no longer when it is withdrawn
		if was.origin.instant == closed.instant and decided(row, opened.instant):
			continue
		# between the two instants a clock may fall due by the longer count; none of these moves back into it
		if not instant_of(known) < was.due[1] <= opened.instant:
			assert (row.due, row.policy_due) == (was.due, was.policy_due)


@settings(max_examples=40)
@given(events=logs(), known=changes(), data=st.data())
def test_the_order_in_which_closures_are_listed_is_irrelevant(
	policy: Policy, events: list[Event], known: list[CalendarChange], data: st.DataObject
) -> None:
	shuffled = data.draw(st.permutations(known))
	assert plan(policy, events, CalendarHistory("ENG", known)) == plan(
		policy, events, CalendarHistory("ENG", shuffled)
	)


@settings(max_examples=40)
@given(events=logs(), first=st.sampled_from(DAYS), second=st.sampled_from(DAYS), known=moments)
def test_the_order_in_which_two_closures_become_known_gives_open_clocks_the_same_date(
	policy: Policy, events: list[Event], first: date, second: date, known: datetime
) -> None:
	later = known + timedelta(seconds=1)
	assume(min(first, second) > later.astimezone(LONDON).date() and first != second)
	log = [event for event in events if event.at <= known]
	one, other = (
		CalendarHistory("ENG", [CalendarChange(known, a, "A"), CalendarChange(later, b, "B")])
		for a, b in ((first, second), (second, first))
	)
	dates = [
		{(row.clock, row.instance): (row.due, row.policy_due) for row in plan(policy, log, history)}
		for history in (one, other)
	]
	assert dates[0] == dates[1]


@settings(max_examples=30)
@given(events=logs())
def test_a_history_without_changes_is_the_plain_calendar(
	policy: Policy, england: WorkingCalendar, events: list[Event]
) -> None:
	assert plan(policy, events, CalendarHistory("ENG")) == plan(policy, events, england)
