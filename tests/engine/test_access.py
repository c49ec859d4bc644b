"""The access rule: who is granted what, since when, and what a grant lets them do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Policy
from safeguarding_escalation.engine.access import Copy, Grant, Rights, grants, keys, rights, team_key, visible
from safeguarding_escalation.engine.case import Case, Named, Party, Person

DRAFTED = datetime(2025, 3, 10, 9, tzinfo=LONDON)
REACHED = {number: DRAFTED + timedelta(days=number) for number in range(1, 6)}
NOW = datetime(2025, 6, 2, 12, tzinfo=LONDON)
MANAGERS = ["Manager", "Safeguarding Lead"]


def stage(number: int, *capacities: str, **more: Any) -> dict[str, Any]:
	both = {"raising_capacities": list(capacities), "responding_capacities": list(capacities)}
	return {"number": number, "label": f"Stage {number}", **both, **more}


STAGES = [
	stage(1, "Practitioner"),
	stage(2, *MANAGERS),
	stage(3, "Senior Manager", board_sees=True),
	stage(4, "Head of Service", "Chair", chair_sees=True),
]
POLICY = Policy.from_dict({"id": "t", "title": "T", "stages": STAGES})
PARTIES = (
	Party("Trust", "raising", team="Ward 7"),
	Party("Council", "responding", team="Hub"),
	Party("Police", "other", lead="p-1"),
)
PEOPLE = [
	Person("t-1", "raiser@t", agency="Trust", capacities=("Practitioner",), team="Ward 7"),
	Person("t-2", "lead@t", agency="Trust", capacities=("Manager",), team="Ward 7"),
	Person("c-1", "lead@c", agency="Council", capacities=("Practitioner",), team="Hub"),
	Person("c-2", None, agency="Council", capacities=("Conference Chair",)),
	Person("p-1", "lead@p", agency="Police"),
	Person("b-1", "chair@b", agency="Board", board_roles=("Chair",)),
	Person("b-2", "bm@b", agency="Board", board_roles=("Business Manager",)),
	Person("b-3", "chair@else", agency="Else", capacities=("Chair",)),
	Person("x-1", "copied@x", agency="Fire", capacities=("Practitioner",), team="Watch"),
]
NAMED = (
	Named("raised_by", "t-1", DRAFTED),
	Named("raising_lead", "t-2", DRAFTED),
	Named("responding_lead", "c-1", DRAFTED),
	Named("conference_chair", "c-2", DRAFTED),
)


def case(stage: int, **facts: Any) -> Case:
	values: dict[str, Any] = {
		"state": f"Stage {stage}" if stage else "Draft",
		"stage": stage,
		"raising_agency": "Trust",
		"responding_agency": "Council",
		"parties": PARTIES,
		"named": NAMED,
		"stages_reached": {number: REACHED[number] for number in range(1, stage + 1)},
	}
	return Case(**{**values, **facts})


def granted(
	of: Case,
	*,
	policy: Policy = POLICY,
	people: list[Person] = PEOPLE,
	copies: tuple[Copy, ...] = (),
	now: datetime = NOW,
) -> dict[str, Grant]:
	return {grant.grantee: grant for grant in grants(policy, of, of.parties, people, copies, now)}


RAISING = {"raiser@t", "lead@t"}
OPENED = RAISING | {"lead@c", "lead@p"}
AT_1 = OPENED | {"trust|practitioner|ward 7", "council|practitioner|hub"}
AT_2 = AT_1 | {f"{side}|{post}|{team}" for side, team in (("trust", "ward 7"), ("council", "hub")) for post in ("manager", "safeguarding lead")}  # fmt: skip
AT_3 = AT_2 | {"trust|senior manager|ward 7", "council|senior manager|hub", "bm@b"}
AT_4 = AT_3 | {"trust|head of service|ward 7", "council|head of service|hub", "chair@b"}


@pytest.mark.parametrize(
	("of", "expected"),
	[
		(case(0), RAISING),  # a draft is the raising side's alone
		(case(0, state="Withdrawn"), RAISING),
		(case(1), AT_1),
		(case(2), AT_2),
		(case(3), AT_3),
		(case(4), AT_4),
		(case(4, state="Closed"), AT_4),  # it stays readable
		# Straight to the Chair for a policy issue: nobody of the stages that were passed over.
		(
			case(4, stages_reached={4: REACHED[4]}),
			OPENED | {"trust|head of service|ward 7", "council|head of service|hub", "bm@b", "chair@b"},
		),
	],
)
def test_who_has_access_at_each_stage(of: Case, expected: set[str]) -> None:
	assert set(granted(of)) == expected


def test_since_when_and_why() -> None:
	found = granted(case(3))
	raiser = Grant(
		"user", "raiser@t", DRAFTED, None, "named as raised by", "named", contact="t-1", agency="Trust"
	)
	assert found["raiser@t"] == raiser
	assert found["lead@c"].since == REACHED[1]  # named in the draft, but let in when it was raised
	assert found["lead@p"].reason == "named as party lead"
	manager = found["trust|manager|ward 7"]
	assert (manager.kind, manager.since, manager.reason) == (
		"team",
		REACHED[2],
		"Manager of the raising side: Stage 2",
	)
	assert (found["bm@b"].since, found["bm@b"].basis) == (REACHED[3], "board")


def test_as_of_an_earlier_instant() -> None:
	assert set(granted(case(3), now=REACHED[2])) == AT_2
	assert set(granted(case(3), now=DRAFTED)) == RAISING


def test_never_every_manager_of_an_agency() -> None:
	elsewhere = Person("t-8", "other@t", agency="Trust", capacities=("Manager",), team="Ward 8")
	nowhere = Person("t-7", "none@t", agency="Trust", capacities=("Manager",))
	held = granted(case(4))
	for person in (elsewhere, nowhere):
		assert not set(keys(person, NOW.date())) & set(held)
		assert rights(person, held.values(), case(4), NOW) == Rights()


def test_without_a_team_the_agencys_safeguarding_leads() -> None:
	parties = (Party("Trust", "raising"), Party("Council", "responding"))
	people = [replace(person, team="") for person in PEOPLE]
	found = granted(case(2, parties=parties), people=people)
	assert found["council|safeguarding lead|"].since == REACHED[1]
	assert "council|manager|hub" not in found
	lead = Person("c-9", "sg@c", agency="Council", capacities=("Safeguarding Lead",), team="Anywhere")
	assert rights(lead, found.values(), case(2), NOW).write
	assert not rights(replace(lead, capacities=("Manager",)), found.values(), case(2), NOW).read
	assert "trust|safeguarding lead|" not in granted(case(0, parties=parties), people=people)


def test_a_party_without_a_team_has_its_leads_team() -> None:
	parties = (Party("Trust", "raising"), Party("Council", "responding", lead="c-1"))
	assert set(granted(case(2, parties=parties))) == AT_2 - {"lead@p"}
	# A lead on loan from another agency lends no team.
	people = [replace(person, agency="Else") if person.contact == "c-1" else person for person in PEOPLE]
	assert "council|safeguarding lead|" in granted(case(1, parties=parties), people=people)


def test_keys_are_stable_and_short_and_cannot_be_forged() -> None:
	assert (
		team_key("Trust", "Manager", " Ward  7 ")
		== team_key("TRUST", "manager", "ward 7")
		== "trust|manager|ward 7"
	)
	assert team_key("Trust", "Manager") == "trust|manager|"
	assert team_key("a|b", "c", "d") != team_key("a", "b|c", "d")
	long = team_key("a" * 100, "Manager", "b" * 100)
	assert len(long) <= 140
	assert long != team_key("a" * 100, "Manager", "b" * 101)


@pytest.mark.parametrize(
	("person", "expected"),
	[
		(Person("x", "u@x"), ("u@x",)),
		(Person("x"), ()),
		(Person("x", "u@x", capacities=("Manager",)), ("u@x",)),  # no agency, no team
		(Person("x", "u@x", agency="A", capacities=("Manager",)), ("u@x", "a|manager|")),
		(
			Person("x", "u@x", agency="A", capacities=("Manager", "Safeguarding Lead"), team="T"),
			("u@x", "a|manager|t", "a|manager|", "a|safeguarding lead|t", "a|safeguarding lead|"),
		),
		(Person("x", "u@x", agency="A", capacities=("Manager",), active_to=date(2025, 6, 1)), ()),
		(Person("x", "u@x", active_from=date(2025, 6, 3)), ()),
		(Person("x", "u@x", active_from=date(2025, 6, 2), active_to=date(2025, 6, 2)), ("u@x",)),
	],
)
def test_the_grantees_that_a_person_answers_to(person: Person, expected: tuple[str, ...]) -> None:
	assert keys(person, NOW.date()) == expected


def test_time_in_post_bounds_a_grant() -> None:
	lead = replace(PEOPLE[2], active_from=date(2025, 5, 1), active_to=date(2025, 6, 2))
	people = [*PEOPLE[:2], lead]
	grant = granted(case(1), people=people)["lead@c"]
	assert grant.since == datetime(2025, 5, 1, tzinfo=LONDON)
	assert grant.until == datetime(2025, 6, 2, 23, 59, 59, 999999, tzinfo=LONDON)
	assert "lead@c" not in granted(case(1), people=people, now=NOW + timedelta(days=1))
	assert "lead@c" not in granted(case(1), people=people, now=datetime(2025, 4, 30, 23, 59, tzinfo=LONDON))


def test_the_recused_have_no_access_and_their_team_keeps_its_own() -> None:
	recused = replace(PEOPLE[1], recused=True)
	colleague = Person("t-5", "cover@t", agency="Trust", capacities=("Manager",), team="ward 7")
	silent = Person("t-6", None, agency="Trust", capacities=("Manager",), team="Ward 7")
	found = granted(case(2), people=[PEOPLE[0], recused, colleague, silent])
	assert "lead@t" not in found
	assert "trust|manager|ward 7" not in found
	assert (found["cover@t"].kind, found["cover@t"].basis) == ("user", "capacity")
	assert "trust|safeguarding lead|ward 7" in found  # nobody of those is recused
	assert rights(recused, found.values(), case(2), NOW) == Rights()
	assert rights(replace(PEOPLE[0], recused=True), found.values(), case(2), NOW) == Rights()


def test_a_recused_chair_and_the_chair_of_another_board_see_nothing() -> None:
	people = [replace(person, recused=True) if person.contact == "b-1" else person for person in PEOPLE]
	assert not {"chair@b", "chair@else"} & set(granted(case(4), people=people))


LEVELS = POLICY.replace(
	stages=[*STAGES[:3], stage(4, "Head of Service", chair_sees=True), stage(5, "Chief Officer")],
	levels=[
		{"stage": 4, "order": 2, "label": "Chief", "capacity": "Chief Officer", "side": "raising"},
		{"stage": 4, "order": 1, "label": "Heads", "capacity": "Head of Service"},
		{"stage": 4, "order": 3, "label": "Chair", "capacity": "Chair"},
	],
)


@pytest.mark.parametrize(
	("level", "reached", "expected"),
	[
		("Heads", {}, {"trust|head of service|ward 7", "council|head of service|hub"}),
		("Chief", {"Chief": NOW}, {"trust|chief officer|ward 7"}),
		("Chair", {"Heads": REACHED[4], "Chair": NOW}, {"trust|head of service|ward 7", "council|head of service|hub", "chair@b"}),
		("Chair", {}, {"trust|head of service|ward 7", "council|head of service|hub", "chair@b"}),
	],
)  # fmt: skip
def test_levels_inside_a_stage(level: str, reached: dict[str, datetime], expected: set[str]) -> None:
	of = case(4, level=level, levels_reached=reached)
	found = granted(of, policy=LEVELS)
	assert set(found) - AT_3 == expected
	if "chair@b" in expected:
		assert found["chair@b"].since == reached.get("Chair", REACHED[4])


def test_beyond_the_chairs_stage_the_chair_sees_whatever_the_level() -> None:
	of = case(5, level="Heads", stages_reached={4: REACHED[4], 5: NOW}, levels_reached={"Heads": REACHED[4]})
	assert granted(of, policy=LEVELS)["chair@b"].since == NOW


def test_a_policy_that_never_lets_the_board_see() -> None:
	blind = POLICY.replace(stages=[stage(1, "Practitioner")])
	assert not {"bm@b", "chair@b"} & set(granted(case(1), policy=blind))


COPIED_AT = REACHED[2]


def test_people_copied_in_read_from_then_on() -> None:
	copies = (
		Copy("x-1", COPIED_AT),
		Copy("c-2", COPIED_AT),
		Copy("unknown", COPIED_AT),
		Copy("b-2", COPIED_AT, False),
	)
	found = granted(case(2), copies=copies)
	assert set(found) == AT_2 | {"copied@x"}  # no account, unknown, or without continuing access: nothing
	assert found["copied@x"].since == COPIED_AT
	assert "copied@x" not in granted(case(2), copies=copies, now=COPIED_AT - timedelta(seconds=1))
	reader = rights(PEOPLE[-1], found.values(), case(2), NOW)
	assert reader == Rights(read=True, print=True)


def test_whoever_works_on_a_case_is_not_made_a_reader_by_a_copy() -> None:
	early = (Copy("b-2", COPIED_AT, reason="notice"), Copy("t-1", DRAFTED))
	before = granted(case(2), copies=early)
	assert (before["bm@b"].basis, before["bm@b"].reason) == ("copied", "notice")
	assert not rights(PEOPLE[6], before.values(), case(2), NOW).write  # before its stage the board reads
	after = granted(case(3), copies=early)
	assert after["bm@b"].basis == "board"
	assert rights(PEOPLE[6], after.values(), case(3), NOW).write
	assert after["raiser@t"].basis == "named"


@pytest.mark.parametrize(
	("of", "expected"),
	[
		(case(2), Rights(True, True, True, True, True, True, True)),
		(case(2, state="Resolved"), Rights(True, True, True, True, True, True, True)),
		(
			case(2, state="Closed"),
			Rights(read=True, move=True, print=True, export=True),
		),  # it may be reopened
		(case(2, state="Withdrawn"), Rights(read=True, move=True, print=True, export=True)),
	],
)
def test_rights_of_a_party(of: Case, expected: Rights) -> None:
	assert rights(PEOPLE[1], granted(of).values(), of, NOW) == expected


GOVERNANCE = Person("t-9", "ig@t", agency="Trust", capacities=("Information Governance",))


@pytest.mark.parametrize("state", ["Stage 3", "Closed", "Withdrawn"])
@pytest.mark.parametrize(
	("person", "redacts"),
	[
		(GOVERNANCE, True),
		(replace(GOVERNANCE, capacities=(), posts=(("Information Governance", "Records"),)), True),
		(replace(GOVERNANCE, recused=True), False),
		(replace(GOVERNANCE, active_to=NOW.date() - timedelta(days=1)), False),
		(replace(GOVERNANCE, user="else@t"), False),  # nobody who may not read the case
		(replace(GOVERNANCE, capacities=("Chief Officer",), roles=("System Manager",)), False),
		(replace(GOVERNANCE, capacities=("Business Manager",)), False),  # of another board
		(replace(GOVERNANCE, capacities=(), board_roles=("Business Manager",)), True),
		(replace(GOVERNANCE, capacities=(), board_roles=("Chair",)), False),
	],
)
def test_who_may_redact(person: Person, redacts: bool, state: str) -> None:
	"""Information Governance and the board's Business Manager, of the cases that they may read, closed ones too."""
	granted_to = [Grant("user", "ig@t", REACHED[3], None, "copied in", "copied")]
	assert rights(person, granted_to, case(3, state=state), NOW).redact is redacts


