"""The policy simulator on a site: who may, which cases count, exactly these turn late, and nothing is written."""

from __future__ import annotations

import csv
import time
from datetime import timedelta
from io import BytesIO, StringIO

import frappe
import openpyxl
import pytest

from safeguarding_escalation.api import escalation as escalation_api
from safeguarding_escalation.api import simulator as api
from safeguarding_escalation.engine.simulator import simulate
from safeguarding_escalation.services import (
	policies,
	policy_versions,
	quiet_hours,
	simulating,
	simulation_tables,
	times,
)
from safeguarding_escalation.services.errors import BadInput, NotYours
from safeguarding_escalation.services.lock import loaded
from safeguarding_escalation.tests import factories, figures, sound_site
from safeguarding_escalation.tests.factories import as_user

DRAFT = "redbridge-draft"
CLOCK = "RB.S1.RESOLVE"
PERIOD = ("2025-03-01", "2025-03-31")
AUDIT = "tabEscalation Audit"


@pytest.fixture(scope="module")
def draft(world, kept):
	sound_site.aside()
	cases = frappe.qb.DocType("Escalation")
	frappe.qb.update(cases).set(cases.started_at, None).run()  # other tests' cases are of no period
	policy_versions.copy("redbridge-2022", DRAFT, "Redbridge, three days", supersedes=True)
	frappe.db.set_value("Policy Clock", clock_row(DRAFT), "length", 3)
	frappe.db.set_value("Board Policy", DRAFT, "modified", frappe.utils.now())
	return DRAFT


def clock_row(policy: str) -> str:
	rows = frappe.get_doc("Board Policy", policy).clocks
	return next(row.name for row in rows if CLOCK in row.as_dict().values())


def settled(world, began: str, resolved: str, **values):
	"""A case that began, was talked about within the hour and resolved at Stage 1."""
	made = factories.escalation(world, disagreement_at=f"{began} 09:00:00", **values)
	with as_user(world.user(world.raising, "Practitioner")):
		escalation_api.move(made.name, "Raise Concern", occurred_at=f"{began} 10:00:00")
		escalation_api.record(
			made.name,
			"discussed",
			occurred_at=f"{began} 11:00:00",
			two_way=1,
			mode="phone",
			counterpart=world.contact(world.responding, "Practitioner"),
		)
		if resolved:
			escalation_api.move(
				made.name,
				"Accept Resolution",
				occurred_at=f"{resolved} 12:00:00",
				reason="The enquiry is reopened.",
			)
	made.reload()
	return made


@pytest.fixture(scope="module")
def cases(world, draft):
	"""Mon 3 March 2025: five working days are Mon 10, three are Thu 6."""
	values = {"resolution_summary": "The enquiry is reopened.", "signatures": []}
	return {
		"early": settled(world, "2025-03-03", "2025-03-05", **values),
		"between": settled(world, "2025-03-03", "2025-03-10", **values),
		"late": settled(world, "2025-03-03", "2025-03-11", **values),
		"next month": settled(world, "2025-04-03", "2025-04-04", **values),
	}


def turned(found: dict) -> set[tuple[str, str]]:
	return {(row["reference"], row["clock"]) for row in found["rows"] if row["turned"] == "late"}


def test_exactly_these_would_have_been_late(cases, world):
	found = api.run(DRAFT, world.board, *PERIOD)
	reference = cases["between"].reference
	assert turned(found) == {(reference, CLOCK), (reference, "RB.S2.ESCALATE")}
	assert (found["cases"], found["total"]["turned_late"], found["more"]) == (3, 2, 0)
	row = next(row for row in found["rows"] if row["reference"] == reference and row["clock"] == CLOCK)
	assert (row["due_before"], row["due_after"]) == ("Mon 10 Mar 2025", "Thu 6 Mar 2025")
	assert (row["status_before"], row["status_after"], row["change"]) == ("in time", "late", "other date")
	late = {
		(each["role"], each["agency"]): each["turned_late"]
		for each in found["parties"]
		if each["turned_late"]
	}
	assert late == {("raising lead", world.raising): 2, ("responding lead", world.responding): 1}
	assert "from Sat 1 Mar 2025 to Mon 31 Mar 2025" in found["notes"][0]
	assert {"2025-03-11"} <= {each["day"] for each in found["load"]}


