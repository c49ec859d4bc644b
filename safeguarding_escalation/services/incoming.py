"""Before a request of ours is served: are its arguments what they can be at all?

Frappe hands a list where a name belongs on to the database and answers with an error of the server. Here such a request
is refused with a sentence, before anything runs: calls of our functions, and our DocTypes through REST, the form and
the workflow. What a value means is for the services to judge.
"""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import frappe
from frappe.utils import getdate

from safeguarding_escalation import permissions
from safeguarding_escalation.services.errors import BadInput, refuse

_METHODS = ("/api/method/", "/api/v1/method/", "/api/v2/method/")
_RESOURCES = ("/api/resource/", "/api/v1/resource/", "/api/v2/document/")
OURS = "safeguarding_escalation.api."
DIRECTORY = (
	"Partner Agency", "Safeguarding Contact", "Safeguarding Board", "Board Policy", "Safeguarding Settings", "Board Return",
	"Escalation Audit", "Record Check", "Safeguarding Absence", "Alert Preference",
	"Safeguarding Heartbeat", "Calendar Change", "Known Bank Holidays", "Health Check",
)  # fmt: skip
# Frappe's functions that take a whole document.
_WITH_DOCUMENT = (
	"frappe.model.workflow.apply_workflow",
	"frappe.model.workflow.get_transitions",
	"frappe.desk.form.save.savedocs",
	"frappe.client.save",
	"frappe.client.insert",
	"frappe.client.submit",
)
_FILTERS = ("filters", "or_filters")
_LISTS = {
	"filters": (list, dict),
	"or_filters": (list, dict),
	"fields": (list,),
	"filter_fields": (list,),
	"items": (list,),
	"chart": (dict,),
}
# What an argument is that a function of Frappe's own signature leaves open.
_BY_NAME: dict[str, tuple[type, ...]] = {
	"doctype": (str,),
	"docname": (str, int),
	"format": (str,),
	"letterhead": (str,),
	"language": (str,),
	"name": (str, int, list),
}
_SCALARS = (str, int, float, bool)
LARGEST = 2**31 - 1  # of a whole number in the database
DEEPEST = 20  # levels of a request's JSON
LONGEST_NAME = 140


def check() -> None:
	"""before_request: refuse what cannot be served. Raises BadInput (417)."""
	request, given = frappe.local.request, frappe.local.form_dict
	path = request.path
	for start in _METHODS:
		if path.startswith(start):
			check_call(path.removeprefix(start).strip("/"), given)
			return
	for start in _RESOURCES:
		if path.startswith(start):
			doctype, _, name = path.removeprefix(start).strip("/").partition("/")
			check_resource(unquote(doctype), unquote(name), request.method, given)
			return
	if isinstance(given, Mapping) and isinstance(given.get("cmd"), str):
		check_call(given["cmd"], given)


def check_call(name: str, given: Mapping[str, Any]) -> None:
	"""A call of a function by its dotted name, with what `override_whitelisted_methods` puts in its place."""
	if name in _WITH_DOCUMENT:
		_check_document_argument(given)
		return
	replaced = frappe.get_hooks("override_whitelisted_methods", {}).get(name)
	dotted = replaced[-1] if replaced else name
	if dotted.startswith(OURS):
		function = _function(dotted)
		if function:
			check_arguments(function, given)


def _function(dotted: str) -> Callable[..., Any] | None:
	module, _, name = dotted.rpartition(".")
	if not name.isidentifier() or module.count(".") != OURS.count("."):
		return None
	try:
		found = frappe.get_attr(dotted)
	except (ImportError, AttributeError, frappe.AppNotInstalledError):
		return None
	return found if callable(found) else None


def check_arguments(function: Callable[..., Any], given: Mapping[str, Any]) -> None:
	"""Refuse a call without what it needs, or with a list or an object where a text or a number belongs."""
	hints = typing.get_type_hints(function)
	for name, part in inspect.signature(function).parameters.items():
		if part.kind in (part.VAR_KEYWORD, part.VAR_POSITIONAL):
			continue
		value = given.get(name)
		if value is None:
			if part.default is part.empty and name not in given:
				refuse(BadInput, f"`{name}` is missing.")
			continue
		_check_depth(value, name)
		if name in _LISTS and value != "":
			_check_list(name, value)
			continue
		allowed = _types(hints.get(name, Any)) or _BY_NAME.get(name, ())
		if allowed and not isinstance(value, allowed):
			refuse(BadInput, f"`{name}`: give {_words(allowed)}.")


def _types(hint: Any) -> tuple[type, ...]:
	"""What `isinstance` takes for an annotation; nothing where it says Any."""
	parts = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
	found: set[type] = set()
	for part in parts:
		if part is Any:
			return ()
		kind = typing.get_origin(part) or part
		if isinstance(kind, type):
			# JSON knows one kind of number, and a form sends every scalar as text.
			found.update(_SCALARS if kind in _SCALARS and kind is not str else (kind,))
			if kind in (list, dict):
				found.add(str)
	return tuple(found - {type(None)})


def _words(allowed: tuple[type, ...]) -> str:
	return (
		"a text"
		if allowed == (str,)
		else "a text or a number"
		if set(allowed) <= set(_SCALARS)
		else "a list or an object"
	)


