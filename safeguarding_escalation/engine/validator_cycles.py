"""How a policy's clocks hang together: caps and expiries that name a clock which exists, can run, and does not wait
for the one that names it.
"""

from __future__ import annotations

from collections.abc import Mapping

from .schema import Clock, PolicyData
from .terms import Term
from .validator_terms import Reader
from .validator_words import ENDING_KINDS, Problem, Problems

TABLE = "clocks"
Edges = Mapping[str, frozenset[str]]


def cycle_problems(policy: PolicyData) -> Problems:
	"""Unknown caps and expiries, circles of them, and expiries that cannot come."""
	reader = Reader.of(policy)
	starts = {
		clock.id: reader.terms(TABLE, clock.id, (*clock.trigger, *clock.fallback)) for clock in policy.clocks
	}
	caps = {clock.id: frozenset({clock.cap} - {""}) for clock in policy.clocks}
	expiries = {
		name: frozenset(term.source for term in terms if term.source) for name, terms in starts.items()
	}
	for clock in policy.clocks:
		yield from _unknown(clock, caps[clock.id], "cap", starts)
		yield from _unknown(clock, expiries[clock.id], "expiry", starts)
	both = {name: caps[name] | expiries[name] for name in caps}
	found = []
	for code, edges in (("cap_cycle", caps), ("expiry_cycle", expiries), ("clock_cycle", both)):
		for circle in _circles(edges):
			if set(circle) not in found:
				found.append(set(circle))
				yield _circle(code, circle)
	if not found:
		yield from _expiries_that_never_come(policy, starts, reader)


def _unknown(clock: Clock, names: frozenset[str], what: str, known: Mapping[str, list[Term]]) -> Problems:
	for name in sorted(names - known.keys()):
		yield Problem(
			f"unknown_{what}_clock",
			TABLE,
			clock.id,
			f"Clock {clock.id}: its {what} names the clock {name!r}, which does not exist; name one of the policy's.",
		)


def _circle(code: str, circle: list[str]) -> Problem:
	around = " → ".join([*circle, circle[0]])
	return Problem(
		code,
		TABLE,
		circle[0],
		f"These clocks wait for each other in a circle: {around}; change a cap or a trigger of one of them.",
	)


def _circles(edges: Edges) -> list[list[str]]:
	"""The circles of a graph, each once: for each of its members the shortest way back to itself."""
	found: list[list[str]] = []
	for start in edges:
		circle = _way_back(edges, start)
		if circle and not any(set(circle) == set(other) for other in found):
			found.append(circle)
	return found


def _way_back(edges: Edges, start: str) -> list[str]:
	"""The shortest way from a clock back to itself, breadth first; empty if there is none."""
	ways = [[start]]
	seen: set[str] = set()
	for way in ways:
		onward = edges.get(way[-1], frozenset())
		if start in onward:
			return way
		ways.extend([*way, name] for name in sorted(onward - seen))
		seen |= onward
	return []


def _expiries_that_never_come(
	policy: PolicyData, starts: Mapping[str, list[Term]], reader: Reader
) -> Problems:
	"""Expiries of clocks that can never run; only asked where there are no circles."""
	running = _running(starts, reader)
	for clock in policy.clocks:
		for term in starts[clock.id]:
			if term.source in starts and term.source not in running:
				yield Problem(
					"trigger_never_occurs",
					TABLE,
					clock.id,
					f"Clock {clock.id}: {term.text!r} can never come, since nothing starts {term.source};"
					" mend that clock or change the trigger.",
				)


def _running(starts: Mapping[str, list[Term]], reader: Reader) -> set[str]:
	"""The clocks that something can start: an event, or the expiry of another one that something can start."""
	running: set[str] = set()
	while True:
		more = {
			name
			for name, terms in starts.items()
			if name not in running
			and any(
				term.source in running
				if term.source
				else reader.possible(term) and term.kind not in ENDING_KINDS
				for term in terms
			)
		}
		if not more:
			return running
		running |= more
