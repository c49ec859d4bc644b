"""The stretches of time of a case: states, stages, boards."""

from datetime import datetime

import pytest

from safeguarding_escalation.engine import LONDON, Event, WorkingCalendar
from safeguarding_escalation.engine.spells import spells

CALENDAR = WorkingCalendar("ENG")


def at(day, hour=10):
	return datetime(2025, 3, day, hour, tzinfo=LONDON)


def told(events, transfers=()):
	return [
		(spell.state, spell.stage, spell.highest, spell.begins, spell.came_from, spell.ends, spell.board)
		for spell in spells(events, CALENDAR, "B", transfers)
	]


RAISED = Event("concern_raised", at=at(3), stage=1)
SECOND = Event("stage_started", at=at(5), stage=2)
RESOLVED = Event("resolved", at=at(10), stage=2)
CLOSED = Event("closed", at=at(12))


@pytest.mark.parametrize(
	("events", "expected"),
	[
		([], []),
		([Event("disagreement", at=at(1))], []),
		([Event("withdrawn", at=at(2))], []),
		([RAISED], [("open", 1, 1, "raised", "", "", "B")]),
		(
			[RAISED, SECOND, RESOLVED, Event("resolved", at=at(11)), CLOSED, Event("closed", at=at(13))],
			[
				("open", 1, 1, "raised", "", "moved", "B"),
				("open", 2, 2, "moved", "open", "resolved", "B"),
				("resolved", 2, 2, "resolved", "open", "closed", "B"),
				("closed", 2, 2, "closed", "resolved", "", "B"),
			],
		),
		(
			[RAISED, RESOLVED, Event("stage_started", at=at(11), stage=3)],
			[
				("open", 1, 1, "raised", "", "resolved", "B"),
				("resolved", 1, 1, "resolved", "open", "", "B"),
			],
		),
		(
			[RAISED, SECOND, Event("withdrawn", at=at(6)), Event("reopened", at=at(7), stage=1)],
			[
				("open", 1, 1, "raised", "", "moved", "B"),
				("open", 2, 2, "moved", "open", "withdrawn", "B"),
				("withdrawn", 2, 2, "withdrawn", "open", "reopened", "B"),
				("open", 1, 2, "reopened", "withdrawn", "", "B"),
			],
		),
	],
)
def test_the_spells_of_a_case(events, expected):
	assert told(events) == expected
	assert told(list(reversed(events))) == expected


def test_another_board_divides_a_spell_and_takes_what_follows():
	found = spells([RAISED, SECOND, RESOLVED], CALENDAR, "C", [(at(4), "A", "B"), (at(11), "B", "C")])
	assert [(spell.board, spell.begins, spell.state, spell.from_at.day) for spell in found] == [
		("A", "raised", "open", 3),
		("B", "transferred", "open", 4),
		("B", "moved", "open", 5),
		("B", "resolved", "resolved", 10),
		("C", "transferred", "resolved", 11),
	]
	assert [spell.to_at and spell.to_at.day for spell in found] == [4, 5, 10, 11, None]
	assert found[1].came_from == "open"
	assert [spell.number for spell in found] == [1, 2, 3, 4, 5]
	# A draft that changed boards was the new board's from its raising on.
	assert told([RAISED], [(at(2), "A", "B")]) == [("open", 1, 1, "raised", "", "", "B")]


def test_working_days_run_from_raising_to_each_resolution():
	again = Event("resolved", at=at(21))
	found = spells([RAISED, RESOLVED, Event("reopened", at=at(14), stage=1), again], CALENDAR, "B")
	# Mon 3 to Mon 10 March: 4, 5, 6, 7, 10. To Fri 21: five more, and four.
	assert [spell.working_days for spell in found] == [None, 5, None, 14]


def test_a_jump_is_told_with_its_ground():
	risk = Event("immediate_risk", at=at(2))
	found = spells([risk, Event("stage_started", at=at(3), stage=3)], CALENDAR, "B")
	assert (found[0].skipped, found[0].ground) == ((1, 2), "immediate risk")
	found = spells([RAISED, Event("stage_started", at=at(4), stage=3)], CALENDAR, "B", [(at(5), "A", "B")])
	assert [(spell.skipped, spell.ground) for spell in found] == [
		((), ""),
		((2,), "reason in the log"),
		((), ""),
	]
