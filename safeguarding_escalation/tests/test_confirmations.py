"""The other side's word on a record: who is asked, what is shown, what its answer does, and when silence counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation.api import confirmation as api
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.services import (
	confirmation_answers,
	confirmation_silence,
	confirmations,
	errors,
	mail_rows,
	projection,
	record_shown,
	times,
)
from safeguarding_escalation.services.lock import loaded, locked
from safeguarding_escalation.tests import both_sides, factories, outsiders
from safeguarding_escalation.tests.both_sides import Both
from safeguarding_escalation.tests.factories import as_user

OUTSIDE = {"how": "outside", "evidence": "Our letter of 17 March, by secure email"}


@pytest.fixture(scope="module")
def both(world) -> Iterator[Both]:
	yield from both_sides.committed(world)


def test_the_panel_proposes_whom_to_ask_and_shows_no_more_than_passed_between_the_sides(both, world):
	(proposal,) = both.panel()["proposals"]
	assert proposal["text"].startswith(
		"Ask Pat Silent of Redfern of Redfern Council to confirm the record of Stage 1"
	)
	assert (proposal["what"], proposal["stage"], proposal["people"][0]["here"]) == ("stage", 1, False)
	with as_user(both.user):
		shown = api.record(both.case, "stage", 1)
	text = frappe.as_json(shown)
	assert "Zephyrine" not in text
	assert "an inner word" not in text.lower()
	assert "the adult was seen by the ward" in text
	assert [entry["what"] for entry in shown["entries"]] == [
		"Concern raised",
		"Discussed",
		shown["entries"][2]["what"],
	]
	with as_user(both.user), pytest.raises(errors.MoveRefused, match="no such record"):
		api.record(both.case, "resolution")


def test_nobody_is_asked_who_may_not_answer(both, world):
	refused = {
		world.contact(world.raising, "Senior Manager"): "does not speak for",
		world.contact(world.other, "Manager"): "does not speak for",
		world.contact(world.responding, "Senior Manager"): "no access",
	}
	for contact, words in refused.items():
		with pytest.raises(errors.MoveRefused, match=words):
			both.ask(contact=contact)
	frappe.db.set_value(
		"Escalation Subject",
		{"parent": both.case},
		{"representative_name": both_sides.SILENT, "do_not_contact_or_copy": 1},
	)
	with pytest.raises(errors.MoveRefused, match="not to contact"):
		both.ask(**OUTSIDE)
	with pytest.raises(errors.MoveRefused, match="has not ended"):
		both.ask(stage=2, **OUTSIDE)
	proposed = [person["name"] for row in both.panel()["proposals"] for person in row["people"]]
	assert both_sides.SILENT not in proposed


@pytest.mark.parametrize("installation", outsiders.INSTALLATIONS)
def test_an_answer_stands_beside_the_record_and_of_one_version(both, world, installation):
	"""Asked outside, answered by letter; corrected words are theirs, and the record stays as it was."""
	outsiders.installed_as(installation, world.raising)
	both.ask(**OUTSIDE)
	before = [dict(row) for row in loaded(both.case).rows]
	with as_user(both.user):
		digest = api.record(both.case, "stage", 1)["digest"]
		with pytest.raises(errors.BadInput, match="your own words"):
			api.answer(both.case, both.row().name, "corrected", digest, evidence="Their letter of 20 March")
		with pytest.raises(errors.StaleCase):
			api.answer(both.case, both.row().name, "confirmed", "0" * 64, evidence="Their letter of 20 March")
		panel = api.answer(
			both.case,
			both.row().name,
			"corrected",
			digest,
			"We spoke on the 12th <b>twice</b>.",
			evidence="Their letter",
		)
	rows = loaded(both.case).rows
	assert [dict(row) for row in rows][: len(before)] == before
	said = rows[-1]
	assert (said.kind, said.side, said.source, said.evidence) == (
		"record_corrected",
		"responding",
		"reported",
		"Their letter",
	)
	(request,) = panel["both_sides"]["requests"]
	assert request["words"] == "We spoke on the 12th twice."
	assert request["said"].startswith("Corrected by Pat Silent of Redfern, Redfern Council on ")
	assert "(Their letter), asked on " in request["said"]
	assert "still stands so" in request["version"]
	assert panel["both_sides"]["proposals"] == []
	with as_user(both.user):
		note = next(row for row in cases.timeline(both.case) if row["kind"] == "record_corrected")["note"]
		assert note == "We spoke on the 12th twice."
		cases.record(
			both.case, "discussed", stage=1, occurred_at="2025-03-13 15:00:00", mode="email", note="Later."
		)
	panel = both.panel()
	assert "The record has changed since." in panel["requests"][0]["version"]
	assert panel["proposals"][0]["text"].startswith("Ask again: the record has changed since their answer.")
	with pytest.raises(errors.MoveRefused, match="ended already"), as_user(both.user):
		api.answer(both.case, both.row().name, "confirmed", digest, evidence="Their letter")


def test_with_an_account_one_answers_in_the_desk_for_oneself(both, world):
	manager = world.contact(world.responding, "Manager")
	user = world.user(world.responding, "Manager")
	asked = both.ask(contact=manager)
	assert both.row().asked_how == "in this system"
	mail = frappe.get_doc("Email Queue", both.row().email_queue)
	assert [row.recipient for row in mail.recipients] == [user]
	assert "proposals" in asked["both_sides"]
	with as_user(user):
		(request,) = cases.deadlines(both.case)["both_sides"]["requests"]
		assert (request["mine"], request["may_answer"], request["may_manage"]) == (True, True, False)
		digest = api.record(both.case, "stage", 1)["digest"]
		answered = api.answer(both.case, request["confirmation"], "disputed", digest, "Nobody rang us.")
	assert answered["both_sides"]["requests"][0]["state"] == "disputed"
	row = loaded(both.case).rows[-1]
	assert (row.kind, row.recorded_by, row.source, row.evidence) == (
		"record_disputed",
		user,
		"own knowledge",
		"",
	)
	both.ask(contact=manager)
	with (
		as_user(both.user),
		pytest.raises(errors.MoveRefused),
	):  # who asked does not answer for the other side
		api.answer(both.case, both.row().name, "confirmed", digest)


def test_silence_counts_only_where_somebody_was_validly_asked(both, world, monkeypatch):
	late = times.now() + timedelta(days=30)
	manager = world.contact(world.responding, "Manager")
	before = times.now()
	asked = []
	for given in (
		OUTSIDE,
		{"contact": manager},
		{"how": "response link", "deliver": "copied"},
		{"how": "response link"},
	):
		both.ask(reply_by=(before + timedelta(hours=1)).isoformat(), **given)
		asked.append(both.row().name)
	for name in asked:  # three were asked again; each is looked at by itself
		frappe.db.set_value("Record Confirmation", name, "state", "asked")
	assert [row["state"] for row in confirmations.outstanding([both.case])] == ["asked"] * 4
	monkeypatch.setattr(times, "now", lambda: late)
	found = {row["name"]: row for row in confirmations.rows([both.case])}
	assert [found[name]["state"] for name in asked] == [
		"expired",
		"expired",
		"not validly asked",
		"not validly asked",
	]
	assert confirmations.sentence(found[asked[0]]).startswith(
		"Pat Silent of Redfern, Redfern Council: asked on "
	)
	assert ", no reply by " in confirmations.sentence(found[asked[0]])
	assert confirmation_silence.NOT_SENT in confirmations.sentence(found[asked[2]])
	assert confirmation_silence.REFUSED in confirmations.sentence(found[asked[3]])
	link = frappe.get_all("Response Link", {"confirmation": asked[3]}, pluck="email_queue")[0]
	frappe.db.set_value("Email Queue", link, "status", mail_rows.SENT)
	with as_user(both.user):
		api.sent_by_hand(both.case, asked[2], "By secure email on 17 March")
	frappe.db.set_value("User", world.user(world.responding, "Manager"), "enabled", 0)
	found = {row["name"]: row["state"] for row in confirmations.rows([both.case])}
	assert [found[name] for name in asked] == ["expired", "not validly asked", "expired", "expired"]
	assert confirmation_silence.record_due() >= 4
	assert both.kinds().count("record_unanswered") == 3
	assert confirmation_silence.record_due() == 0
	silent = loaded(both.case).rows[-1]
	assert (silent.actor_name or "", silent.counterpart_name) == ("", both_sides.SILENT)


@pytest.mark.parametrize("verdict", ["confirmed", "corrected"])
def test_the_responsible_side_s_confirmation_is_the_policy_s_own(both, verdict):
	"""RB-066: the receiving manager confirms the outcome in writing, within two working days."""
	both_sides.resolve(both)
	both.ask("resolution", None, **OUTSIDE)
	clock = {row.clock: row for row in loaded(both.case).deadlines}["RB.S2.CONFIRM"]
	assert clock.met_at is None
	with as_user(both.user):
		shown = api.record(both.case, "resolution")
		assert ("What was agreed", "The enquiry is reopened.") in [
			(f["label"], f["text"]) for f in shown["facts"]
		]
		api.answer(
			both.case,
			both.row().name,
			verdict,
			shown["digest"],
			"By Friday.",
			evidence="Their letter of today",
		)
	clock = {row.clock: row for row in loaded(both.case).deadlines}["RB.S2.CONFIRM"]
	assert (clock.met_at is not None) is (verdict == "confirmed")
	assert both.kinds().count("confirmed") == (verdict == "confirmed")
	assert not confirmation_answers.owes_confirmation(loaded(both.case), "raising", 2)


def test_a_chair_s_answer_is_asked_about_and_nobody_confirms_what_they_wrote_down(both, world):
	manager = world.user(world.responding, "Manager")
	with as_user(manager):
		cases.record(both.case, "unresolved", stage=1, occurred_at="2025-03-14 08:00:00")
	with pytest.raises(errors.MoveRefused, match="wrote this record down"):
		both.ask(contact=world.contact(world.responding, "Manager"))
	said = {"outcome": "recommendation", "note": "Meet within a week."}
	factories.entry(both.case, kind="recommended", stage=2, side="board", **said)
	with locked(both.case) as case:
		projection.refresh(case)
	both.ask("answer of the Chair", None, **OUTSIDE)
	with as_user(both.user):
		shown = api.record(both.case, "answer of the Chair")
		assert [entry["note"] for entry in shown["entries"]] == ["Meet within a week."]
		assert {"label": "The answer is", "text": "recommendation"} in shown["facts"]
		api.answer(both.case, both.row().name, "confirmed", shown["digest"], evidence="Their letter")
	assert both.row().state == "confirmed"
	assert "confirmed" not in both.kinds()  # it is no confirmation of an outcome


def test_a_closed_case_ends_its_requests_and_what_was_withdrawn_is_said(both):
	both.ask(**OUTSIDE)
	with as_user(both.user):
		panel = api.withdraw(both.case, both.row().name, "Asked too early.")
		assert panel["both_sides"]["requests"][0]["state"] == "withdrawn"
	both.ask(**OUTSIDE)
	with as_user(both.world.user(both.world.raising, "Practitioner")):
		cases.move(both.case, "Withdraw", reason="Settled by telephone.")
	rows = confirmations.rows([both.case])
	assert [(row["state"], row["reason"]) for row in rows] == [
		("withdrawn", "Withdrawn by Manager of Elmfield Hospital Trust."),
		("withdrawn", "The case is withdrawn."),
	]
	with pytest.raises(errors.CaseClosed):
		both.ask(**OUTSIDE)


def test_asking_again_replaces_the_older_request(both):
	both.ask(**OUTSIDE)
	both.ask(**OUTSIDE)
	assert [row["state"] for row in confirmations.rows([both.case])] == ["withdrawn", "asked"]
	assert record_shown.last_of(both.case)[0].reason == "They were asked again."
	assert factories.agency("Redfern Council", "Local Authority") == both.row().agency
