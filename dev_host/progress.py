"""Steps: named, timed, skipped when done before with the same inputs, and marked done only after they succeeded."""

from __future__ import annotations

import time
from collections.abc import Callable

from dev_host.state import State


class Progress:
	"""Runs steps and prints a line for each, so that a person sees where the time goes."""

	def __init__(self, state: State, *, clock: Callable[[], float] = time.monotonic) -> None:
		self.state = state
		self.clock = clock
		self.began = clock()

	def step(self, name: str, title: str, fingerprint: str, action: Callable[[], object]) -> bool:
		"""Run `action` unless `name` succeeded before with `fingerprint`. Returns whether it ran.

		Raises whatever `action` raises; the step is then not marked and runs again next time.
		"""
		if self.state.done(name, fingerprint):
			return False
		self.state.forget(name)
		self.always(title, action)
		self.state.mark(name, fingerprint)
		return True

	def always(self, title: str, action: Callable[[], object]) -> None:
		"""Run `action` with a line and its seconds, whatever was done before."""
		print(f"  {title} ", end="", flush=True)
		start = self.clock()
		try:
			action()
		except BaseException:
			print(f"failed after {self.clock() - start:.1f} s", flush=True)
			raise
		print(f"{'.' * max(1, 62 - len(title))} {self.clock() - start:6.1f} s", flush=True)

	def total(self) -> float:
		"""Seconds since the first step could begin."""
		return self.clock() - self.began
