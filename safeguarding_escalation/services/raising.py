"""From the eight answers to a raised case: what will happen, and making it happen once.

`look` decides on a document that is never stored, by the same rules as the save and the move that follow.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from dataclasses import field as default
from typing import Any

import frappe

from safeguarding_escalation.engine import Event, Policy
from safeguarding_escalation.engine.deadline_row import first_due
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.duty import COPY
from safeguarding_escalation.engine.entering import IMMEDIATE, POLICY_ISSUE
from safeguarding_escalation.engine.moves import AllowedMove, moves
from safeguarding_escalation.engine.next_step import next_step
from safeguarding_escalation.engine.wording import sentence
from safeguarding_escalation.services import (
	actors,
	areas,
	fields,
	intake_answers,
	lifecycle,
	moving,
	people,
	recording,
	views,
)
from safeguarding_escalation.services.errors import BadInput, EscalationError, refuse
from safeguarding_escalation.services.intake_answers import QUESTION_OF, Problem
from safeguarding_escalation.services.loaded import LoadedCase

SUMMARY = 9
DRAFT = "Draft"
# Long enough that nobody guesses another's, short enough for a case's name.
KEY_LENGTHS = range(8, 101)


@dataclass
class Outlook:
	"""What the answers lead to: the case as it would be, the ways to start it, and what is wrong with the answers."""

	answers: dict[str, Any]
	policy: Policy | None
	case: LoadedCase | None = None
	starts: list[AllowedMove] = default(default_factory=list)
	chosen: AllowedMove | None = None
	problems: list[Problem] = default(default_factory=list)


def preview(values: Any) -> dict[str, Any]:
	"""The summary before the button: see `api.intake.preview`. Writes nothing; problems are data here."""
	outlook = look(intake_answers.read(values), draft=False)
	frappe.clear_messages()  # the refusals are in `problems`, and must not pop up as well
	chosen, case = outlook.chosen, outlook.case
	found: dict[str, Any] = {
		"problems": [problem.row() for problem in outlook.problems],
		"warnings": _warnings(outlook),
		"policy_title": outlook.policy.title if outlook.policy else "",
		"starts": [{**views.move_row(start), "suggested": start is chosen} for start in outlook.starts],
	}
	if chosen and case:
		after = _after(case, chosen)
		found.update(_what_happens(after), stage_label=after.policy.stage_label(chosen.to_stage))
	return found


def look(answers: dict[str, Any], draft: bool) -> Outlook:
	"""Everything that can be known of the case before it is written."""
	policy = intake_answers.policy_for(answers)
	outlook = Outlook(answers, policy, problems=intake_answers.problems(answers, policy, draft))
	if policy is None:
		return outlook
	document = _document(answers, policy)
	try:
		lifecycle.before_insert(document)
		lifecycle.validate(document)
	except EscalationError as refusal:
		outlook.problems.append(Problem(_question_of(document, str(refusal)), str(refusal)))
		return outlook
	outlook.case = _case(document)
	if not draft:
		_choose(outlook)
	return outlook


def _document(answers: dict[str, Any], policy: Policy | None) -> Any:
	document = frappe.new_doc("Escalation")
	document.update(intake_answers.fields(answers, policy))
	document.set_user_and_timestamp()
	return document


def _case(document: Any) -> LoadedCase:
	"""An unsaved document as a case whose log holds what its fields say."""
	case = LoadedCase(document, [])
	vars(case)["events"] = [
		Event(
			change.kind,
			at=case.now if change.field in ("immediate_risk", "protective_deadline") else change.value,
			stage=1,
			side="raising",
			due_at=change.value if change.field == "protective_deadline" else None,
		)
		for change in document.flags.field_changes or ()
		if change.value
	]
	return case


def _choose(outlook: Outlook) -> None:
	"""The ways to start that are open, the one chosen or suggested, and what stands in its way."""
	case = outlook.case
	person = actors.recorder(case)
	found = [move for move in actors.moves_of(case, person) if move.to_state.startswith("Stage ")]
	issue = moves(case.policy, replace(case.case, policy_issue=True), case.effective_events, person)
	issues = [move for move in issue if move.ground == POLICY_ISSUE and move.allowed]
	first = next((move for move in found if move.to_stage == 1), None)
	outlook.starts = [move for move in found if move.allowed or move is first]
	taken = {(move.to_stage, move.to_level) for move in outlook.starts}
	outlook.starts += [move for move in issues if (move.to_stage, move.to_level) not in taken]
	outlook.chosen = _chosen(outlook) or first
	if outlook.chosen:
		outlook.problems += _refusals(outlook, outlook.chosen)


def _chosen(outlook: Outlook) -> AllowedMove | None:
	"""The start that was picked; else the lowest that immediate risk opens; else none, which means Stage 1."""
	stage, ground = outlook.answers.get("start_stage"), outlook.answers.get("start_ground") or ""
	for move in outlook.starts:
		if stage and str(move.to_stage) == stage and (not ground or move.ground == ground):
			return move
	if stage:
		outlook.problems.append(Problem(SUMMARY, "This concern cannot start at that stage. Choose another."))
		return None
	urgent = [move for move in outlook.starts if move.ground == IMMEDIATE and move.allowed]
	return urgent[0] if outlook.answers.get("immediate_risk") and urgent else None


def _refusals(outlook: Outlook, chosen: AllowedMove) -> list[Problem]:
	"""What the policy asks for and does not find, beside the question that asks for it."""
	questions = {}
	for row in outlook.policy.records if outlook.policy else ():
		asked = [need.split()[1] for need in row.needs if need.startswith("field ")]
		numbers = [QUESTION_OF[name] for name in asked if name in QUESTION_OF]
		if numbers:
			questions[sentence(row.message)] = numbers[0]
	answered = {problem.question for problem in outlook.problems}
	found = [Problem(questions.get(text, SUMMARY), text) for text in chosen.refusals]
	if (chosen.needs_reason or chosen.ground == POLICY_ISSUE) and not outlook.answers.get("start_reason"):
		what = (
			"which significant policy issue this is"
			if chosen.ground == POLICY_ISSUE
			else "why it starts there"
		)
		found.append(Problem(SUMMARY, f"{chosen.label}: say {what}."))
	return [problem for problem in found if problem.question == SUMMARY or problem.question not in answered]


def _question_of(document: Any, text: str) -> int:
	"""The question behind a refusal that begins with a field's label, else the summary."""
	for row in document.meta.fields:
		labels = {row.label, fields.LABELS.get(row.fieldname)} - {None, ""}
		if any(text.startswith(f"{label}:") for label in labels):
			return QUESTION_OF.get(row.fieldname, SUMMARY)
	return SUMMARY


