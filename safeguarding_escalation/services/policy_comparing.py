"""What changed from one version of a policy to another, in the form's words, with both example dates of what moved."""

from __future__ import annotations

from datetime import date
from typing import Any

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.engine.changed_dates import changed_dates
from safeguarding_escalation.engine.errors import EngineError
from safeguarding_escalation.engine.policy_changes import HEADER, Change, changes, grouped
from safeguarding_escalation.engine.setting_words import COUNTING
from safeguarding_escalation.engine.term_words import clock_name
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import policies, policy_readback, times
from safeguarding_escalation.services.policy_diagram import field_labels


def compare(old: str, new: str, start: str | None = None) -> dict[str, Any]:
	"""What changed from one policy to another, for reading aloud.

	{old, new, start, start_text, groups: [{heading, changes: [{table, row, change, text, fields, before, after, dates}]}],
	changes: the same in one list, dates: [text]}. `table` and `fields` use the form's words, `dates` are the example
	dates of a changed clock for a thing that happens on `start` (ISO date, default today), and those of the whole list
	belong to clocks that no row changed. Raises BadInput for what is no date.
	"""
	before, after = policies.policy(old), policies.policy(new)
	day = times.given_day(start) if start else times.today()
	found = changes(before, after, field_labels())
	dates, refused = _dates(before, after, found, day)
	own = {change.key for change in found if change.change == "changed" and change.key}
	others = [(clock, text) for clock, texts in dates.items() if clock not in own for text in texts]
	groups = [
		{"heading": heading, "changes": [_shown(change, dates) for change in rows]}
		for heading, rows in grouped(found, before, after)
	]
	return {
		"old": {"policy": old, "title": before.title},
		"new": {"policy": new, "title": after.title},
		"start": day.isoformat(),
		"start_text": date_text(day),
		"groups": groups,
		"changes": [change for group in groups for change in group["changes"]],
		"dates": [*refused, *(f"{clock_name(after, clock)}: {text}" for clock, text in others)],
	}


def _dates(
	before: Policy, after: Policy, found: list[Change], day: date
) -> tuple[dict[str, list[str]], list[str]]:
	"""The sentences of the dates that differ, by clock; and why there are none, where a draft's clocks cannot run yet.

	A clock that only came or went is said by its row.
	"""
	counted = any(change.table == HEADER and change.row in COUNTING for change in found)
	changed = {change.key for change in found if change.change == "changed" and change.key}
	if not (counted or changed):
		return {}, []
	try:
		rows = changed_dates((before, policies.calendar(before)), (after, policies.calendar(after)), day)
	except EngineError as problem:
		return {}, [f"No example dates: {problem}"]
	said: dict[str, list[str]] = {}
	for row in rows:
		if row.clock in changed or (row.before and row.after):
			said.setdefault(row.clock, []).append(row.text)
	return said, []


def _shown(change: Change, dates: dict[str, list[str]]) -> dict[str, Any]:
	header = change.table == HEADER
	table = "" if header else change.table
	return {
		"table": "Details" if header else policy_readback.label_of("", change.table),
		"row": policy_readback.label_of("", change.row) if header else change.row,
		"change": change.change,
		"text": change.text,
		"fields": [policy_readback.label_of(table, name) for name in change.fields],
		"before": change.before,
		"after": change.after,
		"dates": dates.get(change.key, []) if change.change == "changed" else [],
	}
