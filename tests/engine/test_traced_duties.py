"""What is owed after a resolution, and who is to be copied in, by the requirement that it answers.

`docs/traceability.csv` names this file. Closing waits for a required duty; another one is shown and closing goes on
without it. A copy is shown as owed after its event until it is recorded as sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from policy_names import BUCKS, LSAB, REDBRIDGE, STOCKPORT, SUFFOLK

from safeguarding_escalation.engine import LONDON, Event, load_policy
from safeguarding_escalation.engine.case import Case, Named, Person
from safeguarding_escalation.engine.duties import Duty, duties
from safeguarding_escalation.engine.moves import moves

NOW = datetime(2025, 3, 11, 9, tzinfo=LONDON)
RAISER = Person("t-1", agency="Trust", capacities=("Practitioner",))

# (requirements, policy, stages at which it is owed, the duty's words, what does it: a field, an event, or "" for a tick)
Owed = tuple[str, str, tuple[int, ...], str, str]
REQUIRED: list[Owed] = [
	("4L-067", LSAB, (1, 2, 3, 4), "Confirm the agreed outcome in writing between the parties", "event confirmed"),
	("4L-068", LSAB, (1, 2, 3, 4), "State the timescales for responses and actions", "field actions"),
	("4L-069", LSAB, (1, 2, 3, 4), "State how any outstanding issues will be pursued", "field outstanding_issues_plan"),
	("4L-078", LSAB, (1, 2, 3, 4), "Refer the criminal matter to the police, and say when", "field police_referred_on"),
	("4L-078", LSAB, (1, 2, 3, 4), "Write down the police reference of the criminal matter", "field police_reference"),
	("ST-042 ST-123", STOCKPORT, (1, 2, 3, 4), "Confirm the agreed outcome in writing between the parties", "event confirmed"),
	("ST-043", STOCKPORT, (1, 2, 3, 4), "Record how any outstanding issues will be pursued", "field outstanding_issues_plan"),
	("ST-118 ST-134", STOCKPORT, (1, 2, 3, 4), "Complete the Record of Escalation template and log it", "event form_completed"),
	("ST-119", STOCKPORT, (1, 2, 3, 4), "Check back that the agreed actions have been fully implemented", ""),
	("ST-122 ST-131", STOCKPORT, (2, 3, 4), "Feed the agreed actions back to operational staff", "event feedback_given"),
	("ST-135", STOCKPORT, (1, 2, 3, 4), "Add the completed template to the person's case record in every agency", ""),
	("RB-048", REDBRIDGE, (1, 2, 3, 4), "Approve and date the record of each discussion", ""),
	("RB-049", REDBRIDGE, (1, 2, 3, 4), "Place the record on the adult's file, with other written communications", ""),
	("RB-051", REDBRIDGE, (1, 2, 3, 4), "Record how any outstanding issues will be pursued", "field outstanding_issues_plan"),
	("RB-060 RB-066 RB-076", REDBRIDGE, (1, 2, 3), "Confirm the outcome in writing to the agency that raised", "event confirmed"),
	("BU-038", BUCKS, (1, 2, 3, 4), "Confirm the agreed outcome in writing between the parties", "event confirmed"),
	("BU-039", BUCKS, (1, 2, 3, 4), "Record how any outstanding issues will be pursued", "field outstanding_issues_plan"),
	("BU-040", BUCKS, (1, 2, 3, 4), "Document it in the record system of each agency", ""),
	("BU-050", BUCKS, (4,), "Convey the outcome of the Chair's review to the referrer", "event outcome_conveyed"),
	("SU-065 SU-066", SUFFOLK, (1, 2, 3, 4, 5), "action taken, agreed actions and timescales", ""),
]  # fmt: skip
ASKED: list[Owed] = [
	("4L-072", LSAB, (1, 2, 3, 4), "Consider independent advocacy where appropriate", "field advocacy_considered"),
	("ST-099", STOCKPORT, (1, 2, 3, 4), "Consider a debrief", "event debriefed"),
	("ST-100", STOCKPORT, (1, 2, 3, 4), "Identify any general issues for the LSAB Business Manager", "field learning"),
	("ST-105 ST-106", STOCKPORT, (1, 2, 3, 4), "Name the theme, and whether it needs single agency or multi-agency work", "field theme"),
	("ST-109", STOCKPORT, (1, 2, 3, 4), "Bring any gap in policies and procedures to the Independent Chair", "field policy_gap"),
	("ST-116", STOCKPORT, (1, 2, 3, 4), "Check back that there is a shared understanding of the agreed actions", ""),
	("ST-117", STOCKPORT, (1, 2, 3, 4), "Record the agreed actions", "field actions"),
	("ST-124", STOCKPORT, (2, 3, 4), "Set a date to review the actions, where appropriate", "event review_set"),
	("ST-125", STOCKPORT, (2,), "Invoke the review of the adult's safeguarding plan, if necessary", ""),
	("ST-130", STOCKPORT, (3, 4), "Consider where the record of the meeting is to be held", ""),
	("ST-132 ST-133", STOCKPORT, (3, 4), "Consider the need to review policies or procedures, and any issue of compliance", ""),
	("ST-148", STOCKPORT, (1, 2, 3, 4), "Summarise any outstanding dissatisfaction", "field dissatisfaction_remaining"),
	("RB-086", REDBRIDGE, (4,), "how your agency will act upon the Chair's recommendations", "event recommendation_answered"),
	("BU-021", BUCKS, (1, 2, 3, 4), "whether all parties are professionally satisfied", ""),
	("BU-047", BUCKS, (2,), "Advise the professional concerned of the outcome at this stage", "event outcome_conveyed"),
	("BU-051", BUCKS, (3, 4), "Consider a single or multi agency review at a later stage", ""),
	("BU-052", BUCKS, (1, 2, 3, 4), "Disseminate relevant learning", "event learning"),
	("BU-063", BUCKS, (1, 2, 3, 4), "Hold a copy of the form, if it was used, on the adult's record", ""),
	("SU-066 SU-114", SUFFOLK, (1, 2, 3, 4, 5), "Record the agreed actions, by whom and by when", "field actions"),
	("SU-118", SUFFOLK, (1, 2, 3, 4, 5), "Record any learning identified", "field learning"),
	("SU-119", SUFFOLK, (3, 4, 5), "Sign the proforma", "field signatures"),
]  # fmt: skip


def settled(stage: int, *filled: str) -> Case:
	return Case(
		state="Resolved",
		stage=stage,
		raising_agency="Trust",
		responding_agency="Council",
		filled=frozenset(filled),
		criminal_matter=True,
		named=(Named("raised_by", "t-1", NOW),),
	)


def closing(policy_id: str, of: Case, words: str, events: list[Event]) -> Duty | None:
	found = duties(load_policy(policy_id), of, events, NOW + timedelta(days=9))
	return next((duty for duty in found if duty.kind == "closing" and words in duty.text), None)


def refusals(policy_id: str, of: Case, events: list[Event]) -> str:
	found = moves(load_policy(policy_id), of, events, RAISER)
	return " ".join(next(move.refusals for move in found if move.action == "Close"))


def carried_out(duty: Duty, stage: int, does: str) -> tuple[Case, list[Event]]:
	"""The case and its log once the duty is done in the way that the policy names."""
	kind, _, name = does.partition(" ")
	if kind == "field":
		return settled(stage, name), []
	resolved = Event("resolved", at=NOW, stage=stage)
	later = NOW + timedelta(hours=1)
	done = Event(
		name or "duty_done", at=later, stage=stage, relates_to=None if name else duty.key, sequence=1
	)
	return settled(stage), [resolved, done]


@pytest.mark.parametrize("row", REQUIRED, ids=[row[0] for row in REQUIRED])
def test_closing_waits_for_the_duty(row: Owed) -> None:
	_, policy_id, stages, words, does = row
	for stage in range(1, len(load_policy(policy_id).stages) + 1):
		duty = closing(policy_id, settled(stage), words, [])
		assert (duty is not None) is (stage in stages)
		if duty is None:
			continue
		assert duty.required
		assert duty.clause
		assert duty.text in refusals(policy_id, settled(stage), [])
		of, events = carried_out(duty, stage, does)
		assert duty.text not in refusals(policy_id, of, events)


@pytest.mark.parametrize("row", ASKED, ids=[row[0] for row in ASKED])
def test_the_duty_is_shown_and_closing_goes_on_without_it(row: Owed) -> None:
	_, policy_id, stages, words, does = row
	for stage in range(1, len(load_policy(policy_id).stages) + 1):
		duty = closing(policy_id, settled(stage), words, [])
		assert (duty is not None) is (stage in stages)
		if duty is None:
			continue
		assert (duty.required, duty.done) == (False, False)
		assert duty.text not in refusals(policy_id, settled(stage), [])
		of, events = carried_out(duty, stage, does)
		done = closing(policy_id, of, words, events)
		assert done is not None
		assert done.done


# (requirements, policy, event, stage, facts of the case, recipient, sender, what)
COPIES = [
	("4L-065 4L-081", LSAB, "stage_started", 2, {}, "relevant personnel", "raising lead", "the record of this stage"),
	("4L-066", LSAB, "stage_started", 3, {}, "the worker who raised the concern", "raising lead", "the record of this stage"),
	("4L-060", LSAB, "stage_started", 4, {}, "Head of Service", "raising lead", "the referral and the record so far"),
	("4L-060", LSAB, "stage_started", 4, {}, "Chair", "raising lead", "the referral and the record so far"),
	("ST-059", STOCKPORT, "resolved", 3, {}, "all agencies involved in the discussion or meeting", "raising lead", "the outcome and the agreed actions"),
	("ST-096", STOCKPORT, "concern_raised", 1, {"path": "plan dissent"}, "Conference Chair", "raising lead, responding lead", "everything that is sent"),
	("ST-100", STOCKPORT, "learning", 2, {}, "Business Manager", "raising lead", "the general issues identified"),
	("ST-101", STOCKPORT, "learning", 2, {}, "sub group chairs", "business manager", "to inform learning and improvement"),
	("ST-103", STOCKPORT, "stage_started", 2, {}, "Business Manager", "Head of Service", "the escalation notice"),
	("ST-109", STOCKPORT, "policy_issue", 2, {}, "Chair", "raising lead", "the gap in policies and procedures"),
	("ST-136", STOCKPORT, "form_completed", 2, {}, "Business Manager", "raising lead", "the completed recording template"),
	("RB-008 RB-072", REDBRIDGE, "stage_started", 3, {"out_of_area": True}, "Business Manager of the placement area's Safeguarding Adults Board", "business manager", "out of area"),
	("RB-020", REDBRIDGE, "concern_raised", 1, {"child_concern": True}, "Redbridge children's MASH", "raising lead", "a referral about the child"),
	("RB-071", REDBRIDGE, "stage_started", 3, {}, "Business Manager", "raising lead", "the escalation at Stage 3"),
	("RB-079", REDBRIDGE, "stage_started", 4, {}, "Business Manager", "raising lead", "the escalation at Stage 4"),
	("RB-080 RB-094", REDBRIDGE, "stage_started", 4, {}, "Chair", "business manager", "the referral and the record so far"),
	("RB-083", REDBRIDGE, "recommended", 4, {}, "raising lead", "chair", "the Chair's recommendations"),
	("RB-083", REDBRIDGE, "recommended", 4, {}, "responding lead", "chair", "the Chair's recommendations"),
	("BU-047", BUCKS, "unresolved", 2, {}, "the worker who raised the concern", "responding lead", "the outcome at this stage"),
	("BU-064", BUCKS, "stage_started", 3, {}, "Head of Service", "raising lead", "the form, as the basis of the report"),
	("BU-064", BUCKS, "stage_started", 4, {}, "Chair", "raising lead", "the form, as the basis of the report"),
	("BU-065", BUCKS, "stage_started", 2, {}, "relevant personnel", "raising lead", "the record of discussions and decisions"),
	("SU-053", SUFFOLK, "stage_started", 4, {}, "Head of Safeguarding", "raising lead", "the escalation"),
	("SU-062", SUFFOLK, "stage_started", 5, {}, "Partnership Representative", "raising lead", "for the Independent Scrutineer"),
	("SU-071", SUFFOLK, "concern_raised", 1, {"path": "mash outcome"}, "MASH (cypmash@suffolk.gov.uk)", "raising lead", "the disagreement with the outcome of the referral"),
	("SU-085", SUFFOLK, "unresolved", 1, {"path": "stop and review"}, "Heads of Service of each agency", "raising lead", "the unresolved Stop and Review"),
]  # fmt: skip


@pytest.mark.parametrize("row", COPIES, ids=[f"{row[0]}-{row[5]}" for row in COPIES])
def test_a_copy_is_owed_until_it_was_sent(
	row: tuple[str, str, str, int, dict[str, object], str, str, str],
) -> None:
	_, policy_id, kind, stage, facts, recipient, sender, what = row
	policy = load_policy(policy_id)
	events = [Event(kind, at=NOW, stage=stage)]

	def owed(**of: object) -> Duty | None:
		case = Case(state=f"Stage {stage}", stage=stage, **of)  # type: ignore[arg-type]
		found = duties(policy, case, events, NOW + timedelta(days=9))
		return next((duty for duty in found if duty.key == f"copy:{kind}:{stage}:{recipient}"), None)

	duty = owed(**facts)
	assert duty is not None
	assert (duty.owed_by, duty.done) == (sender, False)
	assert what in duty.text
	assert duty.clause
	if facts:
		assert owed() is None
	events.append(Event("copied", at=NOW + timedelta(hours=1), stage=stage, to=recipient, sequence=1))
	sent = owed(**facts)
	assert sent is not None
	assert sent.done is not any(rule.standing for rule in policy.copy_rules if rule.recipient == recipient)
