"""Which cells of a case's own rows hold a person, and what they become: texts and people go, everything else stays.

What may stay is listed; whatever is not listed goes, so that a field added later, by this app or by a site, is
emptied without anybody remembering it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import frappe
from frappe.model import table_fields

from safeguarding_escalation.engine.schema import CAPACITIES, SIDES
from safeguarding_escalation.services import log, sealing
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.rows import select

# Whole-number, date, time and choice fields are the figures. These hold what somebody typed or uploaded.
TEXTS = {
	"Attach", "Attach Image", "Autocomplete", "Barcode", "Code", "Data", "Dynamic Link", "Geolocation", "HTML Editor",
	"JSON", "Long Text", "Markdown Editor", "Password", "Phone", "Read Only", "Signature", "Small Text", "Text",
	"Text Editor",
}  # fmt: skip
# Links to what is no person.
KEPT_LINKS = {
	"Board Policy", "DocType", "Escalation", "Partner Agency", "Print Format", "Safeguarding Board", "Stage Log",
	"Workflow State",
}  # fmt: skip
# Texts that the app itself writes.
KEPT: dict[str, set[str]] = {
	"Escalation": {"reference", "stage_label", "next_owed_by"},
	"Escalation Copy": {"digest", "duty"},
	"Escalation Deadline": {"clock", "label", "kind", "owed_by", "capped_by", "policy", "clause"},
	"Escalation Alert": {"clock", "rung", "mail_state"},
	"Escalation Spell": {"board", "state", "came_from", "begins", "ends", "skipped", "ground"},
}
DATES_OF_PEOPLE = {"date_of_birth"}
# The host's own columns of what people did with the case.
HOST_COLUMNS = ("_comments", "_user_tags", "_assign", "_liked_by", "_seen")
RECORDS = (
	"Escalation Copy", "Escalation Copy Text", "Advice Request", "Escalation Deadline", "Escalation Alert",
	"Record Confirmation", "Response Link", "Escalation Spell",
)  # fmt: skip
OWNED = ("Stage Log", "Stage Log Note", "Stage Log Seal", "Escalation Access")
SUPERUSER = "Administrator"
# What the app itself writes: of a protective deadline, of an agreed action, of how the adult was involved, of what was
# considered, and which answers were taken away.
_CARRIED = re.compile(
	r"carried from stage \d+|Action \d+|(involvement: stage \d|capacity and advocacy)(, cleared: [a-z_, ]+)?"
)


@dataclass(frozen=True)
class Blank:
	"""One row whose cells change: column → what it becomes."""

	doctype: str
	name: str
	cells: dict[str, Any]


def matters(case: LoadedCase, kept: frozenset[str]) -> dict[str, str]:
	"""What stands in place of each matter that somebody typed into the log: numbered, so that clocks that run once a
	matter still run once a matter. "[redacted 1]" tells which entries belong together, and no more.
	"""
	typed = [row.relates_to for row in case.rows if row.relates_to and not is_known(row, "relates_to", kept)]
	fresh = [text for text in dict.fromkeys(typed) if not sealing.is_blank(text)]
	return {text: f"{sealing.TOMBSTONE} {number}]" for number, text in enumerate(fresh, start=1)}


def is_known(row: Any, cell: str, kept: frozenset[str]) -> bool:
	"""Whether a log row's cell holds no words of somebody's own: the policy's, a row's name, or what the app writes."""
	text = str(row[cell])
	if cell == "relates_to" and row.kind in (*log.RECORD_KINDS, log.BOARD_CHANGED):
		return True
	return text in kept or bool(_CARRIED.fullmatch(text))


def blanks(case: LoadedCase) -> list[Blank]:
	"""What changes in the case, the rows of its form, its copies, deadlines and alerts. Reads only."""
	kept = vocabulary(case)
	numbered = matters(case, kept)
	found = [_of_row(case.document, kept)]
	found += [_of_row(row, kept) for row in case.document.get_all_children()]
	for doctype in RECORDS:
		for number, row in enumerate(_records(doctype, case.name), start=1):
			found.append(_of_record(row, kept, number, numbered))
	return [blank for blank in found if blank.cells]


def vocabulary(case: LoadedCase) -> frozenset[str]:
	"""Texts that identify nobody: every word of the policies that the case ran under, agencies, and names of its rows."""
	found: set[str] = {*CAPACITIES, *SIDES}
	for _since, policy in case.history:
		found.update(_texts(policy.to_dict()))
	found |= {party.agency for party in case.case.all_parties()}
	found |= {row.name for row in case.rows} | {row.name for row in case.document.get_all_children()}
	return frozenset(filter(None, found))


def _texts(value: Any) -> Iterator[str]:
	if isinstance(value, str):
		yield value
		yield from (line.strip() for line in value.splitlines())
	elif isinstance(value, dict):
		for each in value.values():
			yield from _texts(each)
	elif isinstance(value, list | tuple):
		for each in value:
			yield from _texts(each)


def _records(doctype: str, escalation: str) -> Iterable[Any]:
	names = [row.name for row in select(doctype, ["name"], {"escalation": escalation}, order_by="creation")]
	return [frappe.get_doc(doctype, name) for name in names]


def _of_row(row: Any, kept: frozenset[str]) -> Blank:
	cells: dict[str, Any] = {}
	for field in row.meta.fields:
		if field.fieldtype in table_fields or getattr(field, "is_virtual", 0):
			continue
		value = row.get(field.fieldname)
		if value and _personal(row.doctype, field, value, kept):
			cells[field.fieldname] = None if field.fieldtype in ("Link", "Date", "JSON") else ""
	for column in HOST_COLUMNS if row.doctype == "Escalation" else ():
		if row.get(column) and row.get(column) != "[]":
			cells[column] = None
	for column in ("owner", "modified_by"):
		if row.get(column) != SUPERUSER:
			cells[column] = SUPERUSER
	return Blank(row.doctype, row.name, cells)


def _personal(doctype: str, field: Any, value: Any, kept: frozenset[str]) -> bool:
	if field.fieldname in DATES_OF_PEOPLE:
		return True
	if field.fieldtype == "Link":
		return field.options not in KEPT_LINKS
	if field.fieldtype not in TEXTS or field.fieldname in KEPT.get(doctype, ()):
		return False
	return str(value) not in kept and not (field.fieldname == "matter" and _CARRIED.fullmatch(str(value)))


def _of_record(row: Any, kept: frozenset[str], number: int, numbered: dict[str, str]) -> Blank:
	"""As a row of the form; parts of a key are numbered instead of emptied, so that they stay unique."""
	blank = _of_row(row, kept)
	if "instance" in blank.cells:
		instance = row.instance
		for text in sorted(numbered, key=len, reverse=True):
			instance = instance.replace(text, numbered[text])
		blank.cells["instance"] = instance
		if instance == row.instance:
			del blank.cells["instance"]  # a row, an agency, a side or a number
	if "recipient" in blank.cells and row.doctype == "Escalation Alert":
		blank.cells["recipient"] = f"recipient {number}"
	return blank


def disown(escalation: str) -> None:
	"""Take the accounts off the rows of the record as they stand: the host keeps who made a row beside what is chained."""
	for doctype in OWNED:
		table = frappe.qb.DocType(doctype)
		query = frappe.qb.update(table).set(table.owner, SUPERUSER).set(table.modified_by, SUPERUSER)
		query.where(table.escalation == escalation).run()


def write(found: Iterable[Blank]) -> None:
	"""Empty the cells, row by row, without a version and without touching `modified`."""
	for blank in found:
		table = frappe.qb.DocType(blank.doctype)
		query = frappe.qb.update(table).where(table.name == blank.name)
		for column, value in blank.cells.items():
			query = query.set(table[column], value)
		query.run()
		frappe.clear_document_cache(blank.doctype, blank.name)
