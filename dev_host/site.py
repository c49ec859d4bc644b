"""A site: made, our app installed, the setup wizard answered; migrated when the app's records changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dev_host import bench, database, fingerprints
from dev_host.command import query, run
from dev_host.errors import NotReady
from dev_host.layout import ADMIN_PASSWORD, APP, SITE, Layout
from dev_host.progress import Progress
from dev_host.state import State


class Site:
	"""One site of the bench, and the steps that bring it up to date."""

	def __init__(self, layout: Layout, state: State, name: str) -> None:
		self.layout = layout
		self.state = state
		self.name = name

	@property
	def folder(self) -> Path:
		return self.layout.sites / self.name

	def frappe(self, *arguments: str | Path, log: str) -> str:
		"""Run Frappe's own command line on this site."""
		command = [*frappe_command(self.layout), "--site", self.name, *arguments]
		return run(command, self.layout.logs / f"{log}-{self.name}.log", cwd=self.layout.sites)

	def inside(self, script: str, *arguments: str | Path) -> str:
		"""Run one of `inside/`'s scripts on this site."""
		command = [self.layout.python, self.layout.host / "inside" / script, self.name, *arguments]
		return run(command, self.layout.logs / f"{Path(script).stem}-{self.name}.log", cwd=self.layout.sites)

	def ensure(self, progress: Progress, base: str, settings: dict[str, Any], *, fresh: bool = False) -> bool:
		"""Bring the site up to date. `base` fingerprints the Frappe and the database it stands on.

		`settings` go into its site_config.json. Returns whether anything ran that running servers should notice.
		"""
		suffix = f" ({self.name})" if self.name != SITE else ""
		if fresh or not (self.folder / "site_config.json").exists():
			self.state.forget(self._step("new"))
		made = progress.step(self._step("new"), f"New site{suffix}", base, self._create)
		if made:
			self.state.forget(
				self._step("app"), self._step("wizard"), self._step("demo"), self._step("migrate")
			)
		changed = bench.merge_json(self.folder / "site_config.json", settings)
		installed = progress.step(self._step("app"), f"App installed{suffix}", base, self._install)
		answered = progress.step(self._step("wizard"), f"Setup wizard answered{suffix}", base, self._prepare)
		if installed:  # installing has just read everything that migrate reads
			self.state.mark(self._step("migrate"), self._schema())
		migrated = progress.step(self._step("migrate"), f"Migrated{suffix}", self._schema(), self._migrate)
		return made or changed or installed or answered or migrated

	def _schema(self) -> str:
		return fingerprints.of_schema(self.layout.package)

	def _step(self, name: str) -> str:
		return f"{name}:{self.name}"

	def _create(self) -> None:
		command: list[str | Path] = [
			*frappe_command(self.layout),
			"new-site",
			self.name,
			"--force",
			"--admin-password",
			ADMIN_PASSWORD,
			"--db-root-username",
			database.ADMIN,
			"--db-root-password",
			database.admin_password(self.state),
			*host_option(self.layout),
		]
		(self.layout.sites / self.name / "locks").mkdir(parents=True, exist_ok=True)
		for lock in (self.layout.sites / self.name / "locks").glob("*.lock"):
			lock.unlink()  # a killed run's; ours is held by `./dev` itself
		run(command, self.layout.logs / f"new-site-{self.name}.log", cwd=self.layout.sites)

	def _install(self) -> None:
		self.frappe("install-app", APP, "--force", log="install-app")

	def _prepare(self) -> None:
		self.inside("prepare_site.py")

	def _migrate(self) -> None:
		self.frappe("migrate", log="migrate")

	def load_demo(self, progress: Progress, kind: str | None = None) -> dict[str, Any]:
		"""Load the demo data if the app has any and it changed since; returns what it said last (logins, cases).

		`kind` is board or trust, and replaces the other's; None keeps what is there, and failing that takes board.
		"""
		source = self.layout.package / "setup" / "demo.py"
		result = self.folder / "demo.json"
		if not source.exists():
			return {}
		files = [*source.parent.glob("demo*.py"), *source.parent.glob("demo_data/*.json")]
		known = self.state.section("demo")
		kind = kind or known.get(self.name, "board")
		mark = f"{kind} {fingerprints.of_files(files, self.layout.package)}"
		progress.step(
			self._step("demo"),
			f"Demo cases ({kind})",
			mark,
			lambda: self.inside("load_demo.py", result, kind),
		)
		known[self.name] = kind
		self.state.save()
		try:
			loaded = json.loads(result.read_text())
		except (OSError, ValueError):
			return {}
		return loaded if isinstance(loaded, dict) else {}


def frappe_command(layout: Layout) -> list[str | Path]:
	"""Frappe's command line, to be run in the sites folder. bench itself refuses to run as root; this doesn't."""
	if not layout.python.exists():
		raise NotReady("There is no Frappe here yet.", "Run ./dev up first.")
	return [layout.python, "-m", "frappe.utils.bench_helper", "frappe"]


def host_option(layout: Layout) -> Sequence[str]:
	"""Let the site's database user come over TCP: the option's name changed between Frappe 15 and 16."""
	help_text = query(["env", "-C", layout.sites, *frappe_command(layout), "new-site", "--help"]) or ""
	if "--mariadb-user-host-login-scope" in help_text:
		return ["--mariadb-user-host-login-scope=%"]
	return ["--no-mariadb-socket"]
