"""Closures and bank holidays learnt after cases had opened: previewed, applied, journalled, told, withdrawn."""

from __future__ import annotations

from datetime import date, datetime

import frappe
import pytest

from safeguarding_escalation.api import calendar as api
from safeguarding_escalation.api import escalation as cases
from safeguarding_escalation.engine import calendar as engine_calendar
from safeguarding_escalation.services import calendar_moving, closures, errors, holiday_look, times
from safeguarding_escalation.tests import factories
from safeguarding_escalation.tests import mails as mails_as_text
from safeguarding_escalation.tests.factories import as_user
from safeguarding_escalation.tests.figures import say

FUNERAL = date(2022, 9, 19)


@pytest.fixture
def clock(monkeypatch):
	"""A clock that stands where a test sets it, in the site's zone."""

	def stand_at(text: str) -> None:
		monkeypatch.setattr(times, "now_datetime", lambda: datetime.fromisoformat(text))

	return stand_at


@pytest.fixture(autouse=True)
def alone():
	"""Other tests' cases are not this test's matter; rolled back after it."""
	frappe.db.delete("Escalation Deadline")
	frappe.db.set_value("Escalation", {"workflow_state": ("!=", "Draft")}, "workflow_state", "Closed")


@pytest.fixture
def keeper(world):
	return next(user for (_, capacity), user in world.users.items() if capacity == "Business Manager")


@pytest.fixture
def case(world, clock):
	"""Raised on Wednesday 15 December 2027 at ten; its talk is owed in three working days: Monday 20."""
	clock("2027-12-15 10:00:00")
	name = factories.escalation(world, disagreement_at="2027-12-15 10:00:00").name
	with as_user(world.user(world.raising, "Practitioner")):
		cases.move(name, "Raise Concern")
	return name


def change(day: str, **values):
	given = {
		"doctype": closures.DOCTYPE,
		"kind": "Closure",
		"board": factories.BOARD,
		"from_date": day,
		"day_name": "Heating failed",
		"reason": "The boiler of the offices is out.",
	}
	return frappe.get_doc(given | values).insert()


def due(case: str) -> dict[str, str]:
	return {
		row.clock: str(row.due_at)
		for row in frappe.get_all("Escalation Deadline", {"escalation": case}, ["clock", "due_at"])
	}


def applied(keeper: str, day: str, **values) -> str:
	with as_user(keeper):
		name = change(day, **values).name
		api.apply(name, api.preview(name)["digest"])
	return name


def entries(case: str) -> list[frappe._dict]:
	return frappe.get_all(
		"Stage Log", {"escalation": case, "kind": "calendar_changed"}, ["name", "relates_to", "visibility"]
	)


def mails(case: str) -> list[frappe._dict]:
	return [
		mail
		for mail in frappe.get_all(
			"Email Queue", {"reference_name": case}, ["name", "message"], order_by="creation"
		)
		if "due dates have moved" in mail.message
	]


def test_preview_shows_both_dates_and_changes_nothing(world, keeper, case, clock):
	before = due(case)
	clock("2027-12-16 09:00:00")
	with as_user(keeper):
		found = api.preview(change("2027-12-20").name)
	assert due(case) == before
	assert entries(case) == []
	assert found["cases"] == 1
	assert found["clocks"] == len([day for day in before.values() if day >= "2027-12-20"]) > 0
	# At Stage 1 the board's manager does not see the case: it is counted, never shown.
	assert (found["hidden_cases"], found["rows"]) == (1, [])
	frappe.set_user("Administrator")
	shown = calendar_moving.preview(
		closures.row_of(frappe.get_last_doc(closures.DOCTYPE), times.now())
	).shown()
	speak = next(row for row in shown["rows"] if row["clock"] == "RB.S1.SPEAK")
	assert shown["digest"] == found["digest"]
	assert (speak["old"][:10], speak["new"][:10]) == ("2027-12-20", "2027-12-21")


