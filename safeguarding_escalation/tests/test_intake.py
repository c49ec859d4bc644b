"""Quick raise: what it offers, what it warns of, and that a double tap raises one case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.api import intake as api
from safeguarding_escalation.services import areas, errors, times
from safeguarding_escalation.services.intake_answers import FAMILY, IntakeRefused
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_concurrency import on_own_connection

KEY = "a-page-made-this-key"


def soon(**distance: int) -> str:
	return f"{times.stored(times.now() + timedelta(**distance)):%Y-%m-%dT%H:%M}"


@pytest.fixture
def answers(world):
	"""The eight answers of a practitioner in Redbridge."""
	return {
		"subject_name": "Zephyrine Canary",
		"subject_kind": "Adult",
		"adult_area": "Redbridge",
		"board": world.board,
		"responding_agency": world.responding,
		"responding_lead": world.contact(world.responding, "Practitioner"),
		"decision_challenged": "The enquiry was closed.",
		"challenge_type": "Action",
		"nature": ["Level of risk and its assessment"],
		"risk_to_adult": "Further neglect at home.",
		"evidence_reasons": "Two ward assessments.",
		"outcome_sought": "The enquiry is reopened.",
		"referral_made": "Yes",
		"safe_by": soon(days=1),
	}


@pytest.fixture
def me(world):
	return world.user(world.raising, "Practitioner")


def raised(user: str, answers: dict, key: str = KEY, **more):
	with as_user(user):
		return api.raise_concern(answers, key, **more)


def problems(user: str, answers: dict, **more) -> dict[int, str]:
	with pytest.raises(IntakeRefused) as refusal:
		raised(user, answers, **more)
	return {problem.question: problem.text for problem in refusal.value.problems}


@pytest.mark.parametrize(
	("covered", "typed", "fits"),
	[
		("London Borough of Redbridge", "redbridge", True),
		("London Borough of Redbridge", "LB Redbridge, near Ilford", True),
		("London Borough of Redbridge", "Ilford", False),
		("London Borough of Redbridge", "", None),
		("", "Redbridge", None),
		("Redbridge", "The London Borough of REDBRIDGE", True),
		("Isle of Wight", "isle of wight council", True),
		("Isle of Wight", "Wight", False),
		("Hampshire", "Southampton", False),
		("Brighton and Hove", "Hove", True),
		("Bath\nBristol; Devon", "County of Devon", True),
	],
)
def test_an_area_is_recognised_whatever_stands_around_its_name(covered, typed, fits):
	assert areas.covers(covered, typed) is fits


def test_of_two_areas_the_one_written_first_comes_first():
	boards = {"Hampshire": "Hampshire", "Southampton": "Southampton", "Suffolk": "Suffolk"}
	assert areas.best(boards, "Southampton, Hampshire") == ["Southampton", "Hampshire"]


def test_the_options_hold_lists_and_no_names(world, me):
	with as_user(me):
		found = api.options()
	assert found["me"] == {"agency": world.raising, "agency_type": "Health", "is_board": False}
	policy = found["policies"]["redbridge-2022"]
	assert "Level of risk and its assessment" in policy["natures"]
	assert {row["text"] for row in policy["exclusions"]} >= {"A statutory complaint"}
	assert "of Redfern Council" not in frappe.as_json(found)


def test_somebody_without_a_role_is_refused_before_anything_is_read(world):
	stranger = factories.user("nobody.at.all@example.test", "Safeguarding Auditor")
	with as_user(stranger):
		for call in (api.options, api.suggest, lambda: api.preview({}), lambda: api.raise_concern({}, KEY)):
			with pytest.raises(errors.NotYours):
				call()


def test_an_area_suggests_its_board_policy_and_the_equals_there(world, me):
	with as_user(me):
		found = api.suggest(area="london borough of redbridge", agency=world.responding)
	assert (found["board"], found["policy"]) == ("Redbridge", "redbridge-2022")
	assert found["sentence"].startswith("Redbridge's policy applies")
	assert found["warnings"] == []
	first, *others = found["counterparts"]
	assert first["contact_name"] == f"Practitioner of {world.responding}"
	assert first["equal"]
	assert not any(row["equal"] for row in others)
	assert found["stage"] == {"number": 1, "label": "Stage 1"}
	assert [row["label"].split(":")[0] for row in found["safe_by"]][-1] == "In 2 working days"


def test_a_board_that_does_not_fit_the_area_warns_and_never_blocks(world, me, answers):
	with as_user(me):
		found = api.suggest(area="Ipswich, Suffolk", board="Redbridge")
	assert found["board"] == "Redbridge"
	assert "does not look like the area of Redbridge" in found["warnings"][0]
	case = raised(me, {**answers, "adult_area": "Ipswich, Suffolk"})
	with as_user(me):
		banners = cases.deadlines(case["escalation"])["banners"]
	assert any("does not look like the area" in banner["text"] for banner in banners)


def test_an_area_that_no_board_is_known_to_cover_asks_for_the_board(me):
	with as_user(me):
		found = api.suggest(area="Ilford")
	assert found["board"] is None
	assert "No board here is known to cover" in found["warnings"][0]


def test_immediate_risk_suggests_the_stage_that_the_policy_opens_at_once(me):
	with as_user(me):
		assert api.suggest(board="Redbridge", immediate_risk=1)["stage"]["number"] == 2
		assert api.suggest(board="Suffolk", immediate_risk="0")["stage"]["number"] == 1


def test_buckinghamshire_preselects_the_local_authority_unless_it_raises(world, me):
	for row in frappe.get_all("Partner Agency", {"agency_type": "Local Authority"}, pluck="name"):
		frappe.db.set_value("Partner Agency", row, "disabled", int(row != world.responding))
	with as_user(me):
		assert api.suggest(board="Buckinghamshire")["agency"] == world.responding
	with as_user(world.user(world.responding, "Practitioner")):
		assert api.suggest(board="Buckinghamshire")["agency"] is None


def test_the_summary_says_what_happens_when_why_and_who_is_told(world, me, answers):
	before = frappe.db.count("Escalation")
	with as_user(me):
		found = api.preview(answers)
	assert found["problems"] == []
	assert found["stage_label"] == "Stage 1"
	assert [start["action"] for start in found["starts"] if start["suggested"]] == ["Raise Concern"]
	assert found["next_step"]["sentence"]
	assert found["deadline"]["why"]
	assert found["deadline"]["due_at"]
	assert any(f"Practitioner of {world.responding}" in sentence for sentence in found["told"])
	assert frappe.db.count("Escalation") == before


def test_the_eight_answers_raise_a_case_with_its_first_deadline(world, me, answers):
	case = raised(me, answers)
	document = frappe.get_doc("Escalation", case["escalation"])
	assert case["workflow_state"] == document.workflow_state == "Stage 1"
	assert case["reference"] == document.reference
	assert document.raised_by == world.contact(world.raising, "Practitioner")
	assert document.responding_lead == document.decision_maker == answers["responding_lead"]
	assert [row.subject_name for row in document.subjects] == ["Zephyrine Canary"]
	assert document.referral_made == "Yes"
	# "When must this be settled?" is a protective deadline: it shortens the policy's five working days.
	due = frappe.db.get_value(
		"Escalation Deadline",
		{"escalation": document.name, "clock": "RB.S1.RESOLVE"},
		["due_at", "capped_by"],
	)
	assert due == (times.stored(times.given(answers["safe_by"], "")), "protective_deadline")


def test_what_the_summary_promised_is_what_is_stored(me, answers):
	with as_user(me):
		promised = api.preview(answers)["deadline"]
	case = raised(me, answers)
	with as_user(me):
		stored = {row["clock"]: row["due_at"] for row in cases.deadlines(case["escalation"])["deadlines"]}
	assert stored[promised["clock"]] == promised["due_at"]


def test_the_same_key_is_the_same_case(world, me, answers):
	first, again = raised(me, answers), raised(me, answers)
	assert first["created"]
	assert not again["created"]
	assert again["escalation"] == first["escalation"]
	assert raised(me, answers, "another-key-altogether")["escalation"] != first["escalation"]
	colleague = world.user(world.raising, "Manager")
	assert raised(colleague, answers)["escalation"] != first["escalation"]


def test_a_double_tap_at_the_same_instant_raises_one_case(world, me, answers):
	key = frappe.generate_hash(length=20)
	with ThreadPoolExecutor(2) as pool:
		found = list(
			pool.map(lambda _: on_own_connection(me, lambda: api.raise_concern(answers, key)), range(2))
		)
	assert found[0]["escalation"] == found[1]["escalation"], found
	assert sorted(row["created"] for row in found) == [False, True]
	frappe.db.rollback()
	name = found[0]["escalation"]
	assert frappe.db.count("Stage Log", {"escalation": name, "kind": "concern_raised"}) == 1
	assert frappe.db.count("Escalation Subject", {"parent": name}) == 1


def test_a_draft_can_be_kept_after_question_three_and_raised_later_with_the_same_key(me, answers):
	few = {key: answers[key] for key in ("subject_name", "adult_area", "board", "responding_agency")}
	draft = raised(me, few, draft=True)
	assert draft["workflow_state"] == "Draft"
	done = raised(me, answers)
	assert done["escalation"] == draft["escalation"]
	assert done["workflow_state"] == "Stage 1"
	assert (
		frappe.db.get_value("Escalation", done["escalation"], "outcome_sought") == answers["outcome_sought"]
	)
	assert frappe.db.count("Escalation Subject", {"parent": done["escalation"]}) == 1


@pytest.mark.parametrize(
	("field", "question"),
	[
		("subject_name", 1),
		("board", 2),
		("responding_agency", 3),
		("decision_challenged", 4),
		("nature", 4),
		("risk_to_adult", 5),
		("outcome_sought", 6),
		("referral_made", 7),
	],
)
def test_what_is_missing_is_said_beside_its_question_and_nothing_is_written(me, answers, field, question):
	before = frappe.db.count("Escalation")
	found = problems(me, {**answers, field: None})
	assert set(found) == {question}
	assert frappe.local.response["problems"][0]["question"] == question
	assert frappe.db.count("Escalation") == before


@pytest.mark.parametrize(
	("field", "value", "question", "words"),
	[
		("disagreement_at", "2099-01-01T10:00", 4, "future"),
		("safe_by", "2020-01-01T10:00", 8, "has passed"),
		("date_of_birth", "2099-01-01", 1, "a day that has been"),
		("referral_made_on", "yesterday", 7, "a day that has been"),
	],
)
def test_a_date_that_cannot_be_is_said_beside_its_question(me, answers, field, value, question, words):
	assert words in problems(me, {**answers, field: value})[question]


def test_a_disagreement_in_ones_own_agency_is_signposted(world, me, answers):
	found = problems(me, {**answers, "responding_agency": world.raising, "responding_lead": None})
	assert "whistleblowing" in found[3]


def test_the_family_is_a_counterparty_where_the_policy_allows_it(me, answers):
	family = {**answers, "responding_agency": None, "responding_lead": None, "counterparty": FAMILY}
	assert "between agencies" in problems(me, family)[3]
	in_suffolk = {**family, "board": "Suffolk", "adult_area": "Suffolk", "nature": ["Referral Decision"]}
	case = raised(me, in_suffolk)
	assert frappe.db.get_value("Escalation", case["escalation"], "counterparty") == FAMILY


def test_immediate_risk_does_not_wait_for_the_particulars(me, answers):
	few = {key: answers[key] for key in ("subject_name", "adult_area", "board", "responding_agency")}
	case = raised(
		me, {**few, "immediate_risk": 1, "told_whom": "The duty manager", "told_at": soon(minutes=-5)}
	)
	assert case["workflow_state"] == "Stage 2"
	kinds = set(frappe.get_all("Stage Log", {"escalation": case["escalation"]}, pluck="kind"))
	assert {"immediate_risk", "told", "stage_started"} <= kinds


def test_a_policy_issue_opens_the_last_stage_to_a_senior_manager_with_words(world, answers):
	senior = world.user(world.raising, "Senior Manager")
	there = {**answers, "start_stage": "4", "start_ground": "policy issue"}
	assert "policy issue" in problems(senior, there)[9]
	case = raised(senior, {**there, "start_reason": "Two boards read the threshold differently."})
	assert case["workflow_state"] == "Stage 4"


def test_a_start_that_the_policy_does_not_give_is_refused(me, answers):
	assert "cannot start" in problems(me, {**answers, "start_stage": "3"})[9]


def test_every_board_raises_from_the_same_answers(world, me, answers):
	for board in ("Hampshire", "Stockport", "Buckinghamshire", "Suffolk"):
		with as_user(me):
			natures = api.options()["policies"][
				frappe.db.get_value("Safeguarding Board Policy", {"parent": board}, "policy")
			]["natures"]
		case = raised(
			me, {**answers, "board": board, "adult_area": board, "nature": natures[:1]}, f"key-for-{board}"
		)
		assert case["workflow_state"] == "Stage 1", board
		assert case["next_step"]["sentence"]


class TestScope:
	TEXT = "A statutory complaint"

	def test_a_warning_asks_why_it_is_a_safeguarding_matter(self, me, answers):
		touching = {**answers, "scope_exclusion": self.TEXT}
		assert "other procedures" in problems(me, touching)[7]
		case = raised(me, {**touching, "scope_reason": "The neglect goes on meanwhile."})
		assert case["workflow_state"] == "Stage 1"

	def test_a_block_stops_with_the_signpost_whatever_the_reason(self, me, answers, monkeypatch):
		blocking(monkeypatch)
		touching = {**answers, "scope_exclusion": self.TEXT, "scope_reason": "It matters."}
		assert "statutory complaints process" in problems(me, touching)[7]

	def test_the_forms_own_button_obeys_the_block(self, world, me, monkeypatch):
		draft = factories.escalation(world, scope_exclusion=self.TEXT)
		blocking(monkeypatch)
		with as_user(me), pytest.raises(errors.MoveRefused, match="statutory complaints process"):
			cases.move(draft.name, "Raise Concern")

	def test_the_forms_own_button_warns_until_there_is_a_reason(self, world, me):
		draft = factories.escalation(world, scope_exclusion=self.TEXT)
		with as_user(me):
			banners = cases.deadlines(draft.name)["banners"]
			assert any("other procedures" in banner["text"] for banner in banners)
			with pytest.raises(errors.MoveRefused, match="Write down why"):
				cases.move(draft.name, "Raise Concern")
			document = frappe.get_doc("Escalation", draft.name)
			document.scope_reason = "The neglect goes on meanwhile."
			document.save()
			assert cases.move(draft.name, "Raise Concern")["workflow_state"] == "Stage 1"


def blocking(monkeypatch) -> None:
	"""The Redbridge policy as a board would have it that blocks what is out of scope."""
	from safeguarding_escalation.services import policies

	plain = policies.policy
	monkeypatch.setattr(policies, "policy", lambda name: plain(name).replace(scope_screen="block"))


def test_text_is_stored_plain_and_unknown_answers_are_refused(me, answers):
	case = raised(me, {**answers, "outcome_sought": "<script>alert(1)</script>Reopen <b>it</b>"})
	assert "<" not in frappe.db.get_value("Escalation", case["escalation"], "outcome_sought")
	with pytest.raises(errors.BadInput):
		raised(me, {**answers, "workflow_state": "Closed"}, "a-third-key-here")
	with pytest.raises(errors.BadInput):
		raised(me, answers, "short")
