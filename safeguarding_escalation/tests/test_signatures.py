"""The signature block: whose hand, of which version, and that nothing of it is removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import confirmation as api
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.services import (
	confirmation_mail,
	errors,
	health_links,
	printing,
	setup_check_links,
	times,
)
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import both_sides
from safeguarding_escalation.tests.both_sides import Both
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture(scope="module")
def both(world) -> Iterator[Both]:
	yield from both_sides.committed(world, settled=True)


def signature(both: Both) -> dict:
	return both.panel()["signatures"][-1]


def test_one_signs_for_oneself_and_paper_is_written_down_with_evidence(both, world):
	with as_user(both.user):
		shown = api.record(both.case, "resolution")
		with pytest.raises(errors.StaleCase):
			api.sign(both.case, "0" * 64)
		with pytest.raises(errors.BadInput, match="for yourself alone"):
			api.sign(both.case, shown["digest"], contact=both.silent)
		api.sign(both.case, shown["digest"])
		with pytest.raises(errors.MoveRefused, match="has signed this record already"):
			api.sign(both.case, shown["digest"])
		assert both.panel()["may_sign"] == []
		api.sign(
			both.case,
			shown["digest"],
			contact=both.silent,
			evidence="File 7, sheet 3",
			signed_on="2025-03-18",
		)
	one, other = both.panel()["signatures"]
	assert (one["words"], one["agency"]) == ("Signed in this system", world.raising)
	assert other["words"] == "Signed on paper, written down by elm.manager (File 7, sheet 3)"
	assert "18 Mar 2025" in other["signed_on"]
	assert both.kinds()[-2:] == ["record_signed", "record_signed"]
	said = loaded(both.case).rows[-1]
	assert (said.actor, said.source, said.evidence) == (both.silent, "reported", "File 7, sheet 3")
	with as_user(both.user):
		document = frappe.get_doc("Escalation", both.case)
		assert [row["how"] for row in printing.record(document)["signatures"]] == [
			one["words"],
			other["words"],
		]


def test_who_signs_with_an_answer_needs_the_right_to_sign_however_yes_is_said(both, monkeypatch):
	asked: list[str] = []
	monkeypatch.setattr(api.guard, "allowed", lambda _escalation, right: asked.append(right))
	monkeypatch.setattr(api.confirmation_answers, "answer", lambda *given: given[5])
	said = (True, 1, "1", "true", "True", "Yes", "yes")
	assert [api.answer(both.case, "any", "confirmed", "any", sign=yes) for yes in said] == [True] * len(said)
	assert asked == ["note", "sign"] * len(said)


def test_a_signature_is_neither_removed_nor_changed_it_is_struck_out_and_stays(both, world):
	with as_user(both.user):
		shown = api.record(both.case, "resolution")
		api.sign(both.case, shown["digest"])
		stale = frappe.get_doc("Escalation", both.case)
		for change in (
			lambda doc: doc.set("signatures", []),
			lambda doc: doc.signatures[0].update({"side": "other"}),
		):
			document = frappe.get_doc("Escalation", both.case)
			change(document)
			with pytest.raises(errors.MoveRefused, match="strike it out"):
				document.save()
		forged = frappe.get_doc("Escalation", both.case)
		forged.signatures[0].update({"record_digest": "x", "source": "response link", "struck": 1})
		forged.additional_notes = "Nothing else."
		forged.save()
		assert signature(both)["words"] == "Signed in this system"
		with pytest.raises(errors.BadInput, match="Why"):
			api.strike(both.case, signature(both)["row"], " ")
	with as_user(world.user(world.responding, "Manager")), pytest.raises(errors.EscalationError):
		api.strike(both.case, signature(both)["row"], "Not mine.")
	with as_user(both.user):
		api.strike(both.case, signature(both)["row"], "The wrong form.")
		assert loaded(both.case).case.signed == frozenset()
		with pytest.raises(frappe.TimestampMismatchError):
			stale.save()
	assert signature(both)["struck"]
	assert "struck out on" in signature(both)["words"]
	assert "The wrong form." in signature(both)["words"]


def test_a_record_that_changed_since_says_which_version_was_signed(both):
	with as_user(both.user):
		api.sign(both.case, api.record(both.case, "resolution")["digest"])
		document = frappe.get_doc("Escalation", both.case)
		document.resolution_summary = "The enquiry is reopened on Friday."
		document.save()
	assert "signed the version of" in signature(both)["words"]
	assert [row["what"] for row in both.panel()["may_sign"]] == ["resolution"]


def test_a_row_of_the_form_says_who_wrote_it_down(both, world):
	with as_user(both.user):
		document = frappe.get_doc("Escalation", both.case)
		mine = world.contact(world.raising, "Manager")
		forged = {"source": "response link", "record_digest": "f" * 64, "struck": 1}
		document.append(
			"signatures", {"contact": mine, "side": "raising", "signed_on": times.today(), **forged}
		)
		document.append(
			"signatures", {"contact": both.silent, "side": "responding", "signed_on": "2025-03-18"}
		)
		document.save()
	one, other = both.panel()["signatures"]
	assert one["words"] == "Signed in this system"
	assert other["words"] == "Signed on paper, written down by elm.manager (without saying where it is kept)"
	assert both.kinds().count("record_signed") == 2


def test_setup_and_health_say_whether_links_can_arrive(both, monkeypatch):
	monkeypatch.setitem(frappe.local.conf, "host_name", "http://127.0.0.1")
	(line,) = setup_check_links.lines()
	assert (line.state, "host_name" in line.todo) == ("to do", True)
	monkeypatch.setitem(frappe.local.conf, "host_name", "https://escalations.example.test")
	assert [line.state for line in setup_check_links.lines()] == ["good"]
	both.ask("resolution", None, how="response link")
	queue = both.stored_link().email_queue
	assert [row.state for row in health_links.links() if row.escalation == both.case] == []
	frappe.db.set_value("Email Queue", queue, "status", "Error")
	reference = frappe.db.get_value("Escalation", both.case, "reference")
	assert [row.title for row in health_links.links() if row.escalation == both.case] == [
		f"{reference}: a response link did not leave"
	]
	frappe.db.set_value("Email Queue", queue, "status", "Sent")
	assert confirmation_mail.scrub() >= 1
	assert "respond" not in frappe.db.get_value("Email Queue", queue, "message")
	monkeypatch.setattr(health_links, "LEAVES_WITHIN", timedelta(0))
	assert [row for row in health_links.links() if row.escalation == both.case] == []
	frappe.db.set_single_value("Safeguarding Settings", "response_links", 0)
	assert [line.state for line in setup_check_links.lines()] == ["good"]


def test_the_panel_and_the_chronology_quote_the_other_side(both, world):
	both.ask("resolution", None, how="outside", evidence="Our letter of today")
	with as_user(both.user):
		digest = api.record(both.case, "resolution")["digest"]
		api.answer(
			both.case, both.row().name, "disputed", digest, "We agreed to Monday.", evidence="Their letter"
		)
		lines = printing.record(frappe.get_doc("Escalation", both.case))
		assert [(row["words"], row["record"]) for row in lines["both_sides"]] == [
			("We agreed to Monday.", "The record of the resolution")
		]
		assert "We agreed to Monday." in [row["note"] for row in lines["chronology"]]
		row = cases.timeline(both.case)[-1]
	assert (row["kind_label"], row["relates_to"]) == (
		"Disputed the record, in their own words",
		"The record of the resolution",
	)
