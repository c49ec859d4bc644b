"""Stockport's Appendix Two (who escalated to whom, stage by stage) and Suffolk's Appendix 1 (boxes to tick)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safeguarding_escalation.services import policies, printing_people
from safeguarding_escalation.services import printing_rows as rows
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.printing_labels import APPENDIX_1, APPENDIX_TWO, labels, source
from safeguarding_escalation.services.printing_log import Line
from safeguarding_escalation.services.printing_stages import label
from safeguarding_escalation.services.printing_words import joined, london_day

INSERT = "insert name, role, agency"  # Appendix Two's own prompt
PRINTED_PAIRS = 3
OTHER_NATURE = 6  # the seventh of Appendix 1's boxes: "Other (Please state)"
STAGES_OF_THE_PROCESS = 5  # the form prints a sixth box, for which Suffolk's process has no stage (SU-A1)
LEAST_ACTIONS = 3


def appendix_two(case: LoadedCase, standing: Sequence[Line], record: dict[str, Any]) -> dict[str, Any]:
	"""Stockport Appendix Two: {title, standing, rows}.

	The template has pairs for three stages; what happened at Stage 4 goes in its last two boxes, or in a fourth
	pair where the policy asks for one (`print_stage_4_pair`, ST-A3).
	"""
	policy = source(case, APPENDIX_TWO)
	words = labels(policy)
	document = case.document
	resolution = record["resolution"]
	entered = rows.entries_by_stage(standing)
	fourth = bool(policies.policy(document.policy).print_stage_4_pair)
	later = [number for number in entered if number > PRINTED_PAIRS + fourth]
	pairs: list[dict[str, Any]] = []
	for number in range(1, PRINTED_PAIRS + fourth + 1):
		by, to = words[2:4] if number > PRINTED_PAIRS else words[2 * number : 2 * number + 2]
		by = by.replace("stage 1", f"stage {number}") if number > PRINTED_PAIRS else by
		pairs += _pair(case, entered, number, by, to)
	return {
		"part": APPENDIX_TWO.part,
		"title": policy.form_title,
		"standing": rows.standing_of(case),
		"rows": [
			rows.row(words[0], rows.names(record), warning=rows.warnings(record)),
			rows.row(words[1], rows.births(record)),
			*pairs,
			rows.row(words[8], london_day(document.started_at)),
			rows.row(words[9], _completed(case)),
			rows.row(
				words[10],
				resolution["summary"],
				*rows.resolution(case, record),
				("Stage of escalation at conclusion", rows.stage_of_resolution(case)),
				*((label(case, number), _taken_on(entered[number])) for number in later),
			),
			rows.row(
				words[11],
				document.dissatisfaction_remaining or "",
				*((f"Taken to {label(case, number)}", entered[number].note) for number in later),
			),
		],
	}


def _pair(case: LoadedCase, entered: dict[int, Line], number: int, by: str, to: str) -> list[dict[str, Any]]:
	"""Who escalated to whom at a stage, with the template's own prompt where that is not known."""
	entry = entered.get(number)
	if entry is None:
		skipped = f"Stage {number} not used" if any(later > number for later in entered) else ""
		return [rows.row(by, skipped, prompt=INSERT), rows.row(to, skipped, prompt=INSERT)]
	whom = entry.counterpart or (
		printing_people.contact_text(case.document.responding_lead) if number == 1 else ""
	)
	other = (
		case.document.raising_agency if entry.row.side == "responding" else case.document.responding_agency
	)
	return [
		rows.row(by, entry.who, prompt=INSERT, warning=entry.doubt),
		rows.row(to, whom or other or "", prompt=INSERT),
	]


def _taken_on(entry: Line) -> str:
	"""Who took the case to a stage for which the template has no pair, when and to whom."""
	return joined(
		entry.when, f"by {entry.who}", f"to {entry.counterpart}" if entry.counterpart else "", entry.doubt
	)


def _completed(case: LoadedCase) -> str:
	"""The day on which it was resolved; the record may be closed weeks later, when the actions were carried out."""
	resolved, completed = london_day(case.document.resolved_at), london_day(case.document.completed_at)
	state = (case.document.workflow_state or "Closed").lower()
	if not resolved or not completed:
		return resolved or completed
	return f"{resolved} ({state} {completed})"


