"""What a request asks about: which rows its path and its arguments name, by DocType. Reads the request, decides nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

# In one set of arguments, or one document: where the DocType stands, and where a name of a row of it.
PAIRS = {
	"allow": ("for_value",),
	"attached_to_doctype": ("attached_to_name",),
	"doc": ("name",),
	"doctype": ("name", "docname", "doc_name", "docnames", "document", "names", "items", "old", "old_name"),
	"document_type": ("document_name",),
	"dt": ("dn", "docs"),
	"link_doctype": ("link_name",),
	"parenttype": ("parent",),
	"ref_doctype": ("ref_docname", "ref_name", "docname"),
	"reference_doctype": ("reference_name", "reference_docname", "reference_document"),
	"reference_dt": ("reference_doc",),
	"reference_type": ("reference_name",),
	"reminder_doctype": ("reminder_docname",),
	"share_doctype": ("share_name",),
}
# Before a DocType and a name in a path: Frappe's REST addresses, by version.
_RESOURCES = (("api", "resource"), ("api", "v1", "resource"), ("api", "v2", "document"))
# No request of the Desk's names as many rows, or nests its arguments as deep.
_MOST, _DEEPEST = 2000, 12
_LONGEST_NAME = 140
# What the Desk calls a document that has no name yet. A row about a case is named by a hash, which has no dash.
_UNSAVED = re.compile(r"new(-.*)?", re.DOTALL)


def function(path: str, arguments: dict[str, Any]) -> str:
	"""The whitelisted function that is called; empty for a page or a resource."""
	head, _, name = path.rpartition("/method/")
	return name if head.startswith("/api") else str(arguments.get("cmd") or "")


def rows(path: str, arguments: dict[str, Any], doctypes: set[str]) -> set[tuple[str, str]]:
	"""Each (DocType, name) of `doctypes` that a request names, in its path or in a pair of its arguments.

	Rows that a form has not saved yet are left out: their names are the browser's.
	"""
	return {pair for pair in _rows(path, arguments, doctypes) if not _UNSAVED.fullmatch(pair[1])}


def only_unsaved(path: str, arguments: dict[str, Any], doctypes: set[str]) -> bool:
	"""Whether a request names rows of `doctypes`, all of them without a name yet: the Desk asks for "new"."""
	found = _rows(path, arguments, doctypes)
	return bool(found) and all(_UNSAVED.fullmatch(name) for _, name in found)


def _rows(path: str, arguments: dict[str, Any], doctypes: set[str]) -> set[tuple[str, str]]:
	found = {pair for pair in _in_path(path) if pair[0] in doctypes}
	for given in _dicts(arguments, 0):
		for kind, keys in PAIRS.items():
			doctype = given.get(kind)
			if isinstance(doctype, str) and doctype in doctypes and not given.get("__islocal"):
				found |= {(doctype, name) for key in keys for name in names(given.get(key))}
		if len(found) > _MOST:
			break
	return found


def mentions(path: str, arguments: dict[str, Any], words: set[str]) -> set[str]:
	"""Which of `words` stand alone as a part of the path or as an argument."""
	found = {part for part in path.split("/") if part in words}
	for given in _dicts(arguments, 0):
		for value in given.values():
			found |= {text for text in names(value) if text in words}
	return found


def _in_path(path: str) -> Iterator[tuple[str, str]]:
	parts = tuple(part for part in path.split("/") if part)
	for head in _RESOURCES:
		if parts[: len(head)] == head and len(parts) > len(head) + 1:
			yield parts[len(head)], parts[len(head) + 1]
			return
	if len(parts) >= 2:
		yield parts[0], parts[1]


def _dicts(given: Any, depth: int) -> Iterator[dict[str, Any]]:
	"""Every dict inside arguments, JSON inside them included."""
	if depth > _DEEPEST:
		return
	if isinstance(given, str):
		given = _parsed(given)
	if isinstance(given, dict):
		yield given
		for value in given.values():
			yield from _dicts(value, depth + 1)
	elif isinstance(given, list | tuple):
		for value in given:
			yield from _dicts(value, depth + 1)


def names(given: Any) -> Iterator[str]:
	"""The names that an argument holds: one, a list of them or of documents, or such a list as JSON."""
	if isinstance(given, str) and given[:1] == "[":
		given = _parsed(given) or given
	for value in given if isinstance(given, list | tuple) else (given,):
		value = value.get("name") if isinstance(value, dict) else value
		if (
			isinstance(value, str | int)
			and not isinstance(value, bool)
			and 0 < len(str(value)) <= _LONGEST_NAME
		):
			yield str(value)


def _parsed(text: str) -> Any:
	if text[:1] not in ("{", "["):
		return None
	try:
		return json.loads(text)
	except ValueError:
		return None
