"""Tests on a real site, and in a browser against that site's own web server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from dev_host import bench, debian, fingerprints, machine
from dev_host.commands import isolated
from dev_host.errors import NotReady
from dev_host.layout import ADMIN_PASSWORD, APP, Layout
from dev_host.services import Service
from dev_host.site import Site
from dev_host.state import exclusive
from dev_host.testing import lanes
from dev_host.testing.engine import folder
from dev_host.testing.lanes import Lane
from dev_host.testing.outcome import Outcome
from dev_host.testing.workshop import Workshop


def run(workshop: Workshop, passed: list[str]) -> Outcome:
	"""The app's own tests, on two sites at once where all of them run. That none ran is a failure."""
	workshop.require(debian.DUMP_NEEDS, "MariaDB's dump")
	with test_sites(workshop, lanes.chosen(workshop.options.site, passed)) as environments:
		env, arguments = lanes.together(environments)
		tests = f"{APP}/tests"
		return workshop.pytest("site", workshop.layout.python, [*arguments, tests], passed, env=env)


def run_browser(workshop: Workshop, passed: list[str]) -> Outcome:
	"""`tests/browser` in Debian's headless Chromium, on two sites at once where all of them run."""
	tests = folder(workshop, "browser")
	workshop.require(debian.BROWSER_NEEDS, "Browser for tests")
	chromium = machine.find_program("chromium", "chromium-browser", "google-chrome")
	with test_sites(workshop, lanes.chosen(workshop.options.site, passed)) as environments:
		start_realtime(workshop)
		env, arguments = lanes.together(environments)
		env["SE_CHROMIUM"] = str(chromium)
		return workshop.pytest("browser", workshop.layout.python, [*arguments, tests], passed, env=env)


def start_realtime(workshop: Workshop) -> None:
	"""The realtime server, which `./dev up` may have started already; stopped again where it hasn't."""
	host = workshop.host
	with workshop.setting_up():
		if host.services.pid("realtime") is None:
			workshop.started.append("realtime")
		host.start("Realtime server", [host.realtime_service()])


@contextmanager
def test_sites(workshop: Workshop, wanted: Sequence[Lane]) -> Iterator[list[dict[str, str]]]:
	"""The sites that one run of tests has to itself, each with a web server and a mail sink; the tests' environments.

	Without a lane it is the site that the person named.
	"""
	names = [lane.site for lane in wanted] or [workshop.options.site]
	with ExitStack() as held:
		for name in names:
			waiting = f"Other tests run on {name}; waiting for them to end (or test on another site with --site) ..."
			held.enter_context(exclusive(workshop.layout.dev / f"test-{name}.lock", waiting))
		with workshop.setting_up():
			environments = [prepare(workshop, lane) for lane in wanted] or [prepare_own(workshop, names[0])]
			workshop.options.fresh = False  # once a run, not once a part
		yield environments


def prepare(workshop: Workshop, lane: Lane) -> dict[str, str]:
	"""Bring a lane's site up to date and start its servers; returns what its tests are told."""
	host, layout = workshop.host, workshop.layout
	base = _base(workshop)
	ports = host.state.section("ports")
	port, mail_port, mails = ports[lane.web_port], ports[lane.mail_port], lane.mail_folder(layout)
	mails.mkdir(parents=True, exist_ok=True)
	wanted = [host.web_service(lane.web, lane.site, port), host.mail_service(lane.mail, mail_port, mails)]
	settings = isolated(bench.site_address(port), mail_port, ports["redis_queue"])
	bring_up(workshop, base, lane.site, wanted, settings, fresh=workshop.options.fresh)
	workshop.started += [service.name for service in wanted if service.name not in workshop.started]
	return environment(layout, lane.site, port, mails)


def prepare_own(workshop: Workshop, name: str) -> dict[str, str]:
	"""As `prepare`, for a site made by `./dev site`. Raises NotReady."""
	host, layout = workshop.host, workshop.layout
	base = _base(workshop)
	known = host.state.section("site_ports")
	if name not in known:
		raise NotReady(f"There is no site {name}.", f"Make it with ./dev site {name}.")
	ports = host.state.section("ports")
	settings = isolated(bench.site_address(known[name]), ports["mail"], ports["redis_queue"])
	wanted = [host.web_service(f"web-{name}", name, known[name])]
	bring_up(workshop, base, name, wanted, settings, fresh=False)
	return environment(layout, name, known[name], layout.mail)


def _base(workshop: Workshop) -> str:
	options = workshop.options
	return workshop.host.base(options.frappe, options.branch, fresh=options.fresh)


def bring_up(
	workshop: Workshop,
	base: str,
	name: str,
	wanted: list[Service],
	settings: dict[str, Any],
	*,
	fresh: bool,
) -> None:
	"""The site up to date and its services running, the web server (the first) anew where code has changed."""
	host, web = workshop.host, wanted[0].name
	changed = Site(workshop.layout, host.state, name).ensure(host.progress, base, settings, fresh=fresh)
	code = fingerprints.of_code(workshop.layout.package)
	served = host.state.section("served")
	if changed or served.get(web) != code:
		host.services.stop(web)
	host.start(f"Web server and mail sink ({name})", wanted)
	served[web] = code
	host.state.save()


def environment(layout: Layout, name: str, port: int, mails: Path) -> dict[str, str]:
	"""What the tests of one site are told."""
	return {
		"SE_BENCH": str(layout.bench),
		"SE_SITE": name,
		"SE_URL": bench.site_address(port),
		"SE_MAIL_DIR": str(mails),
		"SE_ADMIN_PASSWORD": ADMIN_PASSWORD,
		"DEV_SERVER": "1",
	}
