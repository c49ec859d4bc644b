"""Linters, formatters, types and layers: the same checks as in .pre-commit-config.yaml."""

from __future__ import annotations

import shutil
from pathlib import Path

from dev_host import fingerprints
from dev_host.command import run as run_logged
from dev_host.node import NPM
from dev_host.testing.outcome import Outcome
from dev_host.testing.workshop import Workshop

SCRIPT_FOLDERS = ("safeguarding_escalation", "dev_host/js", "tests")


def run(workshop: Workshop, passed: list[str]) -> Outcome:
	"""Every check, each counted as one test."""
	if passed:
		return Outcome(allowed_empty=True, note="pytest arguments don't apply")
	python = workshop.environment("tools", "tools", workshop.main_python)
	outcome = Outcome()
	checks: list[tuple[str, list[str | Path]]] = [
		("ruff check", [python, "-m", "ruff", "check", "."]),
		("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
		("mypy", [python, "-m", "mypy"]),
		("import-linter", [python.parent / "lint-imports"]),
		*script_checks(workshop),
	]
	for title, words in checks:
		print(f"--- {title}", flush=True)
		good = workshop.call(words) == 0
		outcome.add(Outcome(passed=int(good), failed=int(not good), note="" if good else title))
	return outcome


def script_checks(workshop: Workshop) -> list[tuple[str, list[str | Path]]]:
	"""eslint and prettier over client scripts, style sheets and our own builder."""
	layout = workshop.layout
	source = layout.host / "js" / "lint"
	target = layout.dev / "lint"
	workshop.require_node()
	with workshop.setting_up():
		if not (target / "node_modules").exists():
			workshop.host.state.forget("lint-packages")
		mark = fingerprints.of_files(source.glob("*.json"), layout.root)

		def install() -> None:
			shutil.rmtree(target, ignore_errors=True)
			shutil.copytree(source, target)
			run_logged(["npm", "ci", *NPM], layout.logs / "npm-lint.log", cwd=target)

		workshop.host.progress.step("lint-packages", "npm packages for linting", mark, install)
	tools = target / "node_modules" / ".bin"
	folders = [name for name in SCRIPT_FOLDERS if (layout.root / name).is_dir()]
	patterns = [f"{name}/**/*.{{js,mjs,css,scss}}" for name in folders]
	return [
		(
			"eslint",
			[
				tools / "eslint",
				"--max-warnings=0",
				"--no-warn-ignored",
				"--no-error-on-unmatched-pattern",
				*folders,
			],
		),
		(
			"prettier",
			[tools / "prettier", "--check", "--log-level=warn", "--no-error-on-unmatched-pattern", *patterns],
		),
	]
