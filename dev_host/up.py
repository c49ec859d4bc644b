"""`./dev up`: from nothing, or from wherever the last run stopped, to a running Frappe."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev_host import bench, database, debian, fingerprints, frappe_source, interpreters, machine, node, ports
from dev_host.layout import APP, SITE, Layout
from dev_host.progress import Progress
from dev_host.python_env import Installer
from dev_host.services import Service, Services
from dev_host.site import Site, frappe_command
from dev_host.state import State

# Which service holds which port.
HOLDERS = {
	"web": "web",
	"socketio": "realtime",
	"mail": "mail",
	"db": "database",
	"redis_cache": "redis-cache",
	"redis_queue": "redis-queue",
	"test_web": "test-web",
	"test_mail": "test-mail",
	"test_web_2": "test-web-2",
	"test_mail_2": "test-mail-2",
}
CODE_HOLDERS = ("web", "worker", "scheduler")


@dataclass
class Host:
	"""One checkout's host while a command works on it."""

	layout: Layout
	state: State
	services: Services
	progress: Progress
	notes: list[str]

	@classmethod
	def open(cls, layout: Layout) -> Host:
		state = State(layout.dev / "state.json")
		return cls(layout, state, Services(layout), Progress(state), [])

	# Frappe itself

	def base(self, option: str | None = None, branch: str | None = None, *, fresh: bool = False) -> str:
		"""Everything up to a bench with assets and running servers for data. Returns its fingerprint.

		`fresh` allows what makes existing sites anew. Raises WouldRebuild.
		"""
		self.check()
		source = self.fetch(option, branch, fresh=fresh)
		self.environment(source)
		self.assets(source)
		self.data_servers()
		return fingerprints.of_text(source.fingerprint, str(self.state.section("database").get("born", "")))

	def check(self) -> None:
		"""Refuse early what can't work, and install missing programs."""
		machine.check_system()
		self.layout.make()
		needed = machine.NEEDED_GIB if not self.layout.python.exists() else 0.3
		machine.check_disk(self.layout.dev, needed)
		self.require(debian.NEEDS, "Debian packages")

	def require(self, needs: tuple[debian.Need, ...], title: str) -> None:
		"""Install what is missing; optional things that can't be had become notes."""
		if debian.missing(needs):
			self.progress.always(title, lambda: self.notes.extend(debian.install(needs, self.layout.logs)))

	def fetch(self, option: str | None, branch: str | None, *, fresh: bool) -> frappe_source.Source:
		"""Frappe's tree in its place. Another source than last time replaces tree, environment and sites."""
		found = interpreters.remembered(self.state)
		self.installer = Installer(self.layout, interpreters.choose(found, ">=3.10"))
		self.installer.prepare(self.progress)
		lock = (self.layout.locks / frappe_source.WHEEL).read_text()
		source = frappe_source.choose(option, branch, os.environ, self.state, lock)
		sites = sorted(file.parent.name for file in self.layout.sites.glob("*/site_config.json"))
		frappe_source.settle(source, self.state, sites, fresh=fresh)
		if not (self.layout.frappe / "frappe" / "hooks.py").exists():
			self.state.forget("source")
		title = f"Frappe's source: {source.kind}"
		fetched = self.progress.step(
			"source",
			title,
			source.fingerprint,
			lambda: frappe_source.fetch(source, self.layout, self.installer),
		)
		if source.kind == "wheel" and fetched:
			print(frappe_source.NOTICE)
		self.python = interpreters.choose(found, frappe_source.requires_python(self.layout))
		return source

	def environment(self, source: frappe_source.Source) -> None:
		"""The bench's Python packages and folders."""
		layout, locks = self.layout, self.layout.locks
		lock = locks / "frappe.txt"
		if not layout.python.exists():
			self.state.forget("environment")
		if source.kind == "wheel":
			mark = fingerprints.of_text(lock.read_text(), str(self.python))
			self.progress.step(
				"environment",
				"Python packages",
				mark,
				lambda: self.installer.locked(layout.env, self.python, lock),
			)
		else:
			project = layout.frappe / "pyproject.toml"
			mark = fingerprints.of_text(
				project.read_text(), (locks / "bench-extra.in").read_text(), str(self.python)
			)
			self.progress.step("environment", "Python packages", mark, lambda: self._unlocked(project))
		bench.lay_out(layout)
		bench.make_importable(layout)

	def _unlocked(self, project: Path) -> None:
		"""A tree of the user's choice brings requirements of its own, which no lock of ours can know."""
		required = frappe_source.requirements(project.read_text())
		extra = (self.layout.locks / "bench-extra.in").read_text().splitlines()
		wanted = self.layout.dev / "frappe-requirements.txt"
		wanted.write_text("\n".join([*required, *frappe_source.beside(required, extra)]) + "\n")
		self.installer.create(self.layout.env, self.python, "frappe")
		self.installer.install(self.layout.env, "frappe", "-r", wanted)

	def assets(self, source: frappe_source.Source) -> None:
		"""npm's packages and the bundles of both apps; our own again when they changed."""
		layout = self.layout
		if not (layout.node / "node_modules").exists() or not (layout.frappe / "node_modules").exists():
			self.state.forget("npm")
		npm = node.packages_fingerprint(layout)
		self.progress.step(
			"npm",
			"npm packages",
			fingerprints.of_text(npm, source.fingerprint),
			lambda: node.install_packages(layout),
		)
		if not (layout.sites / "assets" / "assets.json").exists():
			self.state.forget("assets")
		all_of_it = fingerprints.of_text(npm, source.fingerprint, node.builder_fingerprint(layout))
		own = fingerprints.of_assets(layout.package)
		if self.progress.step("assets", "Assets", all_of_it, lambda: node.build_assets(layout)):
			self.state.mark("own-assets", own)
			self.stale_cache = True
		elif self.progress.step(
			"own-assets", "The app's assets", own, lambda: node.build_assets(layout, APP)
		):
			self.stale_cache = True

	stale_cache = False

	# Servers

	def choose_ports(self) -> dict[str, int]:
		"""Every service's port: last time's where it is free or ours, else another. A moved service's holder is stopped."""
		remembered = self.state.section("ports")
		for name, holder in HOLDERS.items():
			port = ports.choose(name, remembered, ours=self.services.pid(holder) is not None)
			if remembered.get(name) != port:
				remembered[name] = port
				self.state.save()
		return {name: int(port) for name, port in remembered.items()}

	def data_servers(self) -> None:
		"""MariaDB and the two Redis, and the settings that name their ports."""
		layout, state = self.layout, self.state
		chosen = self.choose_ports()
		if not (layout.database / "mysql").is_dir():
			state.forget("database")
		if self.progress.step("database", "Database created", "1", lambda: database.create(layout)):
			state.section("database")["born"] = os.urandom(8).hex()
			state.save()
		if bench.configure(layout, chosen):
			for name in (*CODE_HOLDERS, "realtime"):
				self.services.stop(name)
		wanted = [
			database.service(layout, state, chosen["db"]),
			database.redis_service(layout, "redis-cache", chosen["redis_cache"]),
			database.redis_service(layout, "redis-queue", chosen["redis_queue"]),
		]
		self.start("MariaDB and Redis", wanted)
		if self.stale_cache and any(layout.sites.glob("*/site_config.json")):
			self.progress.always("Caches cleared", self.clear_cache)
			self.stale_cache = False

	def clear_cache(self) -> None:
		"""Make Desk notice new assets: the map of bundles is cached in Redis."""
		from dev_host.command import run

		command = ["redis-cli", "-p", str(self.state.section("ports")["redis_cache"]), "flushall"]
		run(command, self.layout.logs / "clear-cache.log")

	def start(self, title: str, wanted: list[Service]) -> None:
		"""Start services that aren't running, and wait until each answers."""
		if any(self.services.pid(service.name) is None for service in wanted):
			self.progress.always(title, lambda: [self.services.start(service) for service in wanted])
		else:
			for service in wanted:
				self.services.start(service)

	def mail_service(self, name: str, port: int, folder: Path) -> Service:
		script = self.layout.host / "inside" / "mail_sink.py"
		return Service(
			name,
			[self.layout.python, script, str(port), folder],
			self.layout.dev,
			ready=lambda: ports.listens(port),
			port=port,
		)

	def web_service(self, name: str, site: str, port: int) -> Service:
		"""A site's web server. CI turns off Werkzeug's debugger, which would run code for anyone who can reach it."""
		script = self.layout.host / "inside" / "web.py"
		return Service(
			name,
			[self.layout.python, script, site, str(port)],
			self.layout.sites,
			ready=lambda: page_status(port) == 200,
			env={"CI": "1", "DEV_SERVER": "1"},
			port=port,
		)

	def realtime_service(self) -> Service:
		"""One for all sites: it asks each site's own web server who may listen to what."""
		layout = self.layout
		port = self.state.section("ports")["socketio"]
		script = layout.host / "js" / "realtime.js"
		words: list[str | Path] = ["node", script, layout.bench, layout.node / "node_modules"]
		return Service("realtime", words, layout.sites, ready=lambda: ports.listens(port), port=port)

	def application_services(self, site: str) -> list[Service]:
		"""Web, worker, scheduler, realtime and the mail sink of the site people look at."""
		layout = self.layout
		chosen = self.state.section("ports")
		frappe = frappe_command(layout)
		return [
			self.mail_service("mail", chosen["mail"], layout.mail),
			Service("worker", [*frappe, "worker"], layout.sites),
			Service("scheduler", [*frappe, "schedule"], layout.sites),
			self.realtime_service(),
			self.web_service("web", site, chosen["web"]),
		]


