"""`./dev fuzz`: malformed requests to a running site, many more than the site tests send."""

from __future__ import annotations

import argparse

from dev_host.layout import APP, Layout
from dev_host.testing import lanes, run_part
from dev_host.testing.outcome import Outcome, summary
from dev_host.testing.site import test_sites
from dev_host.testing.workshop import Workshop


def fuzz(layout: Layout, options: argparse.Namespace, waiting: str) -> int:
	"""Send `options.requests` malformed requests made from `options.seed`; 0 if nothing broke and nothing changed."""
	workshop = Workshop.open(layout, options, waiting)
	outcome = run_part(workshop, "fuzz", [], send)
	workshop.close()
	print(summary([outcome], lenient=True), flush=True)
	return 0 if outcome.good and outcome.ran else 1


def send(workshop: Workshop, passed: list[str]) -> Outcome:
	"""The site test of that name, with more requests and its figures printed."""
	told = {
		"SE_FUZZ_REQUESTS": str(workshop.options.requests),
		"SE_FUZZ_SEED": str(workshop.options.seed),
	}
	with test_sites(workshop, lanes.LANES[:1]) as (env,):
		tests = f"{APP}/tests/test_fuzz.py"
		return workshop.pytest("fuzz", workshop.layout.python, [tests], ["-s", *passed], env={**env, **told})
