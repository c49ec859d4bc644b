"""Moves, records, copies and duties as sentences; no word of a shipped policy is left as code."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, time

import pytest

from safeguarding_escalation.engine import load_policy, policy_ids
from safeguarding_escalation.engine.policy_words import (
	EFFECTS,
	GROUNDS,
	OUTCOMES,
	SKIP_RULES,
	STEPS,
	asked_words,
	copy_words,
	counting_words,
	duty_words,
	level_words,
	move_words,
	mover_words,
	need_words,
	outcome_words,
	record_words,
	sight_words,
	who_talks,
)
from safeguarding_escalation.engine.schema import SKIP_RULES as RULES
from safeguarding_escalation.engine.schema import ClosingDuty, CopyRule, Move, Record
from safeguarding_escalation.engine.validator_words import GROUNDS as GROUND_WORDS
from safeguarding_escalation.engine.validator_words import OUTCOMES as OUTCOME_WORDS
from safeguarding_escalation.engine.validator_words import RECORD_TIMES

REDBRIDGE = load_policy("redbridge-2022")
STOCKPORT = load_policy("stockport")
# What would be the engine's own spelling: a term, a fieldname, a filter, a Python value.
CODE = re.compile(r"[a-z]_[a-z]|\[|\]|None|not known|cannot be read")


@pytest.mark.parametrize("policy_id", policy_ids())
def test_every_row_of_a_shipped_policy_reads_as_english(policy_id: str) -> None:
	policy = load_policy(policy_id)
	said = [
		*(f"{move_words(policy, row)} {mover_words(row)}" for row in policy.moves),
		*(record_words(policy, row) for row in policy.records),
		*(copy_words(policy, row) for row in policy.copy_rules),
		*(duty_words(policy, row) for row in policy.closing_duties),
		*(level_words(row) for row in policy.levels),
		*(f"{who_talks(row)} {outcome_words(row)} {sight_words(policy, row)}" for row in policy.stages),
	]
	assert [text for text in said if CODE.search(text)] == []


def test_the_vocabularies_are_covered() -> None:
	assert set(GROUNDS) == set(GROUND_WORDS)
	assert set(SKIP_RULES) == set(RULES)
	assert set(OUTCOMES) == set(OUTCOME_WORDS)
	assert set(STEPS) == set(RECORD_TIMES)
	assert set(EFFECTS) == {"require", "warn", "prompt"}


@pytest.mark.parametrize(
	("move", "words"),
	[
		(Move((0,), 1), "From the draft, as the concern is raised."),
		(Move((1,), 2), "From Stage 1, as the next step."),
		(Move((0, 1), 2, "immediate risk"), "From the draft or Stage 1, at immediate risk of significant harm."),
		(
			Move((1,), 3, "skip", skip_rule="manager and reason"),
			"From Stage 1, missing out Stage 2; by a manager, with a written reason.",
		),
		(Move((0, 1), 4, "skip"), "From the draft or Stage 1, missing out the stages between; no reason is asked for."),
		(
			Move((1,), 3, "route", agency_types=("Health",)),
			"From Stage 1, by a route of its own; for agencies of the type Health.",
		),
		(Move((3,), 4, "policy issue"), "From Stage 3, where it raises a significant policy issue."),
		(Move((3,), 4, to_level="Chair"), "From Stage 3, as the next step; straight to the level Chair."),
		(Move((), 4), "From no stage, as the next step."),
		(Move((3,), 4, "whim"), "From Stage 3, on the ground “whim”, which is not known."),
		(Move((3,), 4, skip_rule="perhaps"), "From Stage 3, as the next step; by the rule “perhaps”, which is not known."),
	],
)  # fmt: skip
def test_moves(move: Move, words: str) -> None:
	assert move_words(REDBRIDGE, move) == words


def test_who_may_move() -> None:
	assert mover_words(Move((0,), 1, capacities=("Manager", "Chief Officer"), side="either")) == (
		"Manager or Chief Officer of either agency"
	)
	assert mover_words(Move((0,), 1)) == "anyone of the raising agency"


def test_a_route_names_the_paths_that_take_it() -> None:
	route = next(move for move in STOCKPORT.moves if move.ground == "route" and move.from_stages == (0,))
	assert "by a route of its own (" in move_words(STOCKPORT, route)


def test_needs_name_fields_as_the_form_does() -> None:
	labels = {"risk_to_adult": "Risk to the adult"}
	assert need_words(REDBRIDGE, "field risk_to_adult", labels) == "“Risk to the adult” filled in"
	assert need_words(REDBRIDGE, "field risk_to_adult") == "“risk to adult” filled in"
	assert need_words(REDBRIDGE, "event discussed 2") == "an entry that the two sides discuss it at Stage 2"
	assert need_words(REDBRIDGE, "reason") == "a written reason"
	assert need_words(REDBRIDGE, "event discust") == "“event discust” (this cannot be read)"
	assert need_words(REDBRIDGE, "perhaps") == "“perhaps” (this cannot be read)"


def test_records() -> None:
	record = Record("enter", ("reason",), "Say why", stage=2, ground="skip", effect="warn")
	assert record_words(REDBRIDGE, record) == (
		"To enter Stage 2 where stages are missed out: Say why. Satisfied by a written reason. "
		"Asked for: the step goes on with a warning."
	)
	odd = replace(record, when="sleep", effect="shout", message="", needs=())
	assert record_words(REDBRIDGE, odd) == (
		"For the step “sleep”, which is not known: No message. Satisfied by nothing that is named. "
		"The effect “shout” is not known."
	)


def test_copies() -> None:
	rule = CopyRule(
		"stage_started", "Business Manager", 3, "raising lead", "the escalation", continuing_access=True
	)
	assert copy_words(REDBRIDGE, rule) == (
		"When Stage 3 starts: the escalation, to Business Manager; sent by the raising agency; they may read the "
		"case from then on."
	)
	assert copy_words(REDBRIDGE, CopyRule("resolved", "Chair", 2, condition="out of area")) == (
		"When the disagreement is resolved at Stage 2, for an adult from outside the area: a copy of the record, "
		"to Chair."
	)
	assert "on the condition “rain”, which is not known" in copy_words(
		REDBRIDGE, CopyRule("resolved", "Chair", condition="rain")
	)


def test_a_row_that_is_asked_for_on_a_condition_says_so() -> None:
	record = Record("raise", ("reason",), "Say which.", condition="criminal matter")
	assert "where it is a criminal matter: Say which." in record_words(REDBRIDGE, record)
	duty = ClosingDuty("Tell the police", "chair", condition="field police_referred_on")
	assert "where “police referred on” is filled in." in duty_words(REDBRIDGE, duty)


def test_duties() -> None:
	duty = ClosingDuty("Tell them", "chair", ("event learning",), from_stage=2, to_stage=4, required=False)
	assert duty_words(REDBRIDGE, duty) == (
		"Tell them: the RSAB Independent Chair, for a case settled at Stage 2 to Stage 4. Done by an entry that "
		"learning is identified. Closing does not wait for it."
	)
	assert "for a case settled at no stage of this policy" in duty_words(
		REDBRIDGE, replace(duty, from_stage=8, to_stage=9)
	)


@pytest.mark.parametrize(
	("asked_at", "expected"),
	[
		("raise", "as the concern is raised"),
		("resolve", "as it is resolved"),
		("recommend", "as recommendations are made"),
		("close", "as the case is closed"),
		("stage 2", "once Stage 2 is reached"),
		("path nowhere", "on the route “nowhere”"),
		("midnight", "at “midnight”, which is not known"),
	],
)
def test_when_a_question_is_asked(asked_at: str, expected: str) -> None:
	assert asked_words(REDBRIDGE, asked_at) == expected


def test_a_route_is_called_as_the_policy_calls_it() -> None:
	suffolk = load_policy("suffolk-2024")
	assert asked_words(suffolk, "path stop and review") == "on the route “Stop and Review”"


def test_how_days_are_counted() -> None:
	assert counting_words(REDBRIDGE) == [
		"Working days are all days but Saturday and Sunday and the bank holidays of England.",
		"The day on which something happens is not counted; the next working day is the first.",
		"What is due on a day is due by the end of it.",
	]
	changed = replace(
		REDBRIDGE,
		weekend=(),
		nation="WLS",
		count_event_day=True,
		due_time=time(17),
		closures=(date(2025, 12, 29),),
		office_close=time(18, 30),
	)
	assert counting_words(changed) == [
		"Working days are all days but none and the bank holidays of Wales.",
		"The day on which something happens counts as the first.",
		"What is due on a day is due by 17:00.",
		"The board is also closed on 2025-12-29.",
		"What happens from 18:30 on counts from the next working day.",
	]


def test_a_stage_of_the_responding_agency_alone() -> None:
	stage = replace(REDBRIDGE.stages[0], raising_capacities=(), responding_capacities=("Practitioner",))
	assert who_talks(stage) == "Practitioner, inside the responding agency"
	assert who_talks(replace(stage, responding_capacities=())) == "whoever leads the case"
