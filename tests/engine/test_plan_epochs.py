"""Expiry, reopening, histories of policies and corrections: each rule as a table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from safeguarding_escalation.engine import LONDON, EventError, Policy, PolicyError, WorkingCalendar, plan

# Monday 3 March 2025; no bank holiday until 18 April.
MON, TUE, WED, THU, FRI = (f"2025-03-0{day}T10:00" for day in range(3, 8))
MON2, TUE2, WED2, THU2, FRI2 = (f"2025-03-{day}T10:00" for day in range(10, 15))
END = "T23:59:59"


def london(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=LONDON)


# Expiry: RB.S2.RESOLVE (5 working days from Mon 3 March: due Mon 10) starts RB.S3.REFER.
@pytest.mark.parametrize(
	("rows", "start", "due"),
	[
		([], "2025-03-10T23:59:59", "2025-03-10" + END),  # from the moment its source runs
		([("unresolved", WED, {"stage": 2})], WED, "2025-03-05" + END),  # the earlier of the two
		([("unresolved", WED2, {"stage": 2})], "2025-03-10T23:59:59", "2025-03-10" + END),
		([("resolved", FRI, {"stage": 2})], None, None),  # met by then: no expiry
		([("resolved", TUE2, {"stage": 2})], "2025-03-10T23:59:59", "2025-03-10" + END),  # met late: expired
		([("closed", FRI)], None, None),  # its source was ended before it was due
		([("closed", TUE2)], "2025-03-10T23:59:59", "2025-03-10" + END),
		(
			[("protective_deadline", MON, {"due_at": "2025-03-05T12:00"})],
			"2025-03-05T12:00",
			"2025-03-05T12:00:00",
		),
		# a capped source on a Saturday: due at that same instant, not rolled
		(
			[("protective_deadline", MON, {"due_at": "2025-03-08T12:00"})],
			"2025-03-08T12:00",
			"2025-03-08T12:00:00",
		),
	],
)
def test_expiry(rows: Any, start: str | None, due: str | None, plan_of: Any) -> None:
	computed = plan_of("redbridge-2022", [("stage_started", MON, {"stage": 2}), *rows])
	assert computed.due("RB.S3.REFER") == due
	if start:
		row = computed.row("RB.S3.REFER")
		assert row.starts_at == london(start)
		assert row.status(row.starts_at - timedelta(seconds=1)) == "not_started"


def test_an_expiry_that_was_capped_says_by_what(plan_of: Any) -> None:
	rows = [
		("stage_started", MON, {"stage": 2}),
		("protective_deadline", MON, {"stage": 2, "due_at": "2025-03-05T12:00"}),
	]
	row = plan_of("redbridge-2022", rows).row("RB.S3.REFER")
	assert (row.capped_by, row.policy_due_at) == ("protective_deadline", london("2025-03-05" + END))


def test_an_expired_case_date_starts_nothing_that_needs_a_date(plan_of: Any, one_clock: Any) -> None:
	policy = one_clock(trigger=["told"], unit="same working day", stop=[])
	second = {"id": "B", "stage": 1, "trigger": ["expiry A"], "unit": "case date"}
	both = Policy.from_dict({"id": "b", "title": "B", "clocks": [policy.to_dict()["clocks"][0], second]})
	assert plan_of(both, [("told", MON)]).clocks == ["A"]


def test_expiry_as_a_fallback_and_of_several_instances(plan_of: Any) -> None:
	clocks = [
		{
			"id": "A",
			"stage": 1,
			"trigger": ["told"],
			"occurrence": "each",
			"unit": "working days",
			"length": 2,
		},
		{
			"id": "B",
			"stage": 1,
			"trigger": ["received"],
			"fallback": ["expiry A"],
			"unit": "same working day",
		},
	]
	policy = Policy.from_dict({"id": "b", "title": "B", "clocks": clocks})
	assert plan_of(policy, [("told", WED), ("told", MON)]).due("B") == "2025-03-05" + END  # the earliest
	assert plan_of(policy, [("told", MON), ("received", TUE)]).due("B") == "2025-03-04" + END
	assert plan_of(policy, []).rows == []


# Reopening begins a new epoch.
def test_a_reopening_runs_the_clocks_again(plan_of: Any) -> None:
	rows = [
		("stage_started", MON, {"stage": 2}),
		("resolved", WED, {"stage": 2}),
		("reopened", MON2, {"stage": 2}),
		("unresolved", WED2),
	]
	computed = plan_of("redbridge-2022", rows)
	assert computed.names("RB.S2.RESOLVE") == [None, "#2"]
	first, again = computed.row("RB.S2.RESOLVE"), computed.row("RB.S2.RESOLVE", "#2")
	assert (first.met_at, first.due_at) == (london(WED), london("2025-03-10" + END))
	assert (again.starts_at, again.due_at) == (london(MON2), london("2025-03-17" + END))
	assert computed.row("RB.S3.REFER", "#2").starts_at == london(WED2)  # stage None is the stage reopened
	assert computed.names("RB.S2.CONFIRM") == [None]  # due Fri 7 and missed, so it stays


def test_a_reopening_ends_the_earlier_epoch(plan_of: Any) -> None:
	rows = [
		("stage_started", MON, {"stage": 2}),
		("resolved", WED),
		("reopened", "2025-03-06T10:00"),
		("confirmed", FRI),
	]
	assert plan_of("redbridge-2022", rows).names("RB.S2.CONFIRM") == []  # not due yet, so absent
	rows[2:] = [("reopened", MON2), ("confirmed", TUE2)]
	missed = plan_of("redbridge-2022", rows).row("RB.S2.CONFIRM")
	assert (missed.due_at, missed.ended_at, missed.met_at) == (london("2025-03-07" + END), london(MON2), None)


@pytest.mark.parametrize(
	("trigger", "stage", "runs"),
	[
		("stage_started 2", 2, True),
		("stage_started 2", 3, False),
		("stage_started 2+", 2, True),
		("stage_started 2+", 3, True),  # as a start of Stage 3 would
		("stage_started 3+", 2, False),
		("concern_raised", 1, True),
		("concern_raised", 2, False),
		("discussed 2", 2, False),
	],
)
@pytest.mark.parametrize("place", ["trigger", "fallback"])
def test_a_reopening_stands_in_for_the_start(
	trigger: str, stage: int, runs: bool, place: str, plan_of: Any, one_clock: Any
) -> None:
	fields = (
		{"trigger": [trigger]} if place == "trigger" else {"trigger": ["received"], "fallback": [trigger]}
	)
	computed = plan_of(one_clock(**fields), [("reopened", MON, {"stage": stage})])
	assert computed.names("A") == (["#2"] if runs else [])


def test_the_new_epochs_own_trigger_comes_first(plan_of: Any, one_clock: Any) -> None:
	rows = [("reopened", MON, {"stage": 1}), ("concern_raised", TUE)]
	assert plan_of(one_clock(), rows).row("A", "#2").starts_at == london(TUE)
	each = one_clock(trigger=["concern_raised"], occurrence="each")
	assert plan_of(each, [("reopened", MON, {"stage": 1, "id": "r"})]).names("A") == ["r#2"]


def test_a_reopening_can_be_a_trigger_by_name(plan_of: Any, one_clock: Any) -> None:
	rows = [("concern_raised", MON), ("reopened", TUE), ("reopened", WED)]
	assert plan_of(one_clock(trigger=["reopened"]), rows).names("A") == [
		"#3"
	]  # the second was ended by the third


def test_policy_history(policies: dict[str, Policy], england: WorkingCalendar, plan_of: Any) -> None:
	old = policies["redbridge-2022"].replace(id="old")
	new = policies["redbridge-2022"].replace(id="new").replace_clock("RB.S3.RESOLVE", length=2)
	history = [(london(WED), new), (None, old)]
	rows = [("stage_started", MON, {"stage": 2}), ("stage_started", WED, {"stage": 3})]
	computed = plan_of(history, rows)
	assert (computed.row("RB.S2.RESOLVE").policy, computed.row("RB.S3.RESOLVE").policy) == ("old", "new")
	assert computed.due("RB.S3.RESOLVE") == "2025-03-07" + END  # two working days from Wed 5
	assert len(computed.clocks) == len(set(computed.clocks))
	# before the first start the first policy governs
	later = plan_of([(london(WED), old), (london(FRI), new)], rows)
	assert {row.policy for row in later.rows if row.starts_at < london(FRI)} == {"old"}
	assert plan_of([(None, old)], rows).rows == plan_of(old, rows).rows


def test_a_clock_that_already_runs_keeps_the_version_it_started_under(plan_of: Any, one_clock: Any) -> None:
	old = one_clock({"id": "old"}, trigger=["disagreement"])
	new = one_clock({"id": "new"}, trigger=["concern_raised"])
	rows = [("disagreement", MON), ("concern_raised", WED)]
	assert [row.policy for row in plan_of([(None, old), (london(TUE), new)], rows).rows] == ["old"]
	assert [
		row.policy for row in plan_of([(None, new), (london(TUE), old)], rows).rows
	] == []  # neither starts it


def test_a_change_of_board(policies: dict[str, Policy], plan_of: Any) -> None:
	history = [(None, policies["redbridge-2022"]), (london(THU), policies["stockport"])]
	rows = [("concern_raised", MON), ("stage_started", FRI, {"stage": 3})]
	computed = plan_of(history, rows)
	assert computed.row("RB.S1.SPEAK").policy == "redbridge-2022"
	assert computed.row("ST.S3.RESOLVE").policy == "stockport"
	assert "RB.S3.RESOLVE" not in computed.clocks


def test_bad_histories(policies: dict[str, Policy], england: WorkingCalendar) -> None:
	with pytest.raises(PolicyError, match="history of policies is empty"):
		plan([], [], england)
	with pytest.raises(EventError, match="start of stockport"):
		plan([(datetime(2025, 1, 1), policies["stockport"])], [], england)  # noqa: DTZ001


def test_rows_come_in_the_policys_order_of_clocks(plan_of: Any, policies: dict[str, Policy]) -> None:
	rows = [
		("concern_raised", MON),
		("discussed", TUE),
		("stage_started", FRI, {"stage": 5}),
		("reopened", FRI2),
	]
	clocks = plan_of("suffolk-2024", rows).clocks
	order = [clock.id for clock in policies["suffolk-2024"].clocks]
	assert clocks == sorted(clocks, key=order.index)
	assert len(clocks) > 6


def test_corrections_move_and_remove_clocks(plan_of: Any, one_clock: Any) -> None:
	rows = [("concern_raised", MON, {"id": "x"}), ("concern_raised", WED, {"id": "y", "corrects": "x"})]
	assert plan_of(one_clock(), rows).row("A").starts_at == london(WED)
	rows.append(("correction", FRI, {"corrects": "y"}))
	assert plan_of(one_clock(), rows).rows == []


def test_as_dict_is_plain(plan_of: Any) -> None:
	row = plan_of("redbridge-2022", [("concern_raised", MON)]).row("RB.S1.SPEAK")
	values = row.as_dict()
	assert values["due_at"] == "2025-03-06T23:59:59+00:00"
	assert values["clock"] == values["label"] == "RB.S1.SPEAK"
	assert (values["stage"], values["kind"], values["owed_by"]) == (1, "maximum", "responding lead")
	assert (values["clause"], values["policy"], values["met_at"]) == ("4.4", "redbridge-2022", None)
	assert "status" not in values
	assert row.as_dict(london(TUE))["status"] == "running"
	assert repr(row).startswith("Deadline(clock='RB.S1.SPEAK'")
	assert row == plan_of("redbridge-2022", [("concern_raised", MON)]).row("RB.S1.SPEAK")
