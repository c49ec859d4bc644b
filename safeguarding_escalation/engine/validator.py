"""Refusing a policy that makes no sense, each time with a sentence that says what to fix.

`Policy.from_dict` already refuses values of the wrong shape; this looks at what they mean together.
"""

from __future__ import annotations

from datetime import time

from .errors import PolicyError
from .schema import PolicyData
from .validator_alerts import alert_problems
from .validator_clocks import clock_problems
from .validator_cycles import cycle_problems
from .validator_questions import question_problems
from .validator_records import record_problems
from .validator_stages import stage_problems
from .validator_words import HEADER_WORDS, Problem, Problems, unknown

__all__ = ["Problem", "check", "validate"]

NOON = time(12)
WEEK = frozenset(range(7))
TABLE = "policy"


def validate(policy: PolicyData) -> list[Problem]:
	"""Everything wrong with a policy, each thing once, header first; empty for a policy that can be used."""
	found = (
		*_names(policy),
		*_header_words(policy),
		*_times(policy),
		*_numbers(policy),
		*stage_problems(policy),
		*clock_problems(policy),
		*cycle_problems(policy),
		*alert_problems(policy),
		*record_problems(policy),
		*question_problems(policy),
	)
	return list(dict.fromkeys(found))


def check(policy: PolicyData) -> None:
	"""Raise PolicyError with every sentence of `validate`, one a line, if there is any."""
	problems = validate(policy)
	if problems:
		raise PolicyError("\n".join(problem.message for problem in problems))


def _problem(code: str, field: str, text: str) -> Problem:
	return Problem(code, TABLE, field, f"{field}: {text}.")


def _names(policy: PolicyData) -> Problems:
	for field in ("id", "title", "document_noun", "chair_label", "business_manager_label", "subject_label"):
		if not getattr(policy, field).strip():
			yield _problem("name_missing", field, "it is empty; say what the policy calls it")


def _header_words(policy: PolicyData) -> Problems:
	for field, allowed in HEADER_WORDS.items():
		value = getattr(policy, field)
		yield from unknown(TABLE, field, "word", [value] if isinstance(value, str) else value, allowed)
	for field in ("subjects", "modes_that_count", "protective_set_by"):
		if not getattr(policy, field):
			yield _problem("words_missing", field, "it is empty; give one word or more")
	if policy.pause_on_stop_review:
		yield _problem(
			"clock_paused",
			"pause_on_stop_review",
			"no clock can be paused, because nothing on record says when a Stop and Review began and ended; leave it off,"
			" and agree a later timescale where one is needed",
		)
	recommends = any({"recommendations", "advice"} & set(stage.outcomes) for stage in policy.stages)
	if recommends and not policy.chair_outcomes:
		yield _problem(
			"chair_outcomes_missing", "chair_outcomes", "a stage ends in the Chair's word; say in which"
		)


def _times(policy: PolicyData) -> Problems:
	if policy.published and policy.review_due and policy.review_due < policy.published:
		yield _problem(
			"review_before_publication", "review_due", "it is before published; correct one of them"
		)
	if policy.due_time == time.min:
		yield _problem(
			"due_time",
			"due_time",
			"midnight is where the due day begins; use 23:59:59, or the close of business",
		)
	close = policy.office_close
	if close is not None and close < NOON:
		yield _problem(
			"office_close",
			"office_close",
			"an office that closes before noon puts most events on the next day",
		)
	elif close is not None and close > policy.due_time:
		yield _problem(
			"office_close",
			"office_close",
			"it is after due_time, so steps would fall due before the office closes",
		)
	if set(policy.weekend) >= WEEK:
		yield _problem("weekend", "weekend", "no working day is left; take some days out")


def _numbers(policy: PolicyData) -> Problems:
	if policy.max_backdate_days < 0:
		yield _problem("max_backdate_days", "max_backdate_days", "use 0 for no limit, or a number of days")
	numbers = {stage.number for stage in policy.stages}
	for number in (*policy.notice_on_stages, policy.record_from_stage):
		if number not in numbers:
			field = "notice_on_stages" if number in policy.notice_on_stages else "record_from_stage"
			yield _problem("unknown_stage", field, f"there is no stage {number}; give a stage that exists")
	if policy.form_stage_boxes and policy.form_stage_boxes < len(numbers):
		yield _problem("form_stage_boxes", "form_stage_boxes", "the form has a box for each stage, or more")
