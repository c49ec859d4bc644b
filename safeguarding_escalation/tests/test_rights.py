"""The one access rule on a site: what a user may do with a case, by the guard, by Frappe and by the engine alike."""

from __future__ import annotations

from dataclasses import replace

import frappe
import pytest

from safeguarding_escalation import permissions
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import prints
from safeguarding_escalation.engine.access import RIGHTS
from safeguarding_escalation.services import guard, printing, rights
from safeguarding_escalation.services.errors import NotYours
from safeguarding_escalation.services.rights import rights_of
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def case(world):
	document = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(document.name, "Raise Concern")
	return document.name


def governance(agency: str) -> str:
	user = factories.user("elm.governance@example.test", "Safeguarding Manager")
	factories.contact("Governance of Elmfield", agency, "Information Governance", user)
	return user


def may(user: str, escalation: str) -> set[str]:
	"""The rights that the guard lets through, checked against the rule itself."""
	with as_user(user):
		found = set()
		for right in RIGHTS:
			try:
				guard.allowed(escalation, right)
			except NotYours:
				continue
			found.add(right)
	assert found == {right for right in RIGHTS if getattr(rights_of(escalation, user), right)}
	return found


def test_a_party_works_and_nobody_else_learns_that_there_is_a_case(world, case):
	assert may(world.user(world.raising, "Practitioner"), case) == set(RIGHTS) - {"redact"}
	stranger = world.user(world.other, "Practitioner")
	assert may(stranger, case) == may("Guest", case) == set()
	refused = set()
	with as_user(stranger):
		for name in (case, "no-such-case", "", None, ["x"]):
			with pytest.raises(NotYours) as caught:
				guard.allowed(name, "read")
			refused.add(str(caught.value))
	assert len(refused) == 1


def test_information_governance_copied_in_redacts_and_neither_writes_nor_exports(world, case):
	user = governance(world.raising)
	assert may(user, case) == set()
	grant = {"escalation": case, "grantee": user, "rights": "read", "reason": "copied in"}
	frappe.get_doc({"doctype": "Escalation Access", **grant}).insert()
	assert may(user, case) == {"read", "print", "redact"}


# States of a case, by what is done to a draft.
STATES = {
	"Draft": [],
	"Stage 1": ["Raise Concern"],
	"Stage 3": ["Raise Concern", "Escalate to Stage 2", "Escalate to Stage 3"],
	"Stage 4": ["Raise Concern", "Escalate to Stage 2", "Escalate to Stage 3", "Escalate to Stage 4"],
	"Withdrawn": ["Raise Concern", "Withdraw"],
}
ACTS_AT = {"Escalate to Stage 3": "Manager", "Escalate to Stage 4": "Senior Manager"}
PARTY = {"read", "write", "move", "note", "sign", "print", "export"}
CLOSED_PARTY, READER = {"read", "move", "print", "export"}, {"read", "print"}
# Who has which rights in which state; in a state that is not named: none.
EXPECTED = {
	"raiser": {state: CLOSED_PARTY if state == "Withdrawn" else PARTY for state in STATES},
	"responding practitioner": {
		state: CLOSED_PARTY if state == "Withdrawn" else PARTY for state in STATES if state != "Draft"
	},
	"responding manager": {"Stage 3": PARTY, "Stage 4": PARTY},
	"responding senior manager": {"Stage 3": PARTY, "Stage 4": PARTY},
	"manager of another team": {},
	"stranger": {},
	"board manager": {"Stage 3": PARTY | {"redact"}, "Stage 4": PARTY | {"redact"}},
	"chair": {"Stage 4": PARTY},
	"copied in": dict.fromkeys(STATES, READER),
	"governance copied in": dict.fromkeys(STATES, READER | {"redact"}),
	"stepped back": {},
	"switched off": {},
	"left": {},
	"guest": {},
}


def reached(world, state: str) -> str:
	case = factories.escalation(world).name
	for action in STATES[state]:
		with as_user(world.user(world.raising, ACTS_AT.get(action, "Practitioner"))):
			if action.startswith("Escalate"):
				api.record(case, "unresolved")
			api.move(case, action, reason="Not agreed.")
	return case


def users(world, case: str) -> dict[str, str]:
	"""The people of `EXPECTED`, each with their account."""
	office = "Redbridge Safeguarding Adults Board"
	found = {
		"raiser": world.user(world.raising, "Practitioner"),
		"responding practitioner": world.user(world.responding, "Practitioner"),
		"responding manager": world.user(world.responding, "Manager"),
		"responding senior manager": world.user(world.responding, "Senior Manager"),
		"stranger": world.user(world.other, "Practitioner"),
		"board manager": world.user(office, "Business Manager"),
		"chair": world.user(office, "Chair"),
		"governance copied in": governance(world.other),
		"guest": "Guest",
	}
	for who, agency, team in (
		("manager of another team", world.responding, "South"),
		("copied in", world.other, "East"),
		("stepped back", world.responding, "North"),
		("switched off", world.responding, "North"),
		("left", world.responding, "North"),
	):
		found[who] = factories.user(f"{frappe.scrub(who)}@example.test", "Safeguarding Manager")
		factories.contact(f"Somebody {who}", agency, "Manager", found[who], team)
	grant(case, found["stepped back"], rights="write", basis="named", reason="named")
	with as_user(found["stepped back"]):
		api.recuse(case, "My neighbour.")
	for who in ("copied in", "governance copied in"):
		grant(case, found[who], rights="read", basis="copied", reason="copied in")
	for who in ("switched off", "left"):
		grant(case, found[who], rights="write", basis="named", reason="named")
	frappe.db.set_value("User", found["switched off"], "enabled", 0)
	frappe.db.set_value("Safeguarding Contact", {"user": found["left"]}, "to_date", "2025-03-01")
	return found


