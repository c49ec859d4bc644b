"""What the policies ask in a case and how they want people to work, by the requirement that each row answers.

`docs/traceability.csv` names this file. A row says under which key, from which moment and in which words a policy
asks, or which words its guidance holds: the words are the source's own where a question can use them.
"""

from __future__ import annotations

import pytest
from policy_names import BUCKS, LSAB, REDBRIDGE, STOCKPORT, SUFFOLK

from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.engine.questions import asked, moment
from safeguarding_escalation.engine.schema import Question

# (requirements, policy, key, when it is asked, words of the question)
QUESTIONS: list[tuple[str, str, str, str, str]] = [
	("4L-025", LSAB, "s42-belief", "raise", "an adult in its area"),
	("4L-026", LSAB, "s42-needs", "raise", "care and support needs"),
	("4L-027", LSAB, "s42-abuse", "raise", "abuse or neglect, including some aspects of self-neglect"),
	("4L-028", LSAB, "s42-unable", "raise", "unable to protect themselves from"),
	("4L-043", LSAB, "understood-1", "stage 1", "the proposed actions"),
	("4L-043", LSAB, "understood-2", "stage 2", "the proposed actions"),
	("4L-043", LSAB, "understood-3", "stage 3", "the proposed actions"),
	("4L-043", LSAB, "understood-4", "stage 4", "the proposed actions"),
	("4L-053", LSAB, "ground", "stage 2", "inappropriate or ineffective"),
	("ST-110", STOCKPORT, "followed-up", "raise", "up as part of the safeguarding process"),
	("ST-113", STOCKPORT, "trigger", "raise", "What is the trigger"),
	("ST-074", STOCKPORT, "wellbeing", "raise", "the adult's wellbeing"),
	("ST-048", STOCKPORT, "safeguarding-unit", "stage 2", "intervene to help resolve"),
	("ST-121", STOCKPORT, "advice-leads", "stage 2", "designated safeguarding leads"),
	("ST-051", STOCKPORT, "advice-managers", "stage 3", "From whom did the first line managers"),
	("ST-006", STOCKPORT, "listened-to", "resolve", "concerns have been listened to"),
	("ST-006", STOCKPORT, "outcome-satisfies", "resolve", "with the outcome"),
	("ST-075", STOCKPORT, "referral-decision", "path referral dissent", "has caused concern"),
	("ST-076", STOCKPORT, "capacity", "path referral dissent", "capacity issues prevent partners"),
	("ST-077", STOCKPORT, "staged-first", "path referral dissent", "What was done to resolve the differences"),
	("ST-081", STOCKPORT, "meeting-request", "path conference need", "ASC to convene a multi-agency planning meeting"),
	("ST-080", STOCKPORT, "asc-decision", "path conference need", "an Adult Safeguarding Conference"),
	("ST-083", STOCKPORT, "request-supported", "path conference need", "Designated or Named Professional"),
	("ST-082", STOCKPORT, "unit-request", "path conference need", "the Head of the Safeguarding Unit"),
	("ST-084", STOCKPORT, "differences-discussed", "path conference need", "through discussion and explanation"),
	("ST-085", STOCKPORT, "chair-decision", "path conference dissent", "Protection Plan"),
	("ST-086", STOCKPORT, "dissenting-views", "path conference dissent", "dissenting views"),
	("ST-087", STOCKPORT, "no-majority", "path conference dissent", "decision-making powers"),
	("ST-089", STOCKPORT, "further-challenge", "path conference dissent", "challenge the result"),
	("ST-090", STOCKPORT, "significant-harm", "path conference dissent", "Do you believe that the decision places"),
	("ST-091", STOCKPORT, "unit-actions", "path conference dissent", "discussed with the Head of the Safeguarding Unit"),
	("ST-092", STOCKPORT, "plan-issue", "path plan dissent", "implementation of the"),
	("ST-097", STOCKPORT, "reconvene", "path plan dissent", "reconvening the Adult at risk Protection Review Conference"),
	("ST-098", STOCKPORT, "advice-professional", "path plan dissent", "directly from the Designated or Named Professional"),
	("RB-027", REDBRIDGE, "further-risk-2", "stage 2", "at further risk"),
	("RB-027", REDBRIDGE, "further-risk-3", "stage 3", "at further risk"),
	("RB-027", REDBRIDGE, "further-risk-4", "stage 4", "at further risk"),
	("RB-081", REDBRIDGE, "chair-information", "stage 4", "further written information"),
	("RB-082", REDBRIDGE, "chair-conferred", "stage 4", "designated professionals"),
	("BU-024", BUCKS, "enquiry-ending", "raise", "Is it about ending an enquiry"),
	("BU-024", BUCKS, "enquiry-decision", "raise", "the Local Authority Manager responsible for"),
	("BU-025", BUCKS, "personalised", "raise", "reflect whether the outcome is personalised for the adult at risk"),
	("BU-026", BUCKS, "after-safeguarding", "resolve", "How does the work go on for"),
	("SU-016", SUFFOLK, "threshold-level", "raise", "At which threshold level is the case"),
	("SU-014", SUFFOLK, "mature-conversation", "stage 1", "needs and the best way forward"),
	("SU-043", SUFFOLK, "stage-2-ground", "stage 2", "What does somebody still have concerns about"),
	("SU-009", SUFFOLK, "new-information", "stage 2", "new information"),
	("SU-048", SUFFOLK, "records-kept", "stage 2", "From here on all parties keep a"),
	("SU-032", SUFFOLK, "further-risk-2", "stage 2", "Stage 2: does the disagreement place anybody"),
	("SU-032", SUFFOLK, "further-risk-3", "stage 3", "Stage 3: does the disagreement place anybody"),
	("SU-032", SUFFOLK, "further-risk-4", "stage 4", "Stage 4: does the disagreement place anybody"),
	("SU-032", SUFFOLK, "further-risk-5", "stage 5", "Stage 5: does the disagreement place anybody"),
	("SU-054", SUFFOLK, "stage-4-factor", "stage 4", "is the relevant"),
	("SU-057", SUFFOLK, "exceptional-factor", "stage 4", "matter of profound principle or extraordinary cost at stake"),
	("SU-060", SUFFOLK, "other-possibilities", "stage 5", "other possibilities"),
	("SU-070", SUFFOLK, "mash-reason", "path mash outcome", "Why is the MASH approached"),
	("SU-069", SUFFOLK, "mash-feedback", "path mash outcome", "receive feedback on the"),
	("SU-071", SUFFOLK, "mash-e-mailed", "path mash outcome", "When was the MASH e-mailed, and what"),
	("SU-072", SUFFOLK, "mash-practice-manager", "path mash outcome", "for the attention of the Practice Manager"),
	("SU-074", SUFFOLK, "conference-consensus", "path conference", "abide by the principles and standards"),
	("SU-075", SUFFOLK, "conference-stages", "path conference", "By which stages did the Conference Chair"),
	("SU-076", SUFFOLK, "conference-decision", "path conference", "the Conference Chair"),
	("SU-078 SU-088", SUFFOLK, "review-case", "path stop and review", "What kind of case is it"),
	("SU-077 SU-079", SUFFOLK, "review-reason", "path stop and review", "Why a Stop and Review"),
	("SU-080", SUFFOLK, "review-first", "path stop and review", "the formal resolution process"),
	("SU-081", SUFFOLK, "review-requested", "path stop and review", "the Chair of the Conference for"),
	("SU-082", SUFFOLK, "review-ground", "path stop and review", "What is the ground, where there is"),
	("SU-083", SUFFOLK, "review-attended", "path stop and review", "the CYP Service Manager"),
	("SU-084", SUFFOLK, "review-interventions", "path stop and review", "interventions are being used"),
	("SU-084", SUFFOLK, "review-ineffective", "path stop and review", "Why are they not effective"),
	("SU-084", SUFFOLK, "review-what-else", "path stop and review", "What else may need to be in"),
	("SU-085", SUFFOLK, "review-heads", "path stop and review", "referred to the Heads of Service"),
	("SU-086", SUFFOLK, "review-learning-group", "path stop and review", "Learning and Improvement Group meeting"),
]  # fmt: skip

