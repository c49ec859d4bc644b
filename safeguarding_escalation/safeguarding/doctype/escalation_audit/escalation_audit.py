"""Escalation Audit: who looked at which case, when, through what and from where. Never changed."""

from __future__ import annotations

import frappe

from safeguarding_escalation.safeguarding.append_only import AppendOnly


class EscalationAudit(AppendOnly):
	"""Written by `services.audit` alone, straight into the table: no document of it is ever saved."""


def on_doctype_update() -> None:
	"""The ways in: what happened to a case, what an account did, what an agency's people did, in the order of time."""
	frappe.db.add_index("Escalation Audit", ["escalation", "at"])
	frappe.db.add_index("Escalation Audit", ["user", "at"])
	frappe.db.add_index("Escalation Audit", ["agency", "at"])
