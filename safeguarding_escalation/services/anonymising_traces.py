"""What the host and other parts keep about a case outside its own rows: mails, comments, versions, logs, files.

Rows that point at the case go. Of logs, so do those that merely mention it or one of its people. What else on the
site holds one of the names is counted and left: another case of the same person, for example, is none of this one's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe

from safeguarding_escalation import compat, permissions
from safeguarding_escalation.services.rows import select
from safeguarding_escalation.services.subject_access import DOCTYPE as REQUEST
from safeguarding_escalation.services.subject_access import ITEM, TEXTS

OURS = "Safeguarding"
# Pairs of columns that point at a document as text; what is declared as a Dynamic Link is found by itself.
POINTERS = (
	("Access Log", "export_from", "reference_document"),
	("Activity Log", "reference_doctype", "reference_name"),
	("Comment", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Deleted Document", "deleted_doctype", "deleted_name"),
	("DocShare", "share_doctype", "share_name"),
	("Document Follow", "ref_doctype", "ref_docname"),
	("Email Queue", "reference_doctype", "reference_name"),
	("Energy Point Log", "reference_doctype", "reference_name"),
	("Error Log", "reference_doctype", "reference_name"),
	("Integration Request", "reference_doctype", "reference_docname"),
	("Milestone", "reference_type", "reference_name"),
	("Notification Log", "document_type", "document_name"),
	("Submission Queue", "ref_doctype", "ref_docname"),
	("Tag Link", "document_type", "document_name"),
	("ToDo", "reference_type", "reference_name"),
	("Version", "ref_doctype", "docname"),
	("View Log", "reference_doctype", "reference_name"),
	("Webhook Request Log", "reference_doctype", "reference_document"),
	("Workflow Action", "reference_doctype", "reference_name"),
)
# Logs: a row that mentions the case or its people is of no use that would outweigh them.
LOGS = (
	"Access Log", "Activity Log", "Console Log", "Deleted Document", "Email Queue", "Error Log", "Integration Request",
	"Notification Log", "Prepared Report", "Route History", "Scheduled Job Log", "Webhook Request Log",
)  # fmt: skip
_WORDS = {
	"Code",
	"Data",
	"HTML Editor",
	"JSON",
	"Long Text",
	"Small Text",
	"Text",
	"Text Editor",
	"Markdown Editor",
}
SHORTEST = 6  # letters of a name by which logs are searched: a shorter one stands in half of all rows


@dataclass
class Traces:
	"""Rows to delete, by DocType; File rows, whose bytes go too; how many rows elsewhere hold one of the names."""

	rows: dict[str, set[str]] = field(default_factory=dict)
	files: list[str] = field(default_factory=list)
	elsewhere: dict[str, int] = field(default_factory=dict)

	def add(self, doctype: str, names: Sequence[str]) -> None:
		if names:
			self.rows.setdefault(doctype, set()).update(names)


def people(document: Any) -> set[str]:
	"""The adults, children, representatives and family of a case, and their numbers in other records."""
	found = {document.get("counterparty_name")}
	for row in document.subjects:
		found |= {row.subject_name, row.representative_name, row.local_reference}
	return {" ".join(name.split()) for name in found if name}


def terms(document: Any) -> tuple[str, ...]:
	"""What to search logs for: the case's own name, and whole names that are long enough to be somebody's."""
	return (document.name, *sorted(name for name in people(document) if len(name) >= SHORTEST))


def find(document: Any, *, everywhere: bool = True) -> Traces:
	"""All traces of the case. `everywhere` also counts where else the names stand, which reads every table."""
	found = Traces()
	own = {"Escalation": [document.name]} | {
		doctype: frappe.get_all(doctype, {"escalation": document.name}, pluck="name")
		for doctype in (*permissions.RECORDS, *permissions.SECRETS)
	}
	for table in document.meta.get_table_fields():
		own.setdefault(table.options, []).extend(row.name for row in document.get(table.fieldname) or ())
	wanted = terms(document)
	_pointing(found, own)
	_second(found)
	for doctype in filter(_exists, LOGS):
		found.add(doctype, _holding(doctype, wanted))
	_requests(found, document.name)
	for end in (
		"escalation",
		"related_to",
	):  # "same adult" beside a case that still names the adult says who it was
		found.add(
			"Related Escalation", frappe.get_all("Related Escalation", {end: document.name}, pluck="name")
		)
	found.add("Escalation Access", frappe.get_all("Escalation Access", {"escalation": document.name, "active": 0}, pluck="name"))  # fmt: skip
	found.files = sorted(found.rows.pop("File", set()))
	if everywhere:
		found.elsewhere = dict(_elsewhere(found, own, wanted[1:]))
	return found


def _exists(doctype: str) -> bool:
	return bool(frappe.db.exists("DocType", doctype)) and frappe.db.table_exists(doctype)


def _pointing(found: Traces, own: dict[str, list[str]]) -> None:
	"""Rows that name the case, or a row of it, by DocType and name."""
	pairs = dict.fromkeys((*POINTERS, ("File", "attached_to_doctype", "attached_to_name"), *_dynamic()))
	for doctype, kind, name in pairs:
		if not _exists(doctype) or not {kind, name} <= set(frappe.db.get_table_columns(doctype)):
			continue
		for target, names in own.items():
			if not names:
				continue
			table = frappe.qb.DocType(doctype)
			query = frappe.qb.from_(table).where(table[kind] == target).where(table[name].isin(names))
			if doctype == "Communication Link":
				found.add("Communication", query.select(table.parent).run(pluck=True))
			found.add(doctype, query.select(table.name).run(pluck=True))


def _dynamic() -> Iterator[tuple[str, str, str]]:
	"""Every Dynamic Link of other modules' DocTypes, a site's own included: (DocType, column of the kind, of the name)."""
	for source, parent in (("DocField", "parent"), ("Custom Field", "dt")):
		rows = select(source, [parent, "fieldname", "options"], {"fieldtype": "Dynamic Link"})
		for row in rows:
			module, virtual = frappe.db.get_value("DocType", row[parent], ["module", "is_virtual"]) or (
				OURS,
				0,
			)
			if module != OURS and not virtual and row.options:
				yield row[parent], row.options, row.fieldname


def _second(found: Traces) -> None:
	"""What hangs on a message or comment of the case, its attachments and its mails; tags that nothing else has."""
	for doctype in ("Communication", "Comment"):
		names = sorted(found.rows.get(doctype, ()))
		if not names:
			continue
		for target, kind, name in (
			("File", "attached_to_doctype", "attached_to_name"), ("Email Queue", "reference_doctype", "reference_name"),
			("Notification Log", "document_type", "document_name"), ("Comment", "reference_doctype", "reference_name"),
		):  # fmt: skip
			found.add(target, frappe.get_all(target, {kind: doctype, name: ("in", names)}, pluck="name"))
	links = sorted(found.rows.get("Tag Link", ()))
	if links:
		tags = set(frappe.get_all("Tag Link", {"name": ("in", links)}, pluck="tag"))
		used = frappe.get_all(
			"Tag Link", {"tag": ("in", sorted(tags)), "name": ("not in", links)}, pluck="tag"
		)
		found.add("Tag", sorted(tags - set(used)))
	mails = sorted(found.rows.get("Communication", ()))
	if mails and "communication" in frappe.db.get_table_columns("Email Queue"):
		found.add(
			"Email Queue", frappe.get_all("Email Queue", {"communication": ("in", mails)}, pluck="name")
		)


def _requests(found: Traces, escalation: str) -> None:
	"""Pieces gathered for subject access requests, and what was attached to those requests."""
	found.add(ITEM, frappe.get_all(ITEM, {"escalation": escalation}, pluck="name"))
	requests = frappe.get_all("Access Request Case", {"escalation": escalation}, pluck="parent")
	if requests:
		where = {"attached_to_doctype": REQUEST, "attached_to_name": ("in", requests)}
		found.add("File", frappe.get_all("File", where, pluck="name"))


def _holding(doctype: str, wanted: Sequence[str]) -> list[str]:
	"""The rows of a DocType in which one of the texts stands, in any column of text."""
	columns = [each.fieldname for each in frappe.get_meta(doctype).fields if each.fieldtype in _WORDS and not getattr(each, "is_virtual", 0)]  # fmt: skip
	columns = [column for column in columns if column in frappe.db.get_table_columns(doctype)]
	if not columns or not wanted:
		return []
	table = frappe.qb.DocType(doctype)
	condition = None
	for column in columns:
		for text in wanted:
			this = table[column].like(f"%{_escaped(text)}%")
			condition = this if condition is None else condition | this
	return frappe.qb.from_(table).select(table.name).where(condition).run(pluck=True)


def _escaped(text: str) -> str:
	for special in ("\\", "%", "_"):
		text = text.replace(special, f"\\{special}")
	return text


def _elsewhere(found: Traces, own: dict[str, list[str]], names: Sequence[str]) -> Iterator[tuple[str, int]]:
	gone = {**found.rows, "File": set(found.files)}
	for doctype in frappe.get_all("DocType", {"issingle": 0, "is_virtual": 0}, pluck="name", order_by="name"):
		if not frappe.db.table_exists(doctype):
			continue
		holding = set(_holding(doctype, names)) - gone.get(doctype, set()) - set(own.get(doctype, ()))
		if holding:
			yield doctype, len(holding)


def delete(found: Traces, escalation: str, wanted: Sequence[str]) -> None:
	"""Delete the rows with their child rows, and what the host keeps outside DocTypes: its search and people's filters."""
	for doctype, names in found.rows.items():
		for table in frappe.get_meta(doctype).get_table_fields():
			frappe.db.delete(table.options, {"parenttype": doctype, "parent": ("in", sorted(names))})
		frappe.db.delete(doctype, {"name": ("in", sorted(names))})
	search = frappe.qb.Table("__global_search")
	for doctype in permissions.CASE_DOCTYPES:
		frappe.qb.from_(search).delete().where(
			(search.doctype == doctype) & (search.name == escalation)
		).run()
	settings = frappe.qb.Table("__UserSettings")
	for text in wanted:
		frappe.qb.from_(settings).delete().where(settings.data.like(f"%{_escaped(text)}%")).run()
	compat.forget_user_settings(wanted)


