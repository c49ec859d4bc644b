"""What the app must not do so that it runs on the 2023 pre-release, on released version 15 and on version 16 alike.

Each rule is a line of docs/hosts.md. As in layer_rules.py, a rule is a function from one file to its violations.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from rules import PACKAGE, ROOT, Rule, Source, Violation, argument, files, method

COMPAT = f"{PACKAGE}/compat.py"
READERS = {
	f"frappe.{place}{name}"
	for place in ("", "db.")
	for name in ("get_all", "get_list", "get_value", "get_values")
}

# H1. No SQL function in a string

FUNCTION = re.compile(r"\b\w+\s*\(")


def fields_hold_no_sql(source: Source) -> Iterator[Violation]:
	"""Version 16 refuses `count(name)` in `fields`, `order_by` and `group_by`; frappe.qb says it on every version."""
	if not source.path.startswith(PACKAGE):
		return
	for call in source.calls:
		if source.name(call.func) not in READERS:
			continue
		listing = method(call) in {"get_all", "get_list"}
		given = [argument(call, 2, "fields" if listing else "fieldname")]
		given += [argument(call, 9, word) for word in ("order_by", "group_by", "pluck")]
		for part in (node for item in given if item is not None for node in ast.walk(item)):
			if isinstance(part, ast.Constant) and isinstance(part.value, str) and FUNCTION.search(part.value):
				yield source.violation(part, f"asks for SQL in a string ({part.value}); use frappe.qb")


# H2. The order is said

LIMITS = {"limit", "limit_page_length", "page_length"}


def a_first_row_is_ordered(source: Source) -> Iterator[Violation]:
	"""Without `order_by` version 15 gives the row changed last first, version 16 the row made last."""
	if not source.shipped:
		return
	for call in source.calls:
		if source.name(call.func) == "frappe.get_last_doc":
			yield source.violation(call, "get_last_doc means another row on version 16; say the order")
		if source.name(call.func) not in READERS or method(call) not in {"get_all", "get_list"}:
			continue
		given = {item.arg: item.value for item in call.keywords if item.arg}
		limited = [value for name, value in given.items() if name in LIMITS]
		whole = all(isinstance(value, ast.Constant) and value.value == 0 for value in limited)
		if limited and not whole and "order_by" not in given and None not in {k.arg for k in call.keywords}:
			yield source.violation(call, "takes the first rows of an order that differs between versions")


def unsorted_doctypes(root: Path = ROOT) -> Iterator[Violation]:
	"""A DocType says how its list is sorted: a new one's default became `creation` in version 16."""
	for path in files(root / PACKAGE):
		if path.suffix != ".json" or "doctype" not in path.parts:
			continue
		content = json.loads(path.read_text("utf-8"))
		missing = [name for name in ("sort_field", "sort_order") if not content.get(name)]
		if isinstance(content, dict) and content.get("doctype") == "DocType" and missing:
			yield Violation(path.relative_to(root).as_posix(), 1, f"says no {' and no '.join(missing)}")


# H3. A hook answers True or False


def permission_hooks_answer(source: Source) -> Iterator[Violation]:
	"""Version 16 takes an empty answer of a has_permission hook for a refusal; compat.no_opinion() knows."""
	if not source.shipped:
		return
	for function in source.nodes:
		if not isinstance(function, ast.FunctionDef) or function.name != "has_permission":
			continue
		for node in ast.walk(function):
			empty = isinstance(node, ast.Return) and (
				node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)
			)
			if empty:
				yield source.violation(node, "a permission hook answers nothing; use compat.no_opinion()")
		if not isinstance(function.body[-1], ast.Return | ast.Raise):
			yield source.violation(function, "a permission hook can end without an answer")


# H4. Whoever changes something is asked by POST


def whitelisted_methods_are_said(source: Source) -> Iterator[Violation]:
	"""Each function that a client can call names its HTTP methods: what writes takes POST alone.

	A function in a host function's place takes what the host's clients send.
	"""
	if not source.within("api/"):
		return
	hooks = Path(source.root, PACKAGE, "hooks.py").read_text("utf-8")
	module = source.path.removesuffix(".py").replace("/", ".")
	for function in source.nodes:
		if not isinstance(function, ast.FunctionDef):
			continue
		for item in function.decorator_list:
			named = isinstance(item, ast.Call) and any(word.arg == "methods" for word in item.keywords)
			target = item.func if isinstance(item, ast.Call) else item
			in_its_place = f'"{module}.{function.name}"' in hooks
			if source.name(target) == "frappe.whitelist" and not named and not in_its_place:
				yield source.violation(function, f"{function.name} doesn't say its HTTP methods")


# H5. Names that one of the versions lacks

