"""Whether what a policy asks to be on record is on record: `field NAME`, `event TERM`, `reason`.

An event term is one of `terms.py`. Only the current epoch counts, that is what was recorded since the case was last
reopened: a second resolution needs its own confirmation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from .case import Case
from .contacting import INVOLVEMENT
from .events import Event
from .log import effective_events, split_epochs
from .policy import Policy
from .schema import Record
from .terms import Term, parse_term

# Fields of the escalation that `Case` holds as facts of their own.
_FACTS = (
	"board",
	"path",
	"raising_agency",
	"responding_agency",
	"immediate_risk",
	"policy_issue",
	"out_of_area",
	"child_concern",
	"criminal_matter",
	"protective_deadline",
)


def effective(events: Iterable[Event]) -> list[Event]:
	"""The events that count, in order; events to which corrections were applied already are only put in order."""
	given = list(events)
	if any(event.corrects is not None and event.corrects != event.id for event in given):
		return effective_events(given)
	return sorted(given, key=lambda event: event.order)


def epoch(events: Iterable[Event]) -> tuple[Event, ...]:
	"""The effective events since the case was last reopened, in order, each with its stage."""
	last = split_epochs(effective(events))[-1]
	entries = sorted((entry for kind in last.entries.values() for entry in kind), key=lambda entry: entry[0])
	return tuple(
		event if event.stage is not None else replace(event, stage=stage) for _, stage, event in entries
	)


def event_term(text: str) -> Term:
	"""An event term, the word `event` before it optional. Raises PolicyError if it cannot be read."""
	return parse_term(text.strip().removeprefix("event "))


def matches(term: Term, event: Event) -> bool:
	"""Whether an event of an epoch is one that the term speaks of; what the event leaves unknown fits."""
	return event.kind == term.kind and term.covers(event.stage or 0) and term.fits(event)


def find(text: str, case: Case, current: Sequence[Event]) -> Event | bool:
	"""What satisfies a need: the latest event that fits, True for a filled field, False if nothing does.

	`current` are the events of the epoch. A `reason` is never there beforehand: it comes with the move.
	"""
	word, _, rest = text.strip().partition(" ")
	if word == "field":
		return filled(case, rest.strip())
	if word == "reason":
		return False
	term = event_term(text)
	return next((event for event in reversed(current) if matches(term, event)), False)


def filled(case: Case, name: str) -> bool:
	"""Whether a field of the escalation is filled: a text, a person named, or a fact that `Case` holds itself.

	Where the adult, family or carer is the other side, they stand in the place of an agency and its lead (SU-A21).
	"""
	if case.family and name in ("responding_agency", "responding_lead"):
		return "counterparty_name" in case.filled
	return name in case.filled or bool(case.contacts(name)) or (name in _FACTS and bool(getattr(case, name)))


def on_path(policy: Policy, case: Case, name: str) -> bool:
	"""Whether the case is on one of the policy's special routes, given by its name or its label."""
	names = {name, *(path.label for path in policy.paths if path.name == name)}
	return case.path in names


def applies(condition: str, policy: Policy, case: Case) -> bool:
	"""Whether the condition of a row holds; one that is not known does, so that nobody is left out."""
	word, _, rest = condition.partition(" ")
	if word == "path":
		return on_path(policy, case, rest)
	if word == "field":
		return filled(case, rest)
	known = {
		"out of area": case.out_of_area,
		"child concern": case.child_concern,
		"criminal matter": case.criminal_matter,
	}
	return known.get(condition, True)


def is_met(record: Record, case: Case, current: Sequence[Event]) -> bool:
	"""Whether one of a record's alternatives is on record."""
	return any(_there(need, record, case, current) for need in record.needs)


def _there(need: str, record: Record, case: Case, current: Sequence[Event]) -> Event | bool:
	"""`find`, save that the adult is to be involved at each stage (4LSAB 3): an earlier stage's row is not this one's."""
	if need == INVOLVEMENT and record.when != "raise" and case.involved is not None:
		return bool({case.stage, 0} & case.involved)
	return find(need, case, current)


def missing(
	policy: Policy, case: Case, current: Sequence[Event], when: str, stage: int, ground: str = ""
) -> tuple[Record, ...]:
	"""The records that the policy asks for at a step and that are not there.

	`current` are the events of the epoch; `when` is a term of schema.Record, `stage` the stage entered or ended,
	`ground` that of the move.
	"""
	asked = [row for row in policy.all_records if row.when == when and row.stage in (0, stage)]
	asked = [row for row in asked if row.ground in ("", ground) and applies(row.condition, policy, case)]
	return tuple(row for row in asked if not is_met(row, case, current))


def same_name(given: str | None, wanted: str) -> bool:
	"""Whether a name given on an event fits the one wanted; unknown (None) never blocks."""
	return given is None or given.casefold() == wanted.casefold()
