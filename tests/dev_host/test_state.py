"""What is remembered, and that an interrupted step runs again."""

import json
from pathlib import Path

import pytest

from dev_host import fingerprints
from dev_host.bench import common_config, merge_json, replace_link
from dev_host.progress import Progress
from dev_host.state import State, exclusive


@pytest.fixture
def state(tmp_path: Path) -> State:
	return State(tmp_path / "dev" / "state.json")


def test_what_is_saved_is_read_again(state: State):
	state.mark("npm", "abc")
	assert State(state.path).done("npm", "abc")
	assert not State(state.path).done("npm", "other inputs")


def test_the_state_file_is_private(state: State):
	state.save()
	assert state.path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_damaged_file_only_makes_steps_run_again(state: State, content):
	state.path.parent.mkdir()
	state.path.write_text(content)
	assert not State(state.path).done("npm", "abc")


def test_a_section_of_the_wrong_kind_is_made_anew(state: State):
	state.data["ports"] = 3
	assert state.section("ports") == {}


def test_a_step_runs_once_for_the_same_inputs(state: State, capsys):
	ran: list[str] = []
	for mark in ("one", "one", "two"):
		Progress(state).step("s", "Step", mark, lambda mark=mark: ran.append(mark))
	assert ran == ["one", "two"]
	assert capsys.readouterr().out.count("Step") == 2


def test_a_failed_step_is_not_done_even_if_it_was_before(state: State):
	def fail() -> None:
		raise KeyboardInterrupt

	progress = Progress(state)
	progress.step("s", "Step", "one", lambda: None)
	with pytest.raises(KeyboardInterrupt):
		progress.step("s", "Step", "two", fail)
	assert not State(state.path).done("s", "one")
	assert not State(state.path).done("s", "two")


def test_the_lock_keeps_a_second_run_waiting(tmp_path: Path):
	import fcntl

	path = tmp_path / "lock"
	with exclusive(path, "waiting"), path.open() as other, pytest.raises(BlockingIOError):
		fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
	with path.open() as other:
		fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def package(root: Path) -> Path:
	for name, text in {
		"hooks.py": "app_name = 'x'",
		"services/moving.py": "x = 1",
		"tests/test_x.py": "pass",
		"patches.txt": "",
		"setup/install.py": "pass",
		"safeguarding/doctype/case/case.json": "{}",
		"public/js/x.bundle.js": "1",
		"public/dist/js/x.js": "built",
		"__pycache__/hooks.pyc": "",
	}.items():
		file = root / name
		file.parent.mkdir(parents=True, exist_ok=True)
		file.write_text(text)
	return root


@pytest.mark.parametrize(
	("file", "schema", "code", "assets"),
	[
		("hooks.py", True, True, False),
		("services/moving.py", False, True, False),
		("tests/test_x.py", False, False, False),
		("patches.txt", True, False, False),
		("setup/install.py", True, True, False),
		("safeguarding/doctype/case/case.json", True, False, False),
		("policies/new.json", True, False, False),
		("public/js/x.bundle.js", False, False, True),
		("public/dist/js/x.js", False, False, False),
		("__pycache__/hooks.pyc", False, False, False),
	],
)
def test_a_change_makes_exactly_the_steps_run_that_read_it(tmp_path: Path, file, schema, code, assets):
	root = package(tmp_path)
	prints = (fingerprints.of_schema, fingerprints.of_code, fingerprints.of_assets)
	before = [take(root) for take in prints]
	changed = root / file
	changed.parent.mkdir(parents=True, exist_ok=True)
	changed.write_text("changed")
	assert [take(root) != old for take, old in zip(prints, before, strict=True)] == [schema, code, assets]


def test_a_fingerprint_knows_where_a_part_ends():
	assert fingerprints.of_text("ab", "c") != fingerprints.of_text("a", "bc")


def test_settings_that_a_person_added_are_kept(tmp_path: Path):
	file = tmp_path / "site_config.json"
	file.write_text('{"mine": 1, "db_port": 1}')
	assert merge_json(file, {"db_port": 2})
	assert json.loads(file.read_text()) == {"mine": 1, "db_port": 2}
	assert not merge_json(file, {"db_port": 2})


def test_every_server_in_the_settings_is_on_this_machine():
	ports = dict.fromkeys(("db", "redis_cache", "redis_queue", "web", "socketio", "mail"), 1)
	config = common_config(ports)
	addresses = [config[key] for key in ("db_host", "mail_server", "redis_cache", "redis_queue", "host_name")]
	assert all("127.0.0.1" in address for address in addresses)


def test_a_link_is_replaced_and_a_folder_is_not(tmp_path: Path):
	link = tmp_path / "link"
	link.symlink_to(tmp_path / "old")
	replace_link(link, tmp_path)
	assert link.readlink() == tmp_path
	folder = tmp_path / "folder"
	folder.mkdir()
	with pytest.raises(FileExistsError):
		replace_link(folder, tmp_path)
