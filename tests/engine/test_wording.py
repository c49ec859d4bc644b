"""Small pieces of plain English: how a clause is cited."""

from __future__ import annotations

import pytest

from safeguarding_escalation.engine.wording import clause_words, policy_source


@pytest.mark.parametrize(
	("clause", "label", "within"),
	[
		("4.4", "Clause 4.4", "policy clause 4.4"),
		("4.4, 4.5, 4.6", "Clause 4.4, 4.5, 4.6", "policy clause 4.4, 4.5, 4.6"),
		("3 Stage One", "Clause 3, Stage One", "policy clause 3, Stage One"),
		(
			"2 Stage 4, Appendix One",
			"Clause 2, Stage 4, Appendix One",
			"policy clause 2, Stage 4, Appendix One",
		),
		("Stage 1", "Policy: Stage 1", "policy: Stage 1"),
		("flowchart", "Policy: flowchart", "policy: flowchart"),
		("", "", ""),
	],
)
def test_a_clause_is_cited_by_its_number_or_its_name(clause: str, label: str, within: str) -> None:
	assert clause_words(clause) == label
	assert policy_source(clause) == within
