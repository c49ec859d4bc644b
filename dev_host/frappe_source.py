"""Where Frappe comes from: a source the user names, the public repository, or the pinned package on PyPI."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev_host import fingerprints, unwheel
from dev_host.command import query, run
from dev_host.errors import BadSource, WouldRebuild
from dev_host.layout import Layout
from dev_host.python_env import Installer
from dev_host.state import State

PUBLIC_REPOSITORY = "https://github.com/frappe/frappe"
PUBLIC_BRANCH = "version-15"
ANSWER_SECONDS = 6
WHEEL = "frappe-wheel.txt"
NOTICE = """
  Frappe's public repository doesn't answer, so this is Frappe 15.0.0-dev of August 2023, restored from a renamed
  copy on PyPI. It is for trying and testing this app, NEVER for production. Name another with --frappe PATH_OR_URL.
"""


@dataclass(frozen=True)
class Source:
	"""One way to get Frappe. `kind` is "git", "folder" or "wheel"; `location` an address, a path or a file name."""

	kind: str
	location: str
	branch: str = ""

	@property
	def fingerprint(self) -> str:
		return fingerprints.of_text(self.kind, self.location, self.branch)

	def __str__(self) -> str:
		if self.kind == "wheel":
			return "the pinned package on PyPI (for trying and testing only)"
		return self.location + (f", branch {self.branch}" if self.branch else "")


def named(location: str, branch: str) -> Source:
	"""The source a person named: a git address, a git repository or a plain folder. Raises BadSource."""
	path = Path(location).expanduser()
	if path.exists():
		path = path.resolve()
		if (path / "frappe" / "hooks.py").is_file() and not (path / ".git").exists():
			return Source("folder", str(path))
		if query(["git", "-c", "safe.directory=*", "-C", path, "rev-parse", "--git-dir"]) is None:
			raise BadSource(
				f"{location} is neither a git repository nor a folder with Frappe in it.", "Check the path."
			)
		return Source("git", str(path), branch)
	if not re.match(r"^([a-z+]+://|[\w.-]+@[\w.-]+:)", location):
		raise BadSource(
			f"{location} doesn't exist and isn't a git address.", "Give a path or an address like https://…."
		)
	return Source("git", location, branch)


def public_repository_answers() -> bool:
	"""Whether Frappe's public repository can be reached from here, asked once, for a few seconds."""
	command = ["git", "ls-remote", "--exit-code", "--heads", PUBLIC_REPOSITORY, PUBLIC_BRANCH]
	return query(["env", "GIT_TERMINAL_PROMPT=0", *command], timeout=ANSWER_SECONDS) is not None


def choose(
	option: str | None, branch: str | None, environ: Mapping[str, str], state: State, lock: str
) -> Source:
	"""The source to use: named on the command line or in FRAPPE_SOURCE, as last time, public, or the package."""
	location = option or environ.get("FRAPPE_SOURCE")
	known = state.section("source")
	if location:
		return named(location, branch or environ.get("FRAPPE_BRANCH", ""))
	if known and known["kind"] != "wheel":
		return Source(**known)
	if not known and public_repository_answers():
		return Source("git", PUBLIC_REPOSITORY, PUBLIC_BRANCH)
	return Source("wheel", unwheel.pinned_digest(lock))


def settle(source: Source, state: State, sites: Sequence[str], *, fresh: bool) -> None:
	"""Remember `source`, so that a network that comes and goes doesn't swap Frappe under a site.

	Another Frappe needs other databases: raises WouldRebuild when `sites` (names) stand on the last one, unless
	`fresh` says that what they hold may go.
	"""
	known = state.section("source")
	if known and sites and not fresh and Source(**known).fingerprint != source.fingerprint:
		raise WouldRebuild(
			f"The sites here stand on {Source(**known)}. On {source} they would be made anew, and everything"
			f" in {', '.join(sites)} would be lost.",
			"Add --fresh if it may go; or leave --frappe and FRAPPE_SOURCE out; or use another clone of this repository.",
		)
	state.data["source"] = {"kind": source.kind, "location": source.location, "branch": source.branch}
	state.save()


def fetch(source: Source, layout: Layout, installer: Installer) -> None:
	"""Put Frappe's tree at `layout.frappe`, whole or not at all. Raises BadSource, BadDownload or NoNetwork."""
	partial = layout.dev / "frappe.part"
	shutil.rmtree(partial, ignore_errors=True)
	if source.kind == "wheel":
		_from_wheel(source, layout, installer, partial)
	elif source.kind == "folder":
		shutil.copytree(
			source.location, partial, symlinks=True, ignore=shutil.ignore_patterns("node_modules", ".git")
		)
	else:
		_clone(source, layout, partial)
	if not (partial / "frappe" / "hooks.py").is_file():
		raise BadSource(
			f"{source} holds no Frappe.", "Name a Frappe tree of version 15 or 16 with --frappe PATH_OR_URL."
		)
	layout.frappe.parent.mkdir(parents=True, exist_ok=True)
	shutil.rmtree(layout.frappe, ignore_errors=True)
	partial.rename(layout.frappe)


def _from_wheel(source: Source, layout: Layout, installer: Installer, target: Path) -> None:
	folder = layout.dev / "downloads"
	installer.download(layout.locks / WHEEL, folder, "frappe-download")
	wheels = sorted(folder.glob("criscostack-*.whl"))
	unwheel.check(wheels[-1], source.location)
	unwheel.unwheel(wheels[-1], target)


def _clone(source: Source, layout: Layout, target: Path) -> None:
	local = Path(source.location).is_dir()
	command: list[str | Path] = ["git", "-c", "safe.directory=*", "clone", "-q"]
	command += [] if local else ["--depth", "1"]
	command += ["--branch", source.branch] if source.branch else []
	run([*command, source.location, target], layout.logs / "clone.log", env={"GIT_TERMINAL_PROMPT": "0"})


def requires_python(layout: Layout) -> str:
	"""The tree's own `requires-python`, ">=3.10" when it says nothing."""
	try:
		text = (layout.frappe / "pyproject.toml").read_text()
	except OSError:
		return ">=3.10"
	match = re.search(r"""^requires-python\s*=\s*["']([^"']+)["']""", text, re.MULTILINE)
	return match.group(1) if match else ">=3.10"


def version(layout: Layout) -> str:
	"""`__version__` of the tree, "unknown" if it can't be read."""
	try:
		text = (layout.frappe / "frappe" / "__init__.py").read_text()
	except OSError:
		return "unknown"
	match = re.search(r"""^__version__\s*=\s*["']([^"']+)["']""", text, re.MULTILINE)
	return match.group(1) if match else "unknown"


def requirements(pyproject: str) -> list[str]:
	"""The `[project] dependencies` of a pyproject.toml. Python 3.10 has no TOML reader, hence by hand."""
	match = re.search(r"^dependencies\s*=\s*\[(.*?)^\]", pyproject, re.MULTILINE | re.DOTALL)
	if not match:
		raise BadSource(
			"The Frappe tree's pyproject.toml lists no dependencies.", "Name another tree with --frappe."
		)
	lines = (line.strip() for line in match.group(1).splitlines())
	return [
		found.group(2) for line in lines if (found := re.match(r"""(["'])(.+?)\1\s*,?\s*(#.*)?$""", line))
	]


def beside(required: Sequence[str], extra: Sequence[str]) -> list[str]:
	"""Those of our `extra` requirements on which the tree says nothing itself: version 16 wants a newer pydyf."""

	def name(line: str) -> str:
		return re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0].lower()

	known = {name(line) for line in required}
	return [line for line in extra if name(line) and name(line) not in known]
