"""What is owed beside the clocks: copies, closing duties, records still missing, agreed actions and reviews.

Pure. Each duty says what to do in one sentence, who owes it, by which clause, whether closing waits for it, and when
it was done. `events` are effective ones (`events.effective`); what was done before a reopening does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from . import prompts, replies
from .agreed import agreed, all_checked, asks_for_checks
from .answers import outcomes
from .case import RECOMMENDED, SETTLED, Case
from .contacting import copy_duty, record_text
from .copies import copies_owed
from .duty import BOTH, CLOSING, COPY, RECORD
from .duty import Duty as Duty
from .events import Event, instant_of, require_aware
from .implied import FORM, form_name
from .needs import applies, epoch, event_term, find, missing
from .policy import Policy
from .schema import ClosingDuty
from .stages import ENTERING
from .wording import SIDE_NAMES, listed, sentence, with_article

MANAGER_NOTE = "wishes:manager"
# What says what happened at a stage (SU-A7).
_RECORDING = frozenset(
	{
		"discussed",
		"consulted",
		"unresolved",
		"resolution_proposed",
		"responded",
		"recommended",
		"confirmed",
		"form_completed",
	}
)


def duties(policy: Policy, case: Case, events: Iterable[Event], now: datetime) -> tuple[Duty, ...]:
	"""Every duty that has arisen by `now` (aware), done ones included: copies, records, agreed matters, closing.

	Closing duties arise when the case is resolved or recommendations were made; a closed or withdrawn case owes
	nothing. Raises EventError for a naive `now`, PolicyError for a term of the policy that cannot be read.
	"""
	present = instant_of(require_aware(now, "The present time"))
	current = tuple(event for event in epoch(events) if event.instant <= present)
	if not case.open:
		return ()
	return (
		*_copies(policy, case, current),
		*_records(policy, case, current),
		*agreed(policy, case, current, now),
		*replies.owed(policy, case, current),
		*prompts.owed(policy, case),
		*_full_record(policy, case, current),
		*_unsaid(policy, case, current),
		*_wishes(case, current),
		*_signatures(policy, case, current),
		*_closing(policy, case, current),
	)


def open_closing_duties(policy: Policy, case: Case, events: Iterable[Event]) -> tuple[Duty, ...]:
	"""The required duties that closing still waits for (X-A10)."""
	current = epoch(events)
	owed = (*agreed(policy, case, current, None), *_closing(policy, case, current))
	return tuple(duty for duty in owed if duty.required and not duty.done)


def _copies(policy: Policy, case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""One copy for each rule, stage and recipient; a standing rule is a reminder, never done."""
	for owed in copies_owed(policy, case, current):
		duty = Duty(
			key=owed.key,
			kind=COPY,
			text=owed.text,
			owed_by=owed.rule.sender,
			clause=owed.rule.clause,
			done=owed.sent is not None,
			done_at=owed.sent.at if owed.sent else None,
			recipient=owed.rule.recipient,
			agency=owed.agency,
		)
		yield copy_duty(duty, owed.rule.recipient, case)


