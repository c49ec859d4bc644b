"""What was said of somebody and is not confirmed by them, and written confirmations that are due."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_unconfirmed


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them; see services.report_unconfirmed for the filters."""
	return report_unconfirmed.run(filters)
