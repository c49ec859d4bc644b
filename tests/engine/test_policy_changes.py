"""What changed between two versions: sentences that a Business Manager reads aloud, by the part of the policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from types import SimpleNamespace
from typing import Any

import pytest

from safeguarding_escalation.engine import (
	Clock,
	Policy,
	PolicyError,
	WorkingCalendar,
	load_policy,
	policy_ids,
)
from safeguarding_escalation.engine.change_words import asked_words, column_words
from safeguarding_escalation.engine.changed_dates import changed_dates
from safeguarding_escalation.engine.clock_words import from_words, length_words
from safeguarding_escalation.engine.policy_changes import (
	KEYS,
	LOOSE_KEYS,
	changes,
	grouped,
	row_name,
	row_words,
	shown,
)
from safeguarding_escalation.engine.schema import TABLES, Move, Nature, PolicyData
from safeguarding_escalation.engine.schema_alerts import AlertRung
from safeguarding_escalation.engine.setting_words import changed_settings

OLD = load_policy("redbridge-2022")


def said(new: Policy, old: Policy = OLD) -> list[str]:
	"""Every sentence of what changed."""
	return [change.text for change in changes(old, new)]


def replaced(table: str, position: int, **values: Any) -> Policy:
	"""Redbridge's policy with one row of a table changed."""
	rows = list(getattr(OLD, table))
	rows[position] = replace(rows[position], **values)
	return replace(OLD, **{table: tuple(rows)})


def position(table: str, **values: Any) -> int:
	"""Where the row with those values stands."""
	return next(
		number
		for number, row in enumerate(getattr(OLD, table))
		if all(getattr(row, name) == value for name, value in values.items())
	)


@pytest.mark.parametrize("policy_id", policy_ids())
def test_a_copy_under_another_name_is_no_change(policy_id: str) -> None:
	policy = load_policy(policy_id)
	assert changes(policy, replace(policy, id="another")) == []


def test_every_table_has_a_key_of_its_fields() -> None:
	assert set(KEYS) == set(TABLES)
	for table, names in (*KEYS.items(), *LOOSE_KEYS.items()):
		assert set(names) <= set(TABLES[table].__dataclass_fields__)


def test_a_changed_clock_is_one_sentence_to_read_aloud() -> None:
	(change,) = changes(OLD, OLD.replace_clock("RB.S1.RESOLVE", length=3))
	assert (change.table, change.change, change.fields) == ("clocks", "changed", ("length",))
	assert change.text == "Stage 1 must be settled within three working days instead of five (RB.S1.RESOLVE)."
	assert (change.heading, change.key) == ("Stage 1", "RB.S1.RESOLVE")
	assert "within five working days" in change.before
	assert "within three working days" in change.after


@pytest.mark.parametrize(
	("clock", "values", "sentence"),
	[
		(
			"RB.S1.SPEAK", {"length": 1},
			"“Speak to the professional who raised the concern” must be done within one working day instead of three "
			"(RB.S1.SPEAK).",
		),
		(
			"RB.S1.CONFIRM", {"unit": "same working day", "length": None},
			"“Confirm the Stage 1 outcome in writing to the professional who raised the concern” must be done on the same "
			"working day instead of within two working days (RB.S1.CONFIRM).",
		),
		(
			"RB.S2.RESOLVE", {"unit": "calendar days"},
			"Stage 2 must be settled within five days, weekends and bank holidays included instead of within five working "
			"days (RB.S2.RESOLVE).",
		),
		(
			"RB.S2.RESOLVE", {"trigger": ("concern_raised",)},
			"Stage 2 must be settled within five working days (RB.S2.RESOLVE), as before. It now counts from when the "
			"concern is raised, and no longer from when Stage 2 starts.",
		),
		(
			"RB.S1.RESOLVE", {"fallback": ("concern_identified",)},
			"Stage 1 must be settled within five working days (RB.S1.RESOLVE), as before. Where that is not on record: it "
			"now also counts from when the concern is identified. Where that is not on record: it no longer counts from "
			"when the concern is raised.",
		),
		(
			"RB.S3.ADVISORY", {"kind": "maximum"},
			"Stage 3 must be settled within two working days (RB.S3.ADVISORY), as before. It is now a limit. Before, it was "
			"advice, not a limit.",
		),
		(
			"RB.S2.RESOLVE", {"alert_lead": 2},
			"Stage 2 must be settled within five working days (RB.S2.RESOLVE), as before. A reminder goes out two working "
			"days before. Before: A reminder goes out on the working day before.",
		),
		(
			"RB.S2.RESOLVE", {"alert_lead": 1},  # what it was, said
			"Stage 2 must be settled within five working days (RB.S2.RESOLVE), as before.",
		),
		(
			"RB.S2.RESOLVE", {"stop": ("resolved 2",), "owed_by": "raising lead", "protective_cap": False},
			"Stage 2 must be settled within five working days (RB.S2.RESOLVE), as before. A protective deadline no longer "
			"cuts it short. It is no longer met when Stage 3 or a later one starts. Who owes it is now the raising agency "
			"instead of the raising agency and the responding agency.",
		),
		(
			"RB.S1.SPEAK", {"cancel": ("resolved 1", "withdrawn"), "cap": "RB.S1.RESOLVE", "stage": 0, "each": "party"},
			"“Speak to the professional who raised the concern” must be done within three working days (RB.S1.SPEAK), as "
			"before. Its stage is now the whole case instead of Stage 1. The clock that cuts it short is now “Resolve the "
			"disagreement between the professionals” (RB.S1.RESOLVE). It now falls away once the disagreement is resolved "
			"at Stage 1 or the escalation is withdrawn. What it runs once for each of is now party.",
		),
	],
)  # fmt: skip
def test_what_changed_of_a_clock(clock: str, values: dict[str, Any], sentence: str) -> None:
	changed = replaced("clocks", position("clocks", id=clock), **values)
	assert said(changed) == [sentence]


