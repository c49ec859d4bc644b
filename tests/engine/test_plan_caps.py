"""Dates that make a clock due earlier, and breaches whose date was replaced."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, Event, Policy, WorkingCalendar, plan

MON, TUE, WED, THU, FRI = (f"2025-03-0{day}T10:00" for day in range(3, 8))
MON2, TUE2, WED2, THU2, FRI2 = (f"2025-03-{day}T10:00" for day in range(10, 15))
END = "T23:59:59"
OWN = "2025-03-10" + END  # five working days from Mon 3 March


def london(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def protective(when: str, due: str | None, stage: int | None = None) -> tuple[str, str, dict[str, Any]]:
	fields: dict[str, Any] = {"stage": stage}
	return ("protective_deadline", when, fields | ({"due_at": due} if due else {}))


def agreed(when: str, due: str, **fields: Any) -> tuple[str, str, dict[str, Any]]:
	return ("agreed_timescale", when, {"due_at": due} | fields)


BOTH = {"protective_cap": True, "agreed_cap": True}


@pytest.mark.parametrize(
	("fields", "rows", "due", "capped_by"),
	[
		({}, [protective(TUE, THU)], OWN, None),  # this clock is not capped
		(BOTH, [], OWN, None),
		(BOTH, [protective(TUE, THU)], THU + ":00", "protective_deadline"),
		(BOTH, [protective(TUE, FRI2)], OWN, None),  # later than the policy's own date
		(BOTH, [protective(TUE, OWN)], OWN, None),  # not earlier
		(
			BOTH,
			[protective(TUE, "2025-03-08T09:00")],
			"2025-03-08T09:00:00",
			"protective_deadline",
		),  # a Saturday
		(BOTH, [protective(TUE, THU, stage=2)], OWN, None),  # belongs to its stage
		(BOTH, [protective(MON, THU), protective(TUE, FRI)], FRI + ":00", "protective_deadline"),  # the last
		(BOTH, [protective(MON, THU), protective(TUE, WED)], WED + ":00", "protective_deadline"),
		(
			BOTH,
			[protective(MON, THU), protective(TUE, None)],
			THU + ":00",
			"protective_deadline",
		),  # no date known
		(
			{"protective_cap": True, "stage": 0},
			[protective(MON, THU, stage=3)],
			THU + ":00",
			"protective_deadline",
		),
		(BOTH, [agreed(TUE, FRI)], FRI + ":00", "agreed_timescale"),
		(BOTH, [agreed(TUE, FRI, stage=3)], FRI + ":00", "agreed_timescale"),  # of any stage
		(BOTH, [agreed(TUE, FRI2)], OWN, None),  # never beyond the policy
		(BOTH, [agreed(TUE, FRI), protective(TUE, THU)], THU + ":00", "protective_deadline"),
		(BOTH, [agreed(TUE, THU), protective(TUE, FRI)], THU + ":00", "agreed_timescale"),
		(BOTH, [agreed(TUE, THU), protective(TUE, THU)], THU + ":00", "protective_deadline"),
	],
)
def test_caps(fields: Any, rows: Any, due: str, capped_by: str | None, plan_of: Any, one_clock: Any) -> None:
	row = plan_of(one_clock(**fields), [("concern_raised", MON), *rows]).row("A")
	assert (f"{row.due_at:%Y-%m-%dT%H:%M:%S}", row.capped_by) == (due, capped_by)
	assert row.policy_due_at == london(OWN)


@pytest.mark.parametrize(
	("rows", "due", "capped_by"),
	[
		([], OWN, None),
		([agreed(TUE, FRI2)], FRI2 + ":00", "agreed_timescale"),  # replaces the policy's date, though later
		([agreed(TUE, FRI)], FRI + ":00", "agreed_timescale"),
		([agreed(TUE, FRI2), protective(TUE, THU2)], THU2 + ":00", "protective_deadline"),
	],
)
def test_agreed_may_exceed_policy(
	rows: Any, due: str, capped_by: str | None, plan_of: Any, one_clock: Any
) -> None:
	policy = one_clock({"agreed_may_exceed_policy": True}, **BOTH)
	row = plan_of(policy, [("concern_raised", MON), *rows]).row("A")
	assert (f"{row.due_at:%Y-%m-%dT%H:%M:%S}", row.capped_by) == (due, capped_by)


def test_a_cap_belongs_to_its_epoch(plan_of: Any, one_clock: Any) -> None:
	rows = [("concern_raised", MON), protective(MON, THU), ("reopened", TUE, {"stage": 1})]
	assert plan_of(one_clock(**BOTH), rows).due("A", "#2") == "2025-03-11" + END


def test_the_cap_of_another_clock(plan_of: Any) -> None:
	"""Suffolk: Stage 4 three working days after Stage 3, within the five of the whole process."""
	rows = [("concern_raised", MON), ("discussed", MON), ("stage_started", FRI, {"stage": 3})]
	computed = plan_of("suffolk-2024", rows)
	row = computed.row("SU.S4.CONTACT")
	assert row.policy_due_at == london("2025-03-12" + END)  # Mon 10, Tue 11, Wed 12
	assert (row.due_at, row.capped_by) == (london(OWN), "SU.S5.REFER")
	assert computed.row("SU.S2.MANAGER").capped_by is None


# A breach never disappears: Redbridge Stage 2 from Mon 3 March.
@pytest.mark.parametrize(
	("rows", "resolve", "refer"),
	[
		# the date was replaced in time: no breach
		([protective(MON, THU), protective(WED, FRI)], [(None, FRI, None)], [(None, FRI, None)]),
		# it had passed: both dates stay, and so does the referral that its expiry called for
		(
			[protective(MON, WED), protective(THU, FRI)],
			[("superseded", WED, THU), (None, FRI, None)],
			[("superseded", WED, THU), (None, FRI, None)],
		),
		# twice over
		(
			[protective(MON, TUE), protective(WED, THU), protective(FRI, "2025-03-08T10:00")],
			[("superseded", TUE, WED), ("superseded-2", THU, FRI), (None, "2025-03-08T10:00", None)],
			[("superseded", TUE, WED), ("superseded-2", THU, FRI), (None, "2025-03-08T10:00", None)],
		),
		# replaced by an earlier date still in the past: the same breach goes on
		([protective(MON, WED), protective(THU, TUE)], [(None, TUE, None)], [(None, TUE, None)]),
		# lengthened after it was met late
		(
			[protective(MON, TUE), ("resolved", WED, {"stage": 2}), protective(THU, FRI)],
			[("superseded", TUE, None), (None, FRI, None)],
			[("superseded", TUE, WED)],
		),
		# lengthened after the case was closed: it had ended then
		(
			[protective(MON, TUE), ("closed", WED), protective(THU, FRI)],
			[("superseded", TUE, WED)],
			[("superseded", TUE, WED)],
		),
	],
)
def test_a_protective_date_that_passed_stays(rows: Any, resolve: Any, refer: Any, plan_of: Any) -> None:
	computed = plan_of("redbridge-2022", [("stage_started", MON, {"stage": 2}), *rows])
	for clock, expected in (("RB.S2.RESOLVE", resolve), ("RB.S3.REFER", refer)):
		found = [(row.instance, row.due_at, row.ended_at) for row in computed.rows if row.clock == clock]
		assert found == [(name, london(due), ended and london(ended)) for name, due, ended in expected]


def test_the_status_of_a_superseded_row(plan_of: Any) -> None:
	rows = [("stage_started", MON, {"stage": 2}), protective(MON, WED), protective(THU, FRI)]
	row = plan_of("redbridge-2022", rows).row("RB.S2.RESOLVE", "superseded")
	assert [row.status(london(now)) for now in (TUE, "2025-03-05T12:00", FRI)] == [
		"due_soon",
		"overdue",
		"missed",
	]


def test_a_case_date_that_passed_stays(plan_of: Any) -> None:
	rows = [agreed(MON, TUE, id="x"), agreed(WED, FRI, relates_to="x"), agreed(MON, FRI2, id="y")]
	computed = plan_of("stockport", rows[:2])
	assert computed.names("ST.SOUGHT") == ["superseded", None]
	assert computed.row("ST.SOUGHT", "superseded").ended_at == london(WED)
	each = plan_of("4lsab-2023", rows)
	assert each.names("4L.AGREED") == ["x superseded", "x", "y"]
	assert each.due("4L.AGREED", "x superseded") == TUE + ":00"


def test_a_case_date_replaced_in_time_leaves_nothing(plan_of: Any) -> None:
	assert plan_of("stockport", [agreed(MON, THU), agreed(WED, FRI)]).names("ST.SOUGHT") == [None]
	rows = [protective(MON, TUE, 1), ("protective_deadline", WED, {"stage": 1})]
	assert plan_of("buckinghamshire", rows).names("BU.PRE") == ["superseded"]  # the new date is not known


def test_a_fallback_that_passed_stays(plan_of: Any) -> None:
	"""Redbridge Stage 4: five working days from the start, until the Chair's receipt restarts them."""
	rows = [("stage_started", MON, {"stage": 4}), ("received", WED2, {"stage": 4})]
	computed = plan_of("redbridge-2022", rows)
	assert computed.names("RB.S4.RECOMMEND") == ["superseded", None]
	assert computed.due("RB.S4.RECOMMEND", "superseded") == OWN
	assert computed.due("RB.S4.RECOMMEND") == "2025-03-19" + END  # from Wed 12: 13, 14, 17, 18, 19
	in_time = plan_of("redbridge-2022", [rows[0], ("received", FRI, {"stage": 4})])
	assert in_time.names("RB.S4.RECOMMEND") == [None]


