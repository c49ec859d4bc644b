"""One finding of the clock health check: a line of the Setup check's kind, with the case or board that it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from safeguarding_escalation.services.setup_check_line import GOOD, TODO, Line

CLOCKS, ALERTS, DATES, PEOPLE, RECORD = (
	"Clocks of the open cases",
	"Alerts and mail",
	"Dates and policies",
	"People",
	"The record",
)


@dataclass(frozen=True)
class Finding(Line):
	"""A line about the whole site, one board or one open case.

	`grave`: a clock, an alert or a date cannot be relied on. `board` and `escalation` are names, '' where it is about
	neither; a case is shown by its reference alone. `repair`: computing the case anew puts it right. `details` are the
	values that differ: {clock, instance, field, stored, wanted}, texts.
	"""

	grave: bool = False
	board: str = ""
	escalation: str = ""
	repair: bool = False
	details: tuple[Mapping[str, str], ...] = field(default=())

	@property
	def is_wrong(self) -> bool:
		"""Whether something is to do about it."""
		return self.state == TODO

	def as_dict(self) -> dict[str, Any]:
		"""JSON-able; `from_dict` reads it back."""
		return asdict(self) | {"details": [dict(each) for each in self.details]}


def from_dict(values: Mapping[str, Any]) -> Finding:
	"""The finding that a stored check holds; what a later version has added is left at its default."""
	known = {each.name for each in fields(Finding)}
	given = {name: value for name, value in values.items() if name in known}
	return Finding(**given | {"details": tuple(given.get("details") or ())})


def of_line(line: Line, group: str, *, grave: bool = False, board: str = "", found: str = "") -> Finding:
	"""A line of the Setup check as a finding; `found` in the place of its sentence, where that names somebody."""
	values = asdict(line) | {"group": group, "found": found or line.found}
	return Finding(**values, grave=grave and line.state == TODO, board=board)


def fact(key: str, group: str, title: str, found: str) -> Finding:
	"""A line about which nothing is to do."""
	return Finding(key, group, title, GOOD, found)