def test_what_is_replayed_is_what_the_cases_have(cases, world):
	"""The old side of a run equals each case's own stored deadlines."""
	found = simulating.run(DRAFT, world.board, *PERIOD).simulation
	for case in (cases["early"], cases["between"], cases["late"]):
		stored = {(row.clock, row.due_at) for row in loaded(case.name).deadlines}
		replayed = {
			(row.clock, row.before.due_at)
			for row in found.rows
			if row.reference == case.reference and row.before
		}
		assert replayed == stored


def test_no_name_and_no_word_of_a_case(cases, world):
	found = frappe.as_json(api.run(DRAFT, world.board, *PERIOD))
	for word in ("Zephyrine", "carer", "Practitioner of", "Neglect", "neglect", "reopened"):
		assert word not in found
	assert not any(case.name in found for case in cases.values())


def test_who_may_and_whose_cases_count(cases, world):
	manager = world.user(sound_site.OFFICE, "Business Manager")
	administrator = factories.user("simulator.admin@example.test", "Safeguarding Administrator")
	with as_user(manager):
		found = api.run(DRAFT, world.board, *PERIOD)
		readable = {
			name for name, case in cases.items() if frappe.has_permission("Escalation", "read", doc=case.name)
		}
		inside = readable - {"next month"}
		assert found["cases"] == len(inside)
		assert any("that you may not read are left out" in note for note in found["notes"]) == (
			len(inside) < 3
		)
		assert api.choices()["boards"] == [world.board]
		assert api.choices()["policies"][0]["draft"]
	with as_user(administrator):
		found = api.run(DRAFT, world.board, *PERIOD)
		assert (found["cases"], found["rows"]) == (0, [])
		assert "3 cases of this period that you may not read are left out." in found["notes"]
	for user in (world.user(world.raising, "Practitioner"), world.user(sound_site.OFFICE, "Chair"), "Guest"):
		with as_user(user):
			for refused in (
				lambda: api.run(DRAFT, world.board, *PERIOD),
				lambda: api.export(DRAFT, world.board, *PERIOD),
				api.choices,
			):
				with pytest.raises(NotYours):
					refused()
	with as_user(manager), pytest.raises(NotYours):
		api.run(DRAFT, "Suffolk", *PERIOD)


def test_what_cannot_be_asked(cases, world):
	with pytest.raises(BadInput, match="ends before it begins"):
		api.run(DRAFT, world.board, PERIOD[1], PERIOD[0])
	with pytest.raises(BadInput, match="no date"):
		api.run(DRAFT, world.board, "soon", PERIOD[1])
	with pytest.raises(NotYours):
		api.run("no-such-policy", world.board, *PERIOD)
	with pytest.raises(BadInput, match="no table"):
		api.export(DRAFT, world.board, *PERIOD, table="names")
	with pytest.raises(BadInput, match="no file"):
		api.export(DRAFT, world.board, *PERIOD, kind="exe")
	frappe.db.set_value("Policy Clock", clock_row(DRAFT), "cap", CLOCK)
	frappe.db.set_value("Board Policy", DRAFT, "modified", "2026-01-01 10:00:00")
	with pytest.raises(BadInput, match="cannot run"):
		api.run(DRAFT, world.board, *PERIOD)


