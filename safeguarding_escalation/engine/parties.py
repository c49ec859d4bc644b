"""The parties of a case one by one: whose a clock is that runs for each of them, and who may take over a side's lead.

Several agencies may stand on a side. Each has its own clocks, its own people and its own word on the outcome.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .allowed_move import side_capacities
from .case import SENIORITY, Case, Party, Person, holds, leads, sides_of
from .deadline_row import Deadline
from .policy import Policy
from .wording import SIDE_NAMES

PARTY_SIDES = ("raising", "responding")


def agencies(case: Case) -> dict[str, tuple[str, ...]]:
	"""The agencies on each side of the case, in the order of its parties; sides without one are left out."""
	found: dict[str, list[str]] = {}
	for party in case.all_parties():
		if party.side in PARTY_SIDES and party.agency not in found.setdefault(party.side, []):
			found[party.side].append(party.agency)
	return {side: tuple(names) for side, names in found.items()}


def agency_of(by_side: Mapping[str, Collection[str]], deadline: Deadline) -> str:
	"""The agency whose step a deadline is, where its clock runs for each party; '' where it is not one agency's.

	The instance is named after the agency, behind the matter and before "#2" or "superseded" (see `instances`).
	"""
	if deadline.party_side is None or not deadline.instance:
		return ""
	name = deadline.matter.removesuffix(f" ({deadline.party_side})")
	fitting = [
		agency
		for agency in by_side.get(deadline.party_side, ())
		if name == agency or name.endswith(f" {agency}")
	]
	return max(fitting, key=len, default="")


def parties_of(case: Case, person: Person) -> tuple[Party, ...]:
	"""The parties for which a person acts: those of their agency, on the sides that are theirs in this case."""
	sides = sides_of(case, person)
	return tuple(
		party
		for party in case.all_parties()
		if party.side in PARTY_SIDES and party.side in sides and party.agency == person.agency
	)


def take_over_refusal(
	policy: Policy, case: Case, party: Party, person: Person, team: str, covers: bool = False
) -> str:
	"""Why a person may not take over the lead of a party; an empty text if they may (decision 6).

	Anybody of the party's `team`, whether nobody is named or a colleague leads, and whoever `covers` for its lead now. Where
	no team is known, whoever acts for the side at the stage reached. Of another team only somebody more senior than
	who acts there.
	"""
	if not case.open:
		return "This case has ended: there is nothing to take over."
	if person.recused:
		return "You have stepped back from this case because of a conflict of interest."
	if party not in parties_of(case, person):
		return f"You do not work for {SIDE_NAMES.get(party.side, 'that side')} in this case."
	if person.contact == lead_of(case, party):
		return "You lead this already."
	stage = policy.stage(case.stage)
	wanted = side_capacities(policy, stage, case.level, party.side)
	if covers or person.in_team(team) or _outranks(person, wanted) or (not team and holds(person, wanted)):
		return ""
	return (
		f"Somebody of the team “{team}” takes this over." if team else "Somebody more senior takes this over."
	)


def _outranks(person: Person, wanted: Collection[str]) -> bool:
	"""Whether a person stands above everybody of the capacities `wanted` in the line of management."""
	ranks = [SENIORITY[capacity] for capacity in wanted if capacity in SENIORITY]
	return bool(ranks) and any(SENIORITY.get(capacity, 0) > max(ranks) for capacity in person.capacities)


def lead_of(case: Case, party: Party) -> str | None:
	"""The contact who leads a party; for the raising agency, failing a lead, whoever raised the concern."""
	if party.lead:
		return party.lead
	main = {"raising": case.raising_agency, "responding": case.responding_agency}.get(party.side)
	own = leads(case, party.side) if party.agency == main else ()
	return own[0] if own else None
