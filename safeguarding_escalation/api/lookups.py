"""Frappe's own counting and searching, which ask no permission of a row: for guarded DocTypes they do here.

hooks.py puts these in the place of Frappe's functions of the same names (`override_whitelisted_methods`). Without
them anybody with a role could try conditions on any field of every case, and be told how many match.
"""

from __future__ import annotations

from typing import Any

import frappe
import frappe.client
import frappe.desk.notifications
import frappe.desk.search

from safeguarding_escalation import compat
from safeguarding_escalation.permissions import GUARDED_DOCTYPES, ROWS, may
from safeguarding_escalation.references import REFERENCES, hidden

GUARDED = {*GUARDED_DOCTYPES, *REFERENCES}


@frappe.whitelist()
def get_count(doctype: str, filters: Any = None, debug: Any = False, cache: Any = False) -> int:
	"""How many rows match: of a guarded DocType, among those that the user may list."""
	if doctype not in GUARDED:
		return frappe.call(
			frappe.client.get_count, doctype=doctype, filters=filters, debug=debug, cache=cache
		)
	parent = "Escalation" if doctype in ROWS else None
	found = frappe.get_list(
		doctype, filters=frappe.parse_json(filters), pluck="name", limit_page_length=0, parent_doctype=parent
	)
	return len(found)


@frappe.whitelist()
def search_link(
	doctype: str,
	txt: str,
	query: str | None = None,
	filters: Any = None,
	page_length: Any = 10,
	searchfield: str | None = None,
	reference_doctype: str | None = None,
	ignore_user_permissions: Any = False,
	**further: Any,
) -> Any:
	"""A link field's suggestions. `ignore_user_permissions` would switch off every permission of a row."""
	return frappe.call(
		frappe.desk.search.search_link,
		doctype=doctype,
		txt=txt,
		query=query,
		filters=filters,
		page_length=page_length,
		searchfield=searchfield,
		reference_doctype=reference_doctype,
		ignore_user_permissions=_unless_guarded(doctype, ignore_user_permissions),
		**further,
	)


@frappe.whitelist()
def search_widget(
	doctype: str,
	txt: str,
	query: str | None = None,
	searchfield: str | None = None,
	start: Any = 0,
	page_length: Any = 10,
	filters: Any = None,
	filter_fields: Any = None,
	as_dict: Any = False,
	reference_doctype: str | None = None,
	ignore_user_permissions: Any = False,
	**further: Any,
) -> Any:
	"""The search behind `search_link`, and that of the advanced search."""
	return frappe.call(
		frappe.desk.search.search_widget,
		doctype=doctype,
		txt=txt,
		query=query,
		searchfield=searchfield,
		start=start,
		page_length=page_length,
		filters=filters,
		filter_fields=filter_fields,
		as_dict=as_dict,
		reference_doctype=reference_doctype,
		ignore_user_permissions=_unless_guarded(doctype, ignore_user_permissions),
		**further,
	)


@frappe.whitelist()
def validate_link(doctype: str, docname: str, fields: Any = None, **further: Any) -> Any:
	"""Whether a link's target exists, with some of its fields: a case that the user may not see does not."""
	if _hidden(doctype, docname):
		return frappe._dict(name=None)
	host = compat.client_function("validate_link")
	return frappe.call(host, doctype=doctype, docname=docname, fields=fields, **further)


@frappe.whitelist()
def validate_link_and_fetch(
	doctype: str,
	docname: str,
	fields_to_fetch: Any = None,
	query: Any = None,
	filters: Any = None,
	**further: Any,
) -> Any:
	"""As `validate_link`, in whose place version 16 has it."""
	if _hidden(doctype, docname):
		return frappe._dict()
	host = compat.client_function("validate_link_and_fetch")
	given = {"fields_to_fetch": fields_to_fetch, "query": query, "filters": filters, **further}
	return frappe.call(host, doctype=doctype, docname=docname, **given)


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> Any:
	"""What a link to a document shows: of a case that the user may not see, what the user has given."""
	if _hidden(doctype, docname):
		return docname
	return frappe.call(frappe.desk.search.get_link_title, doctype=doctype, docname=docname)


@frappe.whitelist()
def get_open_count(doctype: str, name: str, items: Any = None) -> dict[str, Any]:
	"""The numbers beside a form's connections: of guarded DocTypes, rows that the user may list, up to 100."""
	if not frappe.has_permission(doctype, "read", name):
		raise frappe.PermissionError  # version 16.4 stumbles over a refusal of its own here
	answer = frappe.call(frappe.desk.notifications.get_open_count, doctype=doctype, name=name, items=items)
	counted = answer.get("count") or []
	# A list of rows with `name` before released 15; since then a dict of such lists, with `doctype`.
	rows = counted if isinstance(counted, list) else [row for part in counted.values() for row in part]
	links = frappe.get_meta(doctype).get_dashboard_data()
	for row in rows:
		linked = row.get("doctype") or row.get("name")
		if linked not in GUARDED or "names" in row:  # names: links that stand in the document itself
			continue
		field = (links.get("non_standard_fieldnames") or {}).get(linked) or links.get("fieldname")
		found = frappe.get_list(
			linked, filters={field: name}, pluck="name", order_by="name", limit_page_length=100
		)
		row.update(count=len(found), open_count=0)
	return answer


def _hidden(doctype: str, docname: str) -> bool:
	user = frappe.session.user
	if doctype in REFERENCES:
		return hidden(doctype, docname, user)
	return doctype in GUARDED_DOCTYPES and not may(doctype, docname, user)


def _unless_guarded(doctype: str, asked: Any) -> Any:
	return False if doctype in GUARDED else asked
