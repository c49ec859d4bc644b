"""The command line of `./dev`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from dev_host import command, commands, report
from dev_host.errors import HostError
from dev_host.layout import SITE, Layout
from dev_host.state import exclusive
from dev_host.up import Host, up

WAITING = (
	"Another ./dev, or a command that a stopped one left behind, is at work here; waiting for it to end ..."
)
TEST_PARTS = ("lint", "engine", "architecture", "host", "bench", "site", "drill", "browser")
PASSED_ON = ("frappe", "python")


def parser() -> argparse.ArgumentParser:
	"""Every command and option."""
	top = argparse.ArgumentParser(
		prog="./dev",
		description="A running Frappe with Safeguarding Escalation in it, for trying, testing and developing.",
	)
	commands_ = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

	def add(name: str, text: str) -> argparse.ArgumentParser:
		return commands_.add_parser(name, help=text, description=text)

	for name, text in (
		("up", "Install what is missing and start everything."),
		("test", "Set up and run the tests."),
		("fuzz", "Send malformed requests to a site: nothing may break, and no row may change."),
		(
			"drill",
			"Kill worker, scheduler and MariaDB while alerts are due: each must be said once all the same.",
		),
	):
		part = add(name, text)
		part.add_argument("--frappe", metavar="PATH_OR_URL", help="take Frappe from here (or FRAPPE_SOURCE)")
		part.add_argument("--branch", help="the branch or tag of --frappe")
		anew = "make the site anew" if name == "up" else "make the test site anew"
		part.add_argument("--fresh", action="store_true", help=f"{anew}; with another --frappe, every site")
		if name == "up":
			part.add_argument(
				"--demo",
				choices=("board", "trust"),
				help="whose site the demo data shows: a partnership's (at first) or one trust's own",
			)
		if name == "fuzz":
			part.add_argument("--requests", type=int, default=10_000, help="how many (10,000)")
			part.add_argument(
				"--seed", type=int, default=20250311, help="which: the same seed makes the same ones"
			)
			part.set_defaults(site=None)
		if name == "drill":
			part.add_argument("--cases", type=int, default=1500, help="how many with alerts due (1,500)")
			part.add_argument("--kills", type=int, default=200, help="how many times kill -9 (200)")
			part.add_argument(
				"--seed", type=int, default=20250317, help="the points: the same seed, the same ones"
			)
			part.add_argument("--measure", action="store_true", help="kill nothing; time sweeps over --cases")
			part.set_defaults(site=None)
		if name == "test":
			part.add_argument(
				"part",
				nargs="*",
				metavar="PART",
				help=f"{', '.join(TEST_PARTS)}; all of them when none is named",
			)
			part.add_argument("--site", default=None, help="run site and browser tests on this site instead")
	site = add("site", "Make another site with the app installed, or bring it up to date.")
	site.add_argument("name")
	site.add_argument("--fresh", action="store_true", help="throw away what it holds")
	site.add_argument("--frappe", metavar="PATH_OR_URL", help=argparse.SUPPRESS)
	site.add_argument("--branch", help=argparse.SUPPRESS)
	add("down", "Stop everything that was started here.")
	add("status", "What runs, and where.")
	logs = add("logs", "The end of a log; without a name, which logs there are.")
	logs.add_argument("name", nargs="?")
	mail = add("mail", "The mails that the app sent: a list, or one of them.")
	mail.add_argument("number", nargs="?", type=int, help="1 is the newest")
	mail.add_argument("--list", action="store_true", help="list them (as without a number)")
	mail.add_argument("--test", action="store_true", help="those of the test site")
	add("frappe", f"Frappe's own command line; without --site on {SITE}.")
	add("python", "The bench's Python, in the sites folder.")
	add("lock", "Compile the lock files again from their .in files.")
	add("reset", "Stop everything and delete .dev. Asks nothing.")
	return top


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
	"""Our own words, and those after `--` that are handed on."""
	if "--" not in words:
		return list(words), []
	place = list(words).index("--")
	return list(words[:place]), list(words[place + 1 :])


def main(words: Sequence[str]) -> int:
	"""Run one command; returns the exit code. Errors we know are said in a sentence, without a traceback."""
	os.environ.pop("PYTHONPATH", None)  # the launcher set it for this process only
	os.environ.pop("PYTHONHOME", None)
	os.environ.pop(
		"PYTHONDONTWRITEBYTECODE", None
	)  # Frappe's many modules would be compiled again by every process
	layout = Layout.here()
	try:
		if words and words[0] in PASSED_ON:
			return commands.pass_on(layout, words[0], list(words[1:]))
		own, passed = split(words)
		options = parser().parse_args(own)
		return dispatch(layout, options, passed)
	except HostError as error:
		print(f"\n{error.problem.rstrip()}\n{error.remedy}", file=sys.stderr)
		return 1
	except KeyboardInterrupt:
		print("\nStopped. The same command goes on from here.", file=sys.stderr)
		return 130


def dispatch(layout: Layout, options: argparse.Namespace, passed: list[str]) -> int:
	"""Commands that change things hold the lock; those that only look don't wait for it."""
	looking = {"status": commands.status, "logs": commands.logs, "mail": commands.mail}
	if options.command in looking:
		return looking[options.command](layout, options)
	if options.command == "test":
		from dev_host.testing import run_parts

		return run_parts(layout, options, passed, WAITING)
	if options.command == "drill":
		from dev_host.testing.drill import drill

		return drill(layout, options, WAITING)
	if options.command == "fuzz":
		from dev_host.testing.fuzz import fuzz

		return fuzz(layout, options, WAITING)
	with exclusive(
		layout.dev.parent / ".dev.lock" if options.command == "reset" else layout.dev / "lock", WAITING
	) as held:
		command.inherited[:] = [held]
		return change(layout, options)


def change(layout: Layout, options: argparse.Namespace) -> int:
	"""The commands that need the lock."""
	if options.command == "up":
		host = Host.open(layout)
		said = up(host, options.frappe, options.branch, fresh=options.fresh, demo=options.demo)
		report.print_up(host, said)
		return 0
	if options.command == "site":
		return commands.site(layout, options)
	if options.command == "down":
		return commands.down(layout)
	if options.command == "lock":
		return commands.lock(layout)
	return commands.reset(layout)
