"""Frappe's own figures, groups and connections, which ask no permission of a row: for guarded DocTypes they do here.

hooks.py puts these in the place of Frappe's functions of the same names (`override_whitelisted_methods`), as those in
`lookups.py`. Where Frappe's own function can be told which rows to look at, it is told; the rest is refused.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import frappe
import frappe.desk.form.linked_with
import frappe.desk.listview

from safeguarding_escalation.api.lookups import GUARDED
from safeguarding_escalation.permissions import ROWS
from safeguarding_escalation.services.errors import BadInput, NotYours, refuse

_NO_FIGURES = "Frappe makes no such figures of cases. Use the reports of the Safeguarding workspace."


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: Any, field: str) -> list[dict[str, Any]]:
	"""A list's "Group By": of a guarded DocType, over the rows that the user may list."""
	filters = frappe.parse_json(current_filters)
	if doctype in GUARDED:
		filters = [[doctype, "name", "in", _listed(doctype, filters) or [""]]]
	return frappe.call(
		frappe.desk.listview.get_group_by_count,
		doctype=doctype,
		current_filters=json.dumps(filters),
		field=field,
	)


@frappe.whitelist()
def get_workflow_state_count(
	doctype: str, workflow_state_field: str, states: Any
) -> list[dict[str, Any]] | None:
	"""How many documents are in each state but `states`: of a guarded DocType, of those that the user may list."""
	host = frappe.get_attr("frappe.workflow.doctype.workflow.workflow.get_workflow_state_count")
	if doctype not in GUARDED:
		return frappe.call(host, doctype=doctype, workflow_state_field=workflow_state_field, states=states)
	if workflow_state_field not in frappe.get_meta(doctype).get_valid_columns():
		return None
	without = {workflow_state_field: ("not in", frappe.parse_json(states))}
	found = frappe.get_list(
		doctype, without, pluck=workflow_state_field, limit_page_length=0, order_by="name"
	)
	return [
		{workflow_state_field: state, "count": number} for state, number in Counter(found).items() if state
	]


@frappe.whitelist()
def get_tagged_docs(doctype: str, tag: str) -> list[Any]:
	"""The documents with a tag: of a guarded DocType, those that the user may list."""
	if doctype not in GUARDED:
		return frappe.call(
			frappe.get_attr("frappe.desk.doctype.tag.tag.get_tagged_docs"), doctype=doctype, tag=tag
		)
	return [[name] for name in _listed(doctype, {"_user_tags": ("like", tag)})]


@frappe.whitelist()
def dashboard_chart(
	chart_name: str | None = None,
	chart: Any = None,
	no_cache: bool | int | str | None = None,
	filters: Any = None,
	from_date: str | None = None,
	to_date: str | None = None,
	timespan: str | None = None,
	time_interval: str | None = None,
	heatmap_year: int | str | None = None,
	refresh: bool | int | str | None = None,
) -> Any:
	"""A chart's figures: over a guarded DocType of the rows that the user may list, and never another user's from a cache.

	Raises BadInput (417) where neither `chart_name` nor `chart`, an object, says which.
	"""
	host = frappe.get_attr("frappe.desk.doctype.dashboard_chart.dashboard_chart.get")
	given = {
		"filters": filters, "from_date": from_date, "to_date": to_date, "timespan": timespan,
		"time_interval": time_interval, "heatmap_year": heatmap_year,
	}  # fmt: skip
	known = (
		frappe.get_doc("Dashboard Chart", chart_name).as_dict() if chart_name else frappe.parse_json(chart)
	)
	if not isinstance(known, dict) or not (known.get("name") or known.get("document_type")):
		refuse(BadInput, "Which chart? Give `chart_name`, or the `chart` itself.")
	doctype = known.get("document_type")
	if doctype not in GUARDED:
		kept = {"chart_name": chart_name, "chart": chart, "no_cache": no_cache, "refresh": refresh}
		return frappe.call(host, **{key: value for key, value in (kept | given).items() if value is not None})
	chosen = frappe.parse_json(filters) or frappe.parse_json(known.get("filters_json") or "[]") or []
	known |= {key: value for key, value in given.items() if value and key != "filters"}
	known["filters_json"] = json.dumps([[doctype, "name", "in", _listed(doctype, chosen) or [""]]])
	return frappe.call(host, chart=frappe.as_json(known), no_cache=1)


