"""Reported entries: whose word an entry is, and whether the person it speaks of confirms or disputes it.

The log stays append-only: an answer is a row of its own that relates to the entry. The last answer that stands counts;
it changes no clock, since what is disputed is put right by a correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation.engine.case import Person, sides_of
from safeguarding_escalation.services import actors, facts, log, projection, times, views
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain, yes_or_no

VERBS = {log.CONFIRMED: "confirmed", log.DISPUTED: "disputed"}
_NO_SUCH_ENTRY = "There is no such entry in this case’s log, or it is not for you to see."


@dataclass(frozen=True)
class Answer:
	"""What was said of a reported entry: `verdict` confirmed, disputed or '' for nothing yet; by whom and how."""

	verdict: str = ""
	by: str = ""
	contact: str | None = None
	at: str = ""
	evidence: str = ""


def confirm(
	escalation: str,
	entry: str,
	agrees: Any,
	note: str | None = None,
	actor: str | None = None,
	evidence: str | None = None,
) -> dict[str, Any]:
	"""Say that a reported entry is right, or that it is not; see `api.escalation.confirm`."""
	verdict = log.CONFIRMED if yes_or_no(agrees, "agrees") else log.DISPUTED
	with locked(escalation) as case:
		row = _entry(case, entry)
		who = _answering(case, row, actor, plain(evidence))
		written = case.append(
			log.Entry(
				kind=verdict,
				occurred_at=case.now,
				stage=int(row.stage or 1),
				visibility=row.visibility,
				relates_to=row.name,
				note=plain(note, "Note"),
				confirmed_by=who.person.contact if verdict == log.CONFIRMED else None,
				**who.columns(),
			)
		)
		projection.refresh(case)
	return {"log": written.name, "sequence": written.sequence, **views.panel(escalation)}


def _entry(case: LoadedCase, name: str) -> Any:
	row = next((row for row in case.rows if row.name == name), None)
	if row is None or not actors.sees(case, row):
		refuse(BadInput, _NO_SUCH_ENTRY)
	if not can_be_answered(row):
		refuse(BadInput, "This entry is nobody else’s report: there is nothing to confirm.")
	if row.name in log.superseded(case.rows):
		refuse(BadInput, "This entry has been corrected since. Look at the correction instead.")
	return row


def _answering(case: LoadedCase, row: Any, actor: str | None, evidence: str) -> actors.Actor:
	"""Who answers: the user, or with `evidence` the person of the entry (or `actor`) for whom the user records it."""
	mine = actors.recorder(case)
	if not evidence:
		refusal = refusal_for(case, row, mine)
		if refusal:
			refuse(MoveRefused, refusal)
		return actors.resolve(case, None)
	if row.actor_name == facts.FAMILY and not actor:
		return actors.resolve(case, None, evidence=evidence, side="responding")
	if not actor and _names_only_the_side(row):
		refuse(BadInput, "Who told you so? Name them, as `actor`.")
	who = actors.resolve(case, actor or row.actor, source=actors.REPORTED, evidence=evidence)
	refusal = _whose(case, row, who.person)
	if refusal:
		refuse(MoveRefused, refusal)
	return who


def refusal_for(case: LoadedCase, row: Any, person: Person) -> str:
	"""Why a person may not answer an entry by a click of their own; '' if they may."""
	if row.recorded_by == frappe.session.user:
		return "You reported this yourself. To record that it was confirmed to you, say how, in `evidence`."
	return _whose(case, row, person)


def _whose(case: LoadedCase, row: Any, person: Person) -> str:
	"""An entry is for the person it speaks of, for their agency, and for the board's posts the Business Manager."""
	if _names_only_the_side(row):
		mine = sides_of(case.case, person)
		return "" if row.side in mine else f"This is for somebody of {spoken_of(row)} to confirm."
	if person.contact and person.contact == row.actor:
		return ""
	if row.actor_agency and row.actor_agency == person.agency:
		return ""
	if row.side == "board" and person.board_roles:
		return ""
	whose = " or somebody of ".join(text for text in (row.actor_name, row.actor_agency) if text)
	return f"This is for {whose or 'the other side'} to confirm."


def _names_only_the_side(row: Any) -> bool:
	"""Whether the reporter wrote down what a side did, without naming anybody of it."""
	account = frappe.db.get_value("Safeguarding Contact", row.actor, "user") if row.actor else None
	return bool(account) and account == row.recorded_by


def can_be_answered(row: Any) -> bool:
	"""Whether an entry is a report of what somebody else did."""
	return row.source == actors.REPORTED and row.kind not in log.RECORD_KINDS


def answers(rows: Sequence[Any]) -> dict[str, Answer]:
	"""The answer that counts for each reported entry, by the entry's name: the last one that was not voided."""
	void = log.superseded(rows)
	found = {}
	for row in rows:  # in order of sequence
		if row.kind in VERBS and row.name not in void:
			found[row.relates_to] = Answer(
				VERBS[row.kind],
				row.actor_name or row.actor_agency or "",
				row.confirmed_by,
				times.show(times.aware(row.occurred_at)),
				row.evidence or "",
			)
	return found


def words(row: Any, answer: Answer | None) -> str:
	"""Whose word an entry is: "Reported by X, not confirmed by Y", until Y has answered; '' for own knowledge."""
	if not can_be_answered(row):
		return ""
	said = f"Reported by {reporter(row)}, "
	if answer is None or not answer.verdict:
		return f"{said}not confirmed by {spoken_of(row)}"
	how = f" ({answer.evidence})" if answer.evidence else ""
	return f"{said}{answer.verdict} by {answer.by or spoken_of(row)}{how}"


def reporter(row: Any) -> str:
	"""The user who wrote a reported entry down."""
	return frappe.utils.get_fullname(row.recorded_by) if row.recorded_by else "somebody"


def spoken_of(row: Any) -> str:
	"""Who is said to have done it; where the reporter only says that the other side did, that side."""
	if row.actor_name == facts.FAMILY:
		return facts.FAMILY[:1].lower() + facts.FAMILY[1:]
	if row.actor_name and not _names_only_the_side(row):
		return row.actor_name
	return {"raising": "the raising side", "responding": "the responding side", "board": "the board"}.get(
		row.side or "", row.actor_agency or "the other side"
	)


def waiting(case: LoadedCase) -> list[dict[str, Any]]:
	"""The reported entries that the session's user may answer, and nobody has yet: {log, sequence, text}."""
	mine, answered, void = actors.recorder(case), answers(case.rows), log.superseded(case.rows)
	return [
		{
			"log": row.name,
			"sequence": row.sequence,
			"text": f"{views.kind_label(row.kind)}, {times.show(times.aware(row.occurred_at))}: {words(row, None)}",
			"note": row.evidence or "",
		}
		for row in case.rows
		if can_be_answered(row)
		and row.name not in answered
		and row.name not in void
		and actors.sees(case, row)
		and not refusal_for(case, row, mine)
	]
