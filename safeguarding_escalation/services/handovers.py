"""Handing a case to a colleague, back again, and that it was received. No clock ever waits for any of it.

Who hands over: the lead themselves, a manager of their agency who works on the case, or the lead's line manager, who
need not see the case for that. It is the save of the new lead that logs it (`handing_over.log_changes`).
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.case import ENDED, Party, Person
from safeguarding_escalation.engine.parties import PARTY_SIDES, lead_of
from safeguarding_escalation.services import (
	absences,
	actors,
	audit,
	log,
	people,
	projection,
	rights,
	times,
	views,
)
from safeguarding_escalation.services.errors import BadInput, MoveRefused, NotYours, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded, locked
from safeguarding_escalation.services.text import plain

RECEIVED = "handover_received"
NOTHING: dict[str, Any] = {
	"away": "", "handed": "", "received": "", "may_hand_over": False, "may_receive": False, "may_return": "",
}  # fmt: skip
MOST = 200  # cases of one person in one click
_WHO = "The lead, their line manager, or a manager of their agency does this."
_SENTENCE = "There is no such escalation, or you have no access to it."


def handed(row: Any, written: Any, own: bool) -> None:
	"""Note on a party's row when its lead was handed the case. Who took it over in person (`own`) has received it."""
	values = {"handed_at": written.occurred_at, "received_at": written.occurred_at if own else None}
	frappe.db.set_value("Escalation Party", row.name, values, update_modified=False)
	row.update(values)


def hand_over(escalation: str, to: str, note: str | None = None) -> dict[str, Any]:
	"""Name the new lead of the user's agency in one case; see `api.handover.hand_over`."""
	_require_a_part(escalation)
	said = plain(note, "Note")
	_hand_over(escalation, None, to, said)
	return _answer(escalation)


def hand_over_all(contact: str, to: str, note: str | None = None) -> dict[str, Any]:
	"""Hand all open cases that `contact` leads to a colleague, each logged; see `api.handover.hand_over_all`."""
	said, old = plain(note, "Note"), people.named(contact, "Whose cases")
	_checked(people.named(to, "New lead"), old.agency or "")
	done, refused = [], []
	for name in led_by(old.name)[:MOST]:
		frappe.db.savepoint("hand_over_one")
		known = list(frappe.local.message_log)
		try:
			_hand_over(name, old.name, to, said)
			done.append(name)
		except (frappe.ValidationError, frappe.PermissionError) as refusal:
			# One case that may not be handed over stops none of the others; the answer says how many and why.
			frappe.db.rollback(save_point="hand_over_one")
			frappe.local.message_log = known
			refused.append(str(refusal))
	mine = {row.name for row in people.contacts_of(frappe.session.user)}
	if not done and not mine.intersection((old.name, old.line_manager)):
		refuse(NotYours, _WHO)  # the same words whether that person leads any case or none
	return {"handed_over": len(done), "refused": sorted(set(refused)), "not": len(refused)}


def _require_a_part(escalation: str) -> None:
	"""Raise NotYours, in one place and one way, for a case that isn't there and for one that is no business of the user's."""
	known = isinstance(escalation, str) and frappe.db.exists("Escalation", escalation)
	case = loaded(escalation) if known else None
	part = case is not None and (
		actors.readers(case) or any(giver(case, party, lead_of(case.case, party)) for party in _parties(case))
	)
	if not part:
		refuse(NotYours, _SENTENCE)


def led_by(contact: str) -> list[str]:
	"""The open cases that a contact leads for a side, by name: the order in which they are locked."""
	case, party = frappe.qb.DocType("Escalation"), frappe.qb.DocType("Escalation Party")
	query = frappe.qb.from_(party).join(case).on(case.name == party.parent).select(case.name).distinct()
	query = query.where(party.parenttype == "Escalation").where(party.lead == contact)
	query = query.where(party.side.isin(PARTY_SIDES)).where(case.workflow_state.notin(ENDED))
	return query.orderby(case.name).run(pluck=True)


