"""Every special route of the five policies, walked step by step as the boards' documents tell it.

What is expected was written down from the documents, step for step, and is not read from the policies: in which order
the steps are offered, whose decision each is, who is copied in, and into which stages the route leads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe
import pytest

from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.api import process
from safeguarding_escalation.services import errors, policies
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

ASC, CHAIR = "Local Authority", "Conference Chair"
BEGAN = datetime.fromisoformat("2025-03-12 09:00")


@dataclass(frozen=True)
class Step:
	"""One step: the requirement, what is asked about, an answer, and whose decision it is where it is reserved."""

	requirement: str
	about: tuple[str, ...]
	answer: str
	decides: str = ""


@dataclass(frozen=True)
class Route:
	"""A route: where it is walked (a draft, before anything formal, or Stage 1), what it leads into, whom it copies in."""

	board: str
	name: str
	title: str
	steps: tuple[Step, ...]
	formal: bool  # walked once the concern is raised
	leads_into: frozenset[int]  # the stages that a practitioner may enter from a draft
	copied: str = ""
	copied_after: str = ""  # an entry of the log; "" for the raising itself


ROUTES = (
	Route(
		"Stockport", "referral dissent", "Dissent at Referral/Enquiry Stage",
		(
			Step("ST-075", ("decision", "concern"), "Accepting a referral"),
			Step("ST-076", ("capacity", "partners"), "The ward has no social worker"),
			Step("ST-077", ("stages", "first"), "Two talks between the practitioners"),
		),
		formal=True, leads_into=frozenset({1}),  # ST-077: by the stages first
	),
	Route(
		"Stockport", "conference need", "Dissent about need for an adult at risk Safeguarding Conference",
		(
			Step("ST-081", ("ASC", "planning meeting"), "The ward manager, on 12 March"),
			Step("ST-080", ("ASC", "decide", "Conference"), "Not convened", ASC),
			Step("ST-082", ("Head of the Safeguarding Unit", "conference"), "Asked on 13 March"),
			Step("ST-083", ("senior manager", "Named Professional", "supports", "refused"), "The named nurse"),
			Step("ST-084", ("remaining differences", "discussion and explanation"), "A telephone conference"),
		),
		formal=False, leads_into=frozenset({1, 2}),  # ST-A13: becomes a staged escalation at Stage Two
	),
	Route(
		"Stockport", "conference dissent", "Dissent at any Adult Section 42 Safeguarding Conference",
		(
			Step("ST-085", ("Conference Chair", "Protection Plan"), "No plan is needed", CHAIR),
			Step("ST-086", ("dissenting views", "agency", "person"), "The trust: a plan is needed"),
			Step("ST-087 ST-088", ("no majority", "4.16.10"), "Yes"),
			Step("ST-089", ("challenge", "further", "determined"), "Yes, the matron on 13 March"),
			Step("ST-090", ("Significant Harm", "formally raised"), "Yes, with the line manager"),
			Step("ST-091", ("Head of the Safeguarding Unit", "further actions"), "On 14 March: an audit"),
		),
		formal=False, leads_into=frozenset({1, 2}),  # ST-090: Stage One is not repeated
	),
	Route(
		"Stockport", "plan dissent", "Dissent Regarding the Implementation of the Adult at risk Protection Plan",
		(
			Step("ST-092", ("implementation", "Protection Plan"), "A lack of action"),
			Step("ST-097", ("reconvening", "Review Conference"), "Yes, it is reconvened"),
			Step("ST-098", ("Named Professional", "in addition to the line manager"), "Not sought"),
		),
		formal=True, leads_into=frozenset({1}),  # ST-093: peers first
		copied="Conference Chair",  # ST-096: all correspondence
	),
	Route(
		"Suffolk", "stop and review", "Stop and Review",
		(
			Step("SU-078 SU-088", ("kind of case",), "CP"),
			Step("SU-077 SU-079", ("Why", "Stop and Review"), "The case is stuck"),
			Step("SU-080", ("before the formal",), "Yes"),
			Step("SU-081", ("asked", "Chair of the Conference", "manager was consulted"), "The health visitor"),
			Step("SU-082", ("ground", "plan"), "The plan is not making progress"),
			Step("SU-083", ("safeguarding leads", "CYP Service Manager", "Safeguarding Manager"), "All of them"),
			Step("SU-084", ("interventions", "being used"), "Parenting sessions"),
			Step("SU-084", ("not effective",), "Nobody comes"),
			Step("SU-084", ("What else", "meaningful change"), "A worker at home"),
			Step("SU-085", ("Heads of Service", "each agency"), "On 14 March"),
			Step("SU-086", ("Learning and Improvement Group", "policy issues"), "Not needed"),
		),
		formal=False, leads_into=frozenset({1, 2, 4, 5}),  # SU-034 to SU-037; Stage 3 waits for its form (SU-038)
		copied="Heads of Service of each agency", copied_after="unresolved",
	),
	Route(
		"Suffolk", "mash outcome", "Disagreement with MASH Contact/Referral Outcome",
		(
			Step("SU-070", ("Why", "MASH"), "No feedback on the referral"),
			Step("SU-069", ("feedback", "threshold"), "No feedback received"),
			Step("SU-071", ("e-mailed", "response"), "On 12 March; no response"),
			Step("SU-072", ("Practice Manager", "review"), "On 13 March; upheld"),
		),
		formal=True, leads_into=frozenset({1, 2, 4, 5}), copied="MASH (cypmash@suffolk.gov.uk)",  # SU-071
	),
	Route(
		"Suffolk", "conference", "Disagreements at Child Protection Conferences",
		(
			Step("SU-074", ("consensus", "principles and standards"), "Went round the table twice"),
			Step("SU-075", ("stages", "Conference Chair"), "Stage 1 on 12 March"),
			Step("SU-076", ("Conference Chair", "overridden"), "The plan stays", CHAIR),
		),
		formal=True, leads_into=frozenset({1, 2, 4, 5}),
	),
)  # fmt: skip
NO_ROUTE = ("4lsab-2023", "redbridge-2022", "buckinghamshire")
IDS = [f"{route.board} {route.name}".casefold().replace(" ", "-") for route in ROUTES]
ALL = pytest.mark.parametrize("route", ROUTES, ids=IDS)


@pytest.fixture(scope="module")
def chair(world, kept):
	"""Who chairs the conference: no party of the case, and without an account."""
	return factories.contact("Conference Chair of Routes", world.other, CHAIR, with_user=False)


@pytest.fixture(scope="module")
def adult_social_care(world, kept):
	"""Who decides for the council, without an account."""
	return factories.contact("Duty Manager of Routes", world.responding, "Enquiry Manager", with_user=False)


def begun(world, board, path="", **values):
	values = {"nature": [], "nature_other": "Where she is to live", "safe_by": "2030-01-02 12:00:00"} | values
	return factories.escalation(world, board=board, path=path, **values).name


def raiser(world, capacity="Practitioner"):
	return as_user(world.user(world.raising, capacity))


def starts(found):
	"""The stages that may be entered now."""
	return {
		move["to_stage"]
		for move in found["moves"]
		if move["allowed"] and move["to_state"].startswith("Stage")
	}


def to(found, stage):
	return next(move for move in found["moves"] if move["to_state"] == f"Stage {stage}")


@ALL
def test_a_route_is_walked_as_its_board_tells_it(world, chair, adult_social_care, route):
	deciders = {ASC: adult_social_care, CHAIR: chair}
	name = begun(world, route.board, route.name)
	with raiser(world):
		found = cases.deadlines(name)
		assert found["route"]["label"] == route.title
		assert len(found["route"]["steps"]) == len(route.steps)
		assert starts(found) == route.leads_into
		if route.formal:
			found = cases.move(name, "Raise Concern", occurred_at=str(BEGAN))
		for number, told in enumerate(route.steps):
			offered = found["route"]["steps"][number]
			assert found["route"]["next"] == offered["key"], told.requirement
			missing = [word for word in told.about if word.casefold() not in offered["question"].casefold()]
			assert not missing, f"{told.requirement}: {offered['question']}"
			assert offered["decides"] == ([told.decides] if told.decides else [])
			assert offered["clause"]
			assert offered["mine"] is not bool(told.decides)
			given = {"occurred_at": str(BEGAN + timedelta(hours=number + 1))}
			if told.decides:
				refused_to_others(world, name, offered["key"], told)
				given |= {"actor": deciders[told.decides], "evidence": "The minutes of the meeting"}
			found = process.step(name, offered["key"], told.answer, **given)
			taken = found["route"]["steps"][number]
			assert (taken["answer"], bool(taken["when"])) == (told.answer, True)
	assert found["route"]["next"] == ""
	recorded(name, found, route)
	goes_on(world, name, route)


def refused_to_others(world, name, key, told):
	"""A reserved decision is nobody else's, however senior, by the step's button or in the form."""
	said = f"Decision reserved to: {told.decides}"
	with pytest.raises(
		errors.MoveRefused, match=f"{said}. Name who decided, as `actor`, and say how you know"
	):
		process.step(name, key, told.answer)
	senior = {"actor": world.contact(world.raising, "Senior Manager"), "evidence": "She said so"}
	with pytest.raises(errors.MoveRefused, match=said):
		process.step(name, key, told.answer, **senior)
	document = frappe.get_doc("Escalation", name)
	next(row for row in document.answers if row.question_key == key).answer = told.answer
	with pytest.raises(errors.MoveRefused, match=said):
		document.save()


def recorded(name, found, route):
	"""Each step is in the form, and dated in the log, by whom it was taken and by which clause."""
	held = {row.question_key: row.answer for row in frappe.get_doc("Escalation", name).answers}
	fields = ["kind", "relates_to", "occurred_at", "actor_name", "source", "rule"]
	rows = frappe.get_all("Stage Log", {"escalation": name}, fields, order_by="sequence")
	taken = [row for row in rows if (row.relates_to or "").startswith("step: ")]
	assert len(taken) == len(route.steps)
	for number, (told, row) in enumerate(zip(route.steps, taken, strict=True)):
		key = found["route"]["steps"][number]["key"]
		assert (row.kind, row.relates_to, held[key]) == ("duty_done", f"step: {key}", told.answer)
		assert row.occurred_at == BEGAN + timedelta(hours=number + 1)
		assert row.rule
		assert row.source == ("reported" if told.decides else "own knowledge")
		assert row.actor_name.startswith({ASC: "Duty Manager", CHAIR: "Conference Chair"}.get(told.decides, "Practitioner"))  # fmt: skip


def goes_on(world, name, route):
	"""A route leads into the stages by the ordinary buttons, and asks for its own copies and no other route's."""
	with raiser(world):
		found = cases.deadlines(name)
		if not route.formal:  # it came before anything formal: no clock of the policy ran meanwhile
			assert [row["clock"] for row in found["deadlines"] if row["kind"] != "local target"] == []
			first = 2 if 2 in route.leads_into and route.board == "Stockport" else 1
			action = "Raise Concern" if first == 1 else "Escalate to Stage 2"
			assert to(found, first)["ground"] == ("route" if first == 2 else "next")
			found = cases.move(name, action)
		else:
			first = 1
		assert found["workflow_state"] == f"Stage {first}"
		if route.copied_after:
			assert found["route"]["copies"] == []
			found = cases.record(name, route.copied_after)
	assert len(found["route"]["copies"]) == (2 if "each agency" in route.copied else int(bool(route.copied)))
	assert all(route.copied.partition(" of each")[0] in text for text in found["route"]["copies"])
	others = {other.copied for other in ROUTES if other.board == route.board} - {route.copied, ""}
	assert not [duty for duty in found["duties"] if any(other in duty["text"] for other in others)]


