"""A received escalation in one organisation's installation: nobody of the other side has an account."""

from __future__ import annotations

import frappe
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import errors
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def received(world):
	"""The hospital's ward sister wrote a letter; the council's practitioner enters it."""
	settings = frappe.get_doc("Safeguarding Settings")
	settings.installation, settings.host_agency = "One organisation", world.responding
	settings.save(ignore_permissions=True)
	outside = factories.agency("Ashdown Community Trust", "Health")
	sister = factories.contact(
		"Ward Sister of Ashdown", outside, "Practitioner", team="Ward 4", with_user=False
	)
	user = world.user(world.responding, "Practitioner")
	with as_user(user):
		case = frappe.get_doc(
			{
				"doctype": "Escalation",
				"direction": "Received",
				"board": world.board,
				"raising_agency": outside,
				"raised_by": sister,
				"nature": [{"nature": "Level of risk and its assessment"}],
				"dispute_summary": "They disagree with our closure.",
				"decision_challenged": "Closure",
				"risk_to_adult": "Neglect.",
				"evidence_reasons": "Their assessment.",
				"outcome_sought": "Reopening.",
				"disagreement_at": "2025-03-10 09:00:00",
				"subjects": [{"subject_name": "Zephyrine Canary", "kind": "Adult"}],
				"parties": [
					{"agency": outside, "side": "raising", "aim": "Protection"},
					{"agency": world.responding, "side": "responding", "aim": "Care management"},
				],
			}
		).insert()
	return case.name, sister, user


def test_whoever_enters_it_sees_the_draft(received):
	name, _, user = received
	with as_user(user):
		assert name in frappe.get_list("Escalation", pluck="name", limit_page_length=0)


def test_what_the_other_side_did_is_recorded_as_reported(received):
	name, sister, user = received
	with as_user(user):
		with pytest.raises(errors.BadInput, match="how you know"):
			api.move(name, "Raise Concern", actor=sister, occurred_at="2025-03-11 10:00:00")
		answer = api.move(
			name,
			"Raise Concern",
			actor=sister,
			evidence="Her letter of 11 March",
			occurred_at="2025-03-11 10:00:00",
		)
		row = next(entry for entry in api.timeline(name) if entry["kind"] == "concern_raised")
	assert answer["workflow_state"] == "Stage 1"
	assert (row["source"], row["evidence"], row["actor"]) == (
		"reported",
		"Her letter of 11 March",
		"Ward Sister of Ashdown",
	)
	assert row["side"] == "raising"


def test_nobody_moves_for_somebody_who_can_log_in(received, world):
	name, sister, user = received
	with as_user(user):
		api.move(name, "Raise Concern", actor=sister, evidence="Her letter")
		with pytest.raises(errors.MoveRefused, match="account"):
			api.move(
				name,
				"Escalate to Stage 2",
				actor=world.contact(world.responding, "Manager"),
				evidence="He said so",
				reason="Not agreed.",
			)


def test_administrator_moves_only_in_somebodys_name(received, world):
	name, sister, _ = received
	with pytest.raises(errors.MoveRefused, match="actor"):
		api.move(name, "Raise Concern")
	answer = api.move(name, "Raise Concern", actor=sister, evidence="Her letter of 11 March")
	assert answer["workflow_state"] == "Stage 1"


def test_a_colleague_records_for_an_outsider_where_a_board_hosts(received):
	name, sister, user = received
	settings = frappe.get_doc("Safeguarding Settings")
	settings.installation, settings.host_agency = "Board hosted", None
	settings.save(ignore_permissions=True)
	with as_user(user):
		answer = api.move(name, "Raise Concern", actor=sister, evidence="Her letter of 11 March")
	assert answer["workflow_state"] == "Stage 1"


def test_a_time_with_an_offset_in_a_field_is_stored_in_the_sites_zone(world):
	case = factories.escalation(world, disagreement_at="2025-06-02T09:00:00+00:00")
	assert str(frappe.db.get_value("Escalation", case.name, "disagreement_at")) == "2025-06-02 10:00:00"
