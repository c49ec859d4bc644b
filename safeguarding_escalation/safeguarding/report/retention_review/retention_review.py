"""Ended cases whose period has passed or ends within 90 days, with legal holds and what the review decided."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import retention_review


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns and rows; `name` is the case. Filters: `board`, `standing`, `every` (also those that are kept anyway)."""
	return retention_review.columns(), retention_review.rows(filters or {})