def delete_files(names: Sequence[str]) -> list[Any]:
	"""Delete File rows; returns the files whose bytes nobody else's row shares, for `delete_bytes`."""
	files = [frappe.get_doc("File", name) for name in names]
	if names:
		frappe.db.delete("File", {"name": ("in", list(names))})
	alone = [file for file in files if file.file_url and not file.is_folder]
	return [file for file in alone if not frappe.db.exists("File", {"file_url": file.file_url})]


def delete_bytes(files: Sequence[Any]) -> None:
	"""Take the bytes from the disk once the transaction is committed: a rollback must not lose them.

	The last thing that a run does: what is registered here is not undone by a savepoint.
	"""
	for file in files:
		frappe.db.after_commit.add(file.delete_file_data_content)


def forget_requests(escalation: str) -> int:
	"""Take whom and what it was about out of the access requests that cover no case but anonymised ones."""
	changed = 0
	for request in set(frappe.get_all("Access Request Case", {"escalation": escalation}, pluck="parent")):
		cases = frappe.get_all("Access Request Case", {"parent": request}, pluck="escalation")
		open_ones = frappe.db.count("Escalation", {"name": ("in", cases), "anonymised_at": ("is", "not set")})
		if open_ones:
			continue
		frappe.db.set_value(REQUEST, request, dict.fromkeys(TEXTS, ""))
		changed += 1
	return changed