@pytest.mark.parametrize("policy", NO_ROUTE)
def test_a_board_without_special_routes_offers_none(policy):
	assert policies.policy(policy).paths == ()


def test_the_council_answers_what_is_its_own_and_no_other_route_is_answered(world, chair):
	# Whoever sends the answer with a new case is told whose decision it is.
	with pytest.raises(errors.MoveRefused, match="Decision reserved to: Local Authority"):
		begun(
			world,
			"Stockport",
			"conference need",
			answers=[{"question_key": "asc-decision", "answer": "No"}],
		)
	name = begun(world, "Stockport", "conference need")
	with raiser(world):
		with pytest.raises(errors.BadInput, match="no such step"):
			process.step(name, "chair-decision", "No plan")
		cases.move(name, "Escalate to Stage 2")
	with as_user(world.user(world.responding, "Manager")):
		found = process.step(name, "asc-decision", "Convened after all")
		taken = next(row for row in found["route"]["steps"] if row["key"] == "asc-decision")
		assert (taken["mine"], taken["who"]) == (True, "Manager of Redfern Council")


def test_a_late_form_warns_and_never_bars_an_urgent_step(world, kept):
	"""SU-033, SU-038: the form is due by Stage 3. It holds the ordinary step there, and nothing that is urgent."""
	name = begun(world, "Suffolk")

	def stands(found):
		moves = {stage: to(found, stage) for stage in (3, 4, 5)}
		warned = {
			stage: any("Escalation Record Form" in text for text in move["warnings"])
			for stage, move in moves.items()
		}
		return {stage: (move["allowed"], warned[stage]) for stage, move in moves.items()}

	with raiser(world):
		calm = cases.move(name, "Raise Concern")
		assert stands(calm) == {3: (False, False), 4: (True, True), 5: (True, True)}
		assert "Complete the Escalation Record Form" in " ".join(to(calm, 3)["refusals"])
		urgent = cases.record(name, "immediate_risk")
		assert stands(urgent) == {3: (True, True), 4: (True, True), 5: (True, True)}
		assert cases.move(name, "Escalate to Stage 3")["current_stage"] == 3
		done = cases.record(name, "form_completed")
	warnings = [text for move in done["moves"] for text in move["warnings"]]
	assert not any("Escalation Record Form" in text for text in warnings)
