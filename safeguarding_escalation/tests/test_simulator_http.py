"""Who looks at cases through the simulator or Clock health is noted, by HTTP, and an export counts as one."""

from __future__ import annotations

import frappe

from safeguarding_escalation.services import health, limits
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.browsing import Client
from safeguarding_escalation.tests.test_audit_http import Audit, raised

API = "/api/method/safeguarding_escalation.api"


def asked(world) -> dict[str, str]:
	policy = frappe.get_doc("Safeguarding Board", world.board).policies[0].policy
	return {"policy": policy, "board": world.board, "from_date": "2025-01-01", "to_date": "2030-01-01"}


def test_a_run_and_an_export_are_noted_for_each_case_that_they_tell(world):
	case = raised(world)
	# A Business Manager does not see a case at Stage 1 by the policy: this one is given it.
	user = world.user("Redbridge Safeguarding Adults Board", "Business Manager")
	access = {"doctype": "Escalation Access", "escalation": case.name, "grantee": user, "active": 1}
	access |= {"since": "2025-01-01 10:00:00", "rights": "write", "reason": "Business Manager of the board"}
	frappe.get_doc(access).insert(ignore_permissions=True)
	frappe.db.commit()
	client = Client(user)
	noted = Audit(case)
	answer = client.get(f"{API}.simulator.run", **asked(world))
	assert answer.status_code == 200, answer.text
	assert case.reference in answer.text or answer.json()["message"]["rows"] == []
	answer = client.get(f"{API}.simulator.export", **asked(world), table="clocks", kind="xlsx")
	assert answer.status_code == 200
	assert answer.content.startswith(b"PK")
	assert "export" in noted.actions()
	assert "refused" not in noted.actions()


def test_an_export_counts_against_the_hour_s_limit(world):
	assert "safeguarding_escalation.api.simulator.export" in limits._OUR_EXPORTS
	assert limits._kind("/api/method/safeguarding_escalation.api.simulator.export", {}) == limits.EXPORT
	assert limits._kind("/api/method/safeguarding_escalation.api.simulator.run", {}) == ""


def test_a_finding_about_a_case_is_noted_where_it_is_shown(world):
	case = raised(world)
	row = frappe.db.get_value("Escalation Deadline", {"escalation": case.name, "met_at": None})
	frappe.db.set_value("Escalation Deadline", row, "due_at", "2030-01-01 10:00:00")
	health.run()
	frappe.db.commit()
	keeper = factories.user("health.http@example.test", "Safeguarding Administrator")
	frappe.db.commit()
	noted = Audit(case)
	answer = Client(keeper).get(f"{API}.health.look")
	assert case.reference in answer.text
	assert "Zephyrine" not in answer.text
	assert noted.actions() == "list"
	repaired = Client(keeper).post(f"{API}.health.repair", escalation=case.name)
	assert repaired.status_code == 200, repaired.text
	assert "2030" in repaired.text
