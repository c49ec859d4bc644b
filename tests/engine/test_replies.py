"""Each agency's reply to the Chair's recommendations or advice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy
from safeguarding_escalation.engine.case import Case, Party
from safeguarding_escalation.engine.duties import duties, open_closing_duties
from safeguarding_escalation.engine.replies import REPLY, asked_by, replies

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)
TWO = (Party("Council", "raising"), Party("Police", "raising"), Party("Hospital", "responding"))
DUTY = {"duty": "say whether you will act", "owed_by": "raising lead", "satisfied_by": [f"event {REPLY}"]}


def policy(**tables: Any) -> Policy:
	return Policy.from_dict({"id": "t", "title": "T", "stages": [{"number": 4, "label": "Four"}], **tables})


def event(kind: str, day: int, **more: Any) -> Event:
	return Event(kind, at=START + timedelta(days=day), stage=4, **more)


def reply(day: int, side: str | None, agency: str | None = None) -> Event:
	return event(REPLY, day, side=side, agency=agency, outcome="accepted")


RECOMMENDED = event("recommended", 1)


@pytest.mark.parametrize(
	("case", "log", "replied"),
	[
		(Case(parties=TWO), [], {}),
		(Case(parties=TWO), [event("responded", 1, outcome="resolved")], {}),
		(Case(parties=TWO), [event("responded", 1, outcome="advice")], dict.fromkeys(("Council", "Police", "Hospital"), False)),
		(
			Case(parties=TWO),
			[RECOMMENDED, reply(2, "raising", "Police"), reply(3, "responding", "Hospital")],
			{"Council": False, "Police": True, "Hospital": True},
		),
		# Of two agencies on a side nobody knows whose a reply is that names none; of one it is that one's.
		(Case(parties=TWO), [RECOMMENDED, reply(2, "raising"), reply(2, "responding")], {"Council": False, "Police": False, "Hospital": True}),
		(Case(parties=TWO), [reply(0, "responding", "Hospital"), RECOMMENDED], dict.fromkeys(("Council", "Police", "Hospital"), False)),
		(Case(parties=(Party("Council", "raising"),)), [RECOMMENDED, reply(2, "responding", "Anybody")], {"Council": False, "": True}),
		(Case(family=True, raising_agency="Council"), [RECOMMENDED, reply(2, "raising", "Council")], {"Council": True}),
	],
)  # fmt: skip
def test_who_has_replied_since_the_chair_spoke(
	case: Case, log: list[Event], replied: dict[str, bool]
) -> None:
	assert {row.agency: row.event is not None for row in replies(case, log)} == replied


def test_the_last_answer_is_the_one_that_is_replied_to() -> None:
	later = event("recommended", 5)
	assert asked_by([RECOMMENDED, later]) is later


def test_each_agency_owes_its_own_reply_where_several_stand_on_a_side() -> None:
	case = Case(state="Recommendations Made", stage=4, parties=TWO)
	found = duties(policy(), case, [RECOMMENDED, reply(2, "raising", "Police")], START + timedelta(days=9))
	assert [(duty.key, duty.done) for duty in found] == [
		("answer:raising:Council", False),
		("answer:raising:Police", True),
		("answer:responding", False),
	]


@pytest.mark.parametrize(
	("log", "open_ones"),
	[
		([RECOMMENDED], 1),
		([RECOMMENDED, reply(2, "raising", "Council"), reply(3, "raising", "Police")], 1),
		([RECOMMENDED, reply(2, "raising", "Council"), reply(3, "raising", "Police"), reply(4, "responding", "Hospital")], 0),
		([reply(2, "responding", "Hospital")], 0),  # to nothing that is on record: what was written down counts
	],
)  # fmt: skip
def test_a_closing_duty_for_the_reply_waits_for_every_agency(log: list[Event], open_ones: int) -> None:
	case = Case(state="Recommendations Made", stage=4, parties=TWO)
	assert len(open_closing_duties(policy(closing_duties=[DUTY]), case, log)) == open_ones