def test_other_rows_say_who_may_and_what_is_asked() -> None:
	move = position("moves", to_stage=2, ground="next")
	assert said(replaced("moves", move, capacities=("Manager",))) == [
		"The step to Stage 2 may no longer be made by Practitioner, Safeguarding Lead, Named Professional, Senior "
		"Manager, Head of Service or Chief Officer."
	]
	assert said(replaced("moves", move, capacities=())) == ["The step to Stage 2 may now be made by anyone."]
	back = [change.text for change in changes(replaced("moves", move, capacities=()), OLD)]
	assert back[0].startswith(
		"The step to Stage 2 may no longer be made by anyone, only by Practitioner, Manager"
	)
	record = position("records", when="resolve", stage=1)
	assert said(replaced("records", record, effect="require")) == [
		"What is asked for (The receiving professional must read and review the case file; nobody has recorded that it "
		"was done): how strictly it is asked for is now needed, or the step is refused instead of asked for, with a warning."
	]
	duty = position("closing_duties", required=False)
	assert said(replaced("closing_duties", duty, required=True, satisfied_by=())) == [
		"The duty “Say in writing how your agency will act upon the Chair's recommendations” is no longer done by an "
		"entry that the recommendations are answered. Closing now waits for it."
	]
	copy = position("copy_rules", stage=4, recipient="Chair")
	assert said(replaced("copy_rules", copy, sender="", what="the record", continuing_access=False)) == [
		"The copy to Chair at Stage 4: who sends it is no longer set; it was the RSAB Business Manager. What is sent is "
		"now “the record” instead of “the referral and the record so far”. They may no longer read the case from then on."
	]
	assert said(replaced("stages", 2, board_sees=False, form_required=True)) == [
		"Stage 3 now needs the board's form. It no longer shows the case to the Business Manager."
	]


def test_a_row_whose_key_changed_is_still_that_row() -> None:
	move = position("moves", to_stage=3, ground="skip")
	(change,) = changes(OLD, replaced("moves", move, from_stages=(0, 1), skip_rule="free"))
	assert change.change == "changed"
	assert change.text == (
		"The step to Stage 3, where stages are missed out may now also start at the draft. How stages may "
		"be missed out is now without a reason instead of by a manager, with a written reason."
	)


def test_left_over_rows_that_two_may_be_are_not_guessed() -> None:
	first, second = (position("records", when="raise", message=text) for text in (
		"Say what the risk to the adult is.", "Say what you aim to achieve.",
	))  # fmt: skip
	rows = list(OLD.records)
	rows[first] = replace(rows[first], needs=("field safe_by",))
	rows[second] = replace(rows[second], needs=("field learning",))
	found = changes(OLD, replace(OLD, records=tuple(rows)))
	assert sorted(change.change for change in found) == ["added", "added", "removed", "removed"]


