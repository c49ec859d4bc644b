"""The instant from which an adopted version governs: midnight in London, or later that day where it was adopted on it."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
import pytest

from safeguarding_escalation.api import policy as desk
from safeguarding_escalation.services import policies, policy_adopting, times
from safeguarding_escalation.services.errors import BadInput
from safeguarding_escalation.tests import walking
from safeguarding_escalation.tests.factories import as_user, at
from safeguarding_escalation.tests.test_adoption import escalated, raised, standing
from safeguarding_escalation.tests.walking import Cast

# The clocks go forward on Sunday 30 March 2025 and back on Sunday 26 October 2025.
FORWARD, BACK = "2025-03-30", "2025-10-26"


@pytest.fixture(scope="module")
def redbridge(world) -> Cast:
	return walking.cast(world, "Redbridge")


@pytest.fixture(scope="module")
def portsmouth(world) -> Cast:
	return walking.cast(world, "Portsmouth")


def version(of: str, name: str, **lengths: int) -> str:
	"""A submitted next version with other lengths of clocks."""
	draft = frappe.get_doc("Board Policy", desk.copy(of, name, name.title(), 1)["policy"])
	for clock, length in lengths.items():
		next(row for row in draft.clocks if row.clock_id == clock.replace("_", ".")).length = length
	draft.save()
	draft.submit()
	return str(draft.name)


def adopted(board: str, policy: str, day: str, when: str) -> None:
	with standing(when):
		policy_adopting.adopt(board, policy, day)


@pytest.mark.parametrize(
	("day", "before", "after"),
	[
		("2025-06-02", "2025-06-01 23:59:59", "2025-06-02 00:00:00"),  # summer time: 23:00 UTC the day before
		("2025-12-01", "2025-11-30 23:59:59", "2025-12-01 00:00:00"),
		(FORWARD, "2025-03-29 23:59:59", "2025-03-30 00:00:00"),  # the night on which an hour is missing
		("2025-03-31", "2025-03-30 23:59:59", "2025-03-31 00:00:00"),
		(BACK, "2025-10-25 23:59:59", "2025-10-26 00:00:00"),  # the night with an hour twice
	],
)
def test_a_version_is_in_force_from_midnight_in_london(redbridge, day, before, after):
	new = version("redbridge-2022", "redbridge-night")
	adopted("Redbridge", new, day, "2025-02-03 09:00")
	with standing(before):
		assert policies.adopted("Redbridge") == "redbridge-2022"
	with standing(after):
		assert policies.adopted("Redbridge") == new


@pytest.mark.parametrize(
	("entered", "length", "due"),
	[
		# Sun 1 June, one second before midnight, under the old version: 2, 3, 4, 5, 6 June
		("2025-06-01 23:59:59", 5, "2025-06-06 23:59:59"),
		# Mon 2 June, midnight, under the new one: 3, 4, 5, 6, 9, 10, 11 June
		("2025-06-02 00:00:00", 7, "2025-06-11 23:59:59"),
	],
)
def test_a_clock_that_starts_a_second_earlier_keeps_the_old_version(redbridge, entered, length, due):
	new = version("redbridge-2022", "redbridge-second", RB_S2_RESOLVE=7)
	adopted("Redbridge", new, "2025-06-02", "2025-05-19 09:00")
	case = raised(redbridge, "2025-05-27 10:00")
	clock = escalated(redbridge, case, entered)
	assert clock.due_at == at(due)
	assert clock.policy == (new if length == 7 else "redbridge-2022")


@pytest.mark.parametrize(
	("entered", "due"),
	[
		# Sat 29 March before the clocks go forward: 31 March, 1, 2, 3, 4 April
		("2025-03-29 23:30:00", "2025-04-04 23:59:59"),
		# Sun 30 March, half an hour after midnight, still winter time: seven days, 31 March to 4 April, 7, 8 April
		("2025-03-30 00:30:00", "2025-04-08 23:59:59"),
		("2025-03-30 03:30:00", "2025-04-08 23:59:59"),  # summer time by now
	],
)
def test_in_the_week_in_which_the_clocks_go_forward(redbridge, entered, due):
	new = version("redbridge-2022", "redbridge-spring", RB_S2_RESOLVE=7)
	adopted("Redbridge", new, FORWARD, "2025-03-10 09:00")
	case = raised(redbridge, "2025-03-26 10:00")
	assert escalated(redbridge, case, entered).due_at == at(due)


def test_adopted_in_the_afternoon_it_leaves_the_mornings_clocks_alone(redbridge):
	new = version("redbridge-2022", "redbridge-noon", RB_S2_RESOLVE=7)
	morning = raised(redbridge, "2025-05-27 10:00")
	afternoon = raised(redbridge, "2025-05-27 11:00")
	before = escalated(redbridge, morning, "2025-06-03 09:00")
	adopted("Redbridge", new, "2025-06-03", "2025-06-03 14:00")
	kept = frappe.db.get_value(
		"Escalation Deadline",
		{"escalation": morning, "clock": "RB.S2.RESOLVE"},
		["due_at", "policy"],
		as_dict=True,
	)
	# Tue 3 June at nine: 4, 5, 6, 9, 10 June, by the version of that moment
	assert (kept.due_at, kept.policy) == (before.due_at, "redbridge-2022")
	assert kept.due_at == at("2025-06-10 23:59:59")
	# Tue 3 June at three: seven days, 4, 5, 6, 9, 10, 11, 12 June
	assert escalated(redbridge, afternoon, "2025-06-03 15:00").due_at == at("2025-06-12 23:59:59")


def test_two_boards_adopt_one_version_from_different_days(portsmouth, world):
	hampshire = walking.cast(world, "Hampshire")
	new = version("4lsab-2023", "4lsab-2025")
	adopted("Portsmouth", new, "2025-06-02", "2025-05-19 09:00")
	adopted("Hampshire", new, "2025-07-01", "2025-05-19 09:00")
	found = {}
	for when in ("2025-06-01 12:00", "2025-06-02 12:00", "2025-07-01 12:00"):
		with standing(when):
			found[when] = [policies.adopted(board) for board in ("Portsmouth", "Hampshire", "Southampton")]
	old = "4lsab-2023"
	assert list(found.values()) == [[old, old, old], [new, old, old], [new, new, old]]
	case = raised(hampshire, "2025-06-05 10:00")
	assert frappe.db.get_value("Escalation", case, "policy") == old
	with standing("2025-06-05 10:00"):
		assert {row["board"] for row in desk.diagram(new)["adopted_by"]} == {"Portsmouth", "Hampshire"}


def test_the_dialog_says_of_each_case_what_stays_and_what_follows(redbridge):
	new = version("redbridge-2022", "redbridge-cases", RB_S3_RESOLVE=3)
	case = raised(redbridge, "2025-05-27 10:00")
	escalated(redbridge, case, "2025-05-28 10:00")
	reference = frappe.db.get_value("Escalation", case, "reference")
	with standing("2025-05-28 12:00"):
		with as_user(redbridge.users["business manager"]):
			hidden = desk.effects("Redbridge", new, "2025-06-02")
		# the Business Manager sees a case of Redbridge's from Stage 3 on
		assert reference not in str(hidden["cases"])
		assert hidden["more"] == len(policy_adopting.open_cases("Redbridge")) - len(hidden["cases"])
		said = " ".join(hidden["sentences"])
		assert "keep" in said
		assert "the new policy" in said
		shown = desk.effects("Redbridge", new, "2025-06-02")
	(row,) = [row for row in shown["cases"] if row["name"] == case]
	assert (row["reference"], row["stage"]) == (reference, "Stage 2")
	# Wed 28 May: 29, 30 May, 2, 3, 4 June
	assert "Resolve the disagreement between the line managers: due Wed 4 Jun 2025" in row["stays"]
	assert "Resolve the disagreement between the senior managers" in row["follows"]
	assert "Resolve the disagreement between the line managers" not in row["follows"]
	assert "Speak to the professional who raised the concern" not in row["follows"]
	assert [change["text"] for change in shown["changes"]["changes"] if change["table"] == "Clocks"] == [
		"Stage 3 must be settled within three working days instead of five (RB.S3.RESOLVE)."
	]


def test_what_the_dialog_says_comes_to_pass(redbridge):
	new = version("redbridge-2022", "redbridge-pass", RB_S3_RESOLVE=3)
	case = raised(redbridge, "2025-05-27 10:00")
	escalated(redbridge, case, "2025-05-28 10:00")
	stays = {clock: due for clock, due in due_dates(case).items() if "S3" not in clock}
	assert "RB.S2.RESOLVE" in stays
	adopted("Redbridge", new, "2025-06-02", "2025-05-28 12:00")
	with standing("2025-06-03 10:00"), as_user(redbridge.users["raising manager"]):
		frappe.get_attr("safeguarding_escalation.api.escalation.move")(
			case, "Escalate to Stage 3", reason="Not agreed."
		)
	after = due_dates(case)
	assert {clock: due for clock, due in after.items() if clock in stays} == stays
	# Tue 3 June and the new version's three working days: 4, 5, 6 June
	assert after["RB.S3.RESOLVE"] == at("2025-06-06 23:59:59")


def due_dates(case: str) -> dict[str, Any]:
	"""Every clock that had started when the version was adopted, met or not, and the later stage's."""
	rows = frappe.get_all("Escalation Deadline", {"escalation": case}, ["clock", "due_at", "starts_at"])
	return {
		row.clock: row.due_at for row in rows if row.starts_at <= at("2025-05-28 12:00") or "S3" in row.clock
	}


