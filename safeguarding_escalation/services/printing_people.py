"""Who is in a print: the adults, the agencies with their aims and views, actions, signatures, involvement."""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import signatures as signed
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_stages import label
from safeguarding_escalation.services.printing_words import day, joined, moment, pairs, sentences, yes_no

SIDES = {"raising": "Raising", "responding": "Responding", "board": "Board", "other": "Other agency"}


def contact_text(name: str | None) -> str:
	"""A contact as "Name, job title, agency"; '' for none."""
	if not name:
		return ""
	found = frappe.db.get_value(
		"Safeguarding Contact", name, ["contact_name", "job_title", "capacity", "agency"], as_dict=True
	)
	return joined(found.contact_name, found.job_title or found.capacity, found.agency) if found else ""


def contact_name(name: str | None) -> str:
	"""A contact's name alone; '' for none."""
	return (frappe.db.get_value("Safeguarding Contact", name, "contact_name") or "") if name else ""


def board_name(board: str | None) -> str:
	"""A board's full name; '' for none."""
	return (frappe.db.get_value("Safeguarding Board", board, "board_name") or board) if board else ""


def family(case: LoadedCase) -> str:
	"""The adult, family or carer where they are the other side (SU-A21), with name and relation; '' for an agency."""
	document = case.document
	if not case.case.family:
		return ""
	return joined(document.counterparty, document.counterparty_name, document.counterparty_relation)


def subjects(case: LoadedCase) -> list[dict[str, str]]:
	"""The adults and children concerned. Addresses are left out: a print needs to identify, not to locate."""
	return [
		{
			"name": row.subject_name or "Not named",
			"kind": row.kind or "",
			"date_of_birth": day(row.date_of_birth),
			"local_reference": row.local_reference or "",
			"representative": joined(row.representative_name, row.representative_role),
			"do_not_contact": joined("Do not contact or copy in", row.do_not_contact_reason, by=": ")
			if row.do_not_contact_or_copy
			else "",
		}
		for row in case.document.subjects
	]


def parties(case: LoadedCase) -> list[dict[str, str]]:
	"""Each agency: side, lead, what it aims to achieve, its view, and where it filed the record."""
	return [
		{
			"agency": row.agency or "",
			"side": SIDES.get(row.side, ""),
			"lead": contact_text(row.lead) or row.team or "",
			"aim": row.aim or "",
			"view": row.view or "",
			"satisfied": row.satisfied or "",
			"own_record_reference": row.own_record_reference or "",
			"filed_on": day(row.filed_on),
		}
		for row in case.document.parties
	]


def actions(case: LoadedCase) -> list[dict[str, str]]:
	"""The agreed actions, with what came of them."""
	return [
		{
			"action": row.action or "",
			"by_whom": joined(contact_name(row.by_whom), row.by_agency),
			"stage": label(case, row.stage),
			"due_on": day(row.due_on),
			"done_on": day(row.done_on),
			"outcome": sentences(row.outcome, check) if (check := _check(row)) else row.outcome or "",
		}
		for row in case.document.actions
	]


def _check(row: Any) -> str:
	"""What a check of an action found, by whom and what follows; else the day of the check to come; '' for none."""
	if not row.check_outcome:
		return f"To be checked on {day(row.check_on)}" if row.check_on else ""
	found = joined("Checked", day(row.checked_on), by=" ")
	found = joined(found, f"by {contact_name(row.checked_by)}" if row.checked_by else "")
	return sentences(f"{found}: {row.check_outcome}", row.what_next or "")


def signatures(case: LoadedCase) -> list[dict[str, str]]:
	"""Who approved the record, for which side, when and how; what was struck out says so."""
	return [
		{
			"name": joined(row.signatory_name or contact_name(row.contact), row.job_title),
			"agency": row.agency or "",
			"side": SIDES.get(row.side, ""),
			"stage": label(case, row.stage),
			"signed_on": day(row.signed_on),
			"how": signed.words(case, row),
			"struck": "yes" if row.struck else "",
		}
		for row in case.document.signatures
	]


def papers(case: LoadedCase) -> list[dict[str, str]]:
	"""The files that are kept with the case, by the neutral names that the system gave them, oldest first."""
	where = {"attached_to_doctype": "Escalation", "attached_to_name": case.name, "is_folder": 0}
	rows = frappe.db.get_values(
		"File", where, ["file_name", "creation"], as_dict=True, order_by="creation asc, name asc"
	)
	return [{"name": row.file_name or "", "added": moment(row.creation)} for row in rows or ()]


def involvement(case: LoadedCase) -> list[dict[str, Any]]:
	"""How the adult was involved: a block for each stage, then what was considered for the whole case."""
	document = case.document
	blocks = [
		{
			"title": label(case, row.stage) or "The adult",
			"rows": pairs(
				("Adult informed", joined(row.informed, contact_name(row.informed_by), day(row.informed_on))),
				("Wants matters followed through", row.wishes_followed_through),
				("The adult's views and wishes", row.views),
				("Views of carer or representative", row.representative_views),
				("If not informed or not followed through: why", row.why_not),
			),
		}
		for row in document.involvement
	]
	considered = pairs(
		("The adult's capacity to decide this is doubted", document.capacity_doubted),
		("Somebody appropriate to support and represent the adult", document.appropriate_adult),
		("Independent advocacy considered", document.advocacy_considered),
		("Advocacy: what was decided, or why not", document.advocacy_reason),
		("The dispute is about best interests", yes_no(document.best_interests_dispute)),
		("Court of Protection considered", document.court_of_protection_considered),
		("Court of Protection: what was decided, or why not", document.court_reason),
	)
	if considered:
		blocks.append({"title": "Considered", "rows": considered})
	return [block for block in blocks if block["rows"]]
