"""Whom to speak with at a stage, from the directory: the policy's people of the other side, or who stands in for them.

Rows come through `get_list`, so the user's rights on contacts decide; whom not to contact, and who stepped back, are left
out. Nothing here blocks: where nobody is listed, that is said.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import frappe

from safeguarding_escalation.engine.case import ENDED, SETTLED
from safeguarding_escalation.engine.counterparts import OPTIONAL, Wanted, fit, wanted
from safeguarding_escalation.engine.wording import listed
from safeguarding_escalation.services import actors, contacting, people, ring_stages, times
from safeguarding_escalation.services.loaded import LoadedCase

CONTACT = "Safeguarding Contact"
FEW = 4  # people of one agency at one stage
LIMIT = 500
_FIELDS = ("name", "contact_name", "agency", "job_title", "team", "capacity", "phone", "from_date", "to_date")


@dataclass(frozen=True)
class Found:
	"""People of one agency, best first; `equal`: how many of them are proposed; `sentence`: what to say of them."""

	people: list[dict[str, Any]]
	equal: int
	sentence: str


def staff(
	agencies: Collection[str], barred: frozenset[str] = frozenset(), recused: Collection[str] = ()
) -> dict[str, list[Any]]:
	"""Who is in post at these agencies, by agency, each with all capacities that they hold (`held`)."""
	found: dict[str, list[Any]] = {name: [] for name in agencies}
	if not found:
		return found
	rows = frappe.get_list(
		CONTACT,
		fields=list(_FIELDS),
		filters={"agency": ("in", sorted(found))},
		order_by="contact_name asc",
		limit=LIMIT,
	)
	day = times.today()
	rows = [row for row in rows if people.in_post(row, day) and row.name not in recused]
	rows = [row for row in rows if contacting.plain_name(row.contact_name) not in barred]
	further = people.further_capacities([row.name for row in rows])
	for row in rows:
		row.held = tuple(capacity for capacity, _ in people.posts(row, further[row.name]))
		found[row.agency].append(row)
	return found


def propose(agency: str, kind: str, asked: Wanted | None, rows: list[Any]) -> Found:
	"""Who of `rows`, people of `agency`, answers; everybody else of them after those.

	`kind` is the agency's type. Where the policy's own people are listed, they are proposed; else who stands in best.
	While no policy is known, everybody is.
	"""
	if asked is None:
		return Found([_person(row) for row in rows], len(rows), _sentence(agency, None, False, bool(rows)))
	places = [(fit(kind, asked.capacities, row.held), row) for row in rows]
	fitting = sorted(((place, row) for place, row in places if place), key=lambda pair: pair[0])
	ordered = [row for _, row in fitting] + [row for place, row in places if not place]
	best = fitting[0][0] if fitting else None
	exact = best is not None and best[0] == 0
	equal = sum(place[0] == 0 if exact else place == best for place, _ in fitting)
	return Found([_person(row) for row in ordered], equal, _sentence(agency, asked, exact, bool(fitting)))


def _sentence(agency: str, asked: Wanted | None, exact: bool, somebody: bool) -> str:
	if not somebody:
		return f"Nobody is listed at {agency}; look it up in Who do I ring?"
	if exact or asked is None:
		return ""
	return f"No {listed(asked.capacities, 'or')} is listed at {agency}: ask who is named here instead."


def _person(row: Any) -> dict[str, Any]:
	return {
		"contact": row.name,
		"name": row.contact_name,
		"job_title": row.job_title or "",
		"team": row.team or "",
		"capacity": row.capacity,
		"phone": row.phone or "",
	}


def section(case: LoadedCase) -> list[dict[str, Any]]:
	"""For the form: whom to speak with at this stage and each one ahead.

	[{stage, label, now, agency, own, words, clause, people [{contact, name, job_title, team, capacity, phone, away, cover}],
	sentence}]; empty where the case is settled or ended, or the other side is no agency.
	"""
	document = case.document
	if document.workflow_state in (*ENDED, *SETTLED) or not frappe.has_permission(CONTACT, "read"):
		return []
	agencies = {"raising": document.raising_agency, "responding": document.responding_agency}
	other = "raising" if actors.side_of(case, actors.recorder(case)) == "responding" else "responding"
	stages = [row for row in case.policy.stages if row.number >= max(int(document.current_stage or 0), 1)]
	known = staff([name for name in agencies.values() if name], contacting.barred(document), case.recused)
	for rows in known.values():  # whoever is named on the case holds that post in it, and comes first
		rows.sort(key=lambda row: row.name != document.enquiry_manager)
		for row in rows[:1]:
			row.held += ("Enquiry Manager",) if row.name == document.enquiry_manager else ()
	found = []
	for stage in stages:
		for side in _sides(case, stage.number, other):
			asked = wanted(
				case.policy,
				stage.number,
				side,
				people.agency_type(agencies["raising"]),
				bool(document.get("health_route")),
			)
			agency = agencies[asked.side] if asked else ""
			if asked and agency:
				proposed = propose(agency, people.agency_type(agency), asked, known[agency])
				found.append(
					{
						"stage": stage.number,
						"label": stage.label,
						"now": stage.number == int(document.current_stage or 0),
						"agency": agency,
						"own": asked.side != other,
						"words": asked.words,
						"clause": asked.clause,
						"people": proposed.people[: proposed.equal][:FEW],
						"sentence": proposed.sentence,
					}
				)
	ring_stages.mark_away(found, case.now)
	return found


def _sides(case: LoadedCase, stage: int, other: str) -> tuple[str, ...]:
	"""The other side; where health asks its named professional directly, one's own of these too (ST-054, RB-070)."""
	own = "raising" if other == "responding" else "responding"
	asks = (
		bool(case.document.get("health_route"))
		and people.agency_type(case.document.raising_agency) == OPTIONAL
	)
	route = any(row.to_stage == stage and OPTIONAL in row.agency_types for row in case.policy.moves)
	return (other, own) if asks and route and own == "raising" else (other,)