# What has been adopted stays adopted


def test_an_adoption_that_has_begun_is_neither_changed_nor_taken_back(redbridge):
	raised(redbridge, "2025-05-27 10:00")
	for change in (
		lambda board: board.set("policies", []),
		lambda board: board.policies[0].set("policy", "stockport"),
		lambda board: board.policies[0].set("from_date", "2020-01-01"),
	):
		board = frappe.get_doc("Safeguarding Board", "Redbridge")
		change(board)
		with pytest.raises(BadInput, match="Redbridge has worked by “redbridge-2022” since Wed 1 Jun 2022"):
			board.save()
	board = frappe.get_doc("Safeguarding Board", "Redbridge")
	board.append("policies", {"policy": "stockport", "from_date": "2024-01-01"})
	with pytest.raises(BadInput, match="has passed"):
		board.save()


def test_an_adoption_for_later_is_taken_back(redbridge):
	raised(redbridge, "2025-05-27 10:00")
	new = version("redbridge-2022", "redbridge-later")
	policy_adopting.adopt("Redbridge", new, "2031-01-01")
	board = frappe.get_doc("Safeguarding Board", "Redbridge")
	board.policies = [row for row in board.policies if row.policy != new]
	board.save()
	assert policies.adopted("Redbridge", date(2031, 1, 2)) == "redbridge-2022"


