"""A Board Policy in the Desk: read as a diagram, copied, edited, mended, submitted, adopted, compared."""

from __future__ import annotations

import json
from datetime import date, timedelta

import frappe
import pytest

from safeguarding_escalation.api import policy as api
from safeguarding_escalation.engine import load_policy, policy_ids
from safeguarding_escalation.services import policies, policy_adopting, policy_diagram, policy_readback, times
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.services.policy_mapping import dict_to_doc_values
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import BOARD, as_user

REDBRIDGE = "redbridge-2022"
OFFICE = "Redbridge Safeguarding Adults Board"


@pytest.fixture
def business_manager(world) -> str:
	return world.user(OFFICE, "Business Manager")


@pytest.fixture
def stranger(world) -> str:
	"""A Business Manager of another board: the role, and no post at Redbridge."""
	agency = factories.agency("Elsewhere Safeguarding Adults Board", "Other")
	name = factories.user("elsewhere.manager@example.test", "Board Business Manager")
	factories.contact("Business Manager of Elsewhere", agency, "Business Manager", name)
	return name


def copied(name: str = "redbridge-2027", supersedes: int = 1) -> str:
	return api.copy(REDBRIDGE, name, "Redbridge 2027", supersedes)["policy"]


def clock_row(document, clock: str):
	return next(row for row in document.clocks if row.clock_id == clock)


def tomorrow() -> date:
	return times.today() + timedelta(days=1)


# The diagram


@pytest.mark.parametrize("name", policy_ids())
def test_a_diagram_says_everything_that_the_policy_holds(name, world):
	policy = load_policy(name)
	with as_user(world.user(world.responding, "Practitioner")):
		drawn = api.diagram(name)
	stages = drawn["stages"]
	assert [stage["label"] for stage in stages] == [stage.label for stage in policy.stages]
	everything = [*stages, drawn["whole"]]
	clocks = [clock for part in everything for clock in part["clocks"]]
	assert {(clock["id"], clock["clause"]) for clock in clocks} == {
		(clock.id, clock.clause) for clock in policy.clocks
	}
	for table, rows in (("records", policy.records), ("copies", policy.copy_rules)):
		assert sum(len(part[table]) for part in everything) == len(rows)
	assert sum(len(stage["ways"]) for stage in stages) == len(policy.moves)
	assert sum(len(stage["levels"]) for stage in stages) == len(policy.levels)
	for key, rows in (
		("duties", policy.closing_duties),
		("paths", policy.paths),
		("exclusions", policy.exclusions),
		("questions", policy.questions),
		("guidance", policy.guidance),
	):
		assert len(drawn[key]) == len(rows)
		assert all(row["clause"] for row in drawn[key])
	assert drawn["submitted"]
	assert drawn["adopted_by"]
	assert drawn["manages"] == []
	json.dumps(drawn)


@pytest.mark.parametrize(
	("name", "missing"),
	[
		("4lsab-2023", "Annex A, the flowchart"),
		("suffolk-2024", "the staged resolution diagram"),
		("stockport", ""),
	],
)
def test_a_picture_that_the_source_lacks_is_said(name, missing):
	said = policy_diagram.notes(load_policy(name))
	assert said[-1].startswith("This diagram is drawn from")
	assert [note.startswith(f"Not in the source: {missing}") for note in said[:-1]] == (
		[True] if missing else []
	)


def test_fields_are_named_as_the_form_names_them():
	stage = api.diagram(REDBRIDGE)["stages"][0]
	assert any("“Risk to the adult” filled in" in record["words"] for record in stage["records"])


