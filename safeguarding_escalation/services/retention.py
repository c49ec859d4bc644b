"""How long ended cases are kept: the board's period, the review's decision, and legal hold.

An ended case is read only in its form. These writes come here, under the case's lock, each with a row of the log and
a note in the audit. Who may: the board's Business Manager and Information Governance (the right `redact`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import frappe
from frappe.utils import cint, getdate

from safeguarding_escalation.engine import LONDON
from safeguarding_escalation.engine import retention as rule
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.wording import date_text
from safeguarding_escalation.services import actors, audit, log, times
from safeguarding_escalation.services.errors import BadInput, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain

RETAIN, ANONYMISE = "Retain", "Anonymise"
DECISIONS = (RETAIN, ANONYMISE)
# What this module reads of a case, for lists that read many.
FIELDS = (
	"name", "reference", "board", "workflow_state", "completed_at", "modified", "legal_hold", "legal_hold_reason",
	"legal_hold_since", "retention_decision", "retention_until", "retention_reason", "anonymised_at",
)  # fmt: skip


def years(board: str | None) -> int:
	"""The period of a board in years: its own, else the site's, else eight; never zero or less."""
	own = frappe.db.get_value("Safeguarding Board", board, "retention_years") if board else 0
	site = frappe.db.get_single_value("Safeguarding Settings", "retention_years", cache=False)
	return rule.years(cint(own), cint(site))


def check_years(document: Any, *, required: bool) -> None:
	"""Refuse a period that is negative, too long, or (for the site's own) missing."""
	given = cint(document.retention_years)
	lowest = 1 if required else 0
	if not lowest <= given <= rule.MOST_YEARS:
		refuse(BadInput, f"Keep ended cases for: give a number of years from 1 to {rule.MOST_YEARS}.")


def ended_on(case: Any) -> date:
	"""The London day on which a case was closed or withdrawn; its last change where no entry says so."""
	return times.aware(case.completed_at or case.modified).astimezone(LONDON).date()


def kept_until(case: Any) -> date:
	"""The last day on which an ended case is kept, by its board's period and the review's decision."""
	decided = getdate(case.retention_until) if case.retention_until else None
	return rule.kept_until(ended_on(case), years(case.board), decided)


def standing(case: Any) -> str:
	"""How an ended case stands today: one of the words of `engine.retention`."""
	held, anonymised = bool(cint(case.legal_hold)), bool(case.anonymised_at)
	return rule.standing(kept_until(case), times.today(), held=held, anonymised=anonymised)


def hold(escalation: str, reason: str) -> dict[str, Any]:
	"""Put a case, open or ended, under legal hold: nothing of it is anonymised until the hold is lifted."""
	why = _reason(reason, "Why must it be kept? For example: a claim, an inquest, an inquiry.")
	with locked(escalation) as case:
		if cint(case.document.legal_hold):
			refuse(MoveRefused, "This case is under legal hold already.")
		_store(
			case,
			legal_hold=1,
			legal_hold_reason=why,
			legal_hold_by=frappe.utils.get_fullname(),
			legal_hold_since=times.stored(case.now),
		)
		_log(case, log.HELD, why)
		audit.note(escalation, "legal hold", "set")
	return state(escalation)


def lift(escalation: str, reason: str) -> dict[str, Any]:
	"""End a legal hold. Its reason stays in the log."""
	why = _reason(reason, "Why is it lifted? For example: the claim was settled.")
	with locked(escalation) as case:
		if not cint(case.document.legal_hold):
			refuse(MoveRefused, "This case is not under legal hold.")
		_store(case, legal_hold=0, legal_hold_reason="", legal_hold_by="", legal_hold_since=None)
		_log(case, log.LIFTED, why)
		audit.note(escalation, "legal hold", "lifted")
	return state(escalation)


