"""Who the adult is stays in the case's own fields: not in versions, lists of comments, file names or automatic texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

import frappe

# What says who somebody is, or where to find them, by the DocType that holds it.
FIELDS: dict[str, tuple[str, ...]] = {
	"Escalation": ("counterparty_name", "counterparty_relation", "other_references", "police_reference"),
	"Escalation Subject": (
		"subject_name", "date_of_birth", "address", "local_reference", "representative_name",
		"representative_role", "do_not_contact_reason",
	),
	"Escalation Party": ("own_record_reference",),
}  # fmt: skip
# What of it are names, which people also write into other fields.
NAMES = (
	("Escalation Subject", ("subject_name", "representative_name")),
	("Escalation", ("counterparty_name",)),
)
# Typed by people, and taken over by lists, mails, returns or the log.
BEYOND = (
	"theme", "learning", "policy_gap", "not_resolved_earlier", "nature_other", "told_whom", "raising_team",
	"responding_team",
)  # fmt: skip
CHANGED, NOT_SHOWN = "(changed)", "(not shown)"
ADULT = "the adult"
SHORTEST = 3  # letters of a part of a name that is worth finding


def names(escalation: str) -> tuple[str, ...]:
	"""The full names in a case's identity fields, as stored; the longest first."""
	found: set[str] = set()
	for doctype, fields in NAMES:
		key = "name" if doctype == "Escalation" else "parent"
		for row in frappe.get_all(doctype, {key: escalation}, list(fields)):
			found.update(_names(row[field] for field in fields))
	return _longest_first(found)


def names_in(document: Any) -> tuple[str, ...]:
	"""The full names in an Escalation's document, which may be about to be saved; the longest first."""
	rows = [(document, NAMES[1][1]), *((row, NAMES[0][1]) for row in document.get("subjects") or ())]
	return _longest_first(
		{name for row, fields in rows for name in _names(row.get(field) for field in fields)}
	)


def _names(values: Iterable[Any]) -> list[str]:
	return [" ".join(str(value).split()) for value in values if value and len(str(value).strip()) >= SHORTEST]


def _longest_first(found: set[str]) -> tuple[str, ...]:
	return tuple(sorted(found, key=lambda name: (-len(name), name)))


def without(text: Any, known: Sequence[str]) -> str:
	"""`text` with each full name, in either order and any letters, and each surname as written, as "the adult"."""
	result = str(text or "")
	for name in known:
		for pattern in _full(name):
			result = pattern.sub(ADULT, result)
	for name in known:
		surname = name.rpartition(" ")[2]
		if " " in name and len(surname) >= SHORTEST:
			result = re.sub(rf"\b{re.escape(surname)}\b", ADULT, result)
	return result


def _full(name: str) -> list[re.Pattern[str]]:
	parts = [re.escape(part) for part in name.split()]
	orders = [r"\s+".join(parts)]
	if len(parts) > 1:
		orders.append(rf"{parts[-1]},?\s+" + r"\s+".join(parts[:-1]))
	return [re.compile(rf"(?<!\w){order}(?!\w)", re.IGNORECASE) for order in orders]


def named(text: Any, known: Sequence[str]) -> bool:
	"""Whether `text` names somebody of `known`: in full, or by any part of the name as it is written."""
	written = str(text or "")
	if without(written, known) != written:
		return True
	parts = {part for name in known for part in name.split() if len(part) >= SHORTEST}
	return any(re.search(rf"\b{re.escape(part)}\b", written) for part in parts if part[0].isupper())


def warn(known: Sequence[str], texts: Iterable[tuple[str, Any]]) -> None:
	"""Tell the user, without refusing anything, which of the labelled texts name somebody of the case.

	For what leaves the case's own fields: the log keeps it for good, returns and lists show it.
	"""
	found = [label for label, text in texts if text and named(text, known)]
	if found:
		frappe.msgprint(
			f"{', '.join(found)}: this names a person of the case, and is kept or shown outside it. "
			f"Write “{ADULT}” or initials instead.",
			title="A name outside the case",
			indicator="orange",
		)


def warn_of_fields(document: Any, before: Any | None) -> None:
	"""`warn` of the fields of a saved Escalation that lists, returns and the log take over, where they changed."""
	changed = [field for field in BEYOND if document.get(field) != (before.get(field) if before else None)]
	warn(names_in(document), [(document.meta.get_label(field), document.get(field)) for field in changed])


def mask_version(version: Any, method: str | None = None) -> None:
	"""Version, before_insert: that a field of identity changed is kept, what it held is not.

	Frappe shows versions to everybody who may see the case and keeps them for ever; free text keeps what was
	changed, without the names that it may hold.
	"""
	if version.ref_doctype == "Escalation" and version.data:
		version.data = masked(version.data, version.docname)


def masked(data: str, escalation: str) -> str:
	"""A version's JSON without identity; unchanged where there is none."""
	try:
		diff = json.loads(data)
	except ValueError:
		return data
	if not isinstance(diff, dict):
		return data
	known = _longest_first(set(names(escalation)) | _names_of(diff))
	_mask_changes(diff.get("changed"), "Escalation", known)
	for table, _index, _name, changes in diff.get("row_changed") or ():
		_mask_changes(changes, _rows_of(table), known)
	for part in ("added", "removed"):
		for table, row in diff.get(part) or ():
			_mask_row(row, _rows_of(table), known)
	return json.dumps(diff, separators=(",", ":"), ensure_ascii=False)


def _rows_of(table: str) -> str:
	field = frappe.get_meta("Escalation").get_field(table)
	return field.options if field else ""


def _names_of(diff: dict[str, Any]) -> set[str]:
	"""Names that the version itself tells: those that have just been taken out of the case are stored nowhere else."""
	found: list[Any] = []
	wanted = {field for _, fields in NAMES for field in fields}
	changes = [
		*(diff.get("changed") or ()),
		*(row for part in diff.get("row_changed") or () for row in part[3]),
	]
	for field, old, new in changes:
		found += [old, new] if field in wanted else []
	for part in ("added", "removed"):
		for _table, row in diff.get(part) or ():
			found += [row.get(field) for field in wanted]
	return set(_names(found))


def _mask_changes(changes: Any, doctype: str, known: Sequence[str]) -> None:
	for change in changes or ():
		field, old, new = change
		if field in FIELDS.get(doctype, ()):
			change[1:] = [old and NOT_SHOWN, CHANGED if new else new]
		else:
			change[1:] = [_without(old, known), _without(new, known)]


def _mask_row(row: dict[str, Any], doctype: str, known: Sequence[str]) -> None:
	for field, value in row.items():
		if field in FIELDS.get(doctype, ()):
			row[field] = value and NOT_SHOWN
		elif field not in ("name", "parent", "parenttype", "parentfield", "doctype", "owner", "modified_by"):
			row[field] = _without(value, known)


def _without(value: Any, known: Sequence[str]) -> Any:
	return without(value, known) if isinstance(value, str) else value


def keep_comments_out_of_lists(comment: Any, method: str | None = None) -> None:
	"""Comment, on_update: Frappe copies what people wrote into a column that every list of cases can show."""
	if comment.reference_doctype == "Escalation" and comment.comment_type == "Comment":
		clear_comments(comment.reference_name)


def clear_comments(escalation: str) -> None:
	"""Leave in the column who commented, and how often."""
	stored = frappe.db.get_value("Escalation", escalation, "_comments")
	cleared = json.dumps([{**entry, "comment": ""} for entry in json.loads(stored or "[]")])
	if stored and stored != cleared:
		frappe.db.set_value("Escalation", escalation, "_comments", cleared, update_modified=False)
