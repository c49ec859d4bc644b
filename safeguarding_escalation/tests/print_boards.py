"""A case of any board, raised and taken to Stage 2 and resolved there, with everything that a template asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import frappe

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine import load_policy
from safeguarding_escalation.services import facts
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import World, as_user

# A board of each policy, the policy, and its format.
BOARDS = (
	("Hampshire", "4lsab-2023", "4LSAB Annex B"),
	("Stockport", "stockport", "Stockport Appendix Two"),
	("Redbridge", "redbridge-2022", "Redbridge Escalation Record"),
	("Buckinghamshire", "buckinghamshire", "Buckinghamshire Appendix B"),
	("Suffolk", "suffolk-2024", "Suffolk Appendix 1"),
)
OF_FORMAT = {print_format: (board, policy) for board, policy, print_format in BOARDS}
SUMMARY = (
	"The council closed the section 42 enquiry on 10 March. The carer about whom the concern was raised still visits "
	"three times a week, alone.\n\nThe ward does not think the risk is lower than when the enquiry began."
)


def raised(world: World, board: str, policy: str, **values: Any) -> Any:
	"""A case at Stage 1 of the board's policy, of two agencies and one adult."""
	values.setdefault("nature", [{"nature": load_policy(policy).natures[0].label}])
	made = factories.escalation(
		replace(world, board=board),
		**{
			"challenge_type": "Inaction",
			"decision_maker": world.contact(world.responding, "Manager"),
			"referral_made": "Yes",
			"scope_basis": "A section 42 enquiry was opened in February.",
			"dispute_summary": SUMMARY,
			**values,
		},
	)
	family = made.counterparty == facts.FAMILY
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(
			made.name,
			"Raise Concern",
			occurred_at="2025-03-12 09:30:00",
			counterpart=None if family else world.contact(world.responding, "Practitioner"),
		)
	return made


TALK = "The council sees the risk as met by four calls a day; the ward sees the carer's visits as the risk."


def at_stage_2(world: World, made: Any, talk: str = TALK) -> None:
	"""Discussed at Stage 1 without agreement, and escalated."""
	with as_user(world.user(world.raising, "Practitioner")):
		api.record(
			made.name,
			"discussed",
			occurred_at="2025-03-14 15:00:00",
			mode="phone",
			counterpart=world.contact(world.responding, "Practitioner"),
			note=talk,
		)
		api.record(made.name, "unresolved", occurred_at="2025-03-18 15:30:00", note="No way forward found.")
		api.move(
			made.name,
			"Escalate to Stage 2",
			occurred_at="2025-03-18 16:00:00",
			reason="Not settled between the practitioners.",
			counterpart=world.contact(world.responding, "Manager"),
		)


def resolved(world: World, made: Any) -> None:
	"""Resolved between the managers at Stage 2, with actions, signatures and what remains."""
	raiser, answerer = world.contact(world.raising, "Manager"), world.contact(world.responding, "Manager")
	for agency, view in (
		(world.raising, "The closure rested on the care package, not on the carer."),
		(world.responding, "The package was thought to meet the risk."),
	):
		with as_user(world.user(agency, "Manager")):  # an agency says for itself how it sees the dispute
			document = frappe.get_doc("Escalation", made.name)
			mine = next(party for party in document.parties if party.agency == agency)
			mine.update({"satisfied": "Yes", "view": view})
			document.save()
	with as_user(world.user(world.responding, "Manager")):
		api.record(
			made.name,
			"resolution_proposed",
			occurred_at="2025-03-20 14:30:00",
			note="Reopen the enquiry; planning meeting within five working days.",
		)
	with as_user(world.user(world.raising, "Manager")):
		document = frappe.get_doc("Escalation", made.name)
		document.update(
			{
				"resolution_summary": "The enquiry is reopened; a planning meeting with the hospital takes place.",
				"contingency_plan": "A night sitter until the planning meeting.",
				"outstanding_issues_plan": "How ward assessments are weighed goes to the liaison meeting in May.",
				"dissatisfaction_remaining": "The hospital was not told of the closure for four days.",
				"learning": "Tell the referrer of a closure on the same day.",
				"additional_notes": "The ward keeps a diary of the carer's visits.",
				"involvement": [
					{
						"stage": 1,
						"informed": "Yes",
						"informed_on": "2025-03-12",
						"wishes_followed_through": "Yes",
						"views": "“I want somebody to look in on me who is not him.”",
					}
				],
				"actions": [
					{
						"action": "Hold the planning meeting",
						"by_whom": answerer,
						"by_agency": world.responding,
						"due_on": "2025-03-27",
						"done_on": "2025-03-21",
						"stage": 2,
						"outcome": "Held; minutes on file",
					},
					{
						"action": "Tell the ward of the outcome",
						"by_whom": raiser,
						"by_agency": world.raising,
						"due_on": "2025-03-24",
						"stage": 2,
					},
				],
				"signatures": [
					signature(raiser, world.raising, "raising", "2025-03-20"),
					signature(answerer, world.responding, "responding", "2025-03-21"),
				],
			}
		)
		document.save()
		api.record(
			made.name,
			"copied",
			occurred_at="2025-03-20 15:00:00",
			mode="email",
			counterpart=world.contact(world.raising, "Senior Manager"),
			note="Record of Stages 1 and 2",
		)
		api.move(made.name, "Accept Resolution", occurred_at="2025-03-20 16:00:00", reason="Both agree.")


def signature(contact: str, agency: str, side: str, on: str) -> dict[str, Any]:
	"""A row of `signatures`."""
	name, title = frappe.db.get_value("Safeguarding Contact", contact, ["contact_name", "job_title"])
	return {
		"contact": contact,
		"signatory_name": name,
		"job_title": title,
		"agency": agency,
		"side": side,
		"signed_on": on,
		"stage": 2,
	}
