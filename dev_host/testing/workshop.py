"""What the parts of the tests share: environments made on demand, pytest runs with their numbers."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dev_host import command, fingerprints, interpreters, machine
from dev_host.debian import NEEDS, Need
from dev_host.layout import Layout
from dev_host.python_env import Installer
from dev_host.state import exclusive
from dev_host.testing.outcome import Outcome, from_junit
from dev_host.unprivileged import Person
from dev_host.up import Host

MAIN_PYTHON = ">=3.10,<3.14"


@dataclass
class Workshop:
	"""A host, the options of `./dev test`, and the Pythons of this machine."""

	host: Host
	options: argparse.Namespace
	waiting: str
	pythons: dict[tuple[int, int], Path]
	started: list[str] = field(default_factory=list)

	@classmethod
	def open(cls, layout: Layout, options: argparse.Namespace, waiting: str) -> Workshop:
		machine.check_system()
		layout.make()
		return cls(Host.open(layout), options, waiting, interpreters.discover())

	@property
	def layout(self) -> Layout:
		return self.host.layout

	@property
	def main_python(self) -> Path:
		"""The Python that linters and single-Python parts run on: the one a site would get."""
		return interpreters.choose(self.pythons, MAIN_PYTHON)

	@contextmanager
	def setting_up(self) -> Iterator[None]:
		"""Hold the checkout's lock while something is installed or started; see state.exclusive."""
		with exclusive(self.layout.dev / "lock", self.waiting) as held:
			command.inherited[:] = [held]
			self.host.state.reload()
			try:
				yield
			finally:
				command.inherited.clear()

	def environment(self, name: str, lock: str, python: Path) -> Path:
		"""The Python of `.dev/<name>`, made from `locks/<lock>.txt` if it isn't there already."""
		file = self.layout.locks / f"{lock}.txt"
		folder = self.layout.dev / name
		with self.setting_up():
			if not (folder / "bin" / "python").exists():
				self.host.state.forget(name)
			installer = Installer(self.layout, interpreters.choose(self.pythons, ">=3.10"))
			installer.prepare(self.host.progress)
			mark = fingerprints.of_text(file.read_text(), str(python))
			self.host.progress.step(
				name, f"Python packages for {name}", mark, lambda: installer.locked(folder, python, file)
			)
		return folder / "bin" / "python"

	def require(self, needs: Sequence[Need], title: str) -> None:
		"""Debian packages that some tests need. Raises MissingPrograms."""
		with self.setting_up():
			self.host.require(tuple(needs), title)

	def require_node(self) -> None:
		self.require([need for need in NEEDS if need.what.startswith(("Node", "npm"))], "Node.js")

	def pytest(
		self,
		name: str,
		python: Path,
		arguments: Sequence[str | Path],
		passed: Sequence[str],
		*,
		env: Mapping[str, str] | None = None,
		log: Path | None = None,
		person: Person | None = None,
		cwd: Path | None = None,
	) -> Outcome:
		"""Run pytest in the repository; its output goes to the terminal, or to `log`. Returns its numbers.

		The last of `arguments` is the part's folder; tests that the person named (`passed`) take its place.
		`person` runs it instead of us, with `env` as the whole environment, in `cwd`.
		"""
		chosen = narrowed(str(arguments[-1]), passed, self.layout.root)
		if chosen is None:
			return Outcome(allowed_empty=True, note="none of its tests is named")
		results = person.home if person else self.layout.dev / "results"
		results.mkdir(parents=True, exist_ok=True)
		report = results / f"{name}.xml"
		report.unlink(missing_ok=True)
		words = [
			python,
			"-m",
			"pytest",
			"-p",
			"no:cacheprovider",
			f"--junitxml={report}",
			*arguments[:-1],
			*chosen,
		]
		code = self.call(words, env=env, log=log, person=person, cwd=cwd)
		return from_junit(report, code, selective=bool(passed))

	def call(
		self,
		words: Sequence[str | Path],
		*,
		env: Mapping[str, str] | None = None,
		log: Path | None = None,
		person: Person | None = None,
		cwd: Path | None = None,
	) -> int:
		"""Run a program, output to the terminal or to `log`; returns its exit code. See `pytest` for `person`."""
		sys.stdout.flush()
		output = log.open("w") if log else None
		try:
			return subprocess.run(  # noqa: S603
				[str(word) for word in words],
				cwd=cwd or self.layout.root,
				env=dict(env or {}) if person else {**os.environ, **(env or {})},
				stdin=subprocess.DEVNULL,
				stdout=output,
				stderr=subprocess.STDOUT if output else None,
				check=False,
				**(person.identity() if person else {}),
			).returncode
		finally:
			if output:
				output.close()

	def close(self) -> None:
		"""Stop what only the tests needed."""
		for name in self.started:
			self.host.services.stop(name)


def narrowed(folder: str, passed: Sequence[str], root: Path) -> list[str] | None:
	"""pytest's arguments for a part: its folder and what was passed, or the files and tests of it that were named.

	A name is a path of the repository with a slash, with or without `::test`. None where only other parts' are named.
	"""
	named = [word for word in passed if "/" in word and (root / word.partition("::")[0]).exists()]
	if not named:
		return [folder, *passed]
	part = (root / folder).resolve()
	mine = [word for word in named if (root / word.partition("::")[0]).resolve().is_relative_to(part)]
	return [*mine, *(word for word in passed if word not in named)] if mine else None
