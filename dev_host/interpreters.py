"""Which Pythons this machine has: the site runs on one, the engine's tests on every one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dev_host.command import query
from dev_host.errors import WrongPython
from dev_host.state import State

Version = tuple[int, int, int]
SUPPORTED = ((3, 10), (3, 14))
# The site's Python: best known first. The 2023 tree's pinned packages have ready-made wheels for 3.11 and 3.10.
PREFERENCE = ((3, 11), (3, 10), (3, 12), (3, 13), (3, 14))
# A distribution's build, and one made with profiles, runs a fifth to a third faster than one that pyenv compiles plainly.
# Without its headers no package can be compiled for it.
PROBE = (
	"import os, sys, platform, sysconfig; "
	"path = os.path.realpath(sys.executable); "
	"quick = path.startswith('/usr/bin/') or '--enable-optimizations' in (sysconfig.get_config_var('CONFIG_ARGS') or ''); "
	"quick = quick and os.path.exists(os.path.join(sysconfig.get_path('include'), 'Python.h')); "
	"print(platform.python_implementation(), *sys.version_info[:3], sys.prefix == sys.base_prefix, quick, path)"
)
NAME = re.compile(r"^python3(\.\d+)?$")


def folders(home: Path, environ: dict[str, str]) -> list[Path]:
	"""Where Pythons are looked for: the path, pyenv's and uv's own versions, the usual places."""
	found = [Path(part) for part in environ.get("PATH", "").split(os.pathsep) if part]
	pyenv = Path(environ.get("PYENV_ROOT", home / ".pyenv"))
	uv = Path(environ.get("UV_PYTHON_INSTALL_DIR", home / ".local" / "share" / "uv" / "python"))
	for base in (pyenv / "versions", uv):
		found += sorted(base.glob("*/bin"))
	return [*found, Path("/usr/bin"), Path("/usr/local/bin"), *sorted(Path("/opt").glob("python*/bin"))]


def candidates(places: Iterable[Path]) -> list[Path]:
	"""Executables in `places` that are named like a Python, each once."""
	found: dict[Path, Path] = {Path(sys.executable).resolve(): Path(sys.executable)}
	for place in places:
		if place.is_dir() and "shims" not in place.parts:  # pyenv's versions are looked into themselves
			for entry in sorted(place.iterdir()):
				if NAME.match(entry.name) and os.access(entry, os.X_OK):
					found.setdefault(entry.resolve(), entry)
	return list(found.values())


@dataclass(frozen=True)
class Found:
	"""A Python of this machine; `quick` says that it was built for speed and can have packages compiled for it."""

	version: Version
	path: Path
	quick: bool = False

	@property
	def worth(self) -> tuple[bool, Version]:
		return self.quick, self.version


def parse_probe(output: str) -> Found | None:
	"""What PROBE's output tells; None for other implementations and for virtual environments."""
	words = output.split(maxsplit=6)
	if len(words) != 7 or words[0] != "CPython" or words[4] != "True":
		return None
	version = (int(words[1]), int(words[2]), int(words[3]))
	return Found(version, Path(words[6].strip()), words[5] == "True")


def best_of_each(found: Iterable[Found]) -> dict[tuple[int, int], Path]:
	"""One Python for each minor version that is supported: a quick one before others, then the newest patch release."""
	best: dict[tuple[int, int], Found] = {}
	for each in found:
		minor = each.version[:2]
		if SUPPORTED[0] <= minor <= SUPPORTED[1] and (minor not in best or each.worth > best[minor].worth):
			best[minor] = each
	return {minor: each.path for minor, each in sorted(best.items())}


def discover() -> dict[tuple[int, int], Path]:
	"""Every supported Python on this machine, by minor version."""
	places = folders(Path.home(), dict(os.environ))
	return best_of_each(probe(candidates(places)))


def probe(paths: Iterable[Path]) -> Iterator[Found]:
	"""Each that turns out to be a Python of its own, not a virtual environment."""
	for path in paths:
		output = query([path, "-c", PROBE], timeout=10)
		if output and (found := parse_probe(output)):
			yield found


def remembered(state: State) -> dict[tuple[int, int], Path]:
	"""As `discover`, but asked of the machine only when the Pythons found last time are no longer all there."""
	known = {
		tuple(int(part) for part in name.split(".")): Path(path)
		for name, path in state.section("pythons").items()
	}
	if known and all(path.exists() for path in known.values()):
		return {(minor[0], minor[1]): path for minor, path in known.items()}
	found = discover()
	state.data["pythons"] = {f"{minor[0]}.{minor[1]}": str(path) for minor, path in found.items()}
	state.save()
	return found


def supported_by(requires: str) -> tuple[tuple[int, int], tuple[int, int]]:
	"""First and last minor version that a `requires-python` text like ">=3.10,<3.13" allows."""
	low, high = SUPPORTED
	if match := re.search(r">=\s*3\.(\d+)", requires):
		low = max(low, (3, int(match.group(1))))
	if match := re.search(r"<\s*3\.(\d+)", requires):
		high = min(high, (3, int(match.group(1)) - 1))
	if match := re.search(r"<=\s*3\.(\d+)", requires):
		high = min(high, (3, int(match.group(1))))
	return low, high


def choose(found: dict[tuple[int, int], Path], requires: str) -> Path:
	"""The best Python for a Frappe tree with this `requires-python`. Raises WrongPython when there is none."""
	low, high = supported_by(requires)
	for minor in PREFERENCE:
		if low <= minor <= high and minor in found:
			return found[minor]
	have = ", ".join(f"{major}.{minor}" for major, minor in found) or "none"
	raise WrongPython(
		f"This Frappe runs on Python {low[0]}.{low[1]} to {high[0]}.{high[1]}, and this machine has {have}.",
		f"Install one of them (on Debian and Ubuntu: apt-get install python3 python3-venv, or pyenv install {high[0]}.{high[1]}).",
	)
