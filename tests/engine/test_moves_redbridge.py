"""Redbridge walked from Draft to Close, purely: the moves, deadlines, duties, alerts and sentences of each step.

Tue 11 March 2025 is the disagreement. RAISE: 2 working days, Thu 13. SPEAK: raised Wed 12, 3 working days, Mon 17.
RESOLVE 1: 5 working days from the disagreement, Tue 18. RESOLVE 2: from Tue 18, 5, Tue 25. RESOLVE 3: from Tue 25, 5,
Tue 1 April. RECOMMEND: received Tue 1 April, 5, Tue 8 April.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy, WorkingCalendar, load_policy, plan
from safeguarding_escalation.engine.access import grants, rights
from safeguarding_escalation.engine.alerts import due_alerts
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.moves import allowed_actions, moves, why_not
from safeguarding_escalation.engine.next_step import NextStep, next_step

CALENDAR = WorkingCalendar("ENG")
PARTICULARS = frozenset({"dispute_summary", "risk_to_adult", "nature", "outcome_sought", "evidence_reasons"})
TRUST = {"agency": "Trust", "team": "Ward"}
COUNCIL = {"agency": "Council", "team": "Hub"}
NURSE = Person("t-1", "nurse@t", "Nurse", capacities=("Practitioner",), **TRUST)  # type: ignore[arg-type]
MATRON = Person("t-2", "matron@t", "Matron", capacities=("Manager",), **TRUST)  # type: ignore[arg-type]
DIRECTOR = Person("t-3", "director@t", "Director", capacities=("Senior Manager",), **TRUST)  # type: ignore[arg-type]
WORKER = Person("c-1", "worker@c", "Worker", capacities=("Practitioner",), **COUNCIL)  # type: ignore[arg-type]
TEAM_MANAGER = Person("c-2", "manager@c", "Manager", capacities=("Manager",), **COUNCIL)  # type: ignore[arg-type]
HEAD = Person("c-3", "head@c", "Head", capacities=("Senior Manager",), **COUNCIL)  # type: ignore[arg-type]
CHAIR = Person("b-1", "chair@b", "Chair", agency="RSAB", board_roles=("Chair",))
BUSINESS = Person("b-2", "bm@b", "Manager", agency="RSAB", board_roles=("Business Manager",))
PEOPLE = (NURSE, MATRON, DIRECTOR, WORKER, TEAM_MANAGER, HEAD, CHAIR, BUSINESS)


def at(text: str) -> datetime:
	return datetime.strptime(f"2025-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


class Walk:
	"""One case that goes from step to step, as the services would take it."""

	def __init__(self) -> None:
		self.policy: Policy = load_policy("redbridge-2022")
		self.events: list[Event] = []
		self.case = Case(
			raising_agency="Trust",
			responding_agency="Council",
			parties=(
				Party("Trust", "raising", "t-1", "Ward", "Health"),
				Party("Council", "responding", "c-1", "Hub"),
			),
			named=(Named("raised_by", "t-1", at("03-11 10:00")),),
			filled=PARTICULARS,
		)

	def record(self, kind: str, when: str, **more: object) -> None:
		self.events.append(Event(kind, at=at(when), sequence=len(self.events), **more))  # type: ignore[arg-type]

	def move(self, action: str, kind: str, when: str, person: Person) -> None:
		move = next(move for move in self.moves(person) if move.action == action)
		assert move.allowed, move.refusals
		entered = move.to_state.startswith("Stage ")
		self.record(kind, when, stage=move.to_stage)
		reached = {**self.case.stages_reached, **({move.to_stage: at(when)} if entered else {})}
		self.case = replace(self.case, state=move.to_state, stage=move.to_stage, stages_reached=reached)

	def moves(self, person: Person):  # type: ignore[no-untyped-def]
		return moves(self.policy, self.case, self.events, person)

	def actions(self, person: Person) -> list[str]:
		return allowed_actions(self.policy, self.case, self.events, person)

	def due(self) -> dict[str, date]:
		return {
			row.clock: row.due_at.date()
			for row in plan(self.policy, self.events, CALENDAR)
			if row.met_at is None
		}

	def step(self, person: Person, when: str) -> NextStep:
		rows = plan(self.policy, self.events, CALENDAR)
		return next_step(self.policy, self.case, self.events, rows, person, at(when))

	def alerts(self, when: str) -> list[tuple[str, str]]:
		rows = plan(self.policy, self.events, CALENDAR)
		found = due_alerts(rows, set(), at(when), CALENDAR, self.policy)
		return [(alert.deadline.clock, alert.rung) for alert in found]

	def readers(self, when: str) -> set[str]:
		found = grants(self.policy, self.case, self.case.parties, PEOPLE, (), at(when))
		return {p.user for p in PEOPLE if p.user and rights(p, found, self.case, at(when)).read}


@pytest.fixture
def walk() -> Walk:
	return Walk()


def test_from_draft_to_close(walk: Walk) -> None:
	walk.record("disagreement", "03-11 10:00")
	assert walk.step(NURSE, "03-12 09:00").sentence == (
		"Raise the concern with the other agency by Thu 13 Mar 2025: the policy gives two working days (4.4)."
	)
	assert walk.readers("03-12 09:00") == {"nurse@t"}
	assert walk.alerts("03-13 08:00") == [("RB.S1.RAISE", "due_today")]
	assert why_not(
		walk.policy, replace(walk.case, filled=frozenset()), walk.events, NURSE, "Raise Concern"
	).startswith("Say explicitly which issue you are concerned about. Say what the risk to the adult is.")

	walk.move("Raise Concern", "concern_raised", "03-12 09:30", NURSE)
	assert walk.readers("03-12 10:00") == {"nurse@t", "worker@c"}
	assert walk.due()["RB.S1.SPEAK"] == date(2025, 3, 17)
	assert walk.due()["RB.S1.RESOLVE"] == date(2025, 3, 18)
	assert walk.step(WORKER, "03-13 09:00").sentence == (
		"Speak to the other agency by Mon 17 Mar 2025: the policy gives three working days (4.4)."
	)
	assert walk.step(NURSE, "03-13 09:00") == NextStep(
		"Nothing is owed by you now; the other agency must speak to you by Mon 17 Mar 2025 (4.4).",
		"RB.S1.SPEAK",
		datetime(2025, 3, 17, 23, 59, 59, tzinfo=LONDON),
		"waiting",
		("Accept Resolution", "Escalate to Stage 2", "Withdraw")[1:],
	)
	assert walk.step(WORKER, "03-18 09:00").sentence == (
		"Overdue since Mon 17 Mar 2025: speak to the other agency now (4.4)."
	)
	assert walk.step(NURSE, "03-18 09:00").clock == "RB.S1.RESOLVE"  # due today, and owed by both

	walk.record("unresolved", "03-18 11:00", stage=1)
	assert walk.step(NURSE, "03-18 11:30").sentence == (
		"Take this to Stage 2 by Tue 18 Mar 2025: the policy asks for it on the same working day (4.5)."
	)
	assert walk.actions(WORKER) == ["Escalate to Stage 2"]  # to the respective managers: either side
	walk.move("Escalate to Stage 2", "stage_started", "03-18 12:00", NURSE)
	assert walk.due()["RB.S2.RESOLVE"] == date(2025, 3, 25)
	assert walk.readers("03-18 12:00") == {"nurse@t", "worker@c", "matron@t", "manager@c"}

	assert "Escalate to Stage 3" not in walk.actions(WORKER)
	walk.move("Escalate to Stage 3", "stage_started", "03-25 16:00", MATRON)
	assert walk.due()["RB.S3.RESOLVE"] == date(2025, 4, 1)
	assert "bm@b" in walk.readers("03-25 16:00")
	assert "chair@b" not in walk.readers("03-25 16:00")
	assert walk.step(NURSE, "03-25 16:05").sentence == (
		"Send a copy to the Business Manager by Tue 25 Mar 2025: the policy asks for it on the same working day (4.6)."
	)
	walk.record("copied", "03-25 16:10", stage=3, to="Business Manager")
	assert [
		duty.done
		for duty in duties(walk.policy, walk.case, walk.events, at("03-26 09:00"))
		if duty.kind == "copy"
	] == [True]
	assert walk.actions(BUSINESS) == []

	walk.record("discussed", "03-28 10:00", stage=3, two_way=True)
	walk.move("Escalate to Stage 4", "stage_started", "04-01 09:00", DIRECTOR)
	walk.record("received", "04-01 11:00", stage=4, side="board")
	assert walk.due()["RB.S4.RECOMMEND"] == date(2025, 4, 8)
	assert "chair@b" in walk.readers("04-01 11:00")
	assert walk.step(CHAIR, "04-02 09:00").sentence == (
		"Make recommendations to the agencies by Tue 8 Apr 2025: the policy gives five working days (4.9)."
	)
	walk.record("copied", "04-01 12:00", stage=4, to="Business Manager")
	assert walk.step(NURSE, "04-02 09:00").sentence == (
		"Nothing is owed by you now; the RSAB Independent Chair must make recommendations to the agencies by Tue 8 Apr"
		" 2025 (4.9)."
	)
	assert walk.actions(CHAIR) == ["Make Recommendations"]  # RB-085: never Resolved
	assert "cannot set the case to Resolved" in why_not(
		walk.policy, walk.case, walk.events, CHAIR, "Accept Resolution"
	)

	walk.move("Make Recommendations", "recommended", "04-07 15:00", CHAIR)
	assert walk.alerts("04-30 09:00") == [
		("RB.S1.SPEAK", "overdue")
	]  # the talk that never was: a breach stays
	assert walk.actions(CHAIR) == []
	assert walk.step(MATRON, "04-08 09:00").urgency in ("record", "closing")
	refusal = why_not(walk.policy, walk.case, walk.events, NURSE, "Close")
	assert refusal.startswith("Before closing: ")
	walk.case = replace(walk.case, filled=PARTICULARS | {"outstanding_issues_plan", "resolution_summary"})
	for duty in duties(walk.policy, walk.case, walk.events, at("04-10 09:00")):
		if duty.kind == "closing" and duty.required and not duty.done:
			walk.record("duty_done", "04-10 09:00", relates_to=duty.key)
	for side in ("raising", "responding"):  # RB-086: each agency says whether it will act
		walk.record("recommendation_answered", "04-10 09:30", side=side)
	for recipient in ("Chair", "raising lead", "responding lead"):
		walk.record("copied", "04-10 10:00", stage=4, to=recipient)
	assert walk.step(NURSE, "04-10 12:00").sentence == "Nothing is outstanding: close the case."
	walk.move("Close", "closed", "04-10 12:30", NURSE)
	assert walk.step(NURSE, "04-11 09:00").sentence == "This case is closed: nothing is owed."
	assert walk.actions(NURSE) == ["Reopen"]
	assert walk.actions(TEAM_MANAGER) == ["Reopen"]
	assert walk.readers("04-11 09:00") == {person.user for person in PEOPLE}


def test_resolved_at_stage_1(walk: Walk) -> None:
	walk.record("disagreement", "03-11 10:00")
	walk.move("Raise Concern", "concern_raised", "03-12 09:30", NURSE)
	walk.record("file_reviewed", "03-13 09:00", stage=1, side="responding")
	walk.record("discussed", "03-13 11:00", stage=1, two_way=True)
	assert "Record the agreed outcome of the discussions." in why_not(
		walk.policy, walk.case, walk.events, NURSE, "Accept Resolution"
	)
	walk.record("resolution_proposed", "03-13 12:00", stage=1, side="responding")
	assert walk.step(NURSE, "03-13 13:00").sentence == (
		"The other agency has proposed a resolution: accept it, or record why it does not settle the matter."
	)
	assert walk.step(WORKER, "03-13 13:00").clock == "RB.S1.RESOLVE"
	assert "Accept Resolution" not in walk.actions(WORKER)
	walk.move("Accept Resolution", "resolved", "03-14 15:00", NURSE)
	assert walk.due() == {"RB.S1.CONFIRM": date(2025, 3, 18)}
	assert walk.step(WORKER, "03-17 09:00").sentence == (
		"Confirm the outcome in writing to the other agency by Tue 18 Mar 2025: the policy gives two working days (4.4)."
	)
	assert walk.step(NURSE, "03-19 09:00").sentence == (
		"Nothing is owed by you now; the other agency was to confirm the outcome in writing to you by Tue 18 Mar 2025"
		" and is late (4.4)."
	)
	assert "Close" not in walk.actions(NURSE)
	walk.record("confirmed", "03-19 10:00", stage=1, side="responding")
	assert not any(
		"Confirm" in text for move in walk.moves(NURSE) if move.action == "Close" for text in move.refusals
	)


def test_immediate_risk_opens_stage_2_from_the_draft(walk: Walk) -> None:
	walk.case = replace(walk.case, immediate_risk=True, filled=frozenset())
	walk.record("immediate_risk", "03-15 02:00")
	step = walk.step(NURSE, "03-15 02:05")
	assert step.sentence == (
		"Ring 999 if anybody is in danger now; then tell your manager or safeguarding lead at once, and record whom you"
		" told and when (4.1)."
	)
	assert (step.clock, step.due_at, step.urgency) == ("RB.IMMEDIATE", at("03-15 02:00"), "immediate")
	assert walk.alerts("03-15 02:05") == [("RB.IMMEDIATE", "overdue")]  # Saturday night, at once
	walk.move("Escalate to Stage 2", "stage_started", "03-15 02:10", NURSE)
	assert walk.readers("03-15 02:10") >= {"matron@t", "manager@c"}
	assert walk.step(NURSE, "03-17 09:00").urgency != "immediate"


def test_a_policy_issue_goes_straight_to_the_chair(walk: Walk) -> None:
	walk.record("policy_issue", "03-11 10:00")
	walk.move("Escalate to Stage 4", "stage_started", "03-11 14:00", DIRECTOR)
	assert walk.due() == {"RB.S4.RECOMMEND": date(2025, 3, 18), "RB.S4.COPY": date(2025, 3, 11)}
	assert walk.readers("03-11 14:00") == {"nurse@t", "worker@c", "director@t", "head@c", "bm@b", "chair@b"}


def test_reopened_at_a_stage_that_was_reached(walk: Walk) -> None:
	walk.record("disagreement", "03-11 10:00")
	walk.move("Raise Concern", "concern_raised", "03-12 09:30", NURSE)
	walk.move("Withdraw", "withdrawn", "03-13 09:30", NURSE)
	assert walk.due() == {}
	walk.move("Reopen", "reopened", "03-20 09:30", MATRON)
	assert (walk.case.state, walk.case.stage) == ("Stage 1", 1)
	assert walk.due()["RB.S1.SPEAK"] == date(2025, 3, 25)  # three working days from the reopening
