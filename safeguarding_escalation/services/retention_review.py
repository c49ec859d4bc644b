"""The review list: ended cases past their period or near it, for those who decide what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from safeguarding_escalation.engine.access import INFORMATION_GOVERNANCE
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.services import people, retention


def rows(filters: Mapping[str, Any]) -> list[dict[str, Any]]:
	"""Cases that the session's user may list and decide about, what is due first; see `retention.review`.

	A Business Manager decides for the boards that they manage, Information Governance for every case that they see.
	"""
	wanted: list[list[Any]] = [["workflow_state", "in", ENDED]]
	boards = _boards(frappe.session.user)
	if boards is not None:
		wanted.append(["board", "in", boards or [""]])
	if filters.get("board"):
		wanted.append(["board", "=", filters["board"]])
	found = frappe.get_list("Escalation", filters=wanted, fields=list(retention.FIELDS), limit_page_length=0)
	every = bool(cint(filters.get("every"))) or bool(filters.get("standing"))
	reviewed = retention.review(found, every=every)
	return [row for row in reviewed if filters.get("standing") in (None, "", row["standing"])]


def _boards(user: str) -> list[str] | None:
	"""The boards that a user manages; None where every case that they see counts."""
	if user == "Administrator":
		return None
	mine = people.contacts_of(user)
	if any(INFORMATION_GOVERNANCE in people.capacities(row) for row in mine):
		return None
	names = [row.name for row in mine]
	if not names:
		return []
	return frappe.get_all("Safeguarding Board", {"business_manager": ("in", names)}, pluck="name")


def columns() -> list[dict[str, Any]]:
	"""The columns of the report; nothing but the reasons, which say why a case is kept, was typed by anybody."""
	return [
		{"fieldname": "name", "label": _("Case"), "fieldtype": "Link", "options": "Escalation", "width": 120},
		{"fieldname": "reference", "label": _("Reference"), "fieldtype": "Data", "width": 140},
		{"fieldname": "standing", "label": _("Stands"), "fieldtype": "Data", "width": 140},
		{"fieldname": "kept_until", "label": _("Kept until"), "fieldtype": "Date", "width": 110},
		{"fieldname": "ended_on", "label": _("Ended on"), "fieldtype": "Date", "width": 110},
		{"fieldname": "workflow_state", "label": _("State"), "fieldtype": "Data", "width": 100},
		{
			"fieldname": "board",
			"label": _("Board"),
			"fieldtype": "Link",
			"options": "Safeguarding Board",
			"width": 140,
		},
		{"fieldname": "retention_decision", "label": _("Decision"), "fieldtype": "Data", "width": 100},
		{"fieldname": "retention_reason", "label": _("Why"), "fieldtype": "Data", "width": 200},
		{"fieldname": "legal_hold_reason", "label": _("Why it is held"), "fieldtype": "Data", "width": 200},
	]