def decide(escalation: str, decision: str, reason: str, until: str | None = None) -> dict[str, Any]:
	"""The review's decision about an ended case: Retain until a later day, or Anonymise; with a reason."""
	if decision not in DECISIONS:
		refuse(BadInput, f"Decision: choose one of {', '.join(DECISIONS)}.")
	why = _reason(reason, "Why? The reason is kept with the decision.")
	with locked(escalation) as case:
		document = case.document
		if document.workflow_state not in ENDED:
			refuse(MoveRefused, "The review is about closed and withdrawn cases; this one is open.")
		if document.anonymised_at:
			refuse(MoveRefused, "This case is anonymised already.")
		day = _later(document, until) if decision == RETAIN else None
		_store(case, retention_decision=decision, retention_until=day, retention_reason=why)
		said = f"Retain until {date_text(day)}. {why}" if day else f"Anonymise. {why}"
		_log(case, log.DECIDED, said)
		audit.note(escalation, "anonymise", f"review: {decision.lower()}")
	return state(escalation)


def state(escalation: str) -> dict[str, Any]:
	"""How a case stands, for the form: {ended, kept_until, standing, legal_hold, …}. Dates are ISO 8601."""
	case = frappe.db.get_value("Escalation", escalation, FIELDS, as_dict=True)
	ended = case.workflow_state in ENDED
	return {
		"escalation": case.name,
		"reference": case.reference,
		"ended": ended,
		"kept_until": times.json_date(kept_until(case)) if ended else None,
		"standing": standing(case) if ended else "",
		"legal_hold": bool(cint(case.legal_hold)),
		"legal_hold_reason": case.legal_hold_reason or "",
		"decision": case.retention_decision or "",
		"anonymised": bool(case.anonymised_at),
	}


def banners(document: Any) -> list[str]:
	"""What the form's panel says of hold and anonymisation."""
	return [words for words in (hold_warning(document), anonymised_words(document)) if words]


def hold_warning(document: Any) -> str:
	"""What a legal hold says, on the form and to whoever redacts; '' without one.

	A hold refuses anonymising. It does not refuse a redaction, since a court may order both: it warns.
	"""
	if not cint(document.get("legal_hold")):
		return ""
	since = times.show(times.aware(document.legal_hold_since), with_time=False)
	return f"Legal hold since {since}: {document.legal_hold_reason} Nothing is anonymised; redact only what a court orders."


def anonymised_words(document: Any) -> str:
	"""The sentence on the form and on each print of an anonymised case; '' for any other."""
	if not document.get("anonymised_at"):
		return ""
	day = times.show(times.aware(document.anonymised_at), with_time=False)
	return f"Anonymised on {day}: names and texts were removed for good. Dates, stages and figures were kept."


def review(cases: Iterable[Any], *, every: bool = False) -> list[dict[str, Any]]:
	"""Rows of the review list from ended cases with FIELDS: past their period, near it, held or decided; or all."""
	periods: dict[str, int] = {}
	found = []
	for case in cases:
		if case.board not in periods:
			periods[case.board] = years(case.board)
		decided = getdate(case.retention_until) if case.retention_until else None
		until = rule.kept_until(ended_on(case), periods[case.board], decided)
		held, anonymised = bool(cint(case.legal_hold)), bool(case.anonymised_at)
		stands = rule.standing(until, times.today(), held=held, anonymised=anonymised)
		if not every and stands in (rule.KEPT, rule.ANONYMISED) and not case.retention_decision:
			continue
		if not every and stands == rule.ANONYMISED:
			continue
		found.append({**case, "ended_on": ended_on(case), "kept_until": until, "standing": stands})
	return sorted(found, key=lambda row: (row["kept_until"], row["reference"] or ""))


def _later(document: Any, until: Any) -> date:
	day = times.given_day(until)
	earliest = max(rule.kept_until(ended_on(document), years(document.board)), times.today())
	if day <= earliest:
		refuse(BadInput, f"It is kept until {date_text(earliest)} anyway. Give a later date.")
	return day


def _reason(reason: Any, question: str) -> str:
	why = plain(reason, "Reason")
	if not why:
		refuse(BadInput, question)
	return why


def _store(case: LoadedCase, **values: Any) -> None:
	frappe.db.set_value("Escalation", case.name, values)
	case.document.update(values)
	frappe.clear_document_cache("Escalation", case.name)


def _log(case: LoadedCase, kind: str, note: str) -> None:
	"""A row about the record: no clock, move or duty follows from it."""
	stage = cint(case.document.current_stage) or 1
	actor = actors.resolve(case, None)
	case.append(log.Entry(kind=kind, occurred_at=case.now, stage=stage, note=note, **actor.columns()))
