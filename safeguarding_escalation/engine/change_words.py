"""A changed row of a policy as sentences that somebody can read aloud: what is now so, and what was so before. Pure.

`changed_words` speaks of two versions of one row; what only came or went is said by `policy_changes`. A column that
nothing here knows is said by its name, so that a new table is compared from the day on which it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any

from .alert_words import people_words
from .clock_words import clock_words, from_words, length_words
from .errors import PolicyError
from .policy_words import GROUNDS, SKIP_RULES, need_words
from .schema import Clock, PolicyData
from .term_words import clock_name, owers, stage_name, term_words
from .terms import parse_term
from .wording import SIDE_NAMES, date_text, in_words, listed, sentence

# How binding each kind of clock is, as the verb of its sentence.
_VERBS: Mapping[str, str] = {
	"maximum": "must",
	"preference": "should if possible",
	"advisory": "should",
	"local target": "is meant to",
}
_KINDS: Mapping[str, str] = {
	"maximum": "a limit",
	"preference": "a preference, not a limit",
	"advisory": "advice, not a limit",
	"local target": "a local target, not the policy's",
}
# What the first sentences of a changed clock say.
_SAID_FIRST = frozenset({"length", "unit", "trigger", "fallback", "occurrence", "kind", "alert_lead"})
# Columns of a yes or a no: what is said where it is now so, and where it no longer is. `{row}` is the row's name.
_SWITCHES: Mapping[str, tuple[str, str]] = {
	"protective_cap": ("It is now cut short by a protective deadline", "A protective deadline no longer cuts it short"),
	"agreed_cap": ("An agreed timescale now counts for it", "An agreed timescale no longer counts for it"),
	"instant_if_immediate_risk": (
		"Where there is immediate risk it is now due at once",
		"Immediate risk no longer makes it due at once",
	),
	"form_required": ("{row} now needs the board's form", "{row} no longer needs the board's form"),
	"board_sees": (
		"The Business Manager may now see the case from {row} on",
		"{row} no longer shows the case to the Business Manager",
	),
	"chair_sees": ("The Chair may now see the case from {row} on", "{row} no longer shows the case to the Chair"),
	"optional": ("{row} may now be left out", "{row} may no longer be left out"),
	"continuing_access": (
		"{row}: they may now read the case from then on",
		"{row}: they may no longer read the case from then on",
	),
	"standing": ("{row}: it now covers all that is sent later", "{row}: it no longer covers what is sent later"),
	"urgent": ("{row} now comes at any hour", "{row} now waits for the site's hours"),
	"required": ("{row}: closing now waits for it", "{row}: closing no longer waits for it"),
}  # fmt: skip
# Columns of several words: what is said of those that are new, and of those that are gone.
_LISTS: Mapping[str, tuple[str, str]] = {
	"fallback": ("{row}: it now also counts from when {}", "{row}: it no longer counts from when {}"),
	"stop": ("It is now also met when {}", "It is no longer met when {}"),
	"cancel": ("It now falls away once {}", "It no longer falls away once {}"),
	"raising_capacities": (
		"{row} is now also for {} of the raising agency",
		"{row} is no longer for {} of the raising agency",
	),
	"responding_capacities": (
		"{row} is now also for {} of the responding agency",
		"{row} is no longer for {} of the responding agency",
	),
	"outcomes": ("{row} may now also end as: {}", "{row} may no longer end as: {}"),
	"capacities": ("{row} may now also be made by {}", "{row} may no longer be made by {}"),
	"agency_types": ("{row} is now also for agencies of the type {}", "{row} is no longer for the type {}"),
	"from_stages": ("{row} may now also start at {}", "{row} may no longer start at {}"),
	"needs": ("{row} is now also satisfied by {}", "{row} is no longer satisfied by {}"),
	"satisfied_by": ("{row} is now also done by {}", "{row} is no longer done by {}"),
	"recipients": ("{row} now also goes to {}", "{row} no longer goes to {}"),
	"options": ("{row} now also suggests {}", "{row} no longer suggests {}"),
	"reserved_to": ("{row} may now also be answered by {}", "{row} may no longer be answered by {}"),
	"columns": ("{row} now also has {}", "{row} no longer has {}"),
}
# Columns of one value: what it is called.
_VALUES: Mapping[str, str] = {
	"label": "what it is called", "button": "its button", "entered_when": "when it is entered", "guidance": "its guidance",
	"on_expiry": "what happens when its limit expires", "stage": "its stage", "cap": "the clock that cuts it short",
	"each": "what it runs once for each of", "non_working_day": "what counts on a day off", "note": "its note",
	"clause": "the clause it cites", "order": "its place", "capacity": "who it is for", "side": "whose it is",
	"skip_rule": "how stages may be missed out", "to_level": "the level it goes to", "message": "what people read",
	"effect": "how strictly it is asked for", "ground": "the ground it is for", "what": "what is sent",
	"sender": "who sends it", "print_format": "the form that is printed", "condition": "on which condition it is asked for",
	"owed_by": "who owes it", "from_stage": "the first stage it is owed for", "to_stage": "the last stage it is owed for",
	"signpost": "its signpost", "link": "its link", "url": "its address", "purpose": "what it is for",
	"address": "its address", "period": "how often it is due", "period_start": "when its period begins",
	"due": "when it is due", "enters_stage": "the stage it enters", "field": "the field it prints", "kind": "what it is",
	"days": "the day on which it comes", "due_day": "for which due days it is",
	"at_hour": "the hour at which it comes", "wording": "what it says", "repeat_every": "after how many working days it comes again",
	"at_most": "how often it comes at most (0: until somebody acts)",
	"question": "what is asked", "asked_at": "when it is asked", "audience": "to whom it speaks", "topic": "its heading",
}  # fmt: skip
# Values that are words of the board's own: quoted, so that they are not taken for ours.
_QUOTED = frozenset({
	"label", "button", "entered_when", "guidance", "note", "message", "what", "signpost", "question", "topic", "purpose",
	"to_level", "text",
})  # fmt: skip
_STRICTNESS: Mapping[str, str] = {
	"require": "needed, or the step is refused",
	"warn": "asked for, with a warning",
	"prompt": "a reminder only",
}
Labels = Mapping[str, str]


def changed_words(
	table: str, name: str, old: tuple[PolicyData, Any], new: tuple[PolicyData, Any], labels: Labels
) -> str:
	"""What differs between two versions of one row, as sentences; each row comes with the policy that it belongs to.

	`name` is what people call the row, `labels` what a form calls the escalation's fields.
	"""
	differing = tuple(
		field.name for field in fields(new[1]) if getattr(old[1], field.name) != getattr(new[1], field.name)
	)
	said: list[str] = []
	if table == "clocks":  # its first sentence names it
		said, name = [*_clock(old, new, differing)], ""
		differing = tuple(field for field in differing if field not in _SAID_FIRST)
	for field in differing:
		more = [*column_words(field, name, old, new, labels)]
		said, name = said + more, "" if more else name
	return " ".join(sentence(text) for text in said)


def column_words(
	field: str, name: str, old: tuple[Any, Any], new: tuple[Any, Any], labels: Labels | None = None
) -> Iterator[str]:
	"""One changed column as clauses, by what kind of column it is."""
	before, after = getattr(old[1], field), getattr(new[1], field)
	if isinstance(after, bool):
		switch = (f"{{row}}: {_called(field)} is now on", f"{{row}}: {_called(field)} is now off")
		yield _of(name, _SWITCHES.get(field, switch)[not after], "")
	elif isinstance(after, tuple):
		more, less = _LISTS.get(
			field, (f"{{row}}: {_called(field)}: now also {{}}", f"{{row}}: {_called(field)}: no longer {{}}")
		)
		if field == "capacities" and not after:
			yield _of(name, "{row} may now be made by anyone", "")
			return
		if field == "capacities" and not before:
			yield _of(name, "{row} may no longer be made by anyone, only by {}", listed(after, "or"))
			return
		for template, (policy, items), others in (
			(more, (new[0], after), before),
			(less, (old[0], before), after),
		):
			words = [item_words(policy, field, item, labels) for item in items if item not in others]
			if words:
				yield _of(name, template, listed(words, "or"))
	else:
		yield from _value(field, name, (old[0], before), (new[0], after))


def _of(name: str, template: str, words: str) -> str:
	"""A template with its row's name, or with none where the sentence before has named it."""
	return (
		template.format(words, row=name) if name else template.removeprefix("{row}: ").format(words, row="it")
	)


