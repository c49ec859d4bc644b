"""The open cases of the boards that the reader manages or chairs, each with its stage and its next clock."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_team


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, and how many are at each stage. Filters: `view` (board or chair), `board`, `state`."""
	return report_team.of_board(filters)
