"""Who looked at which case, when, through what and from where: the audit's rows that the reader may see."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import looking


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns and rows. Filters: `reference`, `agency`, `user`, `action`, `from_date`, `to_date`."""
	return looking.columns(), looking.report(filters or {})
