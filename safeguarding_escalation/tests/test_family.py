"""The adult, family or carer as the other side, where the policy extends to them (Suffolk, principle 5; SU-A21)."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import errors, facts, lock, policies, recipients
from safeguarding_escalation.tests import outsiders
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.outsiders import INSTALLATIONS, Desk
from safeguarding_escalation.tests.print_cases import CHRONOLOGY, html_of

NAME = "Ottoline Canary"
FAMILY = {
	"counterparty": facts.FAMILY,
	"counterparty_name": NAME,
	"counterparty_relation": "Daughter",
}
TOLD = {"side": "responding", "evidence": "Home visit of 14 March"}


@pytest.fixture(params=INSTALLATIONS)
def desk(world, request) -> Desk:
	outsiders.installed_as(request.param, world.raising)
	user = world.user(world.raising, "Practitioner")
	name = outsiders.entered(user, board="Suffolk", raising_agency=world.raising, **FAMILY)
	return Desk(name, user)


@pytest.mark.parametrize("board", ["Redbridge", "Stockport", "Buckinghamshire", "Hampshire"])
def test_the_other_policies_are_for_agencies(world, board):
	user = world.user(world.raising, "Practitioner")
	with pytest.raises(errors.BadInput, match="disagreements between agencies"):
		outsiders.entered(user, board=board, raising_agency=world.raising, **FAMILY)


@pytest.mark.parametrize(
	("change", "said"),
	[
		({"responding_agency": True}, "either an agency or the adult"),
		({"direction": "Received"}, "choose Raised"),
	],
)
def test_no_agency_stands_beside_the_family(world, change, said):
	user = world.user(world.raising, "Practitioner")
	given = {"raising_agency": world.raising, **change}
	if change.get("responding_agency"):
		given["responding_agency"] = world.responding
	with pytest.raises(errors.BadInput, match=said):
		outsiders.entered(user, board="Suffolk", **given, **FAMILY)


def test_the_raising_side_walks_it_to_close_and_records_for_the_family(desk):
	desk.move("Raise Concern")
	with pytest.raises(errors.BadInput, match="the adult, family or carer"):
		desk.record("discussed", side="responding")
	desk.record("discussed", mode="meeting", **TOLD)
	proposed = desk.record("resolution_proposed", note="A review in May.", **TOLD)
	assert proposed["deadlines"]
	assert all("responding lead" not in row["owed_by_label"] for row in proposed["deadlines"])
	desk.save(**outsiders.SETTLED_TEXTS)
	desk.move("Accept Resolution")
	desk.carry_out_closing_duties(policies.policy(policies.adopted("Suffolk")))
	assert desk.move("Close")["workflow_state"] == "Closed"
	rows = [row for row in desk.entries() if row["side"] == "responding"]
	assert [row["kind"] for row in rows] == ["discussed", "resolution_proposed"]
	for row in rows:
		assert (row["actor"], row["actor_agency"], row["evidence"]) == (facts.FAMILY, "", TOLD["evidence"])
		assert row["doubt"].endswith("not confirmed by the adult, family or carer")


def test_their_word_is_recorded_with_how_it_is_known(desk):
	desk.move("Raise Concern")
	entry = desk.record("discussed", **TOLD)["log"]
	with as_user(desk.user):
		api.confirm(desk.case, entry, agrees=False, evidence="Her letter of 20 March")
	row = next(row for row in desk.entries() if row["name"] == entry)
	assert row["doubt"].endswith("disputed by The adult, family or carer (Her letter of 20 March)")


def test_it_climbs_with_its_deadlines(desk, world):
	desk.move("Raise Concern")
	desk.record("unresolved")
	panel = desk.move("Escalate to Stage 2", reason="Not agreed.")
	assert panel["current_stage"] == 2
	assert panel["deadlines"]
	with as_user(world.user(world.raising, "Manager")):
		api.record(desk.case, "form_completed")
		assert api.move(desk.case, "Escalate to Stage 3", reason="Not agreed.")["current_stage"] == 3


def test_nothing_names_the_family_outside_the_form(desk):
	desk.move("Raise Concern")
	desk.record("discussed", **TOLD)
	said = [desk.panel(), desk.entries(), frappe.get_all("Stage Log", {"escalation": desk.case}, ["*"])]
	said += [frappe.get_all(doctype, fields=["*"]) for doctype in ("Email Queue", "Escalation Deadline")]
	row = frappe.get_doc("Escalation", desk.case)
	said.append(f"{row.get_title()} {row.reference} {row.next_owed_by} {row.stage_label}")
	assert NAME not in frappe.as_json(said)


def test_everything_that_reads_the_responding_agency_copes(desk, world):
	desk.move("Raise Concern")
	case = lock.loaded(desk.case)
	assert [party.side for party in case.case.all_parties()] == ["raising"]
	assert [row["words"] for row in desk.panel()["leads"]][-1] == facts.FAMILY
	assert {who.email for who in recipients.resolve(case, "responding lead")} == {desk.user}
	grants = frappe.get_all("Escalation Access", {"escalation": desk.case, "active": 1}, pluck="reason")
	assert not any("responding" in reason for reason in grants)
	with as_user(desk.user):
		assert frappe.get_list(
			"Escalation", {"name": desk.case}, ["name", "responding_agency"], limit_page_length=1
		) == [{"name": desk.case, "responding_agency": None}]
		html = html_of(desk.case, CHRONOLOGY)
	assert facts.FAMILY in html
	assert ">None<" not in html


def test_it_may_still_become_a_dispute_with_an_agency(desk, world):
	desk.save(counterparty="An agency", responding_agency=world.responding)
	desk.move("Raise Concern")
	assert [party.side for party in lock.loaded(desk.case).case.all_parties()] == ["raising", "responding"]
