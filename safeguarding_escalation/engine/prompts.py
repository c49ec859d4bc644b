"""Best interests, capacity, advocacy and the Court of Protection: what is asked when, in the policy's own words.

4LSAB 4 and Buckinghamshire Process 1.6 speak of them; where a policy does not, the Mental Capacity Act's Code of Practice
and the Care Act do, and the prompt says so. A prompt is a question: it blocks nothing, and a written reason answers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .case import Case
from .duty import RECORD, Duty
from .policy import Policy
from .wording import sentence

CODE, ADVOCACY, COURT = "code", "advocacy", "court"
NO, NOT_APPLICABLE = "No", "Not applicable"


@dataclass(frozen=True)
class Prompt:
	"""One question: why it is asked, in whose words, the field that answers it, and the field that says why not."""

	key: str
	text: str
	why: str
	words: str
	field: str = ""
	reason: str = ""
	clause: str = ""
	policy: bool = True
	answered: bool = False
	explained: bool = False


def prompts(policy: Policy, case: Case) -> tuple[Prompt, ...]:
	"""What is to be considered in this case now; empty where nothing in it calls for it."""
	return tuple(
		prompt for prompt in (_code(policy, case), _advocacy(policy, case), _court(policy, case)) if prompt
	)


def owed(policy: Policy, case: Case) -> Iterator[Duty]:
	"""The prompts that nobody has answered yet, as records that are missing; none is required."""
	for prompt in prompts(policy, case):
		if prompt.field and not (prompt.answered and prompt.explained):
			text = (
				prompt.text if not prompt.answered else f"Say why: {prompt.text[0].lower()}{prompt.text[1:]}"
			)
			yield Duty(
				key=f"prompt:{prompt.key}",
				kind=RECORD,
				text=sentence(text),
				owed_by="raising lead",
				clause=prompt.clause,
			)


def _code(policy: Policy, case: Case) -> Prompt | None:
	if not case.best_interests:
		return None
	words, clause, own = _words(
		policy, "code of practice", "Mental Capacity Act 2005 Code of Practice, Chapter 15."
	)
	return Prompt(
		CODE,
		"Refer to the Mental Capacity Act Code of Practice, chapter 15",
		"The dispute is about best interests.",
		words,
		clause=clause,
		policy=own,
	)


def _advocacy(policy: Policy, case: Case) -> Prompt | None:
	"""Asked where there is nobody appropriate, where capacity is doubted, and in a dispute about best interests."""
	why = (
		"There is nobody appropriate to support and represent the adult."
		if case.nobody_appropriate
		else "The adult's capacity to decide this is doubted."
		if case.capacity_doubted
		else "The dispute is about best interests."
		if case.best_interests
		else ""
	)
	if not why:
		return None
	words, clause, own = _duty_words(policy, "advoca")
	return _question(
		case,
		Prompt(
			ADVOCACY,
			"Consider independent advocacy",
			why,
			words or "Care Act 2014, sections 67 and 68; Mental Capacity Act 2005, sections 35 to 41.",
			"advocacy_considered",
			"advocacy_reason",
			clause,
			own,
		),
	)


def _court(policy: Policy, case: Case) -> Prompt | None:
	if not case.best_interests:
		return None
	words, clause, own = _words(
		policy, "court of protection", "Mental Capacity Act 2005 Code of Practice, chapter 15 and chapter 8."
	)
	return _question(
		case,
		Prompt(
			COURT,
			"Where no consensus can be reached after all practicable steps, consider the Court of Protection",
			"The dispute is about best interests.",
			words,
			"court_of_protection_considered",
			"court_reason",
			clause,
			own,
		),
	)


def _question(case: Case, prompt: Prompt) -> Prompt:
	"""The prompt with what was answered; "No" and "Not applicable" say why."""
	answer = case.said.get(prompt.field, "")
	explained = answer not in (NO, NOT_APPLICABLE) or prompt.reason in case.filled
	return Prompt(**{**prompt.__dict__, "answered": bool(answer), "explained": explained})


def _words(policy: Policy, wanted: str, otherwise: str) -> tuple[str, str, bool]:
	"""The policy's own words about a matter (a link's), their clause, and True; else those of the law, and False."""
	for link in policy.links:
		if wanted in f"{link.label} {link.purpose}".casefold():
			return f"{link.label}: {link.purpose}", link.clause, True
	return otherwise, "", False


def _duty_words(policy: Policy, wanted: str) -> tuple[str, str, bool]:
	for row in policy.closing_duties:
		if wanted in row.duty.casefold():
			return row.duty, row.clause, True
	return "", "", False
