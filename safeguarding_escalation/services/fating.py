"""What a change of board or a reopening does to each clock: shown before it is confirmed, and kept in the log's row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from safeguarding_escalation.engine import Event, plan
from safeguarding_escalation.engine.fates import ENDS, MOVES, STARTS, STAYS, Fate, fates
from safeguarding_escalation.engine.parties import agencies
from safeguarding_escalation.services import log, policies, times
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded

_WORDS = {
	STAYS: "keeps its date, {new}, under {policy}",
	MOVES: "{old} → {new}",
	ENDS: "ends without its date of {old}",
	STARTS: "starts, due {new}",
}


def of_board_change(case: LoadedCase, board: str) -> list[Fate]:
	"""The fate of each open clock if `board`, which has adopted a policy, took the case now."""
	changes = [*log.board_changes(case.rows), (case.now, case.document.board, board)]
	history = policies.history(case.first_policy, board, times.aware(case.document.creation), changes)
	calendars = policies.calendars(policies.eras(history, board, changes))
	after = plan(history, case.events, calendars, parties=agencies(case.case))
	return fates(case.deadlines, after, case.now)


def of_reopening(case: LoadedCase, stage: int, at: datetime | None = None) -> list[Fate]:
	"""The fate of each clock if the case were reopened at a stage, `at` (default: now)."""
	events = [*case.events, Event("reopened", at=at or case.now, stage=stage)]
	after = plan(case.history, events, case.calendars, parties=agencies(case.case))
	return fates(case.deadlines, after, case.now)


def line(fate: Fate) -> str:
	"""One clock as a line: its label, and what becomes of its date."""
	words = _WORDS[fate.what].format(
		old=times.show_due(fate.old), new=times.show_due(fate.new), policy=fate.deadline.policy
	)
	return f"{fate.deadline.label}: {words}."


def note(found: Iterable[Fate], none: str) -> str:
	"""All fates, a line each; `none` where there is no clock."""
	return "\n".join([line(fate) for fate in found] or [none])


def shown(case: LoadedCase, found: Iterable[Fate]) -> list[dict[str, Any]]:
	"""The fates for a dialog: clock, label, kind, what, old and new (ISO 8601 and words), text."""
	return [
		{
			"clock": fate.deadline.clock,
			"label": fate.deadline.label,
			"kind": fate.deadline.kind,
			"policy": fate.deadline.policy,
			"what": fate.what,
			"old": times.json_date(fate.old),
			"new": times.json_date(fate.new),
			"text": line(fate),
		}
		for fate in found
	]


def preview_board_change(escalation: str, board: Any) -> list[dict[str, Any]]:
	"""What giving the case to `board` would do to its clocks. Raises BadInput for a board that cannot take it."""
	from safeguarding_escalation.services import boards

	case = loaded(escalation)
	name = str(board or "")
	boards.can_take(name, case.document.board)
	return shown(case, of_board_change(case, name))


def preview_reopening(escalation: str, to_stage: Any) -> list[dict[str, Any]]:
	"""Which clocks run again if the case is reopened at a stage. Raises BadInput for what is no stage."""
	case = loaded(escalation)
	if not str(to_stage).isdigit() or int(to_stage) not in {stage.number for stage in case.policy.stages}:
		refuse(BadInput, "At which stage is the case reopened? Give its number.")
	return shown(case, of_reopening(case, int(to_stage)))
