"""How the clocks that fell due went, by stage and by who owed them."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_timeliness


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them; see services.report_timeliness for the filters."""
	return report_timeliness.run(filters)
