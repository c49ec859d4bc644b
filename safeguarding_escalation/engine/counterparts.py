"""Whom to speak with at a stage: who of an agency answers there by the policy, and who can be asked where nobody does.

The policy names capacities. Not every kind of agency has them: an integrated care board has no practitioners, a care home
hardly more than its manager. So each kind of agency has an order of people who stand in, and it is said that they do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from .case import SENIORITY
from .policy import Policy
from .schema import Move, Stage
from .wording import listed, sentence

# The post to which a policy's route for one kind of raising agency leads (BU-031; RB-070, ST-054).
ROUTE_POSTS: Mapping[str, str] = {"Care Provider": "Enquiry Manager", "Health": "Named Professional"}
OPTIONAL = "Health"  # the route that a case takes only where it says so
_LEADS = ("Safeguarding Lead", "Named Professional", "Manager")
# Who answers for an agency of a kind where nobody of the level that the policy names is listed, best first.
STAND_INS: Mapping[str, tuple[str, ...]] = {
	"Local Authority": ("Enquiry Manager", *_LEADS),
	# The designated professionals of an integrated care board or commissioner, the named ones of a trust or practice.
	"Health": ("Named Professional", "Safeguarding Lead", "Manager"),
	"Police": _LEADS,
	"Probation": _LEADS,
	"Housing": _LEADS,
	"Education": _LEADS,
	"Fire and Rescue": _LEADS,
	"Care Provider": ("Manager", "Safeguarding Lead", "Named Professional"),  # the registered manager
	"Voluntary Sector": _LEADS,
	"Other": _LEADS,
}
_SENIOR = SENIORITY["Senior Manager"]
_OTHER = {"raising": "responding", "responding": "raising"}


@dataclass(frozen=True)
class Wanted:
	"""Who answers at a stage: `capacities`, best first, of which `side`, in the policy's `words`, by which `clause`."""

	capacities: tuple[str, ...]
	side: str
	words: str
	clause: str


def wanted(
	policy: Policy, number: int, side: str, raising_type: str = "", health_route: bool = False
) -> Wanted | None:
	"""Who of `side` (raising, responding) answers at stage `number`; None where the policy names nobody there.

	`raising_type` is the kind of the raising agency, which may have a route of its own; `health_route`: the case says
	that the named or designated professional is asked directly. Where the policy has nobody of that side at a stage
	(Suffolk's Stage 2), it is talked over inside the other one.
	"""
	stage = policy.stage(number)
	if stage is None:
		return None
	if not _capacities(stage, side):
		side = _OTHER[side]
	held = _capacities(stage, side)
	if not held:
		return None
	route = _route(policy, number, side, raising_type, health_route)
	if route is None:
		return Wanted(held, side, sentence(f"{stage.label}: {listed(held, 'or')}"), stage.clause)
	post = ROUTE_POSTS[raising_type]
	return Wanted((post, *(each for each in held if each != post)), side, route.guidance, route.clause)


def _capacities(stage: Stage, side: str) -> tuple[str, ...]:
	return stage.responding_capacities if side == "responding" else stage.raising_capacities


def _route(policy: Policy, number: int, side: str, raising_type: str, health_route: bool) -> Move | None:
	"""The way into the stage that the policy has for this kind of agency.

	A care provider's leads to the other side's post; health's to the named professional of either side.
	"""
	taken = health_route if raising_type == OPTIONAL else side == "responding"
	if raising_type not in ROUTE_POSTS or not taken:
		return None
	fitting = (row for row in policy.moves if row.to_stage == number and raising_type in row.agency_types)
	return next(fitting, None)


def fit(agency_type: str, capacities: Sequence[str], held: Collection[str]) -> tuple[int, int] | None:
	"""How well somebody who holds `held` fits, less is better: (0, …) of the policy's own, (1, …) and more standing in.

	None where they are nobody to ask at this level: a clerk of information governance, a practitioner for a chief.
	"""
	for place, capacity in enumerate(capacities):
		if capacity in held:
			return 0, place
	floor = min((SENIORITY[each] for each in capacities if each in SENIORITY), default=1)
	ranks = [SENIORITY[each] for each in held if each in SENIORITY]
	if floor >= _SENIOR and any(rank >= floor - 1 for rank in ranks):
		return 1, min(2 * abs(rank - floor) + int(rank < floor) for rank in ranks)
	stand_ins = STAND_INS.get(agency_type, _LEADS)
	for place, capacity in enumerate(stand_ins):
		if capacity in held:
			return 2, place
	if floor < _SENIOR and ranks:
		return 3, min(ranks)
	return None
