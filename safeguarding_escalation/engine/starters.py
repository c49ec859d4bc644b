"""A policy to begin with, for a board that has only its stages: a row for everything that a case needs to climb.

Pure. What it gives is the usual practice of the published policies, said as that; the author replaces it by the
board's own text and cites it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import PolicyError
from .validator_words import LAST_STAGE

CHAIR = "Chair"
# Who talks at a stage, by the capacity that it is named for; a more senior one may act for a less senior one.
LADDER = ("Practitioner", "Manager", "Safeguarding Lead", "Named Professional", "Senior Manager", "Head of Service", "Chief Officer")  # fmt: skip
BESIDE = {
	"Manager": ("Manager", "Safeguarding Lead"),
	"Senior Manager": ("Senior Manager", "Named Professional"),
	CHAIR: ("Senior Manager", "Head of Service", "Chief Officer"),
}
WHO = ("Practitioner", "Manager", "Senior Manager", "Head of Service", "Chief Officer", CHAIR)
# What people call those who talk at a stage.
BETWEEN = {
	"Practitioner": "the professionals",
	"Manager": "the managers or safeguarding leads",
	"Senior Manager": "the senior managers",
	"Head of Service": "the Heads of Service",
	"Chief Officer": "the directors",
}
USUAL = "usual practice"
BOTH = "raising lead, responding lead"
NATURES = (
	"Level of risk and its assessment",
	"The response to a safeguarding concern",
	"Information sharing",
	"Roles and responsibilities",
	"Closing of a case or an enquiry",
)
LONGEST = 3  # letters of a board's name that its clocks begin with


@dataclass(frozen=True)
class StageChoice:
	"""A stage as its author first says it: its name, who settles it, in how many working days.

	`days` 0 is the same working day; None where the board's text gives no number, so that no clock runs.
	"""

	label: str
	who: str
	days: int | None = None


def starter(policy_id: str, title: str, stages: Sequence[StageChoice]) -> dict[str, Any]:
	"""The plain data of a policy with those stages, as `Policy.from_dict` takes it.

	Raises PolicyError, with a sentence, for no stages, too many, a stage for nobody or a Chair before the last one.
	"""
	_check(stages)
	prefix = "".join(letter for letter in policy_id if letter.isalpha())[:LONGEST].upper() or "NEW"
	last, chair = len(stages), stages[-1].who == CHAIR
	return {
		"id": policy_id,
		"title": title,
		"policy_issue_entry": chair,
		"form_title": "Escalation record",
		"stages": [_stage(number, stage, last) for number, stage in enumerate(stages, 1)],
		"clocks": list(_clocks(prefix, stages)),
		"moves": list(_moves(stages)),
		"records": list(_records(last)),
		"copy_rules": list(_copies(last, chair)),
		"closing_duties": list(_duties(chair)),
		"natures": [{"label": label, "clause": USUAL} for label in NATURES],
		**({"chair_outcomes": ["recommendation", "advice"]} if chair else {}),
	}


def _check(stages: Sequence[StageChoice]) -> None:
	if not 1 <= len(stages) <= LAST_STAGE:
		raise PolicyError(f"A policy has one to {LAST_STAGE} stages; this one has {len(stages)}.")
	for number, stage in enumerate(stages, 1):
		if stage.who not in WHO:
			raise PolicyError(f"Stage {number}: say who settles it: {', '.join(WHO)}.")
		if stage.who == CHAIR and (number < len(stages) or number == 1):
			raise PolicyError(f"Stage {number}: the Chair comes last, after the agencies have tried.")
		if stage.days is not None and stage.days < 0:
			raise PolicyError(f"Stage {number}: give working days as 0 or more; 0 is the same working day.")


def _people(who: str) -> list[str]:
	return list(BESIDE.get(who, (who,)))


def _from(who: str) -> list[str]:
	"""That capacity and every more senior one."""
	return list(LADDER[LADDER.index(who) :])


def _stage(number: int, stage: StageChoice, last: int) -> dict[str, Any]:
	chair = stage.who == CHAIR
	return {
		"number": number,
		"label": stage.label.strip() or f"Stage {number}",
		"button": "Raise concern" if number == 1 else "Refer to the Chair" if chair else f"Escalate to stage {number}",
		"raising_capacities": _people(stage.who),
		"responding_capacities": _people(stage.who),
		"outcomes": ["recommendations", "advice"] if chair else ["resolved"],
		"board_sees": number == last > 1,
		"chair_sees": chair,
		"clause": f"Stage {number}",
	}  # fmt: skip


def _clocks(prefix: str, stages: Sequence[StageChoice]) -> Iterator[dict[str, Any]]:
	last = len(stages)
	yield {
		"id": f"{prefix}.IMMEDIATE", "stage": 0, "trigger": ["immediate_risk"], "unit": "instant",
		"label": "Tell somebody who can act about the immediate risk", "owed_by": "raising lead",
		"stop": ["told", *(["stage_started 2+"] if last > 1 else [])], "clause": USUAL,
	}  # fmt: skip
	for number, stage in enumerate(stages, 1):
		if stage.days is None:
			continue
		chair = stage.who == CHAIR
		start = "concern_raised" if number == 1 else f"stage_started {number}"
		stop = [f"recommended {number}"] if chair else [f"resolved {number}"]
		yield {
			"id": f"{prefix}.S{number}.{'RECOMMEND' if chair else 'RESOLVE'}",
			"stage": number,
			"label": "Make recommendations to the agencies"
			if chair
			else f"Settle the disagreement between {BETWEEN[stage.who]}",
			"trigger": [f"received {number}"] if chair else [start],
			"fallback": [start] if chair else [],
			"unit": "working days" if stage.days else "same working day",
			"length": stage.days or None,
			"protective_cap": not chair,
			"stop": [*stop, *([f"stage_started {number + 1}+"] if number < last else [])],
			"owed_by": "chair" if chair else BOTH,
			"clause": f"Stage {number}",
		}


def _moves(stages: Sequence[StageChoice]) -> Iterator[dict[str, Any]]:
	everybody, managers = list(LADDER), _from("Manager")
	yield {"from_stages": [0], "to_stage": 1, "capacities": everybody, "clause": "Stage 1"}
	for number, stage in enumerate(stages[1:], 2):
		way = {"to_stage": number, "side": "either", "clause": f"Stage {number}"}
		yield {**way, "from_stages": [number - 1], "capacities": _from(stages[number - 2].who)}
		if number > 2:
			below = list(range(1, number - 1))
			yield {
				**way, "from_stages": below, "ground": "skip", "skip_rule": "manager and reason", "capacities": managers,
				"clause": USUAL,
			}  # fmt: skip
		if stage.who == CHAIR:
			grounds, who = "policy issue", _from("Senior Manager")
		else:
			grounds, who = "immediate risk", everybody
		yield {
			**way,
			"from_stages": list(range(number)),
			"ground": grounds,
			"capacities": who,
			"clause": USUAL,
		}


def _records(last: int) -> Iterator[dict[str, Any]]:
	for needs, message, effect in (
		(["field dispute_summary", "field decision_challenged"], "Say which decision or inaction you challenge.", "require"),
		(["field risk_to_adult"], "Say what the risk to the adult is.", "require"),
		(["field nature", "field nature_other"], "Say what the disagreement is about.", "warn"),
		(["field outcome_sought"], "Say what you aim to achieve.", "warn"),
	):  # fmt: skip
		yield {"when": "raise", "needs": needs, "message": message, "effect": effect, "clause": USUAL}
	for number in range(2, last + 1):
		before = number - 1
		yield {
			"when": "enter", "stage": number, "ground": "next", "effect": "warn", "clause": USUAL,
			"needs": [f"event discussed {before}", f"event unresolved {before}", "reason"],
			"message": f"No discussion at stage {before} is on record; record when you spoke, or that it was not resolved.",
		}  # fmt: skip
	yield {
		"when": "resolve", "needs": ["field resolution_summary", "event resolution_proposed"],
		"message": "Record the agreed outcome.", "clause": USUAL,
	}  # fmt: skip


def _copies(last: int, chair: bool) -> Iterator[dict[str, Any]]:
	if last < 2:
		return
	copy = {
		"event": "stage_started",
		"stage": last,
		"what": "the escalation and the record so far",
		"clause": USUAL,
	}
	yield {**copy, "recipient": "Business Manager", "sender": "raising lead", "continuing_access": True}
	if chair:
		yield {**copy, "recipient": CHAIR, "sender": "business manager", "continuing_access": True}


def _duties(chair: bool) -> Iterator[dict[str, Any]]:
	yield {
		"duty": "Confirm the outcome in writing to the agency that raised the concern", "owed_by": "responding lead",
		"satisfied_by": ["event confirmed"], "clause": USUAL,
	}  # fmt: skip
	yield {
		"duty": "Write down what was learned", "owed_by": BOTH, "satisfied_by": ["event learning", "field learning"],
		"required": False, "clause": USUAL,
	}  # fmt: skip
	if chair:
		yield {
			"duty": "Say in writing how your agency will act upon the recommendations", "owed_by": BOTH,
			"satisfied_by": ["event recommendation_answered"], "required": False, "clause": USUAL,
		}  # fmt: skip