def test_rows_come_and_go() -> None:
	new = replace(OLD, natures=(*OLD.natures[1:], Nature("Transport", "3.2")))
	added, removed = sorted(changes(OLD, new), key=lambda change: change.change)
	assert (added.change, added.text) == ("added", "New: Transport.")
	assert (removed.change, removed.text) == ("removed", f"No longer there: {OLD.natures[0].label}.")
	gone = said(replace(OLD, clocks=OLD.clocks[1:]))
	assert gone[0].startswith(
		"No longer there (RB.IMMEDIATE): Tell your manager or safeguarding lead about the immediate risk: at once"
	)
	step = said(replace(OLD, moves=(*OLD.moves, Move((0,), 3, "immediate risk", clause="9"))))
	assert step == [
		"New: The step to Stage 3, at immediate risk of significant harm: from the draft, at immediate risk of "
		"significant harm. By anyone of the raising agency."
	]


def test_a_row_that_only_moved_is_no_change() -> None:
	assert changes(OLD, replace(OLD, clocks=tuple(reversed(OLD.clocks)))) == []


def test_the_header_is_said_setting_by_setting() -> None:
	new: Policy = OLD.replace(
		title="Another", count_event_day=True, weekend=["Sunday"], office_close="17:00", nation="WLS",
		closures=["2026-12-29"], carry_protective=False, review_due=None, notice_on_stages=[2], due_time="17:00:30",
		record_from_stage=2,
	)  # fmt: skip
	assert said(new) == [
		f"The title is now “Another” instead of “{OLD.title}”.",
		"Its own review date: none is set now; before: Mon 30 Jun 2025.",
		"The day on which something happens now counts as the first day.",
		"The bank holidays are now Wales's instead of England's.",
		"The days on which the board is closed are now Tue 29 Dec 2026; before, none was set.",
		"The days that are no working days are now Sunday instead of Saturday and Sunday.",
		"The time from which a step counts as the next day's is now 17:00; before, none was set.",
		"The time of day at which a step is due is now 17:00:30 instead of 23:59:59.",
		"A protective deadline now ends with its stage.",
		"Where a notice is copied is now Stage 2; before, none was set.",
		"The stage from which a full record is kept is now 2 instead of 1.",
	]


def test_a_setting_or_column_without_words_is_said_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr("safeguarding_escalation.engine.setting_words._SWITCHES", {})
	monkeypatch.setattr("safeguarding_escalation.engine.setting_words._VALUES", {})
	new = OLD.replace(count_event_day=True, chair_label="Scrutineer")
	assert [text for _, text in changed_settings(OLD, new)] == [
		"Count event day: now yes.",
		f"Chair label is now Scrutineer instead of {OLD.chair_label}.",
	]
	monkeypatch.setattr("safeguarding_escalation.engine.change_words._SWITCHES", {})
	monkeypatch.setattr("safeguarding_escalation.engine.change_words._LISTS", {})
	old, new_row = OLD.stages[0], replace(OLD.stages[0], board_sees=True, outcomes=())
	assert [*column_words("board_sees", "Stage 1", (OLD, old), (OLD, new_row))] == [
		"Stage 1: board sees is now on"
	]
	assert [*column_words("outcomes", "Stage 1", (OLD, old), (OLD, new_row))] == [
		"Stage 1: outcomes: no longer resolved"
	]


def test_alerts_are_compared_row_by_row() -> None:
	def with_rungs(**values: Any) -> Policy:
		row = {
			"rung": "overdue_again",
			"kind": "maximum",
			"days": 1,
			"recipients": ("owing",),
			"repeat_every": 2,
		}
		return replace(OLD, alert_rungs=(AlertRung(**{**row, **values}),))

	old = with_rungs()
	assert said(with_rungs(days=-2, repeat_every=3, urgent=True), old) == [
		"The alert “still overdue” of every limit: the day on which it comes is now two working days before the due day "
		"instead of one working day after the due day. After how many working days it comes again is now 3 instead of 2. "
		"It now comes at any hour."
	]
	more = with_rungs(recipients=("owing", "line manager", "chair from 3"), at_hour=time(8), days=0)
	(change,) = changes(old, more)
	assert change.text == (
		f"The alert “still overdue” of every limit now also goes to their line manager or the {OLD.chair_label}, where the "
		"policy lets them see the case (from reminder 3 on). The day on which it comes is now the due day instead of one "
		"working day after the due day. The hour at which it comes is now 08:00."
	)
	assert change.heading == "Alerts"
	assert [row.change for row in changes(OLD, old)] == ["added"]


