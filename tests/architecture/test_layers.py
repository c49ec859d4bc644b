"""The architecture holds in this repository, and each rule catches the violation that it is there to catch."""

from __future__ import annotations

import textwrap
from pathlib import Path

import layer_rules
import pytest
from rules import PACKAGE, Rule, Source, sources

API, DOCTYPE = "api/escalation.py", "safeguarding/doctype/escalation/escalation.py"


def violations(rule: Rule, path: str, text: str) -> list[str]:
	return [str(found) for found in rule(Source(f"{PACKAGE}/{path}", textwrap.dedent(text)))]


# This repository


@pytest.mark.parametrize("rule", layer_rules.CODE_RULES, ids=lambda rule: rule.__name__)
def test_the_repository_keeps_the_rule(rule: Rule):
	assert [str(found) for source in sources() for found in rule(source)] == []


def test_the_rules_look_at_the_app():
	"""A moved folder must not leave a rule looking at nothing."""
	paths = [source.path for source in sources()]
	assert f"{PACKAGE}/hooks.py" in paths
	for folder in ("engine", "services", "api"):
		assert any(path.startswith(f"{PACKAGE}/{folder}/") for path in paths), folder


def test_excuses_are_reasoned_and_still_needed(monkeypatch: pytest.MonkeyPatch):
	excused = dict(layer_rules.MAY_IGNORE_PERMISSIONS)
	assert all(len(reason.split()) >= 3 for reason in excused.values())
	monkeypatch.setattr(layer_rules, "MAY_IGNORE_PERMISSIONS", {})
	rule = layer_rules.permissions_are_ignored_only_in_services
	assert set(excused) <= {source.path for source in sources() if list(rule(source))}


# 1. The engine is pure


@pytest.mark.parametrize(
	"text",
	[
		"import frappe",
		"import frappe.utils as utils",
		"from frappe.utils import getdate",
		"def f():\n\timport frappe",
		"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n\timport frappe",
		"from ..services import cases",
		"from .. import compat",
		"import safeguarding_escalation.permissions",
		"from safeguarding_escalation.api.escalation import record",
		"import sqlite3",
		"import pymysql",
		"import sqlalchemy.orm",
		"import requests",
		"import time",
		"from time import time",
		"import importlib",
		"__import__('frappe')",
		"import datetime\ndatetime.datetime.now()",
		"from datetime import datetime\ndatetime.now(tz=None)",
		"from datetime import datetime as dt\ndt.utcnow()",
		"from datetime import date\ndate.today()",
		"from datetime import datetime\nmake = field(default_factory=datetime.now)",
		"pandas.Timestamp.today()",
	],
)
def test_an_impure_engine_is_caught(text: str):
	assert violations(layer_rules.engine_is_pure, "engine/deadlines.py", text)


@pytest.mark.parametrize(
	"text",
	[
		"from __future__ import annotations\nimport json\nfrom datetime import date, datetime, time, timedelta",
		"from zoneinfo import ZoneInfo\nimport holidays\nfrom dateutil.easter import easter",
		"from .calendar import WorkingCalendar\nfrom ..policies import texts",
		"from importlib import resources",
		"def status(self, now):\n\treturn self.plan.now < now",
	],
)
def test_a_pure_engine_passes(text: str):
	assert violations(layer_rules.engine_is_pure, "engine/deadlines.py", text) == []


# 2. Only services write the state and the deadlines

