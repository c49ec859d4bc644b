"""What lists, number cards, the calendar and *Who do I ring?* ask. Each function's first line is its guard.

The counts are of what the session's user may see: the rows of `services.worklists`, which Frappe's own list condition
fences. `filters` is what Frappe sends with every number card; ours take none but the stage.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation.services import diary, guard, report_cards, ring, ring_verifying


@frappe.whitelist(methods=["GET", "POST"])
def my_open_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases name the user."""
	guard.listable()
	return report_cards.card("My Open Cases")


@frappe.whitelist(methods=["GET", "POST"])
def my_overdue_cases(filters: Any = None) -> dict[str, Any]:
	"""In how many of the user's own cases their side is late."""
	guard.listable()
	return report_cards.card("Overdue for Me")


@frappe.whitelist(methods=["GET", "POST"])
def team_due_today(filters: Any = None) -> dict[str, Any]:
	"""In how many cases the user's agency must act today."""
	guard.listable()
	return report_cards.card("Due Today for My Team")


@frappe.whitelist(methods=["GET", "POST"])
def team_overdue(filters: Any = None) -> dict[str, Any]:
	"""In how many cases the user's agency is late by the policy."""
	guard.listable()
	return report_cards.card("Overdue for My Team")


@frappe.whitelist(methods=["GET", "POST"])
def team_waiting(filters: Any = None) -> dict[str, Any]:
	"""How many cases of the user's agency wait for somebody else."""
	guard.listable()
	return report_cards.card("Waiting on Others")


@frappe.whitelist(methods=["GET", "POST"])
def team_unassigned(filters: Any = None) -> dict[str, Any]:
	"""In how many cases the user's agency has no lead in post."""
	guard.listable()
	return report_cards.card("Unassigned Cases")


@frappe.whitelist(methods=["GET", "POST"])
def chair_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases have come to the Chair."""
	guard.listable()
	return report_cards.card("Cases with Me")


@frappe.whitelist(methods=["GET", "POST"])
def board_open_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases are at the boards that the user manages."""
	guard.listable()
	return report_cards.card("Cases at My Board")


@frappe.whitelist(methods=["GET", "POST"])
def board_overdue_cases(filters: Any = None) -> dict[str, Any]:
	"""In how many cases of the user's boards something is overdue, whoever owes it."""
	guard.listable()
	return report_cards.card("Overdue at My Board")


@frappe.whitelist(methods=["GET", "POST"])
def open_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases the user may see."""
	guard.listable()
	return report_cards.card("Open Escalations")


@frappe.whitelist(methods=["GET", "POST"])
def overdue_cases(filters: Any = None) -> dict[str, Any]:
	"""In how many open cases that the user may see something of the policy is overdue."""
	guard.listable()
	return report_cards.card("Overdue Escalations")


@frappe.whitelist(methods=["GET", "POST"])
def due_today_cases(filters: Any = None) -> dict[str, Any]:
	"""In how many open cases that the user may see something of the policy is due today."""
	guard.listable()
	return report_cards.card("Escalations Due Today")


@frappe.whitelist(methods=["GET", "POST"])
def refused_looks(filters: Any = None) -> dict[str, Any]:
	"""How often somebody was refused a case within seven days, of the audit's rows that the user may see."""
	guard.listable("Escalation Audit")
	return report_cards.refusals()


@frappe.whitelist(methods=["GET", "POST"])
def board_stage_cases(filters: Any = None) -> dict[str, Any]:
	"""How many open cases of the user's boards are at one stage: `filters` is {"stage": 2}, as the card says."""
	guard.listable()
	stage = cint((frappe.parse_json(filters) or {}).get("stage"))
	return report_cards.card(f"Board Cases at Stage {stage if 1 <= stage <= 6 else 1}")


@frappe.whitelist(methods=["GET", "POST"])
def chart(chart_name: str, filters: Any = None, refresh: Any = None, **further: Any) -> dict[str, Any]:
	"""A chart of a workspace over the cases that the user may see; what else Frappe sends is not used.

	Raises BadInput (417) for a name that is no chart of this app's.
	"""
	guard.listable()
	return report_cards.chart(chart_name)


@frappe.whitelist(methods=["GET", "POST"])
def calendar(
	start: str,
	end: str,
	doctype: str | None = None,
	fields: Any = None,
	filters: Any = None,
	field_map: Any = None,
	whose: str = "",
) -> list[dict[str, Any]]:
	"""The running clocks due between two dates, for Frappe's calendar view. Escalation → Calendar.

	`filters` are those of the list; `whose` is mine, team or ''. What else Frappe sends is not used.
	"""
	guard.listable()
	given = frappe.parse_json(filters)
	return diary.events(start, end, given if isinstance(given, list) else [], whose)


@frappe.whitelist(methods=["GET", "POST"])
def who_do_i_ring(
	escalation: str | None = None,
	agency: str | None = None,
	board: str | None = None,
	capacity: str | None = None,
) -> dict[str, Any]:
	"""The directory for the page, or the part of it that a case concerns. NotYours for a case of others."""
	guard.listable("Safeguarding Contact")
	if escalation:
		guard.readable(escalation)
	return ring.directory(escalation, agency, board, capacity)


@frappe.whitelist(methods=["POST"])
def verify_contact(contact: str) -> dict[str, Any]:
	"""Note that an entry of the directory was checked today. Raises NotYours (403) for who may not say so."""
	guard.listable("Safeguarding Contact")
	return ring_verifying.verify(contact, frappe.session.user)
