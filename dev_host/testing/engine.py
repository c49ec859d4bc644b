"""Tests without Frappe: the engine on every Python found, the layers' rules and this host's own on one."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from dev_host.command import tail
from dev_host.errors import UsageError
from dev_host.layout import APP
from dev_host.testing.outcome import Outcome
from dev_host.testing.workshop import Workshop

Minor = tuple[int, int]


def folder(workshop: Workshop, name: str) -> str:
	"""`tests/<name>`, which must exist. Raises UsageError."""
	if not (workshop.layout.root / "tests" / name).is_dir():
		raise UsageError(
			f"There is no folder tests/{name}.", "Restore it from git: this part can't be left out."
		)
	return f"tests/{name}"


def environment(workshop: Workshop, minor: Minor) -> Path:
	"""The Python of that version's environment."""
	name = f"engine-{minor[0]}.{minor[1]}"
	return workshop.environment(name, "engine", workshop.pythons[minor])


def main_minor(workshop: Workshop) -> Minor:
	main = workshop.main_python
	return next(minor for minor, path in workshop.pythons.items() if path == main)


def coverage(workshop: Workshop) -> list[str]:
	"""Complete branch coverage of the engine, asked of the main Python's run."""
	return [
		f"--cov={APP}/engine",
		"--cov-branch",
		"--cov-report=term-missing:skip-covered",
		"--cov-fail-under=100",
	]


def run(workshop: Workshop, passed: list[str]) -> Outcome:
	"""`tests/engine` on every Python: the main one's output is shown, the others run beside it."""
	tests = folder(workshop, "engine")
	main = main_minor(workshop)
	pythons = {minor: environment(workshop, minor) for minor in workshop.pythons}
	print(
		"Pythons: "
		+ ", ".join(f"{minor[0]}.{minor[1]}" for minor in pythons)
		+ f"; coverage on {main[0]}.{main[1]}"
	)
	logs = {
		minor: workshop.layout.logs / f"engine-{minor[0]}.{minor[1]}.log"
		for minor in pythons
		if minor != main
	}
	with ThreadPoolExecutor(max_workers=1) as beside:
		others: dict[Minor, Future[Outcome]] = {
			minor: beside.submit(
				workshop.pytest,
				f"engine-{minor[0]}.{minor[1]}",
				pythons[minor],
				["-q", tests],
				passed,
				log=logs[minor],
			)
			for minor in logs
		}
		data = {"COVERAGE_FILE": str(workshop.layout.dev / "results" / "coverage")}
		wanted = [] if passed else coverage(workshop)
		outcome = workshop.pytest(
			f"engine-{main[0]}.{main[1]}", pythons[main], [*wanted, tests], passed, env=data
		)
		for minor, future in others.items():
			outcome.add(reported(minor, future.result(), logs[minor]))
	return outcome


def reported(minor: Minor, other: Outcome, log: Path) -> Outcome:
	"""Show another Python's closing line, or the end of its output when it failed."""
	text = log.read_text(errors="replace")
	print(f"--- Python {minor[0]}.{minor[1]}: {tail(text, 1 if other.good else 60)}", flush=True)
	if not other.good:
		other.note = f"{other.note + ' ' if other.note else ''}on Python {minor[0]}.{minor[1]}"
	return other


def run_architecture(workshop: Workshop, passed: list[str]) -> Outcome:
	"""`tests/architecture`: the layers' rules, each with a planted violation."""
	tests = folder(workshop, "architecture")
	return workshop.pytest("architecture", environment(workshop, main_minor(workshop)), [tests], passed)


def run_host(workshop: Workshop, passed: list[str]) -> Outcome:
	"""`tests/dev_host`: this host's own pure functions."""
	tests = folder(workshop, "dev_host")
	return workshop.pytest("host", environment(workshop, main_minor(workshop)), [tests], passed)
