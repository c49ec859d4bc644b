"""The data of prints: everything that a template shows, as words, prepared with the right of the session's user.

A template gets one plain dict of texts and lists, touches no database and escapes every value. Any print format of
any board is built from the same dict, so that prints cannot disagree with each other or with the form.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import (
	actors,
	chain,
	confirmation_view,
	guard,
	policies,
	printing_answers,
	printing_clocks,
	printing_forms,
	printing_log,
	printing_notice,
	printing_people,
	printing_proformas,
	printing_stages,
	retention,
	times,
)
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.services.printing_words import day, joined, moment, pairs, yes_no

CONFIDENTIAL = (
	"CONFIDENTIAL: personal information about an adult at risk. Share it only with those who need it to protect "
	"the adult, by secure means."
)
NOT_PRESCRIBED = (
	"No form is prescribed by the RSAB policy; this record is built from clauses 4.2 to 4.4. Place it on the "
	"adult's file together with any other written communications and information."
)


def record(doc: Any) -> dict[str, Any]:
	"""Everything that a print of the stored case `doc.name` may show to the session's user.

	Only the name is taken from `doc`: its fields may come from a client. Values are texts, or lists and dicts of
	texts; what is unknown is ''. Raises NotYours for a user who may not print the case.
	"""
	guard.allowed(doc.name, "print")
	case = loaded(doc.name)
	entries = printing_log.entries(case)
	standing = [entry for entry in entries if entry.stands]
	found = {
		**heading(case),
		"printed": printed(case),
		"unverified": chain.warning(case),
		"subjects": printing_people.subjects(case),
		"parties": printing_people.parties(case),
		"disagreement": disagreement(case),
		"safety": safety(case),
		"involvement": printing_people.involvement(case),
		"stages": printing_stages.stages(case, standing),
		"answers": printing_answers.answers(case),
		"discussions": [entry.discussion() for entry in standing if entry.is_discussion],
		"recommendations": [entry.statement() for entry in standing if entry.is_recommendation],
		"statements": [entry.statement() for entry in standing if entry.is_statement],
		"resolution": resolution(case),
		"actions": printing_people.actions(case),
		"signatures": printing_people.signatures(case),
		"both_sides": confirmation_view.lines(case),
		"copies": printing_log.copies(case, standing),
		"papers": printing_people.papers(case),
		"deadlines": printing_clocks.deadlines(case),
		"chronology": [entry.line() for entry in entries],
	}
	return {**found, "forms": forms(case, standing, found)}


def forms(case: LoadedCase, standing: list[printing_log.Line], record: dict[str, Any]) -> dict[str, Any]:
	"""The boards' own templates, filled in from the same words, and the notice."""
	return {
		"annex_b": printing_forms.annex_b(case, standing, record),
		"appendix_b": printing_forms.appendix_b(case, standing, record),
		"appendix_two": printing_proformas.appendix_two(case, standing, record),
		"appendix_1": printing_proformas.appendix_1(case, record),
		"notice": printing_notice.notice(case, standing),
	}


def heading(case: LoadedCase) -> dict[str, Any]:
	"""Reference, board, policy, where the case stands, and the words that mark the print."""
	document = case.document
	board = printing_people.board_name(document.board)
	pinned = policies.policy(document.policy)
	return {
		"reference": document.reference or "No reference yet",
		"board": board,
		"policy": " – ".join(text for text in (pinned.title, pinned.edition) if text),
		"subject_label": pinned.subject_label,
		"confidential": retention.anonymised_words(document) or CONFIDENTIAL,
		"not_prescribed": NOT_PRESCRIBED,
		"summary": pairs(
			("Reference", document.reference),
			("Other references", document.other_references),
			("Board", board),
			("Policy", " – ".join(text for text in (pinned.title, pinned.edition) if text)),
			("State", state(case)),
			("Raised by", printing_people.contact_text(document.raised_by)),
			("Raising agency", document.raising_agency),
			("Raising side's lead", printing_people.contact_text(document.raising_lead)),
			("Responding agency", document.responding_agency),
			("The disagreement is with", printing_people.family(case)),
			("Responding side's lead", printing_people.contact_text(document.responding_lead)),
			("Disagreement arose", moment(document.disagreement_at)),
			("Decision received", moment(document.decision_received_at)),
			("Concern raised", moment(document.started_at)),
			("Completed", moment(document.completed_at)),
		),
	}


