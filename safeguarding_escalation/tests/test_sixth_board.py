"""A Business Manager adds a board of their own, with nothing but the role: the board, its policy, its first case."""

from __future__ import annotations

import json
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import frappe
import pytest

from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.api import policy as api
from safeguarding_escalation.engine import localise
from safeguarding_escalation.services import policies, times
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.setup.demo_dates import standing_at
from safeguarding_escalation.tests import factories, figures
from safeguarding_escalation.tests.factories import as_user, at

BOARD = "Kilbourne"
# Sunderland: stage 1 within three working days. Dorset: heads of service within one, the directors' decision within one.
STAGES = [
	{"label": "Professionals", "who": "Practitioner", "days": "3"},
	{"label": "Heads of Service", "who": "Head of Service", "days": 1},
	{"label": "Directors' decision", "who": "Chief Officer", "days": 1},
]


@pytest.fixture
def newcomer() -> str:
	"""An account with the role Board Business Manager and nothing else: no contact, no board."""
	return factories.user("kilbourne.manager@example.test", "Board Business Manager")


def add(name: str = BOARD, **values: str) -> dict[str, Any]:
	given = {"area_covered": "Borough of Kilbourne", "code": "KIL", "chair_name": "Ines Holloway", **values}
	return api.add_board(name, **given)


def begun(board: str = BOARD, name: str = "kilbourne-2026") -> str:
	"""A policy of those stages, submitted."""
	made = api.start(name, "Kilbourne Escalation Policy", json.dumps(STAGES), board)["policy"]
	frappe.get_doc("Board Policy", made).submit()
	return made


def test_a_business_manager_adds_a_board_from_its_stages(newcomer, world):
	began = perf_counter()
	with as_user(newcomer):
		added = add(chair_email="ines.holloway@example.test")
		assert added == {"board": BOARD, "said": []}
		board = frappe.get_doc("Safeguarding Board", BOARD)
		assert api.of_board(BOARD) == {
			"policy": None, "title": "", "since": "", "review_passed": "", "later": [], "manages": True,
		}  # fmt: skip
		policy = begun()
		api.adopt(BOARD, policy, times.today().isoformat())
	took = perf_counter() - began
	figures.say(f"a sixth board by script: {took:.1f} s from nothing to adopted")
	manager = frappe.get_doc("Safeguarding Contact", board.business_manager)
	assert (manager.user, manager.agency, manager.capacity) == (
		newcomer, "Kilbourne Safeguarding Adults Board", "Business Manager",
	)  # fmt: skip
	chair = frappe.get_doc("Safeguarding Contact", board.chair)
	assert (chair.contact_name, chair.user, board.chair_off_system) == ("Ines Holloway", None, 1)
	assert policies.adopted(BOARD) == policy
	assert took < 30


def test_its_first_case_runs_under_its_clocks(newcomer, world):
	with as_user(newcomer):
		add()
		api.adopt(BOARD, begun(), "2025-01-01")
	with standing("2025-04-17 10:00"):
		case = factories.escalation(world, board=BOARD, disagreement_at="2025-04-17 09:00:00")
		with as_user(world.user(world.raising, "Practitioner")):
			cases.move(case.name, "Raise Concern")
	# Maundy Thursday and three working days: 22, 23, 24 April
	assert due(case.name, "KIL.S1.RESOLVE") == at("2025-04-24 23:59:59")
	with standing("2025-04-23 09:00"), as_user(world.user(world.raising, "Practitioner")):
		cases.move(case.name, "Escalate to Stage 2", reason="Not agreed.")
	# Wednesday and one working day
	assert due(case.name, "KIL.S2.RESOLVE") == at("2025-04-24 23:59:59")


def standing(when: str) -> Any:
	return standing_at(localise(at(when)))


def due(case: str, clock: str) -> Any:
	return frappe.db.get_value("Escalation Deadline", {"escalation": case, "clock": clock}, "due_at")


def test_it_opens_no_case_of_another_board(newcomer, world):
	case = factories.escalation(world)
	with as_user(newcomer):
		add()
		assert frappe.get_list("Escalation", pluck="name") == []
		with pytest.raises(NotYours):
			cases.deadlines(case.name)
		with pytest.raises(NotYours):
			api.adopt(factories.BOARD, "stockport", tomorrow())
		board = frappe.get_doc("Safeguarding Board", factories.BOARD)
		board.business_manager = frappe.db.get_value("Safeguarding Contact", {"user": newcomer})
		with pytest.raises(NotYours):
			board.save()


