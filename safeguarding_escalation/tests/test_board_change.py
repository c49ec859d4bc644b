"""Another board takes a raised case: who may say so, and that what ran keeps its policy."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import dates
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.services import errors
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def me(world):
	return world.user(world.raising, "Practitioner")


@pytest.fixture
def case(world, me):
	"""At Stage 2, from where on a manager sees it."""
	name = factories.escalation(world).name
	with as_user(me):
		cases.move(name, "Raise Concern")
		cases.record(name, "unresolved")
		cases.move(name, "Escalate to Stage 2")
	return name


def test_a_manager_gives_the_case_to_the_right_board_and_what_ran_keeps_its_policy(world, me, case):
	before = {
		row["clock"]: row["due_at"] for row in panel(me, case)["deadlines"] if row["status"] != "not_started"
	}
	with as_user(world.user(world.raising, "Manager")):
		shown = dates.board_change(case, "Suffolk")
		assert {
			fate["clock"]: fate["new"] for fate in shown if fate["what"] == "stays"
		}.items() <= before.items()
		found = cases.change_board(case, "Suffolk", "She lives in Ipswich.")
		assert found["policy"].startswith("Suffolk")
		log = [row for row in cases.timeline(case) if row["kind"] == "board_changed"]
	assert [row["relates_to"] for row in log] == ["Redbridge → Suffolk"]
	said = log[0]["note"].split("\n")
	assert said[0] == "She lives in Ipswich."
	assert (
		sum("keeps its date" in line for line in said) == sum(fate["what"] == "stays" for fate in shown) > 0
	)
	assert sum("ends without its date" in line for line in said) == sum(
		fate["what"] == "ends" for fate in shown
	)
	assert found["policy_name"] == "suffolk-2024"
	pinned = ["board", "policy", "first_policy"]
	assert frappe.db.get_value("Escalation", case, pinned) == ("Suffolk", "suffolk-2024", "redbridge-2022")
	after = {row["clock"]: row["due_at"] for row in found["deadlines"]}
	assert {clock: after.get(clock) for clock in before} == before
	with as_user(me):
		cases.record(case, "discussed", mode="phone", stage=1)
	assert any(row["clock"].startswith("SU.") for row in panel(me, case)["deadlines"])


def test_a_change_can_be_undone_by_another(world, me, case):
	with as_user(world.user(world.raising, "Manager")):
		cases.change_board(case, "Suffolk", "She lives in Ipswich.")
		found = cases.record(case, "board_changed", to="Redbridge", reason="She has moved back.")
	assert found["policy"].startswith("Redbridge")
	assert frappe.db.get_value("Escalation", case, ["policy", "first_policy"]) == ("redbridge-2022",) * 2


def test_a_practitioner_may_not_and_a_draft_is_changed_in_its_form(world, me, case):
	with as_user(me), pytest.raises(errors.MoveRefused, match="manager"):
		cases.change_board(case, "Suffolk", "She lives in Ipswich.")
	draft = factories.escalation(world)
	with as_user(me), pytest.raises(errors.BadInput, match="in its form"):
		cases.change_board(draft.name, "Suffolk", "She lives in Ipswich.")


@pytest.mark.parametrize(
	("board", "reason", "words"),
	[("Atlantis", "Why", "no board"), ("Redbridge", "Why", "already"), ("Suffolk", " ", "Say why")],
)
def test_what_cannot_be_is_refused(world, case, board, reason, words):
	with as_user(world.user(world.raising, "Manager")), pytest.raises(errors.BadInput, match=words):
		cases.change_board(case, board, reason)


def panel(user: str, case: str) -> dict:
	with as_user(user):
		return cases.deadlines(case)
