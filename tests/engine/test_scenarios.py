"""The hand-worked scenarios: their events, in the sources' words, against the dates worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SCENARIOS = json.loads((Path(__file__).parent / "data" / "scenarios.json").read_text(encoding="utf-8"))

POLICIES = {
	"Redbridge": "redbridge-2022",
	"Suffolk": "suffolk-2024",
	"Buckinghamshire": "buckinghamshire",
	"Stockport": "stockport",
	"4LSAB": "4lsab-2023",
}

# How the sources' words become event kinds and stages (design, "How the boards' words become stages and events").
WORDS: dict[str, tuple[str, dict[str, Any]]] = {
	"disagreement_arose": ("disagreement", {}),
	"decision_received": ("decision_received", {}),
	"concern_raised": ("concern_raised", {}),
	"stage_1_resolved": ("resolved", {"stage": 1}),
	"stage_1_unresolved": ("unresolved", {"stage": 1}),
	"stage_1_discussion": ("discussed", {"stage": 1, "two_way": True}),
	"stage_2_escalated": ("stage_started", {"stage": 2}),
	"stage_2_started": ("stage_started", {"stage": 2}),
	"stage_3_started": ("stage_started", {"stage": 3}),
	"stage_3_liaison": ("discussed", {"stage": 3}),
	"stage_5_raised": ("stage_started", {"stage": 5}),
	"brought_to_chair": ("stage_started", {"stage": 4}),
	"significant_policy_issue": ("policy_issue", {}),
	"pre_escalation_failed": ("unresolved", {"stage": 1}),
	"process_initiated": ("stage_started", {"stage": 2}),
}

# These give a date instead of happening at it: the scenario's time is when it is due, recorded after the event before.
DATES: dict[str, tuple[str, dict[str, Any]]] = {
	"stage_2_protective_deadline": ("protective_deadline", {"stage": 2}),
	"agreed_timescale": ("agreed_timescale", {}),
}


def rows_of(scenario: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
	rows: list[tuple[str, str, dict[str, Any]]] = []
	for entry in scenario["events"]:
		if entry["name"] in DATES:
			kind, fields = DATES[entry["name"]]
			rows.append((kind, rows[-1][1], fields | {"due_at": entry["at"]}))
		else:
			kind, fields = WORDS[entry["name"]]
			rows.append((kind, entry["at"], fields))
	return rows


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["id"] for scenario in SCENARIOS])
def test_scenario(scenario: dict[str, Any], plan_of: Any) -> None:
	computed = plan_of(POLICIES[scenario["board"]], rows_of(scenario))
	for expected in scenario["expect"]:
		rows = [row for row in computed.rows if row.clock == expected["clock"]]
		dues = [f"{row.due_at:%Y-%m-%dT%H:%M:%S}" for row in rows]
		due = expected["due"]
		if due is None:
			assert dues == []
		else:
			assert dues == [f"{due}:00" if "T" in due else f"{due}T23:59:59"]


def test_all_scenarios_are_here() -> None:
	assert len(SCENARIOS) == 14