def test_a_reopening_as_fallback_that_passed_stays(plan_of: Any, one_clock: Any) -> None:
	rows = [("reopened", MON, {"stage": 1}), ("concern_raised", WED2)]
	assert plan_of(one_clock(), rows).names("A") == ["#2 superseded", "#2"]


def test_a_cap_that_moved_away_leaves_the_breach(plan_of: Any) -> None:
	"""Suffolk: before any discussion the whole process counts from the raising; the discussion then moves it on."""
	rows = [
		("concern_raised", MON),
		(
			"consulted",
			FRI,
			{"stage": 2},
		),  # Stage 4 within three working days, Wed 12, but by Mon 10 at the latest
		("discussed", TUE2, {"stage": 1}),
	]
	computed = plan_of("suffolk-2024", rows)
	assert computed.names("SU.S5.REFER") == ["superseded", None]
	assert computed.names("SU.S4.CONTACT") == ["superseded", None]
	assert computed.due("SU.S4.CONTACT", "superseded") == OWN
	assert computed.due("SU.S4.CONTACT") == "2025-03-12" + END


def test_a_further_discussion_lawfully_restarts_a_counted_clock(plan_of: Any) -> None:
	rows = [("discussed", MON, {"stage": 1}), ("discussed", FRI, {"stage": 1})]  # one working day each
	computed = plan_of("suffolk-2024", rows)
	assert computed.names("SU.S2.MANAGER") == [None]
	assert computed.names("SU.S4.CONTACT") == [None]
	# also where another clock's breach has to be looked for
	rows.insert(0, ("concern_raised", "2025-02-17T10:00"))
	again = plan_of("suffolk-2024", rows)
	assert again.names("SU.S5.REFER") == ["superseded", None]
	assert again.names("SU.S2.MANAGER") == [None]


