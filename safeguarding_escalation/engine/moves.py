"""Which workflow actions a case's policy allows to a person now, and why not the others (decision 1).

Pure: the policy, the facts of the case, its effective events (`events.effective`) and the actor on whose authority
the move would be made. Somebody else may record it for the actor: see `recorder_refusal`.
"""

from __future__ import annotations

from collections.abc import Iterable

from .allowed_move import AllowedMove, Situation
from .case import DRAFT, ENDED, Case, Person
from .ending import endings
from .entering import entries
from .events import Event
from .policy import Policy

__all__ = ["AllowedMove", "allowed_actions", "moves", "recorder_refusal", "why_not"]


def moves(policy: Policy, case: Case, events: Iterable[Event], person: Person) -> tuple[AllowedMove, ...]:
	"""Every workflow action that exists from the case's state, with what stands in this person's way.

	Stages and levels ahead come first, lowest first, then the endings; Reopen comes once for each stage reached.
	`events` are effective ones, in any order. Nothing is raised: a refusal is data.
	"""
	situation = Situation(policy, case, tuple(events), person)
	ahead = entries(situation) if case.state == DRAFT or case.state.startswith("Stage ") else ()
	return (*ahead, *endings(situation))


def allowed_actions(policy: Policy, case: Case, events: Iterable[Event], person: Person) -> list[str]:
	"""The names of the actions that this person may take now, sorted; those that need a reason included."""
	return sorted({move.action for move in moves(policy, case, events, person) if move.allowed})


def why_not(policy: Policy, case: Case, events: Iterable[Event], person: Person, action: str) -> str:
	"""Why this person may not take an action now, and what is needed; an empty text if they may."""
	found = [move for move in moves(policy, case, events, person) if move.action == action]
	if any(move.allowed for move in found):
		return ""
	if found:
		return " ".join(min(found, key=lambda move: len(move.refusals)).refusals)
	if case.state in ENDED:
		return f"This case is {case.state.lower()}: nothing more can be done on it unless it is reopened."
	return f"“{action}” is not a step from {case.state}."


def recorder_refusal(recorder: Person, actor: Person, host_agency: str = "") -> str:
	"""Why `recorder` (who is logged in) may not record what `actor` did; an empty text if they may.

	One records for oneself and for one's own agency; a Business Manager for everybody; and where one organisation
	hosts the app (`host_agency`), its people record what the others did, as reported by them.
	"""
	if recorder.contact is not None and recorder.contact == actor.contact:
		return ""
	if recorder.agency and recorder.agency in (actor.agency, host_agency):
		return ""
	if "Business Manager" in recorder.board_roles:
		return ""
	return (
		"You can record what somebody did only for your own agency; ask their agency or the Business Manager."
	)
