"""What can be wrong with the ladder of alerts of a policy."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .ladder import BINDING, DUE_SOON, DUE_TODAY, LAST_AFTERNOON, OVERDUE, OVERDUE_AGAIN, named
from .schema import CLOCK_KINDS, AlertRung, PolicyData
from .schema_alerts import ALERT_RECIPIENTS, DUE_DAYS
from .validator_words import Problem, Problems, unknown

TABLE = "alert_rungs"
_NAME = re.compile(r"[a-z]+(_[a-z]+)*")
_LONGEST_NAME, _LONGEST_WORDING, _MOST_DAYS = 40, 140, 60
# What a name of ours says of the days, since mails say it: the lowest and the highest number of days.
_MEANS = {
	DUE_SOON: (-_MOST_DAYS, 0, "it comes before the due day; give a negative number of days, or none"),
	LAST_AFTERNOON: (-_MOST_DAYS, 0, "it comes before the due day; give 0 days or fewer"),
	DUE_TODAY: (0, 0, "it comes on the due day; give 0 days"),
	OVERDUE: (1, _MOST_DAYS, "it comes after the due day; give 1 day or more"),
	OVERDUE_AGAIN: (2, _MOST_DAYS, "it comes after the overdue rung; give 2 days or more"),
}


def alert_problems(policy: PolicyData) -> Problems:
	"""Everything about the rungs of a policy, row by row, and then about each ladder as a whole."""
	ladders: dict[tuple[str, str], list[tuple[str, AlertRung]]] = {}
	for position, rung in enumerate(policy.alert_rungs, start=1):
		row = f"Alert {position} ({rung.rung.strip() or 'no name'})"
		yield from _whose(policy, rung, row)
		yield from _name(rung, row)
		yield from _days(rung, row)
		yield from _repeats(rung, row)
		yield from _recipients(rung, row)
		clock = rung.clock.strip()
		ladders.setdefault((clock, "" if clock else rung.kind), []).append((row, rung))
	for (clock, kind), rows in ladders.items():
		of = _kind_of(policy, clock) if clock else kind
		yield from _ladder(f"the clock {clock}" if clock else f"clocks of the kind {kind!r}", of, rows)


def _problem(code: str, row: str, text: str) -> Problem:
	return Problem(code, TABLE, row, f"{row}: {text}.")


def _kind_of(policy: PolicyData, clock: str) -> str:
	return next((row.kind for row in policy.clocks if row.id == clock), "")


def _whose(policy: PolicyData, rung: AlertRung, row: str) -> Problems:
	clock = rung.clock.strip()
	if not clock and not rung.kind:
		yield _problem("rung_of_nothing", row, "name the clock, or choose the kind of clocks that it is for")
	yield from unknown(TABLE, row, "kind", [rung.kind] if rung.kind else [], CLOCK_KINDS)
	if clock and clock not in {known.id for known in policy.clocks}:
		known = ", ".join(known.id for known in policy.clocks) or "none"
		yield _problem("unknown_clock", row, f"there is no clock {clock!r}; the policy's clocks are: {known}")
	elif clock and rung.kind and rung.kind != _kind_of(policy, clock):
		yield _problem(
			"kind_of_clock", row, f"{clock} is no clock of the kind {rung.kind!r}; leave the kind empty"
		)
	yield from unknown(TABLE, row, "due day", [rung.due_day], DUE_DAYS)


def _name(rung: AlertRung, row: str) -> Problems:
	name = rung.rung.strip()
	if not name:
		yield _problem("name_missing", row, "give it a name, for example due_soon or overdue")
	elif not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
		yield _problem(
			"rung_name",
			row,
			f"the name {name!r} cannot be used; write small letters and underscores, at most {_LONGEST_NAME}",
		)
	elif name not in _MEANS and not rung.wording.strip():
		yield _problem("wording_missing", row, "a name of your own needs the words that its mail says")
	if len(rung.wording) > _LONGEST_WORDING or "\n" in rung.wording.strip():
		yield _problem(
			"wording_long", row, f"write its words on one line, at most {_LONGEST_WORDING} characters"
		)


def _days(rung: AlertRung, row: str) -> Problems:
	days = rung.days
	if days is not None and abs(days) > _MOST_DAYS:
		yield _problem(
			"days", row, f"{days} working days are too far from the due day; {_MOST_DAYS} is the most"
		)
	lowest, highest, text = _MEANS.get(rung.rung.strip(), (-_MOST_DAYS, _MOST_DAYS, ""))
	unsaid = days is None and rung.rung.strip() != DUE_SOON
	if text and (unsaid or not lowest <= (days or 0) <= highest):
		yield _problem("days_of_name", row, text)
	if rung.due_day and (days or 0) > 0:
		yield _problem(
			"due_day_after", row, "what comes after the due day comes whatever day that is; leave it empty"
		)


def _repeats(rung: AlertRung, row: str) -> Problems:
	every = rung.repeat_every
	if every is not None and every < 1:
		yield _problem(
			"repeat",
			row,
			f"a repeat of {every} days never ends; give 1 working day or more, or leave it empty",
		)
	elif every is not None and (rung.days is None or rung.days < 1):
		yield _problem(
			"repeat_before", row, "only what comes after the due day repeats; give it 1 day or more"
		)
	if rung.at_most < 0:
		yield _problem("at_most", row, "give how often it repeats at most, or 0 for no limit")
	elif rung.at_most and every is None:
		yield _problem("at_most", row, "it says how often to repeat, and not every how many days")
	if every is None and rung.rung.strip() == OVERDUE_AGAIN:
		yield _problem("repeat_missing", row, "say every how many working days it repeats")


def _recipients(rung: AlertRung, row: str) -> Problems:
	if not rung.recipients:
		yield _problem("recipients_missing", row, "say who is told")
	for term in rung.recipients:
		try:
			who = named(term)
		except ValueError:
			yield _problem(
				"recipient_from", row, f"{term!r} cannot be read; write for example “business manager from 3”"
			)
			continue
		yield from unknown(TABLE, row, "recipient", [who.word], ALERT_RECIPIENTS)
		if who.since > 1 and rung.repeat_every is None:
			yield _problem("recipient_from", row, f"{term!r} counts repetitions, and this rung is said once")


def _ladder(of: str, kind: str, rows: Iterable[tuple[str, AlertRung]]) -> Problems:
	"""What is wrong with a ladder as a whole, which is all that its clocks have."""
	listed = list(rows)
	names = [rung.rung.strip() for _, rung in listed]
	for position, (row, rung) in enumerate(listed):
		if names[position] in names[:position]:
			yield _problem("duplicate_rung", row, f"{of} has a rung of this name already; rename one of them")
		if kind not in BINDING and kind in CLOCK_KINDS and (rung.days or 0) > 0:
			yield _problem("not_binding", row, f"{of} can be missed by nobody; remind before it is due only")
	repeated = [(row, rung) for row, rung in listed if rung.repeat_every is not None]
	for row, _ in repeated[1:]:
		yield _problem("second_repeat", row, f"{of} repeats another rung already; keep one of them")
	late = min((rung.days or 0 for _, rung in listed if rung.rung.strip() == OVERDUE), default=0)
	for row, rung in repeated:
		if late and (rung.days or 0) <= late:
			yield _problem(
				"repeat_early", row, "it repeats what the overdue rung says; give it more days than that one"
			)
	if kind in BINDING and OVERDUE not in names:
		row = listed[0][0]
		yield _problem(
			"overdue_missing", row, f"{of} would pass without a word; add a rung named {OVERDUE!r}"
		)


__all__ = ["alert_problems"]
