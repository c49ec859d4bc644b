"""What the Chair's (or Scrutineer's) answer to a case may be, and in whose name it is given (BU-A7, ST-A5)."""

from __future__ import annotations

from collections.abc import Iterable

from .case import Case, Person
from .events import Event
from .needs import epoch
from .policy import Policy
from .schema import Terms

RESOLVED, RECOMMENDATION, ADVICE = "resolved", "recommendation", "advice"
# The words of a stage's `outcomes` for the same three.
_STAGE_WORDS = {RESOLVED: "resolved", RECOMMENDATION: "recommendations", ADVICE: "advice"}
# The events that carry an answer; a resolution does when the board accepted it.
ANSWERING = ("recommended", "responded", "resolved")


def outcomes(policy: Policy, case: Case, kind: str) -> Terms:
	"""What the answer may be where the case stands, the one that goes without saying first.

	`kind`: `recommended`, `responded` or `resolved` (an event). A policy lists its `chair_outcomes`; a stage may allow
	fewer. Empty: the policy gives the Chair no such answer here.
	"""
	stage = policy.stage(case.stage)
	allowed = stage.outcomes if stage else ()
	words = [word for word in (RECOMMENDATION, ADVICE, RESOLVED) if _fits(word, allowed)]
	words = [word for word in words if word in policy.chair_outcomes]
	if kind == "recommended":
		return tuple(word for word in words if word != RESOLVED)
	if kind == "resolved":
		return tuple(word for word in words if word == RESOLVED)
	return tuple(words)


def answering_stages(policy: Policy) -> frozenset[int]:
	"""The numbers of the stages that end with the Chair's answer.

	Any stage may end resolved; advice and recommendations are the Chair's alone. Where the policy gives the Chair neither,
	they are the stages that the Chair sees.
	"""
	words = [word for word in policy.chair_outcomes if word != RESOLVED]
	if words:
		return frozenset(s.number for s in policy.stages if any(_fits(word, s.outcomes) for word in words))
	return frozenset(s.number for s in policy.stages if s.chair_sees and policy.chair_outcomes)


def _fits(word: str, allowed: Terms) -> bool:
	return _STAGE_WORDS[word] in allowed or word in allowed


def on_behalf(policy: Policy, person: Person) -> str:
	"""For whom somebody of the board gives the answer: the Chair's title for a Business Manager, '' for oneself.

	ST-A5: the Chair determines and the Business Manager records it, unless `determines_role` says otherwise.
	"""
	for_chair = policy.determines_role == "Chair" and "Chair" not in person.board_roles
	return policy.chair_label if for_chair and "Business Manager" in person.board_roles else ""


def answer_given(events: Iterable[Event]) -> str:
	"""The answer last given since the case was reopened, '' if none was, or none said what it was."""
	given = [event.outcome for event in epoch(events) if event.kind in ANSWERING and event.outcome]
	return given[-1] if given else ""
