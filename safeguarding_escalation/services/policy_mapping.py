"""Between a Board Policy document and the plain data of an engine policy: names and cells, nothing else.

The child tables mirror the dataclasses of `engine/schema.py` field by field. A field is named as there unless
Frappe cannot have that name: `RENAMED` is the only list of exceptions, for forms, loaders and tests alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any

from safeguarding_escalation.engine.schema import TABLES, PolicyData

HEADER = "Board Policy"
DOCTYPES = {
	"stages": "Policy Stage",
	"levels": "Policy Level",
	"clocks": "Policy Clock",
	"alert_rungs": "Policy Alert Rung",
	"moves": "Policy Move",
	"records": "Policy Record",
	"copy_rules": "Policy Copy Rule",
	"closing_duties": "Policy Closing Duty",
	"exclusions": "Policy Exclusion",
	"natures": "Policy Nature",
	"returns": "Policy Return",
	"contacts": "Policy Contact",
	"links": "Policy Link",
	"paths": "Policy Path",
	"template_labels": "Policy Template Label",
	"questions": "Policy Question",
	"guidance": "Policy Guidance",
}

# DocType -> {field of the dataclass: fieldname}. `name` is the document's own, `cancel` a method of Document,
# `order`, `when` and `key` words of SQL, `id` and `field` too easily taken for Frappe's own.
RENAMED: dict[str, dict[str, str]] = {
	HEADER: {"id": "policy_name"},
	"Policy Clock": {"id": "clock_id", "cancel": "cancelled_by"},
	"Policy Level": {"order": "sequence_order"},
	"Policy Record": {"when": "applies_when"},
	"Policy Return": {"name": "return_name"},
	"Policy Path": {"name": "path_name"},
	"Policy Template Label": {"order": "sequence_order", "field": "field_name"},
	"Policy Question": {"key": "question_key"},
}

# Fields of the Board Policy that are not part of the policy as data.
OWN_FIELDS = ("policy_key", "policy_version", "supersedes", "amended_from")


def fieldname(doctype: str, name: str) -> str:
	"""The fieldname under which `doctype` keeps the dataclass field `name`."""
	return RENAMED.get(doctype, {}).get(name, name)


def doc_to_dict(doc: Any) -> dict[str, Any]:
	"""The plain data of a Board Policy document, as `Policy.from_dict` takes it.

	Cells stay as the form holds them (terms one a line, 0 and 1 for checks). A cell that was never filled (None)
	is left out, so that the schema's default applies; one that somebody emptied stays empty.
	"""
	data = _read(doc, HEADER, PolicyData)
	for table, row_type in TABLES.items():
		data[table] = [_read(row, DOCTYPES[table], row_type) for row in doc.get(table) or ()]
	return data


def _read(source: Any, doctype: str, row_type: type) -> dict[str, Any]:
	values = {}
	for field in fields(row_type):
		value = source.get(fieldname(doctype, field.name))
		if not _is_table(doctype, field.name) and value is not None:
			values[field.name] = value
	return values


def dict_to_doc_values(data: Mapping[str, Any]) -> dict[str, Any]:
	"""What `frappe.get_doc` takes to make a Board Policy from plain data: one of the JSON files, or a policy.

	Raises KeyError for a field that the schema does not have: a policy must not lose a rule unseen.
	"""
	values = {"doctype": HEADER, **_write(data, HEADER, PolicyData)}
	for table, row_type in TABLES.items():
		values[table] = [_write(row, DOCTYPES[table], row_type) for row in data.get(table) or ()]
	return values


def _write(data: Mapping[str, Any], doctype: str, row_type: type) -> dict[str, Any]:
	known = {field.name for field in fields(row_type)}
	unknown = set(data) - known
	if unknown:
		raise KeyError(f"{doctype}: the schema has no field {', '.join(sorted(unknown))}")
	return {
		fieldname(doctype, name): _cell(value)
		for name, value in data.items()
		if not _is_table(doctype, name) and value is not None
	}


def _is_table(doctype: str, name: str) -> bool:
	return doctype == HEADER and name in TABLES


def _cell(value: Any) -> Any:
	if isinstance(value, bool):
		return int(value)
	if isinstance(value, (list, tuple)):
		return "\n".join(str(_cell(item)) for item in value)
	if isinstance(value, (date, time)):
		return value.isoformat()
	return value