def page_status(port: int, page: str = "/login") -> int:
	"""The status of a page on 127.0.0.1, 0 when nobody answers."""
	try:
		with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=30) as answer:
			return int(answer.status)
	except urllib.error.HTTPError as error:
		return error.code
	except OSError:
		return 0


def up(
	host: Host, option: str | None, branch: str | None, *, fresh: bool = False, demo: str | None = None
) -> dict[str, Any]:
	"""Bring everything up; returns what the demo data said. `fresh` makes the site anew. Raises HostError.

	`demo` is board or trust: whose site the demo data shows (`Site.load_demo`).

	The demo data comes last: if it fails, everything runs without it and the next run tries it again.
	"""
	layout = host.layout
	layout.ready.unlink(missing_ok=True)
	base = host.base(option, branch, fresh=fresh)
	address = bench.site_address(host.state.section("ports")["web"])
	site = Site(layout, host.state, SITE)
	changed = site.ensure(host.progress, base, {"host_name": address}, fresh=fresh)
	code = fingerprints.of_code(layout.package)
	if changed or host.state.section("servers").get("code") != code:
		for name in CODE_HOLDERS:
			host.services.stop(name)
	host.start("Web, worker, scheduler, realtime, mail sink", host.application_services(SITE))
	host.state.section("servers")["code"] = code
	host.state.save()
	layout.ready.write_text(address + "\n")
	return site.load_demo(host.progress, demo)
