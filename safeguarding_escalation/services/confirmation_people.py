"""Who may be asked for a side's word on a record, and who may give it: its lead, else somebody at the stage's level.

Never who wrote the record down, who asks, who has stepped back, who may not see the case, or whom the case says not to
contact.
"""

from __future__ import annotations

from itertools import islice

from safeguarding_escalation.engine.case import Person, holds, is_lead, leads, sides_of
from safeguarding_escalation.engine.parties import PARTY_SIDES
from safeguarding_escalation.services import actors, contacting, people, rights, times
from safeguarding_escalation.services.loaded import LoadedCase
from safeguarding_escalation.services.record_shown import Shown
from safeguarding_escalation.services.rows import select

# As many as a list offers; somebody else is asked by who knows them.
MOST = 20


def other_sides(case: LoadedCase, mine: Person) -> tuple[str, ...]:
	"""The sides whose word somebody may ask for: the other one; for the board's own people, both."""
	own = sides_of(case.case, mine) & {*PARTY_SIDES}
	if len(own) == 1:
		return tuple(side for side in PARTY_SIDES if side not in own)
	return PARTY_SIDES


def persons(case: LoadedCase, side: str) -> list[Person]:
	"""Everybody who could speak for a side, its leads first."""
	agencies = sorted({party.agency for party in case.case.all_parties() if party.side == side})
	rows = [people.contact(name) for name in leads(case.case, side)]
	for agency in agencies:
		rows += select("Safeguarding Contact", people.FIELDS, {"agency": agency}, order_by="contact_name")
	found = {row.name: row for row in rows if row is not None}
	further = people.further_capacities(found.keys())
	return [
		people.person(row, None, recused=case.recused, further=further[row.name], holders=case.holders)
		for row in found.values()
	]


def speaks_for(case: LoadedCase, person: Person, side: str, stage: int) -> bool:
	"""Whether somebody's word is a side's at a stage: they lead it, or have the capacity that the policy names there."""
	if side not in sides_of(case.case, person):
		return False
	if is_lead(case.case, person, side):
		return True
	row = case.policy.stage(stage)
	wanted = getattr(row, f"{side}_capacities") if row else ()
	return bool(wanted) and holds(person, wanted)


def refusal(case: LoadedCase, person: Person, side: str, stage: int, record: Shown, asker: str = "") -> str:
	"""Why somebody cannot be asked about a record, or answer for it; '' if they can. `asker` is an account."""
	name = person.name
	if not speaks_for(case, person, side, stage):
		return f"{name} does not speak for the {side} side at this stage: ask its lead, or somebody of that level."
	if not person.contact or not person.in_post(times.today()):
		return f"{name} is no longer (or not yet) in post."
	if person.recused:
		return f"{name} has stepped back from this case."
	if contacting.plain_name(name) in contacting.barred(case.document):
		return f"The case says not to contact {name} or copy them in."
	if person.user and person.user in (asker, record.anchor.recorded_by):
		return f"{name} wrote this record down, so it has their word already. Ask somebody else of {person.agency}."
	if (
		record.anchor.actor
		and record.anchor.actor == person.contact
		and record.anchor.source != actors.REPORTED
	):
		return f"{name} wrote this record down, so it has their word already. Ask somebody else of {person.agency}."
	if actors.has_account(person) and not can_open(case, person):
		return f"{name} has no access to this case here."
	return ""


def can_open(case: LoadedCase, person: Person) -> bool:
	"""Whether somebody has an account and may open the case with it, now."""
	key = ("can open", person.contact)
	if key not in case.memo:
		case.memo[key] = actors.has_account(person) and _reads(case, person)
	return bool(case.memo[key])


def _reads(case: LoadedCase, person: Person) -> bool:
	if "grants" not in case.memo:
		case.memo["grants"] = rights.grants(case.name)
	return rights.of_person(person, case.memo["grants"], case.case, case.now).read


def candidates(case: LoadedCase, side: str, stage: int, record: Shown, asker: str) -> list[Person]:
	"""Whom to ask, the nearest first: the side's lead, then those of the stage's capacity by name."""
	key = ("speakers", side)
	if key not in case.memo:
		case.memo[key] = persons(case, side)
	fitting = (person for person in case.memo[key] if not refusal(case, person, side, stage, record, asker))
	return list(islice(fitting, MOST))


def named(case: LoadedCase, contact: str | None) -> Person:
	"""The person of a contact, as this case sees them. Raises BadInput for an unknown one."""
	return people.person(
		people.named(contact, "Who is asked"), None, recused=case.recused, holders=case.holders
	)
