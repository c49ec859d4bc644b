"""Helpers of the architecture tests: the files of the repository, and what a Python file says, by syntax tree.

Nothing is imported, so no Frappe and no site is needed. layer_rules.py and repository_rules.py hold the rules.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "safeguarding_escalation"
SKIPPED_FOLDERS = {"node_modules", "__pycache__", "dist"}
KEPT_HIDDEN_FOLDERS = {".ci", ".github"}


@dataclass(frozen=True)
class Violation:
	path: str
	line: int
	message: str

	def __str__(self) -> str:
		return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Import:
	"""One imported name: absolute `full`, the name `given` to it here, and the `origin` which that name means."""

	line: int
	full: str
	given: str
	origin: str


@dataclass(frozen=True)
class Source:
	"""One Python file: its path from the root of the repository, with forward slashes, and its text."""

	path: str
	text: str
	root: Path = ROOT

	@cached_property
	def tree(self) -> ast.Module:
		return ast.parse(self.text, self.path)

	@cached_property
	def nodes(self) -> list[ast.AST]:
		return list(ast.walk(self.tree))

	@cached_property
	def calls(self) -> list[ast.Call]:
		return [node for node in self.nodes if isinstance(node, ast.Call)]

	@cached_property
	def imports(self) -> list[Import]:
		found = []
		for node in self.nodes:
			if isinstance(node, ast.Import):
				for name in node.names:
					top = name.name.split(".")[0]
					origin = name.name if name.asname else top
					found.append(Import(node.lineno, name.name, name.asname or top, origin))
			elif isinstance(node, ast.ImportFrom):
				for name in node.names:
					full = f"{self._absolute(node)}.{name.name}"
					found.append(Import(node.lineno, full, name.asname or name.name, full))
		return found

	def _absolute(self, node: ast.ImportFrom) -> str:
		if not node.level:
			return node.module or ""
		package = self.path.split("/")[: -node.level]
		return ".".join([*package, *([node.module] if node.module else [])])

	@cached_property
	def aliases(self) -> dict[str, str]:
		return {item.given: item.origin for item in self.imports}

	@cached_property
	def constants(self) -> dict[str, str]:
		"""Names that are bound to a string literal anywhere in the file."""
		found = {}
		for node in self.nodes:
			if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
				for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
					if isinstance(target, ast.Name) and isinstance(node.value.value, str):
						found[target.id] = node.value.value
		return found

	def name(self, node: ast.AST) -> str:
		"""`frappe.db.sql` for that chain of attributes, aliases of imports resolved; otherwise an empty string."""
		parts = []
		while isinstance(node, ast.Attribute):
			parts.append(node.attr)
			node = node.value
		if not isinstance(node, ast.Name):
			return ""
		return ".".join([self.aliases.get(node.id, node.id), *reversed(parts)])

	def string(self, node: ast.AST | None) -> str | None:
		"""The text of a literal, or of a name bound to one here or in the module of ours it comes from."""
		if isinstance(node, ast.Constant) and isinstance(node.value, str):
			return node.value
		if isinstance(node, ast.Name) and node.id in self.constants:
			return self.constants[node.id]
		module, _, name = self.name(node).rpartition(".") if node else ("", "", "")
		path = module_file(module, self.root) if module.startswith(f"{PACKAGE}.") else None
		return constants_of(path).get(name) if path else None

	@cached_property
	def strings(self) -> list[tuple[ast.AST, str]]:
		"""Every string literal that is not a docstring; an f-string with `{}` where a value goes."""
		skipped = {id(node.value) for node in self.nodes if isinstance(node, ast.Expr)}
		for node in self.nodes:
			if isinstance(node, ast.JoinedStr):
				skipped.update(id(part) for part in node.values)
		found = []
		for node in self.nodes:
			if isinstance(node, ast.JoinedStr):
				parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
				found.append((node, "".join(parts)))
			elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
				found.append((node, node.value))
		return found

	def within(self, *folders: str) -> bool:
		return any(self.path.startswith(f"{PACKAGE}/{folder}") for folder in folders)

	@property
	def shipped(self) -> bool:
		"""Part of the app, and not one of its tests."""
		parts = self.path.split("/")
		is_test = "tests" in parts or parts[-1].startswith("test_") or parts[-1] == "conftest.py"
		return parts[0] == PACKAGE and not is_test

	def violation(self, node: ast.AST | int, message: str) -> Violation:
		return Violation(self.path, node if isinstance(node, int) else node.lineno, message)


Rule = Callable[[Source], Iterator[Violation]]


def files(root: Path = ROOT) -> Iterator[Path]:
	"""Every file of the working copy but what .gitignore keeps out of it."""
	for folder, folders, names in os.walk(root):
		folders[:] = sorted(
			name
			for name in folders
			if name not in SKIPPED_FOLDERS
			and not name.endswith(".egg-info")
			and (not name.startswith(".") or name in KEPT_HIDDEN_FOLDERS)
		)
		yield from (path for name in sorted(names) if (path := Path(folder, name)).is_file())


@cache
def sources(root: Path = ROOT) -> tuple[Source, ...]:
	return tuple(
		Source(path.relative_to(root).as_posix(), path.read_text("utf-8"))
		for path in files(root)
		if path.suffix == ".py"
	)


def module_file(dotted: str, root: Path = ROOT) -> Path | None:
	base = root.joinpath(*dotted.split("."))
	return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


@cache
def constants_of(path: Path) -> dict[str, str]:
	return Source(path.name, path.read_text("utf-8")).constants


def method(call: ast.Call) -> str:
	"""The last part of what is called: `set_value` for `frappe.db.set_value(…)`."""
	function = call.func
	if isinstance(function, ast.Attribute):
		return function.attr
	return function.id if isinstance(function, ast.Name) else ""


def argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
	named = (item.value for item in call.keywords if item.arg == keyword)
	return next(named, call.args[position] if len(call.args) > position else None)
