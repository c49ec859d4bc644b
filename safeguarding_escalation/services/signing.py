"""Signatures on a board's form: who may sign, how each came about, and of which version of the record.

A signature is added and stays. A wrong one is struck out, with the reason, and remains to be seen. In this system one
signs for oneself alone; what was signed on paper is written down by somebody else, with the evidence.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.case import Person, holds
from safeguarding_escalation.engine.policy import Policy
from safeguarding_escalation.engine.wording import listed
from safeguarding_escalation.services import actors, guard, log, people, record_shown, times
from safeguarding_escalation.services.actors import Actor
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.record_shown import Shown

HERE, LINK, PAPER = "in this system", "response link", "paper"
# By how an answer came in: what was answered outside was signed on paper, if at all.
SOURCES = {"in this system": HERE, "response link": LINK, "outside": PAPER}
# What of a signature never changes once it is there.
FIXED = (
	"contact", "signatory_name", "job_title", "agency", "signed_on", "side", "stage", "source", "evidence",
	"record_digest", "signed_at", "recorded_by", "struck", "struck_reason", "struck_at", "stage_log",
)  # fmt: skip
OWN_WRITERS = (
	"record_digest",
	"signed_at",
	"recorded_by",
	"struck",
	"struck_reason",
	"struck_at",
	"stage_log",
)
_WHAT_WAS_SIGNED = ("contact", "signatory_name", "job_title", "agency", "signed_on", "side", "stage")


def check(doc: Any, before: Any, policy: Policy) -> None:
	"""Before a save: a signature that is there stays as it is; a new one is of somebody whom the policy lets sign.

	What a client says of how and when it came about is never believed. Raises BadInput, MoveRefused, or NotYours
	without the right to sign.
	"""
	known = {row.name: row for row in before.get("signatures") or ()}
	_keep(doc, known)
	new = [row for row in doc.get("signatures") or () if row.name not in known]
	if not new:
		return
	guard.allowed(doc.name, "sign")
	for row in new:
		_check_capacity(row, doc.board, policy, {each.contact for each in known.values() if not each.struck})
		_say_how(row)


def _keep(doc: Any, known: dict[str, Any]) -> None:
	here = {row.name: row for row in doc.get("signatures") or ()}
	for name, old in known.items():
		row = here.get(name)
		if row is None:
			if old.signed_on:
				refuse(
					MoveRefused,
					"A signature is not removed: strike it out, with the reason. It stays to be seen.",
				)
			continue
		if old.signed_on and any(_text(row, field) != _text(old, field) for field in _WHAT_WAS_SIGNED):
			refuse(
				MoveRefused,
				"A signature is not changed: strike it out, with the reason, and let them sign again.",
			)
		for field in FIXED if old.signed_on else OWN_WRITERS:
			row.set(field, old.get(field))


def _text(row: Any, field: str) -> str:
	return str(row.get(field) or "")


def _check_capacity(row: Any, board: str, policy: Policy, signed: set[str | None]) -> None:
	"""Who is more senior signs too. A name without a contact is somebody outside: what is unknown never blocks."""
	if not policy.signatory_capacities or not row.contact or row.contact in signed:
		return
	require_capacity(people.person(people.named(row.contact, "Signature"), board), policy)


def may_sign(person: Person, policy: Policy) -> bool:
	"""Whether the policy lets somebody sign its form."""
	return not policy.signatory_capacities or holds(person, policy.signatory_capacities)


def require_capacity(person: Person, policy: Policy) -> None:
	"""Raise BadInput for somebody whom the policy does not let sign its form."""
	if not may_sign(person, policy):
		refuse(
			BadInput,
			f"{person.name} cannot sign this form: it is signed by {listed(policy.signatory_capacities, 'or')}.",
		)


def _say_how(row: Any) -> None:
	"""One's own signature of today is given here; any other was given on paper, and is written down by the user."""
	for field in OWN_WRITERS:
		row.set(field, None)
	mine = {each.name for each in people.contacts_of(frappe.session.user)}
	today = str(times.today())
	own = row.contact in mine and str(row.signed_on or today)[:10] == today
	row.source = HERE if own else PAPER
	row.recorded_by = frappe.session.user
	row.signed_at = times.stored(times.now())


def log_new(case: LoadedCase, before: Any | None) -> None:
	"""After a save: each new signature in the log, with the record that was signed. Call under the lock."""
	known = {row.name for row in (before.get("signatures") if before else None) or () if row.signed_on}
	for row in case.document.get("signatures") or ():
		if row.name in known or not row.signed_on or row.stage_log:
			continue
		record = _record(case, int(row.stage or 0))
		person = people.person(people.contact(row.contact), case.document.board, holders=case.holders)
		if not row.contact:
			person = Person(contact=None, name=row.signatory_name or "", agency=row.agency or "")
		who = Actor(
			person,
			side=row.side or actors.side_of(case, person),
			reported=row.source != HERE,
			evidence=row.evidence or "",
		)
		link(row.name, record, note(case, who, row.name, int(row.stage or case.document.current_stage or 1)))


def _record(case: LoadedCase, stage: int) -> Shown | None:
	"""What a form's signature stands under: the resolution, else the record of the stage."""
	number = stage or int(case.document.current_stage or 1)
	return record_shown.shown(case, record_shown.RESOLUTION, number) or record_shown.shown(
		case, record_shown.STAGE, number
	)


def note(case: LoadedCase, who: Actor, row: str, stage: int) -> Any:
	"""The row of the log that says that somebody signed; `row` is that of the form."""
	return case.append(
		log.Entry(kind=log.SIGNED, occurred_at=case.now, stage=stage, relates_to=row, **who.columns())
	)


def link(row: str, record: Shown | None, entry: Any) -> None:
	"""Keep with a signature which record it stands under, and its row of the log."""
	values = {"record_digest": record.digest if record else "", "stage_log": entry.name}
	frappe.db.set_value("Escalation Signature", row, values, update_modified=False)
