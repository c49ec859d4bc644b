"""The command line of a bench that frappe-bench made."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

APP = "safeguarding_escalation"
SITE = "bench.localhost"
SECONDS = 600
HERE = Path(__file__).resolve().parent


def setting(name: str) -> str:
	"""What `./dev test bench` put into the environment."""
	value = os.environ.get(name)
	if not value:
		pytest.fail(f"{name} isn't set: run these tests with ./dev test bench")
	return value


@dataclass(frozen=True)
class Bench:
	"""A bench's folder and its command line."""

	folder: Path

	def __call__(self, *words: str) -> str:
		"""`bench …` in the folder; returns what it printed. Fails the test with that when it ends badly."""
		return run(["bench", *words], self.folder)

	def on_site(self, *words: str) -> str:
		return self("--site", SITE, *words)

	def rows(self) -> dict[str, list[str]]:
		"""Every name on the site by table; see inside.py."""
		python = self.folder / "env" / "bin" / "python"
		return json.loads(run([str(python), str(HERE / "inside.py"), SITE], self.folder / "sites"))


def run(words: list[str], folder: Path) -> str:
	began = time.monotonic()
	result = subprocess.run(  # noqa: S603
		words,
		cwd=folder,
		stdin=subprocess.DEVNULL,
		stdout=subprocess.PIPE,
		stderr=subprocess.STDOUT,
		text=True,
		timeout=SECONDS,
		check=False,
	)
	print(f"{time.monotonic() - began:6.1f} s  {' '.join(words[:4])}")
	# Progress bars are one long line of carriage returns.
	output = "\n".join(line.rpartition("\r")[2] for line in result.stdout.split("\n"))
	if result.returncode:
		pytest.fail(f"{' '.join(words)} ended with {result.returncode}:\n{output[-6000:]}")
	return output
