"""A policy read back to the person who writes it: each row as a sentence, each term explained, each problem placed.

Works on a form that is not saved yet; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import frappe

from safeguarding_escalation.engine import EVENT_KINDS, PolicyData
from safeguarding_escalation.engine.alert_words import people_words
from safeguarding_escalation.engine.drafts import Draft, position_of, read_draft
from safeguarding_escalation.engine.policy_changes import row_words
from safeguarding_escalation.engine.policy_words import EFFECTS, GROUNDS, SKIP_RULES, need_words
from safeguarding_escalation.engine.schema import CAPACITIES, OWED_BY, SIDES, TABLES
from safeguarding_escalation.engine.schema_alerts import ALERT_RECIPIENTS
from safeguarding_escalation.engine.term_words import HAPPENS, clock_name, owers, term_words
from safeguarding_escalation.engine.terms import GRAMMAR
from safeguarding_escalation.engine.validator_words import (
	CONDITIONS,
	DATED_KINDS,
	ESCALATION_FIELDS,
	SENDERS,
	Problem,
)
from safeguarding_escalation.engine.wording import sentence
from safeguarding_escalation.services.errors import BadInput, refuse
from safeguarding_escalation.services.policy_diagram import draw, field_labels
from safeguarding_escalation.services.policy_mapping import DOCTYPES, HEADER, doc_to_dict, fieldname
from safeguarding_escalation.services.unpacking import unpacked

# The tables that are read back row by row.
READ_BACK = ("levels", "clocks", "alert_rungs", "moves", "records", "copy_rules", "closing_duties")
# The cells that hold terms or words of the vocabulary, and how one entry of them is said.
CELLS: Mapping[str, Mapping[str, str]] = {
	"clocks": {
		"trigger": "term",
		"fallback": "term",
		"stop": "term",
		"cancel": "term",
		"cap": "clock",
		"owed_by": "ower",
	},
	"alert_rungs": {"recipients": "recipient"},
	"records": {"needs": "need"},
	"copy_rules": {"event": "term", "sender": "ower"},
	"closing_duties": {"satisfied_by": "need", "owed_by": "ower"},
}
_OWERS: Mapping[str, str] = {
	"raising lead": "whoever leads for the raising agency",
	"responding lead": "whoever leads for the responding agency",
	"chair": "the board's Chair",
	"business manager": "the board's Business Manager",
	"action owner": "whoever agreed to do the action",
}
LARGEST = 1_000_000  # characters of a form; the largest shipped policy has a tenth of it


def read_back(values: str | Mapping[str, Any]) -> dict[str, Any]:
	"""A Board Policy's form as it stands, read back.

	`values` is the document as the form holds it, or its JSON. Answers `problems` [{table, row, field, sentence}] with
	`row` from 1 (None for the header), `words` {table: [sentence a row]}, `cells` {table: [{fieldname: [{text, words}]}
	a row]} and `diagram` as `policy_diagram.draw`. Raises BadInput for what is no document.
	"""
	draft = read_draft(doc_to_dict(_document(values)))
	policy = draft.policy
	return {
		"problems": placed(draft),
		"words": {
			table: [row_words(policy, table, row) for row in getattr(policy, table)] for table in READ_BACK
		},
		"cells": {table: [_cells(policy, table, row) for row in getattr(policy, table)] for table in CELLS},
		"diagram": draw(policy),
	}


def _document(values: str | Mapping[str, Any]) -> Any:
	if isinstance(values, str) and len(values) > LARGEST:
		refuse(BadInput, "This policy is too large to read.")
	read = unpacked(values)
	if not isinstance(read, Mapping):
		refuse(BadInput, "This is no policy.")
	rows = {
		table: [row for row in read.get(table) or () if isinstance(row, Mapping)]
		for table in TABLES
		if isinstance(read.get(table) or [], list)
	}
	return frappe._dict({**read, **{table: rows.get(table, []) for table in TABLES}})


def words_of(kind: str, text: str, values: str | Mapping[str, Any]) -> str:
	"""One entry of a cell as a sentence, by the policy that the form holds: `When Stage 2 starts.`

	`kind`: term, event, need, clock, owed_by, senders, capacities or conditions. Empty for what cannot be said better than
	it stands. Raises BadInput for what is no document.
	"""
	policy = read_draft(doc_to_dict(_document(values))).policy
	said = {"owed_by": "ower", "senders": "ower", "event": "term", "alert_recipients": "recipient"}.get(
		kind, kind
	)
	return sentence(_SAYS[said](policy, text)) if said in _SAYS and text.strip() else ""


def problems_of(document: Any) -> list[dict[str, Any]]:
	"""What is wrong with a Board Policy document, saved or not; shaped as in `read_back`, with `code`."""
	return placed(read_draft(doc_to_dict(document)))


def placed(draft: Draft) -> list[dict[str, Any]]:
	"""Each problem with its table, row and field as the form calls them, as one sentence."""
	meta = frappe.get_meta(HEADER)
	return [_placed(draft, problem, meta) for problem in draft.problems]


def _placed(draft: Draft, problem: Problem, meta: Any) -> dict[str, Any]:
	said = _plain(problem)
	if problem.table not in TABLES:
		field = fieldname(HEADER, problem.row)
		label = meta.get_label(field) if meta.has_field(field) else problem.row
		return {
			"code": problem.code,
			"table": "",
			"row": None,
			"field": field,
			"sentence": f"{label}: {said}",
		}
	position = position_of(draft, problem)
	row = None if position is None else position + 1
	where = meta.get_label(problem.table) + (f", row {row}" if row else "")
	name = problem.row if problem.table == "clocks" and "row" not in problem.row else ""
	where += f" ({name})" if name else ""
	return {
		"code": problem.code,
		"table": problem.table,
		"row": row,
		"field": problem.table,
		"sentence": f"{where}: {said}",
	}


def _plain(problem: Problem) -> str:
	"""The message without the name of its row, and without the grammar, which the form has a picker for."""
	said = problem.message
	for prefix in (f"Clock {problem.row}: ", f"{problem.row}: ", f"{problem.row}: "):
		said = said.removeprefix(prefix)
	said = said.replace(f"; write {GRAMMAR}.", "; choose one with “Add” below the cell.")
	return said[:1].lower() + said[1:] if said[:3] in ("The", "A c") else said


def _cells(policy: PolicyData, table: str, row: Any) -> dict[str, list[dict[str, str]]]:
	"""The entries of a row's cells, by the form's fieldname, each with what it says."""
	cells = {}
	for name, kind in CELLS[table].items():
		value = getattr(row, name)
		entries = list(value) if isinstance(value, tuple) else [part.strip() for part in value.split(",")]
		say = _SAYS[kind]
		cells[fieldname(DOCTYPES[table], name)] = [
			{"text": entry, "words": say(policy, entry)} for entry in entries if entry
		]
	return cells


def _need(policy: PolicyData, text: str) -> str:
	return need_words(policy, text, field_labels())


_SAYS: Mapping[str, Callable[[PolicyData, str], str]] = {
	"term": lambda policy, text: f"when {term_words(policy, text)}",
	"need": _need,
	"clock": lambda policy, text: f"never later than {clock_name(policy, text).rstrip(',')}",
	"ower": owers,
	"recipient": lambda policy, text: ", ".join(people_words(policy, (text,))),
}


def vocabulary() -> dict[str, Any]:
	"""The words that a policy's cells take, each with what it means: for the help panel and the pickers."""
	labels = field_labels()
	return {
		"events": [
			{
				"value": kind,
				"words": HAPPENS[kind].format(stage="the stage", chair="Chair"),
				"dated": kind in DATED_KINDS,
			}
			for kind in EVENT_KINDS
		],
		"filters": [
			{"value": "[two_way]", "words": "only a talk in both directions"},
			{"value": "[side=responding]", "words": f"only by one side: {', '.join(SIDES)}"},
			{"value": "[to=Business Manager]", "words": "only to this recipient"},
			{"value": "[same]", "words": "only for the same action, review or party as the start"},
		],
		"examples": [
			{"value": "stage_started 2", "words": "when Stage 2 starts"},
			{"value": "stage_started 3+", "words": "when Stage 3 or a later one starts"},
			{"value": "resolved", "words": "when it is resolved, at any stage"},
			{"value": "discussed 1 last [two_way]", "words": "the last talk at Stage 1, in both directions"},
			{"value": "expiry CLOCK", "words": "when the clock with that name falls due and is not met"},
		],
		"fields": sorted(
			({"value": name, "words": labels.get(name, name)} for name in ESCALATION_FIELDS),
			key=lambda row: row["words"],
		),
		"sides": list(SIDES),
		"capacities": list(CAPACITIES),
		"owed_by": [{"value": who, "words": _OWERS.get(who, who)} for who in OWED_BY],
		"alert_recipients": list(ALERT_RECIPIENTS),
		"senders": list(SENDERS),
		"conditions": [condition for condition in CONDITIONS if condition],
		"grounds": _pairs(GROUNDS),
		"skip_rules": _pairs(SKIP_RULES),
		"effects": _pairs(EFFECTS),
		"fieldnames": {
			table: {name: fieldname(DOCTYPES[table], name) for name in cells}
			for table, cells in CELLS.items()
		},
	}


def _pairs(known: Mapping[str, str]) -> list[dict[str, str]]:
	return [{"value": value, "words": said} for value, said in known.items()]


def label_of(table: str, name: str) -> str:
	"""What the form calls a field of a table's rows, or of the header where `table` is empty."""
	doctype = DOCTYPES.get(table, HEADER)
	field = fieldname(doctype, name)
	meta = frappe.get_meta(doctype)
	return meta.get_label(field) if meta.has_field(field) else name.replace("_", " ")


def sentences(problems: Iterable[Mapping[str, Any]]) -> list[str]:
	"""The sentences of problems."""
	return [problem["sentence"] for problem in problems]
