"""What the policies offer as data, by the requirement that each row answers: wording, signposts, contacts, routes.

`docs/traceability.csv` names this file for requirements that nothing enforces but that the product puts before people.
A row says which table holds it and which words it must hold; it cites a clause, as every row does.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from policy_names import BUCKS, LSAB, REDBRIDGE, STOCKPORT, SUFFOLK

from safeguarding_escalation.engine import load_policy

# (requirements, policy, table, the words that one row of it holds by field)
Row = tuple[str, str, str, dict[str, Any]]

EXCLUSIONS: list[Row] = [
	("4L-036", LSAB, "exclusions", {"text": "Assessment for more general care and support needs"}),
	("4L-037", LSAB, "exclusions", {"text": "Eligibility for care and support"}),
	("4L-038", LSAB, "exclusions", {"text": "Funding of care and support needs"}),
	("4L-039", LSAB, "exclusions", {"text": "Individual practitioner performance"}),
	("4L-073", LSAB, "exclusions", {"text": "a colleague in your own organisation", "signpost": "whistleblowing policy"}),
	("4L-075", LSAB, "exclusions", {"signpost": "escalate outside the organisation", "link": "gov.uk/whistleblowing"}),
	("4L-076", LSAB, "exclusions", {"text": "position of trust", "signpost": "Allegations Management Framework"}),
	("4L-077", LSAB, "exclusions", {"text": "position of trust", "signpost": "HR processes"}),
	("4L-078", LSAB, "exclusions", {"text": "criminal matter", "signpost": "must be referred to the police"}),
	("ST-044", STOCKPORT, "exclusions", {"text": "your own setting", "signpost": "own agency's procedures"}),
	("ST-067 ST-068", STOCKPORT, "exclusions", {"text": "Assessment for more general care and support needs"}),
	("ST-067 ST-069", STOCKPORT, "exclusions", {"text": "Eligibility for care and support"}),
	("ST-067 ST-070", STOCKPORT, "exclusions", {"text": "Funding of care and support needs"}),
	("ST-067 ST-071", STOCKPORT, "exclusions", {"text": "Individual practitioner performance"}),
	("ST-102", STOCKPORT, "exclusions", {"text": "practice of another practitioner", "signpost": "own line manager or Safeguarding Lead"}),
	("RB-016", REDBRIDGE, "exclusions", {"text": "statutory complaint", "signpost": "statutory complaints process"}),
	("RB-017", REDBRIDGE, "exclusions", {"text": "escalation procedure of one's own agency"}),
	("RB-020", REDBRIDGE, "exclusions", {"text": "no service is addressing yet", "signpost": "Multi-Agency Safeguarding Hub (MASH)"}),
	("RB-023", REDBRIDGE, "exclusions", {"signpost": "with whom services already work can be escalated here"}),
	("BU-005", BUCKS, "exclusions", {"text": "formal complaint", "signpost": "This process should be used first"}),
	("BU-006", BUCKS, "exclusions", {"text": "formal complaint", "signpost": "at any stage under the agency's complaints procedure"}),
	("BU-017", BUCKS, "exclusions", {"text": "new concern about the adult", "signpost": "Safeguarding Adults Team"}),
	("SU-073", SUFFOLK, "exclusions", {"text": "complaint", "signpost": "Suffolk County Council Customer Complaints"}),
	("SU-095", SUFFOLK, "exclusions", {"text": "Whistleblowing", "signpost": "your line manager or Director"}),
	("SU-096", SUFFOLK, "exclusions", {"text": "Whistleblowing", "signpost": "raise it with the Independent Scrutineer"}),
]  # fmt: skip

NATURES: list[Row] = [
	("4L-029", LSAB, "natures", {"label": "threshold for intervention is contested"}),
	("4L-030", LSAB, "natures", {"label": "agency adult safeguarding case management"}),
	("4L-031", LSAB, "natures", {"label": "Lack of engagement of key partners"}),
	("4L-032", LSAB, "natures", {"label": "respective roles and responsibilities"}),
	("4L-033", LSAB, "natures", {"label": "An absence of action/ case closure"}),
	("4L-034", LSAB, "natures", {"label": "representative being at odds with professionals"}),
	("ST-011", STOCKPORT, "natures", {"label": "Not recognising need or the signs of harm"}),
	("ST-012", STOCKPORT, "natures", {"label": "Not sharing information about an adult at risk's welfare"}),
	("ST-013", STOCKPORT, "natures", {"label": "Not accepting referrals for services"}),
	("ST-014", STOCKPORT, "natures", {"label": "Not delivering services according to the threshold of need"}),
	("ST-015", STOCKPORT, "natures", {"label": "Not co-operating in delivering planned interventions"}),
	("ST-016", STOCKPORT, "natures", {"label": "Not attending Core Groups or Safeguarding Conference meetings"}),
	("ST-017", STOCKPORT, "natures", {"label": "Not producing Plans or minutes quickly enough"}),
	("ST-018", STOCKPORT, "natures", {"label": "as defined in the Care Act 2014"}),
	("ST-025", STOCKPORT, "natures", {"label": "Determining the level of need"}),
	("ST-025", STOCKPORT, "natures", {"label": "Roles and responsibilities"}),
	("ST-025", STOCKPORT, "natures", {"label": "The need for action"}),
	("ST-025", STOCKPORT, "natures", {"label": "Communication"}),
	("RB-034", REDBRIDGE, "natures", {"label": "Eligibility criteria and access to services"}),
	("RB-035", REDBRIDGE, "natures", {"label": "Level of risk and its assessment"}),
	("RB-036", REDBRIDGE, "natures", {"label": "Information sharing"}),
	("RB-037", REDBRIDGE, "natures", {"label": "response to safeguarding concerns or implementation of a safeguarding plan"}),
	("RB-038", REDBRIDGE, "natures", {"label": "Roles and responsibilities"}),
	("RB-039", REDBRIDGE, "natures", {"label": "Intra/inter-agency communication"}),
	("RB-040", REDBRIDGE, "natures", {"label": "'drift' or concerns relating to case closure"}),
	("BU-007", BUCKS, "natures", {"label": "Differing views of actions"}),
	("BU-008", BUCKS, "natures", {"label": "Lack of understanding of roles and responsibilities"}),
	("BU-009", BUCKS, "natures", {"label": "The need for action, possibly as a result of drift"}),
	("BU-010", BUCKS, "natures", {"label": "Issues regarding communication (including feedback)"}),
	("BU-011", BUCKS, "natures", {"label": "decides whether to proceed with, or end, a Section 42 enquiry"}),
	("BU-023", BUCKS, "natures", {"label": "An enquiry is to be closed to Adult Social Care"}),
	("SU-105 SU-106", SUFFOLK, "natures", {"label": "Referral Decision"}),
	("SU-105 SU-107", SUFFOLK, "natures", {"label": "Need for or Outcome of an Assessment"}),
	("SU-105 SU-108", SUFFOLK, "natures", {"label": "Implementation of Plan (e.g. agreed actions not followed through)"}),
	("SU-105 SU-109", SUFFOLK, "natures", {"label": "Effectiveness of Plan (e.g., drift/delay)"}),
	("SU-105 SU-110", SUFFOLK, "natures", {"label": "Information Sharing"}),
	("SU-105 SU-111", SUFFOLK, "natures", {"label": "Child Protection Case Conference Decision"}),
	("SU-105 SU-112", SUFFOLK, "natures", {"label": "Other (Please state)"}),
]  # fmt: skip

SIGNPOSTS: list[Row] = [
	("4L-045", LSAB, "links", {"label": "One Minute Guide to Having Honest Conversations"}),
	("4L-070", LSAB, "links", {"label": "Code of Practice, Chapter 15", "purpose": "best interest decision"}),
	("4L-071", LSAB, "links", {"purpose": "the Court of Protection should be approached"}),
	("4L-075", LSAB, "links", {"url": "https://www.gov.uk/whistleblowing"}),
	("4L-079", LSAB, "links", {"label": "Managing Allegations Against People in a Position of Trust"}),
	("ST-047", STOCKPORT, "contacts", {"label": "Safeguarding Unit", "purpose": "Consultation and advice on cases"}),
	("ST-082 ST-091", STOCKPORT, "contacts", {"label": "Head of the Safeguarding Unit", "purpose": "Requests for a conference"}),
	("ST-088", STOCKPORT, "links", {"purpose": "Section 4.16.10"}),
	("RB-019", REDBRIDGE, "links", {"purpose": "Section 4.3.9 Dispute Resolution and Escalation"}),
	("RB-022", REDBRIDGE, "contacts", {"address": "CPAT.Referrals@redbridge.gov.uk"}),
	("RB-022", REDBRIDGE, "links", {"label": "Joint Working Protocol"}),
	("RB-042", REDBRIDGE, "contacts", {"label": "RSAB Business Manager", "purpose": "contact details of senior safeguarding leads"}),
	("BU-017", BUCKS, "contacts", {"label": "Safeguarding Adults Team at the Local Authority"}),
	("BU-035", BUCKS, "links", {"label": "Code of Practice, Chapter 15", "purpose": "best interests decision"}),
	("BU-036", BUCKS, "links", {"purpose": "the Court of Protection should be approached"}),
	("SU-070", SUFFOLK, "contacts", {"address": "cypmash@suffolk.gov.uk", "purpose": "No feedback on a referral"}),
	("SU-071", SUFFOLK, "contacts", {"address": "cypmash@suffolk.gov.uk", "purpose": "unhappy with its outcome"}),
	("SU-072", SUFFOLK, "contacts", {"purpose": "marked for the attention of the Practice Manager"}),
	("SU-073", SUFFOLK, "links", {"label": "Suffolk County Council Customer Complaints"}),
	("SU-097", SUFFOLK, "contacts", {"address": "08000 724 725"}),
	("SU-097", SUFFOLK, "links", {"url": "http://www.pcaw.co.uk"}),
	("SU-097", SUFFOLK, "links", {"label": "Citizens Advice", "url": "https://www.citizensadvice.org.uk"}),
]  # fmt: skip

GUIDANCE: list[Row] = [
	("4L-047", LSAB, "stages", {"number": 1, "entered_when": "disagreement about actions and decisions occurs"}),
	("4L-048", LSAB, "stages", {"number": 1, "guidance": "ask for support if you need it"}),
	("4L-051", LSAB, "stages", {"number": 1, "guidance": "open discussion with the practitioner in the other agency"}),
	("4L-057", LSAB, "moves", {"to_stage": 2, "guidance": "directly to the manager who made the decision"}),
	("ST-020", STOCKPORT, "moves", {"ground": "immediate risk", "guidance": "welfare and safety stay paramount throughout"}),
	("ST-035", STOCKPORT, "stages", {"number": 1, "entered_when": "a significant issue, which affects the safety and welfare"}),
	("ST-038", STOCKPORT, "stages", {"number": 1, "guidance": "seek guidance from your Safeguarding Lead"}),
	("ST-057", STOCKPORT, "stages", {"number": 3, "guidance": "Every agency keeps a record of the discussions"}),
	("ST-058", STOCKPORT, "stages", {"number": 3, "guidance": "raised the escalation records the outcome and the agreed actions"}),
	("ST-114", STOCKPORT, "stages", {"number": 1, "guidance": "through discussion or a meeting"}),
	("ST-120", STOCKPORT, "stages", {"number": 2, "guidance": "be specific about the disagreement and clear on what you aim"}),
	("RB-054", REDBRIDGE, "stages", {"number": 1, "guidance": "verbally or in writing"}),
	("RB-058", REDBRIDGE, "stages", {"number": 1, "guidance": "a mutually agreeable way forward, by discussion or meeting"}),
	("RB-063", REDBRIDGE, "stages", {"number": 2, "guidance": "designated safeguarding adult professional"}),
	("RB-075", REDBRIDGE, "stages", {"number": 3, "guidance": "Involve the Head of Service of your agency if required"}),
	("BU-015", BUCKS, "moves", {"ground": "immediate risk", "guidance": "wellbeing, wishes and safety stay paramount"}),
	("BU-033", BUCKS, "stages", {"number": 3, "guidance": "must be prepared, where necessary, to intervene"}),
	("BU-045", BUCKS, "stages", {"number": 2, "guidance": "lead for safeguarding in your own agency and agree how to proceed"}),
	("SU-015", SUFFOLK, "stages", {"number": 1, "guidance": "A conversation in both directions counts"}),
	("SU-021", SUFFOLK, "stages", {"number": 1, "guidance": "by phone, email or in a meeting"}),
	("SU-040", SUFFOLK, "stages", {"number": 1, "guidance": "Meet and discuss as soon as possible"}),
	("SU-055", SUFFOLK, "stages", {"number": 4, "guidance": "whether a case conference, review or round table meeting"}),
	("SU-056", SUFFOLK, "stages", {"number": 4, "guidance": "an appropriate level of management within each agency"}),
	("SU-062", SUFFOLK, "moves", {"to_stage": 5, "guidance": "Through the agency representative for the Partnership"}),
]  # fmt: skip

# The text of the special routes; what a case on one of them is asked is in test_traced_questions.py.
PATHS: list[Row] = [
	("ST-075 ST-077", STOCKPORT, "paths", {"name": "referral dissent", "guidance": "Resolve it by the stages", "enters_stage": 1}),
	("ST-080", STOCKPORT, "paths", {"name": "conference need", "guidance": "Ask ASC, which decides"}),
	("ST-081", STOCKPORT, "paths", {"name": "conference need", "guidance": "to convene a multi-agency planning meeting"}),
	("ST-082", STOCKPORT, "paths", {"name": "conference need", "guidance": "contact the Head of the Safeguarding Unit"}),
	("ST-083", STOCKPORT, "paths", {"name": "conference need", "guidance": "supports should normally be agreed"}),
	("ST-084", STOCKPORT, "paths", {"name": "conference need", "guidance": "resolved through discussion and explanation"}),
	("ST-085", STOCKPORT, "paths", {"name": "conference dissent", "guidance": "The Conference Chair decides"}),
	("ST-089", STOCKPORT, "paths", {"name": "conference dissent", "guidance": "Decide whether you wish to challenge further"}),
	("ST-091", STOCKPORT, "paths", {"name": "conference dissent", "guidance": "discuss it with the Head of the Safeguarding Unit"}),
	("ST-092", STOCKPORT, "paths", {"name": "plan dissent", "label": "Implementation of the Adult at risk Protection Plan"}),
	("ST-097", STOCKPORT, "paths", {"name": "plan dissent", "guidance": "consider reconvening the Protection Review Conference"}),
	("ST-098", STOCKPORT, "paths", {"name": "plan dissent", "guidance": "in addition to the line manager"}),
	("SU-071", SUFFOLK, "paths", {"name": "mash outcome", "guidance": "E-mail the MASH"}),
	("SU-072", SUFFOLK, "paths", {"name": "mash outcome", "guidance": "marked for the Practice Manager, who reviews it"}),
	("SU-075", SUFFOLK, "paths", {"name": "conference", "guidance": "follows the staged process", "enters_stage": 1}),
	("SU-076", SUFFOLK, "paths", {"name": "conference", "guidance": "the authority to override all views"}),
	("SU-077", SUFFOLK, "paths", {"name": "stop and review", "guidance": "any case that is stuck"}),
	("SU-079", SUFFOLK, "paths", {"name": "stop and review", "guidance": "where there is no agreement"}),
	("SU-080", SUFFOLK, "paths", {"name": "stop and review", "guidance": "Before the formal process"}),
	("SU-081", SUFFOLK, "paths", {"name": "stop and review", "guidance": "with their manager, asks the Chair of the Conference"}),
	("SU-083", SUFFOLK, "paths", {"name": "stop and review", "guidance": "the CYP Service Manager and the Safeguarding Manager"}),
	("SU-085", SUFFOLK, "paths", {"name": "stop and review", "guidance": "must be referred to the Heads of Service of each agency"}),
	("SU-086", SUFFOLK, "paths", {"name": "stop and review", "guidance": "Learning and Improvement Group meeting may be convened"}),
]  # fmt: skip

# (requirements, policy, header field, its value)
HEADERS: list[tuple[str, str, str, Any]] = [
	("4L-001", LSAB, "edition", "June 2023"),
	("4L-001", LSAB, "review_due", None),
	("4L-006", LSAB, "boards", ("Hampshire", "Isle of Wight", "Portsmouth", "Southampton")),
	("4L-082", LSAB, "form_title", "Record of Escalation, Challenge and Conflict Resolution between Practitioners or Agencies"),
	("4L-083", LSAB, "form_required", False),
	("RB-001", REDBRIDGE, "edition", "2nd Edition, June 2022"),
	("RB-001", REDBRIDGE, "published", date(2022, 6, 1)),
	("RB-001", REDBRIDGE, "review_due", date(2025, 6, 30)),
	("RB-023", REDBRIDGE, "subjects", ("adult", "child")),
	("RB-075", REDBRIDGE, "require_hos_before_chair", "warn"),
	("BU-053", BUCKS, "form_title", "Record of Escalation, Challenge and Conflict Resolution between Practitioners or Agencies"),
	("BU-066", BUCKS, "form_required", False),
	("SU-001", SUFFOLK, "subjects", ("adult", "child", "family")),
	("SU-002", SUFFOLK, "edition", "Version 8, July 2024"),
	("SU-003", SUFFOLK, "chair_label", "Independent Scrutineer"),
	("SU-004", SUFFOLK, "document_noun", "process"),
	("SU-008", SUFFOLK, "allow_same_agency", True),
	("SU-098", SUFFOLK, "form_title", "Suffolk Safeguarding Partnership Professional Difference Escalation Proforma"),
	("SU-104", SUFFOLK, "form_stage_boxes", 6),
]  # fmt: skip

ROWS = [*EXCLUSIONS, *NATURES, *SIGNPOSTS, *GUIDANCE, *PATHS]


def holds(value: Any, wanted: Any) -> bool:
	return wanted in value if isinstance(wanted, str) else value == wanted


@pytest.mark.parametrize(
	("ids", "policy_id", "table", "words"), ROWS, ids=[f"{row[0]}-{row[2]}" for row in ROWS]
)
def test_the_policy_holds_the_row(ids: str, policy_id: str, table: str, words: dict[str, Any]) -> None:
	found = [
		row
		for row in getattr(load_policy(policy_id), table)
		if all(holds(getattr(row, field), wanted) for field, wanted in words.items())
	]
	assert found, f"{ids}: no row of {table} says {words}"
	assert all(row.clause for row in found)


@pytest.mark.parametrize(
	("ids", "policy_id", "field", "value"), HEADERS, ids=[f"{row[0]}-{row[2]}" for row in HEADERS]
)
def test_the_policy_says_so_in_its_header(ids: str, policy_id: str, field: str, value: Any) -> None:
	assert getattr(load_policy(policy_id), field) == value
