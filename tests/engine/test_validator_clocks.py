"""The validator on clocks that make no sense: one planted defect each, and exactly the problems that it makes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from safeguarding_escalation.engine import Policy, load_policy
from safeguarding_escalation.engine.schema import Clock
from safeguarding_escalation.engine.validator import validate

EXAMPLE = Path(__file__).resolve().parent / "policy_data" / "example.json"
BASE = Policy.from_dict(json.loads(EXAMPLE.read_text("utf-8")))
RAISE, REFER, REVIEW, ANSWER = range(4)


def planted(row: int, changes: dict[str, Any]) -> Policy:
	"""The example with one clock changed."""
	clocks = list(BASE.clocks)
	clocks[row] = replace(clocks[row], **changes)
	return replace(BASE, clocks=tuple(clocks))


def codes(policy: Policy) -> set[str]:
	return {problem.code for problem in validate(policy)}


DEFECTS: list[tuple[set[str], int, dict[str, Any]]] = [
	({"length_not_positive"}, RAISE, {"length": 0}),
	({"length_not_positive"}, RAISE, {"length": -2}),
	({"length_missing"}, RAISE, {"length": None}),
	({"length_missing"}, ANSWER, {"length": None}),
	({"length_without_meaning"}, REFER, {"length": 1}),
	({"length_without_meaning"}, REVIEW, {"length": 0}),
	({"unknown_unit"}, RAISE, {"unit": "fortnights"}),
	({"unknown_kind"}, RAISE, {"kind": "wish"}),
	({"unknown_occurrence"}, RAISE, {"occurrence": "sometimes"}),
	({"unknown_owed_by"}, RAISE, {"owed_by": "raising lead, the weather"}),
	({"unknown_owed_by"}, RAISE, {"owed_by": ""}),
	({"unknown_each"}, REVIEW, {"each": "moon"}),
	({"each_missing"}, REVIEW, {"each": ""}),
	({"unknown_non-working_day"}, RAISE, {"non_working_day": "previous day"}),
	({"duplicate_clock"}, ANSWER, {"id": "REVIEW"}),
	({"unknown_stage"}, RAISE, {"stage": 9}),
	({"label_missing"}, RAISE, {"label": " "}),
	({"alert_lead_negative"}, RAISE, {"alert_lead": -1}),
	({"clause_missing"}, RAISE, {"clause": ""}),
	# terms
	({"unknown_event"}, RAISE, {"trigger": ("sneezed",)}),
	({"unknown_event"}, RAISE, {"stop": ("sneezed 2",)}),
	({"malformed_term"}, RAISE, {"trigger": ("resolved at two",)}),
	({"malformed_term"}, RAISE, {"stop": ("discussed 1 [loudly]",)}),
	({"malformed_term"}, RAISE, {"stop": ("",)}),
	({"malformed_term"}, RAISE, {"stop": ("???",)}),
	({"malformed_term"}, RAISE, {"stop": ("confirmed [side=left]",)}),
	({"trigger_missing"}, ANSWER, {"trigger": ()}),
	({"nothing_stops_it"}, RAISE, {"stop": ()}),
	({"nothing_stops_it", "stop_never_occurs"}, RAISE, {"stop": ("discussed 9",)}),
	({"nothing_stops_it", "stop_starts_only"}, RAISE, {"stop": ("reopened",)}),
	({"stop_starts_only"}, RAISE, {"stop": ("concern_raised", "expiry REFER")}),
	({"stop_never_occurs"}, RAISE, {"stop": ("concern_raised", "stage_started 4+")}),
	({"stop_never_occurs"}, RAISE, {"stop": ("concern_raised", "recommended 1")}),
	({"trigger_never_occurs"}, ANSWER, {"trigger": ("resolved 4",)}),
	({"trigger_never_occurs"}, ANSWER, {"trigger": ("stage_started 4+",)}),
	({"trigger_never_occurs"}, ANSWER, {"trigger": ("recommended 2",)}),
	({"trigger_never_occurs"}, ANSWER, {"trigger": ("closed",)}),
	({"trigger_never_occurs"}, ANSWER, {"trigger": ("correction",)}),
	(
		{"trigger_never_occurs"},
		RAISE,
		{"trigger": ("decision_received",), "fallback": ("disagreement 5",)},
	),
	({"trigger_never_occurs"}, RAISE, {"trigger": ("withdrawn",), "fallback": ()}),
	({"fallback_without_effect"}, RAISE, {"fallback": ("disagreement",)}),
	({"stop_is_trigger"}, RAISE, {"stop": ("concern_raised", "disagreement")}),
	({"stop_is_trigger"}, RAISE, {"stop": ("decision_received",)}),
	({"stop_is_trigger"}, ANSWER, {"trigger": ("resolved 2",), "stop": ("resolved 1+",)}),
	({"cancel_is_trigger"}, REFER, {"cancel": ("unresolved",)}),
	({"cancel_without_effect"}, REFER, {"cancel": ("stage_started 3",)}),
	({"cancel_never_occurs"}, REFER, {"cancel": ("resolved 8",)}),
	({"cancel_starts_only"}, REFER, {"cancel": ("expiry RAISE",), "trigger": ("unresolved 1",)}),
	({"last_in_end"}, REFER, {"cancel": ("resolved 1 last",)}),
	({"same_without_each"}, RAISE, {"stop": ("concern_raised [same]",)}),
	({"same_without_each"}, REFER, {"cancel": ("resolved 1 [same]",)}),
	({"same_in_trigger"}, REVIEW, {"trigger": ("review_set [same]",)}),
	({"case_date_without_date"}, REVIEW, {"trigger": ("discussed",)}),
	({"case_date_without_date", "each_with_expiry"}, REVIEW, {"trigger": ("review_set", "expiry RAISE")}),
	({"each_with_expiry"}, REFER, {"occurrence": "each", "each": "action"}),
	# how clocks hang together
	({"unknown_cap_clock"}, REFER, {"cap": "NOPE"}),
	({"unknown_expiry_clock"}, REFER, {"trigger": ("unresolved 1", "expiry NOPE")}),
	({"unknown_expiry_clock"}, RAISE, {"fallback": ("expiry NOPE",)}),
	({"cap_cycle"}, ANSWER, {"cap": "ANSWER"}),
	({"cap_cycle"}, RAISE, {"cap": "REFER"}),
	({"expiry_cycle"}, RAISE, {"fallback": ("expiry REFER",)}),
	({"expiry_cycle"}, ANSWER, {"trigger": ("expiry ANSWER",)}),
]


@pytest.mark.parametrize(("wanted", "row", "changes"), DEFECTS)
def test_a_planted_defect(wanted: set[str], row: int, changes: dict[str, Any]) -> None:
	problems = validate(planted(row, changes))
	assert {problem.code for problem in problems} == wanted
	assert all(problem.message.endswith(".") for problem in problems)
	assert all(problem.table == "clocks" for problem in problems)


def test_terms_that_differ_enough_are_no_contradiction() -> None:
	policy = planted(ANSWER, {"trigger": ("resolved 2",), "stop": ("resolved 2 [side=responding]",)})
	assert validate(policy) == []
	policy = planted(ANSWER, {"trigger": ("resolved 1+",), "stop": ("resolved 2",)})
	assert validate(policy) == []
	policy = planted(ANSWER, {"trigger": ("resolved 2 [side=raising]",), "stop": ("resolved 2",)})
	assert codes(policy) == {"stop_is_trigger"}


def chain(*links: tuple[str, str, str]) -> Policy:
	"""Clocks of (id, the clock whose expiry starts it or "", the clock that caps it or "")."""
	clocks = tuple(
		Clock(
			id=name,
			stage=1,
			trigger=(f"expiry {source}",) if source else ("disagreement",),
			unit="same working day",
			label=name,
			cap=cap,
			stop=("resolved",),
			owed_by="raising lead",
			clause="1",
		)
		for name, source, cap in links
	)
	return replace(BASE, clocks=clocks)


def test_a_circle_of_three_is_said_once_with_its_members() -> None:
	policy = chain(("A", "", "B"), ("B", "", "C"), ("C", "", "A"), ("D", "", "A"))
	(problem,) = validate(policy)
	assert problem.code == "cap_cycle"
	assert "A → B → C → A" in problem.message


def test_a_circle_through_a_cap_and_an_expiry() -> None:
	assert codes(chain(("A", "", "B"), ("B", "A", ""))) == {"clock_cycle"}
	assert codes(chain(("A", "B", ""), ("B", "C", ""), ("C", "A", ""))) == {"expiry_cycle"}


def test_a_chain_is_no_circle() -> None:
	assert validate(chain(("A", "", ""), ("B", "A", "A"), ("C", "B", "A"), ("D", "C", "B"))) == []


def test_an_expiry_of_a_clock_that_never_runs() -> None:
	policy = chain(("A", "", ""), ("B", "A", ""), ("C", "B", ""))
	dead = replace(policy, clocks=(replace(policy.clocks[0], trigger=("discussed 9",)), *policy.clocks[1:]))
	assert [(problem.code, problem.row) for problem in validate(dead)] == [
		("trigger_never_occurs", "A"),
		("trigger_never_occurs", "B"),
		("trigger_never_occurs", "C"),
	]


def test_an_expiry_of_a_clock_that_only_an_ending_starts() -> None:
	policy = chain(("A", "", ""), ("B", "A", ""))
	dead = replace(policy, clocks=(replace(policy.clocks[0], trigger=("withdrawn",)), policy.clocks[1]))
	assert [problem.row for problem in validate(dead)] == ["A", "B"]


def test_clocks_that_all_name_each_other_are_judged_at_once() -> None:
	names = [f"C{number}" for number in range(40)]
	tangle = tuple(
		replace(clock, trigger=("disagreement", *(f"expiry {name}" for name in names if name != clock.id)))
		for clock in chain(*((name, "", "") for name in names)).clocks
	)
	assert codes(replace(BASE, clocks=tangle)) == {"expiry_cycle"}


@pytest.mark.parametrize("policy_id", ["redbridge-2022", "suffolk-2024"])
def test_what_the_validator_lets_pass_compiles(policy_id: str) -> None:
	policy = load_policy(policy_id)
	for clock in policy.clocks:
		variant = policy.replace_clock(clock.id, cap="", fallback=[])
		assert validate(variant) == []
		assert variant.program
