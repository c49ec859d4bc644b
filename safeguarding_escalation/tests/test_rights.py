"""The one access rule on a site: what a user may do with a case, by the guard, by Frappe and by the engine alike."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.engine.access import RIGHTS
from safeguarding_escalation.services import guard
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


def test_a_right_that_there_is_none_of_is_a_mistake_of_ours(case):
	with pytest.raises(ValueError, match="no right"):
		guard.allowed(case, "reda")
