"""Events, their zone, their order, and corrections."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from safeguarding_escalation.engine import EVENT_KINDS, LONDON, Event, EventError, localise
from safeguarding_escalation.engine.events import instant_of, london
from safeguarding_escalation.engine.log import effective_events

NOON = datetime(2025, 3, 11, 12, tzinfo=LONDON)


def make(id: str | None, kind: str = "told", *, hours: int = 0, **fields: Any) -> Event:
	return Event(kind, at=NOON + timedelta(hours=hours), id=id, **fields)


@pytest.mark.parametrize(
	("fields", "sentence"),
	[
		({"kind": "told off"}, "no event kind 'told off'"),
		({"at": datetime(2025, 3, 11)}, "has no time zone"),  # noqa: DTZ001
		({"at": "2025-03-11"}, "must be a date and time"),
		({"due_at": datetime(2025, 3, 11)}, "due time of the event 'told'"),  # noqa: DTZ001
		({"stage": "2"}, "stage of the event 'told'"),
		({"stage": True}, "stage of the event 'told'"),
		({"stage": -1}, "stage of the event 'told'"),
		({"sequence": "1"}, "sequence of the event 'told'"),
		({"sequence": True}, "sequence of the event 'told'"),
	],
)
def test_bad_events(fields: dict[str, Any], sentence: str) -> None:
	with pytest.raises(EventError, match=sentence):
		Event(**({"kind": "told", "at": NOON} | fields))


def test_every_kind_makes_an_event() -> None:
	assert len(EVENT_KINDS) == len(set(EVENT_KINDS)) == 47
	for kind in EVENT_KINDS:
		assert Event(kind, at=NOON).kind == kind


def test_derived_fields_are_london_time() -> None:
	event = Event("told", at=datetime(2025, 3, 30, 23, 30, tzinfo=timezone.utc), due_at=NOON)
	assert event.local == datetime(2025, 3, 31, 0, 30, tzinfo=LONDON)
	assert f"{event.day}" == "2025-03-31"  # the UTC date would be the day before
	assert event.local.tzinfo is LONDON
	assert event.due_moment == (NOON, instant_of(NOON))
	assert london(event.instant) == event.local
	assert event == Event("told", at=event.local, due_at=NOON)


@pytest.mark.parametrize(
	("naive", "expected"),
	[
		("2025-03-30T00:59", "2025-03-30T00:59:00+00:00"),
		(
			"2025-03-30T01:30",
			"2025-03-30T02:30:00+01:00",
		),  # never occurs: moved on by the hour that is missing
		("2025-03-30T02:00", "2025-03-30T02:00:00+01:00"),
		("2025-10-26T01:30", "2025-10-26T01:30:00+01:00"),  # occurs twice: the first, still summer time
		("2025-10-26T02:00", "2025-10-26T02:00:00+00:00"),
	],
)
def test_localise(naive: str, expected: str) -> None:
	assert localise(datetime.fromisoformat(naive)).isoformat() == expected


def test_localise_in_another_zone() -> None:
	moment = localise(datetime(2025, 7, 1, 12), ZoneInfo("Europe/Paris"))  # noqa: DTZ001
	assert moment.isoformat() == "2025-07-01T12:00:00+02:00"
	with pytest.raises(EventError, match="already has a time zone"):
		localise(NOON)


def test_a_london_time_that_never_occurs_is_normalised() -> None:
	event = Event("told", at=datetime(2025, 3, 30, 1, 30, tzinfo=LONDON))
	assert event.local.isoformat() == "2025-03-30T02:30:00+01:00"


def test_order_is_by_instant_not_by_wall_clock() -> None:
	first = make("summer").__class__("told", at=datetime(2025, 10, 26, 1, 30, tzinfo=LONDON), id="01:30 BST")
	second = Event("told", at=datetime(2025, 10, 26, 1, 15, fold=1, tzinfo=LONDON), id="01:15 GMT")
	assert effective_events([second, first]) == [first, second]


def test_order_then_sequence_then_total() -> None:
	events = [
		make("d", "stage_started", sequence=2),
		make("a", "told", sequence=1),
		make("b", "reopened"),
		make("c", "concern_raised"),
		make("e", "stage_started"),
		make("g", "consulted"),
		make("f", "consulted"),
		make("h", "consulted", stage=1),
		Event("consulted", at=NOON),
		make("z", "closed", hours=-1),
	]
	expected = ["z", "b", "c", "e", None, "f", "g", "h", "a", "d"]  # kind, then stage (None first), then id
	ids = [event.id for event in effective_events(events)]
	assert ids[:4] == expected[:4]
	assert sorted(map(str, ids[4:8])) == sorted(map(str, expected[4:8]))
	assert ids[-2:] == expected[-2:]
	for shuffled in itertools.islice(itertools.permutations(events), 0, 5000, 97):
		assert [event.id for event in effective_events(shuffled)] == ids


@pytest.mark.parametrize(
	("rows", "lasting"),
	[
		([("x", None), ("y", "x")], ["told:2"]),
		([("x", None), ("y", "x"), ("z", "y")], ["told:3"]),
		([("x", None), ("y", "x"), ("z", "x")], ["told:3"]),  # the later correction wins
		([("x", None), ("!y", "x")], []),
		([("x", None), ("y", "x"), ("!z", "y")], []),  # voiding the replacement does not revive the original
		([("x", None), ("!y", "x"), ("z", "y")], ["told:3"]),  # replacing the voiding does
		(
			[("x", None), ("y", "x"), ("z", "x"), ("w", "y")],
			["told:3"],
		),  # the line of the loser is lost with it
		([("x", None), (None, "x")], ["told:2"]),
		([(None, None), ("y", None)], ["told:1", "told:2"]),
	],
)
def test_corrections(rows: list[tuple[str | None, str | None]], lasting: list[str]) -> None:
	events = [
		make(
			id and id.strip("!"),
			"correction" if (id or "").startswith("!") else "told",
			hours=number,
			sequence=number,
			corrects=corrects,
		)
		for number, (id, corrects) in enumerate(rows, start=1)
	]
	for order in itertools.permutations(events):
		assert [f"{event.kind}:{event.sequence}" for event in effective_events(order)] == lasting


def test_of_two_corrections_the_later_sequence_wins() -> None:
	original = make("x")
	early = make("y", hours=5, sequence=1, corrects="x")
	late = make("z", hours=1, sequence=2, corrects="x")
	assert [event.at for event in effective_events([original, late, early])] == [late.at]


def test_a_replacement_takes_the_id_so_that_what_relates_to_the_row_still_does() -> None:
	events = [
		make("x", "agreed_timescale"),
		make("y", "agreed_timescale", hours=1, corrects="x"),
		make("a", "action_done", hours=2, relates_to="x"),
		make("b", "action_done", hours=3, relates_to="y"),
		make("c", "action_done", hours=4, relates_to="other"),
	]
	agreed, first, second, third = effective_events(events)
	assert (agreed.id, agreed.at) == ("x", events[1].at)
	assert (first.relates_to, second.relates_to, third.relates_to) == ("x", "x", "other")


@pytest.mark.parametrize(
	("events", "sentence"),
	[
		([make("x"), make("x", hours=1)], "Two events have the id 'x'"),
		([make("x"), make("y", corrects="w")], "corrects 'w', which is not in the log"),
		([make("x", corrects="y"), make("y", corrects="x")], "run in a circle"),
		([make("x", corrects="x")], "run in a circle"),
		([make("x", "correction")], "must name the event that it voids"),
	],
)
def test_bad_corrections(events: list[Event], sentence: str) -> None:
	with pytest.raises(EventError, match=sentence):
		effective_events(events)