def _value(field: str, name: str, old: tuple[PolicyData, Any], new: tuple[PolicyData, Any]) -> Iterator[str]:
	before, after = (_shown(policy, field, value) for policy, value in (old, new))
	called = f"{name}: {_called(field)}" if name else _called(field)
	if not before:
		yield f"{called} is now {after}"
	elif not after:
		yield f"{called} is no longer set; it was {before}"
	else:
		yield f"{called} is now {after} instead of {before}"


def item_words(policy: PolicyData, field: str, item: Any, labels: Labels | None = None) -> str:
	"""One entry of a column of several: a term or a need as a clause, a stage by its name, a date as a date."""
	if field in ("stop", "cancel", "trigger", "fallback"):
		return term_words(policy, item)
	if field in ("needs", "satisfied_by"):
		return need_words(policy, item, labels)
	if field == "recipients":
		return listed(people_words(policy, (item,)))
	if field == "from_stages":
		return stage_name(policy, item)
	return date_text(item) if isinstance(item, date) else str(item)


def _shown(policy: PolicyData, field: str, value: Any) -> str:
	said: Mapping[str, Callable[[], str]] = {
		"cap": lambda: clock_name(policy, value).rstrip(","),
		"owed_by": lambda: owers(policy, value),
		"sender": lambda: owers(policy, value),
		"side": lambda: SIDE_NAMES.get(value, value),
		"skip_rule": lambda: {**SKIP_RULES, "free": "without a reason"}.get(value, value),
		"effect": lambda: _STRICTNESS.get(value, value),
		"ground": lambda: GROUNDS.get(value, value),
		"stage": lambda: stage_name(policy, value) if value else "the whole case",
		"from_stage": lambda: stage_name(policy, value),
		"enters_stage": lambda: stage_name(policy, value),
	}
	if value in (None, ""):
		return ""
	if field == "days":
		return _day_from_due(value)
	if field in said:
		return said[field]()
	if isinstance(value, (date, time)):
		return date_text(value) if isinstance(value, date) else f"{value:%H:%M}"
	return f"“{str(value).strip().rstrip('.')}”" if field in _QUOTED else str(value)


