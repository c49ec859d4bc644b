"""What the repository as a whole may and may not hold: file lengths, machine paths, lock files, hooks, patches."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from rules import PACKAGE, ROOT, Source, Violation, files, module_file

# 7. Lengths

LENGTH_LIMIT = 400
CODE = {".py", ".js", ".css", ".html", ".sh"}
# Files that may be longer than the limit, each with its reason.
MAY_BE_LONG: dict[str, str] = {}


def too_long(root: Path = ROOT, limit: int = LENGTH_LIMIT) -> Iterator[Violation]:
	"""Code files of more lines than the limit, but for those excused with a reason."""
	for path in files(root):
		name = path.relative_to(root).as_posix()
		lines = len(path.read_text("utf-8").splitlines()) if path.suffix in CODE else 0
		if lines > limit and name not in MAY_BE_LONG:
			yield Violation(name, limit, f"has {lines} lines; split it at {limit}")


# 8. Nothing of the machine it was written on

MACHINE_PATH = re.compile(
	r"(?:(?<![\w.~}$)*/-])|(?<=file://))(?:/work(?=/)|/root(?=/)|/home/[\w.-]+|/Users/[\w.-]+)|[A-Za-z]:\\{1,2}Users"
)
# (file, text) pairs that are meant, each with its reason.
MAY_NAME_PATH: dict[tuple[str, str], str] = {}
LOCK_FILE = re.compile(r"(package-lock|npm-shrinkwrap)\.json|pnpm-lock\.yaml|requirements.*\.txt|.*[.-]lock")
REGISTRY = re.compile(
	r"\"?resolved\"?:?\s+\"?[a-z+]+://"
	r"|registry\s*=\s*\"?[a-z+]+://"
	r"|--(extra-)?index-url|--find-links"
	r"|[a-z+]+://[^\s\"'/]*(registry\.|pypi|pythonhosted|npmjs|yarnpkg|npmmirror|artifactory|nexus)"
)


def machine_traces(root: Path = ROOT) -> Iterator[Violation]:
	"""Absolute paths of a developer's machine in any text file; hosts of package registries in lock files."""
	for path in files(root):
		data = path.read_bytes()
		if b"\0" in data[:8192]:
			continue
		name = path.relative_to(root).as_posix()
		is_lock = bool(LOCK_FILE.fullmatch(path.name))
		for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
			for match in MACHINE_PATH.finditer(line):
				if (name, match[0]) not in MAY_NAME_PATH:
					yield Violation(name, number, f"names a path of one machine: {match[0]}")
			if is_lock and REGISTRY.search(line):
				yield Violation(
					name, number, "a lock file names a package registry; leave that to the machine"
				)


# 9. Hooks and patches name what exists

DOTTED = re.compile(rf"{PACKAGE}(\.\w+)+")
BUNDLE = re.compile(rf"{PACKAGE}\.[\w.]*bundle\.(js|css)|[\w-]+\.bundle\.(js|css)")
MAY_BE_MODULE = {"jinja", "jenv"}


def broken_hooks(root: Path = ROOT) -> Iterator[Violation]:
	"""Every path in hooks.py leads to a function, class or file of the app, found without importing anything."""
	path = f"{PACKAGE}/hooks.py"
	source = Source(path, (root / path).read_text("utf-8"))
	for statement in source.tree.body:
		targets = statement.targets if isinstance(statement, ast.Assign) else []
		module_allowed = any(getattr(target, "id", "") in MAY_BE_MODULE for target in targets)
		for node in ast.walk(statement):
			if isinstance(node, ast.JoinedStr):
				yield source.violation(
					node, "hooks.py puts a name together; write it out, so that it can be checked"
				)
			elif isinstance(node, ast.Constant) and isinstance(node.value, str):
				problem = _hook_problem(root, node.value, module_allowed)
				if problem:
					yield source.violation(node, problem)


def broken_patches(root: Path = ROOT) -> Iterator[Violation]:
	"""Every line of patches.txt names a module of ours with an `execute` function."""
	path = root / PACKAGE / "patches.txt"
	for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
		patch = line.split("#")[0].split()
		if patch and patch[0].startswith(f"{PACKAGE}.") and not _defines(root, f"{patch[0]}.execute"):
			yield Violation(f"{PACKAGE}/patches.txt", number, f"{patch[0]} has no function `execute`")


def _hook_problem(root: Path, value: str, module_allowed: bool) -> str | None:
	if BUNDLE.fullmatch(value):
		found = any((root / PACKAGE / "public").rglob(value))
		return None if found else f"there is no bundle {value} below public/"
	asset = value.split("?")[0].removeprefix(f"/assets/{PACKAGE}/")
	if asset != value.split("?")[0]:
		return None if (root / PACKAGE / "public" / asset).is_file() else f"public/{asset} does not exist"
	if value.startswith(("public/", "templates/")):
		return None if (root / PACKAGE / value).is_file() else f"{value} does not exist in {PACKAGE}/"
	if not DOTTED.fullmatch(value):
		return None
	if module_file(value, root):
		return None if module_allowed else f"{value} is a module, where a function is due"
	if not module_file(value.rpartition(".")[0], root):
		return f"{value}: the module {value.rpartition('.')[0]} does not exist"
	return None if _defines(root, value) else f"{value} is not defined in its module"


def _defines(root: Path, dotted: str, seen: frozenset[str] = frozenset()) -> bool:
	"""Whether the module really defines that name, or imports it from one of ours that does."""
	module, _, name = dotted.rpartition(".")
	path = module_file(module, root)
	if not path or dotted in seen:
		return False
	source = Source(path.relative_to(root).as_posix(), path.read_text("utf-8"))
	for node in source.tree.body:
		if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
			return True
		if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == name for target in node.targets):
			return True
	origin = source.aliases.get(name, "")
	if not origin.startswith(f"{PACKAGE}."):
		return bool(origin)
	return _defines(root, origin, seen | {dotted})
