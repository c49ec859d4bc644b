"""Every policy that ships: climbed from Draft to its last stage, settled, closed and reopened by those who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from safeguarding_escalation.engine import (
	LONDON,
	Event,
	Policy,
	WorkingCalendar,
	load_policy,
	plan,
	policy_ids,
)
from safeguarding_escalation.engine.access import grants, keys
from safeguarding_escalation.engine.alerts import next_alert_at, rungs
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.moves import AllowedMove, moves
from safeguarding_escalation.engine.next_step import next_step
from safeguarding_escalation.engine.schema import CAPACITIES

START = datetime(2025, 3, 11, 10, tzinfo=LONDON)
RAISING = Person(
	"t-1", "all@t", agency="Trust", team="Ward", capacities=CAPACITIES, board_roles=("Business Manager",)
)
RESPONDING = Person("c-1", "all@c", agency="Council", team="Hub", capacities=CAPACITIES)
CHAIR = Person("b-1", "chair@b", agency="Board", board_roles=("Chair",))
PEOPLE = (RAISING, RESPONDING, CHAIR)
PARTIES = (
	Party("Trust", "raising", "t-1", "Ward", "Health", True),
	Party("Council", "responding", "c-1", "Hub", "Local authority", True),
)


class AnyField(frozenset[str]):
	"""Every field of the escalation is filled."""

	def __contains__(self, name: object) -> bool:
		return True


def draft() -> Case:
	return Case(
		raising_agency="Trust",
		responding_agency="Council",
		filled=AnyField(),
		parties=PARTIES,
		named=(Named("raised_by", "t-1", START),),
	)


def check(policy: Policy, case: Case, events: list[Event], now: datetime) -> None:
	"""Whatever the state, every function answers, and a refusal and a permission exclude each other."""
	calendar = WorkingCalendar.for_policy(policy)
	rows = plan(policy, events, calendar)
	for person in PEOPLE:
		found = moves(policy, case, events, person)
		assert all(move.allowed is not bool(move.refusals) for move in found)
		assert len({(move.action, move.to_stage, move.to_level) for move in found}) == len(found)
		assert next_step(policy, case, events, rows, person, now).sentence
		held = grants(policy, case, case.parties, PEOPLE, (), now)
		assert set(keys(person, now.date())) & {grant.grantee for grant in held} or person is not RAISING
	assert all(duty.text for duty in duties(policy, case, events, now))
	for row in rows:
		ladder = rungs(row, policy, calendar)
		assert [rung.at for rung in ladder] == sorted(rung.at for rung in ladder)
		assert next_alert_at(row, policy, calendar) is not None or row.met_at or row.ended_at


def take(policy: Policy, case: Case, events: list[Event], move: AllowedMove, kind: str) -> Case:
	now = START + timedelta(hours=5 * (len(events) + 1))
	entered = move.to_state.startswith("Stage ")
	events.append(
		Event(kind, at=now, stage=move.to_stage or None, level=move.to_level or None, sequence=len(events))
	)
	stages = {**case.stages_reached, **({move.to_stage: now} if entered else {})}
	levels = {**case.levels_reached, **({move.to_level: now} if move.to_level else {})}
	case = replace(
		case,
		state=move.to_state,
		stage=move.to_stage,
		level=move.to_level,
		stages_reached=stages,
		levels_reached=levels,
	)
	check(policy, case, events, now)
	return case


def allowed(policy: Policy, case: Case, events: list[Event], person: Person, action: str) -> AllowedMove:
	found = [move for move in moves(policy, case, events, person) if move.action == action]
	granted = [move for move in found if move.allowed]
	assert granted, [move.refusals for move in found]
	return granted[0]


@pytest.mark.parametrize("policy_id", policy_ids())
def test_the_whole_ladder(policy_id: str) -> None:
	policy = load_policy(policy_id)
	events: list[Event] = []
	case = draft()
	check(policy, case, events, START)
	case = take(
		policy, case, events, allowed(policy, case, events, RAISING, "Raise Concern"), "concern_raised"
	)
	for stage in sorted(row.number for row in policy.stages)[1:]:
		for kind in ("discussed", "unresolved", "file_reviewed", "form_completed"):
			events.append(Event(kind, at=events[-1].at + timedelta(minutes=1), sequence=len(events)))
		up = allowed(policy, case, events, RAISING, f"Escalate to Stage {stage}")
		case = take(policy, case, events, up, "stage_started")
	last = max(row.number for row in policy.stages)
	assert case.state == f"Stage {last}"
	for _ in [row for row in policy.levels if row.stage == last][1:]:  # up the levels, to the last of them
		up = allowed(policy, case, events, RAISING, f"Escalate to Stage {last}")
		case = take(policy, case, events, up, "stage_started")
	settle(policy, case, list(events))


def settle(policy: Policy, case: Case, events: list[Event]) -> None:
	"""From the last stage: recommendations where the policy has them, else a resolution; closing; reopening."""
	outcomes = next(set(row.outcomes) for row in policy.stages if row.number == case.stage)
	if outcomes & {"recommendations", "recommendation", "advice"}:
		move = allowed(policy, case, events, CHAIR, "Make Recommendations")
		case = take(policy, case, events, move, "recommended")
	else:
		events.append(Event("resolution_proposed", at=events[-1].at, side="responding", sequence=len(events)))
		move = allowed(policy, case, events, RAISING, "Accept Resolution")
		case = take(policy, case, events, move, "resolved")
	for duty in duties(policy, case, events, START + timedelta(days=60)):
		row = next((row for row in policy.closing_duties if f"closing:{row.duty}" == duty.key), None)
		if row is None or duty.done:
			continue
		needs = [
			need.removeprefix("event ").split()[0] for need in row.satisfied_by if need.startswith("event")
		]
		kind = needs[0] if needs else "duty_done"
		events.append(Event(kind, at=events[-1].at, relates_to=duty.key, sequence=len(events)))
	if any(event.kind == "review_set" for event in events):
		events.append(Event("review_held", at=events[-1].at, sequence=len(events)))
	case = take(policy, case, events, allowed(policy, case, events, RAISING, "Close"), "closed")
	reopened = allowed(policy, case, events, RESPONDING, "Reopen")
	take(policy, case, events, reopened, "reopened")


@pytest.mark.parametrize("policy_id", policy_ids())
def test_a_practitioner_of_the_other_agency_never_moves_a_draft(policy_id: str) -> None:
	policy = load_policy(policy_id)
	found = moves(policy, replace(draft(), immediate_risk=True, policy_issue=True), [], RESPONDING)
	assert not [move.action for move in found if move.allowed]


@pytest.mark.parametrize("policy_id", policy_ids())
def test_the_chair_never_resolves_where_the_policy_asks_for_recommendations_alone(policy_id: str) -> None:
	policy = load_policy(policy_id)
	for stage in policy.stages:
		case = replace(draft(), state=f"Stage {stage.number}", stage=stage.number, level="Chair")
		found = {move.action for move in moves(policy, case, [], CHAIR) if move.allowed}
		if "resolved" not in stage.outcomes or not stage.chair_sees:
			assert "Accept Resolution" not in found
