"""What each policy lets the board see, and what it wants on record, copied, done and printed."""

from __future__ import annotations

import pytest

from safeguarding_escalation.engine import load_policy, policy_ids

SEES = [
	# board, the first stage that the Business Manager and the Chair see
	("4lsab-2023", 4, 4),
	("stockport", 2, 4),
	("redbridge-2022", 3, 4),
	("buckinghamshire", 4, 4),
	("suffolk-2024", 1, 5),
]


@pytest.mark.parametrize(("policy_id", "manager_from", "chair_from"), SEES)
def test_what_the_board_sees(policy_id: str, manager_from: int, chair_from: int) -> None:
	stages = load_policy(policy_id).stages
	assert [stage.number for stage in stages if stage.board_sees] == [*range(manager_from, len(stages) + 1)]
	assert [stage.number for stage in stages if stage.chair_sees] == [chair_from] == [len(stages)]


def test_the_chair_of_redbridge_only_recommends() -> None:
	policy = load_policy("redbridge-2022")
	assert policy.stages[3].outcomes == ("recommendations",)
	assert policy.chair_outcomes == ("recommendation",)


# Fields and duties that the policies make mandatory ("must"), and only those.
MUST = [
	("4lsab-2023", "raise", {"decision_challenged|dispute_summary"}),
	(
		"stockport",
		"raise",
		{"decision_challenged|dispute_summary", "nature|nature_other", "outcome_sought"},
	),
	(
		"redbridge-2022",
		"raise",
		{"decision_challenged|dispute_summary", "risk_to_adult", "nature|nature_other", "outcome_sought"},
	),
	("buckinghamshire", "raise", set()),
	("suffolk-2024", "raise", {"dispute_summary"}),
]


@pytest.mark.parametrize(("policy_id", "when", "fields"), MUST)
def test_what_must_be_there_to_raise(policy_id: str, when: str, fields: set[str]) -> None:
	rows = [row for row in load_policy(policy_id).records if row.when == when and row.effect == "require"]
	assert {"|".join(sorted(need.removeprefix("field ") for need in row.needs)) for row in rows} == fields


COPIES = [
	("redbridge-2022", "stage_started", 3, "Business Manager", True),
	("redbridge-2022", "stage_started", 4, "Business Manager", True),
	("redbridge-2022", "recommended", 4, "responding lead", False),
	("4lsab-2023", "stage_started", 0, "the worker who raised the concern", True),
	("4lsab-2023", "stage_started", 4, "Chair", True),
	("stockport", "stage_started", 2, "Business Manager", True),
	("stockport", "form_completed", 0, "Business Manager", True),
	("stockport", "policy_issue", 0, "Chair", False),
	("suffolk-2024", "stage_started", 3, "Business Manager", True),
	("suffolk-2024", "stage_started", 5, "Partnership Representative", True),
	("buckinghamshire", "stage_started", 0, "relevant personnel", False),
]


@pytest.mark.parametrize(("policy_id", "event", "stage", "recipient", "continuing"), COPIES)
def test_copies(policy_id: str, event: str, stage: int, recipient: str, continuing: bool) -> None:
	found = [
		rule
		for rule in load_policy(policy_id).copy_rules
		if (rule.event, rule.stage, rule.recipient) == (event, stage, recipient)
	]
	assert [rule.continuing_access for rule in found] == [continuing]


def test_conditional_copies() -> None:
	rules = {rule.condition: rule for rule in load_policy("redbridge-2022").copy_rules if rule.condition}
	assert set(rules) == {"child concern", "out of area"}
	assert rules["out of area"].sender == "business manager"
	standing = [rule for rule in load_policy("stockport").copy_rules if rule.standing]
	assert [(rule.recipient, rule.condition) for rule in standing] == [
		("Conference Chair", "path plan dissent")
	]


@pytest.mark.parametrize("policy_id", ["4lsab-2023", "stockport", "redbridge-2022", "buckinghamshire"])
def test_written_confirmation_is_owed_before_closing(policy_id: str) -> None:
	duties = load_policy(policy_id).closing_duties
	assert [duty.required for duty in duties if duty.satisfied_by == ("event confirmed",)] == [True]


def test_suffolk_asks_for_no_confirmation_between_agencies() -> None:
	assert not [
		duty for duty in load_policy("suffolk-2024").closing_duties if "event confirmed" in duty.satisfied_by
	]


@pytest.mark.parametrize(
	("policy_id", "print_format"),
	[
		("4lsab-2023", "4LSAB Annex B"),
		("stockport", "Stockport Appendix Two"),
		("redbridge-2022", "Redbridge Escalation Record"),
		("buckinghamshire", "Buckinghamshire Appendix B"),
		("suffolk-2024", "Suffolk Appendix 1"),
	],
)
def test_print_formats(policy_id: str, print_format: str) -> None:
	assert load_policy(policy_id).print_format == print_format


def test_eligibility_is_in_scope_in_redbridge_alone() -> None:
	# RB 3.1 lists it among the disagreements; 4LSAB 2 and Stockport 3 exclude it.
	assert "Eligibility criteria and access to services" in {
		nature.label for nature in load_policy("redbridge-2022").natures
	}
	for policy_id, excluded in (("4lsab-2023", True), ("stockport", True), ("redbridge-2022", False)):
		texts = [exclusion.text for exclusion in load_policy(policy_id).exclusions]
		assert any("Eligibility" in text for text in texts) is excluded


def test_returns() -> None:
	returns = {
		policy_id: [(row.period, row.period_start) for row in load_policy(policy_id).returns]
		for policy_id in policy_ids()
	}
	assert returns == {
		"4lsab-2023": [],
		"buckinghamshire": [],
		"redbridge-2022": [],
		"stockport": [("quarterly", "1 January")],
		"suffolk-2024": [("continuous", ""), ("annual", "1 April")],
	}
