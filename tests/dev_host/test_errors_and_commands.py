"""Failures become sentences that say what is wrong and what to do."""

import sys
from pathlib import Path

import pytest

from dev_host import command, debian, machine, ports
from dev_host.errors import (
	CommandFailed,
	DiskFull,
	HostError,
	MissingPrograms,
	NoNetwork,
	PortTaken,
	UnsupportedSystem,
)

SENTENCE_END = (".", "again.", "disk.", ")")


@pytest.mark.parametrize(
	("output", "error"),
	[
		("E: Failed to fetch x  Temporary failure resolving 'mirror'", NoNetwork),
		("npm error code ENOTFOUND", NoNetwork),
		("fatal: unable to access 'https://x/': Could not resolve host: git.example", NoNetwork),
		("E: Could not resolve 'deb.example'", NoNetwork),
		("error: dns error: failed to lookup address", NoNetwork),
		("NewConnectionError: Failed to establish a new connection", NoNetwork),
		("OSError: [Errno 28] No space left on device", DiskFull),
		("npm error ENOSPC: write", DiskFull),
		("InnoDB: Error number 28 means 'No space left on device'", DiskFull),
	],
)
def test_known_causes_are_recognised(output, error):
	found = command.diagnose(output)
	assert type(found) is error
	assert found.remedy.endswith(".")


def test_a_full_disk_outranks_the_network_errors_it_causes():
	assert isinstance(command.diagnose("ECONNRESET\nENOSPC"), DiskFull)


def test_unknown_output_has_no_known_cause():
	assert command.diagnose("SyntaxError: invalid syntax") is None


@pytest.mark.parametrize(
	("words", "network"),
	[
		(["/x/uv/bin/python", "-m", "pip", "install", "x"], True),
		(["/x/bin/uv", "pip", "install"], True),
		(["npm", "ci"], True),
		(["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install"], True),
		(["git", "-c", "safe.directory=*", "clone"], True),
		(["node", "/x/build_assets.js", "/x/bench"], False),
		(["/x/bin/python", "-m", "frappe.utils.bench_helper", "frappe", "migrate"], False),
	],
)
def test_only_what_fetches_can_blame_the_network(words, network):
	assert command.fetches(words) is network


def test_a_script_that_imports_a_missing_file_does_not_blame_the_network(tmp_path: Path):
	text = 'Error: Build failed with 1 error:\nform.js:2:7: ERROR: Could not resolve "./panel"'
	assert command.diagnose(text) is None
	with pytest.raises(CommandFailed, match=r"form\.js:2:7"):
		command.run([sys.executable, "-c", f"raise SystemExit({text!r})"], tmp_path / "assets.log")


def test_a_refused_database_does_not_blame_the_network(tmp_path: Path):
	with pytest.raises(CommandFailed, match="ECONNREFUSED"):
		command.run([sys.executable, "-c", "raise SystemExit('ECONNREFUSED 127.0.0.1')"], tmp_path / "x.log")


def test_a_failed_command_names_its_log_and_shows_its_end(tmp_path: Path):
	log = tmp_path / "logs" / "x.log"
	with pytest.raises(CommandFailed) as failure:
		command.run([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], log)
	assert "ended with 3" in failure.value.problem
	assert "the reason" in failure.value.problem
	assert str(log) in failure.value.remedy


def test_a_missing_program_is_a_sentence(tmp_path: Path):
	with pytest.raises(CommandFailed, match="can't be started"):
		command.run(["no-such-program-here"], tmp_path / "x.log")


def test_a_silent_command_is_given_up(tmp_path: Path):
	with pytest.raises(CommandFailed, match=r"longer than 0\.1 s"):
		command.run([sys.executable, "-c", "import time; time.sleep(20)"], tmp_path / "x.log", timeout=0.1)


def test_query_answers_none_instead_of_failing():
	assert command.query(["no-such-program-here"]) is None
	assert command.query([sys.executable, "-c", "raise SystemExit(1)"]) is None
	assert command.query([sys.executable, "-c", "print(7)"]) == "7\n"


def test_too_little_disk_is_refused_with_the_figures(tmp_path: Path):
	with pytest.raises(DiskFull, match=r"1\.0 GiB .* needs 3 GiB"):
		machine.check_disk(tmp_path, 3, free_bytes=2**30)
	machine.check_disk(tmp_path, 3, free_bytes=4 * 2**30)


@pytest.mark.parametrize("system", ["Darwin", "Windows", ""])
def test_only_linux_is_supported(system):
	with pytest.raises(UnsupportedSystem):
		machine.check_system(system)


def test_linux_is_supported():
	machine.check_system("Linux")


def test_a_remembered_port_is_kept_while_free_or_ours():
	assert ports.choose("web", {"web": 8123}, ours=False, free=lambda port: True) == 8123
	assert ports.choose("web", {"web": 8123}, ours=True, free=lambda port: False) == 8123


def test_a_port_that_somebody_took_is_given_up():
	assert ports.choose("web", {"web": 8000}, ours=False, free=lambda port: port != 8000) == 8001


def test_two_services_never_get_one_port():
	remembered = {"test_web": 8000, "mail": 8001}
	assert ports.choose("web", remembered, ours=False, free=lambda port: True) == 8002


def test_no_free_port_says_which_were_tried():
	with pytest.raises(PortTaken, match="8000 to 8199"):
		ports.choose("web", {}, ours=False, free=lambda port: False)


NEED = debian.Need("MariaDB", ("mariadb-server-core",), lambda: False)
OPTIONAL = debian.Need("wkhtmltopdf", ("wkhtmltopdf",), lambda: False, optional=True)
PRESENT = debian.Need("git", ("git",), lambda: True)


def test_missing_needs_are_found():
	assert debian.missing([NEED, PRESENT]) == [NEED]


def test_who_may_not_install_gets_the_one_line():
	error = debian.refusal([NEED], debian=True)
	assert "MariaDB" in error.problem
	assert "apt-get install --no-install-recommends mariadb-server-core" in error.remedy


def test_elsewhere_than_debian_there_is_no_such_line():
	assert "apt-get" not in debian.refusal([NEED], debian=False).remedy


def test_without_rights_the_needed_refuse_and_the_optional_become_notes(monkeypatch, tmp_path: Path):
	monkeypatch.setattr(debian, "privilege", lambda: None)
	with pytest.raises(MissingPrograms):
		debian.install([NEED, OPTIONAL], tmp_path)
	assert debian.install([OPTIONAL, PRESENT], tmp_path) == ["wkhtmltopdf: not installed"]
	assert debian.install([PRESENT], tmp_path) == []


@pytest.mark.parametrize(
	("text", "major"), [("v20.11.1\n", 20), ("v18.19.0", 18), ("", 0), (None, 0), ("20.1", 0)]
)
def test_nodes_version_is_read(text, major):
	assert debian.node_major(text) == major


def every_error(base: type[HostError]) -> list[type[HostError]]:
	return [base, *(found for child in base.__subclasses__() for found in every_error(child))]


def test_error_codes_are_unique():
	codes = [error.code for error in every_error(HostError)]
	assert len(codes) == len(set(codes))
