"""What an organisation's administrator does: `bench init`, `get-app`, `new-site`, `install-app` and so on, without rights.

bench gets a copy of this working tree and of the Frappe under `.dev`, both as git repositories, and a database and a
Redis number of its own on the servers of `.dev`. Everything else lies in a home that is thrown away.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from dev_host import database, frappe_source, unwheel
from dev_host.command import run as run_logged
from dev_host.layout import APP, Layout
from dev_host.python_env import Installer
from dev_host.state import exclusive
from dev_host.testing.engine import folder
from dev_host.testing.outcome import Outcome
from dev_host.testing.workshop import Workshop
from dev_host.unprivileged import Person, choose_python, person

LEFT_OUT = shutil.ignore_patterns(
	".git",
	".dev",
	".dev.lock",
	"node_modules",
	"__pycache__",
	"dist",
	".*_cache",
	".hypothesis",
	".coverage*",
)
DATABASE = "se_bench_test"  # also the name of its database user
REDIS_NUMBER = 7  # of Redis's sixteen; the other sites use 0 and 1
# How this machine reaches package indexes, which a new login wouldn't know.
NETWORK_SETTINGS = re.compile(
	r"(PIP_|UV_|SSL_CERT_|REQUESTS_CA_BUNDLE$|CURL_CA_BUNDLE$|(https?|all|no)_proxy$)", re.IGNORECASE
)
GIT = [
	"git",
	"-c",
	"user.name=Tests",
	"-c",
	"user.email=tests@localhost.example",
	"-c",
	"init.defaultBranch=main",
]


def run(workshop: Workshop, passed: list[str]) -> Outcome:
	"""`tests/bench`, run by an unprivileged user in a home of its own."""
	folder(workshop, "bench")
	layout = workshop.layout
	waiting = "Another run of the bench tests is at work here; waiting for it to end ..."
	with exclusive(layout.dev / "test-bench.lock", waiting), person(layout.logs) as who:
		with workshop.setting_up():
			workshop.host.base(workshop.options.frappe, workshop.options.branch, fresh=workshop.options.fresh)
			env = prepare(workshop, who)
		try:
			return workshop.pytest(
				"bench",
				who.home / "tools" / "bin" / "python",
				["tests/bench"],
				passed,
				env=env,
				cwd=who.home / "source" / APP,
				person=who,
			)
		finally:
			database.drop(layout, workshop.host.state, DATABASE)


def prepare(workshop: Workshop, who: Person) -> dict[str, str]:
	"""Everything that bench needs in `who`'s home; returns the tests' whole environment."""
	host, layout = workshop.host, workshop.layout
	python = choose_python(frappe_source.requires_python(layout))
	tools = who.home / "tools"
	host.progress.always("frappe-bench", lambda: install_bench(host.installer, layout, tools, python))
	restored = host.state.section("source")["kind"] == "wheel"
	needed = requirements_of_the_package(layout) if restored else None
	copy_as_repository(layout.frappe, who.home / "source" / "frappe", layout.logs, needed)
	copy_as_repository(layout.root, who.home / "source" / APP, layout.logs)
	locks = who.home / "locks"
	shutil.copytree(layout.locks, locks)
	ports = host.state.section("ports")
	settings = {
		**{name: value for name, value in os.environ.items() if NETWORK_SETTINGS.match(name)},
		**host.installer.settings,
		"UV_CACHE_DIR": str(who.home / "cache"),
		"SE_HOME": str(who.home),
		"SE_PYTHON": str(python),
		"SE_DB_NAME": DATABASE,
		"SE_DB_PORT": str(ports["db"]),
		"SE_DB_ADMIN": database.ADMIN,
		"SE_DB_PASSWORD": database.admin_password(host.state),
		"SE_REDIS": f"redis://127.0.0.1:{ports['redis_cache']}/{REDIS_NUMBER}",
	}
	if restored:
		settings["UV_OVERRIDE"] = str(locks / "frappe-overrides.in")
		settings["UV_CONSTRAINT"] = str(locks / "frappe.txt")
	else:
		project = (layout.frappe / "pyproject.toml").read_text()
		file = locks / "constraints.txt"
		file.write_text(
			"\n".join(frappe_source.beside(frappe_source.requirements(project), held(locks))) + "\n"
		)
		settings["UV_CONSTRAINT"] = str(file)
	who.owns()
	return who.environment(tools / "bin", added=settings)


def install_bench(installer: Installer, layout: Layout, tools: Path, python: Path) -> None:
	"""frappe-bench in an environment at `tools`, copied from the cache: its files get another owner."""
	installer.settings["UV_LINK_MODE"] = "copy"
	try:
		installer.locked(tools, python, layout.locks / "bench.txt")
	finally:
		del installer.settings["UV_LINK_MODE"]


def copy_as_repository(tree: Path, target: Path, logs: Path, needed: Sequence[str] | None = None) -> None:
	"""The files of a working tree as one commit: what bench clones. A restored Frappe is told what it `needed`."""
	shutil.copytree(tree, target, symlinks=True, ignore=LEFT_OUT)
	if needed is not None:
		(target / "pyproject.toml").write_text(unwheel.pyproject(needed))
	for words in (["init", "-q"], ["add", "--all", "--force"], ["commit", "-q", "-m", "Working tree"]):
		run_logged([*GIT, "-C", target, *words], logs / f"bench-{target.name}-{words[0]}.log")


def requirements_of_the_package(layout: Layout) -> list[str]:
	"""What the restored Frappe requires, from the list that its lock file is compiled from."""
	lines = (layout.locks / "frappe.in").read_text().splitlines()
	return [line for line in lines if line and line[0] not in "#-"] + held(layout.locks)


def held(locks: Path) -> list[str]:
	"""What every version 15 needs held back: not the tools beside them in the list."""
	lines = (locks / "bench-extra.in").read_text().splitlines()
	return [line.split("#")[0].strip() for line in lines if line.startswith(("pydyf", "setuptools"))]
