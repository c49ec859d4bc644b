"""What changed from one version of a policy to another, as a plain list. Rows are matched by what they are about.

The order of rows is no rule, so a row that only moved is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import count
from typing import Any

from .alert_words import row_sentence
from .clock_words import clock_words
from .policy_fields import plain
from .policy_words import copy_words, duty_words, level_words, move_words, mover_words, record_words
from .schema import TABLES, PolicyData

HEADER = "policy"
# What identifies a row across versions, by table; the rest of the row may change.
KEYS: Mapping[str, tuple[str, ...]] = {
	"stages": ("number",),
	"levels": ("stage", "label"),
	"clocks": ("id",),
	"alert_rungs": ("clock", "kind", "rung"),
	"moves": ("to_stage", "ground", "from_stages", "agency_types"),
	"records": ("when", "stage", "ground", "needs"),
	"copy_rules": ("event", "stage", "recipient", "condition"),
	"closing_duties": ("duty",),
	"exclusions": ("text",),
	"natures": ("label",),
	"returns": ("name",),
	"contacts": ("label",),
	"links": ("label",),
	"paths": ("name",),
	"template_labels": ("order",),
	"questions": ("key",),
	"guidance": ("topic", "text"),
}
# Fields that are the document's own name and not a rule.
_OWN = frozenset({"id"})


@dataclass(frozen=True)
class Change:
	"""One difference. `change`: added, removed or changed; `row` names the row, or the field of the header.

	`text` is a sentence; `before` and `after` are the row in words, empty where there is none. `fields` names what
	differs in a changed row.
	"""

	table: str
	row: str
	change: str
	text: str
	before: str = ""
	after: str = ""
	fields: tuple[str, ...] = ()


def changes(old: PolicyData, new: PolicyData) -> list[Change]:
	"""Everything that differs from `old` to `new`, the header first; empty where they say the same."""
	return [*_header(old, new), *(change for table in TABLES for change in _table(table, old, new))]


def _header(old: PolicyData, new: PolicyData) -> Iterator[Change]:
	for field in fields(PolicyData):
		if field.name in TABLES or field.name in _OWN:
			continue
		before, after = shown(getattr(old, field.name)), shown(getattr(new, field.name))
		if before != after:
			text = f"{field.name.replace('_', ' ')}: {before or 'empty'} → {after or 'empty'}"
			yield Change(HEADER, field.name, "changed", text, before, after, (field.name,))


def shown(value: Any) -> str:
	"""A value of a field for reading: yes or no, lists with commas, dates as they are written."""
	value = plain(value)
	if isinstance(value, bool):
		return "yes" if value else "no"
	if isinstance(value, list):
		return ", ".join(str(item) for item in value)
	return "" if value is None else str(value)


def _table(table: str, old: PolicyData, new: PolicyData) -> Iterator[Change]:
	before, after = _by_key(table, getattr(old, table)), _by_key(table, getattr(new, table))
	for key, row in before.items():
		name = _name(table, row)
		if key not in after:
			words = row_words(old, table, row)
			yield Change(table, name, "removed", f"{name} is gone: {words}", words)
		elif after[key] != row:
			yield _changed(table, name, (old, row), (new, after[key]))
	for key, row in after.items():
		if key not in before:
			name, words = _name(table, row), row_words(new, table, row)
			yield Change(table, name, "added", f"{name} is new: {words}", "", words)


def _changed(table: str, name: str, old: tuple[PolicyData, Any], new: tuple[PolicyData, Any]) -> Change:
	names = tuple(
		field.name for field in fields(old[1]) if getattr(old[1], field.name) != getattr(new[1], field.name)
	)
	said = "; ".join(
		f"{field.replace('_', ' ')}: {shown(getattr(old[1], field)) or 'empty'} → "
		f"{shown(getattr(new[1], field)) or 'empty'}"
		for field in names
	)
	before, after = row_words(old[0], table, old[1]), row_words(new[0], table, new[1])
	return Change(table, name, "changed", f"{name}: {said}", before, after, names)


def _by_key(table: str, rows: Iterable[Any]) -> dict[tuple[Any, ...], Any]:
	"""Rows by what they are about; a second row about the same thing is its own."""
	found: dict[tuple[Any, ...], Any] = {}
	for row in rows:
		key = tuple(getattr(row, name) for name in KEYS[table])
		numbered = next(known for known in ((*key, number) for number in count()) if known not in found)
		found[numbered] = row
	return found


def _name(table: str, row: Any) -> str:
	"""What people call a row."""
	named: dict[str, Callable[[], str]] = {
		"stages": lambda: f"Stage {row.number}",
		"levels": lambda: f"Level {row.label}",
		"clocks": lambda: f"Clock {row.id}",
		"alert_rungs": lambda: f"Alert {row.rung}{_of_clock(row)}",
		"moves": lambda: f"Move to stage {row.to_stage} ({row.ground})",
		"records": lambda: f"Record ({row.when}{f' {row.stage}' if row.stage else ''})",
		"copy_rules": lambda: f"Copy to {row.recipient}",
		"closing_duties": lambda: f"Duty “{row.duty}”",
		"returns": lambda: f"Return {row.name}",
		"paths": lambda: f"Route {row.label}",
		"questions": lambda: f"Question {row.key}",
		"exclusions": lambda: f"Out of scope: {row.text}",
		"template_labels": lambda: f"Label {row.order}",
		"guidance": lambda: f"Guidance {row.topic}".strip(),
	}
	return named[table]() if table in named else str(getattr(row, "label", table))


def _of_clock(row: Any) -> str:
	return f" of {row.clock or row.kind}" if row.clock or row.kind else ""


def row_words(policy: PolicyData, table: str, row: Any) -> str:
	"""A row in words, by the policy that it belongs to."""
	said: dict[str, Callable[[], str]] = {
		"clocks": lambda: clock_words(policy, row).text,
		"alert_rungs": lambda: row_sentence(policy, row),
		"levels": lambda: f"{level_words(row)}.",
		"moves": lambda: f"{move_words(policy, row)} By {mover_words(row)}.",
		"records": lambda: record_words(policy, row),
		"copy_rules": lambda: copy_words(policy, row),
		"closing_duties": lambda: duty_words(policy, row),
	}
	if table in said:
		return said[table]()
	return "; ".join(
		filter(None, (shown(getattr(row, field.name)) for field in fields(row) if field.name != "clause"))
	)
