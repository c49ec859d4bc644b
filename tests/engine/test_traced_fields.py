"""Where a case holds what the policies ask to be written down, and the labels of their forms with the field for each.

`docs/traceability.csv` names this file. It reads the DocTypes as files: no site is needed to know what a form offers.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.engine.policy import POLICIES

ROOT = Path(__file__).resolve().parents[2]
DOCTYPES = POLICIES.parent / "safeguarding" / "doctype"

# (requirements, DocType, field, type, choices that it must offer; "required" for a mandatory field)
FIELDS: list[tuple[str, str, str, str, str]] = [
	("4L-003", "escalation", "raising_agency", "Link", "required"),
	("4L-003", "escalation_party", "agency", "Link", "required"),
	("4L-010", "escalation", "learning", "Small Text", ""),
	("4L-013 4L-017 4L-041 ST-073 RB-009 BU-020", "escalation_involvement", "views", "Small Text", ""),
	("4L-015", "escalation", "decision_challenged", "Small Text", ""),
	("4L-015 4L-057", "escalation", "decision_maker", "Link", ""),
	("4L-020 BU-020", "escalation_involvement", "representative_views", "Small Text", ""),
	("4L-020", "escalation_subject", "representative_name", "Data", ""),
	("4L-023 4L-024 4L-035 BU-001", "escalation", "scope_basis", "Small Text", ""),
	("4L-040 ST-072", "escalation_involvement", "informed", "Select", "Yes No"),
	("4L-042", "escalation_involvement", "stage", "Int", "required"),
	("4L-044", "escalation_involvement", "wishes_followed_through", "Select", "Yes No"),
	("4L-048 BU-028", "escalation", "supporter", "Link", ""),
	("4L-070 BU-035", "escalation", "best_interests_dispute", "Check", ""),
	("4L-071 BU-036", "escalation", "court_of_protection_considered", "Select", "Yes No"),
	("4L-072", "escalation", "advocacy_considered", "Select", "Yes No"),
	("4L-085 BU-022", "escalation_party", "view", "Small Text", ""),
	("4L-087 BU-057", "escalation_copy", "recipient_name", "Data", ""),
	("4L-091 BU-061 BU-062 SU-121", "escalation_signature", "job_title", "Data", ""),
	("4L-091 BU-061 BU-062", "escalation_signature", "signatory_name", "Data", ""),
	("4L-091 BU-061 BU-062", "escalation_signature", "agency", "Link", ""),
	("4L-091 BU-061 BU-062 SU-120", "escalation_signature", "signed_on", "Date", ""),
	("BU-061 BU-062", "escalation_signature", "side", "Select", "raising responding"),
	("ST-003 BU-021", "escalation_party", "satisfied", "Select", "Yes No"),
	("ST-019", "escalation", "interim_safety_actions", "Small Text", ""),
	("ST-106", "escalation", "theme_level", "Select", "Single-agency Multi-agency"),
	("ST-138 SU-100", "escalation_subject", "date_of_birth", "Date", ""),
	("ST-139 ST-141 ST-143", "stage_log", "actor_role", "Data", ""),
	("ST-139 ST-141 ST-143", "stage_log", "actor_agency", "Data", ""),
	("ST-140 ST-142 ST-144", "stage_log", "counterpart_role", "Data", ""),
	("ST-140 ST-142 ST-144", "stage_log", "counterpart_agency", "Data", ""),
	("ST-147", "escalation", "contingency_plan", "Small Text", ""),
	("RB-002", "partner_agency", "is_key_partner", "Check", ""),
	("RB-008", "escalation", "out_of_area_board", "Data", ""),
	("RB-010", "escalation", "challenge_type", "Select", "Action Inaction Both"),
	("RB-018 RB-029", "safeguarding_contact", "line_manager", "Link", ""),
	("RB-018 RB-029", "safeguarding_contact", "capacity", "Select", "Safeguarding Lead"),
	("RB-021", "escalation", "child_concern", "Check", ""),
	("RB-020", "escalation", "child_referral_made_on", "Date", ""),
	("RB-023 SU-001", "escalation_subject", "kind", "Select", "Adult Child Family"),
	("RB-030", "stage_log", "occurred_at", "Datetime", "required"),
	("RB-030", "stage_log", "recorded_at", "Datetime", "required"),
	("RB-046", "escalation_party", "aim", "Small Text", ""),
	("RB-047", "stage_log", "kind", "Select", "consulted discussed"),
	("RB-048", "stage_log", "confirmed_by", "Link", ""),
	("RB-049 BU-040 ST-135", "escalation_party", "filed_on", "Date", ""),
	("RB-069", "safeguarding_contact", "job_title", "Data", ""),
	("BU-006", "escalation", "complaint_made", "Check", ""),
	("BU-027 SU-114 SU-115", "escalation_action", "action", "Small Text", "required"),
	("SU-116", "escalation_action", "by_whom", "Link", ""),
	("SU-117", "escalation_action", "due_on", "Date", ""),
	("SU-022", "escalation", "counterparty", "Select", "An agency carer"),
	("SU-042", "stage_log", "mode", "Select", "phone email meeting"),
	("SU-099", "escalation_subject", "subject_name", "Data", ""),
	("SU-101", "escalation_subject", "address", "Small Text", ""),
	("SU-112", "escalation", "nature_other", "Small Text", ""),
]  # fmt: skip

# (requirement, policy, the form's label, the field of the Escalation behind it: "" where the log or a child table is)
LABELS: list[tuple[str, str, str, str]] = [
	("4L-084", "4lsab-2023", "Name of adult at risk:", "subjects"),
	("4L-085", "4lsab-2023", "Summary of reason for dispute – include views of all agencies concerned:", "dispute_summary"),
	("4L-086", "4lsab-2023", "Agreed outcomes or actions if satisfactorily resolved/agreed next steps including escalation to next stage if unresolved:", "resolution_summary"),
	("4L-087", "4lsab-2023", "Please indicate who this information is being copied to:", ""),
	("4L-088", "4lsab-2023", "Stage at which resolution achieved:", "stage_resolved"),
	("4L-089", "4lsab-2023", "Time taken to reach resolution:", "working_days_to_resolution"),
	("4L-090", "4lsab-2023", "Additional notes:", "additional_notes"),
	("4L-091", "4lsab-2023", "Signatures of all parties:", "signatures"),
	("ST-137", "stockport", "Name of person:", "subjects"),
	("ST-138", "stockport", "Date of birth:", "subjects"),
	("ST-139", "stockport", "Concern at stage 1 escalated by:", "raised_by"),
	("ST-140", "stockport", "To:", "responding_lead"),
	("ST-141", "stockport", "Concern at stage 2 escalated by:", ""),
	("ST-142", "stockport", "To:", ""),
	("ST-143", "stockport", "Concern at stage 3 escalated by:", ""),
	("ST-144", "stockport", "To:", ""),
	("ST-145", "stockport", "Date escalation commenced", "started_at"),
	("ST-146", "stockport", "Date escalation completed", "completed_at"),
	("ST-147", "stockport", "Brief details of resolution, including actions / contingency plans agreed and stage of escalation at conclusion:", "resolution_summary"),
	("ST-148", "stockport", "If escalation concluded but dissatisfaction remains, summarise the outstanding areas of concern that will be considered by senior managers and the LSAB.", "dissatisfaction_remaining"),
	("BU-054", "buckinghamshire", "Name of adult at risk:", "subjects"),
	("BU-055", "buckinghamshire", "Summary of reason for dispute – include views of all agencies concerned", "dispute_summary"),
	("BU-056", "buckinghamshire", "Agreed outcomes or actions if satisfactorily resolved / agreed next steps including escalation to next stage if unresolved", "resolution_summary"),
	("BU-057", "buckinghamshire", "Please indicate who this information is being copied to", ""),
	("BU-058", "buckinghamshire", "Stage at which resolution achieved:", "stage_resolved"),
	("BU-059", "buckinghamshire", "Time taken to reach resolution:", "working_days_to_resolution"),
	("BU-060", "buckinghamshire", "Additional Notes:", "additional_notes"),
	("BU-061", "buckinghamshire", "Signature of challenger manager", "signatures"),
	("BU-062", "buckinghamshire", "Signature of challenged manager", "signatures"),
	("SU-099", "suffolk-2024", "Child/Family/Adult's Name", "subjects"),
	("SU-100", "suffolk-2024", "D.O.B.", "subjects"),
	("SU-101", "suffolk-2024", "Address:", "subjects"),
	("SU-102", "suffolk-2024", "Agency Initiating Escalation:", "raising_agency"),
	("SU-103", "suffolk-2024", "Date of Initial Escalation:", "started_at"),
	("SU-104", "suffolk-2024", "Stage of Escalation:", "highest_stage"),
	("SU-105", "suffolk-2024", "Nature of Professional Difference", "nature"),
	("SU-113", "suffolk-2024", "Details of the Professional Difference and Outcome Sought", "dispute_summary"),
	("SU-114", "suffolk-2024", "Outcome of Escalation", "actions"),
	("SU-115", "suffolk-2024", "Actions to be taken", ""),
	("SU-116", "suffolk-2024", "By Whom", ""),
	("SU-117", "suffolk-2024", "Completion Date", ""),
	("SU-118", "suffolk-2024", "Additional Comments (including any learning identified)", "additional_notes"),
	("SU-119", "suffolk-2024", "Signature.....", "signatures"),
	("SU-120", "suffolk-2024", "Date.....", "signatures"),
	("SU-121", "suffolk-2024", "Job Title/Role.....", "signatures"),
]  # fmt: skip


@cache
def fields_of(doctype: str) -> dict[str, dict[str, Any]]:
	values = json.loads((DOCTYPES / doctype / f"{doctype}.json").read_text("utf-8"))
	return {field["fieldname"]: field for field in values["fields"]}


@pytest.mark.parametrize(
	("ids", "doctype", "name", "kind", "offers"),
	FIELDS,
	ids=[f"{row[1]}.{row[2]}-{row[0]}" for row in FIELDS],
)
def test_the_case_has_the_field(ids: str, doctype: str, name: str, kind: str, offers: str) -> None:
	field = fields_of(doctype).get(name)
	assert field, f"{ids}: {doctype} has no field {name}"
	assert field["fieldtype"] == kind
	assert not field.get("hidden")
	if offers == "required":
		assert field.get("reqd")
	else:
		assert all(word in field.get("options", "") for word in offers.split())


def test_the_agencys_type_offers_each_kind_that_a_policy_names() -> None:
	# 4L-004, RB-003, RB-004, RB-005: health, education, housing, social care, probation, police, community providers.
	options = fields_of("partner_agency")["agency_type"]["options"].split("\n")
	named = {"Local Authority", "Health", "Police", "Probation", "Housing", "Education", "Care Provider", "Voluntary Sector"}  # fmt: skip
	assert named <= set(options)


@pytest.mark.parametrize(
	("requirement", "policy_id", "label", "field"), LABELS, ids=[row[0] for row in LABELS]
)
def test_the_form_has_the_label_and_the_case_its_field(
	requirement: str, policy_id: str, label: str, field: str
) -> None:
	labels = [row for row in load_policy(policy_id).template_labels if row.label == label]
	assert field in {row.field for row in labels}, requirement
	assert not field or field in fields_of("escalation")


@pytest.mark.parametrize(("requirement", "number"), [("ST-140", 4), ("ST-142", 6), ("ST-144", 8)])
def test_each_stage_of_stockports_form_says_to_whom(requirement: str, number: int) -> None:
	labels = {row.order: row for row in load_policy("stockport").template_labels}
	stage = number // 2 - 1
	assert labels[number - 1].label == f"Concern at stage {stage} escalated by:"
	assert (labels[number].label, labels[number].kind) == ("To:", "person")


@pytest.mark.parametrize("name", ["rows", "steps", "duties", "fields", "questions"])
def test_the_table_names_these_tests_only_for_what_they_are_about(name: str) -> None:
	path = f"tests/engine/test_traced_{name}.py"
	text = (ROOT / path).read_text("utf-8")
	with (ROOT / "docs" / "traceability.csv").open(encoding="utf-8", newline="") as file:
		wrong = [row["id"] for row in csv.DictReader(file) if path in row["test"] and row["id"] not in text]
	assert wrong == []