def _check_depth(value: Any, name: str, level: int = 0) -> None:
	if level > DEEPEST:
		refuse(BadInput, f"`{name}`: {DEEPEST} levels are the limit.")
	inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
	for item in inner:
		_check_depth(item, name, level + 1)


def _check_document_argument(given: Mapping[str, Any]) -> None:
	document = _parsed(given.get("doc", given.get("docs")))
	if not isinstance(document, dict) or not isinstance(document.get("doctype"), str):
		refuse(BadInput, "Give a document, with its doctype.")
	if document.get("name") is not None and not isinstance(document["name"], str | int):
		refuse(BadInput, "The document's name is no name.")
	if not isinstance(given.get("action", ""), str):
		refuse(BadInput, "`action`: give a text.")
	if document["doctype"] in (*permissions.GUARDED_DOCTYPES, *DIRECTORY):
		check_values(document["doctype"], document)


def check_resource(doctype: str, name: str, method: str, given: Mapping[str, Any]) -> None:
	"""REST on one of our DocTypes."""
	if doctype not in (*permissions.GUARDED_DOCTYPES, *DIRECTORY):
		return
	if len(name) > LONGEST_NAME or any(ord(letter) < 32 or letter == "\ufffd" for letter in name):
		refuse(BadInput, "That is no name.")
	if method in ("POST", "PUT", "PATCH"):
		values = _parsed(given.get("data")) if "data" in given else given
		if not isinstance(values, Mapping):
			refuse(BadInput, "The fields could not be read.")
		check_values(doctype, values)
		return
	for part in _LISTS:
		if given.get(part):
			_check_list(part, given[part])


def _check_list(name: str, value: Any) -> None:
	"""Filters, fields and the like, as JSON or as a list."""
	found = _parsed(value)
	fits = found is None or isinstance(found, _LISTS[name])
	if fits and isinstance(found, list):
		inner = (list, dict, str) if name in _FILTERS else (str, dict)
		fits = all(isinstance(item, inner) for item in found[:1])
		fits = fits and all(len(item) in (2, 3, 4, 5) for item in found if isinstance(item, list))
		fits = fits and all(isinstance(item, inner) or name in _FILTERS for item in found)
	if not fits:
		refuse(BadInput, f"`{name}` could not be read.")


def rows_given(value: Any, name: str) -> list[dict[str, Any]]:
	"""Rows that a request gives as a list of objects, or as such a list in JSON. Raises BadInput for anything else."""
	found = _parsed(value) if isinstance(value, str) else value
	if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
		refuse(BadInput, f"`{name}`: give a list of objects.")
	for row in found:
		for key, cell in row.items():
			if not (cell is None or isinstance(cell, str | int | float)):
				refuse(BadInput, f"`{name}`, {str(key)[:40]}: give a text.")
	return found


def _parsed(value: Any) -> Any:
	if not isinstance(value, str):
		return value
	try:
		return json.loads(value)
	except (ValueError, RecursionError):
		refuse(BadInput, "The request could not be read.")


def check_values(doctype: str, values: Mapping[str, Any]) -> None:
	"""Refuse a field that cannot hold what it is given: rows that are none, a list as a text, a day that is none."""
	meta = frappe.get_meta(doctype)
	for fieldname, value in values.items():
		field = meta.get_field(fieldname)
		if field is None or value is None:
			continue
		label = field.label or fieldname
		if field.fieldtype in ("Table", "Table MultiSelect"):
			_check_rows(field, label, value)
		elif not isinstance(value, _SCALARS):
			refuse(BadInput, f"{label}: give a text or a number.")
		else:
			_check_scalar(field, label, value)


def _check_rows(field: Any, label: str, value: Any) -> None:
	if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
		refuse(BadInput, f"{label}: give a list of rows.")
	for row in value:
		for part in ("name", "doctype", "parent", "parenttype", "parentfield"):
			if row.get(part) is not None and not isinstance(row[part], str | int):
				refuse(BadInput, f"{label}: a row's {part} is none.")
		if row.get("doctype") not in (None, field.options):
			refuse(BadInput, f"{label}: a row is of another kind.")
		check_values(field.options, row)


def _check_scalar(field: Any, label: str, value: Any) -> None:
	if field.fieldtype in ("Link", "Dynamic Link", "Select") and len(str(value)) > LONGEST_NAME:
		refuse(BadInput, f"{label}: that is longer than any name.")
	if field.fieldtype in ("Int", "Check"):
		_check_number(label, value)
	if field.fieldtype in ("Date", "Datetime") and value != "":
		_check_day(label, value)


def _check_number(label: str, value: Any) -> None:
	try:
		number = float(value or 0)
	except (ValueError, OverflowError):
		refuse(BadInput, f"{label}: give a number.")
	if not abs(number) <= LARGEST:
		refuse(BadInput, f"{label}: that number is too large.")


def _check_day(label: str, value: Any) -> None:
	try:
		day = getdate(str(value)[:10])
	except (ValueError, OverflowError, frappe.ValidationError):
		day = None
	if day is None or not 1800 <= day.year <= 2200:
		refuse(BadInput, f"{label}: “{str(value)[:40]}” is not a day. Write it like 2025-03-11.")
