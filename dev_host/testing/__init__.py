"""`./dev test`: every part runs even if another fails; the last line adds them up."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from dev_host.errors import HostError, UsageError
from dev_host.layout import Layout
from dev_host.testing import benches, drill, engine, lint, site
from dev_host.testing.outcome import Outcome, summary
from dev_host.testing.workshop import Workshop

Part = Callable[[Workshop, list[str]], Outcome]
PARTS: dict[str, Part] = {
	"lint": lint.run,
	"engine": engine.run,
	"architecture": engine.run_architecture,
	"host": engine.run_host,
	"bench": benches.run,
	"site": site.run,
	"drill": drill.run,
	"browser": site.run_browser,
}


def chosen_parts(words: list[str]) -> list[str]:
	"""The named parts in their usual order, all when none is named. Raises UsageError."""
	unknown = [word for word in words if word not in PARTS]
	if unknown:
		raise UsageError(
			f"There is no part {', '.join(unknown)}.",
			f"The parts are {', '.join(PARTS)}; pytest's arguments go after --.",
		)
	return [name for name in PARTS if not words or name in words]


def run_parts(layout: Layout, options: argparse.Namespace, passed: list[str], waiting: str) -> int:
	"""Run the chosen parts; returns 0 only when each of them ran tests and none failed."""
	names = chosen_parts(options.part)
	workshop = Workshop.open(layout, options, waiting)
	outcomes = [run_part(workshop, name, passed) for name in names]
	workshop.close()
	print(summary(outcomes, lenient=bool(passed)), flush=True)
	return 0 if all(outcome.good for outcome in outcomes) and any(o.ran for o in outcomes) else 1


def run_part(workshop: Workshop, name: str, passed: list[str], part: Part | None = None) -> Outcome:
	"""One part with a heading and its time; an error of ours fails that part alone. `part` is for what has no name here."""
	print(f"\n=== {name} ===", flush=True)
	start = time.monotonic()
	try:
		outcome = (part or PARTS[name])(workshop, passed)
	except HostError as error:
		print(f"\n{error.problem.rstrip()}\n{error.remedy}", flush=True)
		outcome = Outcome(name, failed=1, note=error.problem.strip().splitlines()[0])
	outcome.name = name
	outcome.seconds = time.monotonic() - start
	return outcome
