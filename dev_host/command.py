"""Running other programs: output into a log file, failures turned into sentences."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev_host.errors import CommandFailed, DiskFull, HostError, NoNetwork

TAIL_LINES = 15
# Programs that talk to an index or a mirror. What others say of hosts and connections is about something else.
FETCHERS = {"apt-get", "git", "npm", "pip", "uv"}
NO_NETWORK = re.compile(
	r"could not resolve (host|proxy|')|temporary failure (in name resolution|resolving)|name or service not known|network is unreachable"
	r"|failed to fetch|enotfound|eai_again|etimedout|econnrefused|econnreset|failed to establish a new connection"
	r"|connection timed out|dns error|tunnel connection failed|no matching distribution found",
	re.IGNORECASE,
)
NO_SPACE = re.compile(r"no space left on device|enospc|disk quota exceeded|errno: 28", re.IGNORECASE)

# Descriptors that commands of a step inherit: the run's lock (see state.exclusive).
inherited: list[int] = []


def fetches(words: Sequence[str]) -> bool:
	"""Whether a command brings something from the network: its program does, or one it starts (`sudo -n apt-get`)."""
	return any(Path(word).name in FETCHERS for word in words[:6])


def diagnose(output: str, *, fetching: bool = True) -> HostError | None:
	"""The known cause that a failed command's output points to, or None. Only what was `fetching` can blame the network."""
	if NO_SPACE.search(output):
		return DiskFull(
			"The disk is full.",
			"Free some space and run the same command again; it goes on where it stopped.",
		)
	if fetching and NO_NETWORK.search(output):
		return NoNetwork(
			"A package index or mirror didn't answer.",
			"Check the network, the proxy (HTTPS_PROXY) and pip's and npm's own settings, then run the same command again.",
		)
	return None


def tail(text: str, lines: int = TAIL_LINES) -> str:
	"""The last lines of a text that aren't empty."""
	kept = [line.rstrip() for line in text.splitlines() if line.strip()]
	return "\n".join(kept[-lines:])


def run(
	argv: Sequence[str | Path],
	log: Path,
	*,
	cwd: Path | None = None,
	env: Mapping[str, str] | None = None,
	timeout: float | None = None,
) -> str:
	"""Run a program to its end and return its output, which is also written to `log`.

	`env` is added to the environment; `timeout` is in seconds. Raises a HostError that names the log when it fails.
	"""
	log.parent.mkdir(parents=True, exist_ok=True)
	words = [str(word) for word in argv]
	with log.open("w") as file:
		file.write("$ " + " ".join(words) + "\n")
		file.flush()
		try:
			code = subprocess.run(  # noqa: S603
				words,
				cwd=cwd,
				env={**os.environ, **(env or {})},
				stdin=subprocess.DEVNULL,
				stdout=file,
				stderr=subprocess.STDOUT,
				timeout=timeout,
				check=False,
				pass_fds=inherited,
			).returncode
		except subprocess.TimeoutExpired as error:
			raise CommandFailed(f"{words[0]} took longer than {timeout} s.", f"See {log}.") from error
		except OSError as error:
			raise CommandFailed(
				f"{words[0]} can't be started: {error.strerror}.", "Install it, or run ./dev up."
			) from error
	output = log.read_text(errors="replace")
	if code == 0:
		return output
	known = diagnose(output, fetching=fetches(words))
	if known:
		raise type(known)(known.problem, f"{known.remedy} ({log})") from None
	raise CommandFailed(
		f"{Path(words[0]).name} ended with {code}:\n{tail(output)}\n", f"The whole output is in {log}."
	)


def query(argv: Sequence[str | Path], *, timeout: float = 20) -> str | None:
	"""A program's standard output, or None when it is missing, fails or takes longer than `timeout` seconds."""
	try:
		result = subprocess.run(  # noqa: S603
			[str(word) for word in argv],
			stdin=subprocess.DEVNULL,
			capture_output=True,
			text=True,
			timeout=timeout,
			check=False,
		)
	except (OSError, subprocess.TimeoutExpired):
		return None
	return result.stdout if result.returncode == 0 else None
