"""Exactly what one figure of a report, card or chart counts."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_behind


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them; see services.report_behind for the filters."""
	return report_behind.run(filters)
