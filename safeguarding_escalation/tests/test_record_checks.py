"""The record is verified each day and on demand, and a break is told once, shown on the case and on its prints."""

from datetime import timedelta

import frappe
import pytest

from safeguarding_escalation import scheduler
from safeguarding_escalation.api import escalation as api
from safeguarding_escalation.api import records
from safeguarding_escalation.permissions import NotChangeable
from safeguarding_escalation.services import (
	chain,
	errors,
	log,
	permits,
	printing,
	record_checks,
	redacting,
	reference,
	sealing,
	views,
)
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.setup import record
from safeguarding_escalation.setup.demo_removal import remove_cases
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests.factories import as_user


@pytest.fixture
def case(world):
	made = factories.escalation(world)
	factories.entry(made.name, note="They agreed.", attendees="Ann Finch")
	return made


@pytest.fixture
def keeper():
	return factories.user("record.keeper@example.test", "Safeguarding Administrator")


def broken(monkeypatch, *cases):
	"""As if the first entry of the cases had been altered, without touching the database."""
	hashed = sealing.row_hash

	def other(row):
		return "x" if row.escalation in cases and row.sequence == 1 else hashed(row)

	monkeypatch.setattr(sealing, "row_hash", other)


def only(monkeypatch, *cases):
	"""Whatever other tests have left on the site, these are its cases."""
	monkeypatch.setattr(chain, "_every_case", lambda: iter(cases))
	monkeypatch.setattr(chain.reference, "missing", list)


def test_a_whole_case_verifies_and_says_how_much(case, world):
	with as_user(world.user(world.raising, "Practitioner")):
		answer = records.verify(case.name)
	rows = len(log.rows(case.name))
	assert rows >= 2
	assert (answer["state"], answer["valid"], answer["entries"], answer["findings"]) == (
		"valid",
		True,
		rows,
		[],
	)
	assert f"{rows} entries of 1 case were verified" in answer["sentence"]


def test_what_somebody_may_not_read_they_may_not_verify(case, world):
	with as_user(world.user(world.other, "Practitioner")), pytest.raises(errors.NotYours):
		records.verify(case.name)
	with as_user(world.user(world.responding, "Practitioner")), pytest.raises(errors.NotYours):
		records.verify_all()


def test_zero_verified_rows_is_never_valid(case, monkeypatch):
	only(monkeypatch)
	assert (chain.verify_all().state, chain.verify_all().valid) == ("nothing to verify", False)
	assert (chain.verify("no such case").valid, chain.verify("").valid) == (False, False)
	only(monkeypatch, case.name)
	monkeypatch.setattr(chain, "check", lambda *_given: [])
	monkeypatch.setattr(chain, "_of", lambda page, *_given, **_named: {name: [] for name in page})
	verdict = chain.verify_all()
	assert (verdict.state, verdict.valid, verdict.cases, verdict.rows) == (
		"nothing was verified",
		False,
		1,
		0,
	)
	assert "Nothing was verified" in verdict.sentence


def test_an_unknown_name_is_no_case_and_its_missing_seal_is_told():
	assert {finding.code for finding in chain.verify("no such case").findings} == {"no case", "no seal"}


def test_a_break_shows_on_the_form_and_on_every_print(case, world, monkeypatch):
	assert not any("does not verify" in banner["text"] for banner in views.banners(loaded(case.name)))
	broken(monkeypatch, case.name)
	with as_user(world.user(world.raising, "Practitioner")):
		banner = api.deadlines(case.name)["banners"][0]
		assert banner["kind"] == "danger"
		assert banner["text"].startswith(
			"The record of this case does not verify. Entry 1: it is not as it was"
		)
		assert printing.record(case)["unverified"] == banner["text"]
		for name in frappe.get_all("Print Format", {"doc_type": "Escalation", "disabled": 0}, pluck="name"):
			assert "The record of this case does not verify" in frappe.get_print(
				"Escalation", case.name, name
			)


def test_the_daily_job_keeps_what_it_found(case, monkeypatch):
	only(monkeypatch, case.name)
	found = scheduler.verify_log()
	rows = len(log.rows(case.name))
	assert (found["verdict"], found["cases"], found["entries"], found["alerted"]) == ("valid", 1, rows, 0)
	kept = frappe.get_doc("Record Check", found["name"])
	assert (kept.asked_by, kept.entries, kept.breaks) == ("the scheduler", rows, "")
	health = record.health()
	assert (health.ok, health.entries, health.cases, health.triggers) == (True, rows, 1, "")


