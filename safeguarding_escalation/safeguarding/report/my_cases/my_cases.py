"""My cases: the open cases that name the reader, with what they must do next. Rows from services.worklists."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import worklist_columns, worklists


def execute(filters: dict[str, Any] | None = None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
	"""Columns and rows. Filters: `board`, `state` (Overdue, Due today, …)."""
	given = frappe._dict(filters or {})
	return worklist_columns.case_columns(), worklists.cases("mine", given.board, given.state)