def test_what_hangs_on_a_restarted_clock_keeps_its_breach(plan_of: Any) -> None:
	clocks = [
		{
			"id": "A",
			"stage": 1,
			"trigger": ["told"],
			"occurrence": "last",
			"unit": "working days",
			"length": 1,
		},
		{"id": "B", "stage": 1, "trigger": ["expiry A"], "unit": "same working day"},
	]
	policy = Policy.from_dict({"id": "b", "title": "B", "clocks": clocks})
	computed = plan_of(policy, [("told", MON), ("told", FRI)])
	assert computed.names("A") == [None]
	assert computed.names("B") == ["superseded", None]


def test_only_a_maximum_leaves_a_superseded_row(plan_of: Any, one_clock: Any) -> None:
	rows = [("concern_raised", MON), protective(MON, TUE), protective(WED, FRI)]
	assert plan_of(one_clock(kind="advisory", protective_cap=True), rows).names("A") == [None]
	assert plan_of(one_clock(protective_cap=True), rows).names("A") == ["superseded", None]


def test_an_agreed_date_after_the_policys_own_date_passed_leaves_the_breach(
	plan_of: Any, one_clock: Any
) -> None:
	policy = one_clock({"agreed_may_exceed_policy": True}, agreed_cap=True)
	computed = plan_of(policy, [("concern_raised", MON), agreed(WED2, "2025-03-20T10:00")])
	assert computed.names("A") == ["superseded", None]