# What to use instead.
GONE = {
	"frappe.utils.get_time_zone": "compat.system_timezone",
	"frappe.utils.get_system_timezone": "compat.system_timezone",
	"frappe.utils.data.get_time_zone": "compat.system_timezone",
	"frappe.utils.data.get_system_timezone": "compat.system_timezone",
	"frappe.utils.make_esc": "nothing: deprecated",
	"frappe.utils.print_format.read_multi_pdf": "pypdf",
	"frappe.gzip_compress": "gzip",
	"frappe.gzip_decompress": "gzip",
	"frappe.db.is_column_missing": "frappe.db.has_column",
	"frappe.tests.utils.FrappeTestCase": "pytest and the fixtures of tests/conftest.py",
	"frappe.tests.IntegrationTestCase": "pytest and the fixtures of tests/conftest.py",
	"frappe.tests.UnitTestCase": "pytest and the fixtures of tests/conftest.py",
	"frappe.realtime.can_subscribe_doc": "frappe.has_permission",
	"frappe.realtime.can_subscribe_doctype": "frappe.has_permission",
}


def names_exist_everywhere(source: Source) -> Iterator[Violation]:
	"""No name of Frappe's that isn't there, or is on its way out, in one of the versions."""
	if not source.shipped or source.path == COMPAT:
		return
	for node in source.nodes:
		name = source.name(node) if isinstance(node, ast.Attribute) else ""
		if name in GONE:
			yield source.violation(node, f"{name} isn't there in every version; use {GONE[name]}")
	for item in source.imports:
		if item.full in GONE:
			yield source.violation(
				item.line, f"{item.full} isn't there in every version; use {GONE[item.full]}"
			)
	for call in source.calls:
		if source.name(call.func) == "frappe.connect" and (call.args or call.keywords):
			yield source.violation(call, "frappe.connect(site) is on its way out; frappe.init takes the site")
		if source.name(call.func) == "frappe.cache":
			yield source.violation(call, "frappe.cache() is on its way out; frappe.cache is the cache")


# H6. Our own PDFs

PDF_MAKERS = {"frappe.utils.pdf.get_pdf", "frappe.attach_print"}


def pdfs_are_our_own(source: Source) -> Iterator[Violation]:
	"""The host makes a PDF by wkhtmltopdf on 15, by wkhtmltopdf or Chrome on 16: ours are WeasyPrint's everywhere."""
	if not source.shipped or source.path == f"{PACKAGE}/services/pdf.py":
		return
	for node in source.nodes:
		if isinstance(node, ast.Attribute | ast.Name) and source.name(node) in PDF_MAKERS:
			yield source.violation(node, "leaves a PDF to the host; services/pdf.py makes ours")
	for call in source.calls:
		if source.name(call.func) == "frappe.get_print" and argument(call, 4, "as_pdf") is not None:
			yield source.violation(call, "leaves a PDF to the host; services/pdf.py makes ours")


# H7. The version is asked in one place


def only_compat_compares_versions(source: Source) -> Iterator[Violation]:
	"""`compat` gives answers, not its version number."""
	if not source.shipped or source.path == COMPAT:
		return
	for node in source.nodes:
		if isinstance(node, ast.Attribute) and source.name(node) == f"{PACKAGE}.compat.MAJOR":
			yield source.violation(node, "compares versions; let compat.py answer the question itself")
	for item in source.imports:
		if item.full == f"{PACKAGE}.compat.MAJOR":
			yield source.violation(item.line, "compares versions; let compat.py answer the question itself")
	for call in source.calls:
		found = source.name(call.func) in {"importlib.util.find_spec", "importlib.import_module"}
		name = source.string(argument(call, 0, "name")) or ""
		if found and name.split(".")[0] == "frappe":
			yield source.violation(call, "asks which Frappe this is; only compat.py may")


SCRIPT_VERSION = re.compile(
	r"frappe\.boot\.versions|frappe\.boot\.app_version|frappe\.app_version|\bnavigator\.userAgent\b"
)


def scripts_ask_no_version(root: Path = ROOT) -> Iterator[Violation]:
	"""A client script looks for what it needs, never at a version."""
	for path in files(root / PACKAGE):
		if path.suffix != ".js":
			continue
		for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
			if SCRIPT_VERSION.search(line):
				yield Violation(path.relative_to(root).as_posix(), number, "asks for a version")


# H8. Folders that both versions read

IMPORTED = {
	"doctype", "page", "report", "print_format", "web_form", "notification", "workspace", "number_card",
	"dashboard_chart", "dashboard_chart_source", "dashboard", "module_onboarding", "onboarding_step", "form_tour",
}  # fmt: skip


def unread_folders(root: Path = ROOT) -> Iterator[Violation]:
	"""A folder in the module that Frappe doesn't import would be shipped and never seen."""
	for path in sorted((root / PACKAGE / "safeguarding").iterdir()):
		if path.is_dir() and path.name not in IMPORTED | {"__pycache__"}:
			yield Violation(path.relative_to(root).as_posix(), 1, "isn't read from a module by every version")


CODE_RULES: tuple[Rule, ...] = (
	fields_hold_no_sql,
	a_first_row_is_ordered,
	permission_hooks_answer,
	whitelisted_methods_are_said,
	names_exist_everywhere,
	pdfs_are_our_own,
	only_compat_compares_versions,
)
FILE_RULES = (unsorted_doctypes, scripts_ask_no_version, unread_folders)