def state(case: LoadedCase) -> str:
	"""Where the case stands, in the policy's words: "Stage 2: Escalate to line managers"."""
	document = case.document
	label = document.stage_label or ""
	if document.workflow_state == label or not label:
		return document.workflow_state or ""
	if (document.workflow_state or "").startswith("Stage "):
		return label
	return f"{document.workflow_state} ({label})"


def printed(case: LoadedCase) -> dict[str, str]:
	"""Who printed this, for which agency, and when."""
	mine = actors.recorder(case)
	name = mine.name or frappe.utils.get_fullname(frappe.session.user)
	return {"by": ", ".join(text for text in (name, mine.agency) if text), "at": times.show(case.now)}


def disagreement(case: LoadedCase) -> dict[str, Any]:
	"""The texts of the disagreement under the names of the Escalation's fields."""
	document = case.document
	return {
		"dispute_summary": document.dispute_summary or "",
		"decision_challenged": document.decision_challenged or "",
		"decision_maker": printing_people.contact_text(document.decision_maker),
		"scope_basis": document.scope_basis or "",
		"natures": [row.nature for row in document.nature if row.nature],
		"nature_other": document.nature_other or "",
		"evidence_reasons": document.evidence_reasons or "",
		"risk_to_adult": document.risk_to_adult or "",
		"outcome_sought": document.outcome_sought or "",
		"additional_notes": document.additional_notes or "",
	}


def safety(case: LoadedCase) -> list[dict[str, str]]:
	"""Immediate risk, what keeps the adult safe meanwhile, and the timescales that protect the adult."""
	document = case.document
	child = day(document.child_referral_made_on)
	return pairs(
		("Immediate risk of significant harm", yes_no(document.immediate_risk, always=True)),
		("Whom was told", document.told_whom),
		("Told at", moment(document.told_at)),
		("Recorded as passed", moment(document.risk_passed_at)),
		("What keeps the adult safe while this is settled", document.interim_safety_actions),
		("Must be settled by, to keep the person safe", moment(document.safe_by)),
		("Timescale that protects the adult from harm", moment(document.protective_deadline)),
		("Agreed timescale", moment(document.agreed_timescale)),
		("Concern about a child", yes_no(document.child_concern)),
		("Child referral made on", child),
		("Criminal matter", yes_no(document.criminal_matter)),
		("Referred to the police on", day(document.police_referred_on)),
		("Police reference", document.police_reference),
		("Out of area: the other board", document.out_of_area_board),
		("The other board's contact", other_board_contact(document)),
	)


def other_board_contact(document: Any) -> str:
	"""Whom to reach at the board of the area where the adult is placed; '' where no such board is named."""
	if not document.out_of_area_board:
		return ""
	return joined(document.out_of_area_contact, document.out_of_area_phone, document.out_of_area_email)


def resolution(case: LoadedCase) -> dict[str, Any]:
	"""The agreed outcome, what is outstanding, and what was learnt."""
	document = case.document
	return {
		"summary": document.resolution_summary or "",
		"resolved_at": moment(document.resolved_at),
		"stage_resolved": printing_stages.label(case, document.stage_resolved),
		"outstanding_issues_plan": document.outstanding_issues_plan or "",
		"rest": pairs(
			("Why it was not resolved earlier", document.not_resolved_earlier),
			("Contingency plan", document.contingency_plan),
			("Dissatisfaction that remains", document.dissatisfaction_remaining),
			("Formal complaint made", yes_no(document.complaint_made)),
			("Learning identified", document.learning),
			("Gap in policy or procedure", document.policy_gap),
			("Theme", document.theme),
			("To be addressed in", document.theme_level),
		),
	}