STATE_WRITES = [
	"doc.workflow_state = 'Stage 2'",
	"self.workflow_state, x = 'Stage 2', 1",
	"del doc.workflow_state",
	"for doc.workflow_state in states: pass",
	"doc.__dict__['workflow_state'] = 'Stage 2'",
	"FIELD = 'workflow_state'\nrow[FIELD] = 'Stage 2'",
	"setattr(doc, 'workflow_state', 'Stage 2')",
	"doc.set('workflow_state', 'Stage 2')",
	"doc.db_set('workflow_state', 'Stage 2')",
	"doc.db_set({'workflow_state': 'Stage 2'})",
	"doc.update({'title': 'x', 'workflow_state': 'Stage 2'})",
	"doc.update(workflow_state='Stage 2')",
	"frappe.db.set_value('Escalation', name, 'workflow_state', 'Stage 2')",
	"frappe.db.set_value('Escalation', name, {'workflow_state': 'Stage 2'})",
	"frappe.db.set_value('Escalation', name, fieldname='workflow_state', val='Stage 2')",
	"frappe.db.bulk_update('Escalation', {name: {'workflow_state': 'Stage 2'}})",
	"frappe.get_doc({'doctype': 'Escalation', 'workflow_state': 'Stage 2'}).insert()",
	"frappe.new_doc('Escalation', workflow_state='Stage 2')",
	"frappe.qb.update(E).set(E.workflow_state, 'Stage 2').run()",
	"frappe.qb.update(E).set('workflow_state', 'Stage 2').run()",
	"frappe.db.sql('update `tabEscalation` set workflow_state = %s', state)",
	"frappe.db.sql(f'UPDATE tabEscalation SET modified=now(), workflow_state={state}')",
]


@pytest.mark.parametrize("text", STATE_WRITES)
@pytest.mark.parametrize("path", [DOCTYPE, API, "scheduler.py", "setup/install.py", "patches/v1.py"])
def test_a_state_written_outside_services_is_caught(path: str, text: str):
	assert violations(layer_rules.only_services_write_the_state, path, text)


@pytest.mark.parametrize("text", STATE_WRITES)
@pytest.mark.parametrize("path", ["services/cases.py", "tests/test_cases.py", "services/test_cases.py"])
def test_services_and_tests_may_write_the_state(path: str, text: str):
	assert violations(layer_rules.only_services_write_the_state, path, text) == []


@pytest.mark.parametrize(
	"text",
	[
		"if doc.workflow_state == 'Closed': pass",
		"state = doc.get('workflow_state') or row['workflow_state']",
		"class Escalation(Document):\n\tworkflow_state: DF.Link | None",
		"frappe.get_list('Escalation', filters={'workflow_state': 'Stage 1'}, fields=['workflow_state'])",
		"filters.update({'workflow_state': 'Stage 1'})",
		"frappe.get_doc('Escalation', {'workflow_state': 'Stage 1'})",
		"frappe.db.set_value('Escalation', {'workflow_state': 'Stage 1'}, 'title', 'x')",
		"frappe.get_doc({'doctype': 'Workflow', 'workflow_state_field': 'workflow_state'})",
		"'''The controller must not update tabEscalation and set workflow_state.'''",
		"frappe.qb.from_(E).select(E.workflow_state).run()",
	],
)
def test_reading_the_state_passes(text: str):
	assert violations(layer_rules.only_services_write_the_state, DOCTYPE, text) == []


DEADLINE_WRITES = [
	"frappe.get_doc({'doctype': 'Escalation Deadline', 'clock': clock}).insert()",
	"frappe.get_doc(doctype='Escalation Deadline', clock=clock)",
	"NAME = 'Escalation Deadline'\nfrappe.new_doc(NAME)",
	"frappe.delete_doc('Escalation Deadline', name)",
	"frappe.db.delete('Escalation Deadline', {'escalation': name})",
	"frappe.db.delete(doctype='Escalation Deadline')",
	"frappe.db.truncate('Escalation Deadline')",
	"frappe.db.set_value('Escalation Deadline', name, 'met_at', at)",
	"frappe.db.bulk_insert('Escalation Deadline', fields, rows)",
	"frappe.qb.update(frappe.qb.DocType('Escalation Deadline')).set('met_at', at)",
	"D = frappe.qb.DocType('Escalation Deadline')\nfrappe.qb.update(D).set(D.met_at, at).run()",
	"D = frappe.qb.DocType('Escalation Deadline')\nfrappe.qb.into(D).insert(1).run()",
	"D = frappe.qb.DocType('Escalation Deadline')\nfrappe.qb.from_(D).where(D.name == x).delete().run()",
	"frappe.qb.from_('Escalation Deadline').delete().run()",
	"row = frappe.get_doc('Escalation Deadline', name)\nrow.save()",
	"row = frappe.get_doc('Escalation Deadline', name)\nrow.met_at = at",
	"frappe.get_doc('Escalation Deadline', name).db_set('met_at', at)",
	"frappe.db.sql('insert into `tabEscalation Deadline` (name) values (1)')",
	"frappe.db.sql(f'DELETE FROM `tabEscalation Deadline` WHERE name = {name}')",
]


