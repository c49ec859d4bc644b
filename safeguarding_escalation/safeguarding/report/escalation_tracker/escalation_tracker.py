"""Escalation tracker: a row an escalation, in the columns that the board's policy asks for."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_tracker


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them; see services.report_tracker for the filters."""
	return report_tracker.run(filters)
