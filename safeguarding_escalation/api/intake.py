"""What the page Quick raise may call. Each function's first line is its guard."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import guard, intake, raising
from safeguarding_escalation.services.text import yes_or_no


@frappe.whitelist(methods=["GET", "POST"])
def options() -> dict[str, Any]:
	"""What the page needs for this user: boards, agencies, the policies' lists; see `services.intake.options`."""
	guard.creatable()
	return intake.options()


@frappe.whitelist(methods=["GET", "POST"])
def suggest(
	area: str | None = None,
	board: str | None = None,
	agency: str | None = None,
	immediate_risk: bool | int | str | None = None,
) -> dict[str, Any]:
	"""Board, policy, counterparts, stage and times that suit the answers so far; see `services.intake.suggest`."""
	guard.creatable()
	return intake.suggest(area, board, agency, _ticked(immediate_risk, "immediate_risk"))


@frappe.whitelist(methods=["POST"])
def preview(values: dict[str, Any] | str) -> dict[str, Any]:
	"""What will happen if these answers are raised. Writes nothing.

	`values` are answers as `services.intake_answers` names them. Returns problems [{question, text}], warnings,
	policy_title, starts [as the panel's moves, with `suggested`], and where the case can start: stage_label,
	next_step {sentence, urgency}, deadline (a row of the panel with `why`, or None), told [sentences].
	"""
	guard.creatable()
	return raising.preview(values)


@frappe.whitelist(methods=["POST"])
def raise_concern(
	values: dict[str, Any] | str, key: str, draft: bool | int | str | None = None
) -> dict[str, Any]:
	"""Write the case down and start it, or keep it as a draft: one transaction, one case for each `key`.

	`key` is a text of 8 to 100 characters that the page makes once. Returns escalation, reference, workflow_state,
	stage_label, next_step and created (False where the same key had written the case before). Raises
	IntakeRefused (417, with `problems` [{question, text}] in the answer), BadInput, NotYours (403).
	"""
	guard.creatable()
	return raising.raise_concern(values, key, _ticked(draft, "draft"))


def _ticked(value: bool | int | str | None, name: str) -> bool:
	"""A tick box that may be left out."""
	return bool(value) and yes_or_no(value, name)
