"""A case's special route as steps: what is asked in turn, whose decision each is, and what was recorded.

The steps are the policy's own questions of that route. A step that is recorded here is answered in the form and dated in
the log; an answer typed into the form counts too. What the policy reserves to somebody nobody else answers.
"""

from __future__ import annotations

from typing import Any

from safeguarding_escalation.engine.case import DRAFT, ENDED, Person
from safeguarding_escalation.engine.duties import duties
from safeguarding_escalation.engine.duty import COPY
from safeguarding_escalation.engine.questions import reserved, steps
from safeguarding_escalation.engine.schema import Question
from safeguarding_escalation.services import actors, log, projection, times, views
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import locked
from safeguarding_escalation.services.text import plain

STEP = "step: "


def check(case: LoadedCase, doc: Any, before: Any, person: Person) -> None:
	"""Before a save: raise MoveRefused where somebody changes an answer that the policy reserves to others."""
	asked = {question.key: question for question in case.policy.questions if question.reserved_to}
	if not asked or doc.flags.answered_for:
		return
	held = {row.question_key: row.answer or "" for row in before.get("answers") or ()}
	for row in doc.get("answers") or ():
		question = asked.get(row.question_key)
		if question and (row.answer or "") != held.get(row.question_key, ""):
			refusal = reserved(question, case.case, person)
			if refusal:
				refuse(
					MoveRefused,
					f"{question.question} {refusal} To record it for them, use the step's button.",
				)


def step(escalation: str, question: str, answer: str, **given: Any) -> dict[str, Any]:
	"""Record a step of the route; see `api.process.step`."""
	said = plain(answer, "Answer")
	if not said:
		refuse(BadInput, "Write what was done or decided.")
	with locked(escalation) as case:
		state = case.document.workflow_state
		if state in ENDED:
			refuse(CaseClosed, f"This case is {state.lower()}: reopen it before recording more.")
		asked = next(
			(row for row in steps(case.policy, case.document.path or "") if row.key == question), None
		)
		if asked is None:
			refuse(BadInput, "This case's route has no such step. Reload the form.")
		at = times.happened(given.get("occurred_at"))
		actor = actors.resolve(case, given.get("actor"), evidence=plain(given.get("evidence")))
		refusal = reserved(asked, case.case, actor.person)
		if refusal:
			refuse(MoveRefused, f"{refusal} Name who decided, as `actor`, and say how you know.")
		document = case.document
		row = next((row for row in document.get("answers") or () if row.question_key == question), None)
		if row is None:
			refuse(BadInput, "This step is not asked yet: save the case once, then record it.")
		row.answer = said
		document.flags.answered_for = True
		document.save()
		if document.workflow_state != DRAFT:
			case.rows[:] = log.rows(case.name, for_update=True)
			case.forget()
			case.append(
				log.Entry(
					kind="duty_done",
					occurred_at=at,
					stage=int(document.current_stage or 1),
					relates_to=f"{STEP}{question}"[:140],
					rule=asked.clause,
					**actor.columns(),
				)
			)
			projection.refresh(case)
	return views.panel(escalation)


def panel(case: LoadedCase) -> dict[str, Any]:
	"""For the form: `name`, `label`, `steps` [{key, question, clause, decides, mine, answer, when, who, options}], `next`.

	Empty where the case takes no special route. `copies` are those that the route asks for.
	"""
	path = next((row for row in case.policy.paths if row.name == case.document.path), None)
	if path is None:
		return {}
	answers = {row.question_key: row.answer or "" for row in case.document.get("answers") or ()}
	mine = actors.recorder(case)
	found = [_step(case, question, answers, mine) for question in steps(case.policy, path.name)]
	owed = duties(case.policy, case.case, case.effective_events, case.now)
	conditions = {rule.recipient for rule in case.policy.copy_rules if rule.condition == f"path {path.name}"}
	return {
		"name": path.name,
		"label": path.label,
		"steps": found,
		"next": next((row["key"] for row in found if not row["answer"]), ""),
		"copies": [
			duty.text for duty in owed if duty.kind == COPY and duty.key.rpartition(":")[2] in conditions
		],
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
		"mine": not reserved(question, case.case, mine),
		"answer": answers.get(question.key, ""),
		"when": times.show(times.aware(entry.occurred_at)) if entry else "",
		"who": entry.actor_name if entry else "",
	}
