"""Agreed actions not done or not checked, reviews due, recommendations without an answer."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_actions


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them; see services.report_actions for the filters."""
	return report_actions.run(filters)
