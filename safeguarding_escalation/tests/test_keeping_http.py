"""Subject access and retention over HTTP, as a client sends them: what comes back, what is noted, what is refused."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import frappe
import pytest

from safeguarding_escalation.api import subject_access
from safeguarding_escalation.setup.demo_removal import remove_cases
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.browsing import Client

API = "/api/method/safeguarding_escalation.api."


@pytest.fixture(scope="module")
def clients(world):
	return {
		"raiser": Client(world.user(world.raising, "Practitioner")),
		"stranger": Client(world.user(world.other, "Manager")),
	}


@pytest.fixture
def request_(world):
	"""A request whose review is nearly over, committed; its case goes again afterwards."""
	frappe.set_user("Administrator")
	case = factories.escalation(world)
	with factories.as_user(world.user(world.raising, "Practitioner")):
		made = subject_access.create("The adult", "Zephyrine Canary", "2025-03-31")["name"]
		subject_access.add_case(made, case.name)
		subject_access.confirm_identity(made, "Called back")
		subject_access.gather(made)
	frappe.db.commit()
	yield made, case.name
	frappe.db.rollback()
	frappe.db.delete("Access Request Item", {"access_request": made})
	frappe.db.delete("Access Request Case", {"parent": made})
	frappe.db.delete("Access Request", {"name": made})
	remove_cases([case.name])
	frappe.db.commit()


def test_a_request_is_reviewed_and_its_export_downloaded_and_noted(clients, request_):
	request, case = request_
	raiser = clients["raiser"]
	answer = raiser.post(f"{API}subject_access.review", request=request)
	items = answer.json()["message"]["items"]
	waiting = [item["name"] for item in items if item["needs_review"]]
	decided = {
		"request": request,
		"items": waiting,
		"decision": "Withhold",
		"reason": "Another person's data",
	}
	assert raiser.post(f"{API}subject_access.decide", **decided).status_code == 200
	assert raiser.post(f"{API}subject_access.produce", request=request).status_code == 417
	assert raiser.post(f"{API}subject_access.finish", request=request).status_code == 200
	made = raiser.post(f"{API}subject_access.produce", request=request)
	assert made.status_code == 200, made.text
	assert "AR-2025-" in made.headers["Content-Disposition"]
	assert len(ZipFile(BytesIO(made.content)).namelist()) == 2
	frappe.db.rollback()  # see what the requests have committed
	noted = frappe.get_all("Escalation Audit", {"escalation": case, "action": "subject access"}, pluck="what")
	assert any("export produced" in what for what in noted)


@pytest.mark.parametrize(
	"call",
	[
		("subject_access.review", {}),
		("subject_access.gather", {}),
		("subject_access.produce", {}),
		("subject_access.erase", {}),
		("subject_access.end", {"state": "Withdrawn", "why": "x"}),
		("subject_access.decide", {"items": ["x"], "decision": "Release", "reason": "x"}),
		("retention.state", {}),
		("retention.hold", {"reason": "x"}),
		("retention.anonymise", {"reason": "x"}),
	],
	ids=lambda call: call[0],
)
def test_a_stranger_learns_nothing(clients, request_, call):
	request, case = request_
	method, given = call
	target = {"request": request} if method.startswith("subject") else {"escalation": case}
	for name in (next(iter(target.values())), "no-such-thing"):
		answer = clients["stranger"].post(API + method, **{**given, next(iter(target)): name})
		assert answer.status_code == 403, answer.text
		assert "Zephyrine" not in answer.text
	lists = clients["stranger"].get("/api/resource/Access Request")
	assert request not in lists.text


def test_a_list_of_a_strangers_cases_is_refused_one_by_one(clients, request_):
	given = {"cases": [request_[1]], "reason": "The period has ended"}
	answer = clients["stranger"].post(f"{API}retention.anonymise_many", **given)
	assert answer.status_code == 200, answer.text
	report = answer.json()["message"]
	assert (report["done"], report["refused"]) == (0, 1)
	assert "no access" in report["cases"][0]["error"]
