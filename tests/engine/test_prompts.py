"""Capacity, best interests, advocacy and the Court of Protection: asked where relevant, in the policy's words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, load_policy
from safeguarding_escalation.engine.case import Case
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.prompts import prompts

NOW = datetime(2025, 3, 11, 10, tzinfo=LONDON)
FOUR, REDBRIDGE = load_policy("4lsab-2023"), load_policy("redbridge-2022")


@pytest.mark.parametrize(
	("facts", "expected"),
	[
		({}, []),
		({"best_interests": True}, ["code", "advocacy", "court"]),
		({"capacity_doubted": True}, ["advocacy"]),
		({"nobody_appropriate": True}, ["advocacy"]),
	],
)
def test_what_is_asked_when(facts: dict[str, Any], expected: list[str]) -> None:
	assert [prompt.key for prompt in prompts(FOUR, Case(**facts))] == expected


def test_the_policys_own_words_where_it_has_them_and_the_laws_where_it_has_none() -> None:
	case = Case(best_interests=True, nobody_appropriate=True)
	own = {prompt.key: (prompt.policy, prompt.clause) for prompt in prompts(FOUR, case)}
	assert own == {"code": (True, "4"), "advocacy": (True, "4"), "court": (True, "4")}
	law = prompts(REDBRIDGE, case)
	assert not any(prompt.policy or prompt.clause for prompt in law)
	assert all("Act" in prompt.words for prompt in law)
	assert law[1].why == "There is nobody appropriate to support and represent the adult."


@pytest.mark.parametrize(
	("said", "filled", "owed"),
	[
		({}, (), "Consider independent advocacy (not answered)"),
		({"advocacy_considered": "Yes"}, (), ""),
		({"advocacy_considered": "No"}, (), "Say why: consider independent advocacy."),
		({"advocacy_considered": "No"}, ("advocacy_reason",), ""),
		({"advocacy_considered": "Not applicable"}, (), "Say why: consider independent advocacy."),
	],
)
def test_an_answer_settles_it_and_no_says_why(
	said: dict[str, str], filled: tuple[str, ...], owed: str
) -> None:
	case = Case(state="Stage 1", stage=1, capacity_doubted=True, said=said, filled=frozenset(filled))
	found = [duty for duty in duties(FOUR, case, [], NOW) if duty.key == "prompt:advocacy"]
	expected = "Consider independent advocacy." if owed.endswith("(not answered)") else owed
	assert [duty.text for duty in found] == ([expected] if expected else [])
	assert not any(duty.required for duty in found)
