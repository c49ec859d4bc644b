"""What Frappe's own Export button of a report calls: reports on live work are made from what their reader may export.

hooks.py puts this in the place of Frappe's function of the same name (`override_whitelisted_methods`). The host asks for
the right to export the DocType, which nobody has of escalations: it would open every field to it. Our reports hold none of
them but reference, stage, agencies and dates.
"""

from __future__ import annotations

from typing import Any

import frappe

from safeguarding_escalation.services import guard, report_export


@frappe.whitelist()
def export_query(
	report_name: str | None = None,
	filters: Any = None,
	file_format_type: str = "CSV",
	visible_idx: Any = None,
	**further: Any,
) -> None:
	"""A report as a file (CSV, Excel). Of our reports on live work: the rows of cases that the caller may export.

	Raises BadInput (417) for another kind of file, NotYours (403) for who may list no case.
	"""
	if report_name not in report_export.REPORTS:
		frappe.call(frappe.get_attr("frappe.desk.query_report.export_query"))
		return
	guard.listable()
	report_export.answer(report_name, frappe.parse_json(filters or "{}"), file_format_type, visible_idx)
