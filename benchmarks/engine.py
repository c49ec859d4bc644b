"""How fast the engine is, beside the peers it is measured against, in one run on one core.

	python benchmarks/engine.py            print the figures
	python benchmarks/engine.py --check    and exit 1 if a bound is exceeded

Each figure is the time of one call: the least and the median of many short runs, since a machine may be shared. The
bounds (0.5 µs to add working days, 60 µs for a whole Redbridge plan) hold for a quiet machine and are checked
against the least. A peer that is not installed is named and left out.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import timeit
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from safeguarding_escalation.engine import Event, PolicyError, WorkingCalendar, load_policy, localise, plan

ADD_BOUND = 0.5  # µs
PLAN_BOUND = 60.0  # µs
DAYS = [date(2025, 1, 2) + timedelta(days=3 * number) for number in range(100)]
WORKING_DAYS = 5


class Figure(NamedTuple):
	"""Microseconds of one call."""

	name: str
	least: float
	median: float


def measure(name: str, call: Callable[[], object], per_call: int, seconds: float = 1.5) -> Figure:
	"""Time `call`, which does `per_call` operations, in short runs for about `seconds`."""
	number = max(1, int(0.002 / max(timeit.timeit(call, number=3) / 3, 1e-7)))
	runs = max(20, int(seconds / 0.002))
	times = [time / number / per_call * 1e6 for time in timeit.repeat(call, number=number, repeat=runs)]
	return Figure(name, min(times), statistics.median(times))


def adders() -> list[tuple[str, Callable[[], object]]]:
	"""Ways to add working days, ours first; each call does `len(DAYS)` additions."""
	calendar = WorkingCalendar("ENG")
	add = calendar.add
	ways: list[tuple[str, Callable[[], object]]] = [
		("ours: WorkingCalendar.add", lambda: [add(day, WORKING_DAYS) for day in DAYS])
	]
	for name, build in (
		("numpy", numpy_adder),
		("holidays", holidays_adder),
		("workalendar", workalendar_adder),
	):
		try:
			ways.append(build(import_module(name), calendar))
		except ImportError:
			print(f"{name} is not installed, so it is left out")
	return ways


def numpy_adder(numpy: Any, calendar: WorkingCalendar) -> tuple[str, Callable[[], object]]:
	"""numpy's scalar busday_offset with a calendar built beforehand."""
	days = (
		calendar.first + timedelta(days=number) for number in range((calendar.last - calendar.first).days)
	)
	off = [day for day in days if not calendar.is_working_day(day) and day.weekday() < 5]
	cached = numpy.busdaycalendar(holidays=off)
	offset = numpy.busday_offset
	return (
		"numpy.busday_offset, cached calendar",
		lambda: [offset(day, WORKING_DAYS, roll="backward", busdaycal=cached) for day in DAYS],
	)


def holidays_adder(holidays: Any, calendar: WorkingCalendar) -> tuple[str, Callable[[], object]]:
	"""The holidays package's own way."""
	england = holidays.country_holidays("GB", subdiv="ENG", years=range(2024, 2027))
	return (
		"holidays.get_nth_working_day",
		lambda: [england.get_nth_working_day(day, WORKING_DAYS) for day in DAYS],
	)


def workalendar_adder(workalendar: Any, calendar: WorkingCalendar) -> tuple[str, Callable[[], object]]:
	"""workalendar's own way."""
	kingdom = import_module("workalendar.europe").UnitedKingdom()
	return (
		"workalendar.add_working_days",
		lambda: [kingdom.add_working_days(day, WORKING_DAYS) for day in DAYS],
	)


def event(kind: str, text: str, **fields: Any) -> Event:
	"""An event at a London wall-clock time."""
	return Event(kind, at=localise(datetime.fromisoformat(text)), **fields)


def redbridge_case() -> list[Event]:
	"""A case from immediate risk to the Chair's recommendations, with a protective deadline and two resolutions."""
	noon = localise(datetime.fromisoformat("2025-03-21T12:00"))
	return [
		event("immediate_risk", "2025-03-10T09:00"),
		event("disagreement", "2025-03-11T10:00"),
		event("concern_raised", "2025-03-12T09:30"),
		event("discussed", "2025-03-13T09:30", stage=1, two_way=True),
		event("unresolved", "2025-03-17T09:30", stage=1),
		event("stage_started", "2025-03-17T10:30", stage=2),
		event("protective_deadline", "2025-03-17T10:31", stage=2, due_at=noon),
		event("unresolved", "2025-03-20T10:30", stage=2),
		event("stage_started", "2025-03-20T15:30", stage=3),
		event("copied", "2025-03-20T16:30", stage=3, to="Business Manager"),
		event("unresolved", "2025-03-26T10:30", stage=3),
		event("stage_started", "2025-03-26T11:30", stage=4),
		event("received", "2025-03-26T15:30", stage=4),
		event("recommended", "2025-04-02T15:30"),
		event("resolved", "2025-04-03T09:30", stage=3),
		event("resolved", "2025-04-03T09:30", stage=2),
	]


def report(title: str, figures: list[Figure]) -> None:
	"""Print figures with their ratio to the first."""
	print(f"\n{title}\n{'':44}{'least':>10}{'median':>10}{'ratio':>8}")
	for figure in figures:
		ratio = figure.least / figures[0].least
		print(f"{figure.name:44}{figure.least:9.2f}µ{figure.median:9.2f}µ{ratio:7.1f}×")


def main() -> int:
	"""Print the figures; with --check, say which bounds are exceeded and return 1 if any is."""
	parser = argparse.ArgumentParser(
		description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
	)
	parser.add_argument("--check", action="store_true", help="exit 1 if a bound is exceeded")
	check = parser.parse_args().check
	additions = [measure(name, call, len(DAYS)) for name, call in adders()]
	report(f"Adding {WORKING_DAYS} working days (bound {ADD_BOUND} µs)", additions)
	try:
		policy = load_policy("redbridge-2022")
	except PolicyError as problem:
		print(problem)
		return 1
	calendar, events = WorkingCalendar.for_policy(policy), redbridge_case()
	rows = plan(policy, events, calendar)
	whole = measure("plan", lambda: plan(policy, events, calendar), 1)
	report(
		f"A whole Redbridge plan: {len(events)} events, {len(rows)} clocks (bound {PLAN_BOUND:.0f} µs)",
		[whole],
	)
	exceeded = [
		f"{figure.name}: {figure.least:.2f} µs is more than {bound} µs"
		for figure, bound in ((additions[0], ADD_BOUND), (whole, PLAN_BOUND))
		if figure.least > bound
	]
	for line in exceeded:
		print(line)
	return 1 if check and exceeded else 0


if __name__ == "__main__":
	sys.exit(main())