@frappe.whitelist()
def get_data_for_custom_field(doctype: str, field: str, names: Any = None) -> dict[str, Any]:
	"""A column added to a report: of a guarded DocType, for the rows that the user may list."""
	host = frappe.get_attr("frappe.desk.query_report.get_data_for_custom_field")
	if doctype not in GUARDED:
		given = {"doctype": doctype, "field": field, "names": names}
		return frappe.call(host, **{key: value for key, value in given.items() if value is not None})
	only = {"name": ("in", frappe.parse_json(names))} if names else {}
	rows = frappe.get_list(doctype, only, ["name", field], limit_page_length=0, order_by="name")
	return {row["name"]: row[field] for row in rows}


@frappe.whitelist()
def linked_with(doctype: str, docname: str) -> dict[str, Any]:
	"""What points at a document: of guarded DocTypes, the rows that the user may list."""
	if not frappe.has_permission(doctype, "read", docname):
		raise frappe.PermissionError
	found = frappe.call(frappe.desk.form.linked_with.get, doctype=doctype, docname=docname) or {}
	for linked in [linked for linked in found if linked in GUARDED]:
		names = [row["name"] for row in found[linked]]
		seen = set(_listed(linked, {"name": ("in", names)})) if linked not in ROWS else set()
		found[linked] = [row for row in found[linked] if row["name"] in seen]
	return {linked: rows for linked, rows in found.items() if rows}


@frappe.whitelist()
def get_coords(doctype: str, filters: Any, type: str) -> dict[str, Any]:
	"""Points of a map, which Frappe reads past every permission: none of a guarded DocType."""
	if doctype in GUARDED:
		refuse(NotYours, _NO_FIGURES)
	return frappe.call(
		frappe.get_attr("frappe.geo.utils.get_coords"), doctype=doctype, filters=filters, type=type
	)


@frappe.whitelist()
def get_monthly_goal_graph_data(
	title: str, doctype: str, docname: str, goal_doctype: str, **further: Any
) -> Any:
	"""A document's goal as a graph by month, of rows that Frappe reads past every permission: none of a guarded DocType."""
	if GUARDED & {doctype, goal_doctype}:
		refuse(NotYours, _NO_FIGURES)
	host = frappe.get_attr("frappe.utils.goal.get_monthly_goal_graph_data")
	return frappe.call(
		host, title=title, doctype=doctype, docname=docname, goal_doctype=goal_doctype, **further
	)


@frappe.whitelist(allow_guest=True)
def web_list(doctype: str, **further: Any) -> Any:
	"""A list as a page of the website: none of a guarded DocType."""
	if doctype in GUARDED:
		refuse(NotYours, "Cases are not shown on the website.")
	return frappe.call(frappe.get_attr("frappe.www.list.get"), doctype=doctype, **further)


@frappe.whitelist(allow_guest=True)
def web_list_data(doctype: str, **further: Any) -> Any:
	"""The rows of a list of the website: none of a guarded DocType."""
	if doctype in GUARDED:
		refuse(NotYours, "Cases are not shown on the website.")
	return frappe.call(frappe.get_attr("frappe.www.list.get_list_data"), doctype=doctype, **further)


def _listed(doctype: str, filters: Any) -> list[str]:
	"""The names of the rows that match and that the user may list."""
	if not frappe.has_permission(doctype, "read") and doctype not in ROWS:
		return []
	parent = "Escalation" if doctype in ROWS else None
	return frappe.get_list(
		doctype, filters=filters, pluck="name", limit_page_length=0, order_by="name", parent_doctype=parent
	)
