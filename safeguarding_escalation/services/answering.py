"""The Chair's or Scrutineer's answer to a case: what it is, and in whose name it was given (BU-A7, ST-A5)."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.agreed import CHECK_OUTCOMES
from safeguarding_escalation.engine.answers import on_behalf, outcomes
from safeguarding_escalation.engine.replies import REPLIES, REPLY
from safeguarding_escalation.engine.schema import Terms
from safeguarding_escalation.services import actors
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.text import plain

# Entries with an outcome that is not the board's.
OWN_WORDS: dict[str, Terms] = {REPLY: REPLIES, "action_checked": CHECK_OUTCOMES}


def outcome_of_move(choices: Terms, given: Any) -> str:
	"""The outcome of a move that may have one of `choices`: the one given, else the first. Raises BadInput."""
	return checked(choices, given) or next(iter(choices), "")


def outcome_of_entry(case: LoadedCase, kind: str, given: Any) -> str:
	"""The outcome of an entry: only an answer of the board has one, and a response need not say. Raises BadInput."""
	if kind in OWN_WORDS:
		return checked(OWN_WORDS[kind], given)
	choices = (
		outcomes(case.policy, case.case, kind) if kind in ("recommended", "responded", "resolved") else ()
	)
	found = checked(choices, given)
	return choices[0] if not found and kind == "responded" and len(choices) == 1 else found


def checked(choices: Terms, given: Any) -> str:
	"""`given` as one of `choices`, '' if nothing was given. Raises BadInput for anything else."""
	text = plain(given, "Outcome").casefold()
	if text and not choices:
		refuse(
			BadInput, f"Outcome: only an answer of the board has one, so “{text[:40]}” cannot be noted here."
		)
	if text and text not in choices:
		refuse(BadInput, f"Outcome: “{text[:40]}” is not one of {', '.join(choices)}.")
	return text


def columns(case: LoadedCase, actor: actors.Actor) -> dict[str, Any]:
	"""The actor's cells of an answer: what a Business Manager records for the Chair is reported, and says so."""
	cells = actor.columns()
	chair = on_behalf(case.policy, actor.person)
	if not chair:
		return cells
	spoken = f"Recorded by the {case.policy.business_manager_label} on behalf of the {chair}."
	return {**cells, "source": actors.REPORTED, "evidence": f"{spoken} {cells['evidence']}".strip()}
