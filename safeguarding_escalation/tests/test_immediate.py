"""Immediate risk on a site: recorded at once with what is known, said at once to who can act, kept until it has passed."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import immediate as risk
from safeguarding_escalation.engine import immediate as rule
from safeguarding_escalation.services import immediate_alerts, ring_now, times
from safeguarding_escalation.services.errors import BadInput, CaseClosed, MoveRefused, NotYours
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import factories, mails
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.test_absences import away

KEY = "a-key-of-this-test"
BOARDS = ("Redbridge", "Stockport", "Buckinghamshire", "Suffolk", "Southampton")


@pytest.fixture
def case(world):
	document = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(document.name, "Raise Concern")
	return document.name


@pytest.fixture
def raiser(world):
	return world.user(world.raising, "Practitioner")


def kinds(case: str) -> list[str]:
	return frappe.get_all("Stage Log", {"escalation": case}, pluck="kind", order_by="sequence")


def alerts(case: str) -> set[str]:
	return set(
		frappe.get_all("Escalation Alert", {"escalation": case, "clock": rule.CLOCK}, pluck="recipient")
	)


def letters(case: str) -> list:
	return frappe.get_all(
		"Email Queue", {"reference_name": case, "message": ("like", "%mmediate risk%")}, ["name", "message"]
	)


def test_a_risk_is_recorded_with_nothing_else_known_and_the_screen_keeps_asking(case, raiser):
	before = kinds(case)
	with as_user(raiser):
		panel = risk.record(case, KEY)
	assert kinds(case) == [*before, "immediate_risk"]
	assert frappe.db.get_value("Escalation", case, "immediate_risk") == 1
	assert panel["problems"] == []
	shown = panel["immediate"]
	assert (shown["stands"], shown["told"], shown["actions"]) == (True, [], "")


def test_everything_at_once_in_one_transaction_and_once_for_a_key(world, case, raiser):
	due = (times.now() + timedelta(hours=6)).replace(microsecond=0)
	told_at = times.now() - timedelta(minutes=10)
	given = {
		"told_contact": world.contact(world.raising, "Manager"),
		"told_at": told_at.isoformat(),
		"interim_safety_actions": "A nurse stays in the room.",
		"protective_deadline": due.isoformat(),
	}
	before = kinds(case)
	with as_user(raiser):
		first = risk.record(case, KEY, **given)
		again = risk.record(case, KEY, **given)
	assert kinds(case) == [*before, "immediate_risk", "told", "safety_actions", "protective_deadline"]
	assert first["problems"] == again["problems"] == []
	stored = frappe.get_doc("Escalation", case)
	assert stored.told_whom == f"Manager of {world.raising}"
	assert times.aware(stored.told_at).replace(microsecond=0) == told_at.replace(microsecond=0)
	assert stored.interim_safety_actions == "A nurse stays in the room."
	assert times.aware(stored.protective_deadline) == due
	assert again["immediate"]["told"][0]["whom"] == stored.told_whom


def test_a_retry_with_the_same_key_adds_what_was_not_known_the_first_time(case, raiser):
	with as_user(raiser):
		risk.record(case, KEY)
		risk.record(case, KEY, told_whom="The site manager")
	assert kinds(case)[-2:] == ["immediate_risk", "told"]


@pytest.mark.parametrize(
	("given", "words"),
	[
		({"told_whom": "The site manager", "told_at": "2099-01-01 10:00:00"}, "in the future"),
		({"protective_deadline": "2025-01-01 10:00:00"}, "has passed"),
		({"protective_deadline": "soon"}, "give the date and the time"),
		({"told_contact": "nobody-of-that-name"}, "no Safeguarding Contact"),
	],
)
def test_what_cannot_be_recorded_beside_it_never_stops_the_risk(case, raiser, given, words):
	with as_user(raiser):
		panel = risk.record(case, KEY, **given)
	assert len(panel["problems"]) == 1
	assert words in panel["problems"][0]
	assert panel["immediate"]["stands"]
	assert kinds(case)[-1] == "immediate_risk"


def test_a_request_without_a_key_of_its_own(case, raiser):
	with as_user(raiser):
		for key in ("", "short", "x" * 101, None):
			with pytest.raises(BadInput, match="key of its own"):
				risk.record(case, key)


def test_the_responding_side_records_it_too_and_a_stranger_learns_nothing(world, case):
	with as_user(world.user(world.responding, "Practitioner")):
		assert risk.record(case, KEY)["immediate"]["stands"]
	row = frappe.get_last_doc("Stage Log", {"escalation": case, "kind": "immediate_risk"})
	assert row.side == "responding"
	with as_user(world.user(world.other, "Manager")):
		for call in (
			lambda: risk.record(case, KEY),
			lambda: risk.passed(case, "Over.", KEY),
			lambda: risk.change_actions(case, "x", KEY),
			lambda: risk.ring(case),
		):
			with pytest.raises(NotYours):
				call()


def test_the_actions_keep_their_history_and_the_risk_stands_until_somebody_says_it_has_passed(case, raiser):
	with as_user(raiser):
		risk.record(case, KEY, interim_safety_actions="A nurse stays.")
		risk.change_actions(case, "Moved to a side room.", "another-key")
		document = frappe.get_doc("Escalation", case)
		document.interim_safety_actions = "Moved, and visitors are asked for."
		document.save()
		notes = [row["note"] for row in api.timeline(case) if row["kind"] == "safety_actions"]
		assert notes == [
			"Now: A nurse stays.\nBefore: none written down yet",
			"Now: Moved to a side room.\nBefore: A nurse stays.",
			"Now: Moved, and visitors are asked for.\nBefore: Moved to a side room.",
		]
		with pytest.raises(BadInput, match="Why has the risk passed"):
			risk.passed(case, " ", KEY)
		panel = risk.passed(case, "He has moved out.", KEY)
		assert not panel["immediate"]["stands"]
		assert risk.passed(case, "He has moved out.", KEY)["immediate"] == panel["immediate"]
		with pytest.raises(MoveRefused, match="No immediate risk stands"):
			risk.passed(case, "Again.", "another-key")
		stored = frappe.get_doc("Escalation", case)
		assert stored.immediate_risk == 1
		assert stored.risk_passed_at
		assert risk.record(case, "it-came-back")["immediate"]["stands"]
	assert frappe.db.get_value("Escalation", case, "risk_passed_at") is None
	assert kinds(case).count("risk_passed") == 1


def test_a_closed_case_says_whom_to_ring_first(case, raiser):
	with as_user(raiser):
		api.move(case, "Withdraw", reason="Raised by mistake.")
		with pytest.raises(CaseClosed, match="ring 999"):
			risk.record(case, KEY)


@pytest.mark.parametrize("board", BOARDS)
def test_alerts_go_out_at_once_under_every_policy_at_any_hour(world, board, monkeypatch):
	"""At 02:00 on Easter Sunday, whether or not the policy has a clock for it; the mail names nobody."""
	easter = frappe.utils.get_datetime("2025-04-20 02:00:00")
	monkeypatch.setattr(times, "now_datetime", lambda: easter)
	for name, side in ((world.raising, "raising"), (world.responding, "responding")):
		practitioner = world.contact(name, "Practitioner")
		frappe.db.set_value(
			"Safeguarding Contact", practitioner, "line_manager", world.contact(name, "Manager")
		)
		factories.contact(
			f"Lead of {name}",
			name,
			"Safeguarding Lead",
			factories.user(f"{side}.lead@example.test", "Safeguarding Manager"),
		)
	document = factories.escalation(
		world, board=board, raising_lead=world.contact(world.raising, "Practitioner")
	)
	raiser = world.user(world.raising, "Practitioner")
	own = {raiser, world.user(world.raising, "Manager"), "raising.lead@example.test"}
	with as_user(raiser):
		risk.record(document.name, KEY)
		assert alerts(document.name) == own, "a draft is its own side's alone"
		api.move(document.name, "Raise Concern")
	assert alerts(document.name) == own | {world.user(world.responding, "Practitioner")}
	found = letters(document.name)
	assert len(found) == 4
	for mail in found:
		assert mails.telling(mail.name, mail.message.encode()) == []
		text = " ".join(mails.parts(mail.message.encode()))
		assert document.reference in text
		assert "999" in text
	with as_user(raiser):
		api.record(document.name, "discussed", mode="phone")
	scheduler.sweep("2025-04-20 02:05:00")
	assert len(letters(document.name)) == 4, "once each, whatever happens next"


def test_the_form_and_the_log_dialog_alert_as_the_screen_does(world, case, raiser):
	with as_user(raiser):
		document = frappe.get_doc("Escalation", case)
		document.immediate_risk = 1
		document.save()
	assert raiser in alerts(case)
	other = factories.escalation(world).name
	with as_user(raiser):
		api.record(other, "immediate_risk")
	assert raiser in alerts(other)


def test_the_cover_of_a_safeguarding_lead_is_alerted_too(world, case, raiser):
	lead = factories.contact(
		"Lead of Elmfield",
		world.raising,
		"Safeguarding Lead",
		factories.user("elm.lead@example.test", "Safeguarding Manager"),
	)
	away(lead, world.contact(world.raising, "Senior Manager"))
	with as_user(raiser):
		risk.record(case, KEY)
	assert alerts(case) >= {"elm.lead@example.test", world.user(world.raising, "Senior Manager")}


def test_a_safeguarding_lead_whom_the_case_says_not_to_contact_is_not_alerted(world, case, raiser):
	factories.contact(
		"Lead of Elmfield",
		world.raising,
		"Safeguarding Lead",
		factories.user("elm.lead@example.test", "Safeguarding Manager"),
	)
	subject = frappe.get_all("Escalation Subject", {"parent": case}, pluck="name")[0]
	values = {"do_not_contact_or_copy": 1, "representative_name": "Lead of Elmfield"}
	frappe.db.set_value("Escalation Subject", subject, values)
	with as_user(raiser):
		risk.record(case, KEY)
	assert raiser in alerts(case)
	assert "elm.lead@example.test" not in alerts(case)


def test_a_failure_to_alert_never_stops_the_record_and_the_next_sweep_makes_up_for_it(
	case, raiser, monkeypatch
):
	def fail(*_args):
		raise RuntimeError("no mail today")

	with monkeypatch.context() as patch:
		patch.setattr(immediate_alerts, "_mail", fail)
		with as_user(raiser):
			assert risk.record(case, KEY)["immediate"]["stands"]
		assert alerts(case) == set()
		assert case in immediate_alerts.waiting(times.now())
	scheduler.sweep()
	assert raiser in alerts(case)
	assert case not in immediate_alerts.waiting(times.now())


def test_a_risk_recorded_by_mistake_alerts_nobody_later(case, raiser, monkeypatch):
	monkeypatch.setattr(immediate_alerts, "serve", lambda case: 0)
	with as_user(raiser):
		risk.record(case, KEY)
		row = frappe.get_last_doc("Stage Log", {"escalation": case, "kind": "immediate_risk"})
		api.record(case, "correction", corrects=row.name, reason="The wrong case.")
	assert case not in immediate_alerts.waiting(times.now())
	assert not frappe.db.get_value("Escalation", case, "immediate_risk")


def test_a_skipped_stage_keeps_its_reason(case, world):
	document = factories.escalation(world)
	with as_user(world.user(world.raising, "Practitioner")):
		risk.record(document.name, KEY)
		panel = api.move(document.name, "Escalate to Stage 2", reason="He may be back tonight.")
	assert [(row["stage"], row["ground"], row["reason"]) for row in panel["skipped"]] == [
		(1, "immediate risk", "He may be back tonight.")
	]
	assert panel["skipped"][0]["who"]
	stored = frappe.db.get_value("Escalation", document.name, ["stages_skipped", "skip_ground"])
	assert stored == ("1", "immediate risk")
	assert loaded(case).case.immediate_risk is False


@pytest.mark.parametrize(
	("at", "closed"),
	[
		("2025-03-11 08:59:59", True), ("2025-03-11 09:00:00", False), ("2025-03-11 16:59:59", False),
		("2025-03-11 17:00:00", True), ("2025-03-15 12:00:00", True), ("2025-04-21 12:00:00", True),
		("2025-12-25 12:00:00", True), ("2025-12-24 12:00:00", False),
		("2025-03-31 09:00:00", False), ("2025-10-27 08:30:00", True),
	],
)  # fmt: skip
def test_when_offices_are_closed(at, closed):
	assert ring_now.is_closed(times.given(at, "at")) is closed


@pytest.fixture
def numbers(world):
	# whoever other tests have left on the site has no number here
	for name in frappe.get_all("Safeguarding Contact", {"agency": world.raising}, pluck="name"):
		frappe.db.set_value("Safeguarding Contact", name, {"phone": "", "out_of_hours": ""})
	frappe.db.set_value(
		"Partner Agency", world.responding, {"phone": "020 7946 0101", "out_of_hours_number": "020 7946 0999"}
	)
	frappe.db.set_value(
		"Partner Agency", world.raising, {"phone": "020 7946 0201", "out_of_hours_number": "020 7946 0299"}
	)
	for capacity, phone, night in (
		("Manager", "020 7946 0301", "07700 900301"),
		("Senior Manager", "020 7946 0302", ""),
	):
		frappe.db.set_value(
			"Safeguarding Contact",
			world.contact(world.raising, capacity),
			{"phone": phone, "out_of_hours": night},
		)
	return world


def rung(user: str, monkeypatch, closed: bool, case: str | None = None) -> list[str]:
	monkeypatch.setattr(ring_now, "is_closed", lambda _moment: closed)
	with as_user(user):
		return [row["number"] for row in risk.ring(case)]


def test_who_to_ring_needs_no_case_and_puts_the_numbers_of_the_night_first(numbers, raiser, monkeypatch):
	night = rung(raiser, monkeypatch, True)
	assert night[:4] == ["999", "020 7946 0999", "020 7946 0299", "07700 900301"]
	assert night[4:] == ["020 7946 0302", "020 7946 0201"]
	day = rung(raiser, monkeypatch, False)
	assert day[:2] == ["999", "020 7946 0999"]
	assert {"020 7946 0101", "020 7946 0301", "020 7946 0302"} <= set(day)


def test_who_to_ring_in_a_case_and_not_who_is_away(numbers, case, raiser, monkeypatch):
	assert rung(raiser, monkeypatch, True, case)[:2] == ["999", "020 7946 0999"]
	away(numbers.contact(numbers.raising, "Manager"), numbers.contact(numbers.raising, "Senior Manager"))
	found = rung(raiser, monkeypatch, True, case)
	assert "07700 900301" not in found
	assert "020 7946 0302" in found


@pytest.mark.parametrize("kind", ["risk_passed", "safety_actions", "handed_over", "handover_received"])
def test_what_has_a_button_of_its_own_is_no_plain_entry(case, raiser, kind):
	before = kinds(case)
	with as_user(raiser), pytest.raises(BadInput, match="button"):
		api.record(case, kind, note="Mine.")
	assert kinds(case) == before