def _day_from_due(days: int) -> str:
	if not days:
		return "the due day"
	number = "one working day" if abs(days) == 1 else f"{in_words(abs(days))} working days"
	return f"{number} {'before' if days < 0 else 'after'} the due day"


def _called(field: str) -> str:
	return _VALUES.get(field, field.replace("_", " "))


def _clock(
	old: tuple[PolicyData, Clock], new: tuple[PolicyData, Clock], differing: Iterable[str]
) -> Iterator[str]:
	"""What a clock asks for first, always with its name: `Stage 1 must be settled within three working days instead of
	five (RB.S1.RESOLVE)`; then what starts it, how binding it is, and when it is due soon.
	"""
	changed = frozenset(differing)
	clock = new[1]
	subject = asked_words(new[0], clock)
	after, before = length_words(*new), length_words(*old)
	if after != before:
		yield f"{subject} {after} instead of {_shorter(after, before)} ({clock.id})"
	else:
		yield f"{subject} {after} ({clock.id}), as before"
	starts = from_words(*new), from_words(*old)
	if starts[0] != starts[1]:
		yield f"It now counts {starts[0]}, and no longer {starts[1]}"
	if "fallback" in changed:
		yield from column_words("fallback", "Where that is not on record", old, new)
	if "kind" in changed:
		kinds = (_KINDS.get(row.kind, row.kind) for row in (clock, old[1]))
		yield "It is now {}. Before, it was {}".format(*kinds)
	reminders = clock_words(*new).reminder, clock_words(*old).reminder
	if "alert_lead" in changed and reminders[0] != reminders[1]:
		yield f"{reminders[0] or 'It has no reminder.'} Before: {reminders[1] or 'no reminder.'}"


def asked_words(policy: PolicyData, clock: Clock) -> str:
	"""What a clock asks for, as the beginning of a sentence: `Stage 1 must be settled`, `“Speak to them” must be done`."""
	verb = _VERBS.get(clock.kind, "must")
	if clock.stage and any(_settles(text, clock.stage) for text in clock.stop):
		return f"{stage_name(policy, clock.stage)} {verb} be settled"
	return f"“{clock.label.strip() or clock.id}” {verb} be done"


def _settles(text: str, stage: int) -> bool:
	"""Whether a term is the resolution of that stage."""
	try:
		term = parse_term(text)
	except PolicyError:
		return False
	return term.kind == "resolved" and term.covers(stage)


def _shorter(new: str, old: str) -> str:
	"""`five` where both say `within … working days`, else the whole."""
	ours, theirs = new.split(), old.split()
	same = [[word.removesuffix("s") for word in (words[0], *words[2:])] for words in (ours, theirs)]
	return theirs[1] if ours[0] == "within" and same[0] == same[1] else old
