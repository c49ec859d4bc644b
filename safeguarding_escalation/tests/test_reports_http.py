"""Reports on live work over HTTP: an export holds what its reader may export, and the audit has it."""

from __future__ import annotations

import csv
from io import StringIO

import frappe
import pytest
from frappe.desk.query_report import run

from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.services import report_tracker
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.browsing import Client
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_worklists import CANARY


@pytest.fixture(scope="module")
def copied(world):
	"""Somebody of a third agency who reads what they are copied into, and no more."""
	email = "copied.reader@example.test"
	factories.user(email, "Safeguarding Practitioner")
	factories.contact("Reader of copies", world.other, "Practitioner", email, "Community")
	return email


def test_an_export_holds_what_its_reader_may_export_and_is_noted(world, copied):
	case = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(case.name, "Raise Concern", occurred_at="2025-03-12 09:30:00")
	factories.let_in(case.name, frappe.db.get_value("Safeguarding Contact", {"user": copied}))
	frappe.db.commit()
	reference = frappe.db.get_value("Escalation", case.name, "reference")
	for user, exports in ((world.user(world.raising, "Practitioner"), True), (copied, False)):
		with as_user(user):
			assert case.name in {row["escalation"] for row in run("Escalation Tracker", filters={})["result"]}
		client = Client(user)
		for kind in ("CSV", "Excel"):
			answer = _exported(client, "Escalation Tracker", kind)
			assert answer.status_code == 200, answer.text[:500]
			if kind == "CSV":
				assert (reference in answer.text) is exports
				heads = next(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
				assert heads[:3] == list(report_tracker.SUFFOLK[:3])
			assert CANARY not in answer.text
		frappe.db.rollback()
		noted = frappe.get_all(
			"Escalation Audit", {"escalation": case.name, "user": user, "action": "export"}, ["what"]
		)
		assert [row.what for row in noted] == (["report Escalation Tracker"] * 2 if exports else [])
	assert (
		_exported(Client(copied), "My Cases", "CSV").status_code == 403
	)  # the host's own right stays as it is


def _exported(client, report, kind):
	return client.post("/api/method/frappe.desk.query_report.export_query", report_name=report, filters={},
		file_format_type=kind, visible_idx=[])  # fmt: skip