def test_applying_moves_journals_and_tells_once(world, keeper, case, clock):
	before = due(case)
	clock("2027-12-16 09:00:00")
	name = applied(keeper, "2027-12-20")
	after = due(case)
	assert before["RB.S1.SPEAK"].startswith("2027-12-20")
	assert after["RB.S1.SPEAK"].startswith("2027-12-21")
	assert [(row.relates_to, row.visibility) for row in entries(case)] == [(name, "parties")]
	with as_user(world.user(world.responding, "Practitioner")):
		note = next(row["note"] for row in cases.timeline(case) if row["kind"] == "calendar_changed")
		why = cases.explain(case, "RB.S1.SPEAK")["sentences"]
	assert "Mon 20 Dec 2027 → Tue 21 Dec 2027" in note
	assert any("Heating failed, known since Thu 16 Dec 2027" in sentence for sentence in why)
	told = mails(case)
	assert told
	people = frappe.get_all(
		"Email Queue Recipient", {"parent": ("in", [mail.name for mail in told])}, pluck="recipient"
	)
	assert len(set(people)) == len(people) == len(told)
	texts = ["".join(mails_as_text.parts(mail.message.encode())) for mail in told]
	assert all("is now due" in text for text in texts)
	assert any("was due Mon 20 Dec 2027, is now due Tue 21 Dec 2027 (policy clause" in text for text in texts)
	calendar_moving.carry_out(name)
	frappe.db.set_value(closures.DOCTYPE, name, "finished_at", None)
	calendar_moving.resume()
	assert (len(entries(case)), len(mails(case))) == (1, len(told))
	stored = frappe.get_doc(closures.DOCTYPE, name)
	assert (stored.state, stored.cases_moved, stored.applied_by) == ("Applied", 1, keeper)
	assert stored.finished_at


def test_what_was_decided_keeps_its_date_and_the_rest_moves(world, keeper, case, clock):
	with as_user(world.user(world.responding, "Practitioner")):
		clock("2027-12-16 08:00:00")
		cases.record(case, "discussed", mode="phone")
	before = due(case)
	clock("2027-12-16 09:00:00")
	applied(keeper, "2027-12-20")
	assert due(case)["RB.S1.SPEAK"] == before["RB.S1.SPEAK"]
	clock("2027-12-23 09:00:00")
	late = due(case)
	applied(keeper, "2027-12-24")
	overdue = {
		row.clock: str(row.due_at)
		for row in frappe.get_all("Escalation Deadline", {"escalation": case}, ["clock", "due_at", "met_at"])
		if not row.met_at and str(row.due_at) < "2027-12-23 09:00:00"
	}
	assert overdue.items() <= late.items()


def test_an_old_preview_is_not_applied(world, keeper, case, clock):
	clock("2027-12-16 09:00:00")
	with as_user(keeper):
		name = change("2027-12-20").name
		seen = api.preview(name)["digest"]
	with as_user(world.user(world.responding, "Practitioner")):
		cases.record(case, "discussed", mode="phone")
	with as_user(keeper):
		with pytest.raises(errors.PreviewOutdated, match="Look at the preview again"):
			api.apply(name, seen)
		with pytest.raises(errors.PreviewOutdated):
			api.apply(name, "")
		assert frappe.db.get_value(closures.DOCTYPE, name, "state") == "Draft"
		assert api.apply(name, api.preview(name)["digest"])["state"] == "Applied"


def test_withdrawing_gives_the_dates_back(world, keeper, case, clock):
	before = due(case)
	clock("2027-12-16 09:00:00")
	name = applied(keeper, "2027-12-20", to_date="2027-12-21")
	moved = due(case)
	clock("2027-12-17 09:00:00")
	with as_user(keeper):
		back = api.withdraw(name, "The boiler works again.")["change"]
		api.apply(back, api.preview(back)["digest"])
	assert due(case) == before != moved
	assert frappe.db.get_value(closures.DOCTYPE, name, "state") == "Withdrawn"
	assert {row.relates_to for row in entries(case)} == {name, back}
	with as_user(keeper), pytest.raises(errors.BadInput, match="Only an applied"):
		api.withdraw(name, "Again.")