def _hand_over(escalation: str, led: str | None, to: str, note: str) -> None:
	with locked(escalation) as case:
		party = _mine_to_give(case, led)
		new = _checked(people.named(to, "New lead"), party.agency, case)
		if new.contact == lead_of(case.case, party):
			refuse(BadInput, f"{new.name} leads this already.")
		_save(case, party, new.contact, note)


def _save(case: LoadedCase, party: Party, contact: str | None, note: str = "", back: bool = False) -> None:
	from safeguarding_escalation.services import handing_over

	handing_over.set_lead(case, party, contact)
	flags = case.document.flags
	flags.taken_over, flags.handover_note, flags.handed_back = True, note, back
	# Who may do this was decided above, by rows; a line manager has no other right on the case.
	flags.ignore_permissions = True
	flags.ignore_mandatory = True  # a row that is still to be filled in keeps nobody's case
	case.document.save()
	flags.handover_note, flags.handed_back = "", False


def _mine_to_give(case: LoadedCase, led: str | None = None) -> Party:
	"""The party whose lead the user may hand on. Raises NotYours: whoever may not learns nothing."""
	for party in case.case.all_parties():
		lead = lead_of(case.case, party)
		if party.side in PARTY_SIDES and (led is None or lead == led):
			mine = giver(case, party, lead)
			if mine and case.document.workflow_state in ENDED:
				return refuse(MoveRefused, "This case has ended: there is nothing to hand over.")
			if mine:
				return party
	return refuse(NotYours, _WHO if actors.readers(case) else _SENTENCE)


def giver(case: LoadedCase, party: Party, lead: str | None) -> Person | None:
	"""As whom the session's user may hand on a party's lead; None where they may not."""
	managed = (people.contact(lead) or frappe._dict()).line_manager if lead else None
	reading = {person.contact for person in actors.readers(case)}
	for person in rights.persons(frappe.session.user, case.holders, case.recused):
		if person.recused or person.agency != party.agency or not person.contact:
			continue
		leads = person.contact == lead and person.contact in reading
		manages = person.contact in reading and set(absences.MANAGES).intersection(person.capacities)
		if leads or manages or person.contact == managed:
			return person
	return None


def _checked(row: Any, agency: str, case: LoadedCase | None = None) -> Person:
	"""The new lead: of the same agency, in post, here, and free to act."""
	other = people.person(row, None, recused=case.recused if case else ())
	if not agency or other.agency != agency:
		refuse(BadInput, f"{other.name} does not work for {agency or 'your agency'}. Name a colleague.")
	if not other.in_post(times.today()):
		refuse(BadInput, f"{other.name} is no longer (or not yet) in post. Name somebody who is.")
	if other.recused:
		refuse(BadInput, f"{other.name} has stepped back from this case. Name somebody else.")
	if absences.is_away(row.name, times.now()):
		refuse(BadInput, f"{other.name} is away. Name somebody who is here.")
	return other


def give_back(escalation: str) -> dict[str, Any]:
	"""Hand the case back to whoever led it before; see `api.handover.give_back`."""
	_require_a_part(escalation)
	with locked(escalation) as case:
		party = _mine_to_give(case)
		former = previous(case, party)
		if former is None:
			refuse(MoveRefused, "Nobody led this before, so it cannot be handed back.")
		_checked(people.named(former, "Former lead"), party.agency, case)
		_save(case, party, former, back=True)
	return _answer(escalation)


def last(case: LoadedCase, party: Party) -> Any | None:
	"""The log row of a party's last handover that counts; None where there was none."""
	from safeguarding_escalation.services import handing_over

	voided = log.superseded(case.rows)
	alone = sum(other.side == party.side for other in case.case.all_parties()) == 1
	start = f"{handing_over.SIDE_WORDS[party.side]} "
	rows = [
		row
		for row in case.rows
		if row.kind == "handed_over"
		and row.name not in voided
		and (row.relates_to or "").startswith(start)
		and (alone or party.agency in (row.actor_agency, row.counterpart_agency))
	]
	return rows[-1] if rows else None


