"""The engine's Case from database rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import cint

from safeguarding_escalation.engine import Event, Policy, immediate
from safeguarding_escalation.engine.case import Case, Named, Party
from safeguarding_escalation.engine.contacting import marked
from safeguarding_escalation.engine.stages import levels_reached, stages_reached
from safeguarding_escalation.services import log, people, times
from safeguarding_escalation.services.rows import select

NAMED_FIELDS = (
	"raised_by",
	"raising_lead",
	"responding_lead",
	"decision_maker",
	"conference_chair",
	"enquiry_manager",
)
# Escalation.counterparty where no agency stands on the other side (SU-A21).
FAMILY = "The adult, family or carer"
# Choices of the form whose answer the engine reads.
CHOICES = ("advocacy_considered", "court_of_protection_considered")
_SATISFIED = {"Yes": True, "No": False}


def case(
	document: Any,
	events: list[Event],
	policy: Policy,
	recusals: Mapping[str, log.Recusal] | None = None,
) -> Case:
	"""The facts of one case. `events` are effective; `document` may hold unsaved values (they count as filled).

	`recusals` (see `log.recusals`) name those who stand in for people who stepped back.
	"""
	stage = cint(document.current_stage)
	began = times.aware(document.creation) or times.now()
	return Case(
		state=document.workflow_state or "Draft",
		stage=stage,
		level=document.current_level or "",
		board=document.board or "",
		path=document.path or "",
		direction=document.direction or "Raised",
		raising_agency=document.raising_agency or "",
		responding_agency=document.responding_agency or "",
		filled=filled(document),
		immediate_risk=bool(cint(document.immediate_risk)) and immediate.passed_at(events) is None,
		policy_issue=any(event.kind == "policy_issue" for event in events)
		or bool(cint(document.get("policy_issue"))),
		out_of_area=bool(document.out_of_area_board),
		child_concern=bool(cint(document.child_concern))
		or any(row.kind == "Child" for row in document.subjects),
		criminal_matter=bool(cint(document.get("criminal_matter")))
		or "criminal" in (document.get("scope_exclusion") or "").casefold(),
		protective_deadline=_protective(events, stage),
		parties=tuple(_party(row) for row in document.parties if row.agency and row.side),
		named=_named(document, began, recusals or {}),
		family=document.get("counterparty") == FAMILY,
		**_wishes(document),
		do_not_contact=marked(tuple(bool(cint(row.do_not_contact_or_copy)) for row in document.subjects)),
		complaint_made=bool(cint(document.get("complaint_made"))),
		**_considered(document),
		signed=frozenset(
			row.side
			for row in document.get("signatures") or ()
			if row.side and row.signed_on and not cint(row.get("struck"))
		),
		stages_reached=stages_reached(events),
		levels_reached=levels_reached(events),
	)


def _considered(document: Any) -> dict[str, Any]:
	"""What the case says of capacity, best interests and advocacy, and at which stages the adult was involved."""
	rows = document.get("involvement") or ()
	told = [row for row in rows if row.informed or row.views or row.representative_views or row.why_not]
	return {
		"involved": frozenset(cint(row.stage) for row in told),
		"best_interests": bool(cint(document.get("best_interests_dispute"))),
		"capacity_doubted": document.get("capacity_doubted") == "Yes",
		"nobody_appropriate": document.get("appropriate_adult") == "No",
		"said": {field: document.get(field) for field in CHOICES if document.get(field)},
	}


def _wishes(document: Any) -> dict[str, bool]:
	"""Whether the adult, when last asked, did not want it followed through, and whether it says why it goes on.

	The rows of the latest stage count, of these the last; "Not known" and an empty answer leave the one before standing.
	"""
	answered = [row for row in document.get("involvement") or () if row.wishes_followed_through in _SATISFIED]
	answered.sort(key=lambda row: cint(row.stage))
	last = answered[-1] if answered else None
	refused = bool(last) and last.wishes_followed_through == "No"
	return {"wishes_refused": refused, "refusal_explained": refused and bool(last.why_not)}


def _named(document: Any, began: datetime, recusals: Mapping[str, log.Recusal]) -> tuple[Named, ...]:
	"""The people of the form, whoever entered the case (a Business Manager or a colleague may do so for others), and
	those who were named in the place of somebody who stepped back.
	"""
	teams = {(f"{row.side}_lead", row.lead): row.led_for or "" for row in document.parties if row.lead}
	rows = [
		Named(field, document.get(field), began, teams.get((field, document.get(field)), ""))
		for field in NAMED_FIELDS
		if document.get(field)
	]
	entered = document.entered_by or entering_contact(document)
	if entered:
		rows.append(Named("entered_by", entered, began))
	# Whoever stands in for a post of the board holds that post, while it is its holder who stepped back.
	rows += [
		Named("substitute", recusal.substitute, times.aware(recusal.at))
		for recusal in recusals.values()
		if recusal.substitute and recusal.side != "board"
	]
	return tuple(rows)


def entering_contact(document: Any) -> str | None:
	"""As whom the owner of an escalation entered it, where no contact was kept: of an agency in it, else for the board.

	Contacts that have left count: who works elsewhere today, with the same account, entered nothing there.
	"""
	agencies = {document.raising_agency, document.responding_agency}
	mine = select("Safeguarding Contact", people.FIELDS, {"user": document.owner}, order_by="creation")
	fitting = [row for row in mine if row.agency in agencies]
	fitting += [row for row in mine if row.capacity == people.BUSINESS_MANAGER]
	return fitting[0].name if fitting else None


def filled(document: Any) -> frozenset[str]:
	"""The names of the fields that hold something; a table counts when it has a row."""
	return frozenset(
		field.fieldname
		for field in document.meta.fields
		if not getattr(field, "is_virtual", 0) and document.get(field.fieldname) not in (None, "", 0, [], "0")
	)


def _protective(events: list[Event], stage: int) -> datetime | None:
	due = [
		event.due_at
		for event in events
		if event.kind == "protective_deadline" and event.stage in (stage or 1, None)
	]
	return due[-1] if due else None


def _party(row: Any) -> Party:
	return Party(
		agency=row.agency,
		side=row.side,
		lead=row.lead or None,
		team=row.team or None,
		agency_type=people.agency_type(row.agency),
		satisfied=_SATISFIED.get(row.satisfied),
		led_for=row.get("led_for") or None,
	)