def _records(policy: Policy, case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""What the policy wants on record at this stage and does not find, whether or not a move waits for it."""
	steps = [("raise", max(case.stage, 1))]
	if case.stage:
		steps.append(("enter", case.stage))
	if case.state in SETTLED:
		steps += [
			("recommend" if case.state == RECOMMENDED else "resolve", case.stage),
			("close", case.stage),
		]
	for when, stage in steps:
		for row in missing(policy, case, current, when, stage):
			yield Duty(
				key=f"record:{when}:{stage}:{'|'.join(row.needs)}",
				kind=RECORD,
				text=record_text(sentence(row.message), row.needs, case),
				owed_by="raising lead",
				clause=row.clause,
			)


def _full_record(policy: Policy, case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""SU-A7: from `record_from_stage` on, a stage that the case went up from has its discussion and decision on record.

	Owed only where nothing is; a policy whose own records ask for the discussion of that stage says it there.
	"""
	for event in current:
		stage = event.stage or 0
		if event.kind not in ENTERING or not policy.record_from_stage <= stage < case.stage:
			continue
		if any(other.stage == stage and other.kind in _RECORDING for other in current):
			continue
		wanted = event_term(f"discussed {stage}")
		if any(wanted.text in need for row in policy.records for need in row.needs):
			continue
		yield Duty(
			key=f"full record:{stage}",
			kind=RECORD,
			text=sentence(
				f"Record what was discussed and decided at {policy.stage_label(stage)}, for all parties"
			),
			owed_by=BOTH,
		)


def _unsaid(policy: Policy, case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""BU-A7: a response says whether it resolves, recommends or advises; one that does not is asked to."""
	given = [event for event in current if event.kind == "responded"]
	choices = outcomes(policy, case, "responded")
	if given and len(choices) > 1 and not any(event.outcome for event in given):
		yield Duty(
			key="outcome:responded",
			kind=RECORD,
			text=sentence(f"Say what the {policy.chair_label}'s response is: {listed(choices, 'or')}"),
			owed_by="chair",
		)


def _wishes(case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""4L-A5: where the adult does not want it followed through, a reason and a manager's note are owed."""
	if not case.wishes_refused:
		return
	why = "The adult does not want the matter followed through: write down why it goes on"
	noted = _named_done(current, MANAGER_NOTE)
	yield Duty("wishes:reason", RECORD, sentence(why), "raising lead", done=case.refusal_explained)
	yield Duty(
		MANAGER_NOTE,
		RECORD,
		"A manager notes the adult's wish, and whether the matter goes on all the same.",
		"raising lead",
		done=noted is not None,
		done_at=noted.at if noted else None,
	)


def _signatures(policy: Policy, case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""BU-A10, BU-A9: a form that is used is signed for both agencies, by one of those whom the board lets sign."""
	used = any(event.kind == FORM for event in current)
	if not policy.signatory_capacities or case.state not in SETTLED or not used:
		return
	who = with_article(listed(policy.signatory_capacities, "or"))
	for side in ("raising", "responding"):
		yield Duty(
			key=f"signature:{side}",
			kind=RECORD,
			text=sentence(f"Sign {form_name(policy)} for {SIDE_NAMES[side]}: {who}"),
			owed_by=f"{side} lead",
			done=side in case.signed,
		)


def _named_done(current: Sequence[Event], *names: str) -> Event | None:
	"""The event that says that a duty of one of these names is done."""
	return next((event for event in current if event.kind == "duty_done" and event.relates_to in names), None)


def _closing(policy: Policy, case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""The closing duties of the stage at which the case was settled."""
	if case.state not in SETTLED:
		return
	for row in policy.all_closing_duties:
		if row.from_stage <= case.stage <= row.to_stage and applies(row.condition, policy, case):
			yield _closing_duty(row, case, current)


def _closing_duty(row: ClosingDuty, case: Case, current: Sequence[Event]) -> Duty:
	"""Satisfied by one of its terms; without terms by a `duty_done` event that names the duty."""
	key = f"closing:{row.duty}"
	names = (row.duty, key)
	found: Event | bool | None = None
	if asks_for_checks(row, case):
		checked = all_checked(current)
		found = _named_done(current, *names) if checked is None else checked
	elif replies.listed(row, case):
		found = replies.all_replied(case, current)
	if found is None:
		found = _by_terms(row, case, current, names)
	return Duty(
		key=key,
		kind=CLOSING,
		text=sentence(row.duty),
		owed_by=row.owed_by,
		clause=row.clause,
		required=row.required,
		done=bool(found),
		done_at=found.at if isinstance(found, Event) else None,
		event=found.id if isinstance(found, Event) else None,
	)


def _by_terms(row: ClosingDuty, case: Case, current: Sequence[Event], names: tuple[str, str]) -> Event | bool:
	"""What satisfies a closing duty by its own terms; without terms a `duty_done` event that names it."""
	if row.satisfied_by:
		found = (find(term, case, current) for term in row.satisfied_by)
		return next((each for each in found if each), False)
	return _named_done(current, *names) or False
