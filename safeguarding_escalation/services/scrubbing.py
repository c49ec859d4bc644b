"""Takes redacted texts out of what the host keeps beside the case: versions, comments, mails, logs.

Rows that point at the case are searched for every text; the host's own logs, which point at nothing, only for texts
long enough to be told from an ordinary word. Backups and the server's binary log keep what they hold.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from email import message_from_string, policy
from typing import Any

import frappe
from frappe.utils import escape_html

from safeguarding_escalation.permissions import CASE_DOCTYPES
from safeguarding_escalation.references import REFERENCES

REDACTED = "[redacted]"
# Shorter texts are looked for in the rows of the case alone.
DISTINCTIVE = 4
# Columns that may hold a copy of what somebody typed, by the DocType.
OF_THE_CASE = {
	"Activity Log": ("subject", "content"),
	"Comment": ("subject", "content"),
	"Communication": ("subject", "content", "text_content"),
	"Notification Log": ("subject", "email_content"),
	"ToDo": ("description",),
	"Version": ("data",),
}
# Our own copies of a case's texts: the pieces of a subject access request, what was sent, what an adviser was asked.
OF_REQUESTS = {
	"Advice Request": ("question", "attached", "answer"),
	"Escalation Copy Text": ("body",),
	"Access Request Item": ("what", "text", "mentions", "reason", "redacted_text"),
}
OF_THE_SITE = {
	"Access Log": ("page", "filters", "columns"),
	"Data Import Log": ("exception", "messages"),
	"Deleted Document": ("data",),
	"Error Log": ("method", "error"),
	"Integration Request": ("data", "output", "error"),
	"Prepared Report": ("filters", "error_message"),
	"Scheduled Job Log": ("details",),
	"Submission Queue": ("exception",),
	"Webhook Request Log": ("data", "response", "error"),
}


def scrub(escalation: str, texts: Iterable[Any]) -> int:
	"""Replace each text, wherever it stands as whole words, by “[redacted]”; returns how many rows changed."""
	wanted = sorted(
		{str(text).strip() for text in texts if text and str(text).strip()}, key=len, reverse=True
	)
	if not wanted:
		return 0
	changed = _mails(escalation, wanted) + _previews(escalation)
	for doctype, columns in (*OF_THE_CASE.items(), *OF_REQUESTS.items()):
		changed += _scrub(doctype, columns, wanted, escalation)
	_drop_files(escalation)
	distinctive = [text for text in wanted if len(text) >= DISTINCTIVE]
	for doctype, columns in OF_THE_SITE.items():
		if distinctive and frappe.db.table_exists(doctype):
			changed += _scrub(doctype, columns, distinctive)
	return changed


def _drop_files(escalation: str) -> None:
	"""The files of copies whose text was redacted hold it still: they go; their digests stay."""
	table = frappe.qb.DocType("Escalation Copy Text")
	query = frappe.qb.update(table).set(table.file, "").where(table.escalation == escalation)
	query.where(table.body.like(f"%{REDACTED}%")).run()


def scrub_versions(escalation: str, row: str, cells: Iterable[str]) -> int:
	"""Empty what the case's versions hold of cells of the case or of a row of its form, earlier texts included."""
	table = frappe.qb.DocType("Version")
	query = frappe.qb.from_(table).select(table.name, table.data)
	changed = 0
	for name, data in query.where((table.ref_doctype == "Escalation") & (table.docname == escalation)).run():
		kept = json.loads(data or "{}")
		_empty_cells(kept, "" if row == escalation else row, set(cells))
		clean = frappe.as_json(kept)
		if clean != frappe.as_json(json.loads(data or "{}")):
			frappe.qb.update(table).set(table.data, clean).where(table.name == name).run()
			changed += 1
	return changed


