"""The closing checklist: each duty with who owes it, by when and whose date that is, done when and by whom."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.closing_dates import (
	AGREED,
	CLOCK,
	NONE,
	PEOPLE,
	ClosingDate,
	closing_dates,
)
from safeguarding_escalation.engine.duties import open_closing_duties
from safeguarding_escalation.engine.duty import CLOSING, Duty
from safeguarding_escalation.engine.wording import policy_source
from safeguarding_escalation.services import actors, times
from safeguarding_escalation.services.loaded import LoadedCase

_WORDS = {
	AGREED: "as agreed",
	PEOPLE: "a date that people of the case set, not the policy's",
	NONE: "no date in the policy",
}


def dates(case: LoadedCase) -> dict[str, ClosingDate]:
	"""By when each closing duty is owed, by its key."""
	return closing_dates(case.policy, case.case, case.effective_events, case.deadlines)


def open_count(case: LoadedCase) -> int:
	"""How many duties closing still waits for, of a case that is settled; else 0."""
	return len(open_closing_duties(case.policy, case.case, case.effective_events)) if settled(case) else 0


def settled(case: LoadedCase) -> bool:
	"""Whether the case is resolved, or recommendations were made, and it is not closed."""
	return case.document.workflow_state in ("Resolved", "Recommendations Made")


def row(case: LoadedCase, duty: Duty, known: dict[str, ClosingDate]) -> dict[str, Any]:
	"""What the checklist shows of a duty beside its text; nothing for one that is no closing duty.

	Keys: due_at, due, date_source, date_words, overdue, done_by.
	"""
	if duty.kind != CLOSING or duty.key not in known:
		return {}
	date = known[duty.key]
	words = policy_source(date.clause) if date.source == CLOCK else _WORDS[date.source]
	return {
		"due_at": times.json_date(date.due_at),
		"due": times.show_due(date.due_at),
		"date_source": date.source,
		"date_words": words,
		"overdue": bool(date.due_at) and not duty.done and date.due_at < case.now,
		"done_by": _who(case, duty.event),
	}


def _who(case: LoadedCase, entry: str | None) -> str:
	"""Who did it, as far as the session's user may see the entry."""
	found = next((each for each in case.rows if entry and entry in (each.name, each.corrects)), None)
	if found is None or not actors.sees(case, found):
		return ""
	return ", ".join(text for text in (found.actor_name, found.actor_role, found.actor_agency) if text)
