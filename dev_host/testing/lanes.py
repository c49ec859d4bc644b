"""Sites on which tests run side by side, each with a web server and a mail sink of its own.

One process tests on one site, so two of them share nothing but the database server, and neither waits for the
other's locks. pytest-xdist gives each of its processes whole files; `inside/lane.py` tells it which site is its own.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev_host.layout import TEST_SITE, TEST_SITE_2, Layout


@dataclass(frozen=True)
class Lane:
	"""A test site, the names of its services and of their ports, and the folder of its mails below `.dev`."""

	site: str
	web: str
	web_port: str
	mail: str
	mail_port: str
	mails: str

	def mail_folder(self, layout: Layout) -> Path:
		return layout.dev / self.mails


LANES = (
	Lane(TEST_SITE, "test-web", "test_web", "test-mail", "test_mail", "mail-test"),
	Lane(TEST_SITE_2, "test-web-2", "test_web_2", "test-mail-2", "test_mail_2", "mail-test-2"),
)


def chosen(site: str | None, passed: Sequence[str]) -> tuple[Lane, ...]:
	"""The lanes of a run: all on a machine with cores for them, the first for a few tests that somebody named.

	None for a site of the person's own (`site`).
	"""
	if site and site != TEST_SITE:
		return ()
	return LANES[:1] if passed or (os.cpu_count() or 1) < len(LANES) else LANES


def together(environments: Sequence[Mapping[str, str]]) -> tuple[dict[str, str], list[str]]:
	"""The environment of a run on these lanes' sites, and pytest's further arguments."""
	env = dict(environments[0])
	if len(environments) == 1:
		return env, []
	env["SE_LANES"] = json.dumps(list(environments))
	return env, ["-p", "dev_host.inside.lane", "-n", str(len(environments)), "--dist", "loadfile"]
