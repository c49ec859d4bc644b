"""The columns of the worklists. No column holds a person's name."""

from __future__ import annotations

from typing import Any

from frappe import _


def case_columns() -> list[dict[str, Any]]:
	"""A row a case: what is to be done, by when, where."""
	return [
		_column("reference", _("Escalation"), 130),
		_column("state", _("State"), 110),
		_column("next_step", _("What is next"), 340),
		_column("due_at", _("Due"), 160, "Datetime"),
		_column("owed_by", _("Owed by"), 220),
		_column("stage_label", _("Stage"), 150),
		_column("lead", _("Lead"), 170),
		_column("days_waiting", _("Days waiting"), 110, "Int"),
		_column("board", _("Board"), 140, "Link", options="Safeguarding Board"),
		_column("escalation", _("Case"), 0, hidden=1),
	]


def team_columns() -> list[dict[str, Any]]:
	"""The same, with the group of the day that the case is in."""
	return [_column("group", _("Today"), 140), *case_columns()]


def clock_columns() -> list[dict[str, Any]]:
	"""A row a clock."""
	return [
		_column("state", _("State"), 110),
		_column("due_at", _("Due"), 160, "Datetime"),
		_column("label", _("What is due"), 320),
		_column("owed_by", _("Owed by"), 240),
		_column("reference", _("Escalation"), 130),
		_column("stage_label", _("Stage"), 150),
		_column("days_waiting", _("Days running"), 110, "Int"),
		_column("board", _("Board"), 140, "Link", options="Safeguarding Board"),
		_column("clause", _("Clause"), 110),
		_column("escalation", _("Case"), 0, hidden=1),
	]


def _column(name: str, label: str, width: int, kind: str = "Data", **further: Any) -> dict[str, Any]:
	return {"fieldname": name, "label": label, "fieldtype": kind, "width": width, **further}