@pytest.mark.parametrize(
	("values", "words"),
	[
		({"from_date": "2027-12-15"}, "has passed"),
		({"from_date": "2027-12-25"}, "not counted anyway"),
		({"from_date": "2027-12-24", "to_date": "2027-12-20"}, "Swap"),
		({"to_date": "2028-02-20"}, "31 days"),
		({"nation": "ENG"}, "not both"),
		({"board": None}, "not both"),
		({"kind": "Bank holiday"}, "nation's"),
		({"kind": "Withdrawn closure"}, "nothing to withdraw"),
		({"reason": " "}, "Say why"),
		({"from_date": "2061-01-03"}, "calendar ends"),
	],
)
def test_what_cannot_be_is_refused_with_a_sentence(keeper, clock, values, words):
	clock("2027-12-16 09:00:00")
	with as_user(keeper), pytest.raises(frappe.ValidationError, match=words):
		change(**({"day": "2027-12-20"} | values))


def test_each_board_is_its_managers_and_a_nation_the_administrators(world, keeper, clock):
	clock("2027-12-16 09:00:00")
	with as_user(keeper):
		with pytest.raises(frappe.PermissionError):
			change("2027-12-20", board="Suffolk")
		with pytest.raises(frappe.PermissionError, match="administrator"):
			change("2027-12-20", board=None, nation="ENG")
		name = change("2027-12-20").name
	with as_user(world.user(world.raising, "Manager")):
		for call in (api.preview, api.moved, lambda of: api.apply(of, "x"), lambda of: api.withdraw(of, "x")):
			with pytest.raises(frappe.PermissionError):
				call(name)
	frappe.get_doc(closures.DOCTYPE, name).delete()
	assert not frappe.db.exists(closures.DOCTYPE, name)


def test_an_applied_change_is_never_edited_or_deleted(keeper, clock):
	clock("2027-12-16 09:00:00")
	name = applied(keeper, "2027-12-20")
	document = frappe.get_doc(closures.DOCTYPE, name)
	document.from_date = "2027-12-22"
	for act in (document.save, document.delete):
		with pytest.raises(errors.BadInput, match="never edited or deleted"):
			act()
	with as_user(keeper):
		forged = change("2027-12-22", state="Applied", applied_at="2027-12-01 10:00:00", applied_by=keeper)
	assert (forged.state, forged.applied_at, forged.applied_by) == ("Draft", None, None)


def test_an_alert_of_the_old_date_does_not_silence_the_new_one(world, keeper, case, clock):
	from safeguarding_escalation import scheduler

	clock("2027-12-20 08:00:00")
	scheduler.sweep("2027-12-20 08:00:00")
	said = frappe.db.count(
		"Escalation Alert", {"escalation": case, "clock": "RB.S1.SPEAK", "rung": "due_today"}
	)
	assert said
	clock("2027-12-20 09:00:00")
	applied(keeper, "2027-12-20")
	scheduler.sweep("2027-12-21 08:00:00")
	assert (
		frappe.db.count("Escalation Alert", {"escalation": case, "clock": "RB.S1.SPEAK", "rung": "due_today"})
		== 2 * said
	)


def test_nobody_records_or_corrects_what_the_calendar_did(world, keeper, case, clock):
	clock("2027-12-16 09:00:00")
	applied(keeper, "2027-12-20")
	row = entries(case)[0].name
	with as_user(world.user(world.raising, "Practitioner")):
		with pytest.raises(errors.BadInput, match="not something that can be recorded"):
			cases.record(case, "calendar_changed")
		with pytest.raises(errors.MoveRefused, match="withdrawn"):
			cases.record(case, "correction", corrects=row, reason="Wrong.")


