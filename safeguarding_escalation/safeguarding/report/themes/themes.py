"""What the escalations are about, as counts that lead to the cases."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_themes


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them; see services.report_themes for the filters."""
	return report_themes.run(filters)
