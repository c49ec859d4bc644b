"""Background services: started once, found again by a lock that only the living process holds, stopped by group.

A process id in a file can be stale and reused. Here the service inherits a locked file: as long as the lock is held
the service lives and the id in the file is its own, even if the `./dev` that started it was killed at once.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dev_host import ports
from dev_host.command import tail
from dev_host.errors import HostError, ServiceFailed
from dev_host.layout import Layout

STOP_SECONDS = 20.0
# The shell writes its own id into the locked file, then becomes the service.
WRAPPER = 'echo "$$" > "$0" && exec "$@"'


@dataclass(frozen=True)
class Service:
	"""How to start one service. `ready` is asked until it is true, for at most `patience` seconds.

	`port` is the one that it must itself listen on: an answer from another program there doesn't count.
	"""

	name: str
	argv: Sequence[str | Path]
	cwd: Path
	ready: Callable[[], bool] = lambda: True
	env: Mapping[str, str] = field(default_factory=dict)
	patience: float = 60.0
	failure: type[HostError] = ServiceFailed
	stop_signal: int = signal.SIGTERM
	port: int | None = None


class Services:
	"""The services of one checkout."""

	def __init__(self, layout: Layout) -> None:
		self.layout = layout

	def _file(self, name: str) -> Path:
		return self.layout.run / f"{name}.pid"

	def log(self, name: str) -> Path:
		return self.layout.logs / f"{name}.log"

	def pid(self, name: str) -> int | None:
		"""The service's process (and group) id while it lives, else None."""
		try:
			descriptor = os.open(self._file(name), os.O_RDWR)
		except OSError:
			return None
		try:
			fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			return self._read(descriptor)
		finally:
			os.close(descriptor)
		return None

	@staticmethod
	def _read(descriptor: int) -> int | None:
		for _ in range(50):  # the shell may hold the lock and not have written yet
			text = os.pread(descriptor, 20, 0).strip()
			if text.isdigit():
				return int(text)
			time.sleep(0.02)
		return None

	def names(self) -> list[str]:
		"""Services that were ever started here, in no order of importance."""
		return sorted(file.stem for file in self.layout.run.glob("*.pid"))

	def start(self, service: Service) -> bool:
		"""Start `service` unless it lives, and wait until it is ready. Returns whether it was started.

		Raises `service.failure` with the end of its log when it ends or stays silent.
		"""
		started = self.pid(service.name) is None
		process = self._spawn(service) if started else None
		deadline = time.monotonic() + service.patience
		while not (service.ready() and self._holds_its_port(service)):
			ended = process.poll() is not None if process else self.pid(service.name) is None
			if ended or time.monotonic() > deadline:
				self.stop(service.name)
				why = "ended at once" if ended else f"didn't answer within {service.patience:.0f} s"
				log = self.log(service.name)
				raise service.failure(
					f"{service.name} {why}:\n{tail(log.read_text(errors='replace'))}\n",
					f"See {log}, then run the command again.",
				)
			time.sleep(0.1)
		return started

	def _holds_its_port(self, service: Service) -> bool:
		pid = self.pid(service.name)
		return service.port is None or (pid is not None and ports.held_by(service.port, pid))

	def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
		self.layout.run.mkdir(parents=True, exist_ok=True)
		self.layout.logs.mkdir(parents=True, exist_ok=True)
		file = self._file(service.name)
		descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
		try:
			fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
			with self.log(service.name).open("w") as log:
				return subprocess.Popen(  # noqa: S603
					["/bin/sh", "-c", WRAPPER, str(file), *(str(word) for word in service.argv)],
					cwd=service.cwd,
					env={**os.environ, **service.env},
					stdin=subprocess.DEVNULL,
					stdout=log,
					stderr=subprocess.STDOUT,
					start_new_session=True,
					pass_fds=[descriptor],
				)
		finally:
			os.close(descriptor)

	def stop(self, name: str, stop_signal: int = signal.SIGTERM) -> bool:
		"""End a service and its children: asked first, killed after STOP_SECONDS. Returns whether it lived."""
		pid = self.pid(name)
		if pid is None:
			self._file(name).unlink(missing_ok=True)
			return False
		self._signal(pid, stop_signal)
		deadline = time.monotonic() + STOP_SECONDS
		while self.pid(name) is not None:
			if time.monotonic() > deadline:
				self._signal(pid, signal.SIGKILL)
				deadline = time.monotonic() + STOP_SECONDS
			time.sleep(0.05)
			self.reap(pid)
		self._file(name).unlink(missing_ok=True)
		return True

	@staticmethod
	def _signal(pid: int, number: int) -> None:
		try:
			os.killpg(pid, number)
		except (ProcessLookupError, PermissionError):
			return

	@staticmethod
	def reap(pid: int) -> None:
		"""Take the exit of a child that this run started itself."""
		try:
			os.waitpid(pid, os.WNOHANG)
		except ChildProcessError:
			return

	def stop_all(self) -> list[str]:
		"""End every service, those that need the database before the database. Returns the names of those that lived."""
		last = ("redis-queue", "redis-cache", "database")
		names = [name for name in self.names() if name not in last] + [n for n in last if n in self.names()]
		return [name for name in names if self.stop(name)]