def tomorrow() -> str:
	return (times.today() + timedelta(days=1)).isoformat()


def test_a_board_that_nobody_would_manage_is_not_made(newcomer):
	with as_user(newcomer), pytest.raises(BadInput, match="Name the board's Business Manager"):
		frappe.get_doc({"doctype": "Safeguarding Board", "board_name": "Nobody's"}).insert()
	administrator = factories.user("boards.administrator@example.test", "Safeguarding Administrator")
	with as_user(administrator):
		frappe.get_doc({"doctype": "Safeguarding Board", "board_name": "Later"}).insert()
		assert add()["said"] == [
			"Name its Business Manager on the board's form: a contact with that capacity."
		]
	# an administrator decides for boards, and is nobody of any
	assert frappe.db.get_value("Safeguarding Board", BOARD, "business_manager") is None
	assert not frappe.db.exists("Safeguarding Contact", {"user": administrator})


def test_who_manages_two_boards_is_one_contact(newcomer):
	with as_user(newcomer):
		add()
		add("Wexcombe Safeguarding Partnership")
	managers = frappe.get_all(
		"Safeguarding Board",
		{"name": ("in", (BOARD, "Wexcombe Safeguarding Partnership"))},
		pluck="business_manager",
	)
	assert len(set(managers)) == 1
	assert frappe.db.exists("Partner Agency", "Wexcombe Safeguarding Partnership")


def test_the_chair_is_one_of_the_directory_a_new_one_or_nobody_yet(newcomer, world):
	known = world.contact("Redbridge Safeguarding Adults Board", "Chair")
	with as_user(newcomer):
		add(chair=known, chair_name="")
		add("Wexcombe", chair_name="")
		with pytest.raises(BadInput, match="Chair's name"):
			add("Corby", chair_name="", chair_phone="01632 960001")
		with pytest.raises(BadInput, match="no capacity of a Chair"):
			add("Corby", chair=world.contact(world.raising, "Manager"))
	assert frappe.db.get_value("Safeguarding Board", BOARD, ["chair", "chair_off_system"]) == (known, 0)
	assert frappe.db.get_value("Safeguarding Board", "Wexcombe", "chair") is None


def test_nobody_links_somebody_elses_account(newcomer):
	chair = factories.user("chair.kilbourne@example.test", "Board Chair")
	with as_user(newcomer):
		said = add(chair_email=chair)["said"]
		assert said[0].startswith(f"{chair} has an account here. Ask a Safeguarding Administrator")
		row = {"doctype": "Safeguarding Contact", "contact_name": "Me", "agency": "Elmfield Hospital Trust"}
		with pytest.raises(frappe.PermissionError, match="Only a Safeguarding Administrator"):
			frappe.get_doc({**row, "capacity": "Manager", "user": newcomer}).insert()
	assert frappe.db.get_value("Safeguarding Contact", {"contact_name": "Ines Holloway"}, "user") is None


def test_an_agency_of_cases_is_no_boards_office(newcomer, world):
	office = factories.agency("Kilbourne Safeguarding Adults Board", "Other")
	parties = [{"agency": world.raising, "side": "raising"}, {"agency": office, "side": "responding"}]
	factories.escalation(world, responding_agency=office, responding_lead=None, parties=parties)
	with as_user(newcomer), pytest.raises(BadInput, match="takes part in cases"):
		add()


@pytest.mark.parametrize(("name", "sentence"), [("  ", "Give the board a name"), ("Redbridge", "already")])
def test_a_board_needs_a_name_of_its_own(newcomer, name, sentence):
	with as_user(newcomer), pytest.raises(BadInput, match=sentence):
		add(name)


def test_an_area_that_another_board_covers_is_said(newcomer):
	with as_user(newcomer):
		said = add(area_covered="Kilbourne\nPortsmouth")["said"]
	assert said == ["“Portsmouth” is covered by Portsmouth too. Check which board it belongs to."]