def test_values_of_every_kind_are_said() -> None:
	assert [shown(value) for value in (True, False, ("a", "b"), None, 3)] == ["yes", "no", "a, b", "", "3"]
	before, after = SimpleNamespace(at=time(8)), SimpleNamespace(at=time(9, 30))
	assert [*column_words("at", "The reminder", (OLD, before), (OLD, after))] == [
		"The reminder: at is now 09:30 instead of 08:00"
	]


def test_changes_are_grouped_by_the_part_of_the_policy() -> None:
	new = OLD.replace_clock("RB.S3.RESOLVE", length=3).replace_clock(
		"RB.IMMEDIATE", owed_by="responding lead"
	)
	new = replace(
		new.replace(count_event_day=True, edition="Third"), closing_duties=(), natures=OLD.natures[1:]
	)
	new = replace(new, stages=(*new.stages[:1], replace(new.stages[1], label="Managers"), *new.stages[2:]))
	records = tuple(row for row in new.records if row.when != "raise")
	found = changes(OLD, replace(new, records=records))
	assert [(heading, len(rows)) for heading, rows in grouped(found, OLD, new)] == [
		("How days are counted", 1),
		("Stage 1", 5),
		("Stage 2: Managers", 1),
		("Stage 3", 1),
		("At any stage", 1),
		("Before the case is closed", 5),
		("Settings and labels", 1),
		("Scope, questions and words", 1),
	]
	suffolk = load_policy("suffolk-2024")
	headings = [heading for heading, _ in grouped(changes(OLD, suffolk), OLD, suffolk)]
	assert headings[2] == "Stage 3: Escalation of Concerns"
	assert "Stage 5" in [heading for heading, _ in grouped(changes(suffolk, OLD), suffolk, OLD)]


def test_two_rows_about_the_same_thing_are_two() -> None:
	twice = replace(OLD, natures=(OLD.natures[0], OLD.natures[0]))
	once = replace(OLD, natures=(OLD.natures[0],))
	assert [change.change for change in changes(once, twice)] == ["added"]


@pytest.mark.parametrize("policy_id", policy_ids())
def test_every_row_has_a_name_and_words(policy_id: str) -> None:
	policy = load_policy(policy_id)
	empty = Policy.from_dict({"id": "x", "title": policy.title})
	tables = [change for change in changes(empty, policy) if change.table != "policy"]
	assert len(tables) == sum(len(getattr(policy, table)) for table in TABLES)
	assert all(change.row and change.after and change.heading for change in tables)
	assert row_words(policy, "natures", policy.natures[0]) == policy.natures[0].label


def test_a_table_that_nobody_named_is_said_by_its_own() -> None:
	assert row_name(OLD, "later_table", object()) == "A row of later table"
	assert row_name(OLD, "contacts", OLD.contacts[0]) == "RSAB Business Manager"


# What a clock that makes no sense yet says


def clock(**values: Any) -> Clock:
	return Clock(**({"id": "X", "stage": 1, "trigger": ("concern_raised",), "unit": "working days"} | values))


@pytest.mark.parametrize(
	("values", "words"),
	[
		({"length": 2}, "within two working days"),
		({}, "without a number"),
		({"unit": "fortnights"}, "“fortnights” (this unit is not known)"),
		({"unit": "case date", "trigger": ("action_agreed",)}, "by the date agreed for the action"),
		({"unit": "instant"}, "at once"),
		({"unit": "same working day", "occurrence": "last"}, "on the same working day"),
		({"unit": "same working day", "occurrence": "each"}, "on the same working day"),
		({"unit": "hours", "length": 1}, "within one hour"),
	],
)
def test_how_long_a_clock_gives(values: dict[str, Any], words: str) -> None:
	assert length_words(OLD, clock(**values)) == words


def test_what_a_clock_counts_from() -> None:
	assert from_words(OLD, clock()) == "from when the concern is raised"
	assert from_words(OLD, clock(occurrence="last")) == "the last time that the concern is raised"
	assert from_words(OLD, clock(trigger=())) == "from nothing"


def test_a_stop_that_cannot_be_read_settles_nothing() -> None:
	assert asked_words(OLD, clock(stop=("resolvd 1",))) == "“X” must be done"
	assert (
		asked_words(OLD, clock(stop=("resolved 2",), kind="unknown", label="Ring them"))
		== "“Ring them” must be done"
	)


def test_the_schema_of_a_header_is_all_said() -> None:
	assert {name for name, _ in changed_settings(PolicyData("a", "b"), PolicyData("c", "d"))} == {"title"}
