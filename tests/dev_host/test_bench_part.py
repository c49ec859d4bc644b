"""What `./dev test bench` prepares for an unprivileged person."""

import os
import sys
from pathlib import Path

import pytest

from dev_host import cli, frappe_source, interpreters, testing, unprivileged, unwheel
from dev_host.command import query
from dev_host.errors import MissingPrograms, WrongPython
from dev_host.layout import Layout
from dev_host.testing import benches
from dev_host.unprivileged import Person


def test_every_part_is_named_on_the_command_line():
	assert tuple(testing.PARTS) == cli.TEST_PARTS


def test_a_new_login_knows_nothing_of_ours(tmp_path: Path, monkeypatch):
	monkeypatch.setenv("PYTHONPATH", "/somewhere")
	environment = Person("somebody", tmp_path).environment(Path("/tools"), added={"SE_HOME": "x"})
	assert environment["PATH"].startswith(f"/tools{os.pathsep}/usr/local/sbin")
	assert environment["HOME"] == str(tmp_path)
	assert environment["USER"] == "somebody"
	assert environment["SE_HOME"] == "x"
	assert "PYTHONPATH" not in environment


def test_an_ordinary_user_stays_who_they_are(tmp_path: Path):
	assert Person(None, tmp_path).identity() == {}
	Person(None, tmp_path).owns()


def test_a_program_in_a_private_folder_is_open_to_nobody_else(tmp_path: Path):
	program = Path("/bin/sh")
	assert unprivileged.open_to_all(program)
	(tmp_path / "python3").touch(mode=0o755)
	tmp_path.chmod(0o700)
	assert not unprivileged.open_to_all(tmp_path / "python3")


def test_without_a_python_for_everybody_the_run_is_refused(monkeypatch):
	monkeypatch.setattr(unprivileged, "is_root", lambda: True)
	monkeypatch.setattr(unprivileged, "open_to_all", lambda path: False)
	monkeypatch.setattr(interpreters, "candidates", lambda places: [Path(sys.executable)])
	with pytest.raises(WrongPython, match="unprivileged user"):
		unprivileged.choose_python(">=3.10")


def test_without_useradd_root_is_told_to_run_it_as_somebody(monkeypatch, tmp_path: Path):
	monkeypatch.setattr(unprivileged, "ACCOUNT", "no-such-account-here")
	monkeypatch.setattr(unprivileged, "find_program", lambda name: None)
	with pytest.raises(MissingPrograms, match="useradd"):
		unprivileged.make_account(tmp_path)


@pytest.mark.parametrize(
	("name", "passed"),
	[
		("PIP_INDEX_URL", True),
		("UV_DEFAULT_INDEX", True),
		("SSL_CERT_FILE", True),
		("REQUESTS_CA_BUNDLE", True),
		("https_proxy", True),
		("NO_PROXY", True),
		("HOME", False),
		("PYTHONPATH", False),
		("GITHUB_TOKEN", False),
		("AWS_CA_BUNDLE", False),
	],
)
def test_only_how_to_reach_a_package_index_is_passed_on(name, passed):
	assert bool(benches.NETWORK_SETTINGS.match(name)) is passed


def test_the_restored_tree_is_told_its_requirements():
	needed = benches.requirements_of_the_package(Layout.here())
	assert "Werkzeug~=2.3.4" in needed
	assert {"pydyf<0.11", "setuptools<81"} <= set(needed)
	assert not any(line.startswith(("#", "-", "pytest")) for line in needed)
	assert frappe_source.requirements(unwheel.pyproject(needed)) == needed


def test_a_working_tree_becomes_one_commit_without_what_was_built(tmp_path: Path):
	tree, target = tmp_path / "tree", tmp_path / "copy" / "app"
	for name in (
		"app/hooks.py",
		"app/public/dist/x.js",
		".dev/state.json",
		"app/__pycache__/x.pyc",
		".ci/run",
	):
		(tree / name).parent.mkdir(parents=True, exist_ok=True)
		(tree / name).touch()
	(tree / "pyproject.toml").write_text("[project]\n")
	benches.copy_as_repository(tree, target, tmp_path / "logs", ["x>=1"])
	assert (query(["git", "-C", target, "ls-files"]) or "").split() == [
		".ci/run",
		"app/hooks.py",
		"pyproject.toml",
	]
	assert frappe_source.requirements((target / "pyproject.toml").read_text()) == ["x>=1"]
