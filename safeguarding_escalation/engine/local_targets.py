"""Local targets: nudges for stages in which the policy has no number (X-A6, decision 14).

Never policy: their kind is "local target", their clause says so, and figures keep them apart.
"""

from __future__ import annotations

import re
from dataclasses import replace

from .errors import PolicyError
from .policy import Policy
from .schema import Clock, Stage

CLAUSE = "local target, not policy"
_OPEN = re.compile(r"stage_started \d+\+")


def _dated(clock: str, label: str, started: str, stops: tuple[str, ...], each: str, owed_by: str) -> Clock:
	"""A target that runs to a date that people agreed, once for each matter; a policy's own clock comes before it."""
	return Clock(
		id=f"LOCAL.{clock}",
		stage=0,
		label=f"{label} (local target)",
		trigger=(started,),
		occurrence="each",
		unit="case date",
		kind="local target",
		stop=stops,
		each=each,
		owed_by=owed_by,
		clause=CLAUSE,
	)


_BOTH = "raising lead, responding lead"
# What was agreed with a date, where the policy has no clock of its own for it: somebody is told when it comes.
_DATED = (
	_dated(
		"ACTION",
		"Carry out the agreed action",
		"action_agreed",
		("action_done [same]", "action_checked [same]"),
		"action",
		"action owner",
	),
	_dated(
		"CHECK",
		"Check whether the agreed action was carried out",
		"check_set",
		("action_checked [same]",),
		"action",
		_BOTH,
	),
	_dated("REVIEW", "Hold the review that was set", "review_set", ("review_held [same]",), "review", _BOTH),
)


def with_local_targets(policy: Policy, days: int) -> Policy:
	"""The policy with one local target for each stage that has no binding clock of its own.

	The target falls due `days` working days after the stage's last discussion, or its start, and is met by a
	resolution or the next stage. Raises PolicyError unless `days` is 1 or more.
	"""
	if days < 1:
		raise PolicyError(
			f"A local target needs 1 working day or more, got {days}. Switch local targets off instead."
		)
	added = tuple(_target(stage, days) for stage in policy.stages if not _bound(policy, stage.number))
	dated = tuple(row for row in _DATED if not _has_own(policy, row.trigger))
	return replace(policy, clocks=(*policy.clocks, *added, *dated))


def _has_own(policy: Policy, trigger: tuple[str, ...]) -> bool:
	return any(set(trigger) & set(clock.trigger) for clock in policy.clocks)


def _bound(policy: Policy, number: int) -> bool:
	"""Whether a counted maximum runs in a stage: one of its own, or one that covers it and every later stage.

	The same working day is a number too where the stage itself is to be settled on it.
	"""
	counted = [
		clock for clock in policy.clocks if clock.kind == "maximum" and (clock.length or _same_day(clock))
	]
	own = any(clock.stage == number for clock in counted)
	covering = {int(term[14:-1]) for clock in counted for term in clock.trigger if _OPEN.fullmatch(term)}
	return own or any(first <= number for first in covering)


def _same_day(clock: Clock) -> bool:
	return clock.unit == "same working day" and f"resolved {clock.stage}" in clock.stop


def _target(stage: Stage, days: int) -> Clock:
	number = stage.number
	entered = ("concern_raised", "stage_started 1") if number == 1 else (f"stage_started {number}",)
	return Clock(
		id=f"LOCAL.S{number}",
		stage=number,
		label=f"Move this on: {stage.label} (local target)",
		trigger=(f"discussed {number}",),
		occurrence="last",
		fallback=entered,
		unit="working days",
		length=days,
		kind="local target",
		stop=(f"resolved {number}", f"stage_started {number + 1}+", "recommended"),
		owed_by="raising lead, responding lead",
		clause=CLAUSE,
	)
