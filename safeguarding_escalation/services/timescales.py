"""The timescales of a case beside the policy's: protective deadlines, and what the two sides propose and agree.

A protective deadline is set by those whom the policy names, with a reason, and belongs to its stage (X-A11 to X-A13).
What is recorded as agreed counts at once, as any entry does; whose word it is stands beside it until the other side has
said the same, or that it did not (ST-A9). Neither ever replaces a policy's own date by a later one: the plan takes the
earliest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from safeguarding_escalation.engine import Event, parties
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.needs import epoch
from safeguarding_escalation.services import actors, times
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase

PROTECTIVE, PROPOSED, AGREED, DECLINED = (
	"protective_deadline", "timescale_proposed", "agreed_timescale", "timescale_declined",
)  # fmt: skip
KINDS = (PROTECTIVE, PROPOSED, AGREED, DECLINED)
_OTHER = {"raising": "responding", "responding": "raising"}


# Who may say what


def open_proposals(case: LoadedCase) -> list[Event]:
	"""The last proposal of each side that was neither agreed to, declined, withdrawn nor replaced; oldest first."""
	found: dict[str, Event] = {}
	for event in epoch(case.effective_events):
		if event.kind == PROPOSED and event.due_at:
			found[event.side or ""] = event
		elif event.kind == DECLINED:
			found = {side: other for side, other in found.items() if other.id != event.relates_to}
		elif event.kind == AGREED:
			found = {side: other for side, other in found.items() if other.due_at != event.due_at}
	return sorted(found.values(), key=lambda event: event.order)


def agreed(case: LoadedCase) -> Event | None:
	"""The agreed timescale that counts: the last one recorded since the case was last reopened."""
	found = [event for event in epoch(case.effective_events) if event.kind == AGREED and event.due_at]
	return found[-1] if found else None


def other_sides_word(case: LoadedCase, event: Event) -> str:
	"""What the side that did not record an agreement says of it: `agrees`, `denies`, or '' for nothing yet.

	It agrees where it proposed or recorded the same date, where the entry names whom of it the date was agreed with, and
	where the entry is itself a report of what it did.
	"""
	other = _OTHER.get(event.side or "")
	row = next((row for row in case.rows if row.name == event.id), None)
	if other is None or row is None or row.source == actors.REPORTED:
		return "agrees"
	if row.counterpart_agency and row.counterpart_agency in parties.agencies(case.case).get(other, ()):
		return "agrees"
	said = [each for each in epoch(case.effective_events) if each.side == other]
	if any(each.kind in (PROPOSED, AGREED) and each.due_at == event.due_at for each in said):
		return "agrees"
	return "denies" if any(each.kind == DECLINED and each.relates_to == event.id for each in said) else ""


def unanswered(case: LoadedCase) -> Event | None:
	"""The agreement that counts on one side's word alone, while the other side has said nothing of it."""
	event = agreed(case)
	return event if event is not None and not other_sides_word(case, event) else None


def check_declined(case: LoadedCase, relates_to: str) -> None:
	"""Raise BadInput unless a refusal or withdrawal names an open proposal, or an agreement on one side's word alone."""
	alone = unanswered(case)
	if relates_to not in {event.id for event in (*open_proposals(case), *([alone] if alone else []))}:
		refuse(BadInput, "Which proposal is refused or withdrawn? It is no longer open, or not in this case.")


def check_protective(
	case: LoadedCase, due_at: datetime, actor: actors.Actor, reason: str | None = None
) -> None:
	"""X-A12: who may set or shorten, and who may lengthen, a protective deadline; `reason` None where none is asked.

	Raises MoveRefused, and BadInput for a change without a reason.
	"""
	policy, capacities = case.policy, set(actor.person.capacities)
	if policy.protective_set_by and not capacities & {
		*policy.protective_set_by,
		*policy.protective_lengthen_by,
	}:
		refuse(MoveRefused, f"A protective deadline is set by: {', '.join(policy.protective_set_by)}.")
	standing = protective(case)
	if standing is None or standing.due_at is None:
		return
	if due_at > standing.due_at and not may_lengthen(case, actor):
		refuse(
			MoveRefused,
			f"The protective deadline is {times.show(standing.due_at)}. "
			"Only a manager of the raising side may make it later.",
		)
	if reason == "" and due_at != standing.due_at:
		refuse(BadInput, "Say why the protective deadline changes: set it under Timescales, with the reason.")


def may_lengthen(case: LoadedCase, actor: actors.Actor) -> bool:
	"""Whether somebody may make a protective deadline later: by the policy, on the raising side."""
	return actor.side == "raising" and bool(
		set(actor.person.capacities) & set(case.policy.protective_lengthen_by)
	)


def protective(case: LoadedCase, stage: int | None = None) -> Event | None:
	"""The protective deadline that stands at a stage (default: the case's own): the last that was set there."""
	wanted = case.case.stage if stage is None else stage
	found = [
		event
		for event in epoch(case.effective_events)
		if event.kind == PROTECTIVE and event.stage == wanted and event.due_at
	]
	return found[-1] if found else None


# What is asked for after a stage change


def wanting(case: LoadedCase) -> Event | None:
	"""The protective deadline of an earlier stage that had passed when the case went up, where none is set since."""
	if case.document.workflow_state in ENDED or protective(case):
		return None
	before = [
		event
		for event in epoch(case.effective_events)
		if event.kind == PROTECTIVE and event.due_at and (event.stage or 0) < case.case.stage
	]
	last = before[-1] if before else None
	return last if last is not None and last.due_at is not None and last.due_at <= case.now else None


def banners(case: LoadedCase) -> list[dict[str, str]]:
	"""That a new protective deadline is asked for; it never holds a step back (X-A13)."""
	passed = wanting(case)
	if passed is None or not str(case.document.workflow_state).startswith("Stage "):
		return []
	return [
		{
			"kind": "warning",
			"text": f"The protective deadline of Stage {passed.stage} passed on {times.show(passed.due_at)}, and this "
			"stage has none. By when must it be settled to keep the person safe? Set a new one under Timescales.",
		}
	]


def move_warning(case: LoadedCase, to_stage: int) -> str:
	"""What a step up says beforehand where the protective deadline has passed; '' for any other step."""
	standing = protective(case)
	if (
		standing is None
		or standing.due_at is None
		or standing.due_at > case.now
		or to_stage <= case.case.stage
	):
		return ""
	return (
		f"The protective deadline passed on {times.show(standing.due_at)} and is not carried on. "
		"Set a new one as soon as you are at the next stage."
	)
