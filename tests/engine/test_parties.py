"""Several agencies on a side, people of several teams, and who may take over a lead."""

from dataclasses import replace
from datetime import datetime

import pytest

from safeguarding_escalation.engine import LONDON, Event, WorkingCalendar, load_policy, plan
from safeguarding_escalation.engine.access import keys, team_key
from safeguarding_escalation.engine.case import Case, Named, Party, Person
from safeguarding_escalation.engine.grantee import is_member
from safeguarding_escalation.engine.needs import filled
from safeguarding_escalation.engine.parties import agencies, agency_of, take_over_refusal

AT = datetime(2025, 3, 11, 10, tzinfo=LONDON)
HOSPITAL, COUNCIL, POLICE = "Elmfield Hospital", "Redfern Council", "Northgate Police"
CASE = Case(
	state="Stage 1",
	stage=1,
	raising_agency=HOSPITAL,
	responding_agency=COUNCIL,
	parties=(Party(COUNCIL, "responding", team="South"), Party(POLICE, "responding", lead="constable")),
	named=(Named("raised_by", "sister", AT),),
)
DUTY = Person("duty", "duty@example.test", "Duty", COUNCIL, ("Practitioner",), "South")


def test_every_party_has_its_instance_though_it_never_spoke():
	policy = load_policy("stockport")
	clock = next(row for row in policy.clocks if row.each == "party")
	events = [
		Event("concern_raised", at=AT, stage=1, side="raising", agency=HOSPITAL),
		Event("resolved", at=AT.replace(day=12), stage=2, side="raising", agency=HOSPITAL),
	]
	rows = plan(policy, events, WorkingCalendar.for_policy(policy), parties=agencies(CASE))
	mine = [row for row in rows if row.clock == clock.id]
	assert {agency_of(agencies(CASE), row) for row in mine} == {HOSPITAL, COUNCIL, POLICE}
	assert {row.instance for row in mine} == {HOSPITAL, COUNCIL, POLICE}
	without = plan(policy, events, WorkingCalendar.for_policy(policy))
	assert {row.instance for row in without if row.clock == clock.id} == {HOSPITAL, "responding"}
	assert {agency_of(agencies(CASE), row) for row in rows if row.clock != clock.id} <= {""}


def test_one_agency_on_both_sides_has_two_instances():
	case = Case(raising_agency=COUNCIL, responding_agency=COUNCIL)
	policy = load_policy("stockport")
	events = [Event("concern_raised", at=AT, stage=1), Event("resolved", at=AT, stage=2, sequence=1)]
	rows = plan(policy, events, WorkingCalendar.for_policy(policy), parties=agencies(case))
	mine = [row for row in rows if row.party_side]
	assert {row.instance for row in mine} == {f"{COUNCIL} (raising)", f"{COUNCIL} (responding)"}
	assert {agency_of(agencies(case), row) for row in mine} == {COUNCIL}


@pytest.mark.parametrize(
	("change", "party", "said"),
	[
		({}, 0, ""),
		({"team": "south "}, 0, ""),
		({"team": "North", "capacities": ("Chief Officer",)}, 0, ""),
		({"team": "North", "capacities": ("Information Governance",)}, 0, "team “South”"),
		({"team": "North"}, 0, "team “South”"),  # the same capacity, in another team
		({"team": "South", "capacities": ("Information Governance",)}, 0, ""),
		({"recused": True}, 0, "stepped back"),
		({"agency": POLICE}, 0, "do not work for"),
		({"agency": POLICE}, 1, ""),
		({"agency": POLICE, "contact": "constable"}, 1, "lead this already"),
	],
)
def test_who_may_take_over(change, party, said):
	person, chosen = replace(DUTY, **change), CASE.parties[party]
	refusal = take_over_refusal(load_policy("redbridge-2022"), CASE, chosen, person, chosen.team or "")
	assert (said in refusal) if said else not refusal


def test_an_ended_case_is_not_taken_over():
	ended = replace(CASE, state="Closed")
	assert "has ended" in take_over_refusal(
		load_policy("redbridge-2022"), ended, ended.parties[0], DUTY, "South"
	)


def test_somebody_of_two_teams_answers_to_both_and_to_no_other():
	posts = (("Senior Manager", "North"), ("Senior Manager", "South"), ("Practitioner", "West"))
	person = Person("two", "two@example.test", "Two", COUNCIL, team="North", posts=posts)
	found = keys(person, AT.date())
	assert {team_key(COUNCIL, "Senior Manager", team) for team in ("North", "South")} <= set(found)
	assert team_key(COUNCIL, "Senior Manager", "West") not in found
	assert is_member(person, COUNCIL, "Practitioner", "West")
	assert not is_member(person, COUNCIL, "Practitioner", "South")
	assert person.in_team(" south")
	assert not person.in_team("")


@pytest.mark.parametrize(
	("given", "holds"), [((), False), (("counterparty_name",), True), (("responding_team",), False)]
)
def test_the_family_stands_where_an_agency_would(given, holds):
	case = Case(raising_agency=HOSPITAL, family=True, filled=frozenset(given))
	assert filled(case, "responding_agency") is holds


def test_only_the_two_sides_have_agencies_each_named_once():
	parties = (*CASE.parties, Party("The board's office", "board"), Party(POLICE, "responding"))
	assert agencies(replace(CASE, parties=parties)) == {
		"responding": (COUNCIL, POLICE),
		"raising": (HOSPITAL,),
	}
