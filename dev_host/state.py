"""What `./dev` remembers between runs, in `.dev/state.json`, and the lock that keeps two runs apart."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class State:
	"""A small JSON file, replaced whole on every change, so a killed run leaves the old or the new one, never half.

	`steps` maps a step's name to the fingerprint of the inputs it last succeeded with.
	"""

	def __init__(self, path: Path) -> None:
		self.path = path
		self.data: dict[str, Any] = {}
		self.reload()

	def reload(self) -> None:
		"""Read the file again, as after waiting for another run. A damaged file counts as none: steps only run again."""
		try:
			loaded = json.loads(self.path.read_text())
		except (OSError, ValueError):
			loaded = {}
		self.data = loaded if isinstance(loaded, dict) else {}

	def section(self, name: str) -> dict[str, Any]:
		"""The named part of the state, made if missing. Call `save` after changing it."""
		part = self.data.setdefault(name, {})
		if not isinstance(part, dict):
			part = self.data[name] = {}
		return part

	def save(self) -> None:
		"""Write everything, atomically and readable by this user only (it holds the private database's password)."""
		self.path.parent.mkdir(parents=True, exist_ok=True)
		partial = self.path.with_suffix(".part")
		descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
		with os.fdopen(descriptor, "w") as file:
			json.dump(self.data, file, indent=1, sort_keys=True)
			file.flush()
			os.fsync(file.fileno())
		partial.replace(self.path)

	def done(self, step: str, fingerprint: str) -> bool:
		"""Whether `step` last succeeded with exactly these inputs."""
		return self.section("steps").get(step) == fingerprint

	def mark(self, step: str, fingerprint: str) -> None:
		"""Remember that `step` succeeded."""
		self.section("steps")[step] = fingerprint
		self.save()

	def forget(self, *steps: str) -> None:
		"""Make steps run again, before something they rely on is replaced."""
		for step in steps:
			self.section("steps").pop(step, None)
		self.save()


@contextmanager
def exclusive(path: Path, waiting: str) -> Iterator[int]:
	"""Hold the lock file at `path`; print `waiting` once if another run holds it. Yields the file descriptor.

	Commands of a step inherit the descriptor, so a killed run's orphans (an npm, an apt) keep the lock until they end
	and the next run doesn't write into their folder.
	"""
	path.parent.mkdir(parents=True, exist_ok=True)
	descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
	try:
		try:
			fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			print(waiting, flush=True)
			fcntl.flock(descriptor, fcntl.LOCK_EX)
		yield descriptor
	finally:
		os.close(descriptor)
