"""Reading a policy that somebody is still writing: what can be read is read, the rest becomes sentences.

`Policy.from_dict` refuses the first cell that does not fit. In a form people want to see everything that is wrong, and
where, while the rest is read back to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from .errors import PolicyError
from .policy import Policy
from .policy_fields import convert_row
from .schema import TABLES, PolicyData
from .validator import TABLE as HEADER
from .validator import validate
from .validator_words import Problem

# What stands in for a cell that is needed and missing, or that cannot be read.
_BLANK: dict[str, Any] = {"str": "", "int": 0, "Terms": (), "tuple[int, ...]": ()}
# Any text that is not empty: only the field that is being read matters.
_GIVEN: dict[str, Any] = {"str": "given", "int": 1, "Terms": ("given",), "tuple[int, ...]": (1,)}


@dataclass(frozen=True)
class Draft:
	"""A policy as far as it can be read: a cell that cannot takes its default, and is among the problems.

	`problems` are those of reading and, after them, the validator's.
	"""

	policy: Policy
	problems: list[Problem]


def read_draft(values: Mapping[str, Any]) -> Draft:
	"""A draft from the values that `Policy.from_dict` takes. Raises nothing: what is wrong is among the problems."""
	problems: list[Problem] = []
	header = _cells(PolicyData, values, HEADER, "", problems)
	tables: dict[str, Any] = {
		table: tuple(
			row_type(**_cells(row_type, row, table, f"{table} row {number}", problems))
			for number, row in enumerate(values.get(table) or (), start=1)
		)
		for table, row_type in TABLES.items()
	}
	policy = Policy(**header, **tables)
	return Draft(policy, list(dict.fromkeys([*problems, *validate(policy)])))


def _cells(
	row_type: type, values: Mapping[str, Any], table: str, where: str, problems: list[Problem]
) -> dict[str, Any]:
	"""The fields of one row, each read by itself, so that one that does not fit leaves the others be."""
	annotations = {field.name: str(field.type) for field in fields(row_type)}
	needed = {field.name for field in fields(row_type) if field.default is MISSING}
	given = {name: _GIVEN[annotations[name]] for name in needed}
	read: dict[str, Any] = {name: _BLANK[annotations[name]] for name in needed}
	for name, value in values.items():
		if name not in annotations or value is None or (row_type is PolicyData and name in TABLES):
			continue
		if name in needed and value == "":  # an empty name is the validator's to say
			continue
		try:
			read[name] = convert_row(row_type, given | {name: value}, where or name)[name]
		except PolicyError as problem:
			problems.append(Problem("unreadable", table, where or name, str(problem)))
	return read


def position_of(draft: Draft, problem: Problem) -> int | None:
	"""The position (from 0) of the row that a problem speaks of, in its table; None if it names none.

	The validator names rows by what people call them: a clock's id, `Move 3 (to stage 2)`, `Stage 2`, a label.
	"""
	if problem.table not in TABLES:
		return None
	read = getattr(draft.policy, problem.table)
	return next((number for number, row in enumerate(read) if _names(problem, row, number)), None)


def _names(problem: Problem, row: Any, number: int) -> bool:
	"""Whether a problem's row name means this row, the `number`th of those that were read."""
	name = problem.row
	counted = {
		"alert_rungs": f"Alert {number + 1} ",
		"moves": f"Move {number + 1} ",
		"records": f"Record {number + 1} ",
		"copy_rules": f"Copy rule {number + 1} ",
	}.get(problem.table)
	if counted and name.startswith(counted):
		return True
	if name == f"{problem.table} row {number + 1}":
		return True
	called: Callable[[], tuple[str, ...]] | None = {
		"stages": lambda: (f"Stage {row.number}", str(row.number)),
		"levels": lambda: (
			f"Level {row.label}",
			f"{row.label} of stage {row.stage}",
			f"{row.order} of stage {row.stage}",
		),
		"clocks": lambda: (row.id,),
		"paths": lambda: (f"Path {row.name}", row.name),
		"closing_duties": lambda: (f"Closing duty {row.duty!r}", row.duty),
		"exclusions": lambda: (row.text,),
		"natures": lambda: (row.label,),
		"returns": lambda: (row.name,),
		"template_labels": lambda: (row.label, str(row.order)),
		"questions": lambda: (row.key, f"Question {row.key}", f"Question {number + 1}"),
		"guidance": lambda: (row.text, f"Guidance {number + 1}"),
	}.get(problem.table)
	return called is not None and name in called()
