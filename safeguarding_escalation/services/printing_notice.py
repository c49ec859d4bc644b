"""The Escalation Notice: one page that tells somebody that a case has come to a stage, and names no adult.

It is the copy that goes furthest (Stockport 5: a copy of each escalation notice to the Business Manager), so it keeps
to what decisions 7 and 8 let out of the system: reference, board, stage, who to whom, what the policy now asks for,
by when. Nothing that somebody typed about the case is in it: not the summary, not the outcome sought, no note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from safeguarding_escalation.engine.contacting import ALL, SOME
from safeguarding_escalation.engine.deadline_row import RUNNING
from safeguarding_escalation.services import facts, printing_clocks, printing_people, views
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_log import Line
from safeguarding_escalation.services.printing_rows import entries_by_stage
from safeguarding_escalation.services.printing_stages import between, label
from safeguarding_escalation.services.printing_words import joined, moment, pairs, yes_no

MARKING = (
	"CONFIDENTIAL: about a safeguarding disagreement. This notice names no adult. Send it by secure means, and only "
	"to those who are to be told."
)
ELSEWHERE = (
	"What the disagreement is about, the reasons and the outcome sought are in the record of the case under the "
	"reference above. They are left out here, so that the notice names no adult; ask the sender for them by secure means."
)
WITHHELD = "[name withheld]"


def notice(case: LoadedCase, standing: Sequence[Line]) -> dict[str, Any]:
	"""The notice of the stage reached: {marking, rows, asked, asked_by_when, elsewhere}."""
	document = case.document
	number = document.current_stage or 0
	entry = entries_by_stage(standing).get(number)
	board = printing_people.board_name(document.board)
	is_open = _is_open(case)
	rows = pairs(
		("Reference", document.reference),
		("Board", board),
		("Policy", joined(case.policy.title, case.policy.edition, by=" – ")),
		(
			"Stage reached",
			label(case, number, document.current_level or "") or "No stage has been entered yet",
		),
		("Since", entry.when if entry else ""),
		("State", "" if is_open else document.workflow_state),
		("Escalated by", _by(case, entry)),
		("Escalated to", _to(case, entry)),
		("Agency that raised it", document.raising_agency),
		("Agency that it is raised with", _other_side(case)),
		("What is challenged", document.challenge_type),
		("Area of disagreement", "\n".join(_natures(case))),
		("Immediate risk of significant harm", yes_no(document.immediate_risk, always=True)),
		("Must be settled by, to keep the person safe", moment(document.safe_by)),
		("Timescale that protects the adult from harm", moment(document.protective_deadline)),
		("Agreed timescale", moment(document.agreed_timescale)),
		("Not to be sent to", _not_to(case)),
	)
	names = _names(case)
	return {
		"marking": MARKING,
		"rows": [{"label": row["label"], "text": _withheld(row["text"], names)} for row in rows],
		"asked": _withheld(_asked(case, number), names),
		"clocks": _clocks(case),
		"elsewhere": ELSEWHERE,
	}


def _not_to(case: LoadedCase) -> str:
	"""Whom the case says not to contact or copy in, without a name."""
	who = {
		ALL: "The adult, child or family concerned, and their representatives",
		SOME: "Some of the people concerned, and their representatives: see the record of the case",
	}.get(case.case.do_not_contact)
	return f"{who}. The case says not to contact or copy them in." if who else ""


def _is_open(case: LoadedCase) -> bool:
	return (case.document.workflow_state or "").startswith("Stage ")


def _by(case: LoadedCase, entry: Line | None) -> str:
	if entry is None:
		return printing_people.contact_text(case.document.raised_by)
	return joined(entry.who, entry.whose_word, by="\n")


def _to(case: LoadedCase, entry: Line | None) -> str:
	if case.case.family:
		return facts.FAMILY
	if entry is not None and entry.counterpart:
		return entry.counterpart
	first = entry is None or int(entry.row.stage or 1) == 1
	lead = printing_people.contact_text(case.document.responding_lead) if first else ""
	return lead or case.document.responding_agency or ""


def _other_side(case: LoadedCase) -> str:
	return facts.FAMILY if case.case.family else case.document.responding_agency or ""


def _natures(case: LoadedCase) -> list[str]:
	"""The areas that the policy itself names; what somebody wrote in their place may name the adult."""
	known = {nature.label for nature in case.policy.natures}
	return [row.nature for row in case.document.nature if row.nature in known]


def _asked(case: LoadedCase, number: int) -> str:
	"""What the policy expects at the stage, in one sentence."""
	if not _is_open(case):
		return "Nothing further is asked at present."
	whom = between(case, number)
	return f"To settle the disagreement at {label(case, number)}{f': {whom}' if whom else ''}."


def _clocks(case: LoadedCase) -> list[dict[str, str]]:
	"""What the policy asks for next, soonest first; a local target is nobody else's business (decision 14)."""
	running = [
		row for row in case.deadlines if row.kind != "local target" and row.status(case.now) in RUNNING
	]
	return [
		{
			"due": shown["due"],
			"what": printing_clocks.named(row),
			"owed_by": shown["owed_by_label"],
			"state": shown["status_label"],
		}
		for row in sorted(running, key=lambda row: row.due_at)
		for shown in (views.deadline_row(case, row),)
	]


def _names(case: LoadedCase) -> list[str]:
	"""The full names of the adults, children and their representatives."""
	people = case.document.subjects
	found = {
		name.strip()
		for person in people
		for name in (person.subject_name, person.representative_name)
		if name
	}
	return sorted(found - {""}, key=len, reverse=True)


def _withheld(text: str, names: Sequence[str]) -> str:
	"""`text` without the names: somebody may be entered as a contact who is also the adult's representative."""
	for name in names:
		text = re.sub(re.escape(name), WITHHELD, text, flags=re.IGNORECASE)
	return text
