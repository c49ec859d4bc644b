"""The smaller commands: site, down, status, logs, mail, frappe, python, lock, reset."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from dev_host import bench, interpreters, mailbox, ports
from dev_host.command import run, tail
from dev_host.errors import NotReady, UsageError
from dev_host.layout import SITE, TEST_SITES, Layout
from dev_host.python_env import Installer
from dev_host.services import Services
from dev_host.site import Site
from dev_host.state import State
from dev_host.up import Host

LOG_LINES = 60


def site(layout: Layout, options: argparse.Namespace) -> int:
	"""Make or update a site, and start a web server for it."""
	if options.name in (SITE, *TEST_SITES):
		raise UsageError(
			f"{options.name} is made by ./dev {'up' if options.name == SITE else 'test'}.",
			"Choose another name.",
		)
	host = Host.open(layout)
	base = host.base(options.frappe, options.branch, fresh=options.fresh)
	remembered = host.state.section("site_ports")
	service = f"web-{options.name}"
	taken = {**host.state.section("ports"), **remembered}
	port = ports.choose(options.name, taken, ours=host.services.pid(service) is not None)
	remembered[options.name] = port
	host.state.save()
	place = Site(layout, host.state, options.name)
	if options.fresh:
		host.services.stop(service)
	settings = isolated(
		bench.site_address(port),
		host.state.section("ports")["mail"],
		host.state.section("ports")["redis_queue"],
	)
	if place.ensure(host.progress, base, settings, fresh=options.fresh):
		host.services.stop(service)
	host.start(f"Web server ({options.name})", [host.web_service(service, options.name, port)])
	print(f"\n  {options.name}: {bench.site_address(port)}  (Administrator, password admin)")
	print(
		f"  ./dev frappe --site {options.name} …  works on it; ./dev test site --site {options.name} tests on it."
	)
	return 0


def isolated(address: str, mail_port: int, queue_port: int) -> dict[str, object]:
	"""Settings that keep a site out of the running scheduler's and worker's hands: its jobs queue up elsewhere."""
	queue = f"redis://127.0.0.1:{queue_port}/1"
	return {"host_name": address, "mail_port": mail_port, "redis_queue": queue, "pause_scheduler": 1}


def down(layout: Layout) -> int:
	"""Stop every service of this checkout."""
	layout.ready.unlink(missing_ok=True)
	stopped = Services(layout).stop_all()
	print("Stopped " + ", ".join(stopped) + "." if stopped else "Nothing was running.")
	return 0


def reset(layout: Layout) -> int:
	"""Stop everything and delete `.dev`: sites, databases, mails, packages."""
	if layout.dev.exists():
		Services(layout).stop_all()
		shutil.rmtree(layout.dev)
	print("Stopped everything and deleted .dev.")
	return 0


def status(layout: Layout, options: argparse.Namespace) -> int:
	"""List services with their process ids. Exit code 0 when the last `./dev up` stands, else 3."""
	services = Services(layout)
	names = services.names()
	for name in names:
		pid = services.pid(name)
		print(f"  {name:<20} {'runs, process ' + str(pid) if pid else 'stopped'}")
	if not names:
		print("Nothing was ever started here: ./dev up starts everything.")
	if layout.ready.exists() and services.pid("web"):
		print(f"\n  {layout.ready.read_text().strip()}")
		return 0
	return 3


def logs(layout: Layout, options: argparse.Namespace) -> int:
	"""Print the end of a log, of a service or of a step."""
	if options.name is None:
		found = sorted(layout.logs.glob("*.log"))
		print("\n".join(f"  {file.stem}" for file in found) or "There are no logs yet.")
		return 0
	file = layout.logs / f"{Path(options.name).name}.log"
	if not file.exists():
		raise UsageError(f"There is no log named {options.name}.", "./dev logs lists them.")
	print(tail(file.read_text(errors="replace"), LOG_LINES))
	return 0


def mail(layout: Layout, options: argparse.Namespace) -> int:
	"""List the mails, newest first, or print one."""
	folder = layout.test_mail if options.test else layout.mail
	print(mailbox.listing(folder) if options.number is None else mailbox.one(folder, options.number))
	return 0


def pass_on(layout: Layout, name: str, words: list[str]) -> int:
	"""Become Frappe's command line, or the bench's Python, in the sites folder."""
	if not layout.python.exists() or not layout.sites.is_dir():
		raise NotReady("There is no Frappe here yet.", "Run ./dev up first.")
	arguments = [
		str(layout.python),
		*(["-m", "frappe.utils.bench_helper", "frappe"] if name == "frappe" else []),
		*words,
	]
	os.chdir(layout.sites)
	os.execv(arguments[0], arguments)  # noqa: S606
	return 1  # not reached


def lock(layout: Layout) -> int:
	"""Compile `locks/*.in` into lock files with hashes, for every Python that is supported."""
	layout.make()
	host = Host.open(layout)
	installer = Installer(layout, interpreters.choose(interpreters.discover(), ">=3.10"))
	installer.prepare(host.progress)
	for name in ("uv", "engine", "tools", "bench", "frappe"):
		host.progress.always(f"{name}.txt", lambda name=name: compile_lock(layout, installer, name))  # type: ignore[misc]
	return 0


def compile_lock(layout: Layout, installer: Installer, name: str) -> None:
	"""One lock file. Index addresses stay out of it: each place has its own."""
	if not installer.uv:
		raise NotReady(
			"Lock files are made by uv, which this index doesn't have.", "Run this where the index has it."
		)
	overrides = layout.locks / f"{name}-overrides.in"
	command: list[str | Path] = [
		installer.uv,
		"pip",
		"compile",
		"-q",
		"--upgrade",
		"--universal",
		"--python-version",
		"3.10",
	]
	command += [
		"--generate-hashes",
		"--no-annotate",
		"--no-emit-index-url",
		"--custom-compile-command",
		"./dev lock",
	]
	command += ["--override", overrides.name] if overrides.exists() else []
	run(
		[*command, f"{name}.in", "-o", f"{name}.txt"],
		layout.logs / f"lock-{name}.log",
		cwd=layout.locks,
		env=installer.settings,
	)
