"""What the layers may and may not do. A rule is a function from one file to its violations, and decides itself
whether the file is in its scope; so test_layers.py can show each rule a planted file that it must catch.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from rules import PACKAGE, Rule, Source, Violation, argument, method

STATE = "workflow_state"
DEADLINE = "Escalation Deadline"

# Files outside services/ and setup/ that may switch Frappe's permission checks off, each with its reason.
MAY_IGNORE_PERMISSIONS: dict[str, str] = {}

# 1. The engine is pure

ENGINE_LIBRARIES = {"holidays", "dateutil", "tzdata"}
ENGINE_BANNED_STANDARD = {
	"asyncio", "dbm", "ftplib", "http", "imaplib", "multiprocessing", "random", "shelve", "smtplib", "socket",
	"sqlite3", "ssl", "subprocess", "threading", "time", "urllib",
}  # fmt: skip
CLOCK_READERS = {"now", "utcnow", "today"}
DATES = {"datetime", "date", "datetime.datetime", "datetime.date"}


def engine_is_pure(source: Source) -> Iterator[Violation]:
	"""Only the standard library, `holidays` and `dateutil`; no clock, network or database; `now` is a parameter."""
	if not source.shipped or not source.within("engine/", "policies/"):
		return
	for item in source.imports:
		if not _engine_may_import(item.full):
			yield source.violation(item.line, f"the engine imports {item.full}; it is pure")
	called = {id(call.func) for call in source.calls}
	for node in source.nodes:
		reader = isinstance(node, ast.Attribute) and node.attr in CLOCK_READERS
		if reader and (id(node) in called or source.name(node.value) in DATES):
			yield source.violation(node, f"the engine reads the clock ({node.attr}); `now` is a parameter")
	for call in source.calls:
		if source.name(call.func) in {"__import__", "eval", "exec"}:
			yield source.violation(call, f"the engine calls {source.name(call.func)}, which hides imports")


def _engine_may_import(full: str) -> bool:
	top, *rest = full.split(".")
	if top == PACKAGE:
		return bool(rest) and rest[0] in {"engine", "policies"}
	if top == "importlib":
		return rest[:1] == ["resources"]
	standard = top in sys.stdlib_module_names and top not in ENGINE_BANNED_STANDARD
	return standard or top in ENGINE_LIBRARIES


# 2. Only services write the state and the deadlines

# Where the name of the field, or the dict of fields, stands among the arguments of what writes a field.
FIELD_POSITION = {"set": 0, "db_set": 0, "setattr": 1, "set_value": 2, "columns": 0}
DICT_POSITION = {
	"update": 0,
	"get_doc": 0,
	"new_doc": 0,
	"bulk_update": 1,
	"set": 0,
	"db_set": 0,
	"set_value": 2,
}
ROW_WRITERS = {
	"new_doc", "delete_doc", "delete_doc_if_exists", "rename_doc", "set_value", "bulk_insert", "bulk_update",
	"delete", "truncate", "into", "update",
}  # fmt: skip
DOCUMENT_WRITERS = {
	"save", "insert", "delete", "db_set", "db_insert", "db_update", "set", "update", "submit", "cancel",
}  # fmt: skip
DOCUMENT_GETTERS = {"get_doc", "get_cached_doc", "get_last_doc", "new_doc"}
STATE_SQL = re.compile(r"\bupdate\s+[`\"]?tab.*\bset\b.*\bworkflow_state\b", re.I | re.S)
DEADLINE_SQL = re.compile(
	r"\b(insert\s+(ignore\s+)?into|replace\s+into|update|delete\s+from|truncate(\s+table)?)\s+[`\"]?tabEscalation Deadline",
	re.I,
)


def only_services_write_the_state(source: Source) -> Iterator[Violation]:
	"""`workflow_state` changes under the case's lock, with its log row; nowhere else."""
	if not source.shipped or source.within("services/"):
		return
	message = f"writes {STATE}; only services/ may, under the lock of the case"
	for node in source.nodes:
		stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
		if stored and isinstance(node, ast.Attribute) and node.attr == STATE:
			yield source.violation(node, message)
		by_key = stored and isinstance(node, ast.Subscript) and not _is_filter(source, node.value)
		if by_key and source.string(node.slice) == STATE:
			yield source.violation(node, message)
	for call in source.calls:
		if _writes_state(source, call):
			yield source.violation(call, message)
	for node, text in source.strings:
		if STATE_SQL.search(text):
			yield source.violation(node, message)