def test_it_runs_each_day():
	jobs = frappe.get_hooks("scheduler_events", app_name="safeguarding_escalation")["daily_long"]
	assert "safeguarding_escalation.scheduler.verify_log" in jobs


def test_a_break_is_mailed_once_and_again_only_if_new_or_old(case, world, keeper, monkeypatch):
	second = factories.escalation(world)
	only(monkeypatch, case.name, second.name)
	broken(monkeypatch, case.name)
	assert keeper in record_checks.administrators()
	first = scheduler.verify_log()
	assert first["verdict"] == "broken"
	assert first["alerted"] == len(record_checks.administrators()) >= 1
	queued = frappe.get_all("Email Queue", {"reference_name": first["name"]}, ["message", "name"])
	assert len(queued) == first["alerted"]
	for mail in queued:
		assert case.reference in mail.message
		for told in ("Zephyrine", "Canary", "Ann Finch", "They agreed", case.name):
			assert told not in mail.message
	assert scheduler.verify_log()["alerted"] == 0
	broken(monkeypatch, case.name, second.name)
	assert scheduler.verify_log()["alerted"] == first["alerted"]
	assert scheduler.verify_log()["alerted"] == 0
	monkeypatch.setattr(record_checks, "REMIND_AFTER", timedelta(0))
	assert scheduler.verify_log()["alerted"] == first["alerted"]


def test_an_administrator_asks_for_the_whole_site(case, keeper, monkeypatch):
	only(monkeypatch, case.name)
	with as_user(keeper):
		found = records.verify_all()
		assert found["verdict"] == "valid"
		assert frappe.get_doc("Record Check", found["name"]).asked_by == keeper


def test_a_check_that_does_not_run_is_seen(case, monkeypatch):
	only(monkeypatch, case.name)
	scheduler.verify_log()
	monkeypatch.setattr(record_checks, "STALE_AFTER", timedelta(0))
	health = record_checks.health()
	assert not health.ok
	assert "is the scheduler on?" in health.sentence


def test_a_site_that_was_never_checked_is_not_well():
	for name in frappe.get_all("Record Check", pluck="name"):
		with permits.removing(name):
			frappe.db.delete("Record Check", {"name": name})
	health = record_checks.health()
	assert (health.ok, health.checked_at) == (False, None)
	assert "never been checked" in health.sentence


def test_a_check_that_was_kept_stays_as_it_is(case, monkeypatch):
	only(monkeypatch, case.name)
	kept = frappe.get_doc("Record Check", scheduler.verify_log()["name"])
	kept.verdict = "broken"
	for change in (kept.save, kept.delete):
		with pytest.raises(NotChangeable):
			change()
	with pytest.raises(Exception, match="only added to"):
		frappe.db.set_value("Record Check", kept.name, "verdict", "broken")


def test_a_case_of_which_nothing_is_left_is_missed_by_its_reference(case, monkeypatch):
	monkeypatch.setattr(chain, "_every_case", lambda: iter([case.name]))
	before = {finding.sentence for finding in chain.verify_all().findings}
	with permits.removing(case.name):
		for doctype in ("Stage Log", "Stage Log Note", "Stage Log Seal"):
			frappe.db.delete(doctype, {"escalation": case.name})
		frappe.db.delete("Escalation", {"name": case.name})
	monkeypatch.setattr(chain, "_every_case", lambda: iter(()))
	verdict = chain.verify_all()
	lost = [finding for finding in verdict.findings if finding.sentence not in before]
	assert [(finding.code, finding.escalation) for finding in lost] == [("lost case", "")]
	assert lost[0].sentence.startswith(f"{case.reference}: ")
	assert verdict.state == "broken"
	assert not verdict.valid


def test_demo_cases_that_were_taken_away_are_not_missed(case):
	before = set(reference.missing())
	remove_cases([case.name])
	assert set(reference.missing()) == before


def test_another_key_is_told_from_a_forged_seal(case, monkeypatch):
	monkeypatch.setattr(sealing, "get_encryption_key", lambda: "another key")
	assert {finding.code for finding in chain.verify(case.name).findings} == {"other key"}


