"""The questions that a policy asks in a case: which rows the form has, and whose words they are.

The server owns what is asked; people own the answers. A row is known by the question's key, so that the form, a REST
client that sends keys and answers only, and a later version of the policy all mean the same row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from safeguarding_escalation.engine import Event, Policy
from safeguarding_escalation.engine.case import ENDED
from safeguarding_escalation.engine.questions import asked
from safeguarding_escalation.engine.schema import Question
from safeguarding_escalation.engine.stages import stages_reached
from safeguarding_escalation.services.errors import BadInput, refuse


def ensure(doc: Any, before: Any | None, policy: Policy, events: Iterable[Event] = ()) -> None:
	"""Give `doc` a row for each question that `policy` asks it now, and keep the rows that are answered.

	`before` is the stored document, None for a new one; `events` the case's effective events. An answer may be
	changed or emptied; a row that was answered comes back if a client left it out; a row that nobody answered leaves
	when its question is no longer asked. Raises BadInput for an answer to a question that is not asked.
	"""
	held = {row.question_key: row for row in (before.answers if before else ())}
	given = _given(doc, held)
	wanted = {question.key: question for question in _asked(doc, policy, events)}
	_refuse_unknown(given, held.keys() | wanted.keys())
	rows = []
	for key in dict.fromkeys((*held, *wanted)):
		answer = given[key] if key in given else held[key].answer if key in held else None
		if key in held and (answer or held[key].answer or key in wanted):
			rows.append(_kept(held[key], answer))
		elif key in wanted:
			rows.append(_new(wanted[key], answer))
	doc.set("answers", [{**row, "idx": number} for number, row in enumerate(rows, 1)])


def _asked(doc: Any, policy: Policy, events: Iterable[Event]) -> tuple[Question, ...]:
	"""What applies to the document as it will be stored: a move that is being made has no event yet."""
	if doc.workflow_state in ENDED:
		return ()
	reached = set(stages_reached(events))
	word, _, number = (doc.workflow_state or "").partition(" ")
	if word == "Stage" and number.isdigit():
		reached.add(int(number))
	return asked(policy, state=doc.workflow_state or "Draft", reached=reached, path=doc.path or "")


def _given(doc: Any, held: dict[str, Any]) -> dict[str, str | None]:
	"""The answers that came with the document by key; a stored row is known by its name, whatever key it claims."""
	keys = {row.name: key for key, row in held.items()}
	found: dict[str, str | None] = {}
	for row in doc.answers:
		key = keys.get(row.name) or row.question_key or ""
		if row.answer or key not in found:
			found[key] = row.answer
	return found


def _refuse_unknown(given: dict[str, str | None], known: Iterable[str]) -> None:
	for key, answer in given.items():
		if answer and key not in known:
			refuse(
				BadInput,
				f"This policy does not ask “{key[:60] or 'a question without a key'}” at this point. Write it under "
				"Additional notes.",
			)


def _kept(row: Any, answer: str | None) -> dict[str, Any]:
	"""The stored row with the answer given: its own words and name stay."""
	return {**row.as_dict(no_nulls=True), "answer": answer or ""}


def _new(question: Question, answer: str | None) -> dict[str, Any]:
	return {
		"question_key": question.key,
		"question": question.question,
		"asked_at": question.asked_at,
		"options": "\n".join(question.options),
		"clause": question.clause,
		"reserved_to": "\n".join(question.reserved_to),
		"answer": answer or "",
	}
