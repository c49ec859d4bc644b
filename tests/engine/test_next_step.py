"""What must I do now? One sentence, by person, in the order of urgency, without anybody's name but the agencies'."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, EventError, Policy, WorkingCalendar, plan
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.next_step import NextStep, next_step
from safeguarding_escalation.engine.parties import agencies
from safeguarding_escalation.engine.wording import listed, sentence, with_article

CALENDAR = WorkingCalendar("ENG")
RAISER = Person("t-1", agency="Trust", capacities=("Practitioner",))
SENIOR = Person("t-3", agency="Trust", capacities=("Senior Manager",))
RECEIVER = Person("c-1", agency="Council", capacities=("Practitioner",))
CHAIR = Person("b-1", board_roles=("Chair",))
BUSINESS = Person("b-2", board_roles=("Business Manager",))
READER = Person("x-1", agency="Fire")


def at(text: str) -> datetime:
	return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


def stage(number: int, *capacities: str, **more: Any) -> dict[str, Any]:
	both = {"raising_capacities": list(capacities), "responding_capacities": list(capacities)}
	return {"number": number, "label": f"Stage {number}", **both, **more}


def policy(*clocks: dict[str, Any], **tables: Any) -> Policy:
	stages = [stage(1, "Practitioner"), stage(2, "Senior Manager"), stage(4, "Chair", chair_sees=True)]
	moves = [{"from_stages": [0], "to_stage": 1}, {"from_stages": [1], "to_stage": 2, "side": "either"}]
	rows = [{"stage": 1, "trigger": ["concern_raised"], **row} for row in clocks]
	return Policy.from_dict(
		{"id": "t", "title": "T", "stages": stages, "moves": moves, "clocks": rows, **tables}
	)


def clock(
	name: str, stop: str, length: int | None = 3, owed_by: str = "raising lead", **more: Any
) -> dict[str, Any]:
	unit = {} if "unit" in more else {"unit": "working days"}
	return {"id": name, "stop": [stop], "length": length, "owed_by": owed_by, "clause": "1.1", **unit, **more}


def case(number: int = 1, state: str = "", **facts: Any) -> Case:
	return Case(
		state=state or (f"Stage {number}" if number else "Draft"),
		stage=number,
		raising_agency="Trust",
		responding_agency="Council",
		named=(
			Named("raised_by", "t-1", at("03-11 09:00")),
			Named("responding_lead", "c-1", at("03-11 09:00")),
		),
		stages_reached=dict.fromkeys(range(1, number + 1), at("03-11 09:00")),
		**facts,
	)


RAISED = Event("concern_raised", at=at("03-11 10:00"), stage=1)


def step(
	of: Policy, person: Person, now: str, *events: Event, facts: Case | None = None, **more: Any
) -> NextStep:
	log = [RAISED, *events]
	return next_step(of, facts or case(), log, plan(of, log, CALENDAR), person, at(now), **more)


@pytest.mark.parametrize(
	("stop", "more", "expected"),
	[
		("discussed", {}, "Speak to the other agency by Fri 14 Mar 2025: the policy gives three working days (1.1)."),
		("discussed", {"length": 1}, "Speak to the other agency by Wed 12 Mar 2025: the policy gives one working day (1.1)."),
		("discussed", {"length": 11}, "Speak to the other agency by Wed 26 Mar 2025: the policy gives 11 working days (1.1)."),
		("discussed", {"length": 4, "unit": "calendar days"}, "Speak to the other agency by Sat 15 Mar 2025: the policy gives four days (1.1)."),
		("discussed", {"length": 4, "unit": "hours"}, "Speak to the other agency by 14:00 on Tue 11 Mar 2025: the policy gives four hours (1.1)."),
		("discussed", {"kind": "local target"}, "Speak to the other agency by Fri 14 Mar 2025: a local target, not the policy's, gives three working days (1.1)."),
		("discussed", {"clause": ""}, "Speak to the other agency by Fri 14 Mar 2025: the policy gives three working days."),
		("told", {"length": None, "unit": "instant"}, "Tell a manager or the safeguarding lead of the immediate risk by 10:00 on Tue 11 Mar 2025: the policy asks for it at once (1.1)."),
		("consulted", {"length": None, "unit": "same working day"}, "Speak to your manager or safeguarding lead by Tue 11 Mar 2025: the policy asks for it on the same working day (1.1)."),
		("resolved", {}, "Settle this with the other agency, or take it to the next stage by Fri 14 Mar 2025: the policy gives three working days (1.1)."),
		("stage_started 2+", {}, "Take this to Stage 2 by Fri 14 Mar 2025: the policy gives three working days (1.1)."),
		("stage_started 3", {}, "Take this to Stage 3 by Fri 14 Mar 2025: the policy gives three working days (1.1)."),
		("stage_started", {}, "Take this to the next stage by Fri 14 Mar 2025: the policy gives three working days (1.1)."),
		("copied [to=Business Manager]", {}, "Send a copy to the Business Manager by Fri 14 Mar 2025: the policy gives three working days (1.1)."),
		("copied", {}, "Send a copy to the people concerned by Fri 14 Mar 2025: the policy gives three working days (1.1)."),
		("learning", {"label": "the learning note"}, "See to the learning note by Fri 14 Mar 2025: the policy gives three working days (1.1)."),
	],
)  # fmt: skip
def test_what_i_owe_by_when_and_why(stop: str, more: dict[str, Any], expected: str) -> None:
	found = step(policy(clock("A", stop, **more)), RAISER, "03-11 10:00")
	assert found.sentence == expected
	assert (found.clock, found.urgency in ("running", "due_soon")) == ("A", True)
	assert found.moves == ("Accept Resolution", "Escalate to Stage 2", "Withdraw")


def test_what_brought_the_date_forward() -> None:
	protective = Event("protective_deadline", at=at("03-11 11:00"), stage=1, due_at=at("03-12 14:30"))
	capped = policy(clock("A", "discussed", protective_cap=True), clock("B", "discussed", cap="A", length=9))
	assert step(capped, RAISER, "03-11 12:00", protective).sentence == (
		"Speak to the other agency by 14:30 on Wed 12 Mar 2025: the protective deadline set for this stage comes first (1.1)."
	)
	only_b = replace(
		capped,
		clocks=tuple(
			replace(row, owed_by="responding lead" if row.id == "A" else row.owed_by) for row in capped.clocks
		),
	)
	assert step(only_b, RAISER, "03-11 12:00", protective).sentence == (
		"Speak to the other agency by 14:30 on Wed 12 Mar 2025: the limit for the whole process comes first (1.1)."
	)
	agreed = Event("agreed_timescale", at=at("03-11 11:00"), due_at=at("03-12 12:00"))
	assert (
		"the timescale that was agreed comes first"
		in step(policy(clock("A", "resolved", agreed_cap=True)), RAISER, "03-11 12:00", agreed).sentence
	)
	dated = policy(clock("A", "resolved", None, unit="case date", trigger=["agreed_timescale"]))
	assert step(dated, RAISER, "03-11 12:00", agreed).sentence == (
		"Settle this with the other agency, or take it to the next stage by 12:00 on Wed 12 Mar 2025: that is the date"
		" that was set (1.1)."
	)


MINE_LATE = clock("LATE", "discussed", 1)
MINE_SOON = clock("SOON", "file_reviewed", 3, label="the file")
BOTH = clock("BOTH", "resolved", 2, "raising lead, responding lead", alert_lead=0)
THEIRS = clock("THEIRS", "confirmed", 2, "responding lead")
CHAIRS = clock("CHAIRS", "responded", 2, "chair")
MANAGERS = clock("BM", "outcome_conveyed", 2, "business manager", label="the outcome")


@pytest.mark.parametrize(
	("clocks", "person", "now", "clock_id", "urgency"),
	[
		((MINE_LATE, MINE_SOON, BOTH), RAISER, "03-13 09:00", "LATE", "overdue"),
		((MINE_SOON, THEIRS), RAISER, "03-13 09:00", "SOON", "due_soon"),
		((MINE_SOON, THEIRS), RAISER, "03-11 11:00", "SOON", "running"),  # mine alone, before what others owe
		((BOTH, THEIRS), RAISER, "03-14 09:00", "BOTH", "overdue"),
		((BOTH, clock("THEIRS", "confirmed", 1, "responding lead")), RAISER, "03-13 09:00", "BOTH", "due_soon"),
		((BOTH, clock("THEIRS", "confirmed", 1, "responding lead")), RAISER, "03-11 11:00", "THEIRS", "waiting"),
		((BOTH, clock("THEIRS", "confirmed", 9, "responding lead")), RAISER, "03-11 11:00", "BOTH", "running"),
		((clock("B", "resolved", 9, "raising lead, responding lead"), THEIRS), RAISER, "03-14 09:00", "THEIRS", "waiting"),
		((THEIRS,), RECEIVER, "03-11 11:00", "THEIRS", "running"),
		((CHAIRS,), CHAIR, "03-11 11:00", "CHAIRS", "running"),
		((CHAIRS,), BUSINESS, "03-11 11:00", "CHAIRS", "waiting"),
		((MANAGERS,), BUSINESS, "03-11 11:00", "BM", "running"),
		((CHAIRS, THEIRS), READER, "03-11 11:00", "CHAIRS", "waiting"),
		# A preference or an advisory limit tells nobody what they must do.
		((clock("P", "discussed", 1, kind="preference"), clock("Q", "discussed", 2, kind="advisory")), RAISER, "03-11 11:00", None, "none"),
	],
)  # fmt: skip
def test_the_order_of_urgency(
	clocks: tuple[dict[str, Any], ...], person: Person, now: str, clock_id: str | None, urgency: str
) -> None:
	found = step(policy(*clocks), person, now)
	assert (found.clock, found.urgency) == (clock_id, urgency)


@pytest.mark.parametrize(
	("row", "person", "expected"),
	[
		(THEIRS, RAISER, "Nothing is owed by you now; the other agency must confirm the outcome in writing to you by Thu 13 Mar 2025 (1.1)."),
		(THEIRS, READER, "Nothing is owed by you now; the responding agency must confirm the outcome in writing to the raising agency by Thu 13 Mar 2025 (1.1)."),
		(THEIRS, replace(RECEIVER, contact="c-9", capacities=()), "Nothing is owed by you now; your own agency must confirm the outcome in writing to the other agency by Thu 13 Mar 2025 (1.1)."),
		(BOTH, CHAIR, "Nothing is owed by you now; the raising agency and the responding agency must settle this with each other, or take it to the next stage by Thu 13 Mar 2025 (1.1)."),
		(CHAIRS, RAISER, "Nothing is owed by you now; the Independent Chair must respond to the agencies by Thu 13 Mar 2025 (1.1)."),
		(MANAGERS, RAISER, "Nothing is owed by you now; the Business Manager must see to the outcome by Thu 13 Mar 2025 (1.1)."),
		(clock("A", "action_done", 2, "action owner"), CHAIR, "Nothing is owed by you now; whoever agreed to it must carry out the agreed action by Thu 13 Mar 2025 (1.1)."),
		(clock("A", "action_done", 2, "action owner"), RECEIVER, "Carry out the agreed action by Thu 13 Mar 2025: the policy gives two working days (1.1)."),
		(clock("A", "recommended", 2, "chair"), CHAIR, "Make recommendations to the agencies by Thu 13 Mar 2025: the policy gives two working days (1.1)."),
		(clock("A", "discussed", 2, "business manager"), BUSINESS, "Speak to the agencies by Thu 13 Mar 2025: the policy gives two working days (1.1)."),
	],
)  # fmt: skip
def test_who_must_do_it_to_whom(row: dict[str, Any], person: Person, expected: str) -> None:
	assert step(policy(row), person, "03-11 11:00").sentence == expected


def test_agencies_may_be_called_by_their_names() -> None:
	found = step(policy(THEIRS), RAISER, "03-11 11:00", names={"Council": "Redbridge Council"})
	assert found.sentence.startswith("Nothing is owed by you now; Redbridge Council must confirm")


def test_a_clock_of_one_party_is_that_partys() -> None:
	feedback = clock("F", "feedback_given", 2, "raising lead, responding lead", each="party")
	assert step(policy(feedback), RAISER, "03-11 11:00").sentence.startswith(
		"Tell the staff concerned what was agreed by"
	)


def test_juniors_do_not_owe_what_their_seniors_owe() -> None:
	seniors = policy(clock("A", "resolved", 2, "raising lead", stage=2, trigger=["stage_started 2"]))
	started = Event("stage_started", at=at("03-12 10:00"), stage=2)
	led = replace(case(2), named=(Named("raising_lead", "t-9", at("03-11 09:00")),))
	assert step(seniors, SENIOR, "03-12 11:00", started, facts=led).urgency == "running"
	assert step(seniors, RAISER, "03-12 11:00", started, facts=led).sentence.startswith(
		"Nothing is owed by you now; your own agency must"
	)
	# At a stage for which nobody is named, the lead owes it, failing a lead everybody of the side.
	unnamed = seniors.replace(stages=[])
	assert step(unnamed, RAISER, "03-12 11:00", started, facts=led).urgency == "waiting"
	assert step(unnamed, RAISER, "03-12 11:00", started, facts=replace(led, named=())).urgency == "running"


def test_a_talk_of_an_earlier_stage_is_moot_but_a_copy_is_not() -> None:
	started = Event("stage_started", at=at("03-12 10:00"), stage=2)
	talk, copy = clock("TALK", "discussed 1", 1), clock("COPY", "copied 1", 1)
	assert step(policy(talk), SENIOR, "03-13 09:00", started, facts=case(2)).clock is None
	assert step(policy(talk, copy), RAISER, "03-13 09:00", started, facts=case(2)).clock == "COPY"
	assert step(policy(talk, copy), RAISER, "03-13 09:00", facts=case(1, "Resolved")).clock == "COPY"


PROPOSED = Event("resolution_proposed", at=at("03-12 10:00"), stage=1, side="responding")


def test_a_proposal_waits_for_the_side_that_may_accept_it() -> None:
	both = policy(BOTH)
	assert step(both, RAISER, "03-12 11:00", PROPOSED).sentence == (
		"The other agency has proposed a resolution: accept it, or record why it does not settle the matter."
	)
	assert step(both, RECEIVER, "03-12 11:00", PROPOSED).clock == "BOTH"
	assert step(both, READER, "03-12 11:00", PROPOSED).clock == "BOTH"
	assert step(both, RAISER, "03-14 09:00", PROPOSED).urgency == "overdue"  # what is late comes first
	assert step(both, RAISER, "03-12 11:00", replace(PROPOSED, side=None)).urgency == "due_soon"
	later = case(2)
	assert step(both, SENIOR, "03-12 11:00", PROPOSED, facts=later).clock is None  # one of an earlier stage


@pytest.mark.parametrize(
	("person", "facts", "expected"),
	[
		(RAISER, case(immediate_risk=True), "Ring 999 if anybody is in danger now; then tell your manager or safeguarding lead at once, and record whom you told and when."),
		(RECEIVER, case(immediate_risk=True), "Ring 999 if anybody is in danger now."),
		(RAISER, case(0, immediate_risk=True), "Ring 999 if anybody is in danger now; then tell your manager or safeguarding lead at once, and record whom you told and when."),
	],
)  # fmt: skip
def test_immediate_risk_comes_first(person: Person, facts: Case, expected: str) -> None:
	found = step(policy(MINE_LATE), person, "03-20 09:00", facts=facts)
	assert (found.sentence, found.urgency) == (expected, "immediate")


def test_immediate_risk_until_somebody_was_told_or_the_managers_have_it() -> None:
	risk = Event("immediate_risk", at=at("03-12 10:00"))
	at_once = policy(
		clock("I", "told", None, unit="instant", trigger=["immediate_risk"], stage=0, clause="4.1")
	)
	found = step(at_once, RAISER, "03-12 10:00", risk)
	assert (found.clock, found.due_at, found.urgency) == ("I", at("03-12 10:00"), "immediate")
	assert found.sentence.endswith("(4.1).")
	told = Event("told", at=at("03-12 10:05"))
	assert step(at_once, RAISER, "03-12 11:00", risk, told).urgency == "none"
	assert step(at_once, SENIOR, "03-12 11:00", risk, facts=case(2)).urgency != "immediate"
	assert step(at_once, RAISER, "03-12 11:00", risk, facts=case(1, "Resolved")).urgency != "immediate"


RECORDS = {
	"records": [
		{
			"when": "raise",
			"needs": ["field risk_to_adult"],
			"message": "Say what the risk is.",
			"clause": "4.2",
		}
	]
}


@pytest.mark.parametrize(
	("tables", "facts", "person", "expected", "urgency"),
	[
		({}, case(0), RAISER, "Raise the concern with the other agency as soon as you can.", "record"),
		(RECORDS, case(0), RAISER, "Say what the risk is.", "record"),
		({"stages": []}, case(0), RAISER, "Raise the concern with the other agency as soon as you can.", "record"),
		(RECORDS, case(1), RAISER, "Say what the risk is (4.2).", "record"),
		(RECORDS, case(1), CHAIR, "Nothing is owed by you now.", "none"),
		(
			{"document_noun": "protocol"},
			case(1),
			RAISER,
			"No clock of the protocol runs at Stage 1 now: settle this with the other agency as soon as you can, or take it to the next stage.",
			"none",
		),
		({"record_from_stage": 6}, case(6), RAISER, "No clock of the policy runs at Stage 6 now: settle this with the other agency as soon as you can, or take it to the next stage.", "none"),
		({}, case(1, "Closed"), RAISER, "This case is closed: nothing is owed.", "none"),
		({}, case(1, "Withdrawn"), RAISER, "This case was withdrawn: nothing is owed.", "none"),
		({}, case(1), replace(RAISER, recused=True), "You have stepped back from this case: somebody else acts in your place.", "none"),
		({}, case(1, "Resolved"), RAISER, "Nothing is outstanding: close the case.", "closing"),
		({}, case(1, "Resolved"), RECEIVER, "Nothing is owed by you now; the raising agency closes the case.", "waiting"),
	],
)  # fmt: skip
def test_without_a_clock(
	tables: dict[str, Any], facts: Case, person: Person, expected: str, urgency: str
) -> None:
	found = step(policy(**tables), person, "03-12 11:00", facts=facts)
	assert (found.sentence, found.urgency) == (expected, urgency)


def test_closing_duties_the_required_ones_first() -> None:
	duty = {
		"duty": "confirm in writing",
		"owed_by": "responding lead",
		"satisfied_by": ["event confirmed"],
		"clause": "4.4",
	}
	learning = {"event": "concern_raised", "recipient": "sub-group", "what": "the learning", "clause": "9"}
	with_rules = policy(closing_duties=[duty], copy_rules=[learning])
	resolved = case(1, "Resolved")
	assert step(with_rules, RAISER, "03-12 11:00", facts=resolved).sentence == (
		"Before closing: Confirm in writing (4.4). It is for the other agency."
	)
	assert step(with_rules, RECEIVER, "03-12 11:00", facts=resolved).sentence.endswith(
		"It is for your own agency."
	)
	confirmed = Event("confirmed", at=at("03-12 10:00"), stage=1)
	assert step(with_rules, RAISER, "03-12 11:00", confirmed, facts=resolved).sentence == (
		"Still to do: Send the learning to the sub-group (9)."
	)


def test_a_naive_now_is_an_error() -> None:
	of = policy(MINE_LATE)
	with pytest.raises(EventError):
		next_step(of, case(), [RAISED], plan(of, [RAISED], CALENDAR), RAISER, datetime(2025, 3, 12))  # noqa: DTZ001


def test_one_party_owes_its_own_instance() -> None:
	feedback = clock(
		"F", "feedback_given", 2, "raising lead, responding lead", each="party", trigger=["resolved"]
	)
	of = policy(feedback)
	log = [
		replace(RAISED, side="raising", agency="Trust"),
		Event("discussed", at=at("03-11 11:00"), side="responding", agency="Council"),
		Event("resolved", at=at("03-12 10:00"), stage=1),
		Event("feedback_given", at=at("03-12 11:00"), side="raising", agency="Trust", relates_to="Trust"),
	]
	rows = plan(of, log, CALENDAR)
	parties = (Party("Trust", "raising"), Party("Council", "responding"))
	resolved = case(1, "Resolved", parties=parties)
	live = [row for row in rows if row.met_at is None]
	assert {row.party_side for row in live} <= {"raising", "responding", None}
	found = next_step(of, resolved, log, live, RECEIVER, at("03-12 12:00"))
	assert found.clock == "F"


@pytest.mark.parametrize(
	("text", "expected"),
	[
		(listed([]), ""),
		(listed(["a"]), "a"),
		(listed(["a", "b", "a", "c"], "or"), "a, b or c"),
		(with_article(""), ""),
		(with_article("Enquiry Manager"), "an Enquiry Manager"),
		(sentence(" what? "), "What?"),
	],
)
def test_pieces_of_english(text: str, expected: str) -> None:
	assert text == expected


def test_with_a_family_opposite_there_is_no_other_agency() -> None:
	facts = case(family=True)
	facts = replace(facts, responding_agency="", named=facts.named[:1])
	said = step(policy(clock("A", "discussed")), RAISER, "03-12 09:00", facts=facts).sentence
	assert said.startswith("Speak to the adult, family or carer by")


def test_another_partys_step_is_not_mine() -> None:
	"""Two agencies answer; each has its own clock, and neither is told to do the other's step."""
	of = policy(clock("A", "copied", owed_by="responding lead", each="party", trigger=["resolved"]))
	parties = (Party("Council", "responding"), Party("Police", "responding"))
	facts = case(2, parties=parties)
	log = [RAISED, Event("resolved", at=at("03-12 10:00"), stage=2)]
	rows = [row for row in plan(of, log, CALENDAR, parties=agencies(facts)) if row.instance == "Police"]
	assert len(rows) == 1
	theirs = Person("p-1", agency="Police", capacities=("Senior Manager",))
	ours = replace(theirs, contact="c-9", agency="Council")
	what = "end a copy to the people concerned by Mon 17 Mar 2025"

	def said(who: Person, **names: Any) -> str:
		return next_step(of, facts, log, rows, who, at("03-13 09:00"), **names).sentence

	assert said(theirs).startswith(f"S{what}")
	assert said(ours) == f"Nothing is owed by you now; another agency must s{what} (1.1)."
	assert "now; the police must" in said(ours, names={"Police": "the police"})
