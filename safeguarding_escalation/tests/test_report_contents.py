"""What each report on live work says, from cases made by hand: columns, dates, counts, and what stands apart."""

from __future__ import annotations

from datetime import date, datetime

import frappe

from safeguarding_escalation.services import report_base, report_timeliness, report_tracker
from safeguarding_escalation.services.report_days import WorkingDays
from safeguarding_escalation.tests import factories, reports_world
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.reports_world import rows_of, shown

kept, rolled_back = reports_world.kept, reports_world.rolled_back
people, cases = reports_world.people, reports_world.cases


def test_the_tracker_has_suffolk_s_columns(world, cases):
	office = world.user("Redbridge Safeguarding Adults Board", "Business Manager")
	with as_user(office):
		found = shown("Escalation Tracker", board="Suffolk")
		labels = [column["label"] for column in found["columns"] if not column.get("hidden")]
		assert labels == list(report_tracker.SUFFOLK)
	with as_user(world.user(world.raising, "Practitioner")):
		rows = {row["escalation"]: row for row in rows_of("Escalation Tracker")}
	row = rows[cases["late"]]
	assert row["reference"].startswith("SE-")
	assert row["raising_agency"] == world.raising
	assert row["started_at"] == frappe.db.get_value("Escalation", cases["late"], "started_at").date()
	assert row["stage"] == "Stage 1"
	assert row["nature"] == "Level of risk and its assessment"
	assert row["outcome"] == "Open"
	assert rows[cases["settled"]]["outcome"] == "Resolved at Stage One"


def test_a_policy_s_own_columns_are_the_tracker_s(monkeypatch):
	monkeypatch.setattr(
		report_tracker, "wanted", lambda board: ("Reference", "Lessons for the board", "Outcome")
	)
	columns, _rows, message = report_tracker.run({})
	assert [column["label"] for column in columns] == [
		"Reference",
		"Lessons for the board",
		"Outcome",
		"Board",
		"Case",
	]
	assert "Lessons for the board" in message


def test_the_policy_s_clocks_stand_apart_from_local_targets(cases, world):
	with as_user(world.user(world.raising, "Practitioner")):
		plain = rows_of("Overdue and Due Soon")
		both = rows_of("Overdue and Due Soon", local_targets=1)
		mine = rows_of("Overdue and Due Soon", owed_by="responding")
	assert [(row["escalation"], row["state"]) for row in plain] == [
		(cases["late"], "Overdue"), (cases["today"], "Due today"),
	]  # fmt: skip
	assert [row["escalation"] for row in both] == [cases["late"], cases["today"], cases["target"]]
	assert [row["kind"] for row in both] == ["The policy", "The policy", "Local target"]
	assert [row["escalation"] for row in mine] == [cases["today"]]
	assert plain[0]["owed_by"] == world.raising
	assert plain[1]["days_late"] is None


def test_how_late_is_said_in_working_days(cases, world):
	"""From the last working day up to Thursday 17 April 2025 to Wednesday 23: Good Friday, Easter Monday and the weekend
	don't count, so 22 and 23 April do."""
	due, now = datetime.fromisoformat("2025-04-17 23:59:59"), datetime.fromisoformat("2025-04-23 09:00:00")
	case = frappe._dict(board="Redbridge", policy=frappe.db.get_value("Escalation", cases["late"], "policy"))
	assert WorkingDays().between(case, due, now) == 2
	assert WorkingDays().between(case, now, due) == 0
	assert WorkingDays().between(frappe._dict(board="", policy=""), due, now) == 2


def test_timeliness_is_counted_by_stage_and_who_owed_it(cases, world):
	with as_user(world.user(world.raising, "Practitioner")):
		rows = {row["owed_by"]: row for row in rows_of("Timeliness by Stage and Agency")}
		apart = rows_of("Timeliness by Stage and Agency", local_targets=1)
	raising, responding = rows[world.raising], rows[world.responding]
	counts = [
		[row[name] for name in report_timeliness.COUNTS] for row in (raising, responding, rows["Chair"])
	]
	# clocks, met, late, missed, overdue, running; the clock of both sides counts for each; one ended early counts for none
	assert counts == [[2, 0, 0, 0, 1, 1], [4, 1, 1, 1, 0, 1], [1, 0, 0, 0, 0, 1]]
	assert responding["share"] == "1 of 3 (33 %)"
	assert rows["Chair"]["share"] == ""
	assert [row["rule"] for row in apart if row["rule"] == "Local target"] == ["Local target"]
	assert report_base.median([3, 1, 8]) == 3
	assert report_base.median([3, 1, 8, 4]) == 3.5
	assert report_base.median([]) is None


