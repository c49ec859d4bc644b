"""Another board takes a raised case (4L-A9): the adult turned out to be in its area, or has moved there.

One log row `board_changed` holds both boards. What ran under the old board's policy keeps it (decision 3); what
starts afterwards runs under the policy that the new board has in force.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine.case import DRAFT, ENDED, Person, holds
from safeguarding_escalation.engine.obstacles import MANAGER_CAPACITIES
from safeguarding_escalation.services import actors, fating, log, policies, projection, times
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain


def change(escalation: str, board: Any, reason: Any) -> dict[str, Any]:
	"""Give the case to `board`, with a reason; returns the panel. The caller's right to write is checked already.

	`still_yours` says whether the user may read it afterwards: the old board's Business Manager may not. Raises BadInput for a board that cannot take it, MoveRefused for somebody who may not say so, CaseClosed.
	"""
	from safeguarding_escalation.services import views

	with locked(escalation) as case:
		why, new = plain(reason, "Reason"), plain(board, "Board")
		old = case.document.board
		actor = actors.resolve(case, None)
		_may(case, actor.person, actor.side)
		can_take(new, old)
		if not why:
			refuse(BadInput, "Say why the case goes to another board.")
		fates = fating.note(fating.of_board_change(case, new), "No clock was running.")
		case.append(
			log.Entry(
				kind=log.BOARD_CHANGED,
				occurred_at=case.now,
				stage=int(case.document.current_stage or 1),
				relates_to=f"{old}{log.TO}{new}",
				note=f"{why}\n{fates}",
				**actor.columns(),
			)
		)
		frappe.db.set_value("Escalation", case.name, _pinned(case, new))
		case.document.reload()
		projection.refresh(LoadedCase(case.document, case.rows))
	return {**views.panel(escalation), "still_yours": _readable(escalation)}


def _pinned(case: LoadedCase, board: str) -> dict[str, Any]:
	"""The case's columns under another board: what it began under is kept beside the policy that is pinned now."""
	policy = policies.adopted(board, times.today()) or case.document.policy
	return {"board": board, "policy": policy, "first_policy": case.first_policy}


def _readable(escalation: str) -> bool:
	return bool(frappe.has_permission("Escalation", "read", doc=escalation))


def may_change(case: LoadedCase) -> bool:
	"""Whether the session's user could give the case to another board, so that the form offers it."""
	state = case.document.workflow_state
	actor = actors.resolve(case, None)
	return state != DRAFT and state not in ENDED and _manages(actor.person, actor.side)


def _may(case: LoadedCase, person: Person, side: str) -> None:
	state = case.document.workflow_state
	if state in ENDED:
		refuse(CaseClosed, f"This case is {state.lower()}: reopen it before it goes to another board.")
	if state == DRAFT:
		refuse(BadInput, "A draft's board is changed in its form.")
	if not _manages(person, side):
		refuse(
			MoveRefused,
			"A manager of one of the agencies, or the board's Business Manager, gives a case to another board.",
		)


def _manages(person: Person, side: str) -> bool:
	"""A manager of one of the two sides, or the Business Manager of the board that has the case."""
	manager = side in ("raising", "responding") and holds(person, MANAGER_CAPACITIES)
	return manager or "Business Manager" in person.board_roles


def can_take(new: str, old: str) -> None:
	"""Raise BadInput unless `new` is a board in use, another than `old`, and has adopted a policy."""
	if not new or frappe.db.get_value("Safeguarding Board", new, "disabled") != 0:
		refuse(BadInput, f"There is no board “{new[:60]}” in use.")
	if new == old:
		refuse(BadInput, f"{new} has this case already.")
	if not policies.adopted(new):
		refuse(BadInput, f"{new} has adopted no policy yet. Ask its Business Manager to adopt one.")
