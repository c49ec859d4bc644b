"""Is what is stored of a case what its log and policy give now? Reads only; `projection.refresh` puts it right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeguarding_escalation.services import projection, spells, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

# What follows from log and policy alone; `next_alert_at` follows from what has been said too.
COMPARED = (
	"stage", "starts_at", "policy_due_at", "due_at", "capped_by", "met_at", "ended_at", "kind", "owed_by", "clause",
	"policy", "label",
)  # fmt: skip
# What lists show, but for figures that the passing of time alone changes between two sweeps.
LISTED = ("current_stage", "stage_label", "highest_stage", "next_due_at", "next_owed_by")
MISSING, EXTRA = "missing", "extra"
SPELL = "Spell"

Key = tuple[str, str]


@dataclass(frozen=True)
class Difference:
	"""One value that differs, or a whole row: `field` is then `missing` or `extra`.

	`clock` is empty for the case's own row, and SPELL for its spells, whose `instance` is their number.
	"""

	clock: str
	instance: str
	field: str
	stored: Any = None
	wanted: Any = None

	def as_texts(self) -> dict[str, str]:
		"""Clock, instance, field, and both values as people read them."""
		return {
			"clock": self.clock,
			"instance": self.instance,
			"field": self.field,
			"stored": _text(self.stored),
			"wanted": _text(self.wanted),
		}


def stored(case: LoadedCase) -> dict[Key, Any]:
	"""The stored deadlines of a case, by clock and instance; read once a case."""
	return _by_key(_rows(case))


def read(escalation: str) -> dict[Key, Any]:
	"""The stored deadlines of a case as they are at this moment."""
	return _by_key(_read(escalation))


def _by_key(rows: list[Any]) -> dict[Key, Any]:
	return {(row.clock, row.instance or ""): row for row in rows}


def _rows(case: LoadedCase) -> list[Any]:
	if "stored deadlines" not in case.memo:
		case.memo["stored deadlines"] = _read(case.name)
	return case.memo["stored deadlines"]


def _read(escalation: str) -> list[Any]:
	columns = ["clock", "instance", *COMPARED, "next_alert_at"]
	return select("Escalation Deadline", columns, {"escalation": escalation}, order_by="name")


def differences(case: LoadedCase) -> list[Difference]:
	"""What differs: rows missing, rows too many, values; the spells that returns count; the fields that lists show."""
	return [*_of_rows(case), *_of_spells(case), *_of_lists(case)]


def _of_rows(case: LoadedCase) -> Iterator[Difference]:
	here = stored(case)
	wanted = projection.planned(case)
	for clock, instance in wanted.keys() - here.keys():
		yield Difference(clock, instance, MISSING, None, wanted[clock, instance]["due_at"])
	counts = Counter((row.clock, row.instance or "") for row in _rows(case))
	for (clock, instance), count in sorted(counts.items()):
		if count > 1 or (clock, instance) not in wanted:
			yield Difference(clock, instance, EXTRA, here[clock, instance].due_at)
	for key in sorted(wanted.keys() & here.keys()):
		for field in COMPARED:
			if _differs(here[key][field], wanted[key][field]):
				yield Difference(*key, field, here[key][field], wanted[key][field])


def _of_spells(case: LoadedCase) -> Iterator[Difference]:
	wanted = spells.planned(case)
	rows = spells.stored(case.name)
	here = {row.number: row for row in rows}
	for row in rows:
		if row.number not in wanted or row is not here[row.number]:
			yield Difference(SPELL, str(row.number), EXTRA, row.from_at)
	for number, values in wanted.items():
		if number not in here:
			yield Difference(SPELL, str(number), MISSING, None, values["from_at"])
			continue
		for field, value in values.items():
			if _differs(here[number][field], value):
				yield Difference(SPELL, str(number), field, here[number][field], value)


def _of_lists(case: LoadedCase) -> Iterator[Difference]:
	wanted = projection.list_fields(case)
	for field in LISTED:
		if _differs(case.document.get(field), wanted[field]):
			yield Difference("", "", field, case.document.get(field), wanted[field])


def alert_due(case: LoadedCase) -> dict[Key, datetime | None]:
	"""When each clock of a case is to be looked at next, from now on; None where nothing is left to say of it."""
	rows = projection.planned(case, alerted_at=case.now)
	return {key: times.aware(row["next_alert_at"]) for key, row in rows.items()}


def _differs(one: Any, other: Any) -> bool:
	return (one or None) != (other or None)


def _text(value: Any) -> str:
	if isinstance(value, datetime):
		return times.show_due(times.aware(value))
	return "" if value is None else str(value)
