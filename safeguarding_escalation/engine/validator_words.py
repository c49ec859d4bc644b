"""What a policy's validator knows of words: the problem it reports, the vocabulary of each field, and the fields of
the Escalation that a policy may ask for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from .schema import CAPACITIES, OWED_BY

EACH = ("", "action", "copy", "party", "review")
OUTCOMES = ("resolved", "recommendations", "advice")
CHAIR_OUTCOMES = ("resolved", "recommendation", "advice")
GROUNDS = ("next", "skip", "immediate risk", "policy issue", "route")
MOVE_SIDES = ("raising", "responding", "either", "board")
RECORD_TIMES = ("raise", "enter", "resolve", "recommend", "close", "withdraw", "reopen")
PERIODS = ("quarterly", "annual", "continuous")
CONDITIONS = ("", "out of area", "child concern", "criminal matter")
SENDERS = (*OWED_BY, *CAPACITIES)
# The workflow has a state for each of so many stages.
LAST_STAGE = 6
AGENCY_TYPES = (
	"Local Authority",
	"Health",
	"Police",
	"Probation",
	"Housing",
	"Education",
	"Fire and Rescue",
	"Care Provider",
	"Voluntary Sector",
	"Other",
)
# Events that carry a date of their own: all that can start a clock whose unit is case date.
DATED_KINDS = (
	"action_agreed", "agreed_timescale", "check_set", "protective_deadline", "review_set", "timescale_proposed",
)  # fmt: skip
# Events after which no clock runs, and corrections, which never stand for themselves.
ENDING_KINDS = ("closed", "correction", "withdrawn")
# The one kind of event that asks for an outcome which not every stage allows.
RECOMMENDED = "recommended"

HEADER_WORDS: dict[str, tuple[str, ...]] = {
	"nation": ("ENG", "WLS", "SCT", "NIR"),
	"resolution_requires": ("receiver", "raiser", "all parties"),
	"scope_screen": ("warn", "block"),
	"adult_refusal": ("record", "manager override", "block"),
	"determines_role": ("Chair", "Business Manager"),
	"require_hos_before_chair": ("no", "warn", "require"),
	"complaint_effect": ("flag", "pause", "end"),
	"counterpart_default": ("", *AGENCY_TYPES),
	"whistleblowing": ("signpost", "none"),
	"protective_set_by": CAPACITIES,
	"protective_lengthen_by": CAPACITIES,
	"start_stage_capacities": CAPACITIES,
	"signatory_capacities": CAPACITIES,
	"template_required_on": ("notice", "resolution", "conclusion"),
	"modes_that_count": ("phone", "email", "meeting", "in writing"),
	"subjects": ("adult", "child", "family"),
	"chair_outcomes": CHAIR_OUTCOMES,
}

ESCALATION_FIELDS = frozenset(
	[
		"reference",
		"other_references",
		"direction",
		"board",
		"policy",
		"path",
		"workflow_state",
		"current_stage",
		"current_level",
		"stage_label",
		"raising_agency",
		"raised_by",
		"raising_lead",
		"raising_team",
		"responding_agency",
		"responding_lead",
		"responding_team",
		"supporter",
		"nature",
		"nature_other",
		"scope_exclusion",
		"scope_reason",
		"challenge_type",
		"adult_area",
		"counterparty",
		"counterparty_name",
		"counterparty_relation",
		"referral_made",
		"referral_made_on",
		"dispute_summary",
		"decision_challenged",
		"decision_maker",
		"evidence_reasons",
		"risk_to_adult",
		"outcome_sought",
		"safe_by",
		"scope_basis",
		"disagreement_at",
		"decision_received_at",
		"immediate_risk",
		"told_whom",
		"told_at",
		"interim_safety_actions",
		"protective_deadline",
		"agreed_timescale",
		"involvement",
		"advocacy_considered",
		"advocacy_reason",
		"capacity_doubted",
		"appropriate_adult",
		"best_interests_dispute",
		"court_of_protection_considered",
		"court_reason",
		"resolution_summary",
		"contingency_plan",
		"outstanding_issues_plan",
		"not_resolved_earlier",
		"resolved_at",
		"stage_resolved",
		"actions",
		"signatures",
		"subjects",
		"parties",
		"additional_notes",
		"dissatisfaction_remaining",
		"learning",
		"policy_gap",
		"theme",
		"theme_level",
		"complaint_made",
		"conference_chair",
		"enquiry_manager",
		"health_route",
		"out_of_area_board",
		"child_concern",
		"child_referral_made_on",
		"criminal_matter",
		"police_referred_on",
		"police_reference",
		"started_at",
		"completed_at",
		"next_due_at",
		"next_owed_by",
		"highest_stage",
		"working_days_to_resolution",
		"clocks_missed",
	]
)


@dataclass(frozen=True)
class Problem:
	"""One thing wrong with a policy.

	`code` is stable; `table` a table of the policy or "policy" for its header; `row` says which row or field;
	`message` is a sentence that says what to fix.
	"""

	code: str
	table: str
	row: str
	message: str


Problems = Iterator[Problem]


def unknown(table: str, row: str, what: str, given: Iterable[str], allowed: Collection[str]) -> Problems:
	"""A problem `unknown_WHAT` for each word given that is not allowed."""
	for word in given:
		if word not in allowed:
			choices = ", ".join(repr(choice) for choice in sorted(allowed))
			yield Problem(
				f"unknown_{what.replace(' ', '_')}",
				table,
				row,
				f"{row}: the {what} {word!r} is unknown; use one of {choices}.",
			)


def doubles(table: str, what: str, names: Iterable[object]) -> Problems:
	"""A problem `duplicate_WHAT` for each name that comes a second time."""
	seen: set[object] = set()
	for name in names:
		if name in seen:
			yield Problem(
				f"duplicate_{what.replace(' ', '_')}",
				table,
				str(name),
				f"The {what} {name!r} is given twice; keep one of them.",
			)
		seen.add(name)


def split(text: str) -> list[str]:
	"""The words of a cell that lists several with commas, such as `owed_by`."""
	return [part.strip() for part in text.split(",")]
