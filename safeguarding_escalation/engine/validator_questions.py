"""What can be wrong with the questions and the guidance of a policy."""

from __future__ import annotations

from .questions import ASKED_AT, WITH_ARGUMENT, moment
from .schema import CAPACITIES, PolicyData, Question
from .validator_words import AGENCY_TYPES, Problem, Problems, doubles, unknown


def question_problems(policy: PolicyData) -> Problems:
	"""Everything about when questions are asked, their keys, and texts that say nothing."""
	yield from doubles("questions", "key", (question.key for question in policy.questions))
	for position, question in enumerate(policy.questions, start=1):
		row = f"Question {question.key.strip() or position}"
		if not question.key.strip():
			yield Problem(
				"key_missing",
				"questions",
				row,
				f"{row}: give it a short key of its own, for example listened-to.",
			)
		if not question.question.strip():
			yield Problem("question_missing", "questions", row, f"{row}: write what is asked.")
		yield from _asked(policy, question, row)
		yield from unknown("questions", row, "decider", question.reserved_to, (*CAPACITIES, *AGENCY_TYPES))
	yield from doubles("guidance", "guidance", (guidance.text for guidance in policy.guidance))
	for position, guidance in enumerate(policy.guidance, start=1):
		if not guidance.text.strip():
			row = f"Guidance {position}"
			yield Problem("text_missing", "guidance", row, f"{row}: it says nothing; write the text.")


def _asked(policy: PolicyData, question: Question, row: str) -> Problems:
	word, argument = moment(question.asked_at)
	if word == "path":
		names = [path.name for path in policy.paths]
		if argument not in names:
			known = ", ".join(names) or "none"
			yield Problem(
				"unknown_path",
				"questions",
				row,
				f"{row}: there is no path {argument!r}; the policy's paths are: {known}.",
			)
	elif word == "stage" and argument.isdigit():
		if int(argument) not in {stage.number for stage in policy.stages}:
			yield Problem(
				"unknown_stage",
				"questions",
				row,
				f"{row}: there is no stage {argument}; give a stage that exists.",
			)
	elif word in WITH_ARGUMENT or argument or word not in ASKED_AT:
		choices = ", ".join(ASKED_AT)
		yield Problem(
			"unknown_asked_at",
			"questions",
			row,
			f"{row}: asked at {question.asked_at!r} is unknown; use {choices}, stage and its number, or path and "
			"its name.",
		)
