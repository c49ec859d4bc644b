"""What lists and returns count of a case: the same before and after it is anonymised, or it is not anonymised."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import projection
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.services.rows import select

_CASE = (
	"reference", "direction", "board", "policy", "path", "workflow_state", "current_stage", "current_level",
	"stage_label", "highest_stage", "raising_agency", "responding_agency", "started_at", "resolved_at",
	"stage_resolved", "completed_at", "working_days_to_resolution", "clocks_missed", "chair_outcome_type", "theme_level",
	"challenge_type", "immediate_risk", "child_concern", "counterparty", "complaint_made", "health_route",
	"advocacy_considered", "best_interests_dispute", "court_of_protection_considered", "capacity_doubted", "appropriate_adult",
	"referral_made", "criminal_matter", "disagreement_at", "decision_received_at",
)  # fmt: skip
_DEADLINE = (
	"clock", "stage", "kind", "owed_by", "starts_at", "policy_due_at", "due_at", "capped_by", "met_at", "ended_at",
	"policy", "clause",
)  # fmt: skip
_ROWS = {
	"Escalation Party": ("agency", "side", "satisfied", "filed_on"),
	"Escalation Action": (
		"by_agency",
		"due_on",
		"done_on",
		"stage",
		"check_on",
		"checked_on",
		"check_outcome",
	),
	"Escalation Involvement": ("stage", "informed", "informed_on", "wishes_followed_through"),
	"Escalation Signature": ("agency", "signed_on", "side", "stage"),
	"Escalation Subject": ("kind", "do_not_contact_or_copy"),
}
_CLOCK = ("clock", "stage", "kind", "owed_by", "starts_at", "policy_due_at", "due_at", "met_at", "ended_at")
_LOG = (
	"sequence",
	"kind",
	"stage",
	"occurred_at",
	"recorded_at",
	"side",
	"actor_agency",
	"actor_role",
	"due_at",
)
_COPY = ("recipient_agency", "method", "sent_at", "received_at", "stage")


def figures(escalation: str) -> dict[str, Any]:
	"""The figures of a case by what they are of; rows without an order of their own are sorted."""
	found: dict[str, Any] = {"case": _plain(select("Escalation", _CASE, {"name": escalation}))}
	own = {"escalation": escalation}
	found["deadlines"] = _plain(select("Escalation Deadline", _DEADLINE, own))
	found["copies"] = _plain(select("Escalation Copy", _COPY, own))
	found["alerts"] = frappe.db.count("Escalation Alert", own)
	for doctype, columns in _ROWS.items():
		rows = select(doctype, columns, {"parent": escalation, "parenttype": "Escalation"})
		found[doctype] = _plain(rows)
	# The rows that say what was done with the text come on top; everything before them stands as it was.
	rows = select("Stage Log", _LOG, own, order_by="sequence")
	found["log"] = _plain(row for row in rows if row.kind not in ("redacted", "anonymised"))
	# What the form and the prints compute from the log each time, and so what a list would be brought up to.
	case = loaded(escalation)
	found["clocks"] = sorted(repr([getattr(each, column) for column in _CLOCK]) for each in case.deadlines)
	found["computed"] = _plain([projection.list_fields(case)])
	return found


def _plain(rows: Any) -> list[str]:
	return sorted(repr(sorted((key, str(value or "")) for key, value in row.items())) for row in rows)