def test_a_lost_key_is_replaced_where_nothing_else_is_amiss(case, world, monkeypatch):
	altered = factories.escalation(world)
	with monkeypatch.context() as lost:
		lost.setattr(sealing, "get_encryption_key", lambda: "another key")
		last = log.rows(case.name)[-1]
		sealing.advance(case.name, last.sequence, last.hash)
		sealing.advance(altered.name, 99, "not the head")
	for name in (case.name, altered.name):
		assert {finding.code for finding in chain.verify(name).findings} == {"other key"}
	found = record.adopt_key()
	assert found["sealed"] >= 1
	assert found["left"] >= 1
	assert chain.verify(case.name).valid
	assert {finding.code for finding in chain.verify(altered.name).findings} == {"other key"}


def test_a_correction_is_a_new_row_and_the_old_one_stays(case, world):
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(case.name, "Raise Concern")
		wrong = api.record(case.name, "consulted", note="I asked Pat.")["log"]
		before = {row.name: row.hash for row in log.rows(case.name)}
		right = api.record(case.name, "consulted", corrects=wrong, note="I asked Sam.")["log"]
		shown = {row["name"]: row["note"] for row in api.timeline(case.name)}
	after = {row.name: row.hash for row in log.rows(case.name)}
	assert {name: after[name] for name in before} == before
	assert (shown[wrong], shown[right]) == ("I asked Pat.", "I asked Sam.")
	assert chain.verify(case.name).valid


def test_a_withdrawn_case_keeps_everything(case, world):
	before = log.rows(case.name)
	with as_user(world.user(world.raising, "Practitioner")):
		api.move(case.name, "Withdraw", reason="Settled between us.")
	after = log.rows(case.name)
	assert [row.hash for row in after[: len(before)]] == [row.hash for row in before]
	assert frappe.db.get_value("Escalation", case.name, "workflow_state") == "Withdrawn"
	assert frappe.db.exists("Escalation Subject", {"parent": case.name})
	assert chain.verify(case.name).valid


# A site that was made by an older version


@pytest.fixture
def older(case):
	"""The case as the first version chained it: names in clear, no salts, no seal."""
	rows = log.rows(case.name)
	with permits.removing(case.name):
		for doctype in ("Stage Log", "Stage Log Seal"):
			frappe.db.delete(doctype, {"escalation": case.name})
	previous = ""
	for row in rows:
		row.update(previous_hash=previous, chain_version=0, cell_salts=None, cell_digests=None)
		row.hash = previous = sealing.row_hash(row)
		frappe.db.bulk_insert("Stage Log", list(row), [tuple(row.values())])
	return case


def test_an_older_chain_is_proved_then_chained_anew_and_can_be_redacted(older):
	before = log.rows(older.name)
	assert {finding.code for finding in chain.verify(older.name).findings} == {"no seal"}
	with pytest.raises(errors.BadInput, match="older version"):
		redacting.blank_row(before[-1].name, "Third person", ["attendees"])
	assert record.upgrade(older.name)
	after = log.rows(older.name)
	assert chain.verify(older.name).valid
	for old, new in zip(before, after, strict=True):
		assert new.chain_version == 2
		assert new.hash != old.hash
		assert {cell: new[cell] for cell in log.COLUMNS if cell not in record.CHAIN} == {
			cell: old[cell] for cell in log.COLUMNS if cell not in record.CHAIN
		}
	assert record.upgrade(older.name), "a second time changes nothing"
	assert log.rows(older.name) == after
	redacting.blank_row(after[-1].name, "Third person", ["attendees"])
	assert chain.verify(older.name).valid


def test_an_older_chain_that_does_not_prove_is_left_alone_and_told(older, monkeypatch):
	broken(monkeypatch, older.name)
	before = log.rows(older.name)
	assert not record.upgrade(older.name)
	assert log.rows(older.name) == before
	assert not frappe.db.exists("Stage Log Seal", {"escalation": older.name})
	told = frappe.get_all("Error Log", {"method": ("like", "%does not verify%")}, pluck="error")
	assert any(older.name in text for text in told)


def test_an_older_site_is_sealed_once_only(older, monkeypatch):
	monkeypatch.setattr(record.created, "names", lambda kind: [])
	record.ensure()
	assert chain.verify(older.name).valid
	monkeypatch.undo()
	with permits.removing(older.name):
		frappe.db.delete("Stage Log Seal", {"escalation": older.name})
	record.ensure()
	assert {finding.code for finding in chain.verify(older.name).findings} == {"no seal"}