def test_themes_count_and_say_no_word_of_anybody(cases, world):
	with as_user(world.user(world.raising, "Practitioner")):
		found = shown("Themes", board="Redbridge")
	rows = {(row["question"], row["value"]): row for row in found["result"]}
	every = len(cases) - 1
	assert rows["Nature", "Level of risk and its assessment"]["open"] == every
	assert rows["Theme", "Thresholds"]["escalations"] == 1
	assert rows["Theme", "Not said"]["open"] == every - 1
	assert rows["Single- or multi-agency", "Multi-agency work"]["open"] == 1
	assert rows["Learning", "Recorded"]["escalations"] == 1
	assert ("Policy gap", "Recorded") not in rows


def test_confirmations_outstanding(cases, world):
	with as_user(world.user(world.raising, "Practitioner")):
		rows = [row for row in rows_of("Confirmations Outstanding") if row["escalation"] == cases["quiet"]]
	assert [row["key"] for row in rows] == ["written", "reported"]
	assert rows[1]["of_whom"] == f"Manager, {world.responding}"
	entry = frappe.db.get_value("Stage Log", {"escalation": cases["quiet"], "source": "reported"})
	factories.entry(cases["quiet"], kind="entry_disputed", relates_to=entry)
	with as_user(world.user(world.responding, "Practitioner")):
		keys = [
			row["key"] for row in rows_of("Confirmations Outstanding") if row["escalation"] == cases["quiet"]
		]
	assert keys == ["written", "disputed"]
	frappe.get_doc({"doctype": "Record Confirmation", "name": "askedwatch", "escalation": cases["quiet"], "what": "stage",
		"stage": 1, "state": "asked", "contact_name": "Manager on duty", "agency": world.responding, "side": "responding",
		"asked_at": frappe.utils.now_datetime(), "asked_how": "outside"}).db_insert()  # fmt: skip
	with as_user(world.user(world.raising, "Practitioner")):
		outstanding = rows_of("Confirmations Outstanding")
		asked = [row for row in outstanding if row["key"] == "asked" and row["escalation"] in cases.values()]
	assert [(row["escalation"], row["of_whom"]) for row in asked] == [
		(cases["quiet"], f"Manager on duty, {world.responding}")
	]
	frappe.db.set_value("Record Confirmation", "askedwatch", "state", "confirmed")
	factories.entry(cases["quiet"], kind="entry_confirmed", relates_to=entry)
	internal = {
		"kind": "consulted",
		"source": "reported",
		"visibility": "own agency",
		"actor_agency": world.responding,
	}
	factories.entry(cases["quiet"], side="responding", **internal)
	with as_user(world.user(world.raising, "Practitioner")):
		keys = [
			row["key"] for row in rows_of("Confirmations Outstanding") if row["escalation"] == cases["quiet"]
		]
	assert keys == ["written"]  # confirmed; and the other agency's own entry is not for this side to see


def test_actions_outstanding(cases, world):
	with as_user(world.user(world.raising, "Practitioner")):
		rows = rows_of("Actions Outstanding")
	told = {(row["key"], row["escalation"], row["owner"], row["due_on"]) for row in rows}
	assert told >= {
		("undone", cases["late"], world.responding, date(2025, 4, 1)),
		("review", cases["late"], "Both sides", date(2025, 6, 2)),
		("unanswered", cases["today"], world.raising, None),
	}
	assert len(told) == 3
	with as_user(world.user(world.raising, "Practitioner")):
		assert [row["key"] for row in rows_of("Actions Outstanding", from_date="2025-06-01")] == ["review"]
