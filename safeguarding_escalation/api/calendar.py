"""What the Desk may call on changes of the working days. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import calendar_changes, calendar_moving


@frappe.whitelist(methods=["GET", "POST"])
def preview(change: str) -> dict[str, Any]:
	"""Every open deadline that applying a draft Calendar Change would move, with old and new date. Changes nothing.

	Returns digest, cases, clocks, local_targets, hidden_cases, rows; rows are of the cases that the caller may read,
	the others are counted. For who decides for the board, else NotYours (403).
	"""
	calendar_changes.require_theirs(change)
	return calendar_changes.preview(change)


@frappe.whitelist(methods=["POST"])
def apply(change: str, digest: str) -> dict[str, Any]:
	"""Apply what was previewed under `digest`. Raises PreviewOutdated (417) where other dates would move by now."""
	calendar_changes.require_theirs(change)
	return calendar_changes.apply(change, digest)


@frappe.whitelist(methods=["POST"])
def withdraw(change: str, reason: str) -> dict[str, Any]:
	"""A draft that ends an applied closure or bank holiday for its days to come. Returns {change}."""
	calendar_changes.require_theirs(change)
	return calendar_changes.withdraw(change, reason)


@frappe.whitelist(methods=["GET", "POST"])
def moved(change: str) -> list[dict[str, Any]]:
	"""What an applied change moved: reference and both dates, of the cases that the caller may read."""
	calendar_changes.require_theirs(change)
	return calendar_moving.moved_cases(change)
