"""Sites that ran before: what the Chair's answer was is kept under a name that says that it is a type."""

from __future__ import annotations

import frappe
from frappe.model.utils.rename_field import rename_field

OLD, NEW = "chair_outcome", "chair_outcome_type"


def execute() -> None:
	"""Carry the values over. May run again: without the old column there is nothing to do."""
	if frappe.db.has_column("Escalation", OLD):
		rename_field("Escalation", OLD, NEW)
