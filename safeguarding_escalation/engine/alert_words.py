"""The ladder of alerts of a clock as sentences, for the people who write a policy and those who live by it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .ladder import DUE_SOON, DUE_TODAY, LAST_AFTERNOON, OVERDUE, OVERDUE_AGAIN, ladder_of, named
from .schema import AlertRung, Clock, PolicyData
from .term_words import clock_name
from .wording import in_words, listed, sentence

# What a mail calls a rung where its row has no words of its own.
RUNG_WORDS = {
	DUE_SOON: "due soon",
	LAST_AFTERNOON: "due before the next working day",
	DUE_TODAY: "due today",
	OVERDUE: "overdue",
	OVERDUE_AGAIN: "still overdue",
}
_OWN_LEAD = 1
_KINDS = {
	"maximum": "every limit",
	"preference": "every preference",
	"advisory": "every advisory limit",
	"local target": "every local target",
}


def alerts_words(policy: PolicyData, clock: Clock) -> str:
	"""Every alert of a clock in one sentence, whoever's rungs they are: `Alerts: the working day before, to …; …`."""
	ladder = ladder_of(policy, clock.id, clock.kind)
	instant = clock.unit in ("instant", "hours", "case date")
	return sentence(f"Alerts: {'; '.join(rung_words(policy, row, clock, instant) for row in ladder)}")


def rung_words(policy: PolicyData, row: AlertRung, clock: Clock | None = None, instant: bool = False) -> str:
	"""One rung: when it comes, and to whom. `clock` is the one it is said of, where it is one clock."""
	when = _when(row, clock)
	if row.rung == OVERDUE:
		when = "when the time has come" if instant else f"{when} (at the very moment, where people set one)"
	said = f", as “{row.wording.strip()}”" if row.wording.strip() else ""
	urgent = ", at any hour" if row.urgent else ""
	return f"{when}{urgent}, to {_whom(policy, row)}{said}"


def row_sentence(policy: PolicyData, row: AlertRung) -> str:
	"""A row of the policy's table as a sentence: whose rung it is, and what `rung_words` says."""
	clock = next((known for known in policy.clocks if known.id == row.clock.strip()), None)
	return sentence(f"For {whose(policy, row)}: {rung_words(policy, row, clock)}")


def whose(policy: PolicyData, row: AlertRung) -> str:
	"""Which clock a row of the policy's table is for, or which kind of clock: `every limit`."""
	name = row.clock.strip()
	return clock_name(policy, name).rstrip(",") if name else _KINDS.get(row.kind, "no clock")


def _when(row: AlertRung, clock: Clock | None) -> str:
	days = row.days
	if days is None and clock is not None:
		days = -_lead(clock)
	hour = f" at {row.at_hour:%H:%M}" if row.at_hour else ""
	if row.repeat_every is not None:
		return _repeated(row, days or 0, hour)
	if days is None:
		return f"as early as the clock's reminder says{hour}"
	if days == 0:
		return {
			"working day": f"on the due day{hour}",
			"day off": f"where the due day has no working morning, on the last working day before it{hour}",
		}.get(row.due_day, f"on the due day, or the last working day before it{hour}")
	number = abs(days)
	span = "the working day" if number == 1 else f"{in_words(number)} working days"
	return f"{span} {'before' if days < 0 else 'after'}{hour}"


def _repeated(row: AlertRung, days: int, hour: str) -> str:
	every = row.repeat_every or 0
	often = "every working day" if every == 1 else f"every {in_words(every)} working days"
	most = f", {in_words(row.at_most)} times at most" if row.at_most else ""
	return f"from {in_words(days)} working days after on, {often}{hour} until it is met or ended{most}"


def _lead(clock: Clock) -> int:
	if clock.alert_lead is not None:
		return max(clock.alert_lead, 0)
	return _OWN_LEAD if (clock.length or 0) >= 3 else 0


def _whom(policy: PolicyData, row: AlertRung) -> str:
	return listed(people_words(policy, row.recipients)) or "nobody"


def people_words(policy: PolicyData, terms: Iterable[str]) -> Iterable[str]:
	"""Each recipient of a rung as people call them, and from which reminder on."""
	called = {
		"owing": "whoever owes the step",
		"line manager": "their line manager",
		"safeguarding lead": "their agency's safeguarding lead",
		"senior manager": "their agency's senior manager",
		"business manager": f"the {policy.business_manager_label}, where the policy lets them see the case",
		"chair": f"the {policy.chair_label}, where the policy lets them see the case",
	}
	for term in terms:
		try:
			who = named(term)
		except ValueError:
			yield f"“{term.strip()}” (this cannot be read)"
			continue
		words = called.get(who.word, f"“{who.word}” (not known)")
		yield words if who.since == 1 else f"{words} (from reminder {who.since} on)"
