"""One move as the engine sees it, and the checks that every kind of move shares: whose it is, what must be there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .case import BOARD_CAPACITIES, DRAFT, Case, Person, holds, is_lead, sides_of
from .events import Event
from .needs import epoch, missing
from .policy import Policy
from .schema import Record, Stage, Terms
from .wording import SIDE_NAMES, listed, sentence, with_article

_RECUSED = (
	"You have stepped back from this case because of a conflict of interest; somebody else must do this."
)


@dataclass(frozen=True)
class AllowedMove:
	"""A workflow action from the case's state, and whether this person may take it now.

	`refusals` say why not and what is needed, one sentence each, and are empty exactly when `allowed`. A move
	that `needs_reason` is allowed, but must come with one. `label` is what the policy calls it. `outcomes` are what
	the Chair's answer may be, the one that goes without saying first; `on_behalf` names the Chair where the Business
	Manager only records it.
	"""

	action: str
	to_state: str
	to_stage: int
	to_level: str = ""
	ground: str = ""
	allowed: bool = True
	refusals: tuple[str, ...] = ()
	warnings: tuple[str, ...] = ()
	needs_reason: bool = False
	clause: str = ""
	label: str = ""
	guidance: str = ""
	outcomes: Terms = ()
	on_behalf: str = ""


@dataclass(frozen=True)
class Situation:
	"""What each check looks at: the policy, the case, its effective events and the person who would act."""

	policy: Policy
	case: Case
	events: tuple[Event, ...]
	person: Person

	@cached_property
	def sides(self) -> frozenset[str]:
		"""The sides that the person acts for."""
		return sides_of(self.case, self.person)

	@cached_property
	def current(self) -> tuple[Event, ...]:
		"""The events since the case was last reopened, in order, each with its stage."""
		return epoch(self.events)


@dataclass(frozen=True)
class Asked:
	"""What the policy's records ask for at a step and do not find."""

	refusals: tuple[str, ...] = ()
	warnings: tuple[str, ...] = ()
	needs_reason: bool = False


def asked(situation: Situation, when: str, stage: int, ground: str = "") -> Asked:
	"""The missing records of a step, sorted by their effect. A reason can come with the move itself."""
	rows = missing(situation.policy, situation.case, situation.current, when, stage, ground)
	return sort_out(rows)


def sort_out(rows: Iterable[Record]) -> Asked:
	"""Missing records as refusals (require), warnings (warn and prompt) and the wish for a reason."""
	refusals, warnings, needs_reason = [], [], False
	for row in rows:
		text = sentence(row.message)
		if row.effect != "require":
			warnings.append(text)
		elif "reason" in row.needs:
			needs_reason = True
		else:
			refusals.append(text)
	return Asked(tuple(refusals), tuple(warnings), needs_reason)


def who_may(situation: Situation, side: str, capacities: Terms) -> str:
	"""Why the person may not do what `side` does with one of `capacities`; an empty text if they may.

	`side` is raising, responding, either or board. A post at the board that `capacities` names passes any side.
	"""
	person, sides = situation.person, situation.sides
	if person.recused:
		return _RECUSED
	if set(capacities) & set(person.board_roles):
		return ""
	wanted = {"raising", "responding"} if side == "either" else {side}
	whose = SIDE_NAMES[side]
	if not sides & wanted:
		acts_for = listed(SIDE_NAMES[mine] for mine in sorted(sides))
		return (
			f"This is for {whose}; you {f'act for {acts_for}' if sides else 'are not a party to this case'}."
		)
	if holds(person, capacities):
		return ""
	recorded = listed(person.capacities) or "nobody with a capacity"
	posts = with_article(listed(capacities, "or"))
	return f"This needs {posts}, or somebody more senior, of {whose}; you are recorded as {recorded}."


def chair_stage(policy: Policy, case: Case) -> bool:
	"""Whether the case is with the Chair: at a stage the Chair sees, and at the Chair's level where it has levels."""
	stage = policy.stage(case.stage)
	if stage is None or not stage.chair_sees:
		return False
	levels = [level for level in policy.levels if level.stage == case.stage]
	chairs = {level.label for level in levels if level.capacity == "Chair"}
	return not chairs or case.level in chairs


def side_capacities(policy: Policy, stage: Stage | None, level: str, side: str) -> Terms:
	"""Who acts for a side at a stage: the level's capacity where it has levels, else the stage's own list."""
	if stage is None:
		return ()
	at_level = [row for row in policy.levels if row.stage == stage.number and row.label == level]
	if at_level and at_level[0].capacity not in BOARD_CAPACITIES:
		return (at_level[0].capacity,)
	listed_for = {"raising": stage.raising_capacities, "responding": stage.responding_capacities}
	return tuple(capacity for capacity in listed_for.get(side, ()) if capacity not in BOARD_CAPACITIES)


def may_settle(situation: Situation, sides: Sequence[str]) -> str:
	"""Why the person may not settle the case for one of `sides`; an empty text for a lead or one senior enough."""
	case = situation.case
	mine = [side for side in sides if side in situation.sides]
	if situation.person.recused or not mine:
		return who_may(situation, "either" if len(sides) > 1 else sides[0], ())
	if case.state == DRAFT or any(is_lead(case, situation.person, side) for side in mine):
		return ""
	stage = situation.policy.stage(case.stage)
	refusals = [
		who_may(situation, side, side_capacities(situation.policy, stage, case.level, side)) for side in mine
	]
	return "" if "" in refusals else refusals[0]
