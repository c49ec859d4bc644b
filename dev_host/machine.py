"""The machine: enough disk, a system that `./dev` knows, a user's rights."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from dev_host.errors import DiskFull, UnsupportedSystem

NEEDED_GIB = 3.0


def check_disk(folder: Path, needed: float = NEEDED_GIB, *, free_bytes: int | None = None) -> None:
	"""Raise DiskFull unless `needed` GiB are free where `folder` lies."""
	free = (shutil.disk_usage(folder).free if free_bytes is None else free_bytes) / 2**30
	if free < needed:
		raise DiskFull(
			f"Only {free:.1f} GiB are free at {folder}, and Frappe with its packages needs {needed:.0f} GiB.",
			"Free some space, or move the checkout to a larger disk.",
		)


def check_system(system: str | None = None) -> None:
	"""Raise UnsupportedSystem unless this is Linux."""
	name = platform.system() if system is None else system
	if name != "Linux":
		raise UnsupportedSystem(
			f"./dev runs on Linux (Debian or Ubuntu best), and this is {name or 'an unknown system'}.",
			"Use a Debian or Ubuntu machine, a virtual machine, a container or WSL 2.",
		)


def is_root() -> bool:
	return os.geteuid() == 0


def is_debian() -> bool:
	"""Whether packages come by apt here."""
	return shutil.which("apt-get") is not None and shutil.which("dpkg-query") is not None


def find_program(*names: str) -> Path | None:
	"""The first of `names` on the path or in the system folders that a plain user's path lacks."""
	path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])
	for name in names:
		found = shutil.which(name, path=path)
		if found:
			return Path(found)
	return None
