"""Who sees a case on a site as it climbs, and how leaving ends it."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OFFICE = "Redbridge Safeguarding Adults Board"


@pytest.fixture
def draft(world):
	return factories.escalation(world)


def sees(user: str, name: str) -> bool:
	"""By the list and by the document alike."""
	with as_user(user):
		listed = name in frappe.get_list("Escalation", pluck="name", limit_page_length=0)
		opened = bool(frappe.has_permission("Escalation", "read", doc=name))
	assert listed == opened
	return listed


def test_each_stage_brings_in_those_who_act_there(world, draft):
	raising, responding = world.raising, world.responding
	raiser = world.user(raising, "Practitioner")
	assert sees(raiser, draft.name)
	assert not sees(world.user(responding, "Practitioner"), draft.name)  # a draft is the raising side's alone
	with as_user(raiser):
		api.move(draft.name, "Raise Concern")
	assert sees(world.user(responding, "Practitioner"), draft.name)
	assert not sees(world.user(responding, "Manager"), draft.name)
	with as_user(raiser):
		api.record(draft.name, "unresolved")
		api.move(draft.name, "Escalate to Stage 2", reason="Not agreed.")
	assert sees(world.user(responding, "Manager"), draft.name)
	assert not sees(world.user(OFFICE, "Business Manager"), draft.name)
	with as_user(world.user(raising, "Manager")):
		api.record(draft.name, "unresolved")
		api.move(draft.name, "Escalate to Stage 3", reason="Not agreed.")
	assert sees(world.user(OFFICE, "Business Manager"), draft.name)  # 4.6
	assert not sees(world.user(OFFICE, "Chair"), draft.name)
	assert sees(raiser, draft.name)
	for capacity in factories.CAPACITIES:
		assert not sees(world.user(world.other, capacity), draft.name)


def test_leaving_ends_access_at_once(world, draft):
	raiser = world.user(world.raising, "Practitioner")
	assert sees(raiser, draft.name)
	contact = frappe.get_doc("Safeguarding Contact", world.contact(world.raising, "Practitioner"))
	contact.to_date = frappe.utils.add_days(frappe.utils.nowdate(), -1)
	contact.save(ignore_permissions=True)
	assert not sees(raiser, draft.name)


def test_an_account_given_later_opens_the_case(world, draft):
	name = factories.contact(
		"Someone New of Redfern", world.responding, "Practitioner", team="South", with_user=False
	)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(draft.name, "Raise Concern")
		document = frappe.get_doc("Escalation", draft.name)
		document.responding_lead = name
		document.save()
	user = factories.user("someone.new@example.test", "Safeguarding Practitioner")
	contact = frappe.get_doc("Safeguarding Contact", name)
	contact.user = user
	contact.save(ignore_permissions=True)
	assert sees(user, draft.name)


def test_internal_entries_stay_inside_the_agency(world, draft):
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(draft.name, "Raise Concern")
		api.record(draft.name, "consulted", note="Private to us: our lead thinks so too.")
	with as_user(world.user(world.responding, "Practitioner")):
		kinds = {row["kind"] for row in api.timeline(draft.name)}
		notes = frappe.get_list("Stage Log Note", {"escalation": draft.name}, ["note"], limit_page_length=0)
		rows = frappe.get_list("Stage Log", {"escalation": draft.name}, pluck="kind", limit_page_length=0)
	assert "concern_raised" in kinds
	assert "consulted" not in kinds
	assert "consulted" not in rows
	assert not any("Private" in row.note for row in notes)


def test_a_closed_case_is_read_only_until_it_is_reopened(world, draft):
	raiser = world.user(world.raising, "Practitioner")
	with as_user(raiser):
		api.move(draft.name, "Withdraw", reason="Raised by mistake.")
		with pytest.raises(frappe.ValidationError, match="withdrawn"):
			api.record(draft.name, "discussed")
		document = frappe.get_doc("Escalation", draft.name)
		document.dispute_summary = "Something else."
		with pytest.raises(frappe.ValidationError, match="read only"):
			document.save()


def test_reopening_starts_the_clocks_again(world, draft):
	raiser, manager = world.user(world.raising, "Practitioner"), world.user(world.raising, "Manager")
	with as_user(raiser):
		api.move(draft.name, "Raise Concern")
		api.record(draft.name, "discussed", mode="phone")
	with as_user(world.user(world.responding, "Practitioner")):
		api.record(draft.name, "resolution_proposed", note="We will look again.")
	with as_user(raiser):
		api.move(draft.name, "Accept Resolution")
	assert frappe.db.get_value("Escalation", draft.name, "resolved_at")
	assert not sees(manager, draft.name)
	with as_user(raiser):
		answer = api.move(draft.name, "Reopen", reason="Nothing was done.", to_stage=1)
	assert answer["workflow_state"] == "Stage 1"
	assert any(row["instance"] == "#2" for row in answer["deadlines"])
	assert not frappe.db.get_value("Escalation", draft.name, "resolved_at")
