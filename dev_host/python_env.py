"""Virtual environments from lock files: uv when it can be had (three times as fast), pip otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path

from dev_host import fingerprints, pip_settings
from dev_host.command import query, run
from dev_host.debian import apt_install, privilege
from dev_host.errors import CommandFailed, MissingPrograms, NoNetwork
from dev_host.layout import Layout
from dev_host.machine import is_debian
from dev_host.progress import Progress


class Installer:
	"""Makes virtual environments of one checkout."""

	def __init__(self, layout: Layout, python: Path) -> None:
		self.layout = layout
		self.python = python
		self.home = layout.dev / "uv"
		self.pip: list[str | Path] = [self.home / "bin" / "python", "-m", "pip"]
		self._uv_environment: dict[str, str] | None = None

	def prepare(self, progress: Progress) -> None:
		"""Have a pip of our own, and uv in it if the index has it."""
		lock = self.layout.locks / "uv.txt"
		mark = fingerprints.of_text(lock.read_text(), str(self.python))
		progress.step("uv", "Package installer", mark, lambda: self._prepare(lock))

	def _prepare(self, lock: Path) -> None:
		logs = self.layout.logs
		ensure_venv(self.python, logs)
		shutil.rmtree(self.home, ignore_errors=True)
		run([self.python, "-m", "venv", self.home], logs / "venv.log")
		try:
			run([*self.pip, "install", "--require-hashes", "-r", lock], logs / "uv.log")
		except CommandFailed:  # no uv for this processor or in this mirror: pip does it all, slower
			return

	@property
	def uv(self) -> Path | None:
		path = self.home / "bin" / "uv"
		return path if path.exists() else None

	@property
	def settings(self) -> dict[str, str]:
		"""Environment variables for uv, from pip's settings."""
		if self._uv_environment is None:
			self._uv_environment = pip_settings.for_uv(self.pip)
		return self._uv_environment

	def create(self, folder: Path, python: Path, name: str) -> None:
		"""A new, empty virtual environment in `folder`, replacing what was there."""
		shutil.rmtree(folder, ignore_errors=True)
		if self.uv:
			run(
				[self.uv, "venv", "-q", "--python", python, folder],
				self.layout.logs / f"{name}-venv.log",
				env=self.settings,
			)
		else:
			run([python, "-m", "venv", folder], self.layout.logs / f"{name}-venv.log")

	def install(self, folder: Path, name: str, *arguments: str | Path) -> None:
		"""Install into `folder`'s environment; `arguments` are those of `pip install`."""
		log = self.layout.logs / f"{name}-install.log"
		python = folder / "bin" / "python"
		if self.uv:
			run([self.uv, "pip", "install", "-q", "--python", python, *arguments], log, env=self.settings)
		else:
			run([python, "-m", "pip", "install", "-q", *arguments], log)

	def locked(self, folder: Path, python: Path, lock: Path) -> None:
		"""An environment with exactly what the lock file says, each file checked by hash."""
		self.create(folder, python, lock.stem)
		self.install(folder, lock.stem, "--require-hashes", "-r", lock)

	def download(self, requirements: Path, folder: Path, name: str) -> None:
		"""Fetch pinned files without their dependencies. Raises NoNetwork or a HostError naming the log."""
		folder.mkdir(parents=True, exist_ok=True)
		command = [
			*self.pip,
			"download",
			"-q",
			"--no-deps",
			"--require-hashes",
			"-r",
			requirements,
			"-d",
			folder,
		]
		try:
			run(command, self.layout.logs / f"{name}.log")
		except NoNetwork as error:
			raise NoNetwork(
				f"Neither Frappe's public repository nor the pinned {requirements.name} package could be reached.",
				"Name a Frappe of your own with --frappe PATH_OR_URL, or "
				+ error.remedy[0].lower()
				+ error.remedy[1:],
			) from None


def ensure_venv(python: Path, logs: Path) -> None:
	"""Debian splits `venv` off: install it where we may, else say how. Raises MissingPrograms."""
	if query([python, "-c", "import ensurepip, venv"]) is not None:
		return
	version = (query([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]) or "3").strip()
	package = f"python{version}-venv"
	prefix = privilege()
	if not is_debian() or prefix is None:
		raise MissingPrograms(
			f"Python {version} at {python} can't make virtual environments.",
			f"Have an administrator run: sudo apt-get install {package}",
		)
	run([*prefix, "apt-get", "update", "-q"], logs / "apt-update.log")
	apt_install(prefix, [package], logs)