def _empty_cells(version: dict[str, Any], row: str, cells: set[str]) -> None:
	"""`changed`: [field, old, new]; `row_changed`: [table, number, row, [[field, old, new]]]; `added`, `removed`: [table, row]."""
	changes = [] if row else list(version.get("changed") or [])
	for _table, _number, name, fields in version.get("row_changed") or []:
		changes += fields if row and name == row else []
	for change in changes:
		if change[0] in cells:
			change[1:] = [REDACTED if value else value for value in change[1:]]
	for _table, values in [*(version.get("added") or []), *(version.get("removed") or [])]:
		if row and values.get("name") == row:
			values.update({cell: REDACTED for cell in cells if values.get(cell)})


def _scrub(doctype: str, columns: Iterable[str], texts: list[str], escalation: str = "") -> int:
	table = frappe.qb.DocType(doctype)
	changed = 0
	for column in (column for column in columns if frappe.db.has_column(doctype, column)):
		for variant in _variants(texts):
			query = (
				frappe.qb.from_(table)
				.select(table.name, table[column])
				.where(table[column].like(_like(variant)))
			)
			if escalation:
				query = query.where(_points_at(table, doctype, escalation))
			for name, value in query.run():
				clean = _pattern([variant]).sub(REDACTED, value)
				if clean != value:
					frappe.qb.update(table).set(table[column], clean).where(table.name == name).run()
					changed += 1
	return changed


def _points_at(table: Any, doctype: str, escalation: str) -> Any:
	"""Rows about the case itself or about a row of it."""
	if doctype in OF_REQUESTS:
		return table.escalation == escalation
	kind, name = (table[field] for field in REFERENCES[doctype])
	condition = (kind == "Escalation") & (name == escalation)
	for other in CASE_DOCTYPES:
		if other != "Escalation":
			row = frappe.qb.DocType(other)
			column = row.parent if frappe.get_meta(other).istable else row.escalation
			of_case = frappe.qb.from_(row).select(row.name).where(column == escalation)
			condition |= (kind == other) & name.isin(of_case)
	return condition


def _previews(escalation: str) -> int:
	"""The beginnings of comments that the host keeps on the case's own row for its lists: shortened, so none is kept."""
	table = frappe.qb.DocType("Escalation")
	found = frappe.qb.from_(table).select(table["_comments"]).where(table.name == escalation).run(pluck=True)
	if not found or not found[0]:
		return 0
	previews = json.dumps([{**each, "comment": ""} for each in json.loads(found[0])])
	frappe.qb.update(table).set(table["_comments"], previews).where(table.name == escalation).run()
	return 1


def _mails(escalation: str, texts: list[str]) -> int:
	"""Queued mails of the case: encoded, so that each is read; one that holds a text keeps nothing of its body."""
	table = frappe.qb.DocType("Email Queue")
	query = frappe.qb.from_(table).select(table.name, table.message, table.status)
	changed = 0
	for row in query.where(table.reference_name == escalation).run(as_dict=True):
		if _pattern(_variants(texts)).search(_readable(row.message or "")):
			unsent = row.status in ("Not Sent", "Sending", "Partially Sent")
			update = frappe.qb.update(table).set(table.message, REDACTED)
			if unsent:
				update = update.set(table.status, "Error").set(table.error, "Redacted before it was sent")
			update.where(table.name == row.name).run()
			changed += 1
	return changed


def _readable(message: str) -> str:
	"""A mail's headers and texts, decoded."""
	parsed = message_from_string(message, policy=policy.default)
	parts = [str(parsed["subject"] or ""), message]
	for part in parsed.walk():
		if part.get_content_maintype() == "text":
			parts.append(str(part.get_content()))
	return "\n".join(parts)


def _variants(texts: Iterable[str]) -> list[str]:
	"""Each text as it is typed, and as it stands in JSON, in HTML and in a traceback."""
	found = []
	for text in texts:
		found += [
			text,
			json.dumps(text)[1:-1],
			json.dumps(text, ensure_ascii=False)[1:-1],
			repr(text)[1:-1],
			escape_html(text),
			html.escape(text),
			text.replace("'", "&#39;"),
		]
	return sorted(set(found), key=len, reverse=True)


def _pattern(variants: Iterable[str]) -> re.Pattern[str]:
	return re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in variants))


def _like(text: str) -> str:
	return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"
