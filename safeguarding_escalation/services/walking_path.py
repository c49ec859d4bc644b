"""A case's special route as steps: what is asked in turn, whose decision each is, and what was recorded.

The steps are the policy's own questions of that route. A step that is recorded here is answered in the form and dated in
the log; an answer typed into the form counts too. What the policy reserves to somebody nobody else answers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from safeguarding_escalation.engine.case import ENDED, Person
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.duty import COPY
from safeguarding_escalation.engine.questions import reserved, steps
from safeguarding_escalation.engine.schema import Question
from safeguarding_escalation.engine.stages import stage_at
from safeguarding_escalation.services import actors, log, people, projection, times, views
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain

STEP = "step: "


def check_new(doc: Any) -> None:
	"""Before a case is first stored: `check` of the answers that came with it."""
	if any(row.answer for row in doc.get("answers") or ()):
		case = LoadedCase(doc, [])
		check(case, doc, {}, actors.recorder(case))


def check(case: LoadedCase, doc: Any, before: Any, person: Person) -> None:
	"""Before a save: raise MoveRefused where somebody changes an answer that the policy reserves to others.

	`before` is the stored document, {} where there is none yet.
	"""
	asked = {question.key: question for question in case.policy.questions if question.reserved_to}
	if not asked or doc.flags.answered_for:
		return
	held = {row.question_key: row.answer or "" for row in before.get("answers") or ()}
	for row in doc.get("answers") or ():
		question = asked.get(row.question_key)
		if question and (row.answer or "") != held.get(row.question_key, ""):
			refusal = _reserved(question, case, person)
			if refusal:
				refuse(
					MoveRefused,
					f"{question.question} {refusal} To record it for them, use the step's button.",
				)


def _reserved(question: Question, case: LoadedCase, person: Person) -> str:
	return reserved(question, case.case, person, people.agency_type(person.agency))


def step(escalation: str, question: str, answer: str, **given: Any) -> dict[str, Any]:
	"""Record a step of the route; see `api.process.step`."""
	said = plain(answer, "Answer")
	if not said:
		refuse(BadInput, "Write what was done or decided.")
	with locked(escalation) as case:
		state = case.document.workflow_state
		if state in ENDED:
			refuse(CaseClosed, f"This case is {state.lower()}: reopen it before recording more.")
		asked = next((row for row in _asked(case) if row.key == question), None)
		if asked is None:
			refuse(BadInput, "This case's route has no such step. Reload the form.")
		at = times.happened(given.get("occurred_at"))
		actor = actors.resolve(case, given.get("actor"), evidence=plain(given.get("evidence")))
		refusal = _reserved(asked, case, actor.person)
		if refusal:
			refuse(MoveRefused, f"{refusal} Name who decided, as `actor`, and say how you know.")
		document = case.document
		row = next((row for row in document.get("answers") or () if row.question_key == question), None)
		if row is None:
			refuse(BadInput, "This step is not asked yet: save the case once, then record it.")
		row.answer = said
		document.flags.answered_for = True
		document.save()
		_note(case, asked, at, actor)
	return views.panel(escalation)


def _note(case: LoadedCase, asked: Question, at: datetime, actor: actors.Actor) -> None:
	"""When it was done or decided, and by whom; a route may be over before anything is raised (Stop and Review)."""
	case.rows[:] = log.rows(case.name, for_update=True)
	case.forget()
	entry = log.Entry(
		kind="duty_done",
		occurred_at=at,
		stage=stage_at(case.events, at),
		relates_to=f"{STEP}{asked.key}"[:140],
		rule=asked.clause,
		**actor.columns(),
	)
	case.append(entry)
	projection.refresh(case)


def _asked(case: LoadedCase) -> tuple[Question, ...]:
	"""The steps of the route; then what is asked of every case and is the decision of one post."""
	route = steps(case.policy, case.document.path or "")
	held = {row.question_key for row in case.document.get("answers") or ()}
	others = (row for row in case.policy.questions if row.reserved_to and row.key in held)
	return (*route, *(row for row in others if row not in route))


def panel(case: LoadedCase) -> dict[str, Any]:
	"""For the form: `name`, `label`, `steps` [{key, question, clause, decides, mine, answer, when, who, options}], `next`.

	Empty where the case takes no special route and no decision is reserved. `copies` are those that the route asks for.
	"""
	path = next((row for row in case.policy.paths if row.name == case.document.path), None)
	asked = _asked(case)
	if path is None and not asked:
		return {}
	answers = {row.question_key: row.answer or "" for row in case.document.get("answers") or ()}
	mine = actors.recorder(case)
	found = [_step(case, question, answers, mine) for question in asked]
	owed = duties(case.policy, case.case, case.effective_events, case.now)
	name = path.name if path else ""
	copied = {rule.recipient for rule in case.policy.copy_rules if rule.condition == f"path {name}"}
	return {
		"name": name,
		"label": path.label if path else "Decisions of others",
		"steps": found,
		"next": next((row.key for row in steps(case.policy, name) if not answers.get(row.key)), ""),
		"copies": [duty.text for duty in owed if duty.kind == COPY and duty.recipient in copied],
		"open": case.case.open,
	}


def _step(case: LoadedCase, question: Question, answers: dict[str, str], mine: Person) -> dict[str, Any]:
	about = f"{STEP}{question.key}"[:140]
	entries = [row for row in case.rows if row.relates_to == about and actors.sees(case, row)]
	entry = entries[-1] if entries else None
	return {
		"key": question.key,
		"question": question.question,
		"clause": question.clause,
		"options": list(question.options),
		"decides": list(question.reserved_to),
		"mine": not _reserved(question, case, mine),
		"answer": answers.get(question.key, ""),
		"when": times.show(times.aware(entry.occurred_at)) if entry else "",
		"who": entry.actor_name if entry else "",
	}
