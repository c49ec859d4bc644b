"""Names by which access is decided, and that a draft stays one of one's own agency."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


def test_an_agency_or_a_team_has_no_backslash_in_its_name(world):
	with pytest.raises(BadInput, match="without a backslash"):
		factories.agency("Elmfield\\Hospital", "Health")
	with pytest.raises(BadInput, match="Team: write it without"):
		factories.contact("Somebody of a team", world.raising, "Manager", team="Ward\\4", with_user=False)
	contact = frappe.get_doc("Safeguarding Contact", world.contact(world.raising, "Manager"))
	contact.append("other_capacities", {"capacity": "Safeguarding Lead", "team": "Duty\\desk"})
	with pytest.raises(BadInput, match="Team: write it without"):
		contact.save(ignore_permissions=True)


def test_a_draft_is_not_made_one_between_two_other_agencies(world):
	draft = factories.escalation(world)
	third = factories.agency("Harbour Care Homes", "Care Provider")
	with as_user(world.user(world.raising, "Practitioner")):
		document = frappe.get_doc("Escalation", draft.name)
		document.raising_agency = third
		with pytest.raises(NotYours, match="for your own agency"):
			document.save()
		document.reload()
		document.responding_agency = third
		document.responding_lead = None
		document.save()
	assert frappe.db.get_value("Escalation", draft.name, "responding_agency") == third