def _writes_state(source: Source, call: ast.Call) -> bool:
	name = method(call)
	if isinstance(call.func, ast.Attribute) and _is_filter(source, call.func.value):
		return False
	if name in FIELD_POSITION:
		field = argument(call, FIELD_POSITION[name], "fieldname")
		column = isinstance(field, ast.Attribute) and field.attr == STATE and name == "set"
		if column or source.string(field) == STATE:
			return True
	if name in DICT_POSITION:
		given = argument(call, DICT_POSITION[name], "fieldname")
		dicts = [part for part in ast.walk(given or ast.Pass()) if isinstance(part, ast.Dict)]
		return any(source.string(key) == STATE for part in dicts for key in part.keys) or any(
			item.arg == STATE for item in call.keywords
		)
	return False


def _is_filter(source: Source, receiver: ast.expr) -> bool:
	return "filter" in source.name(receiver)


def only_services_write_deadlines(source: Source) -> Iterator[Violation]:
	"""Deadlines are a projection of the plan: rows are made, changed and deleted by services alone."""
	if not source.shipped or source.within("services/"):
		return
	message = f"makes, changes or deletes {DEADLINE} rows; only services/ may"
	use = _DeadlineUse(source)
	for call in source.calls:
		if use.writes(call):
			yield source.violation(call, message)
	for node in source.nodes:
		stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
		if stored and use.is_document(node.value):
			yield source.violation(node, message)
	for node, text in source.strings:
		if DEADLINE_SQL.search(text):
			yield source.violation(node, message)


class _DeadlineUse:
	"""Follows the table and the documents of Escalation Deadline through the names of one file."""

	def __init__(self, source: Source):
		self.source = source
		assigned = list(_assigned_calls(source))
		self.tables = {name for name, call in assigned if _is_table(source, call)}
		self.documents = {name for name, call in assigned if _is_document(source, call)}

	def is_table(self, node: ast.AST | None) -> bool:
		if isinstance(node, ast.Call):
			return _is_table(self.source, node)
		return getattr(node, "id", None) in self.tables or self.source.string(node) == DEADLINE

	def is_document(self, node: ast.AST) -> bool:
		if isinstance(node, ast.Call):
			return _is_document(self.source, node)
		return getattr(node, "id", None) in self.documents

	def writes(self, call: ast.Call) -> bool:
		name = method(call)
		if name in ROW_WRITERS and self.is_table(argument(call, 0, "doctype")):
			return True
		if name == "get_doc" and _dict_doctype(self.source, call) == DEADLINE:
			return True
		receiver = call.func.value if isinstance(call.func, ast.Attribute) else ast.Pass()
		if name in DOCUMENT_WRITERS and self.is_document(receiver):
			return True
		chain = [
			part for part in ast.walk(receiver) if isinstance(part, ast.Call) and method(part) == "from_"
		]
		return name == "delete" and any(self.is_table(argument(part, 0, "table")) for part in chain)


def _assigned_calls(source: Source) -> Iterator[tuple[str, ast.Call]]:
	for node in source.nodes:
		if isinstance(node, ast.Assign | ast.NamedExpr | ast.AnnAssign) and isinstance(node.value, ast.Call):
			for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
				if isinstance(target, ast.Name):
					yield target.id, node.value


def _is_table(source: Source, call: ast.Call) -> bool:
	table = source.string(argument(call, 0, "name"))
	return method(call) in {"DocType", "Table"} and table in {DEADLINE, f"tab{DEADLINE}"}


def _is_document(source: Source, call: ast.Call) -> bool:
	return method(call) in DOCUMENT_GETTERS and DEADLINE in {
		source.string(argument(call, 0, "doctype")),
		_dict_doctype(source, call),
	}


def _dict_doctype(source: Source, call: ast.Call) -> str | None:
	"""The DocType that `get_doc({"doctype": …})` or `get_doc(doctype=…)` makes, or None."""
	first = call.args[0] if call.args else None
	if isinstance(first, ast.Dict):
		pairs = zip(first.keys, first.values, strict=True)
		return next((source.string(value) for key, value in pairs if source.string(key) == "doctype"), None)
	return next((source.string(item.value) for item in call.keywords if item.arg == "doctype"), None)


# 3. Whitelisted functions