def grant(case: str, user: str, **values) -> None:
	frappe.get_doc({"doctype": "Escalation Access", "escalation": case, "grantee": user, **values}).insert()


@pytest.mark.parametrize("state", STATES)
def test_the_rule_the_guard_frappes_check_and_the_list_agree(world, state):
	case = reached(world, state)
	assert frappe.db.get_value("Escalation", case, "workflow_state") == state
	people = users(world, case)
	assert set(people) == set(EXPECTED)
	cells = 0
	for who, user in people.items():
		expected = EXPECTED[who].get(state, set())
		assert may(user, case) == expected, (who, state)
		for ptype, right in permissions.RIGHT_OF.items():
			document = frappe.get_doc("Escalation", case)
			assert permissions.has_permission(document, ptype, user) is (right in expected), (who, ptype)
			allowed = bool(frappe.has_permission("Escalation", ptype, doc=case, user=user))
			by_role = bool(frappe.has_permission("Escalation", ptype, user=user))
			assert allowed is (by_role and right in expected), (who, ptype)
			cells += 1
		for ptype in ("delete", "share", "submit", "cancel", "amend", "import"):
			assert not frappe.has_permission("Escalation", ptype, doc=case, user=user), (who, ptype)
		with as_user(user):
			listed = user != "Guest" and case in frappe.get_list(
				"Escalation", pluck="name", limit_page_length=0
			)
		assert listed is ("read" in expected), who
		assert permissions.may("Escalation", case, user) is ("read" in expected), who
		assert permissions.may("Escalation", case, user, write=True) is ("move" in expected), who
	assert cells == len(EXPECTED) * len(permissions.RIGHT_OF)


def test_no_role_of_ours_exports_by_frappes_own_ways(world, case):
	for capacity in factories.CAPACITIES:
		for right in ("export", "email", "share", "delete"):
			assert not frappe.has_permission("Escalation", right, user=world.user(world.raising, capacity))


def test_an_account_without_our_roles_does_nothing_whoever_its_contact_is(world, case):
	user = factories.user("elm.without.a.role@example.test", "Translator")
	factories.contact("Somebody without a role", world.raising, "Practitioner", user, team="North")
	assert rights_of(case, user).write  # by the case alone
	with as_user(user):
		for right in RIGHTS:
			with pytest.raises(NotYours):
				guard.allowed(case, right)


def test_prints_ask_for_the_print_right(world, case, monkeypatch):
	user = world.user(world.raising, "Practitioner")
	document = frappe.get_doc("Escalation", case)
	with as_user(user):
		document.run_method("before_print")
		assert document.record["reference"] == document.reference
	real = rights.rights_of
	monkeypatch.setattr(rights, "rights_of", lambda name, who: replace(real(name, who), print=False))
	with as_user(user):
		with pytest.raises(NotYours):
			document.run_method("before_print")
		with pytest.raises(NotYours):
			prints.download_pdf("Escalation", case, "Redbridge Escalation Record")
		with pytest.raises(NotYours):
			prints.download_multi_pdf("Escalation", [case], "Redbridge Escalation Record")
		with pytest.raises(NotYours):
			printing.record(document)
		assert api.deadlines(case)["escalation"] == case  # reading is another right


def test_signing_asks_for_the_sign_right(world, case, monkeypatch):
	user, contact = world.user(world.raising, "Practitioner"), world.contact(world.raising, "Practitioner")
	real = rights.rights_of
	monkeypatch.setattr(rights, "rights_of", lambda name, who: replace(real(name, who), sign=False))
	with as_user(user):
		document = frappe.get_doc("Escalation", case)
		document.append("signatures", {"contact": contact, "side": "raising", "signed_on": "2025-03-12"})
		with pytest.raises(NotYours):
			document.save()


def test_moving_asks_for_the_move_right(world, case, monkeypatch):
	real = rights.rights_of
	monkeypatch.setattr(rights, "rights_of", lambda name, who: replace(real(name, who), move=False))
	with as_user(world.user(world.raising, "Practitioner")):
		with pytest.raises(NotYours):
			api.move(case, "Withdraw", reason="Raised by mistake.")
		document = frappe.get_doc("Escalation", case)
		document.workflow_state = "Withdrawn"
		with pytest.raises(frappe.PermissionError):
			document.save()


def test_a_right_that_there_is_none_of_is_a_mistake_of_ours(case):
	with pytest.raises(ValueError, match="no right"):
		guard.allowed(case, "reda")
