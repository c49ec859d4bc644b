"""Background services: found again, never mistaken for another process, stopped with their children."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from dev_host import database, ports
from dev_host.errors import ServiceFailed
from dev_host.layout import Layout
from dev_host.services import Service, Services

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
WITH_CHILD = [
	sys.executable,
	"-c",
	"import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])",
]


@pytest.fixture
def services(tmp_path: Path):
	layout = Layout(tmp_path)
	layout.make()
	services = Services(layout)
	yield services
	services.stop_all()


def service(services: Services, argv: list[str], **options) -> Service:
	return Service("one", argv, services.layout.root, **options)


def test_a_service_is_started_once_and_stopped(services):
	assert services.start(service(services, SLEEP))
	pid = services.pid("one")
	assert pid
	assert not services.start(service(services, SLEEP))
	assert services.pid("one") == pid
	assert Services(services.layout).pid("one") == pid, "another run finds it"
	assert services.stop("one")
	assert services.pid("one") is None
	assert not services.stop("one")


def test_a_killed_service_is_known_to_be_dead(services):
	services.start(service(services, SLEEP))
	pid = services.pid("one")
	os.kill(pid, signal.SIGKILL)
	os.waitpid(pid, 0)
	assert services.pid("one") is None


def test_a_stale_file_with_somebody_elses_id_is_not_believed(services):
	(services.layout.run / "one.pid").write_text(str(os.getpid()))
	assert services.pid("one") is None
	assert not services.stop("one")


def soon_gone(group: int, patience: float = 10) -> bool:
	"""Whether a process group ends within `patience` seconds: a signalled grandchild waits for init to reap it."""
	deadline = time.monotonic() + patience
	while time.monotonic() < deadline:
		try:
			os.killpg(group, 0)
		except ProcessLookupError:
			return True
		time.sleep(0.02)
	return False


def test_children_end_with_their_service(services):
	services.start(service(services, WITH_CHILD))
	group = services.pid("one")
	services.stop("one")
	assert soon_gone(group), "the child outlived its service"


def test_an_answer_from_another_program_on_its_port_does_not_count(services):
	with socket.socket() as other:
		other.bind(("127.0.0.1", 0))
		other.listen()
		port = other.getsockname()[1]
		waiting = service(services, SLEEP, ready=lambda: ports.listens(port), port=port, patience=0.5)
		with pytest.raises(ServiceFailed, match="didn't answer"):
			services.start(waiting)
	server = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
	assert services.start(service(services, server, ready=lambda: ports.listens(port), port=port))
	assert not services.start(service(services, server, ready=lambda: ports.listens(port), port=port))


def test_a_service_that_ends_at_once_shows_its_last_words(services):
	failing = service(
		services, [sys.executable, "-c", "raise SystemExit('port in use')"], ready=lambda: False
	)
	with pytest.raises(ServiceFailed, match=r"ended at once:\nport in use"):
		services.start(failing)


def test_a_service_that_stays_silent_is_stopped(services):
	with pytest.raises(ServiceFailed, match="didn't answer"):
		services.start(service(services, SLEEP, ready=lambda: False, patience=0.3))
	assert services.pid("one") is None


def test_the_database_listens_on_this_machine_only_and_reads_no_other_settings(tmp_path: Path):
	options = database.options(Layout(tmp_path), 4000)
	assert options[0] == "--no-defaults"
	assert "--bind-address=127.0.0.1" in options
	assert "--port=4000" in options


def test_a_deep_checkout_gets_a_socket_path_that_fits(tmp_path: Path):
	deep = Layout(tmp_path / ("x" * 120))
	assert len(str(database.socket_path(deep))) <= database.SOCKET_LIMIT
	assert database.socket_path(deep) == database.socket_path(deep)


def test_nobody_greets_on_a_closed_port():
	assert not database.greets(1)
