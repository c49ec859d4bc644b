"""Every deadline that is still owed, soonest first, in the cases that the reader may see.

Rows from services.worklists: the access rule decides, and the state is derived from the time of asking.
"""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import worklist_columns, worklists_due


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
	"""Columns and rows. Filters: `board`, `agency`, `owed_by`, `until`, `overdue_only`, `limits_only`."""
	return worklist_columns.clock_columns(), worklists_due.due(dict(filters or {}))