def test_who_is_two_people_of_a_case_may_what_either_may() -> None:
	assert Rights(read=True, redact=True) | Rights(read=True, export=True) == Rights(
		read=True, export=True, redact=True
	)


def test_rights_run_from_since_to_until() -> None:
	of = case(2)
	timed = [Grant("user", "lead@t", REACHED[2], REACHED[3], "cover")]
	assert rights(PEOPLE[1], timed, of, REACHED[2]).read
	assert rights(PEOPLE[1], timed, of, REACHED[3]).read
	assert not rights(PEOPLE[1], timed, of, REACHED[2] - timedelta(seconds=1)).read
	assert not rights(PEOPLE[1], timed, of, REACHED[3] + timedelta(seconds=1)).read


@pytest.mark.parametrize("role", ["Safeguarding Auditor", "Safeguarding Administrator", "System Manager"])
def test_roles_of_the_host_give_no_case_content(role: str) -> None:
	outsider = Person("z-1", "z@z", agency="Host", capacities=("Manager",), roles=(role,))
	assert rights(outsider, granted(case(4)).values(), case(4), NOW) == Rights()


def test_leaving_ends_access_at_once() -> None:
	of = case(2)
	left = replace(PEOPLE[1], active_to=NOW.date() - timedelta(days=1))
	assert rights(left, granted(of).values(), of, NOW) == Rights()


