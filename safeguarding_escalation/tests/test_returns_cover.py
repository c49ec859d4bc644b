"""The link to a draft return while the Business Manager is away: it goes to who stands in and may issue it."""

from __future__ import annotations

from datetime import timedelta

import frappe

from safeguarding_escalation.api import returns as api
from safeguarding_escalation.services import returns_drafting, returns_people, times
from safeguarding_escalation.tests import factories, test_returns
from safeguarding_escalation.tests.return_cases import BOARD
from safeguarding_escalation.tests.test_absences import away

accounts, office = test_returns.accounts, test_returns.office
MANAGER, COVER = test_returns.MANAGER, "seaham.cover@example.test"


def mailed(name: str) -> list[str]:
	queued = frappe.get_all(
		"Email Queue", {"reference_doctype": "Board Return", "reference_name": name}, pluck="name"
	)
	return frappe.get_all("Email Queue Recipient", {"parent": ("in", queued or [""])}, pluck="recipient")


def test_the_link_goes_to_who_covers_for_an_absent_business_manager(office):
	manager = frappe.db.get_value("Safeguarding Board", BOARD, "business_manager")
	factories.user(COVER, "Board Business Manager")
	cover = factories.contact("Cover Seaham", office, "Manager", COVER)
	absence = away(manager, cover)
	draft = test_returns.drafted(user="Administrator")
	assert returns_drafting.tell(draft)
	assert mailed(draft.name) == [COVER]
	with factories.as_user(COVER):
		assert api.show(draft.name)["may_write"]
	# Who stands in without the post's role may not issue it: the link stays the Business Manager's own.
	frappe.get_doc("User", COVER).remove_roles("Board Business Manager")
	assert returns_people.told(BOARD, returns_people.BOARDS) == [MANAGER]
	frappe.get_doc("User", COVER).add_roles("Board Business Manager")
	assert returns_people.told(BOARD, returns_people.BOARDS) == [COVER]
	absence.db_set("ends_at", times.stored(times.now() - timedelta(minutes=1)))
	assert returns_people.told(BOARD, returns_people.BOARDS) == [MANAGER]
	with factories.as_user(COVER):
		assert not returns_people.is_writer(draft.name)
