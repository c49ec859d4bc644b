"""What is owed beside the clocks: copies, closing duties, records still missing, agreed actions and reviews.

Pure. Each duty says what to do in one sentence, who owes it, by which clause, whether closing waits for it, and when
it was done. `events` are effective ones (`events.effective`); what was done before a reopening does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .answers import outcomes
from .case import RECOMMENDED, SETTLED, Case
from .contacting import copy_duty, record_text
from .copies import copies_owed
from .events import Event, instant_of, require_aware
from .implied import FORM, form_name
from .needs import epoch, event_term, find, missing, same_name
from .policy import Policy
from .schema import ClosingDuty
from .stages import ENTERING
from .wording import SIDE_NAMES, due_text, listed, sentence, with_article

COPY, CLOSING, RECORD, ACTION, REVIEW, ANSWER = "copy", "closing", "record", "action", "review", "answer"
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
_BOTH = "raising lead, responding lead"
# What was agreed, and the event that does it: a closed case alerts nobody, so closing waits for both.
_AGREED = (
	("action_agreed", "action_done", ACTION, "Carry out the agreed action"),
	("review_set", "review_held", REVIEW, "Hold the review that was set"),
)


@dataclass(frozen=True)
class Duty:
	"""Something owed. `key` is stable within the case; `required`: closing waits for it.

	`done_at` is None while it is owed, and also where a filled field satisfies it (`done` is then True).
	`due_at` is set where people agreed a date; `overdue` compares it with `now`. `event` is the id of the entry that
	did a closing duty, where one did. By when a closing duty is owed: see `closing_dates`. `recipient` (the policy's words)
	and `agency` (whose, where these mean several) are those of a copy.
	"""

	key: str
	kind: str
	text: str
	owed_by: str = ""
	clause: str = ""
	required: bool = False
	done: bool = False
	done_at: datetime | None = None
	due_at: datetime | None = None
	overdue: bool = False
	event: str | None = None
	recipient: str = ""
	agency: str = ""


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
		*_agreed(current, now),
		*_answers(policy, case, current),
		*_full_record(policy, case, current),
		*_unsaid(policy, case, current),
		*_wishes(case, current),
		*_signatures(policy, case, current),
		*_closing(policy, case, current),
	)


def open_closing_duties(policy: Policy, case: Case, events: Iterable[Event]) -> tuple[Duty, ...]:
	"""The required duties that closing still waits for (X-A10)."""
	current = epoch(events)
	owed = (*_agreed(current, None), *_closing(policy, case, current))
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


def _agreed(current: Sequence[Event], now: datetime | None) -> Iterator[Duty]:
	"""Agreed actions and reviews: done by the event that relates to the same one, or that leaves it open which."""
	for agreed_kind, done_kind, kind, text in _AGREED:
		for number, agreed in enumerate(event for event in current if event.kind == agreed_kind):
			done = next(
				(event for event in current if event.kind == done_kind and _same(agreed, event)), None
			)
			by = f" by {due_text(agreed.due_at)}" if agreed.due_at else ""
			yield Duty(
				key=f"{kind}:{agreed.relates_to or agreed.id or number}",
				kind=kind,
				text=sentence(f"{text}{by}"),
				owed_by="action owner" if kind == ACTION else _BOTH,
				required=True,
				done=done is not None,
				done_at=done.at if done else None,
				due_at=agreed.due_at,
				overdue=done is None and _past(agreed.due_at, now),
			)


def _past(due_at: datetime | None, now: datetime | None) -> bool:
	return due_at is not None and now is not None and instant_of(due_at) < instant_of(now)


def _same(agreed: Event, done: Event) -> bool:
	return done.order > agreed.order and done.relates_to in (None, agreed.relates_to, agreed.id)


def _answers(policy: Policy, case: Case, current: Sequence[Event]) -> Iterator[Duty]:
	"""RB-086, RB-A14: recommendations are expected to be acted upon; no time limit, and closing does not wait.

	A policy that lists the answer among its closing duties says it there.
	"""
	in_closing = any(
		"recommendation_answered" in need for row in policy.closing_duties for need in row.satisfied_by
	)
	if in_closing or not any(event.kind == "recommended" for event in current):
		return
	for side in ("raising",) if case.family else ("raising", "responding"):
		answer = next(
			(
				event
				for event in current
				if event.kind == "recommendation_answered" and same_name(event.side, side)
			),
			None,
		)
		yield Duty(
			key=f"answer:{side}",
			kind=ANSWER,
			text="Say in writing whether your agency will act on the recommendations.",
			owed_by=f"{side} lead",
			done=answer is not None,
			done_at=answer.at if answer else None,
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
			owed_by=_BOTH,
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
		if row.from_stage <= case.stage <= row.to_stage:
			yield _closing_duty(row, case, current)


def _closing_duty(row: ClosingDuty, case: Case, current: Sequence[Event]) -> Duty:
	"""Satisfied by one of its terms; without terms by a `duty_done` event that names the duty."""
	key = f"closing:{row.duty}"
	if row.satisfied_by:
		found = next(filter(None, (find(term, case, current) for term in row.satisfied_by)), False)
	else:
		found = _named_done(current, row.duty, key) or False
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
