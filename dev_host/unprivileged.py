"""A person without rights on this machine: an account to run things as, and a folder and a Python it can use."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev_host import interpreters
from dev_host.command import query, run
from dev_host.errors import MissingPrograms, WrongPython
from dev_host.machine import find_program, is_root

ACCOUNT = "safeguarding-bench"
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


@dataclass(frozen=True)
class Person:
	"""Who runs a program, and in which home. `account` is None where that is whoever runs `./dev` anyway."""

	account: str | None
	home: Path

	def owns(self) -> None:
		"""Hand everything below the home over. Files must not be shared with others by hard links."""
		if not self.account:
			return
		entry = pwd.getpwnam(self.account)
		for folder, folders, files in os.walk(self.home):
			for name in (".", *folders, *files):
				os.lchown(Path(folder, name), entry.pw_uid, entry.pw_gid)

	def identity(self) -> dict[str, Any]:
		"""The arguments of subprocess.run that make a program this person's."""
		if not self.account:
			return {}
		entry = pwd.getpwnam(self.account)
		return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

	def environment(self, *first: Path, added: Mapping[str, str] | None = None) -> dict[str, str]:
		"""A new login's environment, nothing of ours in it: `first` leads the path, `added` says the rest."""
		name = self.account or getpass.getuser()
		path = os.pathsep.join([*(str(folder) for folder in first), *SYSTEM_FOLDERS])
		login = {"HOME": str(self.home), "USER": name, "LOGNAME": name, "PATH": path, "LANG": "C.UTF-8"}
		return {**login, **(added or {})}


@contextmanager
def person(logs: Path) -> Iterator[Person]:
	"""Somebody without rights, with an empty home that is gone afterwards. As root an account is made for it.

	Raises MissingPrograms where root can make none.
	"""
	home = Path(tempfile.mkdtemp(prefix="se-bench-"))
	made = False
	try:
		home.chmod(0o755)
		if is_root():
			made = make_account(logs)
		yield Person(ACCOUNT if is_root() else None, home)
	finally:
		shutil.rmtree(home, ignore_errors=True)
		if made:
			query([find_program("userdel") or "userdel", ACCOUNT])


def make_account(logs: Path) -> bool:
	"""Make ACCOUNT unless it is there. Returns whether it was made."""
	try:
		pwd.getpwnam(ACCOUNT)
	except KeyError:
		program = find_program("useradd")
		if not program:
			raise MissingPrograms(
				"Root can't make an account for an unprivileged run: useradd is missing.",
				"Run this as an ordinary user, or install useradd (Debian: apt-get install passwd).",
			) from None
		words: list[str | Path] = [
			program,
			"--system",
			"--no-create-home",
			"--home-dir",
			"/nonexistent",
			"--shell",
			"/bin/sh",
		]
		run([*words, ACCOUNT], logs / "useradd.log")
		return True
	return False


def open_to_all(path: Path) -> bool:
	"""Whether anybody may run the program at `path`, links followed: each folder on the way lets them through."""
	real = path.resolve()
	return all(place.stat().st_mode & stat.S_IXOTH for place in (real, *real.parents))


def choose_python(requires: str) -> Path:
	"""The best Python that anybody may run and that suits `requires` (as in requires-python). Raises WrongPython."""
	places = interpreters.folders(Path.home(), dict(os.environ))
	usable = [path for path in interpreters.candidates(places) if not is_root() or open_to_all(path)]
	found = interpreters.best_of_each(interpreters.probe(usable))
	try:
		return interpreters.choose(found, requires)
	except WrongPython as error:
		raise WrongPython(
			f"{error.problem} Only those that an unprivileged user may run count here.", error.remedy
		) from None
