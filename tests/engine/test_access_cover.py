"""Cover: who stands in for somebody away has what names them in person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from test_access import NOW, PEOPLE, REACHED, case

from safeguarding_escalation.engine.access import Grant, Rights, rights, team_key
from safeguarding_escalation.engine.case import Person


def test_a_cover_has_what_names_the_absent_in_person_and_nothing_else() -> None:
	"""Named in person, the same agency, and only for as long as the absent would hold it themselves."""
	lead, cover = (
		PEOPLE[2],
		Person("c-9", "cover@c", agency="Council", capacities=("Practitioner",), team="Other"),
	)
	now, open_case = NOW, case(2)

	def may(grant: Grant, person: Person = cover, away: Person = lead) -> bool:
		return rights(person, [grant], open_case, now, covers=[away]).read

	named = Grant("user", "lead@c", REACHED[1], None, "named", "named", "c-1", "Council", "Hub")
	assert rights(cover, [named], open_case, now) == Rights()
	assert rights(cover, [named], open_case, now, covers=[lead]).write
	assert not may(named, replace(cover, recused=True))
	assert not may(named, replace(cover, agency="Trust"))
	assert not may(named, away=replace(lead, team="Elsewhere"))
	assert not may(named, away=replace(lead, active_to=date(2025, 5, 1)))
	assert not may(replace(named, contact=None))
	for basis in ("copied", "board", "capacity"):
		assert not may(replace(named, basis=basis))
	team = team_key("Council", "Practitioner", "Hub")
	assert not may(Grant("team", team, REACHED[1], None, "team", "capacity", agency="Council"))