def test_superseded_rows_of_all_epochs_come_first(plan_of: Any, one_clock: Any) -> None:
	rows = [
		("concern_raised", MON),
		protective(MON, TUE),
		protective(WED, THU),
		("reopened", FRI, {"stage": 1}),
		protective(FRI, "2025-03-08T10:00"),
		protective(MON2, TUE2),
	]
	assert plan_of(one_clock(protective_cap=True), rows).names("A") == [
		"superseded",
		"#2 superseded",
		None,
		"#2",
	]


def test_an_expiry_as_fallback_that_passed_stays(plan_of: Any) -> None:
	clocks = [
		{"id": "A", "stage": 1, "trigger": ["told"], "unit": "same working day"},
		{
			"id": "B",
			"stage": 1,
			"trigger": ["received"],
			"fallback": ["expiry A"],
			"unit": "same working day",
		},
	]
	policy = Policy.from_dict({"id": "b", "title": "B", "clocks": clocks})
	assert plan_of(policy, [("told", MON), ("received", WED)]).names("B") == ["superseded", None]
	assert plan_of(policy, [("told", WED), ("received", MON)]).names("B") == [None]


def test_a_case_date_fallback_that_passed_stays(plan_of: Any, one_clock: Any) -> None:
	policy = one_clock(trigger=["agreed_timescale"], fallback=["protective_deadline"], unit="case date")
	assert plan_of(policy, [protective(MON, TUE), agreed(WED, FRI)]).names("A") == ["superseded", None]
	assert plan_of(policy, [protective(MON, None), agreed(WED, FRI)]).names("A") == [None]


def test_immediate_risk_on_a_fallback_that_passed_stays(plan_of: Any, one_clock: Any) -> None:
	policy = one_clock(trigger=["received"], fallback=["concern_raised"], instant_if_immediate_risk=True)
	rows = [("immediate_risk", MON), ("concern_raised", MON), ("received", TUE)]
	assert plan_of(policy, rows).names("A") == ["superseded", None]


@pytest.mark.parametrize(("cap", "dated"), [("agreed_cap", agreed), ("protective_cap", protective)])
def test_a_date_that_passed_under_a_fallback_still_governs(
	cap: str, dated: Any, plan_of: Any, one_clock: Any
) -> None:
	policy = one_clock(trigger=["received"], fallback=["concern_raised"], **{cap: True})
	computed = plan_of(policy, [("concern_raised", MON), dated(MON, TUE), ("received", WED)])
	assert computed.names("A") == [None]  # so the breach is the same
	assert computed.due("A") == TUE + ":00"


def test_of_two_dates_agreed_at_one_instant_a_passed_one_stays_a_breach(policies: dict[str, Any]) -> None:
	now = datetime(2025, 3, 24, 1, tzinfo=LONDON)
	events = [
		Event("agreed_timescale", at=now, due_at=now - timedelta(hours=1), sequence=1),
		Event("agreed_timescale", at=now, due_at=now + timedelta(hours=1), sequence=2),
	]
	rows = plan(policies["stockport"], events, WorkingCalendar("ENG"))
	assert [(row.instance, row.status(now)) for row in rows if row.clock == "ST.SOUGHT"] == [
		("superseded", "missed"),
		(None, "due_soon"),
	]