def test_other_boards_keep_their_dates(world, keeper, case, clock):
	clock("2027-12-16 09:00:00")
	before = due(case)
	frappe.set_user("Administrator")
	other = change("2027-12-20", board="Suffolk").name
	assert api.preview(other)["cases"] == 0
	api.apply(other, api.preview(other)["digest"])
	assert due(case) == before


# Bank holidays that arrive with an upgrade


@pytest.fixture
def package(monkeypatch):
	"""The list of bank holidays that is installed, less and plus some days."""
	real = engine_calendar.bank_holidays

	def without(*days: date) -> None:
		found = {
			nation: {day: name for day, name in real(nation).items() if day not in days}
			for nation in engine_calendar.NATIONS
		}
		monkeypatch.setattr(holiday_look, "bank_holidays", lambda nation: found[nation])

	def everything() -> None:
		monkeypatch.setattr(holiday_look, "bank_holidays", real)

	frappe.get_doc(closures.LOOK).update({"digest": ""}).save()
	return without, everything


def test_the_holiday_of_19_september_2022_announced_on_the_10th(world, clock, package):
	without, everything = package
	clock("2022-09-01 09:00:00")
	without(FUNERAL)
	assert holiday_look.look() == []
	clock("2022-09-08 10:00:00")
	name = factories.escalation(world, disagreement_at="2022-09-08 10:00:00").name
	with as_user(world.user(world.raising, "Practitioner")):
		cases.move(name, "Raise Concern")
		clock("2022-09-13 10:00:00")
		cases.record(name, "unresolved")
		cases.move(name, "Escalate to Stage 2")
	clock("2022-09-14 09:00:00")
	with as_user(world.user(world.raising, "Practitioner")):
		before = {row["clock"]: row["due_at"] for row in cases.deadlines(name)["deadlines"]}
	everything()
	with as_user(world.user(world.raising, "Practitioner")):
		upgraded = {row["clock"]: row["due_at"] for row in cases.deadlines(name)["deadlines"]}
	assert upgraded == before  # the upgrade alone moves nothing
	changes = holiday_look.look()
	assert len(changes) == 1
	stored = frappe.get_doc(closures.DOCTYPE, changes[0])
	assert (stored.nation, stored.by_package, stored.from_date) == ("ENG", 1, FUNERAL)
	moved = due(name)
	later = {clock_id for clock_id in moved if moved[clock_id][:10] != before[clock_id][:10]}
	assert later
	assert all(before[clock_id][:10] >= "2022-09-19" for clock_id in later)
	assert len(entries(name)) == 1
	assert mails(name)
	assert holiday_look.look() == []
	say(
		f"calendar: the holiday of 19 September 2022 moved {len(later)} of {len(moved)} clocks of a case, told once"
	)


def test_a_holiday_entered_by_hand_before_the_package_knew_it_changes_nothing_then(world, clock, package):
	without, everything = package
	clock("2022-09-08 09:00:00")
	without(FUNERAL)
	holiday_look.look()
	clock("2022-09-10 12:00:00")
	name = change("2022-09-19", board=None, nation="ENG", kind="Bank holiday", day_name="State Funeral").name
	api.apply(name, api.preview(name)["digest"])
	everything()
	clock("2022-09-14 09:00:00")
	assert holiday_look.look() == []
	assert frappe.db.count(closures.DOCTYPE, {"from_date": FUNERAL}) == 1


def test_a_holiday_that_vanishes_counts_again_and_days_that_passed_stay(world, clock, package):
	without, everything = package
	clock("2027-01-04 09:00:00")
	everything()
	assert holiday_look.look() == []
	clock("2027-05-20 09:00:00")
	without(date(2027, 5, 3), date(2027, 8, 30))
	changes = [frappe.get_doc(closures.DOCTYPE, name) for name in holiday_look.look()]
	assert [(row.kind, row.from_date) for row in changes] == [("Withdrawn closure", date(2027, 8, 30))]
	calendar = closures.of_nation("ENG").latest
	assert calendar.is_working_day(date(2027, 8, 30))
	assert not calendar.is_working_day(date(2027, 5, 3))
	assert holiday_look.look() == []