def test_others_add_no_board_and_begin_no_policy(world):
	with as_user(world.user(world.raising, "Practitioner")):
		assert api.of_board(factories.BOARD)["manages"] is False
		for refused in (
			lambda: add(),
			lambda: api.start("x", "X", "[]"),
			lambda: api.reviewed("redbridge-2022", tomorrow()),
		):
			with pytest.raises(NotYours):
				refused()
	with as_user("Guest"), pytest.raises(NotYours):
		api.of_board(factories.BOARD)
	with pytest.raises(NotYours, match="no such board"):
		api.of_board("Nowhere")


# Beginning a policy from its stages


@pytest.mark.parametrize(
	("stages", "sentence"),
	[
		("[]", "one to 6 stages"),
		("{", "Give the stages as a list"),
		('["x"]', "Give the stages as a list"),
		('[{"who": "Practitioner", "days": "soon"}]', "Stage 1: give its working days as a number"),
		('[{"who": "Practitioner", "days": "9999"}]', "Stage 1: give its working days as a number"),
		('[{"who": "Nobody"}]', "Stage 1: say who settles it"),
	],
)
def test_stages_that_make_no_policy_are_refused(stages, sentence):
	with pytest.raises(BadInput, match=sentence):
		api.start("kilbourne-2026", "Kilbourne", stages)


def test_a_policy_from_stages_needs_a_name_and_a_title():
	with pytest.raises(BadInput, match="cannot be used"):
		api.start("Not A Name", "X", json.dumps(STAGES))
	with pytest.raises(BadInput, match="title"):
		api.start("kilbourne-2026", " ", json.dumps(STAGES))


# The next version, and one that says the same


def test_a_free_name_for_the_next_version():
	year = times.today().year
	assert api.diagram("redbridge-2022")["next_name"] == f"redbridge-{year}"
	api.copy("redbridge-2022", f"redbridge-{year}", "Redbridge")
	assert api.diagram("redbridge-2022")["next_name"] == f"redbridge-{year}-2"
	assert api.diagram("stockport")["next_name"] == f"stockport-{year}"


def test_reviewed_and_unchanged_is_a_version_of_its_own(world):
	manager = world.user("Redbridge Safeguarding Adults Board", "Business Manager")
	assert api.diagram("redbridge-2022")["review_passed"] == (
		"Its own review date, Mon 30 Jun 2025, has passed. It stays in force until another is adopted."
	)
	assert api.of_board("Redbridge")["review_passed"]
	case = factories.escalation(world)
	before = due(case.name, "RB.S1.RAISE")
	next_due = (times.today() + timedelta(days=1000)).isoformat()
	with as_user(manager):
		made = api.reviewed("redbridge-2022", next_due)
		assert api.compare("redbridge-2022", made["policy"])["changes"] == [
			change
			for change in api.compare("redbridge-2022", made["policy"])["changes"]
			if "review date" in change["text"]
		]
		assert not api.diagram(made["policy"])["review_passed"]
	assert made["boards"] == ["Redbridge"]
	assert policies.adopted("Redbridge") == made["policy"]
	document = frappe.get_doc("Board Policy", made["policy"])
	assert (document.supersedes, str(document.published), str(document.review_due)) == (
		"redbridge-2022", "2022-06-01", next_due,
	)  # fmt: skip
	assert due(case.name, "RB.S1.RAISE") == before
	assert not api.of_board("Redbridge")["review_passed"]


def test_the_next_review_is_after_today():
	with pytest.raises(BadInput, match="no later than today"):
		api.reviewed("redbridge-2022", times.today().isoformat())
	draft = api.copy("redbridge-2022", "redbridge-2099", "X")["policy"]
	with pytest.raises(BadInput, match="still a draft"):
		api.reviewed(draft, tomorrow())


def test_what_a_board_adopts_later_is_said():
	made = begun(factories.BOARD, "later-2099")
	api.adopt(factories.BOARD, made, "2030-06-03")
	answer = api.of_board(factories.BOARD)
	assert (answer["policy"], answer["since"]) == ("redbridge-2022", "Wed 1 Jun 2022")
	assert answer["later"] == [
		{
			"policy": made,
			"title": "Kilbourne Escalation Policy",
			"from_date": "2030-06-03",
			"text": "Mon 3 Jun 2030",
		}
	]
	assert date(2030, 6, 3).weekday() == 0