def test_a_case_at_a_stage_that_the_draft_lacks_is_listed(cases, world):
	policy = policies.targeted("redbridge-2022")
	short = policy.replace(stages=[row for row in policy.to_dict()["stages"] if row["number"] < 2])
	at_two = settled(world, "2025-03-04", "")
	with as_user(world.user(world.raising, "Practitioner")):
		escalation_api.move(
			at_two.name, "Escalate to Stage 2", occurred_at="2025-03-05 09:00:00", reason="No agreement."
		)
	rows, _ = simulating._cases(world.board, times.given_day(PERIOD[0]), times.given_day(PERIOD[1]))
	found = simulate(
		simulating._past(rows),
		short,
		simulating._draft(DRAFT, world.board)[1],
		times.now(),
		quiet_hours.hours(),
	)
	assert [row.reference for row in found.not_replayed] == [at_two.reference]
	run = simulating.Run(
		short, world.board, times.given_day(PERIOD[0]), times.given_day(PERIOD[1]), found, 4, 0, 0
	)
	shown = simulation_tables.shown(run)
	assert shown["not_replayed"] == [
		{"reference": at_two.reference, "why": "It reached Stage 2, which this policy does not have."}
	]
	assert any("1 case cannot be replayed" in note for note in shown["notes"])
	assert at_two.reference in {row[0] for row in simulation_tables.table(run, "clocks")}


def test_more_cases_than_one_run_takes(cases, world, monkeypatch):
	monkeypatch.setattr(simulating, "MOST", 2)
	found = simulating.run(DRAFT, world.board, *PERIOD)
	assert (found.cases, found.beyond) == (2, 1)
	assert any("1 case of this period are not in it" in note for note in simulation_tables.notes(found))


def checksums() -> dict[str, int]:
	tables = [table for table in frappe.db.get_tables(cached=False) if table != AUDIT]
	names = ", ".join(f"`{table}`" for table in tables)
	return dict(frappe.db.sql(f"CHECKSUM TABLE {names}"))


def test_nothing_is_written(cases, world):
	before = checksums()
	assert len(before) > 100
	for _ in range(2):
		api.run(DRAFT, world.board, *PERIOD)
		for kind in ("csv", "xlsx"):
			api.export(DRAFT, world.board, *PERIOD, kind=kind)
	assert checksums() == before


def exported(world, table: str, kind: str) -> list[list]:
	api.export(DRAFT, world.board, *PERIOD, table=table, kind=kind)
	assert frappe.response["type"] == "binary"
	assert frappe.response["filename"] == f"policy-simulation-{DRAFT}-2025-03-01-2025-03-31-{table}.{kind}"
	content = frappe.response["filecontent"]
	if kind == "xlsx":
		return [
			list(row) for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
		]
	return list(csv.reader(StringIO(content.decode("utf-8"))))


def test_the_exports(cases, world):
	for kind in ("csv", "xlsx"):
		clocks = exported(world, "clocks", kind)
		assert clocks[0][0] == "Reference"
		assert {row[0] for row in clocks[1:]} == {
			cases[name].reference for name in ("early", "between", "late")
		}
		late = [row for row in clocks if row[7] == "late"]
		assert {(row[0], row[2]) for row in late} == {
			(cases["between"].reference, CLOCK),
			(cases["between"].reference, "RB.S2.ESCALATE"),
		}
		assert len({len(row) for row in clocks}) == 1
		sums = exported(world, "sums", kind)
		assert [row[6] for row in sums if row[0] == "All limits"] in (["2"], [2])
		assert exported(world, "alerts", kind)[0] == ["Day", "Alerts then", "Alerts under this policy"]


@pytest.mark.parametrize("text", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_is_never_a_formula(cases, world, monkeypatch, text):
	monkeypatch.setattr(simulation_tables, "_who", lambda role, agency: text)
	rows = simulation_tables.table(simulating.run(DRAFT, world.board, *PERIOD), "clocks")
	cells = {row[5] for row in rows[1:]}
	assert cells == {"'" + "; ".join([text, text]), f"'{text}"} or cells == {f"'{text}"}


def test_what_a_thousand_cases_take(cases, world, monkeypatch):
	real = simulating._cases
	monkeypatch.setattr(simulating, "_cases", lambda *given: ((real(*given)[0] * 334)[:1000], 0))
	began = time.perf_counter()
	found = simulating.run(DRAFT, world.board, *PERIOD)
	shown = simulation_tables.shown(found)
	took = time.perf_counter() - began
	assert (found.cases, shown["cases"]) == (1000, 1000)
	figures.say(f"Policy simulator: 1,000 cases in {took:.1f} s, {took:.2f} ms a case.")
	assert took < 60
	assert timedelta(seconds=took) < timedelta(minutes=1)