def test_nobody_is_granted_a_case_that_their_agency_gave_them_once_they_have_moved() -> None:
	people = [replace(person, moved=person.contact in ("t-2", "b-2")) for person in PEOPLE]
	assert "lead@t" not in granted(case(3), people=people)
	assert "bm@b" in granted(case(3), people=people)  # a post is the board's to give, whatever the agency


def test_a_lead_named_for_a_team_is_granted_while_in_it() -> None:
	for_ward_7 = replace(NAMED[1], team="Ward 7")
	named = (NAMED[0], for_ward_7, *NAMED[2:])
	assert "lead@t" in granted(case(2, named=named))
	elsewhere = [replace(person, team="Ward 9") if person.contact == "t-2" else person for person in PEOPLE]
	assert "lead@t" not in granted(case(2, named=named), people=elsewhere)


@pytest.mark.parametrize("basis", ["board", "substitute"])
def test_a_grant_of_a_post_is_nobodys_who_does_not_hold_the_post(basis: str) -> None:
	chair = PEOPLE[5]
	post = Grant("user", "chair@b", REACHED[4], None, "Chair of the board", basis, "b-1", "Board")
	assert post.held_by(chair, NOW.date())
	assert not post.held_by(replace(chair, board_roles=()), NOW.date())


@pytest.mark.parametrize(
	("visibility", "agency", "person", "seen"),
	[
		("own agency", "Trust", PEOPLE[0], True),
		("own agency", "Trust", PEOPLE[2], False),
		("own agency", "Trust", PEOPLE[6], False),
		("own agency", "", Person("x"), False),  # nobody's agency is nobody's entry
		("parties", "Trust", PEOPLE[2], True),
		("parties", "", PEOPLE[8], True),
		("board", "Trust", PEOPLE[0], True),
		("board", "Trust", PEOPLE[2], False),
		("board", "Trust", PEOPLE[5], True),
		("board", "Board", PEOPLE[7], False),  # another board's Chair
		("", "Trust", PEOPLE[0], False),
		("whatever", "Trust", PEOPLE[0], False),
	],
)
def test_entries_of_the_log(visibility: str, agency: str, person: Person, seen: bool) -> None:
	assert visible(visibility, agency, person) is seen
