"""Somebody steps back because of a conflict of interest, and may name who acts in their place. Logged, at once."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.case import ENDED, Person
from safeguarding_escalation.engine.parties import PARTY_SIDES as SIDES
from safeguarding_escalation.services import actors, handing_over, log, people, projection, times
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain


def recuse(escalation: str, reason: str | None, substitute: str | None = None) -> dict[str, Any]:
	"""The session's user steps back from the case; see `api.escalation.recuse`. Raises BadInput or NotYours."""
	said = plain(reason, "Reason")
	if not said:
		refuse(
			BadInput,
			"What is the conflict of interest? One sentence is enough; your agency and the board see it.",
		)
	with locked(escalation) as case:
		mine = actors.recorder(case)
		if mine.contact is None:
			refuse(NotYours, "You have no part in this case from which you could step back.")
		actor = actors.resolve(case, None)
		chosen = _checked(case, mine, substitute) if substitute else None
		case.append(
			log.Entry(
				kind=log.RECUSED,
				occurred_at=case.now,
				stage=int(case.document.current_stage or 1),
				visibility="board",
				note=said,
				**actor.columns(),
				**actors.counterpart(chosen, case, actor),
			)
		)
		_hand_lead(case, mine, chosen)
		projection.refresh(case)
	return {"escalation": escalation, "recused": True, **({"substitute": chosen} if chosen else {})}


def _checked(case: LoadedCase, mine: Person, substitute: str) -> str:
	"""The contact named as substitute: of the same agency or board's office, in post, and free to act."""
	row = people.named(substitute, "Substitute")
	other = people.person(row, None, recused=case.recused, holders=case.holders)
	if other.contact == mine.contact or (other.user and other.user == frappe.session.user):
		refuse(BadInput, "Name somebody else as your substitute: you step back yourself.")
	if not mine.agency or other.agency != mine.agency:
		refuse(
			BadInput,
			f"{other.name} does not work for {mine.agency or 'your agency'}. Name a colleague of your own.",
		)
	if not other.in_post(times.today()):
		refuse(BadInput, f"{other.name} is no longer (or not yet) in post. Name somebody who is.")
	if other.recused:
		refuse(BadInput, f"{other.name} has stepped back from this case too. Name somebody else.")
	return row.name


def _hand_lead(case: LoadedCase, mine: Person, substitute: str | None) -> None:
	"""Whoever led is followed by the substitute; without one the team keeps the case, and anybody of it takes over."""
	held = [party for party in case.case.parties if party.lead == mine.contact and party.side in SIDES]
	named = [f"{side}_lead" for side in SIDES if case.document.get(f"{side}_lead") == mine.contact]
	if case.document.workflow_state in ENDED or not (held or named):
		return
	for party in held:
		handing_over.set_lead(case, party, substitute)
	for field in named:
		case.document.set(field, substitute)
	# The entry above has ended the user's rights already; this save is the last act of the part they had.
	case.document.flags.ignore_permissions = True
	case.document.save()
