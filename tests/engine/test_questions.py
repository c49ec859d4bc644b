"""Which questions a policy asks when, and what its validator says of questions and guidance that make no sense."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Policy
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.questions import asked, moment, reserved, steps
from safeguarding_escalation.engine.schema import TABLES, Question
from safeguarding_escalation.engine.schema import Path as PolicyPath
from safeguarding_escalation.engine.validator import validate

EXAMPLE = Path(__file__).resolve().parent / "policy_data" / "example.json"
AT = datetime(2025, 3, 11, 10, tzinfo=LONDON)
BASE = Policy.from_dict(json.loads(EXAMPLE.read_text("utf-8")))
MOMENTS = ("raise", "stage 1", "stage 2", "stage 3", "resolve", "recommend", "close", "path dissent")
ASKING = replace(
	BASE,
	questions=tuple(Question(key=at, question=f"{at}?", asked_at=at, clause="1") for at in MOMENTS),
)


@pytest.mark.parametrize(
	("state", "reached", "path", "expected"),
	[
		("Draft", (), "", ["raise"]),
		("Stage 1", (1,), "", ["raise", "stage 1"]),
		# Stage 2 was jumped over: nobody can say what was discussed there.
		("Stage 3", (1, 3), "", ["raise", "stage 1", "stage 3"]),
		("Stage 2", (2,), "dissent", ["raise", "stage 2", "path dissent"]),
		("Stage 2", (2,), "another", ["raise", "stage 2"]),
		("Resolved", (1,), "", ["raise", "stage 1", "resolve", "close"]),
		("Recommendations Made", (1,), "", ["raise", "stage 1", "recommend", "close"]),
	],
)
def test_a_question_is_asked_from_its_moment_on(
	state: str, reached: tuple[int, ...], path: str, expected: list[str]
) -> None:
	assert validate(ASKING) == []
	assert [q.key for q in asked(ASKING, state=state, reached=reached, path=path)] == expected


def test_a_moment_is_a_word_and_what_follows_it() -> None:
	assert moment(" path  stop and review ") == ("path", "stop and review")
	assert moment("raise") == ("raise", "")


def test_a_path_without_a_name_is_no_path() -> None:
	odd = replace(BASE, questions=(Question("q", "Q?", "path ", clause="1"),))
	assert asked(odd, state="Draft", reached=(), path="") == ()


DEFECTS: list[tuple[str, str, int | None, dict[str, Any], str]] = [
	("unknown_asked_at", "questions", 0, {"asked_at": "Tuesday"}, "'Tuesday' is unknown"),
	("unknown_asked_at", "questions", 0, {"asked_at": ""}, "use raise, resolve, recommend, close, stage"),
	("unknown_asked_at", "questions", 0, {"asked_at": "stage two"}, "stage and its number"),
	("unknown_asked_at", "questions", 0, {"asked_at": "raise 2"}, "'raise 2' is unknown"),
	("unknown_stage", "questions", 0, {"asked_at": "stage 5"}, "no stage 5"),
	("unknown_path", "questions", 1, {"asked_at": "path nowhere"}, "the policy's paths are: dissent"),
	("unknown_path", "questions", 1, {"asked_at": "path"}, "no path ''"),
	("duplicate_key", "questions", 1, {"key": "heard"}, "'heard' is given twice"),
	("key_missing", "questions", 0, {"key": " "}, "Question 1: give it a short key"),
	("question_missing", "questions", 0, {"question": ""}, "write what is asked"),
	("text_missing", "guidance", 0, {"text": " "}, "it says nothing"),
	(
		"duplicate_guidance",
		"guidance",
		None,
		{"text": "Stay with the issue, not the person.", "clause": "9"},
		"given twice",
	),
]


@pytest.mark.parametrize(("code", "table", "row", "changes", "says"), DEFECTS)
def test_a_planted_defect(code: str, table: str, row: int | None, changes: dict[str, Any], says: str) -> None:
	rows = list(getattr(BASE, table))
	if row is None:
		rows.append(TABLES[table](**changes))
	else:
		rows[row] = replace(rows[row], **changes)
	(problem,) = validate(replace(BASE, **{table: tuple(rows)}))
	assert (problem.code, problem.table) == (code, table)
	assert says in problem.message
	assert problem.message.endswith(".")


def test_without_any_path_the_sentence_says_so() -> None:
	policy = replace(
		BASE,
		paths=(PolicyPath("other", "Other", 2, clause="4"),),
		copy_rules=BASE.copy_rules[:1],
		questions=BASE.questions[1:],
	)
	assert [p.message for p in validate(policy)] == [
		"Question why: there is no path 'dissent'; the policy's paths are: other."
	]


PATH = replace(
	BASE,
	questions=(
		Question("asked", "What was asked?", "path dissent", clause="1"),
		Question(
			"decided",
			"What was decided?",
			"path dissent",
			clause="1",
			reserved_to=("Conference Chair", "Health"),
		),
		Question("raised", "What is raised?", clause="1"),
	),
)


def test_the_steps_of_a_route_are_what_it_asks_in_order() -> None:
	assert [question.key for question in steps(PATH, "dissent")] == ["asked", "decided"]
	assert steps(PATH, "another") == steps(PATH, "") == ()
	assert validate(PATH) == []


@pytest.mark.parametrize(
	("person", "may"),
	[
		(Person("c-1", capacities=("Conference Chair",)), True),
		(Person("c-2", capacities=("Chief Officer",)), False),  # seniority does not pass
		(Person("c-3", capacities=("Practitioner",)), True),  # named on the case as its Conference Chair
		(Person("c-4", agency="Trust"), True),
		(Person("c-5", agency="Council"), False),
		(Person(None), False),
	],
)
def test_a_reserved_decision_is_the_posts(person: Person, may: bool) -> None:
	case = Case(
		named=(Named("conference_chair", "c-3", AT),),
		parties=(
			Party("Trust", "responding", agency_type="Health"),
			Party("Council", "raising", agency_type="Local Authority"),
		),
	)
	assert reserved(PATH.questions[0], case, person) == ""
	said = "" if may else "Decision reserved to: Conference Chair or Health."
	assert reserved(PATH.questions[1], case, person) == said
	# An agency of that kind decides although it is no party.
	assert reserved(PATH.questions[1], case, person, "Health") == ""
	assert reserved(PATH.questions[1], case, person, "Police") == said


def test_a_decider_is_a_capacity_or_a_kind_of_agency() -> None:
	odd = replace(PATH, questions=(Question("q", "Q?", clause="1", reserved_to=("The mayor",)),))
	(problem,) = validate(odd)
	assert (problem.code, problem.table) == ("unknown_decider", "questions")
