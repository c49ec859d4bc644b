"""The signatures of a case: signing for oneself, writing down one on paper, striking one out, and what is said of each."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.case import Person
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import actors, log, record_shown, signing, times
from safeguarding_escalation.services.actors import Actor
from safeguarding_escalation.services.errors import BadInput, MoveRefused, NotYours, StaleCase, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.record_shown import Shown
from safeguarding_escalation.services.text import plain


def add(case: LoadedCase, who: Actor, what: str, stage: int, record: Shown, source: str) -> str:
	"""Sign a record in somebody's name: a row of the form's block, and of the log. The caller knows who it is."""
	person = who.person
	for row in case.document.get("signatures") or ():
		if row.contact == person.contact and row.record_digest == record.digest and not row.struck:
			refuse(MoveRefused, f"{person.name} has signed this record already.")
	signed = frappe.get_doc(
		{
			"doctype": "Escalation Signature",
			"parent": case.name,
			"parenttype": "Escalation",
			"parentfield": "signatures",
			"idx": len(case.document.get("signatures") or ()) + 1,
			"contact": person.contact,
			"signatory_name": person.name,
			"job_title": frappe.db.get_value("Safeguarding Contact", person.contact, "job_title"),
			"agency": person.agency,
			"signed_on": times.today(),
			"side": who.side if who.side in ("raising", "responding", "board") else "other",
			"stage": stage,
			"source": source,
			"evidence": who.evidence,
			"signed_at": times.stored(case.now),
			"recorded_by": frappe.session.user,
		}
	)
	signed.set_new_name()
	signed.db_insert()
	signing.link(signed.name, record, signing.note(case, who, signed.name, stage))
	_outdate(case)
	return signed.name


def _outdate(case: LoadedCase) -> None:
	"""A form that somebody has open must not save the block without what was added to it."""
	frappe.db.set_value("Escalation", case.name, "modified", times.stored(times.now()), update_modified=False)
	frappe.clear_document_cache("Escalation", case.name)
	case.document.reload()
	case.forget()


def sign(escalation: str, digest: str, what: str, stage: int | str | None, contact: str | None, evidence: str | None, signed_on: str | None) -> dict[str, Any]:  # fmt: skip
	"""Sign in the Desk for oneself, or write down what somebody signed on paper; see `api.confirmation.sign`."""
	from safeguarding_escalation.services import projection, views
	from safeguarding_escalation.services.lock import locked

	known = plain(evidence, "How you know")
	with locked(escalation) as case:
		number = int(stage) if str(stage or "").isdigit() else int(case.document.current_stage or 1)
		record = record_shown.shown(case, what, number) if what in record_shown.WHAT else None
		if record is None:
			refuse(MoveRefused, "There is nothing to sign yet.")
		if digest != record.digest:
			refuse(StaleCase, "The record has changed since you opened it. Read it again before you sign.")
		who = _signatory(case, contact, known)
		signing.require_capacity(who.person, case.policy)
		name = add(case, who, what, number, record, signing.PAPER if known else signing.HERE)
		if signed_on and known:
			day = times.given_day(signed_on)
			if day > times.today():
				refuse(BadInput, "Signed on: that day is still to come.")
			frappe.db.set_value("Escalation Signature", name, "signed_on", day, update_modified=False)
		projection.refresh(case)
	return views.panel(escalation)


def _signatory(case: LoadedCase, contact: str | None, evidence: str) -> Actor:
	mine = actors.recorder(case)
	if not contact or contact == mine.contact:
		if mine.contact is None:
			refuse(NotYours, "You have no part in this case for which to sign.")
		return Actor(mine, side=actors.side_of(case, mine))
	if not evidence:
		refuse(
			BadInput,
			"You sign for yourself alone. To write down what somebody signed on paper, say where it is kept.",
		)
	return actors.resolve(case, contact, source=actors.REPORTED, evidence=evidence)


def strike(escalation: str, row: str, reason: str) -> dict[str, Any]:
	"""Strike a signature out; it stays to be seen. See `api.confirmation.strike`."""
	from safeguarding_escalation.services import projection, views
	from safeguarding_escalation.services.lock import locked

	why = plain(reason, "Reason")
	if not why:
		refuse(BadInput, "Why is it struck out? The reason stays beside it.")
	with locked(escalation) as case:
		found = next((each for each in case.document.get("signatures") or () if each.name == row), None)
		if found is None or found.struck:
			refuse(BadInput, "There is no such signature in this case, or it is struck out already.")
		mine = actors.recorder(case)
		if not _may_strike(found, mine):
			refuse(
				MoveRefused,
				"Who signed strikes it out, or who wrote it down, or the board's Business Manager.",
			)
		actor = actors.resolve(case, None)
		entry = log.Entry(
			kind=log.STRUCK, occurred_at=case.now, stage=int(found.stage or 1), relates_to=row, note=why, **actor.columns()
		)  # fmt: skip
		case.append(entry)
		values = {"struck": 1, "struck_at": times.stored(case.now), "struck_reason": why}
		frappe.db.set_value("Escalation Signature", row, values, update_modified=False)
		_outdate(case)
		projection.refresh(case)
	return views.panel(escalation)


def _may_strike(row: Any, mine: Person) -> bool:
	own = row.contact == mine.contact or row.recorded_by == frappe.session.user
	return bool(mine.contact) and bool(own or mine.board_roles)


def words(case: LoadedCase, row: Any) -> str:
	"""What a print or the panel says beside a signature: how it came about, of which version, and whether it stands."""
	said = [
		{signing.HERE: "Signed in this system", signing.LINK: "Signed through a response link"}.get(
			row.source or "", ""
		)
	]
	if row.source == signing.PAPER:
		by = frappe.utils.get_fullname(row.recorded_by) if row.recorded_by else "somebody"
		kept = row.evidence or "without saying where it is kept"
		said = [f"Signed on paper, written down by {by} ({kept})"]
	if row.record_digest and not _is_current(case, row):
		said.append(
			f"signed the version of {date_text(times.aware(row.signed_at))}; the record has changed since"
		)
	if row.struck:
		said.append(f"struck out on {date_text(times.aware(row.struck_at))}: {row.struck_reason}")
	return "; ".join(filter(None, said))


def _is_current(case: LoadedCase, row: Any) -> bool:
	"""Whether some record of the case still is the one that was signed."""
	if case.document.get("anonymised_at"):
		return True
	key = "record_digests"
	if key not in case.memo:
		records = [record_shown.shown(case, what, stage) for what, stage in record_shown.stages(case)]
		case.memo[key] = {record.digest for record in records if record}
	return row.record_digest in case.memo[key]


def rows(case: LoadedCase) -> list[dict[str, Any]]:
	"""The signatures for the panel: {row, name, agency, side, signed_on, words, struck, may_strike}."""
	mine = actors.recorder(case)
	return [
		{
			"row": row.name,
			"name": row.signatory_name or "",
			"agency": row.agency or "",
			"side": row.side or "",
			"signed_on": date_text(row.signed_on),
			"words": words(case, row),
			"struck": bool(row.struck),
			"may_strike": not row.struck and _may_strike(row, mine),
		}
		for row in case.document.get("signatures") or ()
		if row.signed_on
	]
