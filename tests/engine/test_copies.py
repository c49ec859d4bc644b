"""A copy to several is met one by one, and what a standing recipient has not been sent yet."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy, load_policy, plan
from safeguarding_escalation.engine.calendar import WorkingCalendar
from safeguarding_escalation.engine.case import Case, Party
from safeguarding_escalation.engine.copies import CopyOwed, copies_owed, recipients
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.needs import epoch
from safeguarding_escalation.engine.schema import CopyRule

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)
ALL_AGENCIES = "all agencies involved in the discussion or meeting"
PARTIES = (
	Party("Trust", "raising"),
	Party("Council", "responding"),
	Party("Police", "responding"),
	Party("Hospice", "other"),
	Party("Board office", "board"),
)
CASE = Case(state="Resolved", stage=3, raising_agency="Trust", responding_agency="Council", parties=PARTIES)


def at(day: int) -> datetime:
	return START + timedelta(days=day)


def copied(day: int, agency: str | None, stage: int = 3, to: str = ALL_AGENCIES) -> Event:
	return Event("copied", at=at(day), stage=stage, to=to, to_agency=agency, sequence=day)


def stockport(*events: Event, case: Case = CASE) -> dict[str, CopyOwed]:
	log = [Event("resolved", at=at(1), stage=3), *events]
	found = copies_owed(load_policy("stockport"), case, epoch(log))
	return {owed.agency: owed for owed in found if owed.rule.recipient == ALL_AGENCIES}


@pytest.mark.parametrize(
	("sent", "met"),
	[
		((), set()),
		(("Council",), {"Council"}),
		(("Council", "Council"), {"Council"}),  # the same agency twice is one recipient
		(("Council", "Police", "Hospice"), {"Council", "Police", "Hospice"}),
		((None,), {"Council"}),  # it does not say to whom: one recipient, not all of them
		((None, None, None, None), {"Council", "Police", "Hospice"}),
		((None, "Council"), {"Council", "Police"}),  # what is known comes first
		(("Trust",), set()),  # nobody sends a copy to themselves
	],
)
def test_each_agency_is_met_by_a_copy_of_its_own(sent: tuple[str | None, ...], met: set[str]) -> None:
	found = stockport(*(copied(day, agency) for day, agency in enumerate(sent, start=2)))
	assert set(found) == {"Council", "Police", "Hospice"}
	assert {agency for agency, owed in found.items() if owed.sent} == met


def test_the_duties_say_to_which_agency() -> None:
	log = [Event("resolved", at=at(1), stage=3), copied(2, "Police")]
	found = duties(load_policy("stockport"), CASE, log, at(9))
	of_rule = {duty.agency: duty for duty in found if duty.recipient == ALL_AGENCIES}
	assert {agency: duty.done for agency, duty in of_rule.items()} == {
		"Council": False,
		"Police": True,
		"Hospice": False,
	}
	assert of_rule["Police"].key == f"copy:resolved:3:{ALL_AGENCIES}:Police"
	assert of_rule["Council"].text == f"Send the outcome and the agreed actions to {ALL_AGENCIES}: Council."


def test_while_no_other_agency_is_known_there_is_one_copy_without_a_name() -> None:
	alone = Case(state="Resolved", stage=3)
	assert set(stockport(case=alone)) == {""}
	assert stockport(copied(2, "Council"), case=alone)[""].sent is not None


@pytest.mark.parametrize(
	("recipient", "sender", "agencies"),
	[
		("Heads of Service of each agency", "raising lead", ("Trust", "Council", "Police", "Hospice")),
		("relevant personnel", "raising lead", ("Council", "Police", "Hospice")),
		("all other parties", "responding lead", ("Trust", "Police", "Hospice")),
		("all agencies", "business manager", ("Trust", "Council", "Police", "Hospice")),
		("responding lead", "chair", ("Council", "Police")),
		("raising lead", "chair", ()),  # one agency on that side: one recipient
		("Business Manager", "raising lead", ()),
		("the worker who raised the concern", "raising lead", ()),
	],
)
def test_which_agencies_a_rules_words_mean(recipient: str, sender: str, agencies: tuple[str, ...]) -> None:
	assert recipients(CopyRule("resolved", recipient, sender=sender), CASE) == agencies


def test_a_standing_recipient_is_owed_what_passed_since_the_last_copy_to_them() -> None:
	policy = load_policy("stockport")
	case = Case(state="Stage 2", stage=2, path="plan dissent")
	log = [
		Event("disagreement", at=at(0)),
		Event("concern_raised", at=at(1)),
		Event("discussed", at=at(2)),
		copied(3, None, 1, "Conference Chair"),
		Event("stage_started", at=at(4), stage=2),
		copied(5, None, 2, "Business Manager"),
	]

	def unseen(*more: Event) -> list[str]:
		found = copies_owed(policy, case, epoch([*log, *more]))
		(standing,) = (owed for owed in found if owed.rule.standing)
		assert standing.sent is None
		return [event.kind for event in standing.unseen]

	assert unseen() == ["stage_started", "copied"]
	assert unseen(copied(6, None, 2, "Conference Chair")) == []
	assert unseen(copied(6, None, 2, "conference chair"), Event("unresolved", at=at(7))) == ["unresolved"]


def test_a_clock_that_runs_once_a_copy_is_met_copy_by_copy() -> None:
	clock = {
		"id": "RECEIPT", "stage": 3, "trigger": ["copied"], "unit": "working days", "length": 2, "each": "copy",
		"occurrence": "each", "stop": ["confirmed [same]"],
	}  # fmt: skip
	stages = [{"number": number, "label": f"Stage {number}"} for number in (1, 2, 3)]
	policy = Policy.from_dict({"id": "t", "title": "T", "stages": stages, "clocks": [clock]})
	events = [
		Event("stage_started", at=START, stage=3),
		Event("copied", at=at(1), id="one", to_agency="Council"),
		Event("copied", at=at(1), id="two", to_agency="Police", sequence=1),
		Event("confirmed", at=at(2), relates_to="two"),
	]
	found = {row.instance: row.met_at for row in plan(policy, events, WorkingCalendar("ENG"))}
	assert found == {"one": None, "two": at(2)}