def previous(case: LoadedCase, party: Party) -> str | None:
	"""Who led a party before its last handover."""
	row = last(case, party)
	if row is None:
		return None
	former = row.counterpart or (row.actor if row.actor != party.lead else None)
	return former if former != party.lead else None


def received(escalation: str) -> dict[str, Any]:
	"""The new lead says that they have the case; see `api.handover.received`."""
	with locked(escalation) as case:
		actor = actors.resolve(case, None)
		party = next((one for one in _parties(case) if waits_for(case, one, actor.person)), None)
		if party is None:
			refuse(MoveRefused, "Nothing was handed to you here that you have not received.")
		case.append(
			log.Entry(
				kind=RECEIVED,
				occurred_at=case.now,
				stage=int(case.document.current_stage or 1),
				relates_to=last(case, party).name,
				**actor.columns(),
			)
		)
		for row in case.document.parties:
			if (row.agency, row.side) == (party.agency, party.side):
				frappe.db.set_value(
					"Escalation Party",
					row.name,
					"received_at",
					times.stored(case.now),
					update_modified=False,
				)
		projection.refresh(case)
	return views.panel(escalation)


def _parties(case: LoadedCase) -> list[Party]:
	return [party for party in case.case.all_parties() if party.side in PARTY_SIDES]


def waits_for(case: LoadedCase, party: Party, person: Person) -> bool:
	"""Whether a party was handed to this person, who has not said yet that they have it."""
	row = last(case, party)
	return bool(
		row and person.contact and party.lead == person.contact and not _received_row(case, row, party)
	)


def _received_row(case: LoadedCase, handover: Any, party: Party) -> Any | None:
	"""The row that says that a handover was received; the handover itself where the new lead took it over."""
	if handover.actor == party.lead:
		return handover
	voided = log.superseded(case.rows)
	found = [
		row
		for row in case.rows
		if row.kind == RECEIVED and row.relates_to == handover.name and row.name not in voided
	]
	return found[-1] if found else None


def shown(case: LoadedCase, party: Party, mine: Person) -> dict[str, Any]:
	"""A party's lead in the panel: away until when and who covers, handed over and received when, and what may be done.

	Keys as NOTHING; the texts are sentences, `may_return` the name of who would have the case back.
	"""
	lead = lead_of(case.case, party)
	open_ = case.document.workflow_state not in ENDED
	gives = bool(giver(case, party, lead)) if open_ else False
	former = previous(case, party) if gives else None
	found = {
		**NOTHING,
		"away": _away(lead, case) if lead and open_ else "",
		"may_hand_over": gives,
		"may_receive": open_ and waits_for(case, party, mine),
		"may_return": _may_return(former, party, case),
	}
	row = last(case, party)
	if row is not None and row.actor != party.lead:
		receipt = _received_row(case, row, party)
		found["handed"] = f"Handed over {times.show(times.aware(row.occurred_at))}"
		found["received"] = (
			f"received {times.show(times.aware(receipt.occurred_at))}" if receipt else "not received yet"
		)
	return found


def _may_return(former: str | None, party: Party, case: LoadedCase) -> str:
	row = people.contact(former)
	if row is None or row.agency != party.agency or not people.in_post(row, times.today()):
		return ""
	if case.recused.intersection((row.name, row.user)) or absences.is_away(row.name, case.now):
		return ""
	return row.contact_name


def _away(lead: str, case: LoadedCase) -> str:
	absence = absences.absence_of(lead, case.now)
	return away_words(absence, case.now) if absence else ""


def away_words(absence: Any, moment: Any) -> str:
	"""That somebody is away, until when and who covers: one sentence."""
	until = f" until {times.show(times.aware(absence.ends_at))}" if absence.ends_at else ", no end known"
	cover = people.contact(absences.cover_of(absence.contact, moment))
	return f"Away{until}; " + (f"cover: {cover.contact_name}." if cover else "nobody covers.")


def _answer(escalation: str) -> dict[str, Any]:
	"""The panel for who reads the case, else that it was done: a line manager need not see it."""
	if rights.rights_of(escalation, frappe.session.user).read:
		audit.asked(escalation)
		return views.panel(escalation)
	return {"escalation": escalation, "handed_over": True}
