"""What is overdue or due soon, who owes it, by which clause; the policy's clocks apart from local targets."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import report_due


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows and the figures above them; see services.report_due for the filters."""
	return report_due.run(filters)
