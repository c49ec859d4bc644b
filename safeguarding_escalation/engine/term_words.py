"""Terms in plain words: `stage_started 2` is "Stage 2 starts". Also what stages, owers and capacities are called.

Every function answers for a term that cannot be read too, since people read them while they are still writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .errors import PolicyError
from .schema import PolicyData
from .terms import ANY_STAGE, Term, parse_term
from .wording import SIDE_NAMES, listed

# A label up to the first length is said as it stands, up to the second beside its number; a longer one is left out.
_SHORT, _BESIDE = 12, 20

# What happens, as a clause in the present tense. `{stage}` is a stage's name, `{chair}` what the Chair is called.
HAPPENS: Mapping[str, str] = {
	"disagreement": "the disagreement arises",
	"decision_received": "the decision is received",
	"concern_identified": "the concern is identified",
	"immediate_risk": "an immediate risk is recorded",
	"told": "somebody who can act is told of the immediate risk",
	"safety_actions": "the interim safety actions change",
	"risk_passed": "it is recorded that the immediate risk has passed",
	"concern_raised": "the concern is raised",
	"consulted": "a manager or safeguarding lead of one's own agency is consulted",
	"file_reviewed": "the case file is read and reviewed",
	"discussed": "the two sides discuss it",
	"unresolved": "it is recorded as not resolved",
	"stage_started": "{stage} starts",
	"received": "the {chair} receives it",
	"resolution_proposed": "a resolution is proposed",
	"resolved": "the disagreement is resolved",
	"confirmed": "the outcome is confirmed in writing",
	"recommended": "recommendations are made",
	"recommendation_answered": "the recommendations are answered",
	"responded": "the {chair} responds",
	"outcome_conveyed": "the outcome is passed on",
	"copied": "a copy is sent",
	"form_completed": "the board's form is completed",
	"protective_deadline": "a protective deadline is set",
	"timescale_proposed": "a timescale is proposed",
	"agreed_timescale": "a timescale is agreed",
	"action_agreed": "an action is agreed",
	"action_done": "an agreed action is carried out",
	"check_set": "a date is set to check back on an agreed action",
	"action_checked": "it is checked whether an agreed action was carried out",
	"review_set": "a review is set",
	"review_held": "the review is held",
	"feedback_given": "the staff concerned are told the outcome",
	"duty_done": "a duty is carried out",
	"debriefed": "a debrief is held",
	"learning": "learning is identified",
	"policy_issue": "a significant policy issue is raised",
	"handed_over": "the case is handed over",
	"handover_received": "the new lead confirms that they have the case",
	"board_changed": "another board takes the case",
	"duty_date_set": "people set a date for a duty",
	"timescale_declined": "a proposed timescale is refused or withdrawn",
	"calendar_changed": "a change of the working days moves dates of the case",
	"correction": "an entry is corrected",
	"withdrawn": "the escalation is withdrawn",
	"reopened": "the case is reopened",
	"closed": "the case is closed",
}
# The date that an event carries, for clocks that run to a date of the case.
DATES: Mapping[str, str] = {
	"action_agreed": "the date agreed for the action",
	"agreed_timescale": "the agreed timescale",
	"check_set": "the date set to check back on the action",
	"protective_deadline": "the protective deadline",
	"review_set": "the date set for the review",
	"timescale_proposed": "the proposed timescale",
}
EVERYONE = frozenset(
	{"Practitioner", "Manager", "Safeguarding Lead", "Senior Manager", "Head of Service", "Chief Officer"}
)


def stage_name(policy: PolicyData, number: int) -> str:
	"""A short name of a stage: its label where that is short, else its number, as in `Stage 2 (Manager level)`."""
	if number == 0:
		return "the draft"
	stage = policy.stage(number)
	label = stage.label.strip() if stage else ""
	if label and len(label) <= _SHORT:
		return label
	if not label or label.startswith("Stage") or len(label) > _BESIDE:
		return f"Stage {number}"
	return f"Stage {number} ({label})"


def stages_listed(policy: PolicyData, numbers: Iterable[int]) -> str:
	"""`the draft, Stage 1 or Stage 2`."""
	return listed((stage_name(policy, number) for number in numbers), "or")


def term_words(policy: PolicyData, text: str) -> str:
	"""What a term says, as a clause: `the disagreement is resolved at Stage 2`; says so where it cannot be read."""
	try:
		term = parse_term(text)
	except PolicyError:
		return f"“{text.strip()}” (this cannot be read)"
	if term.source:
		return f"{clock_name(policy, term.source)} falls due and is not met"
	return event_words(policy, term)


def event_words(policy: PolicyData, term: Term) -> str:
	"""What a term that is no expiry says, as a clause."""
	happens = HAPPENS[term.kind]
	where = ""
	if "{stage}" in happens:
		happens = happens.format(stage=_which_stage(policy, term))
	else:
		happens = happens.format(chair=policy.chair_label)
		where = _at_stage(policy, term)
	return "".join(
		(
			happens,
			f" to the {_spelled(term)}" if term.to else "",
			f" by {SIDE_NAMES[term.side]}" if term.side else "",
			where,
			" for the last time" if term.last else "",
			", in a talk in both directions" if term.two_way else "",
			" (the same one)" if term.same else "",
		)
	)


def any_of(policy: PolicyData, texts: Iterable[str]) -> str:
	"""Several terms as alternatives: `the disagreement arises or the decision is received`."""
	return alternatives(term_words(policy, text) for text in texts)


def alternatives(clauses: Iterable[str]) -> str:
	"""Clauses joined by "or", with a comma before it where a clause has an "or" of its own."""
	words = list(dict.fromkeys(clauses))
	return listed(words, ", or" if any(" or " in clause for clause in words) else "or").replace(
		" , or ", ", or "
	)


def clock_name(policy: PolicyData, clock_id: str) -> str:
	"""`“Resolve the disagreement” (RB.S1.RESOLVE)`; says so where the policy has no such clock."""
	label = next((clock.label or clock.id for clock in policy.clocks if clock.id == clock_id), "")
	return f"“{label}” ({clock_id})" if label else f"the clock {clock_id}, which this policy does not have,"


def owers(policy: PolicyData, owed_by: str) -> str:
	"""Who owes a step: `the raising agency and the responding agency`."""
	posts = {
		"chair": f"the {policy.chair_label}",
		"business manager": f"the {policy.business_manager_label}",
		"action owner": "whoever agreed to do it",
		"raising lead": SIDE_NAMES["raising"],
		"responding lead": SIDE_NAMES["responding"],
	}
	parts = (part.strip() for part in owed_by.split(","))
	return listed(posts.get(part.casefold(), f"the {part}") for part in parts if part)


def capacities_words(capacities: Iterable[str]) -> str:
	"""`Manager or Safeguarding Lead`; `anyone` where everybody from practitioner to chief officer may."""
	held = tuple(capacities)
	return "anyone" if not held or set(held) >= EVERYONE else listed(held, "or")


def _which_stage(policy: PolicyData, term: Term) -> str:
	if (term.low, term.high) == ANY_STAGE:
		return "any stage"
	name = stage_name(policy, term.low)
	return name if term.high == term.low else f"{name} or a later one"


def _at_stage(policy: PolicyData, term: Term) -> str:
	if (term.low, term.high) == ANY_STAGE:
		return ""
	later = "" if term.high == term.low else " or later"
	return f" at {stage_name(policy, term.low)}{later}"


def _spelled(term: Term) -> str:
	"""The recipient as the term spells it; filters are kept in lower case."""
	position = term.text.casefold().find(term.to)
	return term.text[position : position + len(term.to)] if position >= 0 else term.to
