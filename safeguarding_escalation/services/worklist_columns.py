"""The columns of the worklists. No column holds a person's name."""

from __future__ import annotations

from typing import Any

from frappe import _


def case_columns() -> list[dict[str, Any]]:
	"""A row a case: what is to be done, by when, where."""
	return [
		column("reference", _("Escalation"), 130),
		column("state", _("State"), 110),
		column("next_step", _("What is next"), 340),
		column("due_at", _("Due"), 160, "Datetime"),
		column("owed_by", _("Owed by"), 220),
		column("stage_label", _("Stage"), 150),
		column("lead", _("Lead"), 170),
		column("days_waiting", _("Days waiting"), 110, "Int"),
		column("board", _("Board"), 140, "Link", options="Safeguarding Board"),
		column("escalation", _("Case"), 0, hidden=1),
	]


def team_columns() -> list[dict[str, Any]]:
	"""The same, with the group of the day that the case is in."""
	return [column("group", _("Today"), 140), *case_columns()]


def clock_columns() -> list[dict[str, Any]]:
	"""A row a clock."""
	return [
		column("state", _("State"), 110),
		column("due_at", _("Due"), 160, "Datetime"),
		column("label", _("What is due"), 320),
		column("owed_by", _("Owed by"), 240),
		column("reference", _("Escalation"), 130),
		column("stage_label", _("Stage"), 150),
		column("days_waiting", _("Days running"), 110, "Int"),
		column("board", _("Board"), 140, "Link", options="Safeguarding Board"),
		column("clause", _("Clause"), 110),
		column("escalation", _("Case"), 0, hidden=1),
	]


def column(name: str, label: str, width: int, kind: str = "Data", **further: Any) -> dict[str, Any]:
	"""A column of a report."""
	return {"fieldname": name, "label": label, "fieldtype": kind, "width": width, **further}
