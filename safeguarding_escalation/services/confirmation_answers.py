"""What somebody says of a record they were asked about: rows of the log, beside the record and never over it.

Where the policy makes that person's side confirm the outcome in writing, their confirmation is that confirmation too,
and stops its clock; a correction or a dispute is not.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine import Event
from safeguarding_escalation.engine.case import DRAFT, ENDED, Person
from safeguarding_escalation.engine.needs import epoch
from safeguarding_escalation.engine.terms import parse_term
from safeguarding_escalation.services import (
	actors,
	confirmation_people,
	confirmations,
	log,
	projection,
	record_shown,
	signatures,
	signing,
	times,
)
from safeguarding_escalation.services.actors import Actor
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, StaleCase, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.record_shown import RESOLUTION, Shown
from safeguarding_escalation.services.text import plain

OPEN = (confirmations.ASKED, confirmations.EXPIRED, confirmations.INVALID)
CONFIRMED_EVENT = "confirmed"
LONGEST = 4000
_STALE = "The record has changed since you opened it. Read it again before you answer."


def answer(
	escalation: str,
	confirmation: str,
	verdict: str,
	digest: str,
	words: str | None = None,
	sign: bool = False,
	actor: str | None = None,
	evidence: str | None = None,
) -> dict[str, Any]:
	"""Answer a request with an account, or with `evidence` for somebody who answered outside; see the API."""
	from safeguarding_escalation.services import views
	from safeguarding_escalation.services.lock import locked

	known = plain(evidence, "How you know")
	with locked(escalation) as case:
		row = confirmations.of_case(case, confirmation)
		who = _who(case, row, actor, known)
		how = confirmations.OUTSIDE if known else confirmations.HERE
		entry = store(case, row, who, verdict, digest, words, how, sign)
	return {"log": entry.name, **views.panel(escalation)}


def _who(case: LoadedCase, row: Any, actor: str | None, evidence: str) -> Actor:
	"""Who answers: the user in person, else the person who was asked, for whom the user records it."""
	if evidence:
		who = actors.resolve(case, actor or row.contact, source=actors.REPORTED, evidence=evidence)
		if who.person.user and who.person.user == frappe.session.user:
			refuse(BadInput, "You answer for yourself: leave out how you know.")
		return who
	mine = [person for person in actors.readers(case) if person.contact == row.contact]
	mine += [person for person in actors.readers(case) if person.contact]
	record = record_shown.shown(case, row.what, int(row.stage or 1))
	reasons = []
	for person in mine:
		why = refusal(case, row, person, record)
		if not why:
			return Actor(person, side=row.side or actors.side_of(case, person))
		reasons.append(why)
	return refuse(
		MoveRefused, reasons[0] if reasons else "You have no part in this case for which to answer."
	)


def refusal(case: LoadedCase, row: Any, person: Person, record: Shown | None) -> str:
	"""Why somebody may not answer a request; '' if they may: who was asked, or somebody who could be asked for that side."""
	if case.document.workflow_state in (*ENDED, DRAFT):
		return "This case is not open: reopen it before anybody answers."
	if row.state not in OPEN:
		return "This request has ended already."
	if record is None:
		return "There is nothing left to answer: the record has been taken back."
	return confirmation_people.refusal(case, person, row.side, int(row.stage or 1), record, row.asked_by)


def store(
	case: LoadedCase,
	row: Any,
	who: Actor,
	verdict: str,
	digest: str,
	words: str | None,
	how: str,
	sign: bool = False,
) -> Any:
	"""Write an answer; the caller holds the lock and has said who it is. Returns the log's row."""
	if verdict not in confirmations.ANSWERS:
		refuse(BadInput, f"Answer: choose one of {', '.join(confirmations.ANSWERS)}.")
	said = plain(words, "Your words", LONGEST)
	if verdict != confirmations.CONFIRMED and not said:
		refuse(BadInput, "What is not right? Say it in your own words: they stand beside the record.")
	record = record_shown.shown(case, row.what, int(row.stage or 1))
	why = refusal(case, row, who.person, record)
	if why or record is None:
		refuse(CaseClosed if case.document.workflow_state in ENDED else MoveRefused, why)
	if digest != record.digest:
		refuse(StaleCase, _STALE)
	if sign:
		signing.require_capacity(who.person, case.policy)
	entry = case.append(
		log.Entry(
			kind=confirmations.ANSWERS[verdict],
			occurred_at=case.now,
			stage=int(row.stage or 1),
			mode="in writing",
			relates_to=row.name,
			note=said,
			confirmed_by=who.person.contact if verdict == confirmations.CONFIRMED else None,
			**who.columns(),
		)
	)
	_keep(row, who, verdict, record, how, entry, sign)
	if sign:
		signatures.add(case, who, row.what, int(row.stage or 1), record, signing.SOURCES[how])
	if verdict == confirmations.CONFIRMED and row.what == RESOLUTION:
		_confirm_outcome(case, row, who, record)
	projection.refresh(case)
	return entry


def _keep(row: Any, who: Actor, verdict: str, record: Shown, how: str, entry: Any, sign: bool) -> None:
	now = times.stored(times.aware(entry.occurred_at))
	values = {
		"state": verdict,
		"reason": "",
		"answered_at": now,
		"answered_by": who.person.contact,
		"answered_how": how,
		"digest": record.digest,
		"record_at": now,
		"signed": int(sign),
		"stage_log": entry.name,
	}
	frappe.db.set_value(confirmations.DOCTYPE, row.name, values, update_modified=False)
	from safeguarding_escalation.services import response_links

	response_links.end_of(row.name, "The answer was given.")


def _confirm_outcome(case: LoadedCase, row: Any, who: Actor, record: Shown) -> None:
	"""The policy's written confirmation, where the person's side owes it and it is still to be given."""
	stage = int(record.anchor.stage or 1)
	if record.anchor.kind != "resolved" or not owes_confirmation(case, row.side, stage):
		return
	case.append(
		log.Entry(
			kind=CONFIRMED_EVENT,
			occurred_at=case.now,
			stage=stage,
			mode="in writing",
			**{**who.columns(), "side": row.side},
		)
	)


def owes_confirmation(case: LoadedCase, side: str, stage: int) -> bool:
	"""Whether a clock of the policy waits for this side's written confirmation, or a closing duty of its."""
	given = Event(CONFIRMED_EVENT, at=case.now, stage=stage, side=side)
	known = {clock.id: clock for clock in case.policy.clocks}
	for deadline in case.deadlines:
		clock = known.get(deadline.clock)
		waits = clock is not None and deadline.met_at is None and deadline.ended_at is None
		if waits and side in _sides(deadline.owed_by):
			terms = [parse_term(text) for text in clock.stop]
			if any(
				term.kind == CONFIRMED_EVENT and term.covers(stage) and term.fits(given) for term in terms
			):
				return True
	duty = any(
		f"event {CONFIRMED_EVENT}" in row.satisfied_by and side in _sides(row.owed_by)
		for row in case.policy.all_closing_duties
	)
	return duty and not _confirmed_already(case)


def _sides(owed_by: str) -> set[str]:
	return {part.strip().partition(" ")[0] for part in owed_by.split(",")}


def _confirmed_already(case: LoadedCase) -> bool:
	return any(event.kind == CONFIRMED_EVENT for event in epoch(case.effective_events))