def test_nobody_sets_the_hour_of_an_adoption(redbridge):
	raised(redbridge, "2025-05-27 10:00")
	board = frappe.get_doc("Safeguarding Board", "Redbridge")
	board.policies[0].adopted_at = "2030-01-01 00:00:00"
	board.save()
	assert frappe.db.get_value("Safeguarding Board Policy", board.policies[0].name, "adopted_at") is None


def test_on_the_day_of_an_adoption_open_cases_are_stored_anew_once(redbridge, monkeypatch):
	new = version("redbridge-2022", "redbridge-refresh")
	raised(redbridge, "2025-05-27 10:00")
	told: list[list[str]] = []

	def enqueue(method: str, **arguments: Any) -> None:
		if method.endswith("policy_adopting.refresh_cases"):
			told.append(arguments["cases"])

	monkeypatch.setattr(frappe, "enqueue", enqueue)
	adopted("Redbridge", new, "2025-06-02", "2025-05-28 09:00")
	assert told == []
	with standing("2025-06-01 23:55"):
		assert policy_adopting.refresh_due() == []
	with standing("2025-06-05 00:05"):  # the scheduler had stopped for three days
		assert policy_adopting.refresh_due() == ["Redbridge"]
		assert policy_adopting.refresh_due() == []
	assert [len(cases) for cases in told] == [len(policy_adopting.open_cases("Redbridge"))]
