"""Stage Log: what happened in a case, row by row, never changed."""

from __future__ import annotations

import frappe

from safeguarding_escalation.safeguarding.append_only import AppendOnly


class StageLog(AppendOnly):
	"""A wrong row is corrected by a later one; only `services.log` writes."""


def on_doctype_update() -> None:
	"""One number once in a case, whatever two writers do at once."""
	frappe.db.add_unique(
		"Stage Log", ["escalation", "sequence"], constraint_name="unique_escalation_sequence"
	)
