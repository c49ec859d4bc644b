"""The stages of a case in a print: who raised it with whom, when, between which capacities, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from safeguarding_escalation.engine import immediate
from safeguarding_escalation.engine.stages import ENTERING
from safeguarding_escalation.engine.wording import listed
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_words import joined

if TYPE_CHECKING:
	from safeguarding_escalation.services.printing_log import Line

_ENDINGS = {
	"resolved": "Resolved",
	"recommended": "Recommendations made",
	"withdrawn": "Withdrawn",
	"closed": "Closed",
}
_SETTLED = ("resolved", "recommended", "withdrawn")


def label(case: LoadedCase, number: int | None, level: str = "") -> str:
	"""What the policy calls a stage, with its level: "Stage 4: Directorate"; '' for no stage."""
	if not number:
		return ""
	return joined(case.policy.stage_label(number), level, by=": ")


def stages(case: LoadedCase, standing: Sequence[Line]) -> list[dict[str, str]]:
	"""One row for each entry into a stage, in order; stages that were jumped over say so.

	`standing` are the entries that count and that the reader may see, in order of happening.
	"""
	rows: list[dict[str, str]] = []
	highest = 0
	for index, entry in enumerate(standing):
		if not enters(entry):
			continue
		number = int(entry.row.stage or 1)
		rows += [_unused(case, skipped, entry) for skipped in range(highest + 1, number)]
		highest = max(highest, number)
		rows.append(_row(case, entry, standing[index + 1 :]))
	return rows


def enters(entry: Line) -> bool:
	"""Whether an entry is the case's coming to a stage. An answer to a proposal at Stage 1 is not."""
	return entry.row.kind in ENTERING


def _row(case: LoadedCase, entry: Line, later: Sequence[Line]) -> dict[str, str]:
	number = int(entry.row.stage or 1)
	here = list(takewhile(lambda after: not enters(after), later))
	following = later[len(here)] if len(here) < len(later) else None
	return {
		"stage": label(case, number, entry.row.level or ""),
		"entered": entry.when,
		"by": entry.who,
		"to": entry.counterpart or _to(case, number, entry.row.side),
		"between": between(case, number),
		"note": entry.note,
		"source": entry.doubt,
		"outcome": outcome(case, here, following),
	}


def _unused(case: LoadedCase, number: int, jumped: Line) -> dict[str, str]:
	"""A stage that `jumped` went past: on what ground, with the reason that was given, by whom and when."""
	row = dict.fromkeys(("entered", "by", "to", "between", "note", "source"), "")
	grounds = {one.stage: one.ground for one in immediate.skipped(case.effective_events)}
	ground = grounds.get(number, "")
	why = joined(f"because of {ground}" if ground else "", jumped.note, by=": ")
	return {
		**row,
		"stage": label(case, number),
		"outcome": joined(
			"Not used: the case went straight to a later stage",
			why,
			joined(jumped.who, jumped.when),
			by="; ",
		),
	}


def _to(case: LoadedCase, number: int, side: str) -> str:
	"""The other agency, where the entry names nobody; the Chair where the stage is the Chair's."""
	stage = case.policy.stage(number)
	if stage and stage.chair_sees and not stage.responding_capacities:
		return case.policy.chair_label
	other = "raising" if side == "responding" else "responding"
	return case.document.get(f"{other}_agency") or ""


def between(case: LoadedCase, number: int) -> str:
	"""The capacities that the policy brings together at a stage: "Manager or Safeguarding Lead of each side"."""
	stage = case.policy.stage(number)
	if stage is None:
		return ""
	raising = listed(stage.raising_capacities, "or")
	responding = listed(stage.responding_capacities, "or")
	sides = f"{raising} of each agency" if raising == responding else joined(raising, responding, by=" and ")
	return joined(sides, case.policy.chair_label if stage.chair_sees else "", by="; ")


def outcome(case: LoadedCase, here: Sequence[Line], following: Line | None) -> str:
	"""What came of a stage, from the entries until the next stage was entered."""
	said = []
	for entry in here:
		kind = entry.row.kind
		if kind == "unresolved":
			said.append(joined(f"Not resolved, {entry.when}", entry.note, by=": "))
		elif kind in _ENDINGS:
			said.append(f"{_ENDINGS[kind]}, {entry.when}")
	ended = any(entry.row.kind in _SETTLED for entry in here)
	if following is not None:
		went = label(case, following.row.stage or 1, following.row.level or "")
		verb = "Reopened at" if following.row.kind == "reopened" else "Went on to"
		said.append(f"{verb} {went}, {following.when}")
	elif not ended:
		said.append("Open when this was printed")
	return "\n".join(said)
