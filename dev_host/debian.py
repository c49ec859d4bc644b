"""Programs and libraries that don't come from PyPI or npm: which are missing, and their Debian packages.

Only packages that start no service are installed: the `-core` packages of MariaDB, and `redis-tools`, whose
`redis-check-rdb` is the Redis server under another name. The machine's own servers, if any, are never touched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev_host.command import query, run
from dev_host.errors import CommandFailed, MissingPrograms
from dev_host.machine import find_program, is_debian, is_root

MINIMUM_NODE = 18


@dataclass(frozen=True)
class Need:
	"""Something the host needs. `present` tells whether it is there; `packages` bring it on Debian and Ubuntu."""

	what: str
	packages: tuple[str, ...]
	present: Callable[[], bool]
	optional: bool = False


def program(*names: str) -> Callable[[], bool]:
	"""Whether any of `names` is an installed program."""
	return lambda: find_program(*names) is not None


def library(*names: str) -> Callable[[], bool]:
	"""Whether the loader knows every shared library in `names`."""

	def present() -> bool:
		known = query([find_program("ldconfig") or "ldconfig", "-p"]) or ""
		return all(name in known for name in names)

	return present


def node_major(text: str | None) -> int:
	"""The major version in `node --version`'s output; 0 when there is none."""
	match = re.match(r"v(\d+)\.", text or "")
	return int(match.group(1)) if match else 0


def node_suffices() -> bool:
	return node_major(query(["node", "--version"])) >= MINIMUM_NODE


def fonts_present() -> bool:
	return bool((query(["fc-list", ":", "family"]) or "").strip())


NEEDS = (
	Need("MariaDB", ("mariadb-server-core",), program("mariadbd")),
	Need("MariaDB's client", ("mariadb-client-core",), program("mariadb")),
	Need("Redis", ("redis-tools",), program("redis-server", "redis-check-rdb")),
	Need(f"Node.js {MINIMUM_NODE} or newer", ("nodejs",), node_suffices),
	Need("npm", ("npm",), program("npm")),
	Need("git", ("git",), program("git")),
	Need(
		"Pango (for PDFs)",
		("libpango-1.0-0", "libpangoft2-1.0-0"),
		library("libpango-1.0.so.0", "libpangoft2-1.0.so.0"),
	),
	Need("fonts (for PDFs)", ("fontconfig", "fonts-dejavu-core"), fonts_present),
	Need("certificates", ("ca-certificates",), lambda: Path("/etc/ssl/certs").is_dir()),
	Need(
		"wkhtmltopdf (for Frappe's standard prints)", ("wkhtmltopdf",), program("wkhtmltopdf"), optional=True
	),
)
BROWSER_NEEDS = (
	Need("Chromium", ("chromium",), program("chromium", "chromium-browser", "google-chrome")),
	Need("pdftoppm", ("poppler-utils",), program("pdftoppm"), optional=True),
)

# The site's tests look through a whole dump; without the program they read every table themselves.
DUMP_NEEDS = (Need("mariadb-dump", ("mariadb-client",), program("mariadb-dump", "mysqldump"), optional=True),)


def missing(needs: Sequence[Need]) -> list[Need]:
	"""The needs that aren't there."""
	return [need for need in needs if not need.present()]


def packages_of(needs: Sequence[Need]) -> list[str]:
	return [package for need in needs for package in need.packages]


def refusal(absent: Sequence[Need], *, debian: bool) -> MissingPrograms:
	"""The error for somebody who may not install packages, with the one line that installs them."""
	names = ", ".join(need.what for need in absent)
	if debian:
		line = "sudo apt-get update && sudo apt-get install --no-install-recommends " + " ".join(
			packages_of(absent)
		)
		return MissingPrograms(f"Missing on this machine: {names}.", f"Have an administrator run: {line}")
	return MissingPrograms(
		f"Missing on this machine: {names}.",
		"This isn't Debian or Ubuntu, so install them with your system's package manager and run the command again.",
	)


def install(needs: Sequence[Need], logs: Path) -> list[str]:
	"""Install what is missing; returns what stays missing and why, for the optional needs only.

	Raises MissingPrograms when something needed is missing and may not, or can't, be installed.
	"""
	absent = missing(needs)
	if not absent:
		return []
	required = [need for need in absent if not need.optional]
	prefix = privilege()
	if not is_debian() or prefix is None:
		if required:
			raise refusal(required, debian=is_debian())
		return [f"{need.what}: not installed" for need in absent]
	update_lists(prefix, logs, packages_of(absent))
	known = [
		need for need in absent if not need.optional or all(has_candidate(name) for name in need.packages)
	]
	apt_install(prefix, packages_of(known), logs)
	still = missing(needs)
	if any(not need.optional for need in still):
		raise refusal([need for need in still if not need.optional], debian=True)
	return [f"{need.what}: this system has no package for it" for need in still]


def privilege() -> list[str] | None:
	"""What to put before apt-get: nothing as root, sudo if it needs no password, None if neither."""
	if is_root():
		return []
	return ["sudo", "-n"] if query(["sudo", "-n", "true"]) is not None else None


def has_candidate(package: str) -> bool:
	"""Whether apt knows an installable version."""
	policy = query(["apt-cache", "policy", package]) or ""
	return bool(re.search(r"Candidate: (?!\(none\))\S", policy))


def update_lists(prefix: Sequence[str], logs: Path, packages: Sequence[str]) -> None:
	"""Fetch apt's package lists. A mirror that is down doesn't matter while the packages are known from before."""
	try:
		run([*prefix, "apt-get", "update", "-q"], logs / "apt-update.log", env=quiet())
	except CommandFailed:
		if not all(has_candidate(package) for package in packages):
			raise


def apt_install(prefix: Sequence[str], packages: Sequence[str], logs: Path) -> None:
	"""Install packages without recommendations or questions, waiting up to two minutes for another apt."""
	if not packages:
		return
	options = [
		"-y",
		"-q",
		"--no-install-recommends",
		"-o",
		"Dpkg::Use-Pty=0",
		"-o",
		"DPkg::Lock::Timeout=120",
	]
	command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", *options, *packages]
	run(command, logs / "apt-install.log", env=quiet())


def quiet() -> dict[str, str]:
	return {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": os.environ.get("LC_ALL", "C.UTF-8")}