def appendix_1(case: LoadedCase, record: dict[str, Any]) -> dict[str, Any]:
	"""Suffolk Appendix 1: {title, standing, label_* texts, stage_boxes, nature_boxes, actions, signatures, …}."""
	policy = source(case, APPENDIX_1)
	words = labels(policy)
	document = case.document
	boxes = words[6 : 6 + (policy.form_stage_boxes or len(words[6:12]))]
	said, resolution = record["disagreement"], record["resolution"]
	rest = {pair["label"]: pair["text"] for pair in resolution["rest"]}
	natures = _natures(case, words[13:20])
	given = rows.signed(case) or [rows.blank()]
	return {
		"part": APPENDIX_1.part,
		"title": policy.form_title,
		"standing": rows.standing_of(case),
		"name": rows.row(words[0], rows.names(record), warning=rows.warnings(record)),
		"birth": rows.row(words[1], rows.births(record)),
		"address": rows.row(words[2], addresses(case)),
		"plain": [
			rows.row(words[3], document.raising_agency or ""),
			rows.row(words[4], london_day(document.started_at)),
		],
		"stage": words[5],
		"stage_boxes": [
			_box(text, number == document.highest_stage and number <= STAGES_OF_THE_PROCESS)
			for number, text in enumerate(boxes, start=1)
		],
		"nature": words[12],
		"nature_boxes": natures,
		"nature_other": _other_natures(case, words[13:20]),
		"details": rows.row(
			words[20], said["dispute_summary"], *rows.dispute(record)[1:], *rows.views_of_agencies(record)
		),
		"outcome": rows.row(
			words[21],
			resolution["summary"],
			(f"{case.policy.chair_label}", rows.statements(record, "recommendations")),
			("How outstanding issues will be pursued", resolution["outstanding_issues_plan"]),
		),
		"columns": words[22:25],
		"actions": [*_actions(record), *_empty_actions(record)],
		"comments": rows.row(
			words[25], said["additional_notes"], ("Learning identified", rest.get("Learning identified", ""))
		),
		"signatures": [
			{
				"name": {"label": words[26], "text": joined(one["name"], one["agency"])},
				"date": {"label": words[27], "text": one["date"]},
				"role": {"label": words[28], "text": one["title"]},
				"how": one["how"],
			}
			for one in given
		],
	}


def addresses(case: LoadedCase) -> str:
	"""The address of each person who may be contacted, under the numbers of the names.

	A print leaves the system: the address of somebody who must not be contacted or copied in stays in it.
	"""
	return rows.numbered(
		[
			"Not printed: do not contact or copy in"
			if person.address and person.do_not_contact_or_copy
			else (person.address or "")
			for person in case.document.subjects
		]
	)


def _box(label: str, ticked: bool) -> dict[str, str]:
	return {"label": label, "ticked": "yes" if ticked else ""}


def _natures(case: LoadedCase, words: Sequence[str]) -> list[dict[str, str]]:
	"""The seven boxes; a nature of another board's policy ticks the last one."""
	chosen = {row.nature for row in case.document.nature}
	boxes = [_box(text, text in chosen) for text in words]
	if _other_natures(case, words):
		boxes[OTHER_NATURE]["ticked"] = "yes"
	return boxes


def _other_natures(case: LoadedCase, printed: Sequence[str]) -> str:
	"""What is stated beside "Other": the free text, and natures for which the form has no box."""
	other = [row.nature for row in case.document.nature if row.nature and row.nature not in printed]
	return joined(*other, case.document.nature_other, by="; ")


def _actions(record: dict[str, Any]) -> list[dict[str, str]]:
	return [
		{
			"action": joined(action["action"], action["outcome"], by="\n"),
			"by_whom": action["by_whom"],
			"date": f"Done {action['done_on']}"
			if action["done_on"]
			else joined("By", action["due_on"], by=" ")
			if action["due_on"]
			else "",
		}
		for action in record["actions"]
	]


def _empty_actions(record: dict[str, Any]) -> list[dict[str, str]]:
	"""Lines to write on, as the form has them."""
	return [{"action": "", "by_whom": "", "date": ""} for _ in range(LEAST_ACTIONS - len(record["actions"]))]
