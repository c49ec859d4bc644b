"""The open cases of the boards that the reader manages or chairs, each with its stage and its next clock."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import worklist_columns, worklists


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, and a summary by stage. Filters: `view` (board or chair), `board`, `state`.

	Without `view`: a board's manager gets the board's cases, its Chair those that have come to the Chair.
	"""
	given = frappe._dict(filters or {})
	scope = given.view if given.view in ("board", "chair") else worklists.post()
	rows = worklists.cases(scope, given.board, given.state)
	summary = [
		{"label": label, "value": number, "datatype": "Int"}
		for label, number in worklists.stages(scope, given.board).items()
	]
	return worklist_columns.case_columns(), rows, None, None, summary
