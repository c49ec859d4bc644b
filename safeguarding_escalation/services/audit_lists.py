"""Which cases a permissioned list query gave, also where the rows that it gave name none.

Every list, search, report and single value that Frappe reads for a user carries the condition of our permission
hooks, and that carries a mark. A request's database handle is watched for the mark (as Frappe's own recorder does it),
so no function that reads need be known by name, and leaving the name out of the columns hides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation import compat
from safeguarding_escalation.permissions import MARK
from safeguarding_escalation.references import REFERENCES
from safeguarding_escalation.services import audit_cases
from safeguarding_escalation.services.audit_cases import CASE_COLUMN

_SELECT = re.compile(
	r"\s*select\s+(?P<columns>.*?)\s+(?P<rest>from\s+[`\"]tab(?P<table>[^`\"]+).*)", re.I | re.S
)
# How later releases of version 15 count the rows of a list: no further than to a number, by a query around the list's.
# Version 16 also gives that query little time.
_COUNTED = re.compile(
	r"\s*(?:set statement max_statement_time=\S+ for\s+)?select\s+count\(\*\)\s+from\s*\((?P<counted>.*)\)\s*\w+\s*",
	re.I | re.S,
)
_FIGURE = re.compile(r"(?:count|sum|avg)\([^()]*\)(?:\s+as\s+\S+)?", re.I)
_COLUMN = re.compile(r"(?:[`\"]tab[^`\"]+[`\"]\.)?[`\"]?(?P<field>\w+)[`\"]?(?:\s+as\s+\S+)?", re.I)
_TAIL = re.compile(r"\s(?:group by|order by|limit)\s.*", re.I | re.S)
_GROUPED = re.compile(r"\sgroup by\s", re.I)
# Grouped by one of these, rows are counted and not told.
_COUNTABLE = ("Link", "Select", "Check", "Int", "Date", "Datetime")


@dataclass
class Listed:
	"""One list query that was run: its text, and the names that it gave (None where it gave no names)."""

	doctype: str
	query: str
	values: Any
	names: set[str] | None


def watch() -> None:
	"""Watch the request's database handle from here on."""
	if frappe.db is None:
		return
	frappe.local.safeguarding_listed = None
	run = frappe.local.db.sql

	def sql(query: Any, *args: Any, **kwargs: Any) -> Any:
		result = run(query, *args, **kwargs)
		marks = MARK.findall(query) if isinstance(query, str) else None
		if marks and kwargs.get("run", True) and result:
			_keep(marks, query, args[0] if args else kwargs.get("values"), result)
		return result

	frappe.local.db.sql = sql


def listed() -> list[Listed]:
	"""What this request has listed; to be added to."""
	if getattr(frappe.local, "safeguarding_listed", None) is None:
		frappe.local.safeguarding_listed = []
	return frappe.local.safeguarding_listed


@contextmanager
def only_counted() -> Iterator[None]:
	"""What is listed inside is only counted: the answer tells a number, and which cases it counts stays here."""
	before = len(listed())
	yield
	del listed()[before:]


def _keep(marks: list[str], query: str, values: Any, result: Any) -> None:
	counted = _COUNTED.fullmatch(query)
	parts = _SELECT.match(counted["counted"] if counted else query)
	columns, table = (parts.group("columns"), parts.group("table")) if parts else ("", "")
	# A query that joins a linked document carries a mark for that too.
	doctype = table if table in marks else marks[0]
	if doctype in CASE_COLUMN and _is_figures(doctype, columns):
		return
	if counted and (doctype in CASE_COLUMN or doctype in REFERENCES):
		return
	names = _names(doctype, columns, result) if doctype in CASE_COLUMN else None
	listed().append(Listed(doctype, query, values, names))


def _names(doctype: str, columns: str, result: Any) -> set[str] | None:
	"""The cases that the rows name; None where the column is not selected under its own name."""
	wanted = CASE_COLUMN[doctype]
	if not isinstance(result, list | tuple) or not isinstance(result[0], dict) or wanted not in result[0]:
		return None
	if re.search(rf"\sas\s+\W?{wanted}\b", columns, re.I):  # another column in its place
		return None
	return {row[wanted] for row in result} - {None}


def _is_figures(doctype: str, columns: str) -> bool:
	"""Whether only counts and sums were read, of all rows or by a field that tells nobody's words."""
	items = [item.strip() for item in columns.split(",")]
	others = [_COLUMN.fullmatch(item) for item in items if not _FIGURE.fullmatch(item)]
	if len(others) == len(items) or not all(others):
		return False
	meta = frappe.get_meta(doctype)
	fields = [meta.get_field(match.group("field")) for match in others if match]
	return all(field is not None and field.fieldtype in _COUNTABLE for field in fields)


def cases_of(each: Listed) -> set[str]:
	"""The cases that a list query was about: the rows that it gave, asked again by their case alone."""
	if each.names is not None:
		return each.names
	if each.doctype in REFERENCES:
		kind, name = REFERENCES[each.doctype]
		return audit_cases.of_pointers(_again(each, [kind, name]))
	if each.doctype in CASE_COLUMN:
		return {row[0] for row in _again(each, [CASE_COLUMN[each.doctype]])} - {None}
	return set()


def _again(each: Listed, columns: Collection[str]) -> list[tuple[Any, ...]]:
	"""The same rows with further columns, of which it returns these; all rows of the groups where it was grouped."""
	parts = _SELECT.match(each.query)
	if parts is None:
		raise ValueError("A list query has a form that the audit does not know")
	quote = compat.quote_char()
	wanted = ", ".join(f"{quote}tab{each.doctype}{quote}.{quote}{column}{quote}" for column in columns)
	given, rest = f"{parts.group('columns')}, ", MARK.sub("", parts.group("rest"))
	if _GROUPED.search(rest):
		given, rest = "", _TAIL.sub("", rest)
	values = [each.values] if each.values else []
	rows = frappe.db.sql(f"select {given}{wanted} {rest}", *values)
	return [tuple(row)[-len(columns) :] for row in rows]
