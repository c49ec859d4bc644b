"""A conflict of interest: somebody steps back, and may name who acts in their place. Cover by a colleague."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import access, errors, recipients
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user

OFFICE = "Redbridge Safeguarding Adults Board"
REASON = "The carer is my cousin."


@pytest.fixture
def case(world):
	document = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(document.name, "Raise Concern")
	return document.name


@pytest.fixture
def lead(world):
	return world.user(world.responding, "Practitioner")


def person(name: str, agency: str, team: str = "", capacity: str = "Practitioner") -> tuple[str, str]:
	"""A new contact and its account."""
	user = factories.user(f"{frappe.scrub(name)}@example.test", factories.ROLE_OF[capacity])
	return factories.contact(name, agency, capacity, user, team), user


def sees(user: str, case: str) -> bool:
	with as_user(user):
		listed = case in frappe.get_list("Escalation", pluck="name", limit_page_length=0)
		opened = bool(frappe.has_permission("Escalation", "read", doc=case))
	assert listed == opened
	return listed


def kinds(case: str) -> list[str]:
	return frappe.get_all("Stage Log", {"escalation": case}, pluck="kind", order_by="sequence")


def to_stage(world, case: str, last: int) -> None:
	acts = ("Practitioner", "Manager", "Senior Manager")
	for number in range(2, last + 1):
		with as_user(world.user(world.raising, acts[number - 2])):
			api.record(case, "unresolved")
			api.move(case, f"Escalate to Stage {number}", reason="Not agreed.")


def test_the_substitute_leads_in_the_place_of_who_steps_back(world, case, lead):
	substitute, user = person("Robin Substitute", world.responding, team="South")
	assert not sees(user, case)
	with as_user(lead):
		answer = api.recuse(case, REASON, substitute)
	assert answer == {"escalation": case, "recused": True, "substitute": substitute}
	assert not sees(lead, case)
	assert sees(user, case)
	assert frappe.db.get_value("Escalation", case, "responding_lead") == substitute
	entry = frappe.get_doc("Stage Log", {"escalation": case, "kind": "recused"})
	assert (entry.actor_name, entry.counterpart) == (
		f"Practitioner of {world.responding}",
		substitute,
	)
	assert kinds(case).count("handed_over") == 1
	assert [who.email for who in recipients.resolve(loaded(case), "responding lead")] == [user]
	with as_user(user):
		assert api.record(case, "resolution_proposed", note="We will look again.")["log"]
		entries = api.timeline(case)
	assert REASON in {row["note"] for row in entries}  # of the same agency


def test_a_substitute_for_somebody_who_does_not_lead_works_on_the_case_too(world, case):
	to_stage(world, case, 2)
	substitute, user = person("Sam Substitute", world.responding, team="South", capacity="Manager")
	with as_user(world.user(world.responding, "Manager")):
		api.recuse(case, REASON, substitute)
	assert sees(user, case)
	assert not sees(world.user(world.responding, "Manager"), case)
	row = frappe.get_doc("Escalation Access", {"escalation": case, "grantee": user})
	assert (row.reason, row.basis) == ("named as substitute", "named")


def test_who_cannot_be_named_as_substitute(world, case, lead):
	elsewhere = world.contact(world.raising, "Practitioner")
	gone, _ = person("Gone Colleague", world.responding)
	frappe.db.set_value("Safeguarding Contact", gone, "to_date", "2025-03-01")
	recused, user = person("Recused Colleague", world.responding, team="North")
	with as_user(user):
		api.recuse(case, "My neighbour.")
	myself = world.contact(world.responding, "Practitioner")
	twin = factories.contact("My other post", world.responding, "Manager", lead)
	before = kinds(case)
	for name, words in (
		(elsewhere, "does not work for"),
		(gone, "no longer"),
		(recused, "stepped back"),
		(myself, "somebody else"),
		(twin, "somebody else"),
		("no-such-contact", "no Safeguarding Contact"),
	):
		with as_user(lead), pytest.raises(errors.BadInput, match=words):
			api.recuse(case, REASON, name)
	assert kinds(case) == before
	assert sees(lead, case)


def test_a_recusal_that_is_corrected_ends_the_substitutes_access(world, case, lead):
	to_stage(world, case, 2)
	substitute, user = person("Sam Substitute", world.responding, team="South", capacity="Manager")
	manager = world.user(world.responding, "Manager")
	with as_user(manager):
		api.recuse(case, REASON, substitute)
	entry = frappe.db.get_value("Stage Log", {"escalation": case, "kind": "recused"})
	with as_user(lead):
		api.record(case, "correction", corrects=entry)
	assert sees(manager, case)
	assert not sees(user, case)


@pytest.mark.parametrize("capacity", ["Business Manager", "Chair"])
def test_a_substitute_holds_the_boards_post_in_this_case_alone(world, case, capacity):
	other = factories.escalation(world).name
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(other, "Raise Concern")
	for name in (case, other):
		to_stage(world, name, 4)
	holder = world.user(OFFICE, capacity)
	substitute, user = person(f"Deputy {capacity}", OFFICE, capacity="Business Manager")
	assert sees(holder, case)
	with as_user(holder):
		api.recuse(case, "I chaired the trust.", substitute)
	assert not sees(holder, case)
	assert sees(user, case)
	assert sees(holder, other)
	assert not sees(user, other)
	assert capacity in frappe.db.get_value(
		"Escalation Access", {"escalation": case, "grantee": user}, "reason"
	)
	with as_user(user):
		notes = {row["note"] for row in api.timeline(case)}
		listed = frappe.get_list("Stage Log", {"escalation": case, "kind": "recused"}, pluck="name")
	assert "I chaired the trust." in notes  # an entry for the board
	assert len(listed) == 1
	assert user in {who.email for who in recipients.resolve(loaded(case), capacity.lower())}
	# Another Chair, whom the board names meanwhile, has the post; the substitute for the former one is done.
	successor, new = person(f"New {capacity}", OFFICE, capacity="Business Manager")
	board = frappe.get_doc("Safeguarding Board", world.board)
	board.set(frappe.scrub(capacity), successor)
	with pytest.MonkeyPatch.context() as patch:  # in the same request, before anything runs in the background
		patch.setattr(access, "refresh_cases", lambda cases: None)
		board.save(ignore_permissions=True)
		assert not sees(user, case)
	access.store(loaded(case))
	assert sees(new, case)
	assert not sees(user, case)


def test_the_chairs_substitute_answers_as_the_chair(world, case):
	to_stage(world, case, 4)
	substitute, user = person("Deputy Chair", OFFICE, capacity="Business Manager")
	with as_user(world.user(OFFICE, "Chair")):
		allowed = {move["action"] for move in api.deadlines(case)["moves"] if move["allowed"]}
		api.recuse(case, "I chaired the trust.", substitute)
	with as_user(user):
		assert {move["action"] for move in api.deadlines(case)["moves"] if move["allowed"]} == allowed
	assert allowed


def test_a_draft_passes_to_the_substitute(world):
	draft = factories.escalation(world).name
	substitute, user = person("Robin Substitute", world.raising, team="South")
	raiser = world.user(world.raising, "Practitioner")
	with as_user(raiser):
		api.recuse(draft, REASON, substitute)
	assert sees(user, draft)
	assert not sees(raiser, draft)
	assert not sees(world.user(world.responding, "Practitioner"), draft)


def test_cover_by_a_colleague_is_one_logged_click(world, case, lead):
	contact, colleague = person("Kim Colleague", world.responding, team="North")
	_, other = person("Lee Elsewhere", world.responding, team="South")
	assert sees(colleague, case)
	assert not sees(other, case)
	with as_user(other), pytest.raises(errors.NotYours):
		api.take_over(case)
	# Let in by a copy, another team's colleague still does not take over.
	grant = {"escalation": case, "grantee": other, "rights": "write", "basis": "named"}
	frappe.get_doc({"doctype": "Escalation Access", **grant}).insert()
	with as_user(other), pytest.raises(errors.MoveRefused, match="North"):
		api.take_over(case)
	before = len(kinds(case))
	with as_user(colleague):
		answer = api.take_over(case)  # one call, no question asked
	assert next(row for row in answer["leads"] if row["side"] == "responding")["mine"]
	assert kinds(case)[before:] == ["handed_over"]
	entry = frappe.get_doc("Stage Log", {"escalation": case, "kind": "handed_over"})
	assert (entry.actor, entry.recorded_by) == (contact, colleague)
	assert sees(lead, case)  # still of the team