def test_an_example_over_easter_says_why():
	before = frappe.db.count("Stage Log"), frappe.db.count("Escalation Deadline")
	answer = api.example(REDBRIDGE, "2025-04-17")
	(alone,) = answer["clocks"]["RB.S2.RESOLVE"]["alone"]
	assert alone["due"] == "Mon 28 Apr 2025"
	texts = [step["text"] for step in alone["steps"]]
	assert any("Good Friday" in text for text in texts)
	assert any("Easter Monday" in text for text in texts)
	assert answer["stages"]["2"]["text"] == "Mon 28 Apr 2025"
	assert answer["clocks"]["RB.S2.RESOLVE"]["sequence"]["due"] == "Tue 6 May 2025"
	assert (frappe.db.count("Stage Log"), frappe.db.count("Escalation Deadline")) == before


@pytest.mark.parametrize("name", policy_ids())
def test_every_policy_has_an_example_for_today(name):
	assert set(api.example(name)["clocks"]) == {clock.id for clock in load_policy(name).clocks}


@pytest.mark.parametrize("start", ["soon", "1066-10-14", "2025-02-30"])
def test_an_example_needs_a_date(start):
	with pytest.raises(BadInput):
		api.example(REDBRIDGE, start)


def test_the_thursday_before_easter():
	assert policy_diagram.next_maundy_thursday(date(2025, 4, 17)) == date(2025, 4, 17)
	assert policy_diagram.next_maundy_thursday(date(2025, 4, 18)) == date(2026, 4, 2)


# Copy, edit, problems, submit, adopt


def test_a_copy_is_edited_mended_submitted_adopted_and_a_case_runs_under_it(world, business_manager):
	with as_user(business_manager):
		document = frappe.get_doc("Board Policy", copied())
		assert (document.docstatus, document.supersedes, document.policy_version) == (0, REDBRIDGE, 2)
		row = clock_row(document, "RB.S1.RAISE")
		row.trigger = "disagrement"
		document.save()
		said = frappe.local.message_log[-1]
		assert "Clocks, row 2 (RB.S1.RAISE): the term" in str(said)
		with pytest.raises(frappe.ValidationError, match="Clocks, row 2"):
			document.submit()
		document.reload()
		row = clock_row(document, "RB.S1.RAISE")
		row.trigger, row.length = "disagreement\ndecision_received", "4"
		document.save()
		assert policy_readback.problems_of(document) == []
		document.submit()
		answer = api.adopt(BOARD, document.name, times.today().isoformat())
		assert answer["effects"][0].endswith("run under “Redbridge 2027”.")
	assert policies.adopted(BOARD) == document.name
	case = factories.escalation(world, disagreement_at="2025-04-17 10:00:00")
	assert case.policy == document.name
	due = frappe.db.get_value(
		"Escalation Deadline", {"escalation": case.name, "clock": "RB.S1.RAISE"}, "due_at"
	)
	# four working days after the Thursday before Easter: 22, 23, 24, 25 April
	assert due.date() == date(2025, 4, 25)


def test_a_policy_of_ones_own_starts_a_family(business_manager):
	with as_user(business_manager):
		document = frappe.get_doc("Board Policy", copied("borough-2027", supersedes=0))
	assert (document.supersedes, document.policy_key, document.policy_version) == (None, "borough-2027", 1)
	assert not document.boards
	assert not document.published
	assert len(document.clocks) == len(load_policy(REDBRIDGE).clocks)


@pytest.mark.parametrize("name", ["", "Has Spaces", "redbridge-2022", "x" * 61, "../x"])
def test_a_copy_needs_a_name_that_can_be_used(name):
	with pytest.raises(BadInput):
		api.copy(REDBRIDGE, name, "Title")


def test_a_copy_needs_a_title_and_supersedes_what_is_submitted():
	with pytest.raises(BadInput, match="title"):
		api.copy(REDBRIDGE, "redbridge-2027", " ")
	draft = copied()
	with pytest.raises(BadInput, match="still a draft"):
		api.copy(draft, "redbridge-2028", "Later")


def submitted(name: str = "redbridge-2027") -> str:
	document = frappe.get_doc("Board Policy", copied(name))
	document.submit()
	return document.name


