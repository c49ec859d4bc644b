"""`./dev drill`: kill -9 of workers, scheduler and MariaDB at seeded random points while a sweep over thousands runs.

In between Redis is emptied, mail refused, two sweeps run at once, the site dozes. When all is quiet every alert that was
due must exist once and its mail be in the sink; the comparison is `drill_check`'s, the reckoning that of the app's tests.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dev_host import fingerprints, machine
from dev_host.errors import CommandFailed, HostError
from dev_host.layout import Layout
from dev_host.state import exclusive
from dev_host.testing.drill_check import Verdict, check
from dev_host.testing.drill_host import SITE, WORKERS, DrillHost
from dev_host.testing.drill_report import messages, report
from dev_host.testing.outcome import Outcome, summary
from dev_host.testing.workshop import Workshop

SEED, CASES, KILLS = 20250317, 1500, 200
SMALL_CASES, SMALL_KILLS = 48, 12
WAITING = "Another drill is at work here; waiting for it to end ..."
VICTIMS = ("worker", "scheduler", "MariaDB")
REFUSALS = ("451 4.3.2 Try again later", "550 5.7.1 Not now", "")  # the last: nobody answers
# These need cases that are still to be served, and alerts come before their mails.
RACES = ("one page for two workers", "two sweeps by hand at once")
EARLY = 0.4
STALLED = 25.0  # seconds without any progress, after which the next event comes anyway
HOPELESS = 240.0  # seconds without any progress at the end


def drill(layout: Layout, options: argparse.Namespace, waiting: str) -> int:
	"""The whole drill; returns 0 only if every alert was said once."""
	workshop = Workshop.open(layout, options, waiting)
	try:
		if options.measure:
			return measure(workshop, options.cases)
		outcome = perform(workshop, options.cases, options.kills, options.seed)
	except HostError as error:
		print(f"\n{error.problem.rstrip()}\n{error.remedy}", flush=True)
		return 1
	finally:
		workshop.close()
	print(summary([outcome], lenient=True), flush=True)
	return 0 if outcome.good and outcome.ran else 1


def run(workshop: Workshop, passed: list[str]) -> Outcome:
	"""The part of `./dev test`: a small drill, the same code and the same checks."""
	if passed:
		return Outcome(allowed_empty=True, note="takes no pytest arguments")
	return perform(workshop, SMALL_CASES, SMALL_KILLS, SEED)


def perform(workshop: Workshop, cases: int, kills: int, seed: int) -> Outcome:
	"""Set up, storm, settle, compare, and print the figures."""
	with exclusive(workshop.layout.dev / "drill.lock", WAITING):
		with workshop.setting_up():
			place = prepare(workshop)
		try:
			storm = Storm(place, cases, kills, seed)
			verdict = storm.blow()
		finally:
			place.stop_all()
	report(storm, verdict)
	return Outcome(
		"drill",
		passed=int(verdict.good),
		failed=int(not verdict.good),
		note=f"{sum(storm.killed.values())} kills",
	)


def measure(workshop: Workshop, cases: int) -> int:
	"""What sweeps cost, one process and nothing else running: none due, all due, all said."""
	with exclusive(workshop.layout.dev / "drill.lock", WAITING):
		with workshop.setting_up():
			place = prepare(workshop)
		try:
			place.host.progress.always(f"{cases} cases", lambda: place.inside("make", str(cases)))
			figures = place.inside("measure")
		finally:
			place.stop_all()
	for name in ("nothing due", "all due", "all said"):
		seconds, served = figures[name]["seconds"], figures[name]["cases"]
		each = f", {seconds / served * 1000:.1f} ms a case" if served else ""
		print(
			f"  {name} of {figures['open']:,} open: {seconds:.3f} s, {served:,} cases, {figures[name]['mails']:,} mails{each}"
		)
	return 0


def prepare(workshop: Workshop) -> DrillHost:
	"""Frappe's environment as for any test, then the drill's own servers and site."""
	host = workshop.host
	host.check()
	source = host.fetch(workshop.options.frappe, workshop.options.branch, fresh=workshop.options.fresh)
	host.environment(source)
	host.assets(source)
	place = DrillHost(host)
	place.prepare(fingerprints.of_text(source.fingerprint))
	return place


@dataclass
class Storm:
	"""One drill: the events in the order of their points, and what happened."""

	place: DrillHost
	cases: int
	kills: int
	seed: int
	killed: Counter[str] = field(default_factory=Counter)
	happened: Counter[str] = field(default_factory=Counter)
	at_work: bool = True  # whether alerts or mails are still to come
	while_at_work: int = 0  # kills before all was said and sent
	in_hand: int = 0  # workers that were killed with a job in hand
	seconds: float = 0.0

	def __post_init__(self) -> None:
		self.chance = random.Random(self.seed)  # noqa: S311  (points to kill at, not secrets)
		self.helpers: list[subprocess.Popen[bytes]] = []
		self.total = 1

	def blow(self) -> Verdict:
		"""Make the cases, let the events happen at their points of the work, wait until all is quiet, compare."""
		place = self.place
		for folder in (place.layout.mail,):
			for file in [*folder.glob("*.eml"), *folder.glob("refuse")]:
				file.unlink()
		place.runs.unlink(missing_ok=True)
		place.flush_redis()
		place.host.progress.always(f"{self.cases} cases", lambda: place.inside("make", str(self.cases)))
		due = place.inside("due")
		self.total = len(due) + len({(row[6], row[1]) for row in due})
		place.start(*WORKERS, "scheduler", "press")
		began = time.monotonic()
		for point, name, act in self.events():
			self.at_work = self.wait_for(point) < 1
			act()
			self.happened[name] += 1
		self.settle()
		self.seconds = time.monotonic() - began
		place.kill("press")
		place.kill("scheduler")
		for worker in WORKERS:
			place.kill(worker)
		return check(due, place.inside("stored"), list(messages(place.layout.mail)))

	def events(self) -> list[tuple[float, str, Callable[[], None]]]:
		"""What happens at which share of the work: as many kills as asked for, as many of each kind, and the rest between."""
		many, few = max(2, self.kills // 10), max(1, self.kills // 30)
		found: list[tuple[str, Callable[[], None]]] = []
		for number in range(self.kills):
			victim = VICTIMS[number % len(VICTIMS)]
			found.append((f"kill of {victim}", lambda victim=victim: self.kill(victim)))  # type: ignore[misc]
		found += [("Redis emptied", self.flush_redis)] * many
		for number in range(max(len(REFUSALS), many // 2)):
			answer = REFUSALS[number % len(REFUSALS)]
			found.append(
				(f"mail refused ({answer[:3] or 'no answer'})", lambda answer=answer: self.refuse(answer))  # type: ignore[misc]
			)
		found += [(RACES[0], self.page_twice)] * max(3, many // 2)
		found += [(RACES[1], self.sweep_twice)] * few
		found += [("site dormant", self.doze)] * few
		drawn = [
			(self.chance.uniform(0.01, EARLY if name in RACES else 0.97), name, act) for name, act in found
		]
		return sorted(drawn, key=lambda event: event[0])

	# Events

	def kill(self, victim: str) -> None:
		"""kill -9, and a new one after at most half a second."""
		time.sleep(self.chance.uniform(0, 0.3))
		name = {"worker": self.chance.choice(WORKERS), "scheduler": "scheduler", "MariaDB": "database"}[
			victim
		]
		processes = self.place.kill(name)
		self.killed[victim] += bool(processes)
		self.while_at_work += bool(processes) and self.at_work
		self.in_hand += victim == "worker" and processes > 1
		time.sleep(self.chance.uniform(0, 0.5))
		self.place.start(name)

	def flush_redis(self) -> None:
		self.place.flush_redis()

	def refuse(self, answer: str) -> None:
		"""The mail server refuses for some seconds with `answer`, or does not answer at all."""
		sign = self.place.layout.mail / "refuse"
		if answer:
			sign.write_text(answer)
			time.sleep(self.chance.uniform(2, 4))
			sign.unlink()
		else:
			self.place.kill("mail")
			time.sleep(self.chance.uniform(2, 4))
			self.place.start("mail")

	def sweep_twice(self) -> None:
		"""Two sweeps by hand beside the queue's, on connections of their own; whoever is not done in time is killed."""
		layout = self.place.layout
		words = [
			str(layout.python),
			"-W",
			"ignore",
			"-m",
			"safeguarding_escalation.tests.drill",
			"sweep",
			SITE,
		]
		self.helpers = [
			subprocess.Popen(  # noqa: S603
				[*words, str(layout.run / f"sweep-{number}.json")],
				cwd=layout.sites,
				stdin=subprocess.DEVNULL,
				stdout=subprocess.DEVNULL,
				stderr=subprocess.DEVNULL,
			)
			for number in (1, 2)
		]
		deadline = time.monotonic() + 8
		for helper in self.helpers:
			try:
				helper.wait(max(0.1, deadline - time.monotonic()))
			except subprocess.TimeoutExpired:
				helper.kill()
				helper.wait()

	def doze(self) -> None:
		"""As if nobody had logged in for days; a sweep while clocks run must keep the scheduler awake."""
		self.try_inside("doze")

	def page_twice(self) -> None:
		"""The same cases for both workers at the same time."""
		self.try_inside("twice")

	def try_inside(self, what: str) -> None:
		try:
			self.place.inside(what)
		except CommandFailed:
			self.happened[f"{what} in vain"] += 1

	# Waiting

	def done(self) -> float:
		"""How much of the work is done, from 0 to 1, as far as the database answers."""
		alerts = self.count("Escalation Alert")
		mails = sum(1 for _ in self.place.layout.mail.glob("*.eml"))
		return ((alerts or 0) + mails) / self.total

	def count(self, doctype: str, condition: str = "1=1") -> int | None:
		"""How many rows there are; None while the database is away."""
		return count_rows(self.place, doctype, condition)

	def wait_for(self, point: float) -> float:
		"""Until that share of the work is done, or nothing has moved for a while; returns what is done."""
		seen, since = self.done(), time.monotonic()
		while seen < point and time.monotonic() - since < STALLED:
			time.sleep(0.1)
			now = self.done()
			if now > seen:
				seen, since = now, time.monotonic()
		return seen

	def settle(self) -> None:
		"""Until every alert has its row and every mail has left, or nothing moves any more."""
		self.place.flush_redis()
		seen: tuple[int, int | None] = (-1, -1)
		since = time.monotonic()
		while time.monotonic() - since < HOPELESS:
			now = (self.count("Escalation Alert") or 0, self.count("Email Queue", "status <> 'Sent'"))
			if now[1] == 0 and now == seen and time.monotonic() - since > 12:
				return
			if now != seen:
				seen, since = now, time.monotonic()
			time.sleep(1)


def count_rows(place: DrillHost, doctype: str, condition: str) -> int | None:
	"""A count by MariaDB's own client, which needs no Frappe."""
	question = f"select count(*) from `tab{doctype}` where {condition}"  # noqa: S608  (texts of this file)
	name = json.loads((place.layout.sites / SITE / "site_config.json").read_text())
	words = [
		str(machine.find_program("mariadb") or "mariadb"),
		"--no-defaults",
		"--host=127.0.0.1",
		f"--port={place.state.section('ports')['db']}",
		f"--user={name['db_name']}",
		"--skip-column-names",
		"--batch",
		f"--execute={question}",
		name["db_name"],
	]
	answer = subprocess.run(  # noqa: S603
		words, capture_output=True, text=True, check=False, env={"MYSQL_PWD": name["db_password"]}
	)
	return int(answer.stdout) if answer.returncode == 0 else None
