"""What changed from one version of a policy to another, in sentences. Rows are matched by what they are about.

The order of rows is no rule, so a row that only moved is no change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import count
from typing import Any

from .alert_words import RUNG_WORDS, row_sentence, whose
from .change_words import Labels, changed_words
from .clock_words import clock_words
from .policy_fields import plain
from .policy_words import (
	GROUNDS,
	copy_words,
	duty_words,
	level_words,
	move_words,
	mover_words,
	record_words,
	who_talks,
)
from .schema import TABLES, PolicyData
from .setting_words import COUNTING, changed_settings, setting_words
from .term_words import stage_name, term_words
from .wording import sentence

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
# A row that is left over in both versions is the same one if it is the only one that agrees in these.
LOOSE_KEYS: Mapping[str, tuple[str, ...]] = {
	"levels": ("stage", "order"),
	"moves": ("to_stage", "ground"),
	"records": ("when", "stage", "ground"),
	"copy_rules": ("recipient", "stage"),
}
COUNTED, WHOLE, ALERTS, CLOSING, SETTINGS, WORDS = (
	"How days are counted",
	"At any stage",
	"Alerts",
	"Before the case is closed",
	"Settings and labels",
	"Scope, questions and words",
)
_STAGED = {"stages": "number", "moves": "to_stage"}
_OF_STAGES = ("stages", "levels", "moves", "clocks", "records", "copy_rules")


@dataclass(frozen=True)
class Change:
	"""One difference. `change`: added, removed or changed; `row` names the row, or the field of the header.

	`text` is one sentence or more; `before` and `after` are the row in words, empty where there is none. `fields` names
	what differs in a changed row, `heading` the part of the policy that it belongs to, `key` a clock's id.
	"""

	table: str
	row: str
	change: str
	text: str
	before: str = ""
	after: str = ""
	fields: tuple[str, ...] = ()
	heading: str = ""
	key: str = ""


def changes(old: PolicyData, new: PolicyData, labels: Labels | None = None) -> list[Change]:
	"""Everything that differs from `old` to `new`, the header first; empty where they say the same.

	`labels` are what a form calls the escalation's fields.
	"""
	named = labels or {}
	return [*_header(old, new), *(change for table in TABLES for change in _table(table, old, new, named))]


def grouped(found: Iterable[Change], old: PolicyData, new: PolicyData) -> list[tuple[str, list[Change]]]:
	"""Changes by the part of the policy that they belong to: the counting, each stage, the whole, closing, the rest."""
	numbers = sorted({stage.number for stage in (*old.stages, *new.stages)})
	stages = [_stage_heading(number, old, new) for number in numbers]
	order = (COUNTED, *stages, WHOLE, ALERTS, CLOSING, SETTINGS, WORDS)
	parts: dict[str, list[Change]] = {heading: [] for heading in order}
	for change in found:
		parts.setdefault(change.heading, []).append(change)
	return [(heading, rows) for heading, rows in parts.items() if rows]


def _header(old: PolicyData, new: PolicyData) -> Iterator[Change]:
	for field, text in changed_settings(old, new):
		before, after = (setting_words(policy, field, getattr(policy, field)) for policy in (old, new))
		heading = COUNTED if field in COUNTING else SETTINGS
		yield Change(HEADER, field, "changed", text, before, after, (field,), heading)


def shown(value: Any) -> str:
	"""A value of a field for reading: yes or no, lists with commas, dates as they are written."""
	value = plain(value)
	if isinstance(value, bool):
		return "yes" if value else "no"
	if isinstance(value, list):
		return ", ".join(str(item) for item in value)
	return "" if value is None else str(value)


def _table(table: str, old: PolicyData, new: PolicyData, labels: Labels) -> Iterator[Change]:
	before, after = _by_key(KEYS, table, getattr(old, table)), _by_key(KEYS, table, getattr(new, table))
	pairs = {key: (row, after[key]) for key, row in before.items() if key in after}
	gone = {key: row for key, row in before.items() if key not in after}
	come = {key: row for key, row in after.items() if key not in before}
	for key, other in _alike(table, gone, come):
		pairs[key] = (gone.pop(key), come.pop(other))
	for key, row in before.items():
		if key in gone:
			yield _one_sided("removed", table, row, (old, new), labels)
		elif pairs[key][0] != pairs[key][1]:
			yield _changed(table, (old, pairs[key][0]), (new, pairs[key][1]), labels)
	for row in come.values():
		yield _one_sided("added", table, row, (old, new), labels)


def _one_sided(
	change: str, table: str, row: Any, policies: tuple[PolicyData, PolicyData], labels: Labels
) -> Change:
	"""A row that only one of the versions has, in full."""
	policy = policies[change == "added"]
	name, words = row_name(policy, table, row), row_words(policy, table, row, labels)
	said = f"{name}: {words[:1].lower()}{words[1:]}" if table == "moves" else words
	which = f" ({row.id})" if table == "clocks" else ""
	text = sentence(f"{'New' if change == 'added' else 'No longer there'}{which}: {said}")
	before, after = (words, "") if change == "removed" else ("", words)
	heading = _heading(table, row, *policies)
	return Change(table, name, change, text, before, after, heading=heading, key=_key(row))


def _alike(table: str, gone: Mapping[Any, Any], come: Mapping[Any, Any]) -> Iterator[tuple[Any, Any]]:
	"""Keys of left-over rows that are one row with another key: the only ones alike on either side."""
	loose = LOOSE_KEYS.get(table)
	if not loose:
		return

	def about(row: Any) -> tuple[Any, ...]:
		return tuple(getattr(row, name) for name in loose)

	for key, row in list(gone.items()):
		same = [other for other, new in come.items() if about(new) == about(row)]
		if len(same) == 1 and sum(about(other) == about(row) for other in gone.values()) == 1:
			yield key, same[0]


def _changed(table: str, old: tuple[PolicyData, Any], new: tuple[PolicyData, Any], labels: Labels) -> Change:
	name = row_name(new[0], table, new[1])
	names = tuple(
		field.name for field in fields(old[1]) if getattr(old[1], field.name) != getattr(new[1], field.name)
	)
	before, after = row_words(old[0], table, old[1], labels), row_words(new[0], table, new[1], labels)
	text = changed_words(table, name, old, new, labels)
	heading = _heading(table, new[1], old[0], new[0])
	return Change(table, name, "changed", text, before, after, names, heading, _key(new[1]))


def _key(row: Any) -> str:
	return str(getattr(row, "id", ""))


def _heading(table: str, row: Any, old: PolicyData, new: PolicyData) -> str:
	if table in ("closing_duties", "alert_rungs"):
		return CLOSING if table == "closing_duties" else ALERTS
	if table not in _OF_STAGES and not getattr(row, "stage", 0):
		return WORDS
	number = getattr(row, _STAGED.get(table, "stage"))
	if not number and getattr(row, "when", "") == "raise":
		number = 1
	return _stage_heading(number, old, new) if number else WHOLE


def _stage_heading(number: int, old: PolicyData, new: PolicyData) -> str:
	policy = new if new.stage(number) else old
	stage = policy.stage(number)
	label = stage.label.strip() if stage else ""
	name = f"Stage {number}"
	return name if not label or label == name else f"{name}: {label.removeprefix(name).lstrip(' :-–')}"


def _by_key(
	keys: Mapping[str, tuple[str, ...]], table: str, rows: Iterable[Any]
) -> dict[tuple[Any, ...], Any]:
	"""Rows by what they are about; a second row about the same thing is its own."""
	found: dict[tuple[Any, ...], Any] = {}
	for row in rows:
		key = tuple(getattr(row, name) for name in keys[table])
		numbered = next(known for known in ((*key, number) for number in count()) if known not in found)
		found[numbered] = row
	return found


def row_name(policy: PolicyData, table: str, row: Any) -> str:
	"""What people call a row, as the subject of a sentence: `Stage 2`, `The step to Stage 3, at immediate risk …`."""
	named: dict[str, Callable[[], str]] = {
		"stages": lambda: f"Stage {row.number}",
		"levels": lambda: f"The level “{row.label}”",
		"clocks": lambda: f"The clock “{row.label or row.id}” ({row.id})",
		"alert_rungs": lambda: f"The alert “{RUNG_WORDS.get(row.rung, row.rung)}” of {whose(policy, row)}",
		"moves": lambda: _move_name(policy, row),
		"records": lambda: f"What is asked for ({row.message.strip().rstrip('.') or row.when})",
		"copy_rules": lambda: _copy_name(policy, row),
		"closing_duties": lambda: f"The duty “{row.duty}”",
		"returns": lambda: f"The return “{row.name}”",
		"paths": lambda: f"The route “{row.label}”",
		"questions": lambda: f"The question “{row.question}”",
		"exclusions": lambda: f"“{row.text}”, which is out of scope",
		"natures": lambda: f"The area of disagreement “{row.label}”",
		"template_labels": lambda: f"Label {row.order} of the form",
		"guidance": lambda: f"The guidance {f'on {row.topic}' if row.topic else f'“{row.text}”'}",
	}
	return (
		named[table]()
		if table in named
		else str(getattr(row, "label", "") or f"A row of {table.replace('_', ' ')}")
	)


def _move_name(policy: PolicyData, row: Any) -> str:
	ground = "" if row.ground == "next" else f", {GROUNDS.get(row.ground, row.ground)}"
	return f"The step to {stage_name(policy, row.to_stage)}{ground}"


def _copy_name(policy: PolicyData, row: Any) -> str:
	if row.stage:
		return f"The copy to {row.recipient} at {stage_name(policy, row.stage)}"
	return f"The copy to {row.recipient} when {term_words(policy, row.event)}"


def row_words(policy: PolicyData, table: str, row: Any, labels: Labels | None = None) -> str:
	"""A row in words, by the policy that it belongs to."""
	said: dict[str, Callable[[], str]] = {
		"stages": lambda: sentence(f"{row.label}: {who_talks(row)}. {row.entered_when}".strip(" .")),
		"clocks": lambda: clock_words(policy, row).text,
		"alert_rungs": lambda: row_sentence(policy, row),
		"levels": lambda: f"{level_words(row)}.",
		"moves": lambda: f"{move_words(policy, row)} By {mover_words(row)}.",
		"records": lambda: record_words(policy, row, labels),
		"copy_rules": lambda: copy_words(policy, row),
		"closing_duties": lambda: duty_words(policy, row, labels),
	}
	if table in said:
		return said[table]()
	return "; ".join(
		filter(None, (shown(getattr(row, field.name)) for field in fields(row) if field.name != "clause"))
	)
