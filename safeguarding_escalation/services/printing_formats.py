"""Which print format a case is offered first: the one of its policy, else the chronology."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.engine import Policy
from safeguarding_escalation.services import policies

DOCTYPE = "Escalation"
# What every case can be printed as, whatever its board: for policies that name no format, or one that is gone.
FALLBACK = "Escalation Chronology"


def offered(policy: Policy) -> str:
	"""The format that a policy names, where this site has it for escalations and it is not disabled."""
	name = policy.print_format
	if not name:
		return FALLBACK
	found = frappe.db.get_value("Print Format", name, ["doc_type", "disabled"])
	return name if found and tuple(found) == (DOCTYPE, 0) else FALLBACK


def of_case(escalation: Any) -> str | None:
	"""The format that a stored case is offered first; None where there is no such case."""
	pinned = frappe.db.get_value(DOCTYPE, escalation, "policy") if isinstance(escalation, str) else None
	return offered(policies.policy(pinned)) if pinned else None


def asked_for() -> str:
	"""The print format that the present request names, if the site has it; else nothing."""
	given = frappe.local.form_dict or {}
	name = given.get("format") or given.get("print_format")
	return name if isinstance(name, str) and name and frappe.db.exists("Print Format", name) else ""
