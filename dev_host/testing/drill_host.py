"""The drill's own servers below `.dev/drill`: a MariaDB, two Redis, a mail sink, two workers, a scheduler, one site.

Nothing else uses them, so they may be killed. The bench's Python and both apps are those of `./dev up`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev_host import bench, database, fingerprints, ports
from dev_host.command import run
from dev_host.layout import Layout
from dev_host.services import Service
from dev_host.site import Site, frappe_command
from dev_host.state import State
from dev_host.up import Host

SITE = "drill.localhost"
MODULE = "safeguarding_escalation.tests.drill"
# Monday 17 March 2025, a working morning in London: the drill stands still at it.
INSTANT = "2025-03-17 09:00:00"
PORTS = ("db", "redis_cache", "redis_queue", "mail", "web", "socketio")
WORKERS = ("worker-1", "worker-2")
TICK_SECONDS = 2
# A worker takes CI for a test run, in which nothing is committed or sent.
NOT_A_TEST = {"CI": ""}


@dataclass(frozen=True)
class DrillLayout(Layout):
	"""As the checkout's, but with state, sites, data, logs and mail below `.dev/drill`."""

	@property
	def dev(self) -> Path:
		return self.root / ".dev" / "drill"

	@property
	def bench(self) -> Path:
		return self.root / ".dev" / "bench"

	@property
	def sites(self) -> Path:
		return self.dev / "sites"


class DrillHost:
	"""Starts, kills and asks the drill's servers."""

	def __init__(self, main: Host) -> None:
		self.main = main
		self.layout = DrillLayout(main.layout.root)
		self.layout.make()
		self.host = Host.open(self.layout)
		self.services = self.host.services
		self.state: State = self.host.state
		self.known: dict[str, Service] = {}

	# Setting up

	def prepare(self, source: str) -> None:
		"""A site that is up to date, on servers that write every commit to the disk. `source` fingerprints Frappe."""
		layout, state = self.layout, self.state
		for file in self.services.names():
			self.services.stop(file)
		if not (layout.database / "mysql").is_dir():
			state.forget("database")
		if self.host.progress.step("database", "Database of the drill", "1", lambda: database.create(layout)):
			state.section("database")["born"] = os.urandom(8).hex()
			state.save()
		chosen = self._ports()
		(layout.sites / "assets").parent.mkdir(parents=True, exist_ok=True)
		bench.replace_link(layout.dev / "apps", layout.bench / "apps")  # Frappe looks for it beside its sites
		bench.replace_link(layout.sites / "assets", layout.bench / "sites" / "assets")
		(layout.sites / "apps.txt").write_text((layout.bench / "sites" / "apps.txt").read_text())
		settings = {"developer_mode": 0, "scheduler_tick_interval": TICK_SECONDS, "default_site": SITE}
		bench.merge_json(
			layout.sites / "common_site_config.json", {**bench.common_config(chosen), **settings}
		)
		self._declare(chosen)
		for name in ("database", "redis-cache", "redis-queue", "mail"):
			self.start(name)
		base = fingerprints.of_text(source, str(state.section("database").get("born", "")))
		Site(layout, state, SITE).ensure(self.host.progress, base, {"drill_instant": INSTANT})

	def _ports(self) -> dict[str, int]:
		remembered = self.state.section("ports")
		taken = {f"main {name}": int(port) for name, port in self.main.state.section("ports").items()}
		for name in PORTS:
			others = {key: value for key, value in {**taken, **remembered}.items() if key != name}
			known = {**others, **({name: remembered[name]} if name in remembered else {})}
			remembered[name] = ports.choose(name, known, ours=False)
		self.state.save()
		return {name: int(remembered[name]) for name in PORTS}

	def _declare(self, chosen: dict[str, int]) -> None:
		layout = self.layout
		frappe = frappe_command(layout)
		script: list[str | Path] = [layout.python, "-m", MODULE, "press", SITE]
		declared = [
			database.service(layout, self.state, chosen["db"], durable=True),
			database.redis_service(layout, "redis-cache", chosen["redis_cache"]),
			database.redis_service(layout, "redis-queue", chosen["redis_queue"]),
			self.host.mail_service("mail", chosen["mail"], layout.mail),
			*(Service(name, [*frappe, "worker"], layout.sites, env=NOT_A_TEST) for name in WORKERS),
			Service("scheduler", [*frappe, "schedule"], layout.sites, env=NOT_A_TEST),
			Service("press", script, layout.sites, env=NOT_A_TEST),
		]
		self.known = {service.name: service for service in declared}

	# Running

	def start(self, *names: str) -> None:
		"""Start services and wait until each answers."""
		for name in names:
			self.services.start(self.known[name])

	def kill(self, name: str) -> int:
		"""`kill -9` a service and the processes that it has forked (a worker's job is one). Returns how many."""
		pid = self.services.pid(name)
		if pid is None:
			return 0
		victims = [*descendants(pid), pid]
		for victim in victims:
			try:
				os.kill(victim, signal.SIGKILL)
			except ProcessLookupError:
				continue
		while self.services.pid(name) is not None:
			self.services.reap(pid)
			time.sleep(0.01)
		return len(victims)

	def stop_all(self) -> None:
		"""End what still runs, the database last."""
		for name in ("press", "scheduler", *WORKERS):
			self.kill(name)
		self.services.stop_all()

	def flush_redis(self) -> None:
		"""Empty both Redis: queued jobs, locks and caches are gone."""
		for name in ("redis_cache", "redis_queue"):
			address = ("127.0.0.1", int(self.state.section("ports")[name]))
			with socket.create_connection(address, timeout=5) as connection:
				connection.sendall(b"FLUSHALL\r\n")
				connection.recv(64)

	def inside(self, what: str, *arguments: str) -> Any:
		"""Run one of the drill's doings in a process of its own and return its answer. Raises CommandFailed."""
		target = self.layout.run / f"{what}.json"
		target.unlink(missing_ok=True)
		words: list[str | Path] = [
			self.layout.python,
			"-W",
			"ignore",
			"-m",
			MODULE,
			what,
			SITE,
			*arguments,
			target,
		]
		run(words, self.layout.logs / f"drill-{what}.log", cwd=self.layout.sites, env=NOT_A_TEST)
		return json.loads(target.read_text())

	@property
	def runs(self) -> Path:
		"""Where the jobs note what they did."""
		return self.layout.sites / SITE / "drill-runs.log"


def descendants(pid: int) -> list[int]:
	"""The processes below `pid`, the youngest first; empty where the system doesn't say (no /proc)."""
	parents: dict[int, list[int]] = {}
	for entry in Path("/proc").glob("[0-9]*/stat"):
		try:
			fields = entry.read_text().rpartition(")")[2].split()
		except OSError:  # it has ended since
			continue
		parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
	found: list[int] = []
	queue = [pid]
	while queue:
		below = parents.get(queue.pop(), [])
		found += below
		queue += below
	return found[::-1]
