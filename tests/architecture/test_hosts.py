"""The app keeps to what every supported Frappe offers, and each rule catches the violation it is there to catch."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import host_rules
import pytest
from rules import PACKAGE, ROOT, Rule, Source, sources


def violations(rule: Rule, text: str, path: str = "services/cases.py", root: Path = ROOT) -> list[str]:
	return [str(found) for found in rule(Source(f"{PACKAGE}/{path}", textwrap.dedent(text), root))]


@pytest.mark.parametrize("rule", host_rules.CODE_RULES, ids=lambda rule: rule.__name__)
def test_the_app_keeps_the_rule(rule: Rule):
	assert [str(found) for source in sources() for found in rule(source)] == []


@pytest.mark.parametrize("rule", host_rules.FILE_RULES, ids=lambda rule: rule.__name__)
def test_the_files_keep_the_rule(rule):
	assert [str(found) for found in rule()] == []


def test_every_rule_is_a_line_of_the_document():
	text = (ROOT / "docs" / "hosts.md").read_text("utf-8")
	named = set(re.findall(r"`host_rules\.(\w+)`", text))
	assert named == {rule.__name__ for rule in (*host_rules.CODE_RULES, *host_rules.FILE_RULES)}


def test_every_test_that_the_document_names_exists():
	text = (ROOT / "docs" / "hosts.md").read_text("utf-8")
	named = re.findall(r"`([\w/.]+\.py)(?:::(\w+))?`", text)
	assert len(named) > 8
	for path, function in named:
		assert (ROOT / path).is_file(), path
		assert not function or f"def {function}(" in (ROOT / path).read_text("utf-8"), function


PLANTED = {
	"fields_hold_no_sql": [
		"frappe.get_all('Escalation', fields=['count(name) as n'])",
		"frappe.get_list('Escalation', {}, ['board', 'max(creation)'])",
		"frappe.db.get_value('Stage Log', {}, 'max(sequence)')",
		"frappe.get_all('Escalation', order_by='field(state, 1, 2)')",
		"frappe.get_all('Escalation', group_by='date(creation)')",
	],
	"a_first_row_is_ordered": [
		"frappe.get_all('Stage Log', limit=1)",
		"frappe.get_list('Escalation', {}, limit_page_length=LIMIT)",
		"frappe.get_last_doc('Stage Log')",
	],
	"permission_hooks_answer": [
		"def has_permission(doc, ptype, user):\n\treturn None",
		"def has_permission(doc, ptype, user):\n\tif doc:\n\t\treturn\n\treturn True",
		"def has_permission(doc, ptype, user):\n\tif doc:\n\t\treturn True",
	],
	"names_exist_everywhere": [
		"from frappe.utils import get_system_timezone",
		"frappe.utils.get_time_zone()",
		"from frappe.tests.utils import FrappeTestCase",
		"frappe.cache().get_value('x')",
		"frappe.connect('site')",
		"frappe.connect(site=name)",
	],
	"pdfs_are_our_own": [
		"from frappe.utils.pdf import get_pdf\nget_pdf(html)",
		"frappe.get_print('Escalation', name, as_pdf=True)",
		"frappe.attach_print('Escalation', name)",
	],
	"only_compat_compares_versions": [
		"from safeguarding_escalation import compat\nx = compat.MAJOR > 15",
		"from safeguarding_escalation.compat import MAJOR",
		"import importlib.util\nimportlib.util.find_spec('frappe.desk.x')",
		"import importlib\nimportlib.import_module('frappe.pulse')",
	],
}
SOUND = {
	"fields_hold_no_sql": [
		"frappe.get_all('Escalation', fields=['name', 'board as b'], order_by='creation desc')",
		"frappe.qb.from_(E).select(Count('*'))",
		"frappe.db.get_value('Escalation', {'title': 'a (b)'}, 'name')",
	],
	"a_first_row_is_ordered": [
		"frappe.get_all('Stage Log', order_by='sequence desc', limit=1)",
		"frappe.get_all('Stage Log', limit_page_length=0)",
		"frappe.get_all('Stage Log')",
		"frappe.get_list('Stage Log', **given, limit=3)",
	],
	"permission_hooks_answer": [
		"def has_permission(doc, ptype, user):\n\tif doc:\n\t\treturn compat.no_opinion()\n\treturn False",
		"def readable(doc):\n\treturn None",
	],
	"names_exist_everywhere": [
		"frappe.cache.hdel('workflow', 'Escalation')",
		"frappe.init(site=name)\nfrappe.connect()",
		"from safeguarding_escalation.compat import system_timezone",
	],
	"pdfs_are_our_own": ["frappe.get_print('Escalation', name)", "from weasyprint import HTML"],
	"only_compat_compares_versions": [
		"compat.no_opinion()",
		"import importlib\nimportlib.import_module('holidays')",
	],
}


@pytest.mark.parametrize(
	("name", "text"), [(name, text) for name, texts in PLANTED.items() for text in texts]
)
def test_a_planted_violation_is_caught(name: str, text: str):
	assert violations(getattr(host_rules, name), text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SOUND.items() for text in texts])
def test_sound_code_passes(name: str, text: str):
	assert violations(getattr(host_rules, name), text) == []


def test_compat_may_ask_and_tests_may_use_what_they_need():
	text = "from frappe.utils.data import get_time_zone\nx = compat.MAJOR"
	assert violations(host_rules.names_exist_everywhere, text, "compat.py") == []
	assert violations(host_rules.names_exist_everywhere, text, "tests/test_cases.py") == []
	assert violations(host_rules.only_compat_compares_versions, text, "compat.py") == []


def test_a_whitelisted_function_says_its_methods_unless_it_stands_in_for_the_hosts(tmp_path: Path):
	(tmp_path / PACKAGE).mkdir()
	hooks = f'override_whitelisted_methods = {{"frappe.client.get_count": "{PACKAGE}.api.cases.get_count"}}\n'
	(tmp_path / PACKAGE / "hooks.py").write_text(hooks, "utf-8")
	rule = host_rules.whitelisted_methods_are_said

	def found(decorator: str, name: str) -> list[str]:
		return violations(rule, f"@{decorator}\ndef {name}(): ...", "api/cases.py", tmp_path)

	assert found("frappe.whitelist()", "record")
	assert found("frappe.whitelist", "record")
	assert found('frappe.whitelist(methods=["POST"])', "record") == []
	assert found("frappe.whitelist()", "get_count") == []


def test_files_that_differ_between_versions_are_caught(tmp_path: Path):
	module = tmp_path / PACKAGE / "safeguarding"
	for folder in ("doctype/case", "kanban_board"):
		(module / folder).mkdir(parents=True)
	(module / "doctype/case/case.json").write_text(
		json.dumps({"doctype": "DocType", "sort_field": "modified"})
	)
	(tmp_path / PACKAGE / "form.js").write_text("if (frappe.boot.versions.frappe > 15) x();\n")
	assert ["sort_order" in str(found) for found in host_rules.unsorted_doctypes(tmp_path)] == [True]
	assert [found.line for found in host_rules.scripts_ask_no_version(tmp_path)] == [1]
	assert ["kanban_board" in str(found) for found in host_rules.unread_folders(tmp_path)] == [True]
