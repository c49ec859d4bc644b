"""Tests on a real site, and in a browser against that site's own web server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dev_host import bench, debian, fingerprints, machine
from dev_host.commands import isolated
from dev_host.errors import NotReady
from dev_host.layout import ADMIN_PASSWORD, APP, TEST_SITE
from dev_host.services import Service
from dev_host.site import Site
from dev_host.state import exclusive
from dev_host.testing.engine import folder
from dev_host.testing.outcome import Outcome
from dev_host.testing.workshop import Workshop


def run(workshop: Workshop, passed: list[str]) -> Outcome:
	"""The app's own tests. That none ran is a failure, whatever pytest says."""
	with test_site(workshop) as env:
		return workshop.pytest("site", workshop.layout.python, [f"{APP}/tests"], passed, env=env)


def run_browser(workshop: Workshop, passed: list[str]) -> Outcome:
	"""`tests/browser` in Debian's headless Chromium."""
	tests = folder(workshop, "browser")
	workshop.require(debian.BROWSER_NEEDS, "Browser for tests")
	chromium = machine.find_program("chromium", "chromium-browser", "google-chrome")
	with test_site(workshop) as env:
		start_realtime(workshop)
		return workshop.pytest(
			"browser", workshop.layout.python, [tests], passed, env={**env, "SE_CHROMIUM": str(chromium)}
		)


def start_realtime(workshop: Workshop) -> None:
	"""The realtime server, which `./dev up` may have started already; stopped again where it hasn't."""
	host = workshop.host
	with workshop.setting_up():
		if host.services.pid("realtime") is None:
			workshop.started.append("realtime")
		host.start("Realtime server", [host.realtime_service()])


@contextmanager
def test_site(workshop: Workshop) -> Iterator[dict[str, str]]:
	"""A site that one run of tests has to itself, with a web server and a mail sink; yields the tests' environment."""
	name = workshop.options.site or TEST_SITE
	waiting = f"Other tests run on {name}; waiting for them to end (or test on another site with --site) ..."
	with exclusive(workshop.layout.dev / f"test-{name}.lock", waiting):
		with workshop.setting_up():
			env = prepare(workshop, name)
		yield env


def prepare(workshop: Workshop, name: str) -> dict[str, str]:
	"""Bring the site up to date and start its servers; returns what the tests are told."""
	host, layout = workshop.host, workshop.layout
	base = host.base(workshop.options.frappe, workshop.options.branch, fresh=workshop.options.fresh)
	if name == TEST_SITE:
		web, port, mail_port, mail = (
			"test-web",
			host.state.section("ports")["test_web"],
			"test_mail",
			layout.test_mail,
		)
		fresh = workshop.options.fresh
		workshop.options.fresh = False  # once a run, not once a part
	else:
		known = host.state.section("site_ports")
		if name not in known:
			raise NotReady(f"There is no site {name}.", f"Make it with ./dev site {name}.")
		web, port, mail_port, mail, fresh = f"web-{name}", known[name], "mail", layout.mail, False
	host_ports = host.state.section("ports")
	site = Site(layout, host.state, name)
	settings = isolated(bench.site_address(port), host_ports[mail_port], host_ports["redis_queue"])
	changed = site.ensure(host.progress, base, settings, fresh=fresh)
	code = fingerprints.of_code(layout.package)
	served = host.state.section("served")
	if changed or served.get(web) != code:
		host.services.stop(web)
	wanted: list[Service] = [host.web_service(web, name, port)]
	if name == TEST_SITE:
		wanted.append(host.mail_service("test-mail", host_ports["test_mail"], mail))
		workshop.started += [service.name for service in wanted if service.name not in workshop.started]
	host.start(f"Web server and mail sink ({name})", wanted)
	served[web] = code
	host.state.save()
	return {
		"SE_BENCH": str(layout.bench),
		"SE_SITE": name,
		"SE_URL": bench.site_address(port),
		"SE_MAIL_DIR": str(mail),
		"SE_ADMIN_PASSWORD": ADMIN_PASSWORD,
		"DEV_SERVER": "1",
	}
