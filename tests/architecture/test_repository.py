"""The repository as a whole: lengths, machine paths, lock files, hooks and patches; each rule shown to catch."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import repository_rules
from rules import PACKAGE, files

# This repository


def test_no_code_file_is_too_long():
	for close in repository_rules.too_long(limit=300):
		warnings.warn(str(close), stacklevel=1)
	assert [str(found) for found in repository_rules.too_long()] == []


def test_nothing_names_the_machine_it_was_written_on():
	assert [str(found) for found in repository_rules.machine_traces()] == []


def test_hooks_name_what_exists():
	assert [str(found) for found in repository_rules.broken_hooks()] == []


def test_patches_name_what_exists():
	assert [str(found) for found in repository_rules.broken_patches()] == []


def test_excuses_are_reasoned_and_still_needed(monkeypatch: pytest.MonkeyPatch):
	long, paths = dict(repository_rules.MAY_BE_LONG), dict(repository_rules.MAY_NAME_PATH)
	assert all(len(reason.split()) >= 3 for reason in [*long.values(), *paths.values()])
	monkeypatch.setattr(repository_rules, "MAY_BE_LONG", {})
	monkeypatch.setattr(repository_rules, "MAY_NAME_PATH", {})
	assert set(long) <= {found.path for found in repository_rules.too_long()}
	named = {(found.path, found.message.split(": ")[-1]) for found in repository_rules.machine_traces()}
	assert set(paths) <= named


# Planted violations


def plant(root: Path, name: str, text: str) -> Path:
	path = root / name
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(text, "utf-8")
	return root


def test_a_long_file_is_caught(tmp_path: Path):
	plant(tmp_path, "app/short.py", "x = 1\n" * 400)
	plant(tmp_path, "node_modules/long.js", "x = 1\n" * 401)
	plant(tmp_path, "long.json", "1\n" * 401)
	assert list(repository_rules.too_long(tmp_path)) == []
	plant(tmp_path, "app/long.js", "x = 1\n" * 401)
	assert [found.path for found in repository_rules.too_long(tmp_path)] == ["app/long.js"]


SLASH = "/"  # keeps the planted paths out of this file's own text


@pytest.mark.parametrize(
	"text",
	[
		f"see {SLASH}work/shared/design.md",
		f"open('{SLASH}root/.cache/x')",
		f"cd {SLASH}home/alice/app",
		f"file://{SLASH}Users/alice/app",
		f"PATH={SLASH}home/alice/bin",
		"C:\\" + "Users\\alice",
	],
)
def test_a_path_of_one_machine_is_caught(text: str, tmp_path: Path):
	assert len(list(repository_rules.machine_traces(plant(tmp_path, "docs/note.md", f"one\n{text}\n")))) == 1


@pytest.mark.parametrize(
	"text",
	[
		f"tests{SLASH}work/x",
		"https://example.org/home/page",
		f"..{SLASH}work/x",
		"$HOME/home/x",
		"/workspace/x",
		"~/root/x",
	],
)
def test_other_paths_pass(text: str, tmp_path: Path):
	assert list(repository_rules.machine_traces(plant(tmp_path, "docs/note.md", text))) == []


@pytest.mark.parametrize(
	("name", "text"),
	[
		("package-lock.json", '"resolved": "https://registry.npmjs.org/vue/-/vue-3.tgz"'),
		("dev_host/package-lock.json", '"resolved": "http://mirror.example/vue-3.tgz"'),
		("yarn.lock", '  resolved "https://registry.yarnpkg.com/vue/-/vue-3.tgz#1"'),
		("uv.lock", 'source = { registry = "https://pypi.org/simple" }'),
		("requirements-dev.txt", "--index-url https://mirror.example/simple"),
		("requirements.txt", "pytest @ https://files.pythonhosted.org/packages/pytest.whl"),
	],
)
def test_a_registry_in_a_lock_file_is_caught(name: str, text: str, tmp_path: Path):
	assert len(list(repository_rules.machine_traces(plant(tmp_path, name, f"{text}\n")))) == 1


@pytest.mark.parametrize(
	("name", "text"),
	[
		("package-lock.json", '"integrity": "sha512-abc", "funding": "https://opencollective.com/vue"'),
		("requirements.txt", "pytest==8.3.3 --hash=sha256:abc"),
		("README.md", "It comes from https://pypi.org/project/criscostack"),
	],
)
def test_a_lock_file_without_a_registry_passes(name: str, text: str, tmp_path: Path):
	assert list(repository_rules.machine_traces(plant(tmp_path, name, text))) == []


@pytest.fixture
def app(tmp_path: Path) -> Path:
	plant(tmp_path, f"{PACKAGE}/__init__.py", "")
	plant(tmp_path, f"{PACKAGE}/scheduler.py", "from .services.alerts import send\n\ndef sweep(): ...\n")
	plant(tmp_path, f"{PACKAGE}/services/alerts.py", "from frappe.utils import cint\ndef send(): ...\n")
	plant(tmp_path, f"{PACKAGE}/services/__init__.py", "from .gone import lost\n")
	plant(tmp_path, f"{PACKAGE}/public/js/escalation.js", "")
	plant(tmp_path, f"{PACKAGE}/public/js/panel.bundle.js", "")
	plant(tmp_path, f"{PACKAGE}/patches/v1/seed.py", "def execute(): ...\n")
	return plant(tmp_path, f"{PACKAGE}/patches/v1/idle.py", "def run(): ...\n")


@pytest.mark.parametrize(
	"text",
	[
		"after_install = 'safeguarding_escalation.scheduler.sweep'",
		"scheduler_events = {'cron': {'*/5 * * * *': ['safeguarding_escalation.scheduler.send']}}",
		"doctype_js = {'Escalation': 'public/js/escalation.js'}",
		"app_include_js = ['panel.bundle.js', '/assets/safeguarding_escalation/js/escalation.js?v=1']",
		"jinja = {'methods': ['safeguarding_escalation.services.alerts']}",
		"app_name = 'safeguarding_escalation'",
		"override_whitelisted_methods = {'frappe.desk.like.toggle_like': 'safeguarding_escalation.scheduler.sweep'}",
	],
)
def test_sound_hooks_pass(text: str, app: Path):
	assert list(repository_rules.broken_hooks(plant(app, f"{PACKAGE}/hooks.py", text))) == []


@pytest.mark.parametrize(
	"text",
	[
		"after_install = 'safeguarding_escalation.setup.install.after_install'",
		"after_install = 'safeguarding_escalation.scheduler.swep'",
		"after_install = 'safeguarding_escalation.scheduler'",
		"after_install = 'safeguarding_escalation.services.lost'",
		"doc_events = {'Escalation': {'on_update': ['safeguarding_escalation.scheduler.gone']}}",
		"doctype_js = {'Escalation': 'public/js/gone.js'}",
		"app_include_js = 'gone.bundle.js'",
		"app_include_css = '/assets/safeguarding_escalation/css/gone.css'",
		"app = 'safeguarding_escalation'\nafter_install = f'{app}.scheduler.sweep'",
	],
)
def test_a_hook_that_leads_nowhere_is_caught(text: str, app: Path):
	assert len(list(repository_rules.broken_hooks(plant(app, f"{PACKAGE}/hooks.py", text)))) == 1


def test_a_patch_that_leads_nowhere_is_caught(app: Path):
	lines = ["[post_model_sync]", "safeguarding_escalation.patches.v1.seed #1", "# a comment", ""]
	plant(app, f"{PACKAGE}/patches.txt", "\n".join(lines))
	assert list(repository_rules.broken_patches(app)) == []
	lines += ["safeguarding_escalation.patches.v1.gone", "safeguarding_escalation.patches.v1.idle"]
	plant(app, f"{PACKAGE}/patches.txt", "\n".join(lines))
	assert [found.line for found in repository_rules.broken_patches(app)] == [5, 6]


def test_generated_and_hidden_folders_are_left_out(tmp_path: Path):
	for name in (".dev/x.py", "node_modules/x.py", "a.egg-info/x.py", "a/__pycache__/x.py"):
		plant(tmp_path, name, "")
	plant(tmp_path, ".ci/run.py", "")
	plant(tmp_path, ".editorconfig", "")
	assert [path.relative_to(tmp_path).as_posix() for path in files(tmp_path)] == [
		".editorconfig",
		".ci/run.py",
	]