@pytest.mark.parametrize("text", DEADLINE_WRITES)
@pytest.mark.parametrize("path", [DOCTYPE, API, "scheduler.py", "setup/demo.py"])
def test_a_deadline_written_outside_services_is_caught(path: str, text: str):
	assert violations(layer_rules.only_services_write_deadlines, path, text)


@pytest.mark.parametrize("text", DEADLINE_WRITES)
def test_services_may_write_deadlines(text: str):
	assert violations(layer_rules.only_services_write_deadlines, "services/deadlines.py", text) == []


@pytest.mark.parametrize(
	"text",
	[
		"frappe.get_list('Escalation Deadline', filters={'escalation': name})",
		"row = frappe.get_doc('Escalation Deadline', name)\nreturn_value = row.due_at",
		"D = frappe.qb.DocType('Escalation Deadline')\nfrappe.qb.from_(D).select(D.name).run()",
		"frappe.db.add_index('Escalation Deadline', ['next_alert_at'])",
		"frappe.get_doc({'doctype': 'Role', 'role_name': 'Escalation Deadline'}).insert()",
		"frappe.db.set_value('Escalation', name, 'title', 'x')",
	],
)
def test_reading_deadlines_passes(text: str):
	assert violations(layer_rules.only_services_write_deadlines, "scheduler.py", text) == []


# 3. Whitelisted functions

TYPED = "def record(escalation: str, *, note: str | None = None) -> dict: ..."


@pytest.mark.parametrize(
	("path", "text"),
	[
		(DOCTYPE, f"import frappe\n@frappe.whitelist()\n{TYPED}"),
		("services/cases.py", f"import frappe\n@frappe.whitelist\n{TYPED}"),
		("services/cases.py", f"from frappe import whitelist as public\n@public(methods=['POST'])\n{TYPED}"),
		("services/cases.py", f"import frappe as f\n@f.whitelist()\n{TYPED}"),
		(DOCTYPE, "class E(Document):\n\t@frappe.whitelist()\n\tdef move(self: E) -> None: ..."),
		("services/cases.py", "frappe.whitelist()(record)"),
		(API, "frappe.whitelist()(record)"),
		(API, "@frappe.whitelist()\ndef record(escalation) -> dict: ..."),
		(API, "@frappe.whitelist()\ndef record(escalation: str): ..."),
		(API, "@frappe.whitelist()\ndef record(escalation: str, *, note=None) -> dict: ..."),
		(API, "@frappe.whitelist()\ndef record(escalation: str, **values) -> dict: ..."),
		(API, "@frappe.whitelist()\ndef record(escalation: str, *values) -> dict: ..."),
		(API, "@log\n@frappe.whitelist(methods=['POST'])\ndef record(escalation) -> dict: ..."),
	],
)
def test_a_function_whitelisted_wrongly_is_caught(path: str, text: str):
	assert violations(layer_rules.whitelisted_only_in_api, path, text)


@pytest.mark.parametrize(
	"text",
	[
		f"@frappe.whitelist()\n{TYPED}",
		"@frappe.whitelist(methods=['POST'])\ndef record(escalation: str, **values: str) -> None: ...",
		"def helper(anything): ...",
	],
)
def test_a_typed_function_in_api_passes(text: str):
	assert violations(layer_rules.whitelisted_only_in_api, API, text) == []


# 4. Permissions


@pytest.mark.parametrize(
	"text",
	[
		"doc.insert(ignore_permissions=True)",
		"doc.save(ignore_permissions=1)",
		"frappe.get_list('Escalation', ignore_permissions=ignore)",
		"doc.flags.ignore_permissions = True",
		"doc.flags['ignore_permissions'] = True",
		"doc.flags.update({'ignore_permissions': True})",
		"frappe.delete_doc('Escalation', name, **{'ignore_permissions': True})",
	],
)
def test_permissions_ignored_are_caught(text: str):
	rule = layer_rules.permissions_are_ignored_only_in_services
	assert violations(rule, API, text)
	assert violations(rule, "scheduler.py", text)
	assert violations(rule, "services/cases.py", text) == violations(rule, "setup/install.py", text) == []


