"""Fingerprints of inputs: a step runs again when, and only when, what it reads has changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

SKIPPED = {"__pycache__", "node_modules", "dist", ".git", ".dev"}


def of_text(*parts: str) -> str:
	"""A short fingerprint of some strings; where one ends and the next begins counts."""
	digest = hashlib.sha256()
	for part in parts:
		encoded = part.encode()
		digest.update(f"{len(encoded)}:".encode() + encoded)
	return digest.hexdigest()[:20]


def of_files(files: Iterable[Path], base: Path) -> str:
	"""A fingerprint of files' contents and their paths below `base`. Missing files count as missing."""
	parts = []
	for file in sorted(files):
		content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"
		parts += [str(file.relative_to(base)), content]
	return of_text(*parts)


def walk(folder: Path, wanted: Callable[[Path], bool]) -> list[Path]:
	"""Files below `folder` that `wanted` accepts (given the path below `folder`); caches and build output left out."""
	found: list[Path] = []
	for base, folders, files in os.walk(folder):
		folders[:] = [name for name in folders if name not in SKIPPED]
		found += [Path(base, name) for name in files if wanted(Path(base, name).relative_to(folder))]
	return found


def of_schema(package: Path) -> str:
	"""Fingerprint of what `migrate` reads: DocTypes and other records, patches, hooks, fixtures, policies, setup code."""

	def wanted(path: Path) -> bool:
		if path.suffix in {".json", ".txt"} or path.name == "hooks.py":
			return True
		return path.parts[0] in {"setup", "patches", "policies", "fixtures"} or "print_format" in path.parts

	return of_files(walk(package, wanted), package)


def of_code(package: Path) -> str:
	"""Fingerprint of the Python that long-running servers hold in memory; tests are left out."""
	return of_files(walk(package, lambda p: p.suffix == ".py" and "tests" not in p.parts), package)


def of_assets(package: Path) -> str:
	"""Fingerprint of what the asset builder bundles."""
	return of_files(walk(package / "public", lambda _: True), package)
