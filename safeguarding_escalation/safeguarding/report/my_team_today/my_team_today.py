"""My team today: at risk, due today, overdue, waiting on others, unassigned, not received. Rows from services.worklists."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_team


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows by group, and how many each group has. Filters: `board`, `group`."""
	return report_team.today(filters)
