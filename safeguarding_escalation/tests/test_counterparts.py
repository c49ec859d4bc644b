"""Whom to speak with, for agencies of every kind: as a concern is raised, and at each step of the case."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.api import intake
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

# Agency: its type, who is listed there, who is proposed at a practitioners' stage, whether they only stand in.
AGENCIES = {
	"Wexcombe Integrated Care Board": ("Health", ("Chief Officer", "Named Professional"), "Named Professional", True),
	"Wexcombe Commissioning Unit": ("Health", ("Senior Manager", "Safeguarding Lead"), "Safeguarding Lead", True),
	"Wexcombe Council Commissioners": ("Local Authority", ("Senior Manager", "Manager"), "Manager", True),
	"Wexcombe General Practice": ("Health", ("Practitioner", "Safeguarding Lead"), "Practitioner", False),
	"Wexcombe Hospitals Trust": ("Health", ("Named Professional", "Practitioner"), "Practitioner", False),
	"Wexcombe Court Care Home": ("Care Provider", ("Safeguarding Lead", "Manager"), "Manager", True),
	"Wexcombe Adult Social Care": ("Local Authority", ("Safeguarding Lead", "Enquiry Manager"), "Enquiry Manager", True),
	"Wexcombe Police": ("Police", ("Senior Manager", "Safeguarding Lead"), "Safeguarding Lead", True),
	"Wexcombe Probation": ("Probation", ("Manager",), "Manager", True),
	"Wexcombe Homes": ("Housing", ("Chief Officer", "Safeguarding Lead"), "Safeguarding Lead", True),
	"Wexcombe College": ("Education", ("Head of Service", "Safeguarding Lead"), "Safeguarding Lead", True),
	"Wexcombe Fire and Rescue": ("Fire and Rescue", ("Manager", "Practitioner"), "Practitioner", False),
	"Wexcombe Friends": ("Voluntary Sector", ("Chief Officer",), "Chief Officer", True),
	"Wexcombe Ombudsman": ("Other", ("Information Governance",), None, True),
	"Wexcombe Advocates": ("Voluntary Sector", (), None, True),
}  # fmt: skip


@pytest.fixture(scope="module")
def directory(world, kept):
	for name, (kind, capacities, _, _) in AGENCIES.items():
		factories.agency(name, kind)
		for capacity in capacities:
			factories.contact(f"{capacity} of {name}", name, capacity, with_user=False)


def test_every_kind_of_agency_is_in_the_table(directory):
	kinds = frappe.get_meta("Partner Agency").get_field("agency_type").options.split("\n")
	assert {kind for kind, *_ in AGENCIES.values()} == set(kinds)


def test_somebody_is_proposed_at_every_kind_of_agency_as_a_concern_is_raised(world, directory):
	with as_user(world.user(world.raising, "Practitioner")):
		for agency, (_, capacities, first, stands_in) in AGENCIES.items():
			found = intake.suggest(board="Redbridge", agency=agency)
			proposed = [row["capacity"] for row in found["counterparts"] if row["equal"]]
			assert proposed == ([first] if first else []), agency
			assert len(found["counterparts"]) == len(capacities)  # the others can be chosen all the same
			if first is None:
				assert found["whom"] == f"Nobody is listed at {agency}; look it up in Who do I ring?"
			else:
				assert bool(found["whom"]) is stands_in
				assert not stands_in or f"No Practitioner is listed at {agency}" in found["whom"]


def told(found, stage):
	return next(row for row in found["counterparts"] if row["stage"] == stage)


def names(row):
	return [person["capacity"] for person in row["people"]]


def test_a_care_providers_dispute_goes_to_the_manager_who_co_ordinates(world, directory):
	care_home, council = "Wexcombe Court Care Home", "Wexcombe Adult Social Care"
	raiser = factories.user("care.home.of.wexcombe@example.test", "Safeguarding Practitioner")
	practitioner = factories.contact("Carer of Wexcombe", care_home, "Practitioner", raiser)
	lead = frappe.db.get_value("Safeguarding Contact", {"agency": council, "capacity": "Safeguarding Lead"})
	given = {
		"doctype": "Escalation",
		"board": "Buckinghamshire",
		"raising_agency": care_home,
		"responding_agency": council,
		"dispute_summary": "A review was refused.",
		"subjects": [{"subject_name": "Zephyrine Canary", "kind": "Adult"}],
	}
	with as_user(raiser):
		made = frappe.get_doc(given).insert()
		assert made.raised_by == practitioner
		found = told(cases.deadlines(made.name), 2)
		assert (found["agency"], names(found)) == (council, ["Enquiry Manager", "Safeguarding Lead"])
		assert "co-ordinating the safeguarding procedure" in found["words"]
		made.enquiry_manager = lead  # whoever is named on the case co-ordinates it
		made.save()
		assert told(cases.deadlines(made.name), 2)["people"][0]["contact"] == lead
		# At the Heads of Service nobody of that level is listed: who leads on safeguarding is asked instead.
		assert "No Head of Service is listed" in told(cases.deadlines(made.name), 3)["sentence"]
		made.responding_agency = "Wexcombe Advocates"
		made.save()
		empty = told(cases.deadlines(made.name), 2)
	assert (empty["people"], empty["sentence"]) == (
		[],
		"Nobody is listed at Wexcombe Advocates; look it up in Who do I ring?",
	)


def test_health_may_ask_the_named_professional_of_either_side(world, directory):
	factories.contact("Named Nurse of Elmfield", world.raising, "Named Professional", with_user=False)
	given = {"board": "Stockport", "nature": [], "nature_other": "A bed", "safe_by": "2030-01-02 12:00:00"}
	case = factories.escalation(world, responding_agency="Wexcombe Hospitals Trust", responding_lead=None, parties=[], **given)  # fmt: skip
	with as_user(world.user(world.raising, "Practitioner")):
		calm = cases.deadlines(case.name)
		assert [row["agency"] for row in calm["counterparts"] if row["stage"] == 3] == [
			"Wexcombe Hospitals Trust"
		]
		case.reload()
		case.health_route = 1
		case.save()
		asked = cases.deadlines(case.name)
	rows = [row for row in asked["counterparts"] if row["stage"] == 3]
	assert [(row["agency"], row["own"], names(row)[0]) for row in rows] == [
		("Wexcombe Hospitals Trust", False, "Named Professional"),
		(world.raising, True, "Named Professional"),
	]
	assert all("in preference to line management" in row["words"] for row in rows)


def test_the_other_side_is_the_raiser_for_who_responds_and_nobody_is_asked_once_it_is_settled(
	world, directory
):
	case = factories.escalation(world, resolution_summary="It goes on.").name
	with as_user(world.user(world.raising, "Practitioner")):
		cases.move(case, "Raise Concern")
	with as_user(world.user(world.responding, "Practitioner")):
		assert {row["agency"] for row in cases.deadlines(case)["counterparts"]} == {world.raising}
	with as_user(world.user(world.raising, "Practitioner")):
		cases.record(case, "discussed", two_way=True, note="Agreed.")
		assert cases.move(case, "Accept Resolution")["counterparts"] == []
