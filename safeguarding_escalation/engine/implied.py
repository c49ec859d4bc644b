"""Rows that a policy's settings stand for: the copy, the record and the duty that a setting asks for in a word.

A board that writes such a row itself, with its own words and clause, keeps its own: nothing is asked for twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .errors import PolicyError
from .schema import ClosingDuty, CopyRule, PolicyData, Record
from .terms import Term, parse_term

FORM = "form_completed"
# Immediate risk never waits for a form (X-A16).
_GROUNDS_THAT_WAIT = ("next", "skip", "route", "policy issue")


def records_of(policy: PolicyData) -> tuple[Record, ...]:
	"""The policy's records and those that `form_required` of a stage and `template_required_on` stand for.

	4L-A6: a form required for a stage is complete before the stage is entered. ST-A2: required on `resolution`, it
	is complete before a resolution is accepted.
	"""
	return (*policy.records, *_stage_forms(policy), *_resolution_form(policy))


def copy_rules_of(policy: PolicyData) -> tuple[CopyRule, ...]:
	"""The policy's copy rules, and a notice to the Business Manager for each of `notice_on_stages` (ST-A2)."""
	return (*policy.copy_rules, *_notices(policy))


def closing_duties_of(policy: PolicyData) -> tuple[ClosingDuty, ...]:
	"""The policy's closing duties, and the completed form where the settings ask for it before the end.

	ST-A2: on `conclusion`. 4L-A6, BU-A9: `form_required`. Where the form belongs to stages (`form_required` of a
	stage, SU-A7), it is owed only by a case that reached the first of them.
	"""
	return (*policy.closing_duties, *_concluding_form(policy))


def form_name(policy: PolicyData) -> str:
	"""What to call the board's form."""
	return policy.form_title or "the recording template"


def _asks(text: str, stage: int, *kinds: str) -> bool:
	"""Whether a need asks for an event of one of these kinds at a stage; one that cannot be read asks for nothing."""
	try:
		term: Term = parse_term(text.strip().removeprefix("event "))
	except PolicyError:
		return False
	return term.kind in kinds and (not stage or term.covers(stage))


def _stage_forms(policy: PolicyData) -> Iterator[Record]:
	for stage in policy.stages:
		if not stage.form_required:
			continue
		own = {
			row.ground
			for row in policy.records
			if row.when == "enter"
			and row.stage in (0, stage.number)
			and any(_asks(need, 0, FORM) for need in row.needs)
		}
		row = Record(
			when="enter",
			needs=(f"event {FORM}",),
			message=f"Complete {form_name(policy)} first; {stage.label} asks for it.",
			stage=stage.number,
			clause=stage.clause,
		)
		if "" not in own:
			yield from (replace(row, ground=ground) for ground in _GROUNDS_THAT_WAIT if ground not in own)


def _resolution_form(policy: PolicyData) -> Iterator[Record]:
	if "resolution" not in policy.template_required_on:
		return
	if not any(
		row.when == "resolve" and any(_asks(need, 0, FORM) for need in row.needs) for row in policy.records
	):
		yield Record(
			"resolve", (f"event {FORM}",), f"Complete {form_name(policy)} for the stage that is resolved."
		)


def _notices(policy: PolicyData) -> Iterator[CopyRule]:
	manager = "Business Manager"
	for number in sorted(set(policy.notice_on_stages)):
		event = "concern_raised" if number == 1 else "stage_started"
		own = any(
			rule.recipient.casefold() == manager.casefold()
			and rule.stage in (0, number)
			and _asks(rule.event, number, event)
			and not rule.condition
			for rule in policy.copy_rules
		)
		if not own:
			what = "the escalation notice"
			if "notice" in policy.template_required_on:
				what += f", with {form_name(policy)} completed so far,"
			yield CopyRule(event, manager, number, "raising lead", what, continuing_access=True)


def _concluding_form(policy: PolicyData) -> Iterator[ClosingDuty]:
	asked = policy.form_required or "conclusion" in policy.template_required_on
	own = any(
		row.required and any(_asks(need, 0, FORM) for need in row.satisfied_by)
		for row in policy.closing_duties
	)
	if not asked or own:
		return
	stages = [stage.number for stage in policy.stages if stage.form_required]
	first = min(stages) if stages and "conclusion" not in policy.template_required_on else 0
	yield ClosingDuty(f"Complete {form_name(policy)}", "raising lead", (f"event {FORM}",), from_stage=first)
