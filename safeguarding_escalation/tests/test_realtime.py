"""Open forms learn that a case changed, and nothing else: what the host's realtime server is given."""

import frappe
import frappe.realtime
import pytest

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import realtime
from safeguarding_escalation.tests import factories


@pytest.fixture
def sent(monkeypatch) -> list[dict]:
	"""What was published of ours, in order."""
	found: list[dict] = []

	def publish(event, message=None, **given):
		if event == realtime.EVENT:
			found.append({"message": message, **given})

	monkeypatch.setattr(frappe, "publish_realtime", publish)
	return found


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


def newest(name: str) -> int:
	return frappe.db.get_value("Stage Log", {"escalation": name}, "sequence", order_by="sequence desc")


def test_recording_and_moving_tell_the_room_of_the_case_once_each(world, raiser, sent):
	case = factories.escalation(world)
	sent.clear()
	with factories.as_user(raiser):
		api.record(case.name, "discussed", note="Zephyrine Canary", mode="phone")
		assert [row["message"] for row in sent] == [{"escalation": case.name, "sequence": newest(case.name)}]
		api.move(case.name, "Raise Concern", note="Zephyrine Canary")
	assert len(sent) == 2
	assert sent[1]["message"] == {"escalation": case.name, "sequence": newest(case.name)}
	for row in sent:
		assert (row["doctype"], row["docname"], row["after_commit"]) == ("Escalation", case.name, True)
		assert "Zephyrine" not in str(row)
		assert raiser not in str(row)


def test_only_who_may_read_the_case_is_let_into_its_room(world, raiser):
	case = factories.escalation(world)
	# Version 16 asks by another name.
	ask = getattr(frappe.realtime, "can_subscribe_doc", None) or frappe.realtime.has_permission
	with factories.as_user(raiser):
		ask("Escalation", case.name)
	with factories.as_user(world.user(world.other, "Practitioner")), pytest.raises(frappe.PermissionError):
		ask("Escalation", case.name)
