"""What a step would do to a case's dates, before it is taken. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import fating, guard


@frappe.whitelist(methods=["GET", "POST"])
def board_change(escalation: str, board: str) -> list[dict[str, Any]]:
	"""What becomes of each open clock if `board` takes the case: it stays, ends, or starts, with dates. Writes nothing.

	Raises BadInput (417) for a board that cannot take it, NotYours (403).
	"""
	guard.writable(escalation)
	return fating.preview_board_change(escalation, board)


@frappe.whitelist(methods=["GET", "POST"])
def reopening(escalation: str, to_stage: int | str) -> list[dict[str, Any]]:
	"""Which clocks run again, due when, if the case is reopened at a stage now. Writes nothing."""
	guard.writable(escalation)
	return fating.preview_reopening(escalation, to_stage)
