"""A clock of a policy as English: one sentence that says what is due by when, and short ones for the rest.

Pure, and made for drafts too: a row that makes no sense is read back as what it says, so that its writer sees it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .clocks import NUMBERED_UNITS
from .counting import weeks_of
from .errors import PolicyError
from .schema import UNITS, Clock, PolicyData
from .term_words import DATES, any_of, clock_name, owers, term_words
from .terms import Term, parse_term
from .wording import in_words, listed, sentence

_KINDS = {
	"preference": "preferred, not a limit",
	"advisory": "advisory, not a limit",
	"local target": "a local target, not the policy's",
}
_NO_NUMBER = "the policy gives no number, so the clock does not run"


@dataclass(frozen=True)
class ClockWords:
	"""A clock in words. `due` is the one sentence; the others are sentences too, empty where nothing is to be said.

	`failing` says what starts it where nothing else did, `met` what meets it, `dropped` what ends it unmet without
	a breach, `owed` who owes it, `reminder` when it becomes due soon.
	"""

	due: str
	failing: str
	met: str
	dropped: str
	owed: str
	reminder: str

	@property
	def text(self) -> str:
		"""Everything, in reading order."""
		parts = (self.due, self.failing, self.met, self.dropped, self.owed, self.reminder)
		return " ".join(part for part in parts if part)


def clock_words(policy: PolicyData, clock: Clock) -> ClockWords:
	"""A clock of `policy` in words, by the counting choices of that policy."""
	return ClockWords(
		due=sentence(f"{clock.label.strip() or clock.id}: {timing(policy, clock)}{_limits(policy, clock)}"),
		failing=_failing(policy, clock),
		met=sentence(f"Met when {any_of(policy, clock.stop)}") if clock.stop else "Nothing meets it.",
		dropped=sentence(f"No longer asked for once {any_of(policy, clock.cancel)}") if clock.cancel else "",
		owed=sentence(f"Owed by {owers(policy, clock.owed_by)}")
		if clock.owed_by.strip()
		else "Nobody owes it.",
		reminder=_reminder(clock),
	)


def length_words(policy: PolicyData, clock: Clock) -> str:
	"""How long a clock gives, without what starts it: `within five working days`, `at once`."""
	if clock.unit not in UNITS:
		return f"“{clock.unit}” (this unit is not known)"
	if clock.unit in NUMBERED_UNITS and not clock.length:
		return "without a number"
	if clock.unit == "case date":
		return f"by {_dates(policy, clock)}"
	words = _span(policy, clock)
	for joint in (", when", " when", " after", " as", ","):
		words = words.removesuffix(joint)
	return words


def from_words(policy: PolicyData, clock: Clock) -> str:
	"""What a clock counts from: `from when the concern is raised`, `each time that an action is agreed`."""
	if not clock.trigger and not clock.fallback:
		return "from nothing"
	words = _starts(policy, clock)
	return words if clock.occurrence in ("each", "last") else f"from when {words}"


def timing(policy: PolicyData, clock: Clock) -> str:
	"""How long, and from when: `within five working days after Stage 2 starts`."""
	if clock.unit not in UNITS:
		return f"“{clock.unit}” (this unit is not known)"
	if not clock.trigger and not clock.fallback:
		return "nothing starts it"
	if clock.unit in NUMBERED_UNITS and not clock.length:
		return _NO_NUMBER
	if clock.unit == "case date":
		return f"by {_dates(policy, clock)}"
	return f"{_span(policy, clock)} {_starts(policy, clock)}{_counting(policy, clock)}"


def _span(policy: PolicyData, clock: Clock) -> str:
	length = clock.length or 0
	days = "day" if length == 1 else "days"
	number = in_words(length)
	return {
		"working days": f"within {number} working {days} after",
		"calendar days": f"within {number} {days}, weekends and bank holidays included, after",
		"earlier of working and calendar days": (
			f"within {number} working {days} or {in_words(weeks_of(length))} days, whichever ends first, after"
		),
		"same working day": _same_day(clock),
		"hours": f"within {number} {'hour' if length == 1 else 'hours'} after",
		"instant": "at once when",
	}[clock.unit]


def _same_day(clock: Clock) -> str:
	day = "on the very same day" if clock.non_working_day == "literal day" else "on the same working day"
	return day + {"last": " as", "each": ","}.get(clock.occurrence, ", when")


def _starts(policy: PolicyData, clock: Clock) -> str:
	"""The triggers as alternatives, with which of several occurrences counts."""
	terms = clock.trigger or clock.fallback
	words = any_of(policy, terms)
	if clock.occurrence == "each":
		return f"each time that {words}"
	if clock.occurrence == "last":
		return f"the last time that {words}"
	return f"{words}, whichever comes first" if len(terms) > 1 else words


def _dates(policy: PolicyData, clock: Clock) -> str:
	named = []
	for text in clock.trigger or clock.fallback:
		term = _read(text)
		if term is None or term.kind not in DATES:
			named.append(f"the date that comes with “{text.strip()}”, which carries none")
			continue
		stage = f" that is set at Stage {term.low}" if term.low > 0 else ""
		named.append(f"{DATES[term.kind]}{stage}")
	latest = " (the latest, where it was set again)" if clock.occurrence == "last" else ""
	return f"{listed(named, 'or')}{latest}"


def _read(text: str) -> Term | None:
	try:
		return parse_term(text)
	except PolicyError:
		return None


def _counting(policy: PolicyData, clock: Clock) -> str:
	"""What is unusual about the count."""
	unusual = []
	days = clock.unit in NUMBERED_UNITS and clock.unit != "hours"
	if days and policy.count_event_day:
		unusual.append("that day counted as the first")
	if days and clock.non_working_day == "next working day":
		unusual.append("moved on to the next working day if it falls on a day off")
	if days and clock.non_working_day == "literal day":
		unusual.append("even if that is a day off")
	return "".join(f", {words}" for words in unusual)


def _limits(policy: PolicyData, clock: Clock) -> str:
	"""What makes it earlier, once for each what, and what its number is worth."""
	limits = []
	caps = ["the protective deadline"] if clock.protective_cap else []
	if clock.cap:
		caps.append(clock_name(policy, clock.cap).rstrip(","))
	if clock.agreed_cap and not policy.agreed_may_exceed_policy:
		caps.append("an agreed timescale")
	if caps:
		limits.append(f"never later than {listed(caps, 'or')}")
	if clock.agreed_cap and policy.agreed_may_exceed_policy:
		limits.append("an agreed timescale takes its place")
	if clock.instant_if_immediate_risk:
		limits.append("at once where there is immediate risk")
	if clock.each:
		limits.append(
			"once for each party that owes it" if clock.each == "party" else f"once for each {clock.each}"
		)
	if clock.kind in _KINDS:
		limits.append(_KINDS[clock.kind])
	return "".join(f"; {words}" for words in limits)


def _failing(policy: PolicyData, clock: Clock) -> str:
	if not clock.fallback or not clock.trigger:
		return ""
	tried = "; failing that, from when ".join(term_words(policy, text) for text in clock.fallback)
	return sentence(f"If that is not on record, it counts from when {tried}")


def _reminder(clock: Clock) -> str:
	"""When it becomes due soon; a clock to an instant has no morning before."""
	if clock.unit in ("instant", "hours"):
		return ""
	lead = clock.alert_lead
	if lead is None:
		lead = 1 if (clock.length or 0) >= 3 else 0
	if lead <= 0:
		return "A reminder goes out on the due day."
	days = "the working day" if lead == 1 else f"{in_words(lead)} working days"
	return f"A reminder goes out {'on ' if lead == 1 else ''}{days} before."