def whitelisted_only_in_api(source: Source) -> Iterator[Violation]:
	"""What a client can call is in api/, and says the types that Frappe then enforces."""
	if not source.shipped:
		return
	uses = [node for node in source.nodes if source.name(node) == "frappe.whitelist"]
	if not source.within("api/"):
		yield from (source.violation(node, "whitelists a function; only api/ may") for node in uses)
		return
	functions = [node for node in source.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
	decorators = {}
	for function in functions:
		for item in function.decorator_list:
			target = item.func if isinstance(item, ast.Call) else item
			if source.name(target) == "frappe.whitelist":
				decorators[id(target)] = function
	for node in uses:
		if id(node) not in decorators:
			yield source.violation(node, "whitelists other than by a decorator, which no check can follow")
	for function in decorators.values():
		given = function.args
		every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
		missing = [item.arg for item in every if item and not item.annotation]
		if missing or not function.returns:
			what = ", ".join([*missing, *([] if function.returns else ["the return value"])])
			yield source.violation(function, f"{function.name} is whitelisted without a type for {what}")


# 4. Permissions


def permissions_are_ignored_only_in_services(source: Source) -> Iterator[Violation]:
	"""`ignore_permissions` only in services/ and setup/, after the access rule has decided."""
	if not source.shipped or source.within("services/", "setup/") or source.path in MAY_IGNORE_PERMISSIONS:
		return
	message = "ignores permissions; only services/ and setup/ may (or MAY_IGNORE_PERMISSIONS, with a reason)"
	for node in source.nodes:
		if isinstance(node, ast.keyword) and node.arg == "ignore_permissions" and _truthy(node.value):
			yield source.violation(node.value, message)
		elif isinstance(node, ast.Dict):
			for key, value in zip(node.keys, node.values, strict=True):
				if source.string(key) == "ignore_permissions" and _truthy(value):
					yield source.violation(value, message)
		elif isinstance(node, ast.Assign) and _truthy(node.value):
			for target in node.targets:
				by_key = isinstance(target, ast.Subscript) and source.string(target.slice)
				if "ignore_permissions" in {getattr(target, "attr", None), by_key}:
					yield source.violation(node, message)


def _truthy(node: ast.expr) -> bool:
	return not (isinstance(node, ast.Constant) and not node.value)


# 5. What serves a user reads with permission

SQL = re.compile(
	r"\bSELECT\b.*\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.*\bSET\b|\bDELETE FROM\b|[`\"]tab[A-Z{]", re.S
)
UNFILTERED = {"frappe.get_all", "frappe.db.get_all"}


def users_are_served_with_permission(source: Source) -> Iterator[Violation]:
	"""No get_all and no SQL put together from values in api/, reports and print formats."""
	served = ("api/", "safeguarding/report/", "safeguarding/print_format/")
	if not source.shipped or not source.within(*served):
		return
	for node in source.nodes:
		if source.name(node) in UNFILTERED:
			yield source.violation(
				node, f"{source.name(node)} applies no permission; use get_list or a service"
			)
	for call in source.calls:
		query = argument(call, 0, "query")
		if source.name(call.func) in {"frappe.db.sql", "frappe.db.multisql"} and source.string(query) is None:
			yield source.violation(call, "puts a query together from values; pass them as parameters")
	for node, text in source.strings:
		if isinstance(node, ast.JoinedStr) and SQL.search(text):
			yield source.violation(node, "SQL in an f-string")


# 6. Which Frappe is it?

VERSIONS = {"frappe.__version__", "frappe.utils.change_log.get_versions"}
REQUEST_STATE = {"local", "flags", "form_dict", "session", "request", "conf", "response"}


def only_compat_asks_which_frappe(source: Source) -> Iterator[Violation]:
	"""Version and feature questions about the host have one home."""
	if not source.shipped or source.path == f"{PACKAGE}/compat.py":
		return
	message = "asks which Frappe this is; only compat.py may"
	for node in source.nodes:
		guarded = isinstance(node, ast.Try) and _guards_an_import(source, node)
		if guarded or source.name(node) in VERSIONS:
			yield source.violation(node, message)
	for item in source.imports:
		if item.full in VERSIONS:
			yield source.violation(item.line, message)
	for call in source.calls:
		asks = method(call) == "hasattr" or (method(call) == "getattr" and len(call.args) > 2)
		if asks and call.args and _is_frappe_itself(source.name(call.args[0])):
			yield source.violation(call, message)
		if method(call) == "version" and source.string(argument(call, 0, "distribution_name")) == "frappe":
			yield source.violation(call, message)


def _guards_an_import(source: Source, node: ast.Try) -> bool:
	guards = {"ImportError", "ModuleNotFoundError", "AttributeError"}
	caught = {source.name(part) for handler in node.handlers for part in ast.walk(handler.type or ast.Pass())}
	imported = {
		item.full.split(".")[0]
		for item in source.imports
		if any(item.line == statement.lineno for statement in node.body)
	}
	return bool(guards & caught) and "frappe" in imported


def _is_frappe_itself(name: str) -> bool:
	parts = name.split(".")
	return parts[0] == "frappe" and not REQUEST_STATE & set(parts)


CODE_RULES: tuple[Rule, ...] = (
	engine_is_pure,
	only_services_write_the_state,
	only_services_write_deadlines,
	whitelisted_only_in_api,
	permissions_are_ignored_only_in_services,
	users_are_served_with_permission,
	only_compat_asks_which_frappe,
)
