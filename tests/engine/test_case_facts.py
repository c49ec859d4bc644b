"""The facts of a case: whose side somebody is on, who leads it, and who outranks whom."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from safeguarding_escalation.engine import LONDON
from safeguarding_escalation.engine.case import Case, Named, Party, Person, holds, is_lead, leads, sides_of

MONDAY = datetime(2025, 3, 10, 9, tzinfo=LONDON)
CASE = Case(
	state="Stage 1",
	stage=1,
	raising_agency="Trust",
	responding_agency="Council",
	parties=(
		Party("Trust", "raising"),
		Party("Council", "responding", lead="c-lead"),
		Party("Police", "other"),
	),
	named=(Named("raised_by", "t-raiser", MONDAY), Named("raising_lead", "t-lead", MONDAY)),
)


@pytest.mark.parametrize(
	("person", "sides"),
	[
		(Person("t-1", agency="Trust"), {"raising"}),
		(Person("c-1", agency="Council"), {"responding"}),
		(Person("p-1", agency="Police"), {"other"}),
		(Person("n-1", agency="Fire"), set()),
		(Person(None), set()),
		(Person("b-1", agency="Board", board_roles=("Chair",)), {"board"}),
		(Person("b-2", agency="Council", board_roles=("Chair",)), {"responding", "board"}),
		# The Chair of another board holds the capacity, not the role at this board.
		(Person("b-3", agency="Elsewhere", capacities=("Chair",)), set()),
		# Leads act for the side that they lead, whatever their agency (seconded, or moved since).
		(Person("t-lead", agency="Council"), {"raising"}),
		(Person("c-lead", agency="Trust"), {"responding"}),
		(Person("t-raiser", agency="Elsewhere"), {"raising"}),
	],
)
def test_whose_side_somebody_is_on(person: Person, sides: set[str]) -> None:
	assert sides_of(CASE, person) == sides


@pytest.mark.parametrize(
	("team", "sides"),
	[
		("Ward", {"raising"}),
		("Hub", {"responding"}),
		("Else", {"raising", "responding"}),
		("", {"raising", "responding"}),
	],
)
def test_one_agency_on_both_sides_is_told_apart_by_its_teams(team: str, sides: set[str]) -> None:
	case = Case(parties=(Party("Trust", "raising", team="Ward"), Party("Trust", "responding", team="Hub")))
	assert sides_of(case, Person("x", agency="Trust", team=team)) == sides


def test_the_two_agencies_are_parties_even_without_rows() -> None:
	case = Case(
		raising_agency="Trust", responding_agency="Council", parties=(Party("Trust", "raising", team="A"),)
	)
	assert case.all_parties() == (Party("Trust", "raising", team="A"), Party("Council", "responding"))
	assert Case().all_parties() == ()


def test_leads_are_the_named_and_the_parties_leads_and_failing_both_the_raiser() -> None:
	assert leads(CASE, "raising") == ("t-lead",)
	assert leads(CASE, "responding") == ("c-lead",)
	alone = Case(named=(Named("raised_by", "t-raiser", MONDAY),))
	assert leads(alone, "raising") == ("t-raiser",)
	assert leads(alone, "responding") == ()
	assert is_lead(CASE, Person("t-lead"), "raising")
	assert not is_lead(CASE, Person(None), "raising")


@pytest.mark.parametrize(
	("mine", "wanted", "holds_it"),
	[
		(("Practitioner",), (), True),
		(("Practitioner",), ("Practitioner",), True),
		(("Practitioner",), ("Manager",), False),
		(("Safeguarding Lead",), ("Manager",), True),  # equals in the line
		(("Head of Service",), ("Manager", "Safeguarding Lead"), True),  # outranks them
		(("Senior Manager",), ("Head of Service",), False),
		(("Enquiry Manager",), ("Practitioner",), False),  # outside the line: only where it is named
		(("Enquiry Manager",), ("Enquiry Manager",), True),
		(("Chief Officer",), ("Conference Chair",), False),
		(("Chair",), ("Chair",), False),  # the capacity alone: perhaps another board's Chair
		((), ("Practitioner",), False),
	],
)
def test_capacities_and_seniority(mine: tuple[str, ...], wanted: tuple[str, ...], holds_it: bool) -> None:
	assert holds(Person("x", capacities=mine), wanted) is holds_it


def test_a_post_at_the_board_counts_at_the_cases_board() -> None:
	assert holds(Person("x", capacities=("Chair",), board_roles=("Chair",)), ("Chair",))


@pytest.mark.parametrize(
	("day", "in_post"),
	[
		(date(2025, 3, 9), False),
		(date(2025, 3, 10), True),
		(date(2025, 3, 14), True),
		(date(2025, 3, 15), False),
	],
)
def test_from_and_to_dates_are_both_included(day: date, in_post: bool) -> None:
	person = Person("x", active_from=date(2025, 3, 10), active_to=date(2025, 3, 14))
	assert person.in_post(day) is in_post
	assert Person("y").in_post(day)


@pytest.mark.parametrize(
	("state", "is_open"), [("Stage 2", True), ("Resolved", True), ("Closed", False), ("Withdrawn", False)]
)
def test_resolved_is_still_open(state: str, is_open: bool) -> None:
	assert Case(state=state).open is is_open