@pytest.mark.parametrize(
	"text", ["doc.save(ignore_permissions=False)", "doc.flags.ignore_permissions = False"]
)
def test_permissions_kept_pass(text: str):
	assert violations(layer_rules.permissions_are_ignored_only_in_services, API, text) == []


# 5. What serves a user reads with permission


@pytest.mark.parametrize(
	"text",
	[
		"frappe.get_all('Escalation')",
		"from frappe import get_all\nget_all('Escalation')",
		"frappe.db.get_all('Escalation')",
		"read = frappe.get_all",
		"frappe.db.sql(f'select name from tabEscalation where name = {name!r}')",
		"frappe.db.sql('select name from tabEscalation where name = %s' % name)",
		"frappe.db.sql('select name from tabEscalation where name = ' + name)",
		"frappe.db.sql('select name from tabEscalation where name = {}'.format(name))",
		"frappe.db.sql(query)",
		"query = f'SELECT name FROM x WHERE name = {name}'",
		"query = f'select name from `tabEscalation` where name = {name}'",
		"query = f'''DELETE\n FROM {table}''' + f'UPDATE {table} SET x = 1'",
	],
)
def test_reading_past_permission_is_caught(text: str):
	assert violations(layer_rules.users_are_served_with_permission, API, text)
	assert violations(layer_rules.users_are_served_with_permission, "safeguarding/report/due/due.py", text)


@pytest.mark.parametrize(
	"text",
	[
		"frappe.get_list('Escalation', fields=['name'])",
		"frappe.db.sql('select name from tabEscalation where name = %s', name)",
		"frappe.throw(f'Select a board for {name} from the list.')",
	],
)
def test_reading_with_permission_passes(text: str):
	assert violations(layer_rules.users_are_served_with_permission, API, text) == []


# 6. Which Frappe is it?


@pytest.mark.parametrize(
	"text",
	[
		"if frappe.__version__ > '16': pass",
		"import frappe as f\nversion = f.__version__",
		"from frappe import __version__",
		"hasattr(frappe, 'in_test')",
		"import frappe.utils.pdf\nhasattr(frappe.utils.pdf, 'get_chrome')",
		"from frappe.utils import pdf\ngetattr(pdf, 'get_chrome', None)",
		"import importlib.metadata\nimportlib.metadata.version('frappe')",
		"from importlib.metadata import version\nversion('frappe')",
		"try:\n\tfrom frappe.tests import IntegrationTestCase\nexcept ImportError:\n\tpass",
		"try:\n\timport frappe.pdf\nexcept (ModuleNotFoundError, KeyError):\n\tpass",
	],
)
def test_asking_which_frappe_is_caught(text: str):
	rule = layer_rules.only_compat_asks_which_frappe
	assert violations(rule, "services/cases.py", text)
	assert violations(rule, "setup/install.py", text)
	assert violations(rule, "compat.py", text) == violations(rule, "tests/test_cases.py", text) == []


@pytest.mark.parametrize(
	"text",
	[
		"from . import __version__",
		"getattr(frappe.local, 'request_ip', None)",
		"hasattr(frappe.flags, 'x')",
		"hasattr(doc, 'next_step')",
		"try:\n\timport orjson\nexcept ImportError:\n\torjson = None",
		"try:\n\tfrappe.get_doc('X', 'y')\nexcept frappe.DoesNotExistError:\n\tpass",
	],
)
def test_other_questions_pass(text: str):
	assert violations(layer_rules.only_compat_asks_which_frappe, "services/cases.py", text) == []


def test_a_name_imported_from_another_module_hides_nothing(tmp_path: Path):
	names = tmp_path / PACKAGE / "services" / "names.py"
	names.parent.mkdir(parents=True)
	names.write_text('DEADLINE = "Escalation Deadline"\n', "utf-8")
	for text in (
		"from .services.names import DEADLINE\nfrappe.new_doc(DEADLINE)",
		"from safeguarding_escalation.services import names\nfrappe.new_doc(names.DEADLINE)",
	):
		planted = Source(f"{PACKAGE}/scheduler.py", text, tmp_path)
		assert list(layer_rules.only_services_write_deadlines(planted))
