"""Lines that a test wants said at the end of the run, whichever process of pytest it ran in."""

from __future__ import annotations

SAID: list[str] = []


def say(line: str) -> None:
	"""Show `line` below the run's closing summary; conftest.py carries it there."""
	SAID.append(line)
