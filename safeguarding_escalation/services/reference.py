"""The human reference of a case: prefix, year, number. Says nothing about the person (decision 8)."""

from __future__ import annotations

import frappe
from frappe.model.naming import getseries

from safeguarding_escalation.services import times


def draw() -> str:
	"""The next reference, for example SE-2026-0007.

	Call it last in the insert's own transaction (decision 9): the counter's row is locked from here to the
	commit, so a number is neither lost nor given twice, and nobody queues behind a long insert.
	"""
	prefix = frappe.db.get_single_value("Safeguarding Settings", "reference_prefix") or "SE"
	key = f"{prefix}-{times.today().year}-"
	return key + getseries(key, 4)
