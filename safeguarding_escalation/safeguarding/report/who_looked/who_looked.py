"""Who looked at which case, when, through what and from where: the audit's rows that the reader may see."""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.services import looking


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows and, where some are left out, words for it. Filters: `reference`, `agency`, `user`, `action`, `from_date`, `to_date`."""
	asked = filters or {}
	rows = looking.report(asked)
	words = looking.left_out(asked, len(rows))
	return (looking.columns(), rows, words) if words else (looking.columns(), rows)
