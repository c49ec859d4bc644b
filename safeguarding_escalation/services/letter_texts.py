"""Ready-worded letters about a case, to be read, edited and sent by a person: chase, referral, confirmation, notice.

A letter is filled with reference, board, stage, clause and dates in London time. It never names the adult by itself:
what is taken from the case has the names in its identity fields replaced, and whoever writes to a party may give a name.
Nothing is saved or sent here; what was sent is kept by the register of copies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from safeguarding_escalation.engine.deadline_row import Deadline, first_due
from safeguarding_escalation.services import actors, identity, people, printing_people, times, views
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.services.text import line

CHASE, REFERRAL, CONFIRMATION, NOTICE = KINDS = ("chase", "referral", "confirmation", "notice")
SUBJECTS = {
	CHASE: "Escalation {reference}: your answer is overdue",
	REFERRAL: "Escalation {reference}: referral to you",
	CONFIRMATION: "Escalation {reference}: confirmation of the resolution",
	NOTICE: "Escalation {reference}: notice of escalation, {stage}",
}
_TOP = "{today}\n\nReference: {reference}\nBoard: {board}\nPolicy: {policy}{about}\n\nDear colleague,\n\n"
_END = (
	"\n\nPlease quote the reference, and answer by secure email only. If somebody is in danger now, ring 999.\n\n"
	"Yours sincerely\n\n{sender}"
)
WORDINGS = {
	CHASE: _TOP
	+ (
		"This escalation is at {stage}. {clock}{clause}: this was due {due} (London time) from {owed_by}, and no answer "
		"is recorded.\n\nPlease answer today, or tell me today by when you will and what stands in the way. The "
		"disagreement must not delay what keeps the adult safe."
	)
	+ _END,
	REFERRAL: _TOP
	+ (
		"I refer this escalation to you. It is at {stage}, and was not settled before.\n\nWhat is asked: {asked}\n\n"
		"{next}Please confirm that you have received this."
	)
	+ _END,
	CONFIRMATION: _TOP
	+ (
		"This confirms in writing that the disagreement was resolved{resolved}.\n\nWhat was agreed: {agreed}\n\n"
		"Please tell me at once if this is not what you agreed to."
	)
	+ _END,
	NOTICE: _TOP
	+ (
		"This is notice that the disagreement has been escalated. It reached {stage}{reached}.\n\n"
		"What is asked: {asked}\n\n{next}The record of the case is kept by the agencies concerned."
	)
	+ _END,
}
WRITE_HERE = "[write it here]"
# A board words a letter itself by a row of its policy's guidance with this topic and the letter's kind.
TOPIC = "letter: "
_PLACE = re.compile(r"\{(\w+)\}")


def letter(
	escalation: str,
	kind: str,
	clock: str | None = None,
	instance: str | None = None,
	name: str | None = None,
) -> dict[str, str]:
	"""One letter as {kind, subject, text}; see `api.copies.letter`. Raises BadInput for an unknown kind or clock."""
	if kind not in KINDS:
		refuse(BadInput, f"Letter: “{str(kind)[:40]}” is not one of {', '.join(KINDS)}.")
	case = loaded(escalation)
	values = _values(case, _deadline(case, kind, clock, instance), line(name, "Name"))
	if kind == CONFIRMATION and not case.document.resolved_at:
		refuse(BadInput, "This case is not resolved: there is nothing to confirm yet.")
	return {
		"kind": kind,
		"subject": _filled(SUBJECTS[kind], values),
		"text": _filled(wording(case, kind), values),
	}


def wording(case: LoadedCase, kind: str) -> str:
	"""The board's own wording of a letter, else the usual one."""
	own = (row.text for row in case.policy.guidance if row.topic.strip().casefold() == TOPIC + kind)
	return next(own, WORDINGS[kind])


def is_wording(topic: str) -> bool:
	"""Whether a row of guidance words a letter, and is no guidance to people."""
	return topic.strip().casefold().startswith(TOPIC)


def _filled(text: str, values: Mapping[str, str]) -> str:
	"""`text` with each known {place} filled; what is no place of ours stays as it is written, and runs nothing."""
	return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def _deadline(case: LoadedCase, kind: str, clock: str | None, instance: str | None) -> Deadline | None:
	"""The clock that the letter is about: the one named, for a chase else the one that is late for longest."""
	if clock:
		for found in case.deadlines:
			if found.clock == clock and (found.instance or "") == (instance or ""):
				return found
		refuse(BadInput, f"No clock “{str(clock)[:40]}” runs on this case.")
	late = [found for found in case.deadlines if found.status(case.now) == "overdue"]
	if kind == CHASE:
		if not late:
			refuse(BadInput, "Nothing is overdue in this case: there is nothing to chase.")
		return min(late, key=lambda found: found.due_at)
	return first_due(case.deadlines, case.now)


def _values(case: LoadedCase, deadline: Deadline | None, name: str) -> Mapping[str, str]:
	document = case.document
	row = views.deadline_row(case, deadline) if deadline else {}
	return {
		"today": times.show(case.now, with_time=False),
		"reference": document.reference or "",
		"board": printing_people.board_name(document.board),
		"policy": case.policy.title,
		"about": f"\nAbout: {name}" if name else "",
		"stage": document.stage_label or document.workflow_state or "",
		"clock": row.get("label", ""),
		"clause": f" (clause {row['clause']})" if row.get("clause") else "",
		"due": row.get("due", ""),
		"owed_by": row.get("owed_by_label", ""),
		"asked": _plain(case, document.outcome_sought),
		"agreed": _plain(case, document.resolution_summary),
		"resolved": _resolved(case),
		"reached": _reached(case),
		"next": f"By when: {row['due']} (London time): {row['label']}{_clause(row)}.\n\n" if row else "",
		"sender": _sender(case),
	}


def _clause(row: Mapping[str, str]) -> str:
	return f", clause {row['clause']}" if row.get("clause") else ""


def _plain(case: LoadedCase, text: Any) -> str:
	"""A text of the case without the names of its people; the place to write one where there is none."""
	return identity.without(text, identity.names_in(case.document)).strip() or WRITE_HERE


def _resolved(case: LoadedCase) -> str:
	at = times.show(times.aware(case.document.resolved_at))
	stage = case.policy.stage_label(case.document.stage_resolved) if case.document.stage_resolved else ""
	return "".join((f" on {at} (London time)" if at else "", f" at {stage}" if stage else ""))


def _reached(case: LoadedCase) -> str:
	since = case.case.stages_reached.get(case.case.stage)
	return f" on {times.show(since)} (London time)" if since else ""


def _sender(case: LoadedCase) -> str:
	"""Who writes: name, job title and agency, a line each."""
	person = actors.recorder(case)
	row = people.contact(person.contact)
	return "\n".join(filter(None, (person.name, (row.job_title if row else "") or "", person.agency)))
