"""Reports on live work as files: what the report shows its reader, of the cases that they may export, by the host's writers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import frappe
from frappe.desk.query_report import run

from safeguarding_escalation.services import audit, report_base, report_behind, simulation_tables
from safeguarding_escalation.services.unpacking import unpacked

REPORTS = (*report_behind.REPORTS, report_base.BEHIND)
KINDS = {"CSV": simulation_tables.CSV, "Excel": simulation_tables.XLSX}


def answer(report: str, given: Any, kind: str, rows: Any = None) -> None:
	"""Put the report into the response as a CSV or Excel file, to be saved.

	`rows`: the positions of the rows that the reader sees, all without it. Raises BadInput for another kind, and
	PermissionError for who may not open the report.
	"""
	frappe.flags.safeguarding_export = True
	try:
		found = run(report, filters=given)
	finally:
		frappe.flags.safeguarding_export = False
	rows_ = found["result"]
	shown = _positions(rows, len(rows_))
	for case in {rows_[number].get("escalation") for number in shown} - {None}:
		audit.note(case, "export", f"report {report}")
	table = _table(found["columns"], rows_, shown)
	file_kind = KINDS.get(kind, kind)
	frappe.response["filecontent"] = simulation_tables.file(table, file_kind, report[:31])
	frappe.response["filename"] = f"{frappe.scrub(report).replace('_', '-')}.{file_kind}"
	frappe.response["type"] = "binary"


def _table(columns: list[Any], rows: list[Any], shown: Collection[int]) -> list[list[Any]]:
	wanted = [column for column in columns if not column.get("hidden")]
	heads = [column["label"] for column in wanted]
	return [
		heads,
		*(
			[simulation_tables.safe(rows[number].get(column["fieldname"])) for column in wanted]
			for number in shown
		),
	]


def _positions(given: Any, length: int) -> Collection[int]:
	"""The rows that a reader chose by the filters above the columns, in their order; all where they chose none.

	An export may hold fewer rows than the screen, of which nothing can be chosen: then it holds all of its own.
	"""
	chosen = unpacked(given)
	if not isinstance(chosen, list) or not all(isinstance(one, int) for one in chosen):
		return range(length)
	return chosen if chosen and max(chosen) < length and len(set(chosen)) == len(chosen) else range(length)