# (requirements, policy, words of the guidance)
GUIDANCE: list[tuple[str, str, str]] = [
	("4L-007", LSAB, "Appropriate challenge and escalation is an essential part of partnership working and professional responsibilities"),
	("4L-005", LSAB, "You must work in partnership with colleagues, sharing your skills, knowledge and experience"),
	("4L-018", LSAB, "depends on an open approach and honest and positive relationships"),
	("4L-002", LSAB, "six key principles that underpin safeguarding adults practice"),
	("4L-080", LSAB, "Escalation and Resolution Procedure for Raising Safeguarding Concerns Flowchart"),
	("4L-074", LSAB, "which have not yet been resolved by discussion with the relevant managers"),
	("ST-001", STOCKPORT, "It is every professional's responsibility to"),
	("ST-002", STOCKPORT, "key to resolving professional misunderstandings or disagreements"),
	("ST-007", STOCKPORT, "Problem resolution is an integral part of professional cooperation and joint working"),
	("ST-004", STOCKPORT, "ensure resolution and the continuation of good partnership working"),
	("ST-009", STOCKPORT, "Multi-agency debate and respectful challenge should be encouraged to impact positive outcomes"),
	("ST-010", STOCKPORT, "have a full understanding of each other's roles and responsibilities"),
	("ST-022", STOCKPORT, "direct and written communication"),
	("ST-021", STOCKPORT, "when challenging practice or professional standards"),
	("ST-053", STOCKPORT, "Escalation is more productive when dealt with by peer colleagues"),
	("ST-104", STOCKPORT, "specific interest in how well agencies work together"),
	("RB-007", REDBRIDGE, "feel confident, able and supported to professionally challenge situations"),
	("RB-013", REDBRIDGE, "not be defensive but be open minded and act proportionately"),
	("RB-024", REDBRIDGE, "in the best interest of the service user"),
	("RB-025", REDBRIDGE, "no justification for failing to share information that will allow action to be taken"),
	("RB-027", REDBRIDGE, "do not place adults at further risk by obscuring the focus on the adult or delay"),
	("RB-052", REDBRIDGE, "A flowchart on page 6 of the"),
	("BU-004", BUCKS, "Always be prepared to review decisions and plans with an open mind and act proportionately"),
	("BU-012", BUCKS, "Problem resolution is an integral part of professional co-operation and joint working to safeguard adults"),
	("BU-016", BUCKS, "sharing your skills, knowledge and experience where appropriate, for the benefit of service users and carers"),
	("BU-024", BUCKS, "ultimately that of the Local Authority Manager responsible for"),
	("BU-026", BUCKS, "from adult safeguarding to care management for further monitoring and review"),
	("SU-006", SUFFOLK, "a difference of opinion may be getting in the way of keeping a vulnerable person safe"),
	("SU-007", SUFFOLK, "rare for one party in such a dispute to care less than the other"),
	("SU-009", SUFFOLK, "view of the child or adult's situation in the light of new information"),
	("SU-010", SUFFOLK, "high trust partnership in which conflicts are resolved through mature conversation"),
	("SU-011", SUFFOLK, "A culture of early identification and referral to partner agencies"),
	("SU-012", SUFFOLK, "Open and transparent dialogue with partner agencies, even if this means exposing areas of weakness"),
	("SU-013", SUFFOLK, "agency feels the concern has insufficient eligibility for a service"),
	("SU-014", SUFFOLK, "a mature conversation about a person at risk's needs and the best way forward"),
	("SU-015", SUFFOLK, "through conversations which seek to arrive at a joint understanding"),
	("SU-016", SUFFOLK, "especially when a case is at Level 3 or 4"),
	("SU-018", SUFFOLK, "Desist from an aggressive reaction and enter a dialogue"),
	("SU-019", SUFFOLK, "do not detach and act unilaterally"),
	("SU-020", SUFFOLK, "to the person most likely to be able to sort"),
	("SU-022", SUFFOLK, "the same approach to dispute resolution applies"),
	("SU-023", SUFFOLK, "The safety and wellbeing of the child or young person is paramount"),
	("SU-024", SUFFOLK, "should remain at the centre of all professional discussions"),
	("SU-025", SUFFOLK, "with the right people at the right time"),
	("SU-026", SUFFOLK, "a restorative and solution focused approach which includes appropriate and respectful challenge"),
	("SU-032", SUFFOLK, "which may delay decision making"),
	("SU-050", SUFFOLK, "nearly always be the one with the strongest evidence-base or rationale"),
	("SU-057", SUFFOLK, "matter of profound principle or extraordinary cost"),
	("SU-077 SU-078 SU-088", SUFFOLK, "can be put in place for any case that is stuck or where professionals want to reflect"),
	("SU-087", SUFFOLK, "has the brief to consider policy and practice or serious cases"),
	("SU-089", SUFFOLK, "which they reasonably believe shows wrongdoing or a cover-up by that organisation"),
	("SU-090", SUFFOLK, "information may be about activity that is illegal or that creates risks to the health and safety"),
	("SU-091", SUFFOLK, "provides legal protection to workers who have been victimised at work or lost their job"),
	("SU-092", SUFFOLK, "employees, temporary agency staff, home workers, trainees on vocational schemes, and those whose employment has ceased"),
	("SU-093", SUFFOLK, "cover the self-employed, volunteers or foster carers"),
	("SU-094", SUFFOLK, "be listened to seriously and raised with the appropriate person"),
]  # fmt: skip

