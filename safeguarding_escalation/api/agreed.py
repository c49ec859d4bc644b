"""Agreed actions of a case and the check whether each was carried out. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import agreeing, guard


@frappe.whitelist(methods=["POST"])
def agree(
	escalation: str,
	action: str,
	by_whom: str | None = None,
	by_agency: str | None = None,
	due_on: str | None = None,
	check_on: str | None = None,
	checked_by: str | None = None,
) -> dict[str, Any]:
	"""Agree an action: who does it (a Safeguarding Contact, or an agency), by which day, and when somebody checks back.

	Days are ISO dates, today or later. Returns as `api.escalation.deadlines`. Raises BadInput, CaseClosed (417) and
	NotYours (403).
	"""
	guard.writable(escalation)
	return agreeing.agree(
		escalation,
		action,
		by_whom=by_whom,
		by_agency=by_agency,
		due_on=due_on,
		check_on=check_on,
		checked_by=checked_by,
	)


@frappe.whitelist(methods=["POST"])
def carried_out(
	escalation: str, row: str, done_on: str | None = None, note: str | None = None
) -> dict[str, Any]:
	"""Say that the action of `row` was carried out, today or on an earlier day; returns and raises as `agree`."""
	guard.writable(escalation)
	return agreeing.carried_out(escalation, row, done_on, note)


@frappe.whitelist(methods=["POST"])
def checked(
	escalation: str,
	row: str,
	outcome: str,
	checked_on: str | None = None,
	checked_by: str | None = None,
	what_next: str | None = None,
	due_on: str | None = None,
	check_on: str | None = None,
) -> dict[str, Any]:
	"""Record a check of the action of `row`: carried out, partly carried out, not carried out, no longer needed.

	All but the first say `what_next`; `due_on` and `check_on` are the new days, where it is still to be done.
	"""
	guard.writable(escalation)
	return agreeing.checked(
		escalation,
		row,
		outcome,
		checked_on=checked_on,
		checked_by=checked_by,
		what_next=what_next,
		due_on=due_on,
		check_on=check_on,
	)


@frappe.whitelist(methods=["POST"])
def change_dates(
	escalation: str, row: str, due_on: str | None = None, check_on: str | None = None
) -> dict[str, Any]:
	"""Move the day by which the action of `row` is due, or is checked; the log keeps the days before."""
	guard.writable(escalation)
	return agreeing.change_dates(escalation, row, due_on=due_on, check_on=check_on)
