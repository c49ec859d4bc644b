"""Where things lie: the repository, and everything `./dev` makes under `.dev/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

APP = "safeguarding_escalation"
SITE = "safeguarding.localhost"
TEST_SITE, TEST_SITE_2 = TEST_SITES = ("test.localhost", "test-2.localhost")
ADMIN_PASSWORD = "admin"  # the site listens on 127.0.0.1 only and holds invented people  # noqa: S105


@dataclass(frozen=True)
class Layout:
	"""Paths of one checkout. `root` is the repository; all else is made on demand."""

	root: Path

	@classmethod
	def here(cls) -> Layout:
		"""The checkout that this file belongs to."""
		return cls(Path(__file__).resolve().parent.parent)

	@property
	def host(self) -> Path:
		return self.root / "dev_host"

	@property
	def locks(self) -> Path:
		return self.host / "locks"

	@property
	def package(self) -> Path:
		return self.root / APP

	@property
	def dev(self) -> Path:
		return self.root / ".dev"

	@property
	def bench(self) -> Path:
		return self.dev / "bench"

	@property
	def sites(self) -> Path:
		return self.bench / "sites"

	@property
	def frappe(self) -> Path:
		return self.bench / "apps" / "frappe"

	@property
	def env(self) -> Path:
		"""The bench's virtual environment. Named `env` beside apps and sites, as bench does."""
		return self.bench / "env"

	@property
	def python(self) -> Path:
		return self.env / "bin" / "python"

	@property
	def tools(self) -> Path:
		"""The virtual environment of linters and type checkers."""
		return self.dev / "tools"

	@property
	def node(self) -> Path:
		return self.dev / "node"

	@property
	def database(self) -> Path:
		return self.dev / "db"

	@property
	def run(self) -> Path:
		return self.dev / "run"

	@property
	def logs(self) -> Path:
		return self.dev / "logs"

	@property
	def mail(self) -> Path:
		return self.dev / "mail"

	@property
	def test_mail(self) -> Path:
		return self.dev / "mail-test"

	@property
	def ready(self) -> Path:
		"""Exists while the last `./dev up` succeeded."""
		return self.dev / "READY"

	def make(self) -> None:
		"""Create the folders that hold state, logs and mail."""
		for folder in (self.dev, self.run, self.logs, self.mail, self.test_mail):
			folder.mkdir(parents=True, exist_ok=True)