# (policy, key, the answers that it suggests, as its source or the table of requirements names them)
CHOICES: list[tuple[str, str, tuple[str, ...]]] = [
	(LSAB, "ground", ("Not safe", "Inappropriate", "Ineffective")),
	(BUCKS, "after-safeguarding", ("De-escalation from Adult Safeguarding to care management",)),
	(SUFFOLK, "threshold-level", ("Level 1", "Level 2", "Level 3", "Level 4")),
	(SUFFOLK, "stage-4-factor", ("Understanding and interpretation of risk", "Resources")),
	(SUFFOLK, "exceptional-factor", ("Profound principle", "Extraordinary cost")),
	(SUFFOLK, "review-case", ("Adult Social Care", "CiN", "CiC", "CP", "Early Help")),
]
ALL = (LSAB, STOCKPORT, REDBRIDGE, BUCKS, SUFFOLK)


def question(policy_id: str, key: str) -> Question:
	(found,) = (row for row in load_policy(policy_id).questions if row.key == key)
	return found


@pytest.mark.parametrize(
	("ids", "policy_id", "key", "asked_at", "words"),
	QUESTIONS,
	ids=[f"{row[0]}-{row[2]}" for row in QUESTIONS],
)
def test_the_policy_asks(ids: str, policy_id: str, key: str, asked_at: str, words: str) -> None:
	row = question(policy_id, key)
	assert words in row.question, ids
	assert row.clause
	word, argument = moment(asked_at)
	# The engine asks it at that moment and not before.
	policy = load_policy(policy_id)
	states = {"resolve": "Resolved", "recommend": "Recommendations Made", "close": "Resolved"}
	reached = (int(argument),) if word == "stage" else ()
	path = argument if word == "path" else ""
	assert row in asked(policy, state=states.get(word, "Draft"), reached=reached, path=path)
	assert (row in asked(policy, state="Draft", reached=(), path="")) is (word == "raise")


@pytest.mark.parametrize(
	("ids", "policy_id", "words"), GUIDANCE, ids=[f"{row[0]}-{row[2][:30]}" for row in GUIDANCE]
)
def test_the_policy_gives_the_guidance(ids: str, policy_id: str, words: str) -> None:
	(row,) = (row for row in load_policy(policy_id).guidance if words in row.text)
	assert row.topic, ids
	assert row.clause


@pytest.mark.parametrize(("policy_id", "key", "choices"), CHOICES, ids=[row[1] for row in CHOICES])
def test_a_question_suggests_the_answers_of_its_source(
	policy_id: str, key: str, choices: tuple[str, ...]
) -> None:
	options = question(policy_id, key).options
	assert all(any(option.startswith(choice) for option in options) for choice in choices)


@pytest.mark.parametrize("policy_id", ALL)
def test_nothing_is_asked_or_said_that_no_requirement_asks_for(policy_id: str) -> None:
	policy = load_policy(policy_id)
	traced = {row[2] for row in QUESTIONS if row[1] == policy_id}
	assert {row.key for row in policy.questions} == traced
	words = [row[2] for row in GUIDANCE if row[1] == policy_id]
	assert all(any(part in row.text for part in words) for row in policy.guidance)