def test_adopting_refuses_what_would_not_work():
	draft = copied("redbridge-draft")
	with pytest.raises(BadInput, match="still a draft"):
		api.adopt(BOARD, draft, tomorrow().isoformat())
	name = submitted()
	with pytest.raises(BadInput, match="has passed"):
		api.adopt(BOARD, name, "2024-01-01")
	with pytest.raises(BadInput, match="no date"):
		api.adopt(BOARD, name, "soon")
	with pytest.raises(BadInput, match="already"):
		api.adopt(BOARD, REDBRIDGE, tomorrow().isoformat())
	api.adopt(BOARD, name, tomorrow().isoformat())
	with pytest.raises(BadInput, match="Choose another day"):
		api.adopt(BOARD, submitted("redbridge-2028"), tomorrow().isoformat())
	assert policies.adopted(BOARD) == REDBRIDGE
	assert policies.adopted(BOARD, tomorrow()) == name


def test_adopting_says_what_happens_to_open_cases_and_moves_no_date(world):
	case = factories.escalation(world, disagreement_at="2025-04-17 10:00:00")
	before = frappe.get_all(
		"Escalation Deadline", {"escalation": case.name}, ["clock", "due_at"], order_by="clock"
	)
	assert before
	name = submitted()
	said = api.effects(BOARD, name, tomorrow().isoformat())["sentences"]
	assert any("open. A clock that has started by then keeps its date" in text for text in said)
	api.adopt(BOARD, name, times.today().isoformat())
	after = frappe.get_all(
		"Escalation Deadline", {"escalation": case.name}, ["clock", "due_at"], order_by="clock"
	)
	assert after == before


def test_a_stage_that_the_new_policy_lacks_is_said(world):
	case = factories.escalation(world)
	frappe.db.set_value("Escalation", case.name, {"current_stage": 5, "workflow_state": "Stage 4"})
	said = policy_adopting.sentences(BOARD, REDBRIDGE, times.today())
	assert any("at a stage that the new policy does not have (Stage 5)" in text for text in said)


# Who may


def test_practitioners_read_and_change_nothing(world):
	with as_user(world.user(world.responding, "Practitioner")):
		assert api.example(REDBRIDGE)["clocks"]
		assert api.compare(REDBRIDGE, "stockport")["changes"]
		for refused in (
			lambda: api.copy(REDBRIDGE, "mine", "Mine"),
			lambda: api.adopt(BOARD, "stockport", tomorrow().isoformat()),
			lambda: api.effects(BOARD, "stockport", tomorrow().isoformat()),
			lambda: api.read_back("{}"),
			api.vocabulary,
		):
			with pytest.raises(NotYours):
				refused()
	assert not frappe.db.exists("Board Policy", "mine")


def test_guests_see_no_policy():
	with as_user("Guest"):
		for refused in (api.diagram, api.example):
			with pytest.raises(NotYours):
				refused(REDBRIDGE)


def test_a_business_manager_decides_for_their_own_board_only(business_manager, stranger):
	with as_user(stranger):
		assert api.diagram(REDBRIDGE)["manages"] == []
		with pytest.raises(NotYours):
			api.adopt(BOARD, "stockport", tomorrow().isoformat())
		document = frappe.get_doc("Safeguarding Board", BOARD)
		document.append("policies", {"policy": "stockport", "from_date": tomorrow()})
		with pytest.raises(NotYours):
			document.save()
		document = frappe.get_doc("Safeguarding Board", BOARD)
		document.business_manager = frappe.db.get_value("Safeguarding Contact", {"user": stranger})
		with pytest.raises(NotYours):
			document.save()
		with pytest.raises(NotYours):
			frappe.delete_doc("Safeguarding Board", BOARD)
	with as_user(business_manager):
		managed = api.diagram(REDBRIDGE)["manages"]
		assert BOARD in managed
		assert "Suffolk" not in managed
		api.adopt(BOARD, "stockport", tomorrow().isoformat())
	assert policies.adopted(BOARD, tomorrow()) == "stockport"


