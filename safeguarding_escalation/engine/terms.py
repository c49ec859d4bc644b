"""Terms: the small language in which a clock says which events start, meet and cancel it.

    KIND [STAGE[+]] [last] [[filters]]     expiry CLOCK

`resolved 2` is a resolution at stage 2, `stage_started 3+` the start of stage 3 or any higher, `resolved` one at any
stage. `last` takes the last occurrence instead of the first. Filters, several in one bracket or several brackets:
`two_way`, `side=responding`, `to=Business Manager`, `same` (relates to the same action, review or party); an event
that leaves the field None passes. `expiry CLOCK` is the due instant of that clock, unless it was met by then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .errors import PolicyError
from .events import EVENT_KINDS, Event
from .schema import SIDES

ANY_STAGE = (-1, 10**6)
GRAMMAR = "KIND [STAGE[+]] [last] [[filters]], or expiry CLOCK"
_EVENT_TERM = re.compile(
	r"(?P<kind>[a-z_]+)(?:\s+(?P<stage>\d+)(?P<above>\+)?)?(?:\s+(?P<last>last))?(?P<filters>(?:\s*\[[^\[\]]*\])*)"
)
_EXPIRY_TERM = re.compile(r"expiry\s+(?P<clock>\S+)")

# The position of an event in its epoch, the stage it counts for, and the event itself.
Entry = tuple[int, int, Event]
Entries = Mapping[str, Sequence[Entry]]


@dataclass(frozen=True, slots=True)
class Term:
	"""One parsed term. It matches stages from `low` to `high`; `source` is the clock of an expiry term, else "".

	`plain` says that there is no filter on the event's own fields, `same` that the term asks for the same matter.
	`modes` are those that count, where a policy says so (SU-A19): a talk held otherwise is none to its clocks.
	"""

	text: str
	kind: str
	low: int = ANY_STAGE[0]
	high: int = ANY_STAGE[1]
	last: bool = False
	two_way: bool = False
	side: str = ""
	to: str = ""
	same: bool = False
	source: str = ""
	plain: bool = True
	modes: tuple[str, ...] = ()

	def fits(self, event: Event) -> bool:
		"""Whether the event's own fields pass the filters; a field that is None passes."""
		if self.two_way and event.two_way is False:
			return False
		if self.modes and event.mode is not None and event.mode not in self.modes:
			return False
		if self.side and event.side is not None and event.side.casefold() != self.side:
			return False
		return not (self.to and event.to is not None and event.to.casefold() != self.to)

	def covers(self, stage: int) -> bool:
		"""Whether the term's stages include this one."""
		return self.low <= stage <= self.high


@lru_cache(maxsize=4096)
def parse_term(text: str) -> Term:
	"""The term that `text` spells. Raises PolicyError, with what is wrong and the grammar, if it spells none."""
	stripped = text.strip()
	expiry = _EXPIRY_TERM.fullmatch(stripped)
	if expiry:
		return Term(text=stripped, kind="expiry", source=expiry["clock"])
	match = _EVENT_TERM.fullmatch(stripped)
	if not match:
		raise PolicyError(f"The term {text!r} cannot be read; write {GRAMMAR}.")
	if match["kind"] not in EVENT_KINDS:
		raise PolicyError(f"The term {text!r} names no known event kind; write {GRAMMAR}.")
	low, high = ANY_STAGE
	if match["stage"]:
		low = int(match["stage"])
		high = ANY_STAGE[1] if match["above"] else low
	filters = _parse_filters(text, match["filters"])
	return Term(
		text=stripped,
		kind=match["kind"],
		low=low,
		high=high,
		last=bool(match["last"]),
		two_way="two_way" in filters,
		side=filters.get("side", ""),
		to=filters.get("to", ""),
		same="same" in filters,
		plain=not filters.keys() - {"same"},
	)


def _parse_filters(text: str, brackets: str) -> dict[str, str]:
	filters = {}
	for item in re.findall(r"[^\[\],]+", brackets):
		name, equals, value = (part.strip() for part in item.partition("="))
		if not name:
			continue
		if name not in ("two_way", "same", "side", "to") or bool(equals) != (name in ("side", "to")):
			raise PolicyError(
				f"The filter {item.strip()!r} of the term {text!r} is unknown; use two_way, side=…, to=… or same."
			)
		if name == "side" and value.casefold() not in SIDES:
			raise PolicyError(
				f"The side {value!r} in the term {text!r} is unknown; use one of {', '.join(SIDES)}."
			)
		if name == "to" and not value:
			raise PolicyError(
				f"The term {text!r} does not say to whom; write for example [to=Business Manager]."
			)
		filters[name] = value.casefold()
	return filters


def parse_terms(texts: Iterable[str]) -> tuple[Term, ...]:
	"""Several terms. Raises PolicyError for the first that cannot be read."""
	return tuple(parse_term(text) for text in texts)


def first_match(
	terms: Sequence[Term], entries: Entries, accepts: Callable[[Term, Event], bool] | None = None
) -> Entry | None:
	"""The earliest entry that any of the terms matches, or None; `accepts` is a further test of the event."""
	best: Entry | None = None
	for term in terms:
		found = entries.get(term.kind)
		if found is None:
			continue
		for entry in found:
			if (
				term.low <= entry[1] <= term.high
				and (term.plain or term.fits(entry[2]))
				and (accepts is None or accepts(term, entry[2]))
			):
				if best is None or entry[0] < best[0]:
					best = entry
				break
	return best


def all_matches(term: Term, entries: Entries) -> list[Entry]:
	"""Every entry that the term matches, in order."""
	return [
		entry
		for entry in entries.get(term.kind, ())
		if term.low <= entry[1] <= term.high and term.fits(entry[2])
	]
