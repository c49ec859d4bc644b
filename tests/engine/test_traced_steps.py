"""Who acts at each stage, and what a step asks for, by the requirement that it answers.

`docs/traceability.csv` names this file. A record that is required refuses the step until it is there; one that is
only asked for warns. Both are asked of the engine that the form, the API and the workflow use.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from policy_names import BUCKS, LSAB, REDBRIDGE, STOCKPORT, SUFFOLK

from safeguarding_escalation.engine import LONDON, Event, WorkingCalendar, load_policy, plan, policy_ids
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.moves import AllowedMove, moves
from safeguarding_escalation.engine.next_step import next_step
from safeguarding_escalation.engine.validator_words import AGENCY_TYPES

NOW = datetime(2025, 3, 11, 9, tzinfo=LONDON)
CAPACITIES = ("Practitioner", "Manager", "Senior Manager", "Head of Service")
EVERYBODY = Person("t-1", agency="Trust", capacities=CAPACITIES)
PRACTITIONER = Person("t-2", agency="Trust", capacities=("Practitioner",))


def case_at(stage: int, agency_type: str = "Police", **facts: object) -> Case:
	values: dict[str, object] = {
		"state": f"Stage {stage}" if stage else "Draft",
		"stage": stage,
		"raising_agency": "Trust",
		"responding_agency": "Council",
		"parties": (Party("Trust", "raising", agency_type=agency_type), Party("Council", "responding")),
		"named": (Named("raised_by", "t-1", NOW),),
	}
	return Case(**{**values, **facts})  # type: ignore[arg-type]


def step(policy_id: str, of: Case, action: str, person: Person = EVERYBODY, *kinds: str) -> AllowedMove:
	events = [
		Event(kind, at=NOW, stage=of.stage or 1, two_way=True, sequence=n) for n, kind in enumerate(kinds)
	]
	return next(move for move in moves(load_policy(policy_id), of, events, person) if move.action == action)


# (requirements, policy, stage, its exact label, who acts for the raising agency, who for the responding one)
STAGES = [
	("4L-046", LSAB, 1, "Stage One", "Practitioner", "Practitioner"),
	("4L-056", LSAB, 2, "Stage Two", "Manager", "Manager"),
	("4L-059", LSAB, 3, "Stage Three", "Senior Manager", "Senior Manager"),
	("4L-060", LSAB, 4, "Stage Four", "Head of Service", "Head of Service"),
	("ST-033", STOCKPORT, 1, "Stage One Escalation - Professional to professional", "Practitioner", "Practitioner"),
	("ST-040", STOCKPORT, 2, "Stage Two Escalation - Manager-to-Manager Procedure", "Manager", "Manager"),
	("ST-040", STOCKPORT, 2, "Stage Two Escalation - Manager-to-Manager Procedure", "Safeguarding Lead", "Safeguarding Lead"),
	("RB-026", REDBRIDGE, 1, "Stage 1", "Practitioner", "Practitioner"),
	("RB-069", REDBRIDGE, 3, "Stage 3", "Senior Manager", "Senior Manager"),
	("BU-018", BUCKS, 1, "Pre-Escalation: Professional Discussion", "Practitioner", "Practitioner"),
	("BU-018 BU-046", BUCKS, 2, "Manager level", "Manager", "Manager"),
	("BU-046", BUCKS, 2, "Manager level", "Named Professional", "Named Professional"),
	("BU-046", BUCKS, 2, "Manager level", "Safeguarding Lead", "Safeguarding Lead"),
	("BU-048", BUCKS, 3, "Heads of Service", "Head of Service", "Head of Service"),
	("SU-039", SUFFOLK, 1, "Stage 1", "Practitioner", "Practitioner"),
	("SU-051", SUFFOLK, 3, "Stage 3: Escalation of Concerns", "Manager", "Manager"),
	("SU-051", SUFFOLK, 3, "Stage 3: Escalation of Concerns", "Safeguarding Lead", "Safeguarding Lead"),
]  # fmt: skip


@pytest.mark.parametrize(
	("ids", "policy_id", "number", "label", "raising", "responding"),
	STAGES,
	ids=[f"{row[0]}-{row[4]}" for row in STAGES],
)
def test_who_acts_at_a_stage(
	ids: str, policy_id: str, number: int, label: str, raising: str, responding: str
) -> None:
	stage = next(stage for stage in load_policy(policy_id).stages if stage.number == number)
	assert stage.label == label
	assert raising in stage.raising_capacities
	assert responding in stage.responding_capacities


def test_stage_2_of_suffolk_is_inside_the_raising_agency() -> None:  # SU-044
	stage = load_policy(SUFFOLK).stages[1]
	assert {"Manager", "Safeguarding Lead", "Named Professional"} == set(stage.raising_capacities)
	assert stage.responding_capacities == ()


# 4L-004, BU-002, RB-003, RB-004, RB-005, RB-033: any agency that works with adults, at any point.
@pytest.mark.parametrize("agency_type", AGENCY_TYPES)
@pytest.mark.parametrize("policy_id", policy_ids())
def test_agencies_of_every_type_may_raise_a_concern(policy_id: str, agency_type: str) -> None:
	of = case_at(0, agency_type, filled=frozenset(FILLED))
	assert step(policy_id, of, "Raise Concern", PRACTITIONER).allowed


# 4L-021, 4L-049, ST-005, BU-029, RB-015, RB-026: Stage 1 first, by the practitioner alone.
@pytest.mark.parametrize("policy_id", policy_ids())
def test_a_practitioner_starts_at_stage_1_without_a_managers_approval(policy_id: str) -> None:
	of = case_at(0, filled=frozenset(FILLED))
	open_to_them = [
		move for move in moves(load_policy(policy_id), of, [], PRACTITIONER) if move.allowed and move.to_stage
	]
	assert (open_to_them[0].action, open_to_them[0].needs_reason) == ("Raise Concern", False)
	if policy_id != SUFFOLK:  # whose stages are a guideline
		assert [move.to_stage for move in open_to_them] == [1]


FILLED = {
	"decision_challenged",
	"dispute_summary",
	"risk_to_adult",
	"nature",
	"outcome_sought",
	"evidence_reasons",
	"safe_by",
	"involvement",
	"scope_basis",
	"resolution_summary",
	"outstanding_issues_plan",
	"actions",
}

# (requirements, policy, stage left, action, what is on record, the sentence, the field or event that answers it)
Asks = tuple[str, str, int, str, str, str]
RAISE, NEXT, RESOLVE = "Raise Concern", "Escalate", "Accept Resolution"
REQUIRED: list[Asks] = [
	("4L-009", LSAB, 0, RAISE, "Say which action or inaction you challenge.", "field decision_challenged"),
	("ST-028 ST-036", STOCKPORT, 0, RAISE, "Identify explicitly what the problem is.", "field dispute_summary"),
	("ST-037", STOCKPORT, 0, RAISE, "Be clear about the nature of the disagreement.", "field nature"),
	("ST-027 ST-029 ST-030 ST-037", STOCKPORT, 0, RAISE, "Say what you aim to achieve and what the outcome should be.", "field outcome_sought"),
	("ST-129", STOCKPORT, 3, RESOLVE, "Record the agreed outcome and actions in writing.", "field resolution_summary"),
	("RB-043", REDBRIDGE, 0, RAISE, "Say explicitly which issue you are concerned about.", "field dispute_summary"),
	("RB-044", REDBRIDGE, 0, RAISE, "Say what the risk to the adult is.", "field risk_to_adult"),
	("RB-045", REDBRIDGE, 0, RAISE, "Say what the disagreement is about.", "field nature"),
	("RB-046", REDBRIDGE, 0, RAISE, "Say what you aim to achieve.", "field outcome_sought"),
	("RB-050", REDBRIDGE, 2, RESOLVE, "Record the agreed outcome of the discussions.", "field resolution_summary"),
	("BU-038", BUCKS, 2, RESOLVE, "Record the agreed outcome of the dispute.", "field resolution_summary"),
	("SU-027 SU-030", SUFFOLK, 0, RAISE, "Record the concern, with the key information and your interpretation of it.", "field dispute_summary"),
	("SU-030", SUFFOLK, 3, RESOLVE, "Record the outcome and the agreed actions.", "field resolution_summary"),
	("SU-038", SUFFOLK, 2, NEXT, "it should be completed by Stage 3.", "event form_completed"),
]  # fmt: skip
ASKED: list[Asks] = [
	("4L-011 4L-012", LSAB, 0, RAISE, "their safety is the paramount consideration.", "field risk_to_adult"),
	("4L-023 4L-024 4L-035", LSAB, 0, RAISE, "section 42 of the Care Act or multi-agency risk management (MARM)", "field scope_basis"),
	("4L-013 4L-017 4L-040 4L-041 4L-044", LSAB, 0, RAISE, "ask for their views and whether they want it followed through", "field involvement"),
	("4L-042 4L-044", LSAB, 1, NEXT, "Involve the adult or their representative again at this stage.", "field involvement"),
	("4L-042", LSAB, 2, NEXT, "Involve the adult or their representative again at this stage.", "field involvement"),
	("4L-042", LSAB, 3, NEXT, "Involve the adult or their representative again at this stage.", "field involvement"),
	("4L-054", LSAB, 1, NEXT, "Say clearly and explicitly what the disagreement is about.", "field dispute_summary"),
	("4L-055", LSAB, 1, NEXT, "Say what outcome is required.", "field outcome_sought"),
	("4L-069", LSAB, 1, RESOLVE, "Record how any outstanding issues will be pursued", "field outstanding_issues_plan"),
	("ST-026 ST-031", STOCKPORT, 0, RAISE, "Say within what timescale you seek the outcome.", "field safe_by"),
	("ST-072 ST-073 ST-112", STOCKPORT, 0, RAISE, "What is the view of the adult or their representative?", "field involvement"),
	("ST-111", STOCKPORT, 0, RAISE, "Have you checked back on decision-making?", "event consulted"),
	("ST-056", STOCKPORT, 3, RESOLVE, "A meeting of all parties should be called at Stage Three", "event discussed"),
	("RB-055", REDBRIDGE, 0, RAISE, "Give clear evidence-based reasons for the disagreement.", "field evidence_reasons"),
	("RB-056", REDBRIDGE, 1, NEXT, "must read and review the case file", "event file_reviewed"),
	("RB-056", REDBRIDGE, 1, RESOLVE, "must read and review the case file", "event file_reviewed"),
	("RB-057 RB-058", REDBRIDGE, 1, RESOLVE, "must speak to the professional who raised the concern", "event discussed"),
	("RB-047", REDBRIDGE, 1, NEXT, "No discussion between the professionals is on record", "event discussed"),
	("RB-047", REDBRIDGE, 2, NEXT, "No discussion between the line managers is on record", "event discussed"),
	("RB-047", REDBRIDGE, 3, NEXT, "No discussion between the senior managers is on record", "event discussed"),
	("BU-003", BUCKS, 0, RAISE, "Say which action or inaction you challenge.", "field dispute_summary"),
	("BU-022", BUCKS, 0, RAISE, "Express your view with any relevant evidence.", "field evidence_reasons"),
	("BU-015 BU-020", BUCKS, 0, RAISE, "Record the views and wishes of the adult and carers involved.", "field involvement"),
	("BU-041", BUCKS, 1, NEXT, "Professionals should always attempt discussion first", "event discussed"),
	("BU-037", BUCKS, 2, NEXT, "No discussion between the managers is on record", "event discussed"),
	("BU-037", BUCKS, 3, NEXT, "No discussion between the Heads of Service is on record", "event discussed"),
	("SU-028", SUFFOLK, 0, RAISE, "Consider what needs to be achieved to resolve the problem.", "field outcome_sought"),
	("SU-027", SUFFOLK, 0, RAISE, "Say what the likely impact on the child, family or adult is.", "field risk_to_adult"),
	("SU-043", SUFFOLK, 1, NEXT, "Say whether you fear significant harm", "field risk_to_adult"),
	("SU-047", SUFFOLK, 2, NEXT, "Check that the professional has cooperated", "event discussed 1"),
	("SU-049", SUFFOLK, 2, NEXT, "Both sides identify the evidence base for the matter.", "field evidence_reasons"),
	("SU-066", SUFFOLK, 3, RESOLVE, "Record each agreed action, by whom and by when.", "field actions"),
]  # fmt: skip


def before_and_after(row: Asks) -> tuple[AllowedMove, AllowedMove]:
	"""The step with everything on record but this, and with this too."""
	_, policy_id, stage, action, sentence, answer = row
	kind, _, name = answer.partition(" ")
	wanted = f"{action} to Stage {stage + 1}" if action == NEXT else action
	policy = load_policy(policy_id)
	own = {need for record in policy.records if sentence in record.message for need in record.needs}
	every = {need for record in policy.records for need in record.needs}
	fields = {need.removeprefix("field ") for need in every - own if need.startswith("field ")}
	of = case_at(stage, filled=frozenset(fields))
	bare = step(policy_id, of, wanted)
	if kind == "field":
		return bare, step(policy_id, replace(of, filled=of.filled | {name}), wanted)
	name, _, at = name.partition(" ")
	told = Event(name, at=NOW, stage=int(at or stage or 1), two_way=True)
	return bare, next(move for move in moves(policy, of, [told], EVERYBODY) if move.action == wanted)


def said(sentences: tuple[str, ...], sentence: str) -> bool:
	return any(sentence in text for text in sentences)


@pytest.mark.parametrize("row", REQUIRED, ids=[f"{row[0]}-{row[2]}" for row in REQUIRED])
def test_a_step_waits_for_what_must_be_on_record(row: Asks) -> None:
	bare, answered = before_and_after(row)
	assert not bare.allowed
	assert said(bare.refusals, row[4])
	assert not said(answered.refusals, row[4])


@pytest.mark.parametrize("row", ASKED, ids=[f"{row[0]}-{row[3]}-{row[2]}" for row in ASKED])
def test_a_step_asks_for_what_should_be_on_record(row: Asks) -> None:
	bare, answered = before_and_after(row)
	assert said(bare.warnings, row[4]), bare
	assert not said(answered.warnings, row[4])


# 4L-061, 4L-064, ST-034, ST-041, ST-046, ST-115: nobody goes on from a stage without its record, or a written reason.
@pytest.mark.parametrize("stage", [1, 2, 3])
@pytest.mark.parametrize("policy_id", [LSAB, STOCKPORT])
def test_no_stage_is_left_without_a_record_or_a_reason(policy_id: str, stage: int) -> None:
	of, action = case_at(stage, filled=frozenset(FILLED)), f"Escalate to Stage {stage + 1}"
	assert step(policy_id, of, action).needs_reason
	assert not step(policy_id, of, action, EVERYBODY, "discussed").needs_reason
	assert not step(policy_id, of, action, EVERYBODY, "unresolved").needs_reason


@pytest.mark.parametrize(("stage", "expected"), [(1, False), (2, False), (3, False), (4, True)])
def test_only_the_chairs_stage_of_a_policy_ends_by_the_chair(stage: int, expected: bool) -> None:
	# RB-011, RB-083: a case ends by a resolution or by the Chair's recommendations, which only Stage 4 has.
	chair = Person("b-1", agency="Board", board_roles=("Chair",))
	assert step(REDBRIDGE, case_at(stage), "Make Recommendations", chair).allowed is expected
	with pytest.raises(StopIteration):
		step(REDBRIDGE, case_at(stage), "Close", chair)


def test_the_chair_is_called_what_the_policy_calls_the_chair() -> None:  # SU-003
	policy, events = load_policy(SUFFOLK), [Event("stage_started", at=NOW, stage=5)]
	of = case_at(5, filled=frozenset(FILLED))
	rows = plan(policy, events, WorkingCalendar("ENG"))
	sentence = next_step(policy, of, events, rows, PRACTITIONER, NOW).sentence
	assert "the Independent Scrutineer must respond" in sentence


@pytest.mark.parametrize("policy_id", [LSAB, BUCKS])
def test_no_step_waits_for_a_form_that_is_optional(policy_id: str) -> None:  # 4L-083, BU-066
	policy = load_policy(policy_id)
	assert not policy.form_required
	assert not any(stage.form_required for stage in policy.stages)
	assert not any("form_completed" in need for row in policy.records for need in row.needs)
	assert not any("form_completed" in need for row in policy.closing_duties for need in row.satisfied_by)
