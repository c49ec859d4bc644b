"""Which cases a text, a row or a file is about: what the audit needs to know of an answer that leaves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import frappe
from pypika.terms import Criterion

from safeguarding_escalation.permissions import RECORDS, ROWS, SECRETS
from safeguarding_escalation.references import REFERENCES
from safeguarding_escalation.services.text import spellings

# A name is Frappe's hash of ten characters, or that of a page's key (services.raising).
_LENGTHS = (10, 20)
_REFERENCE = re.compile(r"(?<![0-9A-Za-z])[A-Z0-9][A-Z0-9-]{0,19}-\d{4}-\d{4,}(?![0-9A-Za-z])")
_NUMBERED = re.compile(r"-\d{4}-\d{4}")  # a reference has this, and few other texts do
# Everything that cannot be part of a name is a gap: splitting there costs a tenth of what a pattern does.
_GAPS = bytes(byte if chr(byte).isalnum() and byte < 128 else 32 for byte in range(256))
_CHUNK = 1000
# Our DocTypes whose rows are about a case, and the column that holds its name.
CASE_COLUMN = {
	"Escalation": "name",
	**dict.fromkeys((*RECORDS, *SECRETS), "escalation"),
	**dict.fromkeys(ROWS, "parent"),
	"Access Request Case": "escalation",
	"Access Request Item": "escalation",
}
IDENTITY = ("subject_name", "date_of_birth", "address", "local_reference")
# Shorter than this, a text of the adult's is found in any answer.
_TELLING = 3


def candidates(text: str) -> set[str]:
	"""Everything in `text` that has the form of a row's name."""
	words = set(text.encode("utf-8", "ignore").translate(_GAPS).split())
	return {word.decode() for word in words if len(word) in _LENGTHS and word == word.lower()}


def references_in(text: str) -> set[str]:
	"""Everything in `text` that has the form of a case's reference."""
	return set(_REFERENCE.findall(text)) if _NUMBERED.search(text) else set()


def stored(names: Collection[str], references: Collection[str] = ()) -> dict[str, str]:
	"""The cases that have one of these names or references: each name with its reference."""
	case = frappe.qb.DocType("Escalation")
	wanted = [case.name.isin(part) for part in _parts(names)]
	wanted += [case.reference.isin(part) for part in _parts(references)]
	if not wanted:
		return {}
	query = frappe.qb.from_(case).select(case.name, case.reference).where(Criterion.any(wanted))
	return {name: reference or "" for name, reference in query.run()}


def of_rows(doctype: str, names: Collection[str]) -> set[str]:
	"""The cases to which the rows `names` of one of our case DocTypes belong."""
	table = frappe.qb.DocType(doctype)
	found: set[str] = set()
	for part in _parts(names):
		query = frappe.qb.from_(table).select(table[CASE_COLUMN[doctype]]).where(table.name.isin(part))
		if doctype in ROWS:
			query = query.where(table.parenttype == "Escalation")
		found.update(query.run(pluck=True))
	return found - {None, ""}


def of_pointers(pointers: Iterable[tuple[str | None, str | None]]) -> set[str]:
	"""The cases that (DocType, name) pairs of Frappe's own rows point at, by the case or by one of its rows."""
	kinds: dict[str, set[str]] = {}
	for kind, name in pointers:
		if kind in CASE_COLUMN and name:
			kinds.setdefault(kind, set()).add(name)
	return {case for kind, names in kinds.items() for case in of_rows(kind, names)}


def of_rows_in(text: str, names: Collection[str]) -> set[str]:
	"""The cases of the rows `names`, of each DocType about cases that `text` names."""
	found: set[str] = set()
	for doctype in CASE_COLUMN:
		if doctype in text and doctype != "Escalation":
			found |= of_rows(doctype, names)
	for doctype, (kind, name) in REFERENCES.items():
		if doctype in text and names:
			table = frappe.qb.DocType(doctype)
			query = frappe.qb.from_(table).select(table[kind], table[name])
			found |= of_pointers(query.where(table.name.isin(list(names))).run())
	return found


def of_files(urls: Collection[str], names: Collection[str] = ()) -> dict[str, set[str]]:
	"""The File rows of cases with these addresses or names, each with its cases."""
	file = frappe.qb.DocType("File")
	conditions = [file.file_url.isin(urls)] if urls else []
	conditions += [file.name.isin(names)] if names else []
	if not conditions:
		return {}
	query = frappe.qb.from_(file).select(file.name, file.attached_to_doctype, file.attached_to_name)
	query = query.where(file.attached_to_doctype.isin(list(CASE_COLUMN))).where(Criterion.any(conditions))
	return {row[0]: of_pointers([row[1:]]) for row in query.run()}


def identified_in(text: str, cases: Collection[str]) -> set[str]:
	"""Those of `cases` of which `text` tells who the adult or child is: a name, a birth date, an address, a number."""
	subject = frappe.qb.DocType("Escalation Subject")
	found = set()
	for part in _parts(cases):
		query = frappe.qb.from_(subject).select(subject.parent, *(subject[field] for field in IDENTITY))
		for case, *values in query.where(subject.parent.isin(part)).run():
			if case not in found and any(_tells(text, value) for value in values):
				found.add(case)
	return found


def _tells(text: str, value: object) -> bool:
	plain = str(value or "").strip()
	return len(plain) >= _TELLING and any(form in text for form in spellings(plain))


def _parts(values: Collection[str]) -> Iterator[list[str]]:
	every = sorted(values)
	for start in range(0, len(every), _CHUNK):
		yield every[start : start + _CHUNK]
