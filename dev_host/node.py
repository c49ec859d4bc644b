"""npm's packages, and the assets Desk is made of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dev_host import fingerprints
from dev_host.command import run
from dev_host.layout import APP, Layout

# Needed only by Frappe's own builder and realtime server, which this host replaces.
BUILD_ONLY = {
	"@frappe/esbuild-plugin-postcss2",
	"@vue/component-compiler",
	"chalk",
	"cliui",
	"cookie",
	"cssnano",
	"esbuild-plugin-vue3",
	"fast-glob",
	"launch-editor",
	"superagent",
	"yargs",
}
NPM = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-progress", "--loglevel=error"]


def extra_packages(ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
	"""Packages that a Frappe tree names, that we lack, and that a registry has. Where both name one, ours is taken."""
	return {
		name: wanted
		for name, wanted in sorted(theirs.items())
		if name not in ours and name not in BUILD_ONLY and ":" not in wanted and "/" not in wanted
	}


def tree_packages(layout: Layout) -> dict[str, str]:
	"""The Frappe tree's own npm dependencies; empty where it has no package.json."""
	try:
		content: dict[str, Any] = json.loads((layout.frappe / "package.json").read_text())
	except (OSError, ValueError):
		return {}
	return {str(name): str(wanted) for name, wanted in content.get("dependencies", {}).items()}


def packages_fingerprint(layout: Layout) -> str:
	"""Changes when our lock file or the tree's wishes do."""
	files = [layout.host / "js" / name for name in ("package.json", "package-lock.json")]
	return fingerprints.of_text(
		fingerprints.of_files(files, layout.root), json.dumps(tree_packages(layout), sort_keys=True)
	)


def install_packages(layout: Layout) -> None:
	"""`npm ci` from our lock file; then, for a newer tree, what it needs beside that. No install scripts run."""
	shutil.rmtree(layout.node, ignore_errors=True)
	layout.node.mkdir(parents=True)
	for name in ("package.json", "package-lock.json"):
		shutil.copy(layout.host / "js" / name, layout.node / name)
	run(["npm", "ci", *NPM], layout.logs / "npm.log", cwd=layout.node)
	ours = json.loads((layout.node / "package.json").read_text())["dependencies"]
	extra = extra_packages(ours, tree_packages(layout))
	if extra:
		names = [f"{name}@{wanted}" for name, wanted in extra.items()]
		run(["npm", "install", *NPM, "--no-save", *names], layout.logs / "npm-extra.log", cwd=layout.node)
	link = layout.frappe / "node_modules"
	if link.is_symlink():
		link.unlink()
	if not link.exists():
		link.symlink_to(layout.node / "node_modules")


def builder_fingerprint(layout: Layout) -> str:
	return fingerprints.of_files((layout.host / "js").glob("*.js"), layout.root)


def build_assets(layout: Layout, *apps: str) -> None:
	"""Bundle the assets of the named apps, of all when none is named. Clear the sites' caches afterwards."""
	command: list[str | Path] = [
		"node",
		layout.host / "js" / "build_assets.js",
		layout.bench,
		layout.node / "node_modules",
	]
	run([*command, *apps], layout.logs / f"assets{'-' + APP if apps else ''}.log")
