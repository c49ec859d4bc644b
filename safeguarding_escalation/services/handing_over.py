"""Who leads each party, and how a colleague takes over: one click, logged. Stepping back is in `recusing.py`."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.access import party_team
from safeguarding_escalation.engine.case import Party, Person
from safeguarding_escalation.engine.parties import PARTY_SIDES as SIDES
from safeguarding_escalation.engine.parties import lead_of, parties_of, take_over_refusal
from safeguarding_escalation.services import absences, actors, facts, handovers, log, people, views
from safeguarding_escalation.services.errors import MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked

SIDE_WORDS = {"raising": "Raising side", "responding": "Responding side"}


def take_over(escalation: str) -> dict[str, Any]:
	"""Make the session's user the lead of their agency in the case; see `api.escalation.take_over`.

	Saving the new lead logs `handed_over` (see `log_changes`). Raises MoveRefused.
	"""
	with locked(escalation) as case:
		mine = actors.recorder(case)
		chosen, refusals = None, []
		for party in parties_of(case.case, mine):
			refusal = refusal_for(case, party, mine)
			if not refusal:
				chosen = party
				break
			refusals.append(refusal)
		if chosen is None:
			refuse(
				MoveRefused,
				refusals[0] if refusals else "You act for neither side, so there is nothing to take.",
			)
		set_lead(case, chosen, mine.contact)
		case.document.flags.taken_over = True
		case.document.save()
	return views.panel(escalation)


def refusal_for(case: LoadedCase, party: Party, person: Person) -> str:
	"""Why a person may not take over a party's lead; '' if they may."""
	lead = lead_of(case.case, party)
	covers = bool(lead and person.contact) and absences.cover_of(lead, case.now) == person.contact
	return take_over_refusal(case.policy, case.case, party, person, team(case, party), covers)


def team(case: LoadedCase, party: Party) -> str:
	"""The team of a party: its own, failing that of its lead or of whoever raised the concern."""
	names = {party.lead, *(row.contact for row in case.case.named)}
	rows = [row for row in map(people.contact, sorted(filter(None, names))) if row]
	return party_team(case.case, party, {row.name: people.person(row, None) for row in rows})


def set_lead(case: LoadedCase, party: Party, contact: str | None) -> None:
	"""The lead of a party, in its row and in the form's field."""
	document = case.document
	for row in document.parties:
		if row.agency == party.agency and row.side == party.side:
			row.lead = contact
			row.team = row.team or team(case, party)
	if document.get(f"{party.side}_agency") == party.agency:
		document.set(f"{party.side}_lead", contact)


def log_changes(case: LoadedCase, before: Any, actor: actors.Actor) -> None:
	"""Log `handed_over` for each party whose lead a save has changed. A draft is still being filled in."""
	document = case.document
	if before is None or (before.workflow_state == "Draft" and not document.flags.taken_over):
		return
	old = {(row.agency, row.side): row.lead for row in before.parties}
	for row in document.parties:
		led_by = old.get((row.agency, row.side))
		if row.side in SIDES and row.lead and row.lead != led_by:
			back = "back to" if document.flags.handed_back else "to"
			written = case.append(
				log.Entry(
					kind="handed_over",
					occurred_at=case.now,
					stage=int(document.current_stage or 1),
					relates_to=f"{SIDE_WORDS[row.side]} {back} {_name(row.lead)}"[:140],
					note=document.flags.handover_note or "",
					**actor.columns(),
					**(actors.counterpart(led_by, case, actor) if led_by != actor.person.contact else {}),
				)
			)
			handovers.handed(row, written, own=row.lead == actor.person.contact)


def _name(contact: str) -> str:
	row = people.contact(contact)
	return row.contact_name if row else "somebody else"


def leads(case: LoadedCase) -> list[dict[str, Any]]:
	"""Who leads each party, for the panel: names of staff, never of the adult or the family.

	Keys: side, side_label, agency, words, team, mine, may_take_over.
	"""
	mine = actors.recorder(case)
	found = [_lead_row(case, party, mine) for party in case.case.all_parties() if party.side in SIDES]
	if case.case.family:
		found.append(
			{
				"side": "responding",
				"side_label": "Other side",
				"agency": "",
				"words": facts.FAMILY,
				"team": "",
				"mine": False,
				"may_take_over": False,
				**handovers.NOTHING,
			}
		)
	return found


def _lead_row(case: LoadedCase, party: Party, mine: Person) -> dict[str, Any]:
	lead = people.contact(party.lead)
	its_team = team(case, party)
	words = f"Duty team: {its_team}" if its_team else "Nobody is named yet"
	if lead:
		words = ", ".join(text for text in (lead.contact_name, lead.job_title or lead.capacity) if text)
	return {
		"side": party.side,
		"side_label": SIDE_WORDS[party.side],
		"agency": party.agency,
		"words": words,
		"team": its_team,
		"mine": bool(mine.contact) and party.lead == mine.contact,
		"may_take_over": not refusal_for(case, party, mine),
		**handovers.shown(case, party, mine),
	}