def test_an_administrator_decides_for_every_board(world):
	name = factories.user("policy.administrator@example.test", "Safeguarding Administrator")
	with as_user(name):
		assert BOARD in api.diagram(REDBRIDGE)["manages"]
		api.adopt("Suffolk", "stockport", tomorrow().isoformat())


def test_what_does_not_exist_and_what_is_not_yours_sound_the_same(stranger):
	with as_user(stranger):
		with pytest.raises(NotYours, match="no such policy"):
			api.diagram("nowhere")
		with pytest.raises(NotYours, match="no such board"):
			api.adopt("Nowhere", REDBRIDGE, tomorrow().isoformat())


# Read back


def form(**changes) -> dict:
	"""A policy's form as the Desk sends it."""
	return json.loads(json.dumps(dict_to_doc_values(load_policy(REDBRIDGE).to_dict()) | changes))


def test_a_form_is_read_back_row_by_row():
	answer = api.read_back(json.dumps(form()))
	assert answer["problems"] == []
	assert [len(answer["words"][table]) for table in ("clocks", "moves")] == [16, 9]
	assert answer["cells"]["clocks"][6]["trigger"] == [
		{"text": "stage_started 2", "words": "when Stage 2 starts"}
	]
	assert (
		answer["cells"]["clocks"][5]["cancelled_by"][0]["words"]
		== "when the disagreement is resolved at Stage 1"
	)
	assert answer["diagram"]["stages"][1]["clocks"]


def test_problems_name_table_row_and_what_to_do():
	values = form(due_time="00:00")
	values["clocks"][6] |= {"length": "many", "trigger": "stage_startd 2"}
	values["moves"][2]["to_stage"] = 9
	values["copy_rules"][0]["recipient"] = ""
	found = {problem["sentence"] for problem in api.read_back(json.dumps(values))["problems"]}
	assert {
		"Due at (time of day): midnight is where the due day begins; use 23:59:59, or the close of business.",
		"Clocks, row 7: length 'many' is not a whole number.",
		"Clocks, row 7 (RB.S2.RESOLVE): the term 'stage_startd 2' names no known event kind; choose one with “Add” "
		"below the cell.",
		"Moves, row 3: there is no stage 9; give a stage that exists.",
		"Copies, row 1: say to whom the copy goes.",
	} <= found


@pytest.mark.parametrize("values", ["", "[]", "null", "{", '"x"'])
def test_what_is_no_form_is_refused(values):
	with pytest.raises(BadInput):
		api.read_back(values)


def test_an_empty_form_is_read_back_with_its_problems():
	answer = api.read_back(json.dumps({"clocks": [{}], "stages": None, "moves": "x", "records": ["x"]}))
	assert any("no stage 1" in problem["sentence"] for problem in answer["problems"])
	assert answer["words"]["clocks"]


def test_the_vocabulary_has_a_meaning_for_every_word():
	words = api.vocabulary()
	assert all(
		row["words"]
		for table in ("events", "filters", "fields", "grounds", "effects")
		for row in words[table]
	)
	assert words["fieldnames"]["clocks"]["cancel"] == "cancelled_by"


@pytest.mark.parametrize(
	("kind", "text", "words"),
	[
		("term", "stage_started 2", "When Stage 2 starts."),
		("event", "resolved", "When the disagreement is resolved."),
		("need", "field risk_to_adult", "“Risk to the adult” filled in."),
		("clock", "RB.S1.RESOLVE", "Never later than “Resolve the disagreement between the professionals” (RB.S1.RESOLVE)."),
		("owed_by", "chair", "The RSAB Independent Chair."),
		("capacities", "Manager", ""),
		("term", " ", ""),
		("term", "stage_startd", "When “stage_startd” (this cannot be read)."),
	],
)  # fmt: skip
def test_what_is_chosen_is_read_back_before_it_is_added(kind, text, words):
	assert api.words(kind, text, json.dumps(form())) == words
