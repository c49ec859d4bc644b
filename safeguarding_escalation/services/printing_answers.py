"""The answers to the policy's questions in a print, under the stage or step at which each was asked."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.questions import moment
from safeguarding_escalation.engine.wording import clause_words
from safeguarding_escalation.services import printing_stages
from safeguarding_escalation.services.loaded import LoadedCase

_STEPS = {
	"raise": "When the concern was raised",
	"recommend": "On the recommendations",
	"resolve": "On the resolution",
	"close": "Before closing",
}
_ORDER = ("raise", "path", "stage", "recommend", "resolve", "close")


def answers(case: LoadedCase) -> list[dict[str, Any]]:
	"""Groups of answered questions in the order of the steps: `heading`, and `rows` of label, text and clause."""
	groups: dict[tuple[str, str], list[dict[str, str]]] = {}
	for row in case.document.answers:
		if row.answer:
			text = {"label": row.question or "", "text": row.answer, "clause": clause_words(row.clause or "")}
			groups.setdefault(moment(row.asked_at or "raise"), []).append(text)
	return [{"heading": _heading(case, *step), "rows": groups[step]} for step in sorted(groups, key=_place)]


def _place(step: tuple[str, str]) -> tuple[int, str]:
	word, argument = step
	return (_ORDER.index(word) if word in _ORDER else len(_ORDER), argument)


def _heading(case: LoadedCase, word: str, argument: str) -> str:
	if word == "stage":
		return printing_stages.label(case, int(argument)) if argument.isdigit() else "Stage"
	if word == "path":
		return next((path.label for path in case.policy.paths if path.name == argument), argument)
	return _STEPS.get(word, "Other questions")