def _warnings(outlook: Outlook) -> list[str]:
	"""What does not stop the case: the area, and what the policy would like to be on record."""
	area = areas.warning(outlook.answers.get("board"), outlook.answers.get("adult_area"))
	return [text for text in (area, *(outlook.chosen.warnings if outlook.chosen else ())) if text]


def _after(case: LoadedCase, chosen: AllowedMove) -> LoadedCase:
	"""The case as it would be once it has been started."""
	kind = "concern_raised" if chosen.action == "Raise Concern" else "stage_started"
	document, before = case.document, case.events
	document.workflow_state, document.current_stage = chosen.to_state, chosen.to_stage
	document.current_level = chosen.to_level
	after = LoadedCase(document, [])
	after.now = case.now
	started = Event(kind, at=case.now, stage=chosen.to_stage, level=chosen.to_level or None, side="raising")
	vars(after)["events"] = [*before, started]
	return after


def _what_happens(after: LoadedCase) -> dict[str, Any]:
	"""The next step, the first deadline with its reasons, and who is told."""
	person = actors.recorder(after)
	step = next_step(after.policy, after.case, after.effective_events, after.deadlines, person, after.now)
	first = first_due(after.deadlines, after.now)
	owed = duties(after.policy, after.case, after.effective_events, after.now)
	return {
		"next_step": {"sentence": step.sentence, "urgency": step.urgency},
		"deadline": {**views.deadline_row(after, first), "why": list(first.explain())} if first else None,
		"told": [_reached(after), *(duty.text for duty in owed if duty.kind == COPY and not duty.done)],
	}


def _reached(after: LoadedCase) -> str:
	"""How the other side hears of it. Nobody is told by a system that they cannot enter."""
	document = after.document
	if not document.responding_agency:
		return "The adult, family or carer has no access here: you tell them."
	agency = document.responding_agency
	row = people.contact(document.responding_lead)
	if row is None:
		whom = f"{document.responding_team} at {agency}" if document.responding_team else agency
		return f"Nobody at {agency} is named yet: ring {whom}, and record the talk here."
	if actors.has_account(people.person(row, document.board)):
		return f"{row.contact_name} ({agency}) can read and answer the case here. Ring them as well."
	return f"{row.contact_name} ({agency}) has no account here: ring them, and record the talk here."


def raise_concern(values: Any, key: str, draft: bool = False) -> dict[str, Any]:
	"""Write the case and start it, in the request's one transaction; see `api.intake.raise_concern`."""
	answers = intake_answers.read(values)
	name = _name(key)
	stored = frappe.db.get_value("Escalation", name, "workflow_state")
	if stored and (draft or stored != DRAFT):
		return _outcome(name, created=False)
	outlook = look(answers, draft)
	intake_answers.refuse_all(outlook.problems)
	frappe.clear_messages()
	found = intake_answers.fields(answers, outlook.policy)
	if stored:
		document = frappe.get_doc("Escalation", name)
		document.update(found)
		document.save()
	else:
		document = frappe.new_doc("Escalation")
		document.update(found)
		document.insert(set_name=name)
		if document.name != name:
			# A twin of this request was written while this one ran: Frappe took another name. Only the twin stays.
			frappe.db.rollback()
			return _outcome(name, created=False)
	if not draft:
		_start(name, outlook)
	return _outcome(name, created=True)


def _start(name: str, outlook: Outlook) -> None:
	chosen, reason = outlook.chosen, outlook.answers.get("start_reason")
	if chosen.ground == POLICY_ISSUE:
		recording.record(name, "policy_issue", note=reason)
	moving.move(name, chosen.action, expected_stage=0, reason=reason, level=chosen.to_level or None)


def _name(key: Any) -> str:
	"""The name of the case that a page's key stands for: the same user's same key is the same case.

	So a double tap, or a retry after the answer was lost on a bad network, raises one case; the primary key sees to it.
	"""
	if not isinstance(key, str) or len(key.strip()) not in KEY_LENGTHS:
		refuse(BadInput, "Reload this page and try again: the request has no key of its own.")
	return hashlib.sha256(f"{frappe.session.user}\n{key.strip()}".encode()).hexdigest()[:20]


def _outcome(name: str, created: bool) -> dict[str, Any]:
	panel = views.panel(name)
	return {
		"escalation": name,
		"reference": panel["reference"],
		"workflow_state": panel["workflow_state"],
		"stage_label": panel["stage_label"],
		"next_step": panel["next_step"],
		"created": created,
	}
