"""What can be wrong with a policy's clocks, one by one: words, numbers and terms."""

from __future__ import annotations

from collections.abc import Iterator

from .clocks import NUMBERED_UNITS
from .schema import CLOCK_KINDS, NON_WORKING_DAY, OCCURRENCES, OWED_BY, UNITS, Clock, PolicyData
from .terms import Term
from .validator_terms import Reader, subsumes
from .validator_words import (
	DATED_KINDS,
	EACH,
	ENDING_KINDS,
	Problem,
	Problems,
	doubles,
	split,
	unknown,
)

TABLE = "clocks"


def clock_problems(policy: PolicyData) -> Problems:
	"""What is wrong with each clock by itself; how clocks hang together is in `validator_cycles`."""
	yield from doubles(TABLE, "clock", (clock.id for clock in policy.clocks))
	reader = Reader.of(policy)
	for clock in policy.clocks:
		yield from _words(clock)
		yield from _length(clock)
		if clock.stage and clock.stage not in reader.stages:
			yield _problem(
				clock, "unknown_stage", f"there is no stage {clock.stage}; give one that exists, or 0"
			)
		if not clock.label.strip():
			yield _problem(clock, "label_missing", "say in plain words what is to be done")
		if clock.alert_lead is not None and clock.alert_lead < 0:
			yield _problem(
				clock, "alert_lead_negative", "alert_lead counts days before the due day; use 0 or more"
			)
		yield from _terms(clock, reader)


def _problem(clock: Clock, code: str, text: str) -> Problem:
	return Problem(code, TABLE, clock.id, f"Clock {clock.id}: {text}.")


def _words(clock: Clock) -> Problems:
	row = f"Clock {clock.id}"
	for what, given, allowed in (
		("unit", [clock.unit], UNITS),
		("kind", [clock.kind], CLOCK_KINDS),
		("occurrence", [clock.occurrence], OCCURRENCES),
		("owed by", split(clock.owed_by), OWED_BY),
		("each", [clock.each], EACH),
		("non-working day", [clock.non_working_day], NON_WORKING_DAY),
	):
		for problem in unknown(TABLE, row, what, given, allowed):
			yield Problem(problem.code, TABLE, clock.id, problem.message)
	if clock.occurrence == "each" and not clock.each:
		yield _problem(
			clock, "each_missing", "it runs once for each occurrence; say in each what one stands for"
		)


def _length(clock: Clock) -> Problems:
	if clock.length is None:
		if clock.unit in NUMBERED_UNITS:
			yield _problem(clock, "length_missing", f"the unit {clock.unit!r} needs a length of 1 or more")
	elif clock.unit in UNITS and clock.unit not in NUMBERED_UNITS:
		yield _problem(
			clock, "length_without_meaning", f"the unit {clock.unit!r} takes no length; leave it empty"
		)
	elif clock.length < 1:
		yield _problem(clock, "length_not_positive", f"the length is {clock.length}; use 1 or more")


def _terms(clock: Clock, reader: Reader) -> Problems:
	trigger, fallback, stop, cancel = (
		reader.terms(TABLE, clock.id, texts)
		for texts in (clock.trigger, clock.fallback, clock.stop, clock.cancel)
	)
	broken = reader.taken()
	yield from broken
	yield from _starts(clock, reader, [*trigger, *fallback])
	for term in fallback:
		if any(subsumes(other, term) for other in trigger):
			yield _problem(
				clock,
				"fallback_without_effect",
				f"the fallback {term.text!r} is a trigger already; remove it",
			)
	yield from _ends(clock, reader, stop, cancel)
	if not trigger and not broken:
		yield _problem(clock, "trigger_missing", "nothing starts it; give a trigger")
	if not broken and not any(_can_end(reader, term) for term in stop):
		yield _problem(clock, "nothing_stops_it", "nothing can stop it; give the event that meets it as stop")
	yield from _meaning(clock, [*trigger, *fallback], stop, cancel)


def _starts(clock: Clock, reader: Reader, terms: list[Term]) -> Problems:
	dated = ", ".join(DATED_KINDS)
	for term in terms:
		if clock.unit == "case date" and term.kind not in DATED_KINDS:
			yield _problem(
				clock, "case_date_without_date", f"{term.text!r} carries no date; use one of {dated}"
			)
		if term.source:
			if clock.occurrence == "each":
				yield _problem(clock, "each_with_expiry", "an expiry comes once, not for each; name events")
			continue
		if not reader.possible(term):
			yield reader.never(TABLE, clock.id, "trigger_never_occurs", term)
		if term.kind in ENDING_KINDS:
			text = f"nothing runs after {term.kind!r}; name an event of an open case"
			yield _problem(clock, "trigger_never_occurs", text)
		if term.same:
			text = "same compares a stop with its start; take it out of the trigger"
			yield _problem(clock, "same_in_trigger", text)


def _ends(clock: Clock, reader: Reader, stop: list[Term], cancel: list[Term]) -> Problems:
	for name, terms in (("stop", stop), ("cancel", cancel)):
		for term in terms:
			if term.source or term.kind == "reopened":
				yield _problem(clock, f"{name}_starts_only", f"{term.text!r} can start a clock, not end one")
			elif not reader.possible(term):
				yield reader.never(TABLE, clock.id, f"{name}_never_occurs", term)
			if term.last:
				yield _problem(
					clock, "last_in_end", f"the first event ends a clock; take 'last' out of {term.text!r}"
				)
			if term.same and clock.occurrence != "each":
				yield _problem(
					clock, "same_without_each", "same needs an instance for each; set the occurrence to each"
				)


def _can_end(reader: Reader, term: Term) -> bool:
	return not term.source and term.kind != "reopened" and reader.possible(term)


def _meaning(clock: Clock, starts: list[Term], stop: list[Term], cancel: list[Term]) -> Iterator[Problem]:
	"""Clocks that are over as they begin, and cancels that change nothing."""
	for term in starts:
		if any(subsumes(end, term) for end in stop):
			yield _problem(
				clock, "stop_is_trigger", f"{term.text!r} starts and stops it at once; change one of them"
			)
		if any(subsumes(end, term) for end in cancel):
			yield _problem(
				clock, "cancel_is_trigger", f"{term.text!r} starts and cancels it at once; change one of them"
			)
	for term in cancel:
		if any(subsumes(end, term) for end in stop):
			yield _problem(
				clock, "cancel_without_effect", f"{term.text!r} stops it already; take it out of cancel"
			)
